package storetest

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/boathook/boathook/inspector"
)

func testWorkspaces(t *testing.T, open Open) {
	x := start(t, open(t, 1)[0])
	b := x.batch("hello")
	b.Schedule = []inspector.Due{{ID: "w", RunAt: base}}
	b.Config = []inspector.ConfigPut{{Key: "k", Value: []byte("v")}}
	id, n := b.Deliveries[0].ID, x.commit(b).Numbers[b.Deliveries[0].ID]

	const other = inspector.Workspace("other")
	ctx := t.Context()
	_, err := x.s.Get(ctx, other, id)
	x.want("Get", err, inspector.ErrNotFound)
	_, err = x.s.Lookup(ctx, other, n)
	x.want("Lookup", err, inspector.ErrNotFound)
	if as, err := x.s.Attempts(ctx, other, id); len(as) > 0 {
		t.Errorf("Attempts = %d, %v", len(as), err)
	}
	_, err = x.s.Body(ctx, other, inspector.BodyKey{Delivery: id})
	x.want("Body", err, inspector.ErrNotFound)
	page, err := x.s.List(ctx, inspector.ListQuery{Workspace: other})
	if err != nil || len(page.Rows) > 0 || page.Next != "" {
		t.Errorf("List = %d rows, next %q, %v", len(page.Rows), page.Next, err)
	}
	changes, _, err := x.s.Feed(ctx, other, "", 100)
	if err != nil || len(changes) > 0 {
		t.Errorf("Feed = %d changes, %v", len(changes), err)
	}
	leases, next, err := x.s.Claim(ctx, other, base.Add(time.Hour), time.Minute, 10, 0)
	if err != nil || len(leases) > 0 || !next.IsZero() {
		t.Errorf("Claim = %d, next %s, %v", len(leases), next, err)
	}
	config, err := x.s.Config(ctx, other, "")
	if err != nil || len(config) > 0 {
		t.Errorf("Config = %d entries, %v", len(config), err)
	}
	st, err := x.s.Stats(ctx, other)
	if err != nil || st.Deliveries != 0 || st.LastN != 0 {
		t.Errorf("Stats = %+v, %v", st, err)
	}
	// The same names there are other things.
	_, err = x.s.Commit(ctx, &inspector.Batch{Workspace: other, Patches: []inspector.Patch{{ID: id, Set: inspector.FlagPinned}},
		Erase: []inspector.ID{id}, Finish: []inspector.Finish{{ID: "w", Token: 1}},
		Config: []inspector.ConfigPut{{Key: "k", Value: []byte("other")}}})
	if err != nil {
		t.Fatal(err)
	}
	if got := x.get(id); got.Flags != b.Deliveries[0].Flags {
		t.Error("a patch in another workspace changed a delivery")
	}
	if got, err := x.s.Config(ctx, ws, ""); err != nil || len(got) != 1 || string(got[0].Value) != "v" {
		t.Errorf("Config after a write to another workspace = %v, %v", got, err)
	}
	if leases, _ := x.claim(base, time.Minute, 10); len(leases) != 1 {
		t.Errorf("%d leases after work was finished in another workspace, want 1", len(leases))
	}
	if _, err := x.s.Sweep(ctx, other, base, inspector.Policy{Count: 1, Bytes: 1, Age: 1}); err != nil {
		t.Fatal(err)
	}
	x.get(id)
}

func testThrice(t *testing.T, open Open) {
	hs := open(t, 2)
	x := start(t, hs[0])
	b := x.batch("hello")
	id := b.Deliveries[0].ID
	b.Schedule = []inspector.Due{{ID: "w", RunAt: base, Payload: []byte("p")}}
	n := x.commit(b).Numbers[id]
	if n == 0 {
		t.Fatal("no number")
	}
	for i := range 4 {
		if got := x.commitTo(hs[i%2], b).Numbers[id]; got != n {
			t.Errorf("committed again it has number %d, want %d", got, n)
		}
	}
	if got := x.list(inspector.ListQuery{}); len(got) != 1 {
		t.Errorf("%d rows, want 1", len(got))
	}
	if st := x.stats(); st.Deliveries != 1 {
		t.Errorf("Stats count %d, want 1", st.Deliveries)
	}
	x.same("attempts", x.attempts(id), b.Attempts)
	if got := x.body(inspector.BodyKey{Delivery: id}); string(got) != "hello" {
		t.Errorf("body %q, want hello", got)
	}
	changes, _ := x.feed("", 10)
	if len(changes) != 1 || changes[0].Kind != inspector.Added || changes[0].ID != id || changes[0].N != n {
		t.Errorf("feed %+v, want it added once", changes)
	}
	if leases, _ := x.claim(base, time.Minute, 10); len(leases) != 1 {
		t.Errorf("%d leases, want 1", len(leases))
	}
	// Neither does a claimed piece of work start over.
	x.commit(b)
	if leases, _ := x.claim(base, time.Minute, 10); len(leases) != 0 {
		t.Errorf("%d leases of claimed work, want none", len(leases))
	}
	// A row that differs is still the same delivery: rows change by patches only.
	other := *b
	other.Deliveries = slices.Clone(b.Deliveries)
	other.Deliveries[0].Target = "/elsewhere"
	x.commit(&other)
	if got := x.get(id); got.Target != "/in/demo" {
		t.Errorf("target %q after a second commit, want it unchanged", got.Target)
	}
}

