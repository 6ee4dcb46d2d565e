package proxy

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/inspector/memstore"
	"github.com/boathook/boathook/proxy/wire"
)

// stand is a whole proxy on a loopback port, with a store in memory.
type stand struct {
	*Proxy
	rig  rig // for its helpers
	t    testing.TB
	addr string
	stop func()
}

func newStand(t testing.TB, opt Options) *stand {
	t.Helper()
	store := inspector.NewCommitter(memstore.New(), inspector.CommitterOptions{})
	t.Cleanup(func() { store.Close() })
	return newStandOn(t, store, opt)
}

func newStandOn(t testing.TB, store *inspector.Committer, opt Options) *stand {
	t.Helper()
	return newStandOf(t, store, opt, func(*Proxy) {})
}

// newStandOf is newStandOn with a change before anything works.
func newStandOf(t testing.TB, store *inspector.Committer, opt Options, change func(*Proxy)) *stand {
	t.Helper()
	p, err := New(t.Context(), store, opt)
	if err != nil {
		t.Fatal(err)
	}
	change(p)
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &stand{Proxy: p, t: t, addr: ln.Addr().String()}
	s.rig = rig{t: t, store: store, addr: s.addr}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- p.Serve(ctx, ln) }()
	for end := time.Now().Add(time.Minute); p.sending.capture.Load() == nil && time.Now().Before(end); {
		time.Sleep(time.Millisecond) // until it has begun
	}
	s.stop = sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("Serve: %v", err)
		}
	})
	t.Cleanup(s.stop)
	return s
}

// inbox stores an inbox, new or changed.
func (s *stand) inbox(in Inbox) Inbox {
	s.t.Helper()
	var err error
	if old, getErr := s.Inboxes().Get(in.Name); getErr == nil {
		in.Rev = old.Rev
		in, err = s.Inboxes().Update(context.Background(), in)
	} else {
		in, err = s.Inboxes().Create(context.Background(), in)
	}
	if err != nil {
		s.t.Fatalf("inbox %s: %v", in.Name, err)
	}
	return in
}

// forward makes an inbox that forwards to url.
func (s *stand) forward(name, url string, change ...func(*Target)) {
	s.t.Helper()
	target := Target{URL: url}
	for _, c := range change {
		c(&target)
	}
	s.inbox(Inbox{Name: name, Forward: []Target{target}})
}

// post sends a small request and reads the answer.
func (s *stand) post(target string) reply {
	s.t.Helper()
	return s.raw("POST " + target + " HTTP/1.1\r\nHost: sender\r\nContent-Length: 2\r\n\r\nhi")
}

// raw sends bytes on a connection of their own and reads one answer.
func (s *stand) raw(request string) reply {
	s.t.Helper()
	c := s.rig.dial()
	defer c.Close()
	method, _, _ := strings.Cut(request, " ")
	return c.send(request).answer(method)
}

// recorded waits until an inbox holds n deliveries that each have want attempts, and
// returns the newest with its attempts.
func (s *stand) recorded(inbox string, n, want int) (inspector.Row, []inspector.Attempt) {
	s.t.Helper()
	var row inspector.Row
	var attempts []inspector.Attempt
	eventually(s.t, fmt.Sprintf("%d deliveries of %s with %d attempts", n, inbox, want), func() bool {
		found := 0
		for _, r := range s.rig.rows() {
			as := s.rig.attempts(r.ID)
			if r.Inbox != inbox || len(as) < want {
				continue
			}
			if found++; found == 1 {
				row, attempts = r, as
			}
		}
		// The outcome comes with the attempts, the answer may come later.
		return found >= n && (row.Status != 0 || row.Failure != "")
	})
	return row, attempts
}

// app is a target that keeps every byte it receives.
type app struct {
	t    testing.TB
	addr string
	mu   sync.Mutex
	got  [][]byte // one for each request
}

func (a *app) requests() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	var all []string
	for _, b := range a.got {
		all = append(all, string(b))
	}
	return all
}

// newApp starts a target that answers each request with what answer returns. An
// empty answer closes the connection.
func newApp(t testing.TB, answer func(request []byte) string) *app {
	t.Helper()
	a := &app{t: t}
	a.addr = listen(t, func(c net.Conn) {
		log := &bytes.Buffer{}
		r := bufio.NewReader(c)
		for {
			log.Reset()
			head, h, err := wire.ReadRequestHead(r, 1<<20, 10_000)
			if err != nil {
				return
			}
			log.Write(head)
			kind, n, err := h.Framing()
			if err != nil {
				return
			}
			body := wire.NewBodyReader(r, kind, n, wire.Limits{})
			data, err := io.ReadAll(body)
			if err != nil {
				return
			}
			log.Reset()
			if err := wire.WriteMessage(log, head, body.Framing(), bytes.NewReader(data)); err != nil {
				return
			}
			a.mu.Lock()
			a.got = append(a.got, bytes.Clone(log.Bytes()))
			a.mu.Unlock()
			out := answer(log.Bytes())
			if out == "" {
				return
			}
			if _, err := io.WriteString(c, out); err != nil {
				return
			}
		}
	})
	return a
}

// listen serves connections on a loopback port until the test ends.
func listen(t testing.TB, serve func(net.Conn)) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	serveOn(t, ln, serve)
	return ln.Addr().String()
}

func serveOn(t testing.TB, ln net.Listener, serve func(net.Conn)) {
	var conns sync.WaitGroup
	var mu sync.Mutex
	open := map[net.Conn]bool{}
	conns.Go(func() {
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			mu.Lock()
			open[c] = true
			mu.Unlock()
			conns.Go(func() {
				defer c.Close()
				serve(c)
			})
		}
	})
	t.Cleanup(func() {
		ln.Close()
		mu.Lock()
		for c := range open {
			c.Close()
		}
		mu.Unlock()
		conns.Wait()
	})
}

// closedPort is an address where nothing listens.
func closedPort(t testing.TB) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	return ln.Addr().String()
}

const ok200 = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

func always(answer string) func([]byte) string { return func([]byte) string { return answer } }

func within(d time.Duration) func(*Target) {
	return func(t *Target) { t.TimeoutMS = int(d.Milliseconds()) }
}

// soonIf lets a target run into its timeout only where that is what is looked at, so
// that no busy machine turns another failure into it.
func soonIf(status int) func(*Target) {
	if status == 504 {
		return within(time.Second)
	}
	return within(30 * time.Second)
}

// message puts a stored message together again.
func (r *rig) message(key inspector.BodyKey, m inspector.Message) string {
	r.t.Helper()
	var body io.Reader
	if b, err := r.store.Body(context.Background(), inspector.DefaultWorkspace, key); err == nil {
		defer b.Close()
		body = io.NewSectionReader(b, 0, b.Size())
		if b.Size() != m.Size {
			r.t.Errorf("stored body has %d bytes, the message says %d", b.Size(), m.Size)
		}
	}
	var out bytes.Buffer
	if err := wire.WriteMessage(&out, m.Head, m.Framing, body); err != nil {
		r.t.Fatal(err)
	}
	return out.String()
}
