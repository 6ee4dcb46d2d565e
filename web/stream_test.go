package web

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/inspector/memstore"
	"github.com/boathook/boathook/web/client"
)

// watched counts what is asked of a store.
type watched struct {
	inspector.Store
	lists  atomic.Int64
	bodies atomic.Int64 // open ones
	panics atomic.Bool
}

func (w *watched) List(ctx context.Context, q inspector.ListQuery) (inspector.Page, error) {
	w.lists.Add(1)
	if w.panics.Load() {
		panic("list")
	}
	return w.Store.List(ctx, q)
}

func (w *watched) Body(ctx context.Context, ws inspector.Workspace, key inspector.BodyKey) (inspector.Body, error) {
	b, err := w.Store.Body(ctx, ws, key)
	if err != nil {
		return nil, err
	}
	w.bodies.Add(1)
	return &watchedBody{b, w}, nil
}

type watchedBody struct {
	inspector.Body
	w *watched
}

func (b *watchedBody) Close() error {
	b.w.bodies.Add(-1)
	return b.Body.Close()
}

// settle waits until nobody lists any more and returns how often it was done.
func (w *watched) settle(t *testing.T) (lists int64) {
	t.Helper()
	waitFor(t, "the stream to wait", func() bool {
		before := w.lists.Load()
		time.Sleep(200 * time.Millisecond) // a stream that goes on would list meanwhile
		lists = w.lists.Load()
		return lists == before
	})
	return lists
}

// fill stores n deliveries whose rows are about size bytes long.
func (r *rig) fill(n, size int) {
	r.t.Helper()
	target := "/" + strings.Repeat("x", size)
	for n > 0 {
		b := inspector.Batch{Workspace: inspector.DefaultWorkspace}
		for range min(n, 200) {
			id, err := r.ids.New(time.Now())
			if err != nil {
				r.t.Fatal(err)
			}
			b.Deliveries = append(b.Deliveries, inspector.Row{ID: id, At: time.Now(), Dir: inspector.In, Inbox: "demo", Method: "POST", Target: target})
		}
		n -= len(b.Deliveries)
		if _, err := r.store.Commit(context.Background(), &b); err != nil {
			r.t.Fatal(err)
		}
	}
}

