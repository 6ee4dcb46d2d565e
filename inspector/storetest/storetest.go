// Package storetest holds every driver of [inspector.Store] to the promises
// written on it.
//
//	func TestStore(t *testing.T) {
//		storetest.Run(t, func(t *testing.T, n int) []inspector.Store { … })
//	}
package storetest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"
	"time"

	"github.com/boathook/boathook/inspector"
)

// Open returns n handles on one store that is new and empty. It closes them
// with t.Cleanup, and bears that a test has closed them before.
type Open func(t *testing.T, n int) []inspector.Store

// FeedTrimmer is what a driver offers so that the suite can see its feed
// expire: TrimFeed forgets all but the newest keep changes.
type FeedTrimmer interface {
	TrimFeed(ctx context.Context, ws inspector.Workspace, keep int) error
}

// Run runs the suite.
func Run(t *testing.T, open Open) {
	for _, tt := range []struct {
		name string
		test func(t *testing.T, open Open)
	}{
		{"bytes survive exactly", testBytes},
		{"rows and attempts survive exactly", testFields},
		{"the caller's memory is its own", testMemory},
		{"another workspace sees nothing", testWorkspaces},
		{"committing again changes nothing", testThrice},
		{"an attempt is replaced", testReplace},
		{"twice within a batch is once", testTwiceInBatch},
		{"a batch that is not valid is refused whole", testInvalid},
		{"a cancelled call stores nothing", testCancelled},
		{"numbers are unique over writers", testNumbers},
		{"ten thousand rows in a batch", testLargeBatch},
		{"what is unknown is not found", testNotFound},
		{"large bodies are read at any place", testLargeBody},
		{"a body needs its attempt", testBodyBeforeAttempt},
		{"patches", testPatches},
		{"erase", testErase},
		{"lists are complete", testList},
		{"lists with a filter", testListFilter},
		{"lists under writers", testListUnderWriters},
		{"feed over writers", testFeedWriters},
		{"feed tells what happened", testFeedKinds},
		{"feed cursors", testFeedCursors},
		{"feed expires", testFeedExpires},
		{"wake", testWake},
		{"queue over workers", testQueueWorkers},
		{"queue keeps to the passed time", testQueueTime},
		{"leases expire", testLease},
		{"finish for later", testFinishNext},
		{"lanes", testLanes},
		{"a lane takes no more than its share", testShare},
		{"a lane waits for its head", testLaneHead},
		{"slots of a lane", testSlots},
		{"a lane changes its width", testSlotsChange},
		{"a look at work", testWork},
		{"tokens are never given twice", testTokens},
		{"much work waits", testMuchWork},
		{"config is compared and set", testConfig},
		{"config over writers", testConfigWriters},
		{"sweep by count", testSweepCount},
		{"sweep by age", testSweepAge},
		{"sweep by bytes", testSweepBytes},
		{"trash", testTrash},
		{"trash in lists", testTrashLists},
		{"sweep of the trash", testTrashSweep},
		{"recordings add up", testRecordingSums},
		{"stats", testStats},
		{"commits of unknown outcome", testFaults},
		{"commits of unknown outcome under a committer", testFaultsCommitter},
		{"closed", testClosed},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			tt.test(t, open)
		})
	}
}

const ws = inspector.DefaultWorkspace

// base is the time at which everything happens.
var base = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// suite is one test with what it needs all the time.
type suite struct {
	*testing.T
	s   inspector.Store
	ids *inspector.IDs
	rnd *rand.Rand
}

func start(t *testing.T, s inspector.Store) *suite {
	return &suite{T: t, s: s, ids: inspector.NewIDs(inspector.ID{}), rnd: rand.New(rand.NewPCG(1, 2))}
}

func (x *suite) id() inspector.ID {
	x.Helper()
	id, err := x.ids.New(base)
	if err != nil {
		x.Fatal(err)
	}
	return id
}

// row is a new delivery.
func (x *suite) row(mod ...func(*inspector.Row)) inspector.Row {
	r := inspector.Row{
		ID: x.id(), At: base, Dir: inspector.In, Inbox: "demo", Method: "POST", Target: "/in/demo",
		Host: "localhost", Source: "127.0.0.1", Verdict: inspector.Unchecked, Status: 200,
	}
	for _, f := range mod {
		f(&r)
	}
	return r
}

// batch is a new delivery with its request and a body.
func (x *suite) batch(body string, mod ...func(*inspector.Row)) *inspector.Batch {
	r := x.row(mod...)
	r.Size = int64(len(body))
	b := &inspector.Batch{
		Workspace:  ws,
		Deliveries: []inspector.Row{r},
		Attempts: []inspector.Attempt{{
			Delivery: r.ID, Target: "127.0.0.1:4601", Started: r.At, Remote: "127.0.0.1:5555",
			Request: inspector.Message{Head: []byte("POST /in/demo HTTP/1.1\r\nHost: localhost\r\n\r\n"), Size: r.Size, Wanted: r.Size},
		}},
	}
	if body != "" {
		b.Chunks = []inspector.Chunk{{Body: inspector.BodyKey{Delivery: r.ID}, Data: []byte(body)}}
	}
	return b
}

