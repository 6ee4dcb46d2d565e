package proxy

import (
	"bytes"
	"errors"
	"io"
	"net"
	"testing"
	"time"
)

// What is posted arrives whole, also if it does not fit into the socket at once, and
// the answer can be read then.
func TestPostArrivesWhole(t *testing.T) {
	t.Parallel()
	for _, size := range []int{1, 1 << 10, 8 << 20} {
		sent := bytes.Repeat([]byte("boathook"), size/8+1)[:size]
		came := make(chan []byte, 1)
		u := testUpstream(t, listen(t, func(c net.Conn) {
			got := make([]byte, size)
			_, _ = io.ReadFull(c, got) // what is missing is found out below
			came <- got
			_, _ = c.Write([]byte("!"))
		}))
		n, at, err := u.post(sent)
		if n != size || err != nil || time.Since(at) < 0 {
			t.Fatalf("post of %d bytes = %d at %s, %v", size, n, at, err)
		}
		if !bytes.Equal(<-came, sent) {
			t.Errorf("of %d bytes others arrived", size)
		}
		if b, err := u.br.ReadByte(); b != '!' || err != nil {
			t.Errorf("answer = %q, %v", b, err)
		}
	}
}

// That no answer comes is told by the reading, and that nothing can leave by post.
func TestPostEnds(t *testing.T) {
	t.Parallel()
	u := testUpstream(t, listen(t, func(c net.Conn) { _, _ = io.ReadFull(c, make([]byte, 5)) }))
	if n, _, err := u.post([]byte("hello")); n != 5 || err != nil {
		t.Errorf("post that is not answered = %d, %v", n, err)
	}
	if _, err := u.br.ReadByte(); err != io.EOF {
		t.Errorf("reading of no answer: %v", err)
	}
	u.Close()
	if n, _, err := u.post([]byte("hello")); n != 0 || !errors.Is(err, net.ErrClosed) {
		t.Errorf("post over a closed connection = %d, %v", n, err)
	}
}
