//go:build browser

package browser

import (
	"bytes"
	"context"
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
)

// rig is a boathook in this process. Browsers reach its page through a relay
// that can be cut.
type rig struct {
	t         *testing.T
	mem       *memstore.Store
	store     *inspector.Committer
	hub       *inspector.Hub
	ids       *inspector.IDs
	inboxes   *proxy.Inboxes
	schemes   *proxy.Schemes
	endpoints *proxy.Endpoints
	settings  *proxy.Settings
	providers *proxy.Providers
	filters   *proxy.Filters
	bounds    *proxy.Bounds
	masks     *proxy.Masks
	web       *web.Server
	relay     *relay
	capture   string // host:port
	page      string // base URL, without a slash at the end
}

func newRig(t *testing.T, change ...func(*web.Options)) *rig {
	t.Helper()
	mem := memstore.New()
	r := newRigOn(t, mem, change...)
	r.mem = mem
	return r
}

// newRigOn is a rig on another store, which it closes.
func newRigOn(t *testing.T, below inspector.Store, change ...func(*web.Options)) *rig {
	t.Helper()
	store := inspector.NewCommitter(below, inspector.CommitterOptions{})
	ctx, cancel := context.WithCancel(context.Background())
	p, err := proxy.New(ctx, store, proxy.Options{})
	if err != nil {
		t.Fatal(err)
	}
	hub := inspector.NewHub(store, inspector.DefaultWorkspace, inspector.HubOptions{Take: p.Take})
	capture, page := listen(t), listen(t)
	r := &rig{t: t, store: store, hub: hub, ids: p.IDs(), inboxes: p.Inboxes(), schemes: p.Schemes(), endpoints: p.Endpoints(), settings: p.Settings(), providers: p.Providers(), filters: p.Filters(), bounds: p.Bounds(), masks: p.Masks(), capture: capture.Addr().String()}
	r.relay = newRelay(t, page.Addr().String())
	r.page = "http://" + r.relay.addr()
	opt := web.Options{
		Store: store, Hub: hub, Inboxes: p.Inboxes(), Endpoints: p.Endpoints(), Settings: p.Settings(), Schemes: p.Schemes(), Checker: p.Checker(), Providers: p.Providers(), Sender: p.Dispatcher(), Runs: p.Runs(), Recordings: p.Recordings(), Filters: p.Filters(), IDs: p.IDs(), Bounds: p.Bounds(), Masks: p.Masks(),
		Version: "test", StoreKind: "memory",
		Allow:      []string{r.relay.addr()},
		PageURL:    func() string { return r.page },
		CaptureURL: func() string { return "http://" + r.capture },
	}
	for _, f := range change {
		f(&opt)
	}
	r.web = web.New(opt)
	var done sync.WaitGroup
	done.Go(func() { check(t, p.Serve(ctx, capture)) })
	done.Go(func() { check(t, r.web.Serve(ctx, page)) })
	done.Go(func() { check(t, hub.Run(ctx)) })
	t.Cleanup(func() {
		cancel()
		r.relay.close()
		done.Wait()
		check(t, store.Close())
	})
	return r
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Error(err)
	}
}

func listen(t *testing.T) net.Listener {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return ln
}

// send posts a request to the capture port and waits for its answer.
func (r *rig) send(method, path, contentType, body string, header ...string) {
	r.t.Helper()
	req, err := http.NewRequest(method, "http://"+r.capture+path, strings.NewReader(body))
	if err != nil {
		r.t.Fatal(err)
	}
	req.Header.Set("Content-Type", contentType)
	for _, h := range header {
		name, value, _ := strings.Cut(h, ": ")
		req.Header[name] = append(req.Header[name], value)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		r.t.Fatal(err)
	}
	defer res.Body.Close()
	if _, err := io.Copy(io.Discard, res.Body); err != nil {
		r.t.Fatal(err)
	}
}

// sendRaw writes bytes to the capture port and waits for the start of an answer.
func (r *rig) sendRaw(raw string) {
	r.t.Helper()
	c, err := net.Dial("tcp", r.capture)
	if err != nil {
		r.t.Fatal(err)
	}
	defer c.Close()
	check(r.t, c.SetDeadline(time.Now().Add(10*time.Second)))
	if _, err := io.WriteString(c, raw); err != nil {
		r.t.Fatal(err)
	}
	head := make([]byte, 12)
	if _, err := io.ReadFull(c, head); err != nil {
		r.t.Fatal(err)
	}
	if !bytes.HasPrefix(head, []byte("HTTP/1.1 200")) {
		r.t.Fatalf("answer = %q, want 200", head)
	}
}

var events = []string{"registration", "ping", "coupon", "subscription", "person_create", "order.completed"}

// row makes a row as if it had been received.
func (r *rig) row(i int) inspector.Row {
	r.t.Helper()
	at := time.Now().UTC()
	id, err := r.ids.New(at)
	if err != nil {
		r.t.Fatal(err)
	}
	row := inspector.Row{
		ID: id, At: at, Dir: inspector.In, Verdict: inspector.Unchecked, Inbox: "demo",
		Event: events[i%len(events)], Method: "POST", Target: fmt.Sprintf("/in/demo/%d", i), Host: "localhost",
		Source: "127.0.0.1", Status: 200, Duration: time.Duration(i%300) * time.Millisecond, Size: int64(i % 5000),
	}
	switch i % 9 {
	case 3:
		row.Status, row.Flags = 503, inspector.FlagFailed
	case 5:
		row.Status, row.Flags = 401, inspector.FlagFailed
	case 7:
		row.Status, row.Failure, row.Flags = 0, inspector.FailRefused, inspector.FlagFailed
	}
	return row
}

