package inspector_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/inspector/memstore"
)

// startHub runs a hub until the test ends.
func startHub(t testing.TB, s inspector.Store) *inspector.Hub {
	t.Helper()
	return startHubWith(t, s, inspector.HubOptions{})
}

func startHubWith(t testing.TB, s inspector.Store, opt inspector.HubOptions) *inspector.Hub {
	t.Helper()
	h := inspector.NewHub(s, ws, opt)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- h.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("Run = %v", err)
		}
	})
	return h
}

func commit(t testing.TB, s inspector.Store, b *inspector.Batch) inspector.Result {
	t.Helper()
	res, err := s.Commit(context.Background(), b)
	if err != nil {
		t.Fatalf("commit: %v", err)
	}
	return res
}

func parse(t testing.TB, text string) *inspector.Query {
	t.Helper()
	q, err := inspector.ParseQuery(text, time.Now())
	if err != nil {
		t.Fatalf("parse %q: %v", text, err)
	}
	return q
}

func end(t testing.TB, s inspector.Store) inspector.Cursor {
	t.Helper()
	c, err := s.FeedEnd(context.Background(), ws)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// reader follows a subscription and checks what every frame promises.
type reader struct {
	t     testing.TB
	s     inspector.Store
	sub   *inspector.Subscription
	at    inspector.Cursor
	seen  map[inspector.ID]int // how often a delivery was told as new
	lags  int
	first bool
}

func follow(t testing.TB, s inspector.Store, h *inspector.Hub, after inspector.Cursor, q *inspector.Query) *reader {
	r := &reader{t: t, s: s, at: after, sub: h.Subscribe(after, q), seen: map[inspector.ID]int{}, first: after == ""}
	t.Cleanup(r.sub.Close)
	return r
}

func (r *reader) next() inspector.Frame {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	f, err := r.sub.Next(ctx)
	if err != nil {
		r.t.Fatalf("Next after %q: %v", r.at, err)
	}
	if f.From != r.at && !r.first {
		r.t.Errorf("frame from %q, want %q: not contiguous", f.From, r.at)
	}
	r.at, r.first = f.To, false
	for _, row := range f.Rows {
		r.seen[row.ID]++
	}
	if f.Lag {
		r.lags++
	}
	return f
}

// until reads frames up to a cursor.
func (r *reader) until(c inspector.Cursor) {
	r.t.Helper()
	for r.at != c {
		r.next()
	}
}

// stored are the ids of all deliveries.
func stored(t testing.TB, s inspector.Store) map[inspector.ID]bool {
	t.Helper()
	all := map[inspector.ID]bool{}
	q := inspector.ListQuery{Workspace: ws, Limit: 200}
	for {
		page, err := s.List(context.Background(), q)
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range page.Rows {
			all[row.ID] = true
		}
		if page.Next == "" {
			return all
		}
		q.Before = page.Next
	}
}

func TestHubFramesAreContiguousAndComplete(t *testing.T) {
	t.Parallel()
	s := memstore.New()
	h := startHub(t, s)
	commit(t, s, delivery(t))
	start := end(t, s)
	var readers []*reader
	for range 3 {
		readers = append(readers, follow(t, s, h, start, nil))
	}
	old := follow(t, s, h, "", nil)

	// All of it fits into one queue, so nobody has a reason to lag.
	const total = 2000
	var writers, reading sync.WaitGroup
	for w := range 4 {
		writers.Go(func() {
			rnd := rand.New(rand.NewPCG(1, uint64(w)))
			for range total / 4 {
				commit(t, s, delivery(t))
				if rnd.IntN(50) == 0 {
					time.Sleep(time.Duration(rnd.IntN(20)) * time.Millisecond) // a pause in the load
				}
			}
		})
	}
	final := delivery(t)
	for _, r := range append(readers, old) {
		reading.Go(func() {
			for r.seen[final.Deliveries[0].ID] == 0 {
				r.next()
			}
		})
	}
	writers.Wait()
	commit(t, s, final)
	reading.Wait()
	for i, r := range readers {
		if r.lags > 0 {
			t.Errorf("reader %d lagged", i)
		}
		if len(r.seen) != total+1 {
			t.Errorf("reader %d saw %d deliveries, want %d", i, len(r.seen), total+1)
		}
	}
	if len(old.seen) != total+2 {
		t.Errorf("the reader from the start saw %d deliveries, want %d", len(old.seen), total+2)
	}
	for _, r := range append(readers, old) {
		for id, n := range r.seen {
			if n != 1 {
				t.Errorf("%s was told %d times", id, n)
			}
		}
	}
}

func TestHubFoldsWithinAFrame(t *testing.T) {
	t.Parallel()
	s := memstore.New()
	h := startHub(t, s)
	r := follow(t, s, h, end(t, s), parse(t, "is:failed"))

	ok, fails, heals, erased := delivery(t), delivery(t), delivery(t), delivery(t)
	for _, b := range []*inspector.Batch{fails, heals, erased} {
		b.Deliveries[0].Flags = inspector.FlagFailed
	}
	all := delivery(t)
	all.Deliveries = append(all.Deliveries[:0], ok.Deliveries[0], fails.Deliveries[0], heals.Deliveries[0], erased.Deliveries[0])
	all.Attempts, all.Chunks = nil, nil
	all.Config = []inspector.ConfigPut{{Key: "inbox/a", Value: []byte("1")}}
	commit(t, s, all)
	f := r.next()
	if len(f.Rows) != 3 || len(f.Changed) != 0 || len(f.Gone) != 0 || fmt.Sprint(f.Config) != "[inbox/a]" {
		t.Errorf("rows %d, changed %d, gone %d, config %v; want 3, 0, 0, [inbox/a]", len(f.Rows), len(f.Changed), len(f.Gone), f.Config)
	}

	commit(t, s, &inspector.Batch{
		Workspace: ws,
		Patches: []inspector.Patch{
			{ID: heals.Deliveries[0].ID, Outcome: &inspector.Outcome{Status: 200}},
			{ID: fails.Deliveries[0].ID, Tries: 1},
		},
		Erase: []inspector.ID{erased.Deliveries[0].ID},
	})
	f = r.next()
	gone := map[inspector.ID]bool{}
	for _, id := range f.Gone {
		gone[id] = true
	}
	if len(f.Rows) != 0 || len(f.Changed) != 1 || f.Changed[0].ID != fails.Deliveries[0].ID ||
		len(gone) != 2 || !gone[heals.Deliveries[0].ID] || !gone[erased.Deliveries[0].ID] {
		t.Errorf("frame %s; want one changed, and the healed and the erased one gone", f.JSON)
	}

	commit(t, s, delivery(t))
	if f = r.next(); len(f.Rows)+len(f.Changed)+len(f.Gone) != 0 || f.To != end(t, s) {
		t.Errorf("a hidden delivery gave %s, want an empty frame up to the end", f.JSON)
	}
}

func TestHubFrameJSON(t *testing.T) {
	t.Parallel()
	s := memstore.New()
	h := startHub(t, s)
	r := follow(t, s, h, end(t, s), nil)
	b := delivery(t)
	commit(t, s, b)
	f := r.next()
	var got struct {
		From, To      inspector.Cursor
		Rows, Changed []inspector.Row
		Gone          []inspector.ID
	}
	if err := json.Unmarshal(f.JSON, &got); err != nil {
		t.Fatalf("%v in %s", err, f.JSON)
	}
	if got.From != f.From || got.To != f.To || len(got.Rows) != 1 || got.Rows[0].ID != b.Deliveries[0].ID ||
		got.Changed == nil || got.Gone == nil {
		t.Errorf("decoded %+v from %s", got, f.JSON)
	}
}

func TestHubFirstChangeAfterQuietGoesOutAtOnceThenAtMost20ASecond(t *testing.T) {
	t.Parallel()
	s := memstore.New()
	h := startHub(t, s)
	r := follow(t, s, h, end(t, s), nil)
	commit(t, s, delivery(t))
	r.next()
	stop := make(chan struct{})
	var writer sync.WaitGroup
	writer.Go(func() {
		for tick := time.NewTicker(time.Millisecond); ; {
			select {
			case <-stop:
				tick.Stop()
				return
			case <-tick.C:
				commit(t, s, delivery(t))
			}
		}
	})
	start, frames := time.Now(), 0
	for time.Since(start) < time.Second {
		r.next()
		frames++
	}
	close(stop)
	writer.Wait()
	if frames > 21 {
		t.Errorf("%d frames in a second, want at most 20", frames)
	}
	r.until(end(t, s))
}

func TestHubSlowSubscriberLagsAlone(t *testing.T) {
	t.Parallel()
	s := memstore.New()
	h := startHub(t, s)
	start := end(t, s)
	quick, slow := follow(t, s, h, start, nil), follow(t, s, h, start, nil)
	commit(t, s, delivery(t))
	slow.next() // it follows the hub from here on, and reads nothing
	quick.next()
	const stalled = 200
	for range stalled { // neither do these
		r := follow(t, s, h, start, parse(t, "is:failed or method:post"))
		r.next()
	}
	made := 1
	deadline := time.Now().Add(time.Minute)
	for h.Stats().Lags < stalled+1 {
		if time.Now().After(deadline) {
			t.Fatalf("%d lags, want that all stalled ones lag", h.Stats().Lags)
		}
		b := delivery(t)
		for range 299 {
			b.Deliveries = append(b.Deliveries, delivery(t).Deliveries[0])
		}
		commit(t, s, b)
		made += 300
		quick.until(end(t, s))
	}
	if quick.lags != 0 || len(quick.seen) != made {
		t.Errorf("the quick one lagged %d times and saw %d of %d", quick.lags, len(quick.seen), made)
	}
	f := slow.next()
	if !f.Lag || len(f.Rows) != 0 {
		t.Fatalf("the slow one got %.200s, want a lag", f.JSON)
	}
	b := delivery(t)
	commit(t, s, b)
	slow.until(end(t, s))
	if slow.seen[b.Deliveries[0].ID] != 1 || slow.lags != 1 {
		t.Errorf("after the lag: seen %d, lags %d; want 1 and 1", slow.seen[b.Deliveries[0].ID], slow.lags)
	}
}

func TestHubResets(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		after func(s *memstore.Store) inspector.Cursor
	}{
		{"an expired cursor", func(s *memstore.Store) inspector.Cursor {
			c := end(t, s)
			commit(t, s, delivery(t))
			if err := s.TrimFeed(t.Context(), ws, 0); err != nil {
				t.Fatal(err)
			}
			return c
		}},
		{"a cursor of another store", func(*memstore.Store) inspector.Cursor { return end(t, memstore.New()) }},
		{"no cursor at all", func(*memstore.Store) inspector.Cursor { return "\x00 1=1" }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := memstore.New()
			h := startHub(t, s)
			r := follow(t, s, h, tt.after(s), nil)
			if f := r.next(); !f.Reset || f.To != end(t, s) {
				t.Fatalf("first frame %s, want a reset to the end", f.JSON)
			}
			b := delivery(t)
			commit(t, s, b)
			if r.next(); r.seen[b.Deliveries[0].ID] != 1 {
				t.Error("the feed did not go on after the reset")
			}
		})
	}
}