func testReplace(t *testing.T, open Open) {
	x := start(t, open(t, 1)[0])
	b := x.batch("hello")
	id := b.Deliveries[0].ID
	x.commit(b)
	at := x.end()
	begun := inspector.Attempt{Delivery: id, K: 1, Target: "http://app/", Started: base}
	done := begun
	done.Response = inspector.Message{Head: []byte("HTTP/1.1 200 OK\r\n\r\n"), Size: 2, Wanted: 2}
	done.Timing.Wait = time.Second
	for _, a := range []inspector.Attempt{begun, done} {
		batch := &inspector.Batch{Workspace: ws, Attempts: []inspector.Attempt{a}}
		if a.Response.Head != nil {
			batch.Chunks = []inspector.Chunk{{Body: inspector.BodyKey{Delivery: id, Attempt: 1, Part: inspector.Response}, Data: []byte("ok")}}
		}
		for range 3 {
			x.commit(batch)
		}
		x.same("attempts", x.attempts(id), []inspector.Attempt{b.Attempts[0], a})
		changes, next := x.feed(at, 10)
		if len(changes) != 1 || changes[0].Kind != inspector.Changed || changes[0].ID != id {
			t.Errorf("feed %+v, want it changed once", changes)
		}
		at = next
	}
	if got := x.body(inspector.BodyKey{Delivery: id, Attempt: 1, Part: inspector.Response}); string(got) != "ok" {
		t.Errorf("body %q, want ok", got)
	}
}

func testTwiceInBatch(t *testing.T, open Open) {
	x := start(t, open(t, 1)[0])
	b := x.batch("hello")
	id := b.Deliveries[0].ID
	last := b.Attempts[0]
	last.Answered = true
	b.Deliveries = append(b.Deliveries, b.Deliveries[0])
	b.Attempts = append(b.Attempts, last)
	b.Chunks = append(b.Chunks, b.Chunks[0])
	b.Schedule = []inspector.Due{{ID: "w", RunAt: base}, {ID: "w", RunAt: base}}
	b.Patches = []inspector.Patch{{ID: id, Tries: 1}, {ID: id, Tries: 1}}
	x.commit(b)
	if got := x.list(inspector.ListQuery{}); len(got) != 1 || got[0].Tries != 2 {
		t.Errorf("rows %+v, want one with two tries", got)
	}
	x.same("attempts", x.attempts(id), []inspector.Attempt{last})
	if got := x.body(inspector.BodyKey{Delivery: id}); string(got) != "hello" {
		t.Errorf("body %q, want hello", got)
	}
	if leases, _ := x.claim(base, time.Minute, 10); len(leases) != 1 {
		t.Errorf("%d leases, want 1", len(leases))
	}
	if changes, _ := x.feed("", 10); len(changes) == 0 || changes[0].Kind != inspector.Added {
		t.Errorf("feed %+v, want it added first", changes)
	}
}