// fill commits n rows.
func (r *rig) fill(n int) {
	r.t.Helper()
	for from := 0; from < n; from += 1000 {
		b := &inspector.Batch{Workspace: inspector.DefaultWorkspace}
		for i := from; i < min(n, from+1000); i++ {
			b.Deliveries = append(b.Deliveries, r.row(i))
		}
		r.commit(b)
	}
}

func (r *rig) commit(b *inspector.Batch) {
	r.t.Helper()
	if _, err := r.store.Commit(context.Background(), b); err != nil {
		r.t.Fatal(err)
	}
}

// stored are the ids in the store, newest first.
func (r *rig) stored() []string {
	r.t.Helper()
	var ids []string
	q := inspector.ListQuery{Workspace: inspector.DefaultWorkspace, Limit: 1000}
	for {
		page, err := r.store.List(context.Background(), q)
		if err != nil {
			r.t.Fatal(err)
		}
		for _, row := range page.Rows {
			ids = append(ids, row.ID.String())
		}
		if q.Before = page.Next; q.Before == "" {
			return ids
		}
	}
}

// relay passes connections on to a server and breaks them on demand.
type relay struct {
	t      *testing.T
	ln     net.Listener
	target string
	done   sync.WaitGroup

	mu      sync.Mutex
	links   map[*link]bool
	held    chan struct{} // not nil: nothing is passed on until it is closed
	refuses bool          // new connections end at once
}

// link is one connection through the relay.
type link struct {
	down, up net.Conn
	feed     bool // it became a socket of the feed
	answered bool // the server has written to it
	stalled  bool // nothing is passed on any more
}

func newRelay(t *testing.T, target string) *relay {
	r := &relay{t: t, ln: listen(t), target: target, links: map[*link]bool{}}
	r.done.Go(r.accept)
	return r
}

func (r *relay) addr() string { return r.ln.Addr().String() }

func (r *relay) accept() {
	for {
		down, err := r.ln.Accept()
		if err != nil {
			return
		}
		up, err := r.dial()
		if err != nil {
			down.Close()
			continue
		}
		l := &link{down: down, up: up}
		r.mu.Lock()
		r.links[l] = true
		r.mu.Unlock()
		r.done.Go(func() {
			r.pass(l, up, down, func(p []byte) { l.feed = l.feed || bytes.Contains(p, []byte("/api/v1/feed")) })
		})
		r.done.Go(func() { r.pass(l, down, up, func([]byte) { l.answered = l.answered || l.feed }) })
	}
}

// dial reaches the server. What the system keeps on the way is little, so that a client
// that does not read is noticed.
func (r *relay) dial() (net.Conn, error) {
	r.mu.Lock()
	refuses := r.refuses
	r.mu.Unlock()
	if refuses {
		return nil, net.ErrClosed
	}
	up, err := net.Dial("tcp", r.target)
	if tcp, ok := up.(*net.TCPConn); ok {
		check(r.t, tcp.SetReadBuffer(64<<10))
	}
	return up, err
}

// pass copies until one side ends, then ends both.
func (r *relay) pass(l *link, to, from net.Conn, look func([]byte)) {
	defer func() {
		to.Close()
		from.Close()
		r.mu.Lock()
		delete(r.links, l)
		r.mu.Unlock()
	}()
	buf := make([]byte, 32<<10)
	for {
		n, err := from.Read(buf)
		r.mu.Lock()
		look(buf[:n])
		stalled, held := l.stalled, r.held
		r.mu.Unlock()
		if held != nil {
			<-held
		}
		if !stalled && n > 0 {
			if _, werr := to.Write(buf[:n]); werr != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}

// feeds are the connections that carry a socket of the feed.
func (r *relay) feeds() []*link {
	r.mu.Lock()
	defer r.mu.Unlock()
	var out []*link
	for l := range r.links {
		if l.feed && l.answered && !l.stalled {
			out = append(out, l)
		}
	}
	return out
}

// tear waits for a socket of the feed and breaks it, with everything else that
// is open when all is set.
func (r *relay) tear(all bool) {
	r.t.Helper()
	for _, l := range r.waitFeed() {
		l.down.Close()
	}
	if !all {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for l := range r.links {
		l.down.Close()
	}
}

// stall waits for a socket of the feed and lets nothing through it any more.
func (r *relay) stall() {
	r.t.Helper()
	feeds := r.waitFeed()
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, l := range feeds {
		l.stalled = true
	}
}

// hold keeps what comes back until it is let go.
func (r *relay) hold(on bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if on == (r.held != nil) {
		return
	}
	if on {
		r.held = make(chan struct{})
		return
	}
	close(r.held)
	r.held = nil
}

// refuse ends all connections, and new ones at once, until it is let go.
func (r *relay) refuse(on bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.refuses = on
	for l := range r.links {
		l.down.Close()
	}
}

func (r *relay) waitFeed() []*link {
	r.t.Helper()
	deadline := time.Now().Add(2 * time.Minute)
	for time.Now().Before(deadline) {
		if feeds := r.feeds(); len(feeds) > 0 {
			return feeds
		}
		time.Sleep(5 * time.Millisecond)
	}
	r.t.Fatal("the page opened no socket within 2 min")
	return nil
}

func (r *relay) close() {
	r.ln.Close()
	r.hold(false)
	r.mu.Lock()
	for l := range r.links {
		l.down.Close()
		l.up.Close()
	}
	r.mu.Unlock()
	r.done.Wait()
}