func TestNDJSONWaitsForItsReaderAndStopsWithIt(t *testing.T) {
	t.Parallel()
	var store *watched
	r := newRig(t, func(o *Options) {
		store = &watched{Store: o.Store}
		o.Store = store
	})
	const pages = 100
	r.fill(pages*maxRows, 2000)
	conn, err := net.Dial("tcp", r.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprintf(conn, "GET /api/v1/deliveries HTTP/1.1\r\nHost: localhost\r\nAccept: application/x-ndjson\r\nAuthorization: Bearer %s\r\n\r\n", token)
	if _, err := io.ReadFull(conn, make([]byte, 1000)); err != nil {
		t.Fatal(err)
	}
	// The server reads on until the buffers between us are full, then waits.
	settled := store.settle(t)
	if settled >= pages {
		t.Errorf("all %d pages were read ahead", settled)
	}
	conn.Close()
	done := make(chan struct{})
	go func() { r.work.Wait(); close(done) }()
	select {
	case <-done:
	case <-time.After(time.Minute):
		t.Error("the stream goes on without its reader")
	}
	if n := store.lists.Load(); n > settled+2 {
		t.Errorf("%d more pages were read for nobody", n-settled)
	}
}

func TestBodiesAreClosed(t *testing.T) {
	t.Parallel()
	var store *watched
	r := newRig(t, func(o *Options) {
		store = &watched{Store: o.Store}
		o.Store = store
	})
	row := r.capture(capture{head: "POST / HTTP/1.1\r\nHost: a\r\nContent-Encoding: gzip\r\n\r\n", body: strings.Repeat("x", 5<<20)})
	base := fmt.Sprintf("/api/v1/deliveries/%s/attempts/0/", row.ID)
	for _, path := range []string{"request.raw", "request/body", "request/body?decoded=1"} {
		for _, method := range []string{"GET", "HEAD"} {
			r.do(method, base+path, "")
			r.do(method, base+path, "", "Range: bytes=3-5")
			r.do(method, base+path, "", "Range: bytes=99999999-")
		}
	}
	// Clients that leave after the first bytes.
	for range 5 {
		conn, err := net.Dial("tcp", r.addr)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(conn, "GET %srequest/body HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\n\r\n", base, token)
		io.ReadFull(conn, make([]byte, 100)) //nolint:errcheck // only the leaving matters
		conn.Close()
	}
	waitFor(t, "all bodies to be closed", func() bool { return store.bodies.Load() == 0 })
}

func TestPanicIsAnAnswer(t *testing.T) {
	t.Parallel()
	var store *watched
	r := newRig(t, func(o *Options) {
		store = &watched{Store: o.Store}
		o.Store = store
	})
	store.panics.Store(true)
	if a := r.do("GET", "/api/v1/deliveries", ""); a.StatusCode != 500 || strings.Contains(string(a.body), "list") {
		t.Errorf("= %d %s", a.StatusCode, a.body)
	}
	if !strings.Contains(r.logs.String(), "panic in a handler: list") {
		t.Errorf("log = %s", r.logs)
	}
	store.panics.Store(false)
	if a := r.do("GET", "/api/v1/deliveries", ""); a.StatusCode != 200 {
		t.Errorf("afterwards = %d", a.StatusCode)
	}
}

// TestListAndFeedTogetherMissNothing pages through the list and follows the feed
// from its cursor, while deliveries come in.
func TestListAndFeedTogetherMissNothing(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.fill(300, 10)
	const writers, each = 4, 100
	var wait sync.WaitGroup
	for range writers {
		wait.Go(func() {
			for range each {
				r.capture(capture{})
			}
		})
	}
	waitFor(t, "captures to begin", func() bool { return r.count() > 310 })
	var first client.Page
	r.get("/api/v1/deliveries?limit=20", &first)
	seen := map[uint64]int{}
	page, last := first, uint64(1<<62)
	for {
		for _, row := range page.Rows {
			if row.N >= last {
				t.Fatalf("row %d follows row %d", row.N, last)
			}
			last = row.N
			seen[row.N]++
		}
		if page.Next == "" {
			break
		}
		next := page.Next
		page = client.Page{}
		r.get("/api/v1/deliveries?limit=20&before="+next, &page)
	}
	listed := len(seen)
	conn := r.feed(`{"after":"` + string(first.Cursor) + `","q":""}`)
	for len(seen) < 300+writers*each {
		for _, row := range r.frame(conn).Rows {
			seen[row.N] = 1 // one that came between cursor and list is told twice
		}
	}
	wait.Wait()
	if listed == 300+writers*each {
		t.Log("all captures came before the list")
	}
	for n := uint64(1); n <= 300+writers*each; n++ {
		if seen[n] != 1 {
			t.Errorf("row %d was seen %d times", n, seen[n])
		}
	}
}

func TestStopEndsStreams(t *testing.T) {
	t.Parallel()
	var conn net.Conn
	var start time.Time
	// Runs after the rig has stopped the server, which fails the test itself if
	// something still ran then.
	t.Cleanup(func() {
		if took := time.Since(start); took > 20*time.Second {
			t.Errorf("the stop took %s", took)
		}
		conn.Close()
	})
	var store *watched
	r := newRig(t, func(o *Options) {
		store = &watched{Store: o.Store}
		o.Store = store
	})
	r.fill(20_000, 2000)
	var err error
	if conn, err = net.Dial("tcp", r.addr); err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(conn, "GET /api/v1/deliveries HTTP/1.1\r\nHost: localhost\r\nAccept: application/x-ndjson\r\nAuthorization: Bearer %s\r\n\r\n", token)
	if _, err := io.ReadFull(conn, make([]byte, 1000)); err != nil {
		t.Fatal(err)
	}
	store.settle(t)
	start = time.Now()
}

// A stream that would begin while the server stops does not: nobody would wait for it.
func TestNoStreamBeginsAfterTheStop(t *testing.T) {
	t.Parallel()
	s := New(Options{Store: memstore.New()})
	source, left := io.Pipe()
	s.cancel()
	st := &stream{s: s, source: source, write: func(context.Context, io.Writer) error {
		t.Error("it writes")
		return nil
	}}
	if _, err := st.Read(make([]byte, 1)); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("Read = %v", err)
	}
	if err := st.Close(); err != nil {
		t.Error(err)
	}
	if _, err := left.Write([]byte("x")); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("the source is open: %v", err)
	}
}
