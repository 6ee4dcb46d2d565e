package proxy

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/inspector/memstore"
	"github.com/boathook/boathook/proxy/wire"
)

// stubAnswerer answers with what its functions say, and 200 otherwise.
type stubAnswerer struct {
	resolve func(target string) (Route, bool)
	instant func(x *Exchange) (Reply, bool)
	answer  func(ctx context.Context, x *Exchange) Reply
}

func (s *stubAnswerer) Resolve(target string) (Route, bool) {
	if s.resolve != nil {
		return s.resolve(target)
	}
	return Route{Inbox: "default", Rest: target}, true
}

func (s *stubAnswerer) Instant(x *Exchange) (Reply, bool) {
	switch {
	case s.instant != nil:
		return s.instant(x)
	case s.answer != nil:
		return Reply{}, false
	}
	return okReply, true
}

func (s *stubAnswerer) Answer(ctx context.Context, x *Exchange) Reply { return s.answer(ctx, x) }

var okReply = Reply{
	Status: 200, Fields: []wire.Field{{Name: "content-TYPE", Value: "application/json"}}, Body: []byte(`{"ok":true}`),
}

// rig is a receiver on a loopback port with a store in memory.
type rig struct {
	*Receiver
	t     testing.TB
	store *inspector.Committer
	addr  string
	stop  func()
}

func newRig(t testing.TB, a Answerer, limits Limits) *rig {
	t.Helper()
	store := inspector.NewCommitter(memstore.New(), inspector.CommitterOptions{})
	r := newRigOn(t, store, a, limits)
	r.store = store
	t.Cleanup(func() { _ = store.Close() })
	return r
}

func newRigOn(t testing.TB, store Storer, a Answerer, limits Limits) *rig {
	t.Helper()
	r := &rig{t: t, Receiver: NewReceiver(ReceiverOptions{
		Store: store, IDs: inspector.NewIDs(inspector.ID{}), Answerer: a, Limits: limits,
	})}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r.addr = ln.Addr().String()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- r.Serve(ctx, ln) }()
	stopped := false
	r.stop = func() {
		if stopped {
			return
		}
		stopped = true
		cancel()
		if err := <-done; err != nil {
			t.Errorf("Serve: %v", err)
		}
	}
	t.Cleanup(r.stop)
	return r
}

// client is a raw connection with a deadline.
type client struct {
	net.Conn
	t testing.TB
	r *bufio.Reader
}

func (r *rig) dial() *client {
	r.t.Helper()
	c, err := net.Dial("tcp", r.addr)
	if err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(func() { c.Close() })
	_ = c.SetDeadline(time.Now().Add(30 * time.Second))
	return &client{Conn: c, t: r.t, r: bufio.NewReader(c)}
}

func (c *client) send(s string) *client {
	c.t.Helper()
	if _, err := io.WriteString(c.Conn, s); err != nil {
		c.t.Fatalf("send: %v", err)
	}
	return c
}

type reply struct {
	head *wire.ResponseHead
	raw  []byte
	body string

	trailers wire.Fields
	err      error // nil, or why there was no whole answer
	status   int
}

// answer reads one answer to a request of the method.
func (c *client) answer(method string) (a reply) {
	raw, h, err := wire.ReadResponseHead(c.r, 1<<20, 0)
	a.raw, a.head, a.err = raw, h, err
	if err != nil {
		return a
	}
	a.status = h.Status
	kind, n, err := h.Framing(method)
	if err != nil {
		a.err = err
		return a
	}
	r := wire.NewBodyReader(c.r, kind, n, wire.Limits{})
	body, err := io.ReadAll(r)
	a.body, a.trailers, a.err = string(body), r.Trailers(), err
	return a
}

// want reads an answer and checks its status.
func (c *client) want(status int) reply {
	c.t.Helper()
	a := c.answer("POST")
	if a.err != nil || a.status != status {
		c.t.Fatalf("answer: status %d, %v, %q; want %d", a.status, a.err, a.body, status)
	}
	return a
}

// ended checks that the connection was closed by the other side.
func (c *client) ended() {
	c.t.Helper()
	if b, err := c.r.ReadByte(); err == nil {
		c.t.Fatalf("byte %q after the answer, want the end", b)
	} else if ne, ok := err.(net.Error); ok && ne.Timeout() {
		c.t.Fatal("the connection is still open")
	}
}

func (r *rig) rows() []inspector.Row {
	r.t.Helper()
	var rows []inspector.Row
	q := inspector.ListQuery{Workspace: inspector.DefaultWorkspace, Limit: 200}
	for {
		page, err := r.store.List(context.Background(), q)
		if err != nil {
			r.t.Fatal(err)
		}
		rows = append(rows, page.Rows...)
		if page.Next == "" {
			return rows
		}
		q.Before = page.Next
	}
}

