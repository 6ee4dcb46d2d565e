package web

import (
	"context"
	"fmt"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/inspector/memstore"
)

// gate is a store that holds up what is committed while it is closed.
type gate struct {
	inspector.Store
	closed  atomic.Bool
	reached chan struct{} // holds a token once a commit is held up
	open    chan struct{}
}

func newGate() *gate {
	return &gate{Store: memstore.New(), reached: make(chan struct{}, 1), open: make(chan struct{})}
}

func (g *gate) Commit(ctx context.Context, b *inspector.Batch) (inspector.Result, error) {
	if g.closed.Load() {
		select {
		case g.reached <- struct{}{}:
		default:
		}
		<-g.open
	}
	return g.Store.Commit(ctx, b)
}

// List ends with whom it is for, as that of a store which reads from a disk does.
func (g *gate) List(ctx context.Context, q inspector.ListQuery) (inspector.Page, error) {
	if err := ctx.Err(); err != nil {
		return inspector.Page{}, err
	}
	return g.Store.List(ctx, q)
}

// leave sends a request, and leaves without its answer once the store works on it.
func (r *rig) leave(g *gate, method, path, body string) {
	r.t.Helper()
	conn, err := net.Dial("tcp", r.addr)
	if err != nil {
		r.t.Fatal(err)
	}
	g.closed.Store(true)
	fmt.Fprintf(conn, "%s %s HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", method, path, token, len(body), body)
	select {
	case <-g.reached:
	case <-time.After(time.Minute):
		r.t.Fatalf("%s %s does not reach the store", method, path)
	}
	conn.Close()
	r.settle()
	g.closed.Store(false)
	close(g.open)
}

// settle lets the server notice that a client has left.
func (r *rig) settle() {
	r.t.Helper()
	for range 20 {
		r.do("GET", "/api/v1/status", "")
	}
}

// until waits for what must become true.
func (r *rig) until(what string, done func() bool) {
	r.t.Helper()
	for end := time.Now().Add(time.Minute); !done(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			r.t.Fatalf("never: %s", what)
		}
	}
}

// found is how many deliveries a filter finds.
func (r *rig) found(query string) int {
	r.t.Helper()
	q, err := inspector.ParseQuery(query, time.Now())
	if err != nil {
		r.t.Fatal(err)
	}
	n := 0
	for list := (inspector.ListQuery{Workspace: inspector.DefaultWorkspace, Query: q, Limit: 1000}); ; {
		page, err := r.store.List(context.Background(), list)
		if err != nil {
			r.t.Fatal(err)
		}
		n += len(page.Rows)
		if list.Before = page.Next; list.Before == "" {
			return n
		}
	}
}

// A recording whose renamer leaves in the middle is renamed as a whole.
func TestRenameWhoseClientLeaves(t *testing.T) {
	t.Parallel()
	const count = 2500 // more than one page of them
	g := newGate()
	r := newRigOver(t, g)
	var commands strings.Builder
	for i := range count {
		fmt.Fprintf(&commands, "curl -d %d http://x/a\n", i)
	}
	if a := r.do("POST", "/api/v1/import?recording=week", commands.String()); a.StatusCode != 200 {
		t.Fatalf("import = %d %s", a.StatusCode, a.body)
	}
	var before struct{ Rev uint64 }
	r.get("/api/v1/recordings/week", &before)
	r.leave(g, "PUT", "/api/v1/recordings/week", `{"name":"month","rev":`+num(before.Rev)+`,"note":"","expect":""}`)
	r.until("all of them have the new name", func() bool { return r.found("rec:month") == count && r.found("rec:week") == 0 })
	r.until("the old name is free", func() bool { return r.do("GET", "/api/v1/recordings/week", "").StatusCode == 404 })
}

// A file whose sender leaves while it is stored is stored as a whole; one that was not
// sent in full is not stored at all.
func TestImportWhoseClientLeaves(t *testing.T) {
	t.Parallel()
	const count = 300
	g := newGate()
	r := newRigOver(t, g)
	var commands strings.Builder
	for i := range count {
		fmt.Fprintf(&commands, "curl -d %d http://x/a\n", i)
	}
	conn, err := net.Dial("tcp", r.addr)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(conn, "POST /api/v1/import?recording=half HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\nContent-Length: %d\r\n\r\n%s", token, commands.Len()+1, commands.String())
	conn.Close()
	r.leave(g, "POST", "/api/v1/import?recording=week", commands.String())
	r.until("all of it is stored", func() bool { return r.found("rec:week") == count })
	if n := r.found("rec:half"); n != 0 {
		t.Errorf("%d are stored of a file that was not sent in full", n)
	}
}
