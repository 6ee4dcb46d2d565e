package client_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/inspector/memstore"
	"github.com/boathook/boathook/proxy"
	"github.com/boathook/boathook/web"
	"github.com/boathook/boathook/web/client"
)

const token = "test-token-0123456789-abcdefghijklmnopqrstuv"

// bench is a server with a client. Connections can be torn.
type bench struct {
	*client.Client
	t     *testing.T
	store *inspector.Committer
	ids   *inspector.IDs
	pipes *pipes
	addr  string
}

// pipes is a listener in memory.
type pipes struct {
	conns chan net.Conn
	done  chan struct{}
	once  sync.Once

	mu   sync.Mutex
	open []net.Conn
}

func newPipes() *pipes { return &pipes{conns: make(chan net.Conn), done: make(chan struct{})} }

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.done:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error   { p.once.Do(func() { close(p.done) }); return nil }
func (p *pipes) Addr() net.Addr { return pipeAddr{} }

type pipeAddr struct{}

func (pipeAddr) Network() string { return "pipe" }
func (pipeAddr) String() string  { return "pipe" }

// dial connects to the listener.
func (p *pipes) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	here, there := net.Pipe()
	select {
	case p.conns <- there:
		p.mu.Lock()
		defer p.mu.Unlock()
		p.open = append(p.open, here)
		return here, nil
	case <-p.done:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// tear breaks all connections off.
func (p *pipes) tear() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range p.open {
		c.Close()
	}
	p.open = nil
}

func newBench(t *testing.T) *bench {
	t.Helper()
	return benchOn(t, memstore.New())
}

func benchOn(t *testing.T, under inspector.Store) *bench {
	t.Helper()
	store := inspector.NewCommitter(under, inspector.CommitterOptions{})
	ctx, cancel := context.WithCancel(context.Background())
	p, err := proxy.New(ctx, store, proxy.Options{})
	if err != nil {
		t.Fatal(err)
	}
	hub := inspector.NewHub(store, inspector.DefaultWorkspace, inspector.HubOptions{Take: p.Take})
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	b := &bench{t: t, store: store, ids: p.IDs(), pipes: newPipes(), addr: ln.Addr().String()}
	s := web.New(web.Options{
		Store: store, Hub: hub, Inboxes: p.Inboxes(), Sender: p.Dispatcher(), Token: token, Version: "test",
		CaptureURL: func() string { return "http://" + b.addr },
	})
	var done sync.WaitGroup
	run := func(what string, f func() error) {
		done.Go(func() {
			if err := f(); err != nil {
				t.Errorf("%s: %v", what, err)
			}
		})
	}
	run("serve captures", func() error { return p.Serve(ctx, ln) })
	run("serve the page", func() error { return s.Serve(ctx, b.pipes) })
	run("run the hub", func() error { return hub.Run(ctx) })
	b.Client = client.New("http://localhost/api/v1", token, &http.Client{
		Transport: &http.Transport{DialContext: b.pipes.dial},
	})
	t.Cleanup(func() {
		b.pipes.tear()
		cancel()
		done.Wait()
		store.Close() // some tests have closed what is below
	})
	return b
}

// capture stores n deliveries in one go and returns the last one's row.
func (b *bench) capture(n int) inspector.Row {
	b.t.Helper()
	var last inspector.Row
	for n > 0 {
		k := min(n, 50)
		n -= k
		batch := inspector.Batch{Workspace: inspector.DefaultWorkspace}
		for range k {
			id, err := b.ids.New(time.Now())
			if err != nil {
				b.t.Fatal(err)
			}
			head := []byte("POST /in/demo HTTP/1.1\r\nHost: a\r\n\r\n")
			last = inspector.Row{ID: id, At: time.Now(), Dir: inspector.In, Inbox: "demo", Method: "POST", Target: "/in/demo", Size: 5, Verdict: inspector.Unchecked}
			batch.Deliveries = append(batch.Deliveries, last)
			batch.Attempts = append(batch.Attempts, inspector.Attempt{Delivery: id, Request: inspector.Message{Head: head, Size: 5, Wanted: -1}})
			batch.Chunks = append(batch.Chunks, inspector.Chunk{Body: inspector.BodyKey{Delivery: id}, Data: []byte("hello")})
		}
		res, err := b.store.Commit(context.Background(), &batch)
		if err != nil {
			b.t.Fatal(err)
		}
		last.N = res.Numbers[last.ID]
	}
	return last
}