func (r *rig) attempts(id inspector.ID) []inspector.Attempt {
	r.t.Helper()
	as, err := r.store.Attempts(context.Background(), inspector.DefaultWorkspace, id)
	if err != nil {
		r.t.Fatal(err)
	}
	return as
}

// wireBytes puts one side of an attempt together again from the store.
func (r *rig) wireBytes(id inspector.ID, k int, part inspector.Part) []byte {
	r.t.Helper()
	a := r.attempts(id)[k]
	m := a.Request
	if part == inspector.Response {
		m = a.Response
	}
	var body io.Reader
	if b, err := r.store.Body(context.Background(), inspector.DefaultWorkspace, inspector.BodyKey{Delivery: id, Attempt: k, Part: part}); err == nil {
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
	return out.Bytes()
}

// eventually waits until ok says yes.
func eventually(t testing.TB, what string, ok func() bool) {
	t.Helper()
	deadline := time.Now().Add(time.Minute)
	for !ok() {
		if time.Now().After(deadline) {
			t.Fatalf("not within 10 s: %s", what)
		}
		time.Sleep(2 * time.Millisecond)
	}
}

const simple = "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc"

func TestCaptureAndAnswer(t *testing.T) {
	t.Parallel()
	r := newRig(t, &stubAnswerer{}, Limits{})
	c := r.dial()
	for range 3 {
		a := c.send(simple).want(200)
		want := "HTTP/1.1 200 OK\r\ncontent-TYPE: application/json\r\nContent-Length: 11\r\n\r\n"
		if string(a.raw) != want || a.body != `{"ok":true}` {
			t.Fatalf("answer %q %q", a.raw, a.body)
		}
	}
	rows := r.rows()
	if len(rows) != 3 {
		t.Fatalf("%d rows, want 3", len(rows))
	}
	row := rows[0]
	if row.Method != "POST" || row.Target != "/a" || row.Host != "a" || row.Inbox != "default" || row.Status != 200 ||
		row.Size != 3 || row.RespSize != 11 || row.Source != "127.0.0.1" || row.Flags != inspector.FlagUnread {
		t.Errorf("row = %+v", row)
	}
	if got := string(r.wireBytes(row.ID, 0, inspector.Request)); got != simple {
		t.Errorf("request = %q", got)
	}
	want := "HTTP/1.1 200 OK\r\ncontent-TYPE: application/json\r\nContent-Length: 11\r\n\r\n" + `{"ok":true}`
	if got := string(r.wireBytes(row.ID, 0, inspector.Response)); got != want {
		t.Errorf("response = %q", got)
	}
	a := r.attempts(row.ID)[0]
	if !a.Answered || !a.Reused || a.Request.Wanted != 3 || a.Remote != c.LocalAddr().String() || a.Target != r.addr {
		t.Errorf("attempt = %+v", a)
	}
	eventually(t, "nothing is held", func() bool { return r.Stats().InFlight == 0 })
	if s := r.Stats(); s.Captured != 3 || s.Connections != 1 || s.InFlight != 0 || s.Malformed+s.Refused+s.NotStored+s.Panics != 0 {
		t.Errorf("stats = %+v", s)
	}
}

func TestAnswerLater(t *testing.T) {
	t.Parallel()
	r := newRig(t, &stubAnswerer{answer: func(ctx context.Context, x *Exchange) Reply {
		n, err := x.Stored(ctx)
		if err != nil {
			return Reply{Status: 500}
		}
		body, _ := x.Bytes()
		return Reply{
			Status: 299, Reason: "Fine", Body: fmt.Appendf(nil, "%d %s", n, body), Notes: []string{"noted"},
			Record: func(sent error) Recorded {
				return Recorded{
					Attempts: []inspector.Attempt{{Delivery: x.Row.ID, K: 1, Started: time.Now(), Answered: true}},
					Set:      inspector.FlagForwarded, Tries: 1,
				}
			},
		}
	}}, Limits{})
	c := r.dial()
	if a := c.send(simple).want(299); a.body != "1 abc" || a.head.Reason != "Fine" {
		t.Fatalf("answer = %q %q", a.head.Reason, a.body)
	}
	var row inspector.Row
	eventually(t, "the answer is stored", func() bool { row = r.rows()[0]; return row.Status == 299 })
	if row.Tries != 1 || row.Flags != inspector.FlagUnread|inspector.FlagForwarded || row.RespSize != 5 {
		t.Errorf("row = %+v", row)
	}
	as := r.attempts(row.ID)
	if len(as) != 2 || as[0].Answered || !as[1].Answered || strings.Join(as[0].Notes, "") != "noted" {
		t.Fatalf("attempts = %+v", as)
	}
	if got := string(r.wireBytes(row.ID, 0, inspector.Response)); got != "HTTP/1.1 299 Fine\r\nContent-Length: 5\r\n\r\n1 abc" {
		t.Errorf("response = %q", got)
	}
}
