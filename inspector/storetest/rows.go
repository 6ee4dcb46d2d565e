package storetest

import (
	"slices"
	"testing"
	"time"

	"github.com/boathook/boathook/inspector"
)

func testPatches(t *testing.T, open Open) {
	x := start(t, open(t, 1)[0])
	type row = inspector.Row
	for _, tt := range []struct {
		name  string
		start func(*row)
		patch inspector.Patch
		want  func(*row)
	}{
		{"an outcome that fails", func(r *row) { r.RespSize = 9 },
			inspector.Patch{Outcome: &inspector.Outcome{Status: 500, Duration: time.Second, RespSize: 3}},
			func(r *row) { r.Status, r.Duration, r.RespSize, r.Flags = 500, time.Second, 3, inspector.FlagFailed }},
		{"an outcome that heals", func(r *row) { r.Flags, r.Failure, r.Status = inspector.FlagFailed|inspector.FlagPing, "reset", 0 },
			inspector.Patch{Outcome: &inspector.Outcome{Status: 204}},
			func(r *row) { r.Flags, r.Failure, r.Status = inspector.FlagPing, "", 204 }},
		{"a redirect is no success", nil, inspector.Patch{Outcome: &inspector.Outcome{Status: 302}},
			func(r *row) { r.Status, r.Flags = 302, inspector.FlagFailed }},
		{"a failure", nil, inspector.Patch{Outcome: &inspector.Outcome{Failure: "refused"}},
			func(r *row) { r.Status, r.Failure, r.Flags = 0, "refused", inspector.FlagFailed }},
		{"a failure with a status", nil, inspector.Patch{Outcome: &inspector.Outcome{Status: 200, Failure: "gone"}},
			func(r *row) { r.Failure, r.Flags = "gone", inspector.FlagFailed }},
		{"flags after the outcome", nil,
			inspector.Patch{Outcome: &inspector.Outcome{Status: 500}, Clear: inspector.FlagFailed, Set: inspector.FlagRetrying},
			func(r *row) { r.Status, r.Flags = 500, inspector.FlagRetrying }},
		{"flags alone", func(r *row) { r.Flags = inspector.FlagUnread | inspector.FlagFailed },
			inspector.Patch{Set: inspector.FlagPinned, Clear: inspector.FlagUnread},
			func(r *row) { r.Flags = inspector.FlagFailed | inspector.FlagPinned }},
		{"a verdict", func(r *row) { r.Cause = "old" },
			inspector.Patch{Verdict: &inspector.VerdictPatch{Verdict: inspector.Invalid, Scheme: "github", Cause: ""}},
			func(r *row) { r.Verdict, r.Scheme, r.Cause = inspector.Invalid, "github", "" }},
		{"tries add up", func(r *row) { r.Tries, r.MaxTries = 2, 5 }, inspector.Patch{Tries: 1}, func(r *row) { r.Tries = 3 }},
		{"most tries are replaced", func(r *row) { r.MaxTries = 5 }, inspector.Patch{MaxTries: 7}, func(r *row) { r.MaxTries = 7 }},
		{"tags come and go", func(r *row) { r.Tags = []string{"a", "b"} },
			inspector.Patch{AddTags: []string{"c", "a"}, DropTags: []string{"b", "z"}},
			func(r *row) { r.Tags = []string{"a", "c"} }},
		{"nothing", func(r *row) { r.Flags, r.Tags = inspector.FlagFailed, []string{"a"} }, inspector.Patch{}, nil},
	} {
		r := x.row()
		if tt.start != nil {
			tt.start(&r)
		}
		want := r
		want.N = x.commit(rows(r)).Numbers[r.ID]
		if tt.want != nil {
			tt.want(&want)
		}
		at := x.end()
		tt.patch.ID = r.ID
		x.commit(&inspector.Batch{Workspace: ws, Patches: []inspector.Patch{tt.patch}})
		x.same(tt.name, x.get(r.ID), want)
		if got := x.list(inspector.ListQuery{Limit: 200})[0]; tt.want != nil {
			x.same(tt.name+", listed", got, want)
		}
		changes, _ := x.feed(at, 10)
		if tt.want != nil && (len(changes) != 1 || changes[0].Kind != inspector.Changed || changes[0].Row == nil) {
			t.Errorf("%s: feed %+v, want it changed once", tt.name, changes)
		} else if tt.want != nil {
			x.same(tt.name+", in the feed", *changes[0].Row, want)
		}
	}
	before := x.end()
	x.commit(&inspector.Batch{Workspace: ws, Patches: []inspector.Patch{{ID: x.id(), Tries: 1, AddTags: []string{"x"}}}})
	if changes, _ := x.feed(before, 10); len(changes) != 0 {
		t.Errorf("a patch of an unknown delivery is in the feed: %+v", changes)
	}

	// A patch comes after the delivery of its own batch.
	r := x.row()
	x.commit(&inspector.Batch{Workspace: ws, Deliveries: []inspector.Row{r},
		Patches: []inspector.Patch{{ID: r.ID, Outcome: &inspector.Outcome{Status: 500}}, {ID: r.ID, Outcome: &inspector.Outcome{Status: 201}}}})
	if got := x.get(r.ID); got.Status != 201 || got.Flags&inspector.FlagFailed != 0 {
		t.Errorf("status %d, flags %v; want 201 and no failure", got.Status, got.Flags.Names())
	}
}

