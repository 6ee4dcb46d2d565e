package proxy

import (
	"bytes"
	"io"
	"math/rand/v2"
	"net"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/boathook/boathook/inspector"
)

// mutate changes a few bytes of a valid stream of requests.
func mutate(r *rand.Rand, in []byte) []byte {
	out := bytes.Clone(in)
	for range 1 + r.IntN(4) {
		at := r.IntN(len(out))
		switch r.IntN(4) {
		case 0:
			out[at] = byte(r.Uint32())
		case 1:
			out = append(out[:at], out[min(len(out), at+1+r.IntN(8)):]...)
		case 2:
			out = append(out[:at], append([]byte(pick(r, "\r", "\n", "\x00", " ", ":", "\r\n", "0", "ffff")), out[at:]...)...)
		case 3:
			out = out[:at+1]
		}
		if len(out) == 0 {
			return []byte("x")
		}
	}
	return out
}

// TestMutatedRequests throws damaged requests at a receiver, which must answer
// or end each connection, store only what was sent, and hold on to nothing. It
// is not parallel, because it counts goroutines.
func TestMutatedRequests(t *testing.T) {
	before := runtime.NumGoroutine()
	r := newRig(t, &stubAnswerer{}, Limits{Body: 64 << 10, HeadTime: time.Second, BodyTime: time.Second, Idle: time.Second})
	rnd := rand.New(rand.NewPCG(7, 7))
	bodies := samples(t)
	for range 400 {
		stream := mutate(rnd, bytes.Join([][]byte{randomRequest(rnd, bodies, "m"), randomRequest(rnd, bodies, "m")}, nil))
		known := r.lastN()
		c := r.dial()
		go func() {
			_, _ = c.Write(stream)
			_ = c.Conn.(*net.TCPConn).CloseWrite()
		}()
		if _, err := io.Copy(io.Discard, c.r); err != nil {
			if ne, ok := err.(net.Error); ok && ne.Timeout() {
				t.Fatalf("no end for %.300q", stream)
			}
		}
		c.Close()
		for _, row := range r.rowsAfter(known) {
			got := r.wireBytes(row.ID, 0, inspector.Request)
			if !bytes.Contains(stream, got) && row.Flags&inspector.FlagCut == 0 {
				t.Fatalf("stored %.300q, which was not sent in %.300q", got, stream)
			}
		}
	}
	r.dial().send(simple).want(200)
	eventually(t, "nothing is held", func() bool { return r.Stats().InFlight == 0 })
	if s := r.Stats(); s.Panics != 0 || s.Captured == 0 || s.Malformed == 0 {
		t.Errorf("stats = %+v", s)
	}
	r.stop()
	_ = r.store.Close()
	eventually(t, "no goroutine is left", func() bool {
		// The HTTP server's idle workers and the clock of its date end by themselves.
		return runtime.NumGoroutine() <= before+6
	})
}

func (r *rig) lastN() uint64 {
	r.t.Helper()
	s, err := r.store.Stats(r.t.Context(), inspector.DefaultWorkspace)
	if err != nil {
		r.t.Fatal(err)
	}
	return s.LastN
}

// rowsAfter are the rows with a running number above n, newest first.
func (r *rig) rowsAfter(n uint64) []inspector.Row {
	r.t.Helper()
	page, err := r.store.List(r.t.Context(), inspector.ListQuery{Workspace: inspector.DefaultWorkspace, Limit: 200})
	if err != nil {
		r.t.Fatal(err)
	}
	for i := range page.Rows {
		if page.Rows[i].N <= n {
			return page.Rows[:i]
		}
	}
	return page.Rows
}

// TestSlowSenderInPieces sends every request one byte at a time.
func TestSlowSenderInPieces(t *testing.T) {
	t.Parallel()
	r := newRig(t, &stubAnswerer{}, Limits{})
	c := r.dial()
	for _, req := range []string{
		simple,
		"PUT /b HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3;x\r\nabc\r\n0\r\nT: u\r\n\r\n",
		"GET /c HTTP/1.1\r\nHost: a\r\n\r\n",
	} {
		for _, b := range strings.SplitAfter(req, "") {
			c.send(b)
		}
		c.want(200)
		if got := string(r.wireBytes(r.rows()[0].ID, 0, inspector.Request)); got != req {
			t.Errorf("stored %q, sent %q", got, req)
		}
	}
}
