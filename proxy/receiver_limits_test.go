package proxy

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/boathook/boathook/inspector"
)

// nullStore takes everything and keeps nothing but counts.
type nullStore struct {
	inspector.Store
	bytes, deliveries atomic.Int64
	peak              atomic.Int64
	err               error
}

func (s *nullStore) Commit(_ context.Context, b *inspector.Batch) (inspector.Result, error) {
	for i := range b.Chunks {
		s.bytes.Add(int64(len(b.Chunks[i].Data)))
	}
	s.deliveries.Add(int64(len(b.Deliveries)))
	if n := s.bytes.Load(); n>>23 != (n-inspector.ChunkBytes)>>23 {
		runtime.GC() // garbage does not count
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		s.peak.Store(max(s.peak.Load(), int64(m.HeapAlloc)))
	}
	return inspector.Result{}, s.err
}

// TestHugeBody takes a gibibyte through a few chunks of memory. It is not
// parallel, because it looks at the heap of the process.
func TestHugeBody(t *testing.T) {
	size := int64(1 << 30)
	if testing.Short() || raceEnabled {
		size = 256 << 20
	}
	store := &nullStore{}
	r := newRigOn(t, store, &stubAnswerer{}, Limits{Body: 1 << 30})
	runtime.GC()
	var before runtime.MemStats
	runtime.ReadMemStats(&before)
	c := r.dial()
	_ = c.SetDeadline(time.Now().Add(2 * time.Minute))
	c.send(fmt.Sprintf("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n", size))
	piece := make([]byte, 1<<20)
	for sent := int64(0); sent < size; sent += int64(len(piece)) {
		if _, err := c.Write(piece); err != nil {
			t.Fatal(err)
		}
		if held := r.Stats().InFlight; held > 3*inspector.ChunkBytes {
			t.Fatalf("%d bytes are held after %d", held, sent)
		}
	}
	c.want(200)
	if got := store.bytes.Load() - int64(len(okReply.Body)); got != size {
		t.Errorf("%d bytes were stored, want %d", got, size)
	}
	if grown := store.peak.Load() - int64(before.HeapAlloc); grown > 16<<20 {
		t.Errorf("the heap grew by %d MiB", grown>>20)
	}
}

func TestTooLongBodyIsRefusedEarly(t *testing.T) {
	t.Parallel()
	r := newRig(t, &stubAnswerer{}, Limits{Body: 1 << 20})
	for _, head := range []string{
		"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1073741824\r\n\r\n",
		"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n40000000\r\n",
	} {
		c := r.dial()
		c.send(head)
		var sent atomic.Int64
		go func() {
			piece := make([]byte, 64<<10)
			for {
				n, err := c.Write(piece)
				sent.Add(int64(n))
				if err != nil {
					return
				}
			}
		}()
		c.want(413)
		c.ended()
		eventually(t, "the sender notices", func() bool { n := sent.Load(); time.Sleep(20 * time.Millisecond); return n == sent.Load() })
	}
	for _, row := range r.rows() {
		if row.Status != 413 || row.Flags&inspector.FlagCut == 0 || row.Flags&inspector.FlagFailed == 0 || row.Size > 4096 {
			t.Errorf("row = %+v", row)
		}
	}
}

func TestExpectContinue(t *testing.T) {
	t.Parallel()
	r := newRig(t, &stubAnswerer{}, Limits{})
	c := r.dial()
	c.send("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-Continue\r\nContent-Length: 3\r\n\r\n")
	if a := c.answer("POST"); a.status != 100 || a.err != nil {
		t.Fatalf("status %d, %v; want 100", a.status, a.err)
	}
	c.send("abc").want(200)
	c.send(simple).want(200)
}

