package web

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/boathook/boathook/inspector"
)

// heard has the server see that conn has nothing more to say, and returns what it sent
// to find out whether somebody reads, at least n bytes.
func heard(t *testing.T, conn net.Conn, n int) string {
	t.Helper()
	if err := conn.(*net.TCPConn).CloseWrite(); err != nil {
		t.Fatal(err)
	}
	early := make([]byte, n)
	if _, err := io.ReadFull(conn, early); err != nil {
		t.Fatal(err)
	}
	return string(early)
}

// readAnswer reads an answer of which a part came before.
func readAnswer(t *testing.T, early string, conn net.Conn) (*http.Response, string) {
	t.Helper()
	resp, err := http.ReadResponse(bufio.NewReader(io.MultiReader(strings.NewReader(early), conn)), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, string(body)
}

// Who has said all there is to say, and closes that side, gets the answer.
func TestHalfAClose(t *testing.T) {
	t.Parallel()
	gate := &gated{begun: make(chan struct{}, 64), open: make(chan struct{}, 8)}
	r := newRig(t, func(o *Options) { gate.Store = o.Store; o.Store = gate })
	for range 40 { // more than is kept until answers to several requests go out together
		r.capture(capture{})
	}
	for name, c := range map[string]struct {
		request string
		early   int
		answers int
	}{
		"at once":           {"GET /api/v1/deliveries" + searchHead + "\r\n", 1, 1},
		"after a while":     {"GET /api/v1/deliveries" + searchHead + "\r\n", 5, 1},
		"to the last byte":  {"GET /api/v1/deliveries" + searchHead + "\r\n", len(startOfAnswer), 1},
		"HTTP/1.0":          {"GET /api/v1/deliveries HTTP/1.0\r\nHost: localhost\r\nAuthorization: Bearer " + token + "\r\n\r\n", 2, 1},
		"a change":          {"POST /api/v1/recheck" + searchHead + "Content-Type: application/json\r\nContent-Length: 7\r\n\r\n{\"q\":1}", 0, 1},
		"several at a time": {strings.Repeat("GET /api/v1/deliveries"+searchHead+"\r\n", 3), 0, 3},
		"rows":              {"GET /api/v1/deliveries" + searchHead + "Accept: " + typeRows + "\r\n\r\n", 1, 1},
	} {
		t.Run(name, func(t *testing.T) {
			conn := r.open()
			io.WriteString(conn, c.request)
			early := heard(t, conn, c.early)
			in := bufio.NewReader(io.MultiReader(strings.NewReader(early), conn))
			for range c.answers {
				if name != "a change" {
					gate.open <- struct{}{}
				}
			}
			for i := range c.answers {
				resp, err := http.ReadResponse(in, nil)
				if err != nil {
					t.Fatalf("answer %d: %v", i, err)
				}
				body, err := io.ReadAll(resp.Body)
				if err != nil || resp.StatusCode != 200 && name != "a change" || len(body) < 30 || strings.Contains(string(body), "closed") {
					t.Errorf("answer %d: %d %s %v", i, resp.StatusCode, body, err)
				}
			}
		})
	}
}

// It also does on a connection that was used before, a while ago.
func TestHalfACloseAfterAWhile(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	client, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	conn, err := lingering{l}.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	c := conn.(*lingerConn)
	c.asked()
	if err := c.SetWriteDeadline(past); err != nil { // as the answer before left it
		t.Fatal(err)
	}
	if !c.foretell() {
		t.Error("a client that is there was taken for one that has left")
	}
}

// paged gives out one row a page, each when it may.
type paged struct {
	inspector.Store
	open chan struct{}
}

func (p *paged) List(ctx context.Context, q inspector.ListQuery) (inspector.Page, error) {
	select {
	case <-p.open:
	case <-ctx.Done():
		return inspector.Page{}, ctx.Err()
	}
	q.Limit = 1
	return p.Store.List(ctx, q)
}

// It also does in the middle of a stream, whose chunks stay readable.
func TestHalfACloseWithinAStream(t *testing.T) {
	t.Parallel()
	store := &paged{open: make(chan struct{}, 8)}
	r := newRig(t, func(o *Options) { store.Store = o.Store; o.Store = store })
	for range 3 {
		r.capture(capture{})
	}
	conn := r.open()
	io.WriteString(conn, "GET /api/v1/deliveries"+searchHead+"Accept: "+typeRows+"\r\n\r\n")
	store.open <- struct{}{}
	// All of the first row is there, with the end of its chunk.
	var early strings.Builder
	for b := make([]byte, 1); !strings.HasSuffix(early.String(), "}\n\r\n"); early.WriteByte(b[0]) {
		if _, err := io.ReadFull(conn, b); err != nil {
			t.Fatal(err)
		}
	}
	zeros := heard(t, conn, 3)
	if zeros != "000" {
		t.Errorf("between two chunks came %q", zeros)
	}
	for range 3 {
		store.open <- struct{}{}
	}
	if _, body := readAnswer(t, early.String()+zeros, conn); strings.Count(body, "\n") != 3 {
		t.Errorf("got %q, want 3 rows", body)
	}
}

// Who leaves in the middle of one ends it, though nothing is found that could be
// written.
func TestLeavingWithinAStream(t *testing.T) {
	t.Parallel()
	store := &paged{open: make(chan struct{}, 8)}
	ended := make(chan error, 8)
	r := newRig(t, func(o *Options) { store.Store = o.Store; o.Store = &overheard{store, ended} })
	for range 3 {
		r.capture(capture{})
	}
	conn := r.open()
	io.WriteString(conn, "GET /api/v1/deliveries"+searchHead+"Accept: "+typeRows+"\r\n\r\n")
	store.open <- struct{}{}
	for line := bufio.NewReader(conn); ; {
		text, err := line.ReadString('\n')
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(text, "{") {
			break
		}
	}
	conn.Close()
	if err := came(t, "the end of the search", ended); err == nil {
		t.Error("the search went on")
	}
}

// overheard tells how pages that were not found ended.
type overheard struct {
	inspector.Store
	ended chan error
}

func (l *overheard) List(ctx context.Context, q inspector.ListQuery) (inspector.Page, error) {
	page, err := l.Store.List(ctx, q)
	if err != nil {
		l.ended <- err
	}
	return page, err
}
