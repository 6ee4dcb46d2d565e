package web

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
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
)

// rig is a running server on a loopback port with a store in memory.
type rig struct {
	*Server
	t     *testing.T
	store *inspector.Committer
	ids   *inspector.IDs
	addr  string
	clock *clock
	logs  *logs
}

// ofItself marks the contexts of what the rig does while nobody asks.
type ofItself struct{}

// token is what every test server asks for.
const token = "test-token-0123456789-abcdefghijklmnopqrstuv"

type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// logs keeps what the server logged.
type logs struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *logs) printf(format string, args ...any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	fmt.Fprintf(&l.buf, format+"\n", args...)
}

func (l *logs) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}

func newRig(t *testing.T, change ...func(*Options)) *rig {
	t.Helper()
	return newRigOver(t, memstore.New(), change...)
}

// newRigOver is newRig with a store of the test's own below everything.
func newRigOver(t *testing.T, below inspector.Store, change ...func(*Options)) *rig {
	t.Helper()
	store := inspector.NewCommitter(below, inspector.CommitterOptions{})
	r := &rig{t: t, store: store, clock: &clock{now: time.Now()}, logs: &logs{}}
	ctx, cancel := context.WithCancel(context.WithValue(context.Background(), ofItself{}, true))
	p, err := proxy.New(ctx, store, proxy.Options{})
	if err != nil {
		t.Fatal(err)
	}
	hub := inspector.NewHub(store, inspector.DefaultWorkspace, inspector.HubOptions{Take: p.Take})
	r.ids = p.IDs()
	capture := listen(t)
	opt := Options{
		Store: store, Hub: hub, Inboxes: p.Inboxes(), Endpoints: p.Endpoints(), Settings: p.Settings(),
		Schemes: p.Schemes(), Checker: p.Checker(), Providers: p.Providers(), Sender: p.Dispatcher(), Runs: p.Runs(), Recordings: p.Recordings(), Filters: p.Filters(), IDs: p.IDs(), Masks: p.Masks(), Token: token, Version: "test", StoreKind: "memory",
		CaptureURL: func() string { return "http://" + capture.Addr().String() },
		Now:        r.clock.Now, Logf: r.logs.printf,
	}
	for _, f := range change {
		f(&opt)
	}
	ln := listen(t)
	r.addr = ln.Addr().String()
	r.Server = New(opt)
	var done sync.WaitGroup
	done.Go(func() {
		if err := p.Serve(ctx, capture); err != nil {
			t.Errorf("serve captures: %v", err)
		}
	})
	done.Go(func() {
		if err := r.Serve(ctx, ln); err != nil {
			t.Errorf("Serve = %v", err)
		}
	})
	done.Go(func() {
		if err := hub.Run(ctx); err != nil {
			t.Errorf("Run = %v", err)
		}
	})
	t.Cleanup(func() {
		cancel()
		done.Wait()
		if err := store.Close(); err != nil {
			t.Errorf("close store: %v", err)
		}
	})
	return r
}

func listen(t *testing.T) net.Listener {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return ln
}

// reply is an answer that was read whole.
type reply struct {
	*http.Response
	body []byte
}

