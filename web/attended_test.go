package web

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/inspector/memstore"
)

// stuck is a store in which, while it is set up, a number of reads succeed and the next
// one goes on until whoever asked ends it.
type stuck struct {
	inspector.Store
	mu    sync.Mutex
	left  int // reads that succeed; negative: all
	begun chan string
	ended chan error
}

func newStuck() *stuck {
	return &stuck{Store: memstore.New(), left: -1, begun: make(chan string, 8), ended: make(chan error, 8)}
}

func (s *stuck) after(reads int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.left = reads
}

func (s *stuck) read(ctx context.Context, what string) error {
	switch {
	case ctx.Value(ofItself{}) != nil:
		return nil
	case ctx.Err() != nil: // of one that was left before
		return context.Cause(ctx)
	}
	s.mu.Lock()
	hold := s.left == 0
	s.left--
	s.mu.Unlock()
	if !hold {
		return nil
	}
	s.begun <- what
	<-ctx.Done()
	s.ended <- context.Cause(ctx)
	return context.Cause(ctx)
}

func (s *stuck) Get(ctx context.Context, ws inspector.Workspace, id inspector.ID) (inspector.Row, error) {
	if err := s.read(ctx, "Get"); err != nil {
		return inspector.Row{}, err
	}
	return s.Store.Get(ctx, ws, id)
}

func (s *stuck) Lookup(ctx context.Context, ws inspector.Workspace, n uint64) (inspector.Row, error) {
	if err := s.read(ctx, "Lookup"); err != nil {
		return inspector.Row{}, err
	}
	return s.Store.Lookup(ctx, ws, n)
}

func (s *stuck) Attempts(ctx context.Context, ws inspector.Workspace, id inspector.ID) ([]inspector.Attempt, error) {
	if err := s.read(ctx, "Attempts"); err != nil {
		return nil, err
	}
	return s.Store.Attempts(ctx, ws, id)
}

func (s *stuck) Body(ctx context.Context, ws inspector.Workspace, key inspector.BodyKey) (inspector.Body, error) {
	if err := s.read(ctx, "Body"); err != nil {
		return nil, err
	}
	return s.Store.Body(ctx, ws, key)
}

func (s *stuck) List(ctx context.Context, q inspector.ListQuery) (inspector.Page, error) {
	if err := s.read(ctx, "List"); err != nil {
		return inspector.Page{}, err
	}
	return s.Store.List(ctx, q)
}

func (s *stuck) RecordingSums(ctx context.Context, ws inspector.Workspace) (map[string]inspector.RecordingSum, error) {
	if err := s.read(ctx, "RecordingSums"); err != nil {
		return nil, err
	}
	return s.Store.RecordingSums(ctx, ws)
}

func (s *stuck) Stats(ctx context.Context, ws inspector.Workspace) (inspector.Stats, error) {
	if err := s.read(ctx, "Stats"); err != nil {
		return inspector.Stats{}, err
	}
	return s.Store.Stats(ctx, ws)
}

func (s *stuck) FeedEnd(ctx context.Context, ws inspector.Workspace) (inspector.Cursor, error) {
	if err := s.read(ctx, "FeedEnd"); err != nil {
		return "", err
	}
	return s.Store.FeedEnd(ctx, ws)
}

// questions are what routes are asked that read nothing when they are asked for nothing
// in particular: a query, or a body, in which ID, NUMBER and EVENT are
// those of a delivery. What stands after the last space must be read.
var questions = map[string]string{
	"GET /api/v1/deliveries":                               "?q=body.hello:x+event:EVENT List",
	"GET /api/v1/activity":                                 "?from=1h List",
	"GET /api/v1/columns":                                  "?columns=body.hello&n=NUMBER Body",
	"GET /api/v1/order":                                    "?by=body.hello&q=event:EVENT Body",
	"GET /api/v1/count":                                    "?q=body.hello:x+event:EVENT List",
	"GET /api/v1/query/complete":                           "?q=body.h Body",
	"GET /api/v1/compare":                                  "?a=ID&b=ID Body",
	"GET /api/v1/export":                                   "?q=event:EVENT List",
	"GET /api/v1/doctor":                                   " List",
	"GET /api/v1/recordings":                               " RecordingSums",
	"GET /api/v1/recordings/{name}":                        " RecordingSums",
	"GET /api/v1/catalog/{provider}/{event}/drift":         "?q=event:EVENT List",
	"DELETE /api/v1/deliveries":                            "?q=body.hello:x+event:EVENT List",
	"DELETE /api/v1/trash":                                 " List",
	"DELETE /api/v1/samples":                               " List",
	"POST /api/v1/deliveries/marks":                        `{"q":"body.hello:x event:EVENT","pinned":true} List`,
	"POST /api/v1/trash":                                   `{"q":"body.hello:x event:EVENT"} List`,
	"POST /api/v1/trash/restore":                           `{"last":true} List`,
	"POST /api/v1/recheck":                                 `{"q":"body.hello:x event:EVENT"} List`,
	"POST /api/v1/recordings":                              `{"name":"new","q":"body.hello:x event:EVENT"} List`,
	"PUT /api/v1/recordings/{name}":                        `{"note":"n"} RecordingSums`,
	"DELETE /api/v1/recordings/{name}":                     " RecordingSums",
	"POST /api/v1/catalog":                                 `{"format":"deliveries","name":"own/x","q":"body.hello:x event:EVENT"} List`,
	"POST /api/v1/catalog/{provider}/{event}/validate":     `{"delivery":"ID"} Body`,
	"POST /api/v1/events":                                  `{"from":"ID","type":"a/b","to":["inbox:demo"],"dry_run":true} Body`,
	"POST /api/v1/runs":                                    `{"kind":"replay","source":{"q":"body.hello:x event:EVENT"},"dry_run":true} List`,
	"POST /api/v1/endpoints/{name}/backfill":               `{"dry_run":true} List`,
	"POST /api/v1/deliveries/{id}/signature":               `{"scheme":"standard"} Body`,
	"GET /api/v1/deliveries/{id}/attempts/{k}/request.raw": " Body",
}