func TestInFlightBudget(t *testing.T) {
	t.Parallel()
	r := newRig(t, &stubAnswerer{}, Limits{InFlight: 100 << 10})
	part := "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 70000\r\n\r\n" + strings.Repeat("a", 60000)
	first := r.dial().send(part)
	eventually(t, "the first is held", func() bool { return r.Stats().InFlight >= 60000 })
	second := r.dial().send(part)
	if a := second.want(503); a.head.Fields.Value("Retry-After") != "1" {
		t.Errorf("head = %q", a.raw)
	}
	second.ended()
	first.send(strings.Repeat("a", 10000)).want(200)
	eventually(t, "all is given back", func() bool { return r.Stats().InFlight == 0 })
	if rows := r.rows(); len(rows) != 1 {
		t.Errorf("%d deliveries, want 1", len(rows))
	}
}

func TestConnectionCaps(t *testing.T) {
	t.Parallel()
	r := newRig(t, &stubAnswerer{}, Limits{Conns: 3})
	var held []*client
	for range 3 {
		held = append(held, r.dial().send("POST"))
	}
	eventually(t, "three are open", func() bool { return r.Stats().Connections == 3 })
	over := r.dial()
	if a := over.want(503); a.head.Fields.Value("Retry-After") == "" {
		t.Errorf("head = %q", a.raw)
	}
	over.ended()
	held[0].Close()
	eventually(t, "one has left", func() bool { return r.Stats().Connections == 2 })
	r.dial().send(simple).want(200)
}

func TestPeers(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ a, b string }{
		{"192.0.2.1", "192.0.2.1/32"}, {"::ffff:192.0.2.1", "192.0.2.1/32"},
		{"2001:db8:1:2:3::4", "2001:db8:1:2::/64"}, {"fe80::1%eth0", "fe80::/64"},
		{"127.0.0.1", "invalid Prefix"}, {"127.9.9.9", "invalid Prefix"}, {"::1", "invalid Prefix"},
	} {
		addr, err := net.ResolveTCPAddr("tcp", net.JoinHostPort(test.a, "80"))
		if err != nil {
			t.Fatal(err)
		}
		if got := peerOf(addr).String(); got != test.b {
			t.Errorf("peerOf(%s) = %s, want %s", test.a, got, test.b)
		}
	}
}

func TestConnectionsPerPeer(t *testing.T) {
	t.Parallel()
	r := newRig(t, &stubAnswerer{}, Limits{ConnsPerPeer: 2})
	far := func() *conn {
		a, b := net.Pipe()
		t.Cleanup(func() { a.Close() })
		go func() { _, _ = io.Copy(io.Discard, a) }()
		return r.conns.admit(r.Receiver, farConn{b})
	}
	one, two, three := far(), far(), far()
	if one == nil || two == nil || three != nil {
		t.Fatalf("admitted %v %v %v, want the first two", one != nil, two != nil, three != nil)
	}
	_ = one.Close()
	four := far()
	if four == nil {
		t.Fatal("not admitted after one has left")
	}
	_ = two.Close()
	_ = four.Close()
	if n := len(r.conns.peers); n != 0 {
		t.Errorf("%d peers are still counted", n)
	}
}

// farConn is a connection from an address that is no loopback.
type farConn struct{ net.Conn }

func (farConn) RemoteAddr() net.Addr { return &net.TCPAddr{IP: net.IPv4(192, 0, 2, 1), Port: 1} }

func TestRequestsPerConnection(t *testing.T) {
	t.Parallel()
	r := newRig(t, &stubAnswerer{}, Limits{Requests: 3})
	c := r.dial()
	for i := range 3 {
		a := c.send(simple).want(200)
		if closing := a.head.Fields.Value("Connection") == "close"; closing != (i == 2) {
			t.Errorf("answer %d: head %q", i+1, a.raw)
		}
	}
	c.ended()
}

// TestCloseKeepsAnswers holds that requests which come after the last that is
// taken do not cost the sender the answers before.
func TestCloseKeepsAnswers(t *testing.T) {
	t.Parallel()
	for _, sent := range []string{
		strings.Repeat(simple, 1000),
		"POST / HTTP/1.0\r\nContent-Length: 3\r\n\r\nabc" + strings.Repeat("x", 100000),
	} {
		r := newRig(t, &stubAnswerer{}, Limits{Requests: 100})
		c := r.dial()
		go func() { _, _ = io.WriteString(c, sent) }()
		time.Sleep(20 * time.Millisecond) // the answers wait to be read
		n := strings.Count(sent, "abc") / 10
		for range max(n, 1) {
			c.want(200)
		}
		if _, err := c.r.ReadByte(); err != io.EOF {
			t.Errorf("after the last answer: %v, want the end", err)
		}
	}
}