// do sends a request with the token; header lines are "Name: value", and a value
// of "-" leaves the header out.
func (r *rig) do(method, path, body string, header ...string) reply {
	r.t.Helper()
	req, err := http.NewRequest(method, "http://"+r.addr+path, strings.NewReader(body))
	if err != nil {
		r.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	if method != "GET" && method != "HEAD" {
		req.Header.Set("Content-Type", "application/json")
	}
	for _, line := range header {
		name, value, _ := strings.Cut(line, ": ")
		switch {
		case value == "-":
			req.Header.Del(name)
		case name == "Host":
			req.Host = value
		default:
			req.Header.Set(name, value)
		}
	}
	resp, err := plain.Do(req)
	if err != nil {
		r.t.Fatalf("%s %s: %v", method, path, err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		r.t.Fatalf("%s %s: read the answer: %v", method, path, err)
	}
	a := reply{resp, data}
	conforms(r.t, method, path, a)
	return a
}

// plain follows no redirects and does not unzip.
var plain = &http.Client{
	Transport:     &http.Transport{DisableCompression: true, DisableKeepAlives: true},
	Timeout:       2 * time.Minute,
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

// get reads a JSON answer with status 200.
func (r *rig) get(path string, into any) {
	r.t.Helper()
	a := r.do("GET", path, "")
	if a.StatusCode != 200 {
		r.t.Fatalf("GET %s = %d %s", path, a.StatusCode, a.body)
	}
	if err := json.Unmarshal(a.body, into); err != nil {
		r.t.Fatalf("GET %s: %v in %s", path, err, a.body)
	}
}

// raw sends bytes as they are and returns the whole answer.
func (r *rig) raw(request string) string {
	r.t.Helper()
	conn, err := net.Dial("tcp", r.addr)
	if err != nil {
		r.t.Fatal(err)
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(30 * time.Second))
	go io.WriteString(conn, request) // the server may close before it has read all
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		return ""
	}
	defer resp.Body.Close()
	var b bytes.Buffer
	resp.Write(&b) //nolint:errcheck // what came is looked at
	return b.String()
}

// capture is a delivery as the tests store it.
type capture struct {
	head, framing, body string
	response            string // whole response, head and body
	interim             string // 1xx heads before it
	inbox               string
	event               string
	at                  time.Time
}

const plainHead = "POST /in/demo/a?b=1 HTTP/1.1\r\nHost: example.org\r\nX-Lower: a\r\nx-lower:  b \r\nContent-Type: application/json\r\nContent-Length: 13\r\n\r\n"

// capture stores a delivery and returns its row.
func (r *rig) capture(c capture) inspector.Row {
	r.t.Helper()
	if c.head == "" {
		c.head, c.body = plainHead, `{"hello":"x"}`
	}
	if c.at.IsZero() {
		c.at = time.Now()
	}
	if c.inbox == "" {
		c.inbox = "demo"
	}
	id, err := r.ids.New(c.at)
	if err != nil {
		r.t.Fatal(err)
	}
	head := inspector.ParseHead([]byte(c.head))
	row := inspector.Row{
		ID: id, At: c.at, Dir: inspector.In, Inbox: c.inbox, Event: c.event, Method: head.Method(), Target: head.Target(),
		Host: head.Value("Host"), Source: "127.0.0.1", Status: 200, Size: int64(len(c.body)), Verdict: inspector.Unchecked,
	}
	a := inspector.Attempt{
		Delivery: id, Started: c.at, Target: "127.0.0.1:1", Remote: "127.0.0.1:2",
		Request:  inspector.Message{Head: []byte(c.head), Size: int64(len(c.body)), Wanted: int64(len(c.body))},
		Response: inspector.Message{Wanted: -1},
	}
	if c.framing != "" {
		a.Request.Framing, a.Request.Wanted = []byte(c.framing), -1
	}
	b := inspector.Batch{Workspace: inspector.DefaultWorkspace, Deliveries: []inspector.Row{row}}
	b.Chunks = chunks(b.Chunks, inspector.BodyKey{Delivery: id, Part: inspector.Request}, c.body)
	if c.response != "" {
		h, body, _ := strings.Cut(c.response, "\r\n\r\n")
		a.Response = inspector.Message{Interim: []byte(c.interim), Head: []byte(h + "\r\n\r\n"), Size: int64(len(body)), Wanted: int64(len(body))}
		b.Chunks = chunks(b.Chunks, inspector.BodyKey{Delivery: id, Part: inspector.Response}, body)
	}
	b.Attempts = []inspector.Attempt{a}
	res, err := r.store.Commit(context.Background(), &b)
	if err != nil {
		r.t.Fatalf("store a capture: %v", err)
	}
	row.N = res.Numbers[id]
	return row
}

func chunks(all []inspector.Chunk, key inspector.BodyKey, body string) []inspector.Chunk {
	for seq := 0; len(body) > 0; seq++ {
		n := min(len(body), inspector.ChunkBytes)
		all = append(all, inspector.Chunk{Body: key, Seq: seq, Data: []byte(body[:n])})
		body = body[n:]
	}
	return all
}

// count is how many deliveries the store holds.
func (r *rig) count() int {
	r.t.Helper()
	st, err := r.store.Stats(context.Background(), inspector.DefaultWorkspace)
	if err != nil {
		r.t.Fatal(err)
	}
	return st.Deliveries
}