// carriedOut are routes that change something of which half would be of no use: after so
// many reads they go on though nobody waits any more.
var carriedOut = map[string]int{
	"DELETE /api/v1/recordings/{name}":    1, // its entry is gone by then
	"POST /api/v1/deliveries/{id}/resend": 1, // it reads one delivery
	"POST /api/v1/samples":                0, // they are stored by then, and are checked
}

// What a route reads ends when its client leaves, wherever it is.
func TestEveryReadEndsWithItsClient(t *testing.T) {
	t.Parallel()
	store := newStuck()
	r := newRigOver(t, store)
	if a := r.do("POST", "/api/v1/endpoints", `{"name":"demo","kind":"url","url":"http://127.0.0.1:1","events":["*"]}`); a.StatusCode != 201 {
		t.Fatalf("%d %s", a.StatusCode, a.body)
	}
	if a := r.do("POST", "/api/v1/recordings", `{"name":"demo"}`); a.StatusCode != 201 {
		t.Fatalf("%d %s", a.StatusCode, a.body)
	}
	left, routes := maps.Clone(questions), slices.Clone(r.routes)
	slices.SortStableFunc(routes, func(a, b route) int { // what is there is deleted last
		return cmp.Compare(strings.Count(a.method, "DELETE"), strings.Count(b.method, "DELETE"))
	})
	for i, route := range routes {
		name := route.method + " " + route.path
		if route.socket || !strings.HasPrefix(route.path, apiPrefix) || route.path == apiPrefix+"backup" {
			continue
		}
		question, must, asked := cutLast(questions[name])
		row := r.capture(capture{event: "own.e" + strconv.Itoa(i)})
		id := row.ID.String()
		question = strings.NewReplacer("ID", id, "EVENT", row.Event, "NUMBER", strconv.FormatUint(row.N, 10)).Replace(question)
		read := map[string]bool{}
		for reads := 0; ; reads++ {
			if end, ok := carriedOut[name]; ok && reads == end {
				break
			}
			if reads == 40 {
				t.Fatalf("%s reads for ever: %v", name, read)
			}
			what := askAndLeave(t, r, store, route, question, id, reads)
			if what == "" {
				break // it was answered
			}
			read[what] = true
		}
		if asked && !read[must] {
			t.Errorf("%s %s reads %v, want %s", name, question, read, must)
		}
		delete(left, name)
	}
	for name := range left {
		t.Errorf("there is no route %s", name)
	}
}

func cutLast(text string) (before, after string, found bool) {
	i := strings.LastIndexByte(text, ' ')
	if i < 0 {
		return "", "", false
	}
	return text[:i], text[i+1:], true
}

// askAndLeave asks a route, leaves when it has done some reads and begins the next one,
// and returns which one that was, "" if there was none.
func askAndLeave(t *testing.T, r *rig, store *stuck, route route, question, id string, reads int) string {
	t.Helper()
	store.after(reads)
	defer store.after(-1)
	target, body := example(route.path, id), ""
	kind := "application/json"
	switch {
	case strings.HasPrefix(question, "?"):
		target += question
	case route.method == "GET" || route.method == "DELETE":
	case question == "":
		body = "{}"
	default:
		body = question
	}
	if strings.HasSuffix(route.path, "/import") {
		kind = "application/octet-stream"
	}
	conn := r.open()
	defer conn.Close()
	head := route.method + " " + target + searchHead
	if body != "" {
		head += fmt.Sprintf("Content-Type: %s\r\nContent-Length: %d\r\n", kind, len(body))
	}
	io.WriteString(conn, head+"\r\n"+body)
	answered := make(chan string, 1)
	go func() {
		resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			return
		}
		defer resp.Body.Close()
		text, err := io.ReadAll(resp.Body)
		if err == nil {
			answered <- resp.Status + " " + string(text)
		}
	}()
	select {
	case text := <-answered:
		if strings.HasPrefix(text, "5") && !strings.Contains(text, "no-settings") {
			t.Errorf("%s %s after %d reads: %s", route.method, target, reads, text)
		}
		return ""
	case what := <-store.begun:
		if err := reset(conn); err != nil {
			t.Fatal(err)
		}
		select {
		case err := <-store.ended:
			if !errors.Is(err, errLeft) && !errors.Is(err, context.Canceled) {
				t.Errorf("%s %s: read %d, %s, ended by %v", route.method, target, reads, what, err)
			}
		case <-time.After(30 * time.Second):
			t.Fatalf("%s %s: read %d, %s, goes on without its client", route.method, target, reads, what)
		}
		return what
	case <-time.After(30 * time.Second):
		t.Fatalf("%s %s: no answer", route.method, target)
		return ""
	}
}
