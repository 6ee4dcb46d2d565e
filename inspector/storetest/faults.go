package storetest

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/boathook/boathook/inspector"
)

// errUnknown is what a caller sees when the answer of a commit was lost.
var errUnknown = errors.New("the connection broke")

// Faulty is a store whose every nth Commit fails after it was done, as when the
// answer of a server is lost.
type Faulty struct {
	inspector.Store
	Every int64
	count atomic.Int64
}

// Commit commits, and then may say that it failed.
func (f *Faulty) Commit(ctx context.Context, b *inspector.Batch) (inspector.Result, error) {
	res, err := f.Store.Commit(ctx, b)
	if err == nil && f.count.Add(1)%f.Every == 0 {
		return inspector.Result{}, errUnknown
	}
	return res, err
}

func testFaults(t *testing.T, open Open) {
	hs := open(t, 2)
	faults(t, &Faulty{Store: hs[0], Every: 2}, &Faulty{Store: hs[1], Every: 3})
}

func testFaultsCommitter(t *testing.T, open Open) {
	s := open(t, 1)[0]
	c := inspector.NewCommitter(&Faulty{Store: s, Every: 2}, inspector.CommitterOptions{})
	faults(t, c, c)
	if err := c.Close(); err != nil {
		t.Errorf("Close: %v", err)
	}
}

// retry commits until it is told that it worked.
func (x *suite) retry(s inspector.Store, b *inspector.Batch) inspector.Result {
	x.Helper()
	for range 100 {
		res, err := s.Commit(x.Context(), b)
		if err == nil {
			return res
		}
		if !errors.Is(err, errUnknown) {
			x.Errorf("Commit: %v", err)
			return res
		}
	}
	x.Error("Commit does not come through")
	return inspector.Result{}
}

func faults(t *testing.T, hs ...inspector.Store) {
	const workers, each = 4, 15
	x := start(t, hs[0])
	body := strings.Repeat("0123456789", inspector.ChunkBytes/10+100)[:inspector.ChunkBytes+99]
	var mu sync.Mutex
	numbers := map[inspector.ID]uint64{}
	var ids []inspector.ID
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			s := hs[w%len(hs)]
			for i := range each {
				b := x.batch("")
				id := b.Deliveries[0].ID
				chunks := slices.Collect(slices.Chunk([]byte(body), inspector.ChunkBytes))
				for seq, data := range chunks {
					x.retry(s, &inspector.Batch{Workspace: ws, Chunks: []inspector.Chunk{{Body: inspector.BodyKey{Delivery: id}, Seq: seq, Data: data}}})
				}
				b.Attempts[0].Request.Size = int64(len(body))
				b.Schedule = []inspector.Due{{ID: id.String(), RunAt: base, Payload: id[:]}}
				n := x.retry(s, b).Numbers[id]
				x.retry(s, &inspector.Batch{Workspace: ws,
					Attempts: []inspector.Attempt{{Delivery: id, K: 1, Started: base, Failure: inspector.Failure{Class: inspector.FailRefused}}},
					Patches:  []inspector.Patch{{ID: id, Outcome: &inspector.Outcome{Failure: inspector.FailRefused}, AddTags: []string{"t"}, Set: inspector.FlagRetrying}}})
				if i%5 == 4 {
					x.retry(s, &inspector.Batch{Workspace: ws, Erase: []inspector.ID{id}})
				}
				mu.Lock()
				numbers[id] = n
				if i%5 != 4 {
					ids = append(ids, id)
				}
				mu.Unlock()
			}
		})
	}
	wg.Wait()

	list := x.list(inspector.ListQuery{Limit: 7})
	if len(list) != len(ids) {
		t.Errorf("%d rows, want %d", len(list), len(ids))
	}
	for _, r := range list {
		if r.N != numbers[r.ID] || r.Failure != inspector.FailRefused || !slices.Equal(r.Tags, []string{"t"}) ||
			r.Flags != inspector.FlagFailed|inspector.FlagRetrying {
			t.Errorf("row %+v, want #%d with one failure", r, numbers[r.ID])
		}
		if as := x.attempts(r.ID); len(as) != 2 {
			t.Errorf("#%d has %d attempts, want 2", r.N, len(as))
		}
		if got := x.body(inspector.BodyKey{Delivery: r.ID}); !bytes.Equal(got, []byte(body)) {
			t.Errorf("#%d has a body of %d bytes, want %d", r.N, len(got), len(body))
		}
	}
	changes, _ := x.feed("", 100)
	told := map[string]int{}
	for _, c := range changes {
		if told[key(c)]++; told[key(c)] > 1 {
			t.Errorf("told twice: %s", key(c))
		}
	}
	if want := workers * each * 11 / 5; len(changes) != want {
		t.Errorf("%d changes, want %d", len(changes), want)
	}
	if leases, _ := x.claim(base, time.Minute, 1000); len(leases) != workers*each {
		t.Errorf("%d leases, want %d", len(leases), workers*each)
	} else {
		for _, l := range leases {
			// A second try may hear that its first one worked.
			x.retry(hs[0], &inspector.Batch{Workspace: ws, Finish: []inspector.Finish{{ID: l.ID, Token: l.Token}}})
		}
	}
	if leases, next := x.claim(base.Add(time.Hour), time.Minute, 1000); len(leases) != 0 || !next.IsZero() {
		t.Errorf("%d leases of finished work, next %s", len(leases), next)
	}
}

func testClosed(t *testing.T, open Open) {
	hs := open(t, 1)
	x := start(t, hs[0])
	b := x.batch("hello")
	x.commit(b)
	at := x.end()
	for _, s := range hs {
		if err := s.Close(); err != nil {
			t.Fatalf("Close: %v", err)
		}
	}
	s, ctx, id := hs[0], t.Context(), b.Deliveries[0].ID
	for call, f := range map[string]func() error{
		"Commit":   func() error { _, err := s.Commit(ctx, x.batch("x")); return err },
		"Get":      func() error { _, err := s.Get(ctx, ws, id); return err },
		"Lookup":   func() error { _, err := s.Lookup(ctx, ws, 1); return err },
		"Attempts": func() error { _, err := s.Attempts(ctx, ws, id); return err },
		"Body":     func() error { _, err := s.Body(ctx, ws, inspector.BodyKey{Delivery: id}); return err },
		"List":     func() error { _, err := s.List(ctx, inspector.ListQuery{Workspace: ws}); return err },
		"Feed":     func() error { _, _, err := s.Feed(ctx, ws, at, 1); return err },
		"FeedEnd":  func() error { _, err := s.FeedEnd(ctx, ws); return err },
		"Claim":    func() error { _, _, err := s.Claim(ctx, ws, base, time.Minute, 1, 0); return err },
		"Config":   func() error { _, err := s.Config(ctx, ws, ""); return err },
		"Sweep":    func() error { _, err := s.Sweep(ctx, ws, base, inspector.Policy{Count: 1}); return err },
		"Stats":    func() error { _, err := s.Stats(ctx, ws); return err },
		"Close":    s.Close,
	} {
		x.want(call, f(), inspector.ErrClosed)
	}
	if s.Wake() == nil {
		t.Error("Wake = nil")
	}
}