func TestCallsOverMemory(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx := t.Context()
	row := b.capture(3)

	check := func(what string, ok bool, err error, got any) {
		t.Helper()
		if err != nil || !ok {
			t.Errorf("%s = %+v, %v", what, got, err)
		}
	}
	check("alive", true, b.Alive(ctx), nil)
	status, err := b.Status(ctx)
	check("status", status.Store.Deliveries == 3 && status.Page == "http://localhost", err, status)
	page, err := b.List(ctx, client.ListOptions{Limit: 2})
	check("list", len(page.Rows) == 2 && page.Rows[0].ID == row.ID && page.Next != "", err, page)
	page, err = b.List(ctx, client.ListOptions{Limit: 2, Before: page.Next})
	check("next page", len(page.Rows) == 1 && page.Next == "", err, page)
	d, err := b.Delivery(ctx, fmt.Sprint(row.N))
	check("delivery", d.Row.ID == row.ID && len(d.Attempts) == 1 && d.Attempts[0].Request.Size == 5, err, d)
	raw, err := b.Raw(ctx, row.ID.String(), 0, inspector.Request, false)
	if err != nil {
		t.Fatal(err)
	}
	check("raw", text(t, raw) == "POST /in/demo HTTP/1.1\r\nHost: a\r\n\r\nhello", nil, nil)
	body, err := b.Body(ctx, row.ID.String(), 0, inspector.Request, client.BodyOptions{From: 1, To: 3})
	if err != nil {
		t.Fatal(err)
	}
	check("range", body.Size == 3 && text(t, body) == "ell", nil, body.Size)
	normal, err := b.CheckQuery(ctx, "inbox:demo")
	check("check", normal == "inbox:demo", err, normal)
	complete, err := b.Complete(ctx, "inb", 3)
	check("complete", len(complete.Items) > 0, err, complete)
	pinged, err := b.PingTo(ctx, client.PingInput{Inbox: "demo"})
	check("ping", pinged.Status == 200 && pinged.N == 4, err, pinged)
	link, err := b.LoginLink(ctx)
	check("link", strings.HasPrefix(link, "http://localhost/login?key="), err, link)
	checks, err := b.Doctor(ctx)
	check("doctor", len(checks) > 3, err, checks)

	in, err := b.CreateInbox(ctx, proxy.Inbox{Name: "orders"})
	check("create", in.Rev > 0, err, in)
	in.Note = "changed"
	in, err = b.UpdateInbox(ctx, in)
	check("update", in.Note == "changed", err, in)
	in, err = b.Inbox(ctx, "orders")
	check("inbox", in.Note == "changed", err, in)
	all, err := b.Inboxes(ctx)
	check("inboxes", len(all) == 3, err, all)
	check("delete inbox", true, b.DeleteInbox(ctx, "orders"), nil)

	gone, err := b.Trash(ctx, client.Selection{IDs: []string{fmt.Sprint(row.N)}})
	check("trash by number", gone.Deleted == 1, err, gone)
	n, err := b.DeleteMatching(ctx, "*")
	check("delete all", n == 3, err, n)
	n, err = b.Restore(ctx, client.Restoration{Last: true})
	check("restore", n == 1, err, n)
	gone, err = b.Trash(ctx, client.Selection{Query: "*"})
	check("trash", gone.Deleted == 1 && gone.At != "", err, gone)
	check("delete for good", true, b.DeleteForever(ctx, fmt.Sprint(row.N)), nil)
	n, err = b.EmptyTrash(ctx)
	check("empty trash", n == 0, err, n)
}

func text(t *testing.T, r io.ReadCloser) string {
	t.Helper()
	defer r.Close()
	data, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestProblemsAreErrors(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx := t.Context()
	_, err := b.List(ctx, client.ListOptions{Query: "statsu:200"})
	var p *client.Problem
	if !errors.As(err, &p) || p.Status != 400 || p.Pos == nil || *p.Pos != 0 || p.Suggestion == "" {
		t.Errorf("bad filter = %#v", err)
	}
	if _, err := b.Delivery(ctx, "99"); !errors.As(err, &p) || p.Status != 404 {
		t.Errorf("unknown delivery = %v", err)
	}
	if _, err := b.Raw(ctx, "99", 0, inspector.Request, false); !errors.As(err, &p) || p.Status != 404 {
		t.Errorf("raw of an unknown delivery = %v", err)
	}
	if _, err := b.Backup(ctx); !errors.As(err, &p) || p.Status != 501 {
		t.Errorf("backup = %v", err)
	}
	for row, err := range b.All(ctx, "statsu:200") {
		if !errors.As(err, &p) || p.Status != 400 {
			t.Errorf("all = %v, %v", row, err)
		}
	}
	stranger := client.New("http://localhost", "wrong", &http.Client{Transport: &http.Transport{DialContext: b.pipes.dial}})
	if _, err := stranger.Status(ctx); !errors.As(err, &p) || p.Status != 401 || p.Hint == "" {
		t.Errorf("wrong token = %v", err)
	}
	for _, err := range stranger.Tail(ctx, "", "") {
		if !errors.As(err, &p) || p.Status != 401 {
			t.Errorf("tail with a wrong token = %v", err)
		}
	}
}

func TestAnotherProgramAtTheAddress(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	c := client.New("http://"+b.addr, token, nil) // the capture port
	_, err := c.Status(t.Context())
	var p *client.Problem
	if err == nil {
		t.Error("a capture port passes for a page")
	}
	if errors.As(err, &p) && p.Hint == "" {
		t.Errorf("= %v", err)
	}
}

func TestAllReadsEveryRow(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.capture(1000)
	next := uint64(1000)
	for row, err := range b.All(t.Context(), "") {
		if err != nil {
			t.Fatal(err)
		}
		if row.N != next {
			t.Fatalf("row %d where %d was next", row.N, next)
		}
		next--
	}
	if next != 0 {
		t.Errorf("%d rows are missing", next)
	}
	// Leaving early ends the stream on both sides.
	for range b.All(t.Context(), "") {
		break
	}
}