func TestNotStoredIsNotAcknowledged(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		err   error
		retry string
	}{{inspector.ErrBusy, "1"}, {inspector.ErrNoSpace, "5"}, {inspector.ErrSlow, "5"}, {errors.New("boom"), "5"}} {
		for _, later := range []bool{false, true} {
			a := &stubAnswerer{}
			recorded := make(chan error, 1)
			if later {
				a.answer = func(ctx context.Context, x *Exchange) Reply {
					if _, err := x.Stored(ctx); !errors.Is(err, ErrNotStored) {
						t.Errorf("Stored: %v, want ErrNotStored", err)
					}
					return Reply{Status: 200, Record: func(err error) Recorded { recorded <- err; return Recorded{} }}
				}
			}
			r := newRigOn(t, &nullStore{err: test.err}, a, Limits{})
			for _, req := range []string{
				simple,
				"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 600000\r\n\r\n" + strings.Repeat("a", 600000),
			} {
				c := r.dial()
				if a := c.send(req).want(503); a.head.Fields.Value("Retry-After") != test.retry {
					t.Errorf("%v: head %q, want Retry-After %s", test.err, a.raw, test.retry)
				}
				c.ended()
			}
			if later {
				if err := <-recorded; !errors.Is(err, ErrNotStored) {
					t.Errorf("Record got %v", err)
				}
			}
			if s := r.Stats(); s.NotStored != 2 || s.Captured != 0 {
				t.Errorf("stats = %+v", s)
			}
		}
	}
}

func TestPanicsEndOneConnection(t *testing.T) {
	t.Parallel()
	r := newRig(t, &stubAnswerer{instant: func(x *Exchange) (Reply, bool) {
		if x.Head.Target == "/boom" {
			panic("boom")
		}
		return okReply, true
	}}, Limits{})
	c := r.dial()
	c.send("GET /boom HTTP/1.1\r\nHost: a\r\n\r\n")
	c.ended()
	r.dial().send(simple).want(200)
	if s := r.Stats(); s.Panics != 1 {
		t.Errorf("stats = %+v", s)
	}
}

// TestManyHalfOpen holds that slow clients do not keep others waiting.
func TestManyHalfOpen(t *testing.T) {
	t.Parallel()
	r := newRig(t, &stubAnswerer{}, Limits{})
	const slow = 2000
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range slow / 8 {
				c, err := net.Dial("tcp", r.addr)
				if err != nil {
					t.Error(err)
					return
				}
				t.Cleanup(func() { c.Close() })
				_, _ = io.WriteString(c, "POST / HTTP/1.1\r\nHost: a\r\nX-Slow: ")
			}
		})
	}
	wg.Wait()
	eventually(t, "all are open", func() bool { return r.Stats().Connections >= slow })
	started := time.Now()
	for range 20 {
		c := r.dial()
		c.send(simple).want(200)
		c.Close()
	}
	if d := time.Since(started); d > 20*time.Second {
		t.Errorf("20 requests took %s", d)
	}
}

// Many clients look for an answer only after they have sent everything.
func TestSenderOfTooMuchReadsItsRefusal(t *testing.T) {
	t.Parallel()
	r := newRig(t, &stubAnswerer{}, Limits{Body: 1 << 20})
	const size = 20 << 20
	for name, request := range map[string]string{
		"announced": fmt.Sprintf("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n%s", size, strings.Repeat("a", size)),
		"chunked":   fmt.Sprintf("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n", size, strings.Repeat("a", size)),
	} {
		c := r.dial()
		defer c.Close()
		if _, err := io.WriteString(c, request); err != nil {
			t.Errorf("%s: the body could not be sent: %v", name, err)
			continue
		}
		if a := c.answer("POST"); a.status != 413 {
			t.Errorf("%s: answered %d, want 413", name, a.status)
		}
		c.ended()
	}
}