func testErase(t *testing.T, open Open) {
	hs := open(t, 2)
	x := start(t, hs[0])
	var ids []inspector.ID
	numbers := map[inspector.ID]uint64{}
	for range 10 {
		b := x.batch("hello")
		ids = append(ids, b.Deliveries[0].ID)
		numbers[ids[len(ids)-1]] = x.commit(b).Numbers[ids[len(ids)-1]]
	}
	gone := []inspector.ID{ids[0], ids[4], ids[9]}
	at := x.end()
	for range 2 {
		x.commitTo(hs[1], &inspector.Batch{Workspace: ws, Erase: append(slices.Clone(gone), x.id())})
	}
	changes, _ := x.feed(at, 100)
	if len(changes) != len(gone) {
		t.Errorf("feed %+v, want each gone once", changes)
	}
	for _, c := range changes {
		if c.Kind != inspector.Gone || !slices.Contains(gone, c.ID) || c.N != numbers[c.ID] || c.Row != nil {
			t.Errorf("feed says %+v", c)
		}
	}
	for _, id := range gone {
		_, err := x.s.Get(t.Context(), ws, id)
		x.want("Get", err, inspector.ErrNotFound)
		_, err = x.s.Lookup(t.Context(), ws, numbers[id])
		x.want("Lookup", err, inspector.ErrNotFound)
		_, err = x.s.Body(t.Context(), ws, inspector.BodyKey{Delivery: id})
		x.want("Body", err, inspector.ErrNotFound)
		x.noAttempts(id)
	}
	// What belonged to an erased delivery and comes late brings nothing back.
	x.commit(&inspector.Batch{Workspace: ws,
		Attempts: []inspector.Attempt{{Delivery: gone[0], K: 1, Started: base}},
		Patches:  []inspector.Patch{{ID: gone[0], Set: inspector.FlagPinned}}})
	_, err := x.s.Get(t.Context(), ws, gone[0])
	x.want("Get after a late attempt", err, inspector.ErrNotFound)
	x.noAttempts(gone[0])

	if got := x.list(inspector.ListQuery{Limit: 3}); len(got) != 7 {
		t.Errorf("%d rows, want 7", len(got))
	}
	if st := x.stats(); st.Deliveries != 7 || st.LastN != numbers[ids[9]] || st.FirstN != numbers[ids[1]] || st.LastID != ids[9] {
		t.Errorf("Stats %+v; want 7 from #%d, last #%d", st, numbers[ids[1]], numbers[ids[9]])
	}
	if n := x.commit(x.batch("")).Numbers; len(n) != 1 {
		t.Errorf("numbers %v", n)
	} else {
		for _, n := range n {
			if n <= numbers[ids[9]] {
				t.Errorf("a new delivery has #%d, but #%d was given before", n, numbers[ids[9]])
			}
		}
	}
	if got := x.body(inspector.BodyKey{Delivery: ids[1]}); string(got) != "hello" {
		t.Errorf("the body of a neighbour is %q", got)
	}
}