func testInvalid(t *testing.T, open Open) {
	x := start(t, open(t, 1)[0])
	for _, tt := range []struct {
		name  string
		spoil func(b *inspector.Batch)
	}{
		{"no workspace", func(b *inspector.Batch) { b.Workspace = "" }},
		{"a delivery without id", func(b *inspector.Batch) { b.Deliveries = append(b.Deliveries, inspector.Row{}) }},
		{"an attempt of nothing", func(b *inspector.Batch) { b.Attempts = append(b.Attempts, inspector.Attempt{}) }},
		{"an empty chunk", func(b *inspector.Batch) { b.Chunks[0].Data = nil }},
		{"a chunk too large", func(b *inspector.Batch) { b.Chunks[0].Data = make([]byte, inspector.ChunkBytes+1) }},
		{"a chunk before the first", func(b *inspector.Batch) { b.Chunks[0].Seq = -1 }},
	} {
		b := x.batch("hello")
		tt.spoil(b)
		_, err := x.s.Commit(t.Context(), b)
		x.want(tt.name, err, inspector.ErrInvalid)
	}
	if got := x.list(inspector.ListQuery{}); len(got) != 0 {
		t.Errorf("%d rows came from batches that were refused", len(got))
	}
	x.commit(x.batch("the store goes on"))
}

func testCancelled(t *testing.T, open Open) {
	x := start(t, open(t, 1)[0])
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := x.s.Commit(ctx, x.batch("hello"))
	x.want("Commit", err, context.Canceled)
	_, err = x.s.List(ctx, inspector.ListQuery{Workspace: ws})
	x.want("List", err, context.Canceled)
	if got := x.list(inspector.ListQuery{}); len(got) != 0 {
		t.Errorf("%d rows, want none", len(got))
	}
}

func testNumbers(t *testing.T, open Open) {
	const writers, each = 8, 25
	hs := open(t, 2)
	x := start(t, hs[0])
	var mu sync.Mutex
	numbers := map[uint64]inspector.ID{}
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			var last uint64
			for range each {
				b := rows(x.row(), x.row())
				res := x.commitTo(hs[w%2], b)
				for i := range b.Deliveries {
					id := b.Deliveries[i].ID
					n := res.Numbers[id]
					if n <= last {
						t.Errorf("#%d was given after #%d", n, last)
					}
					last = n
					mu.Lock()
					if had, twice := numbers[n]; twice {
						t.Errorf("#%d is %s and %s", n, had, id)
					}
					numbers[n] = id
					mu.Unlock()
				}
			}
		})
	}
	wg.Wait()
	var high uint64
	for n, id := range numbers {
		high = max(high, n)
		r, err := x.s.Lookup(t.Context(), ws, n)
		if err != nil || r.ID != id || r.N != n {
			t.Errorf("Lookup #%d = %s #%d, %v; want %s", n, r.ID, r.N, err, id)
		}
	}
	if st := x.stats(); len(numbers) != 2*writers*each || st.Deliveries != len(numbers) || st.LastN != high {
		t.Errorf("%d numbers up to #%d; Stats %+v", len(numbers), high, st)
	}
}

func testLargeBatch(t *testing.T, open Open) {
	const count = 10_000
	x := start(t, open(t, 1)[0])
	b := rows()
	for range count {
		b.Deliveries = append(b.Deliveries, x.row())
	}
	res := x.commit(b)
	var last uint64
	for i := range b.Deliveries {
		n := res.Numbers[b.Deliveries[i].ID]
		if n <= last {
			t.Fatalf("row %d has #%d, the one before #%d", i, n, last)
		}
		last = n
	}
	if got := x.list(inspector.ListQuery{Limit: 200}); len(got) != count {
		t.Errorf("%d rows, want %d", len(got), count)
	}
	for _, i := range []int{0, 1, count / 2, count - 1} {
		x.get(b.Deliveries[i].ID)
	}
}

func testStats(t *testing.T, open Open) {
	hs := open(t, 2)
	x := start(t, hs[1])
	if st := x.stats(); st.Deliveries != 0 || st.FirstN != 0 || st.LastN != 0 || !st.LastID.Zero() || st.Refusing != "" || len(st.Losses) != 0 {
		t.Errorf("Stats of an empty store = %+v", st)
	}
	old, young := x.row(), x.row()
	// The younger id comes first: LastID is the highest, not the latest.
	first := x.commitTo(hs[0], rows(young)).Numbers[young.ID]
	last := x.commitTo(hs[0], rows(old)).Numbers[old.ID]
	st := x.stats()
	if st.Deliveries != 2 || st.FirstN != first || st.LastN != last || st.LastID != young.ID {
		t.Errorf("Stats = %+v; want 2, #%d to #%d, last id %s", st, first, last, young.ID)
	}
	if st.FreeBytes == 0 || st.Bytes < 0 {
		t.Errorf("Stats = %+v; want FreeBytes -1 or the free space", st)
	}
}