func rows(rs ...inspector.Row) *inspector.Batch {
	return &inspector.Batch{Workspace: ws, Deliveries: rs}
}

func (x *suite) commit(b *inspector.Batch) inspector.Result {
	x.Helper()
	return x.commitTo(x.s, b)
}

func (x *suite) commitTo(s inspector.Store, b *inspector.Batch) inspector.Result {
	x.Helper()
	res, err := s.Commit(x.Context(), b)
	if err != nil {
		x.Fatalf("Commit: %v", err)
	}
	return res
}

func (x *suite) get(id inspector.ID) inspector.Row {
	x.Helper()
	r, err := x.s.Get(x.Context(), ws, id)
	if err != nil {
		x.Fatalf("Get: %v", err)
	}
	return r
}

func (x *suite) attempts(id inspector.ID) []inspector.Attempt {
	x.Helper()
	as, err := x.s.Attempts(x.Context(), ws, id)
	if err != nil {
		x.Fatalf("Attempts: %v", err)
	}
	return as
}

// body reads a whole body.
func (x *suite) body(key inspector.BodyKey) []byte {
	x.Helper()
	b, err := x.s.Body(x.Context(), ws, key)
	if err != nil {
		x.Fatalf("Body: %v", err)
	}
	defer b.Close()
	return x.read(b, 0, int(b.Size()))
}

func (x *suite) stats() inspector.Stats {
	x.Helper()
	st, err := x.s.Stats(x.Context(), ws)
	if err != nil {
		x.Fatalf("Stats: %v", err)
	}
	return st
}

// list reads all pages and checks what every page promises.
func (x *suite) list(q inspector.ListQuery) []inspector.Row {
	x.Helper()
	q.Workspace = ws
	limit := q.Limit
	if limit == 0 {
		limit = 50
	}
	var all []inspector.Row
	seen := map[inspector.ID]bool{}
	for range 100_000 {
		page, err := x.s.List(x.Context(), q)
		if err != nil {
			x.Fatalf("List: %v", err)
		}
		if len(page.Rows) > limit {
			x.Fatalf("a page of %d rows, want at most %d", len(page.Rows), limit)
		}
		for _, r := range page.Rows {
			if seen[r.ID] {
				x.Fatalf("#%d is listed twice", r.N)
			}
			seen[r.ID] = true
			if n := len(all); n > 0 && all[n-1].N <= r.N {
				x.Fatalf("#%d is listed after #%d, want newest first", r.N, all[n-1].N)
			}
			all = append(all, r)
		}
		if page.Next == "" {
			return all
		}
		if page.Next == q.Before {
			x.Fatalf("page after %q leads to itself", q.Before)
		}
		q.Before = page.Next
	}
	x.Fatal("the list does not end")
	return nil
}

// feed reads all changes after a cursor.
func (x *suite) feed(after inspector.Cursor, limit int) ([]inspector.Change, inspector.Cursor) {
	x.Helper()
	var all []inspector.Change
	for {
		changes, next, err := x.s.Feed(x.Context(), ws, after, limit)
		if err != nil {
			x.Fatalf("Feed: %v", err)
		}
		if len(changes) > limit {
			x.Fatalf("%d changes, want at most %d", len(changes), limit)
		}
		all, after = append(all, changes...), next
		if len(changes) == 0 {
			return all, after
		}
	}
}

func (x *suite) end() inspector.Cursor {
	x.Helper()
	c, err := x.s.FeedEnd(x.Context(), ws)
	if err != nil {
		x.Fatalf("FeedEnd: %v", err)
	}
	return c
}

func (x *suite) claim(now time.Time, lease time.Duration, limit int) ([]inspector.Lease, time.Time) {
	x.Helper()
	leases, next, err := x.s.Claim(x.Context(), ws, now, lease, limit, 0)
	if err != nil {
		x.Fatalf("Claim: %v", err)
	}
	return leases, next
}

// want checks the kind of an error.
func (x *suite) want(what string, err, want error) {
	x.Helper()
	if !errors.Is(err, want) {
		x.Errorf("%s = %v, want %v", what, err, want)
	}
}

// same compares rows or attempts; times are equal when they are the same moment.
func (x *suite) same(what string, got, want any) {
	x.Helper()
	if !reflect.DeepEqual(got, want) {
		x.Errorf("%s\n got %+v\nwant %+v", what, got, want)
	}
}

func name(kind string, i int) string { return fmt.Sprintf("%s-%03d", kind, i) }
