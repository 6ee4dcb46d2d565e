package web

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/boathook/boathook/inspector"
)

// endless is a store in which a search of bodies goes on, block by block, until whoever
// asked ends it. It tells when such a search begins, and why it ended.
type endless struct {
	inspector.Store
	begun chan struct{}
	ended chan error
}

func newEndless(store inspector.Store) *endless {
	return &endless{store, make(chan struct{}, 8), make(chan error, 8)}
}

func (e *endless) List(ctx context.Context, q inspector.ListQuery) (inspector.Page, error) {
	if !strings.HasPrefix(q.Query.String(), "body.") {
		return e.Store.List(ctx, q)
	}
	e.begun <- struct{}{}
	<-ctx.Done()
	e.ended <- context.Cause(ctx)
	return inspector.Page{}, context.Cause(ctx)
}

// came waits for what is told.
func came[T any](t *testing.T, what string, ch <-chan T) T {
	t.Helper()
	select {
	case v := <-ch:
		return v
	case <-time.After(30 * time.Second):
		t.Fatalf("waited 30 s for %s", what)
		panic("not reached")
	}
}

const searchHead = " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + token + "\r\n"

// open opens a connection that is bounded.
func (r *rig) open() net.Conn {
	r.t.Helper()
	conn, err := net.Dial("tcp", r.addr)
	if err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(func() { conn.Close() })
	conn.SetDeadline(time.Now().Add(30 * time.Second))
	return conn
}

// A search ends when its client leaves, and not before. One that only has nothing more
// to say stays.
func TestSearchEndsWithItsClient(t *testing.T) {
	t.Parallel()
	var store *endless
	r := newRig(t, func(o *Options) { store = newEndless(o.Store); o.Store = store })
	leave := map[string]func(net.Conn) error{
		"close": net.Conn.Close,
		"half a close": func(c net.Conn) error {
			err := c.(*net.TCPConn).CloseWrite()
			io.ReadFull(c, make([]byte, 1)) // the server has seen it, and asks whether somebody reads
			select {
			case err := <-store.ended:
				t.Errorf("ended by half a close: %v", err)
			default:
			}
			return errors.Join(err, c.Close())
		},
		"reset": reset,
	}
	for name, leave := range leave {
		for _, path := range []string{"/deliveries?", "/count?", "/order?by=body.a&"} {
			conn := r.open()
			io.WriteString(conn, "GET /api/v1"+path+"q=body.a:1"+searchHead+"\r\n")
			came(t, "the search", store.begun)
			select {
			case err := <-store.ended:
				t.Fatalf("%s %s: ended before its client left: %v", path, name, err)
			default:
			}
			if err := leave(conn); err != nil {
				t.Fatal(err)
			}
			if err := came(t, "the end of the search", store.ended); !errors.Is(err, errLeft) {
				t.Errorf("%s %s: ended by %v", path, name, err)
			}
		}
	}
}

// reset leaves at once.
func reset(c net.Conn) error { return errors.Join(c.(*net.TCPConn).SetLinger(0), c.Close()) }

// A stream of rows ends with its client too, also while it finds nothing to write.
func TestStreamEndsWithItsClient(t *testing.T) {
	t.Parallel()
	var store *endless
	r := newRig(t, func(o *Options) { store = newEndless(o.Store); o.Store = &later{store} })
	conn := r.open()
	io.WriteString(conn, "GET /api/v1/deliveries?q=body.a:1"+searchHead+"Accept: "+typeRows+"\r\n\r\n")
	came(t, "the search", store.begun)
	conn.Close()
	if err := came(t, "the end of the search", store.ended); !errors.Is(err, context.Canceled) {
		t.Errorf("ended by %v", err)
	}
}

// later answers the first page at once, and finds nothing in it.
type later struct{ *endless }

func (l *later) List(ctx context.Context, q inspector.ListQuery) (inspector.Page, error) {
	if q.Before == "" {
		return inspector.Page{Next: "m1"}, nil
	}
	return l.endless.List(ctx, q)
}

// What comes while a search is watched is the next request, whole.
func TestRequestsAfterASearch(t *testing.T) {
	t.Parallel()
	gate := &gated{begun: make(chan struct{}, 8), open: make(chan struct{}, 8)}
	r := newRig(t, func(o *Options) { gate.Store = o.Store; o.Store = gate })
	conn := r.open()
	in := bufio.NewReader(conn)
	ask := func(path string) string { return "GET /api/v1" + path + searchHead + "\r\n" }
	want := func(part string) {
		t.Helper()
		resp, err := http.ReadResponse(in, nil)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		if body, err := io.ReadAll(resp.Body); err != nil || resp.StatusCode != 200 || !strings.Contains(string(body), part) {
			t.Fatalf("%d %s %v, want %s", resp.StatusCode, body, err, part)
		}
	}
	for i := range 3 {
		io.WriteString(conn, ask("/deliveries?limit=1"))
		came(t, "the search", gate.begun)
		// The next ones come in pieces while the search runs.
		second := ask(fmt.Sprintf("/query?q=event:a%d", i)) + ask(fmt.Sprintf("/query?q=event:b%d", i))
		io.WriteString(conn, second[:1])
		io.WriteString(conn, second[1:40])
		gate.open <- struct{}{}
		want(`"rows"`)
		io.WriteString(conn, second[40:])
		want(fmt.Sprintf("event:a%d", i))
		want(fmt.Sprintf("event:b%d", i))
	}
	// One after the other, without anything in between.
	for range 20 {
		gate.open <- struct{}{}
		io.WriteString(conn, ask("/deliveries?limit=1"))
		came(t, "the search", gate.begun)
		want(`"rows"`)
	}
}

// gated is a store that lists when it may.
type gated struct {
	inspector.Store
	begun, open chan struct{}
}

func (g *gated) List(ctx context.Context, q inspector.ListQuery) (inspector.Page, error) {
	g.begun <- struct{}{}
	select {
	case <-g.open:
	case <-ctx.Done():
		return inspector.Page{}, context.Cause(ctx)
	}
	return g.Store.List(ctx, q)
}
