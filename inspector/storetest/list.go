package storetest

import (
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/boathook/boathook/inspector"
)

func testList(t *testing.T, open Open) {
	const count = 600 // more than two blocks of any driver
	hs := open(t, 2)
	x := start(t, hs[0])
	if got := x.list(inspector.ListQuery{}); len(got) != 0 {
		t.Errorf("%d rows in an empty store", len(got))
	}
	var want []inspector.Row
	for len(want) < count {
		b := rows()
		for range 1 + x.rnd.IntN(20) {
			b.Deliveries = append(b.Deliveries, x.row())
		}
		res := x.commitTo(hs[len(want)%2], b)
		for _, r := range b.Deliveries {
			r.N = res.Numbers[r.ID]
			want = append(want, r)
		}
	}
	slices.Reverse(want)
	for _, q := range []inspector.ListQuery{
		{}, {Limit: 1}, {Limit: 7}, {Limit: 200}, {Limit: len(want)}, {Limit: len(want) + 1},
		{Limit: 3, Budget: 1}, {Limit: 100, Budget: time.Microsecond},
	} {
		got := x.list(q)
		if !slices.EqualFunc(got, want, func(a, b inspector.Row) bool { return a.ID == b.ID && a.N == b.N }) {
			t.Errorf("limit %d, budget %s: %d rows, want all %d newest first", q.Limit, q.Budget, len(got), len(want))
		}
	}
	// Pages go on over a deletion, also of the row where the last one ended.
	page, err := x.s.List(t.Context(), inspector.ListQuery{Workspace: ws, Limit: 10})
	if err != nil || len(page.Rows) != 10 {
		t.Fatalf("List = %d rows, %v", len(page.Rows), err)
	}
	x.commit(&inspector.Batch{Workspace: ws, Erase: []inspector.ID{want[9].ID, want[10].ID}})
	page, err = x.s.List(t.Context(), inspector.ListQuery{Workspace: ws, Limit: 1, Before: page.Next})
	if err != nil || len(page.Rows) != 1 || page.Rows[0].ID != want[11].ID {
		t.Errorf("the page after a deletion = %+v, %v; want #%d", page.Rows, err, want[11].N)
	}
	_, err = x.s.List(t.Context(), inspector.ListQuery{Workspace: ws, Before: "\x00 1=1"})
	x.want("List before garbage", err, inspector.ErrBadCursor)
}

func testListFilter(t *testing.T, open Open) {
	x := start(t, open(t, 1)[0])
	events := []string{"contact.created", "contact.deleted", "Invoice.Paid", ""}
	for i := range 400 {
		body := fmt.Sprintf(`{"customer":"cus_%04d","note":"Größe %d"}`, i, i)
		b := x.batch(body, func(r *inspector.Row) {
			r.At = base.Add(time.Duration(i) * time.Minute)
			r.Event = events[i%len(events)]
			r.Provider = "svix"
			r.Inbox = name("inbox", i%3)
			r.Target = fmt.Sprintf("/in/%s?i=%d", r.Inbox, i)
			r.Verdict = []inspector.Verdict{inspector.Valid, inspector.Invalid}[i%2]
			r.Status = []int{200, 404, 503}[i%3]
			if i%3 != 0 {
				r.Flags = inspector.FlagFailed
			}
			if i%50 == 0 {
				r.Event, r.Tags = "rare.event", []string{"marked"}
			}
		})
		x.commit(b)
	}
	// Who waits for the first rows gets pages that are short, but for the last one not
	// empty, and together the same rows.
	for _, text := range []string{"event:rare.event", "tag:marked", "body.customer:cus_00*", "cus_0007", "-is:failed"} {
		q := x.query(text)
		early := inspector.ListQuery{Workspace: ws, Query: q, Limit: 200, Budget: time.Hour, Early: 1}
		want := x.list(inspector.ListQuery{Query: q, Limit: 200})
		if got := x.list(early); !slices.EqualFunc(got, want, func(a, b inspector.Row) bool { return a.ID == b.ID }) {
			t.Errorf("%s: %d rows early, want %d", text, len(got), len(want))
		}
		page, err := x.s.List(t.Context(), early)
		if err != nil || len(page.Rows) == 0 || text == "-is:failed" && len(page.Rows) == len(want) {
			t.Errorf("%s: the first page has %d of %d rows, %v", text, len(page.Rows), len(want), err)
		}
	}
	// A patch moves a row from one answer to another.
	moved := x.list(inspector.ListQuery{Limit: 200})[7]
	x.commit(&inspector.Batch{Workspace: ws, Patches: []inspector.Patch{{
		ID: moved.ID, Outcome: &inspector.Outcome{Failure: inspector.FailTLS}, AddTags: []string{"marked"},
		Verdict: &inspector.VerdictPatch{Verdict: inspector.Stale, Scheme: "standard", Cause: "old"}}}})
	all := x.list(inspector.ListQuery{Limit: 200})

	for _, tt := range []struct {
		text string
		some bool // it matches some rows, not none and not all
	}{
		{"", false},
		{"event:contact.created", true},
		{"event:invoice.paid", true},
		{"event:rare.event", true},
		{"event:nothing.of.the.kind", false},
		{"event:contact.*", true},
		{"is:failed", true},
		{"-is:failed", true},
		{"status:5xx", true},
		{"status:404", true},
		{"status:tls", true},
		{"sig:stale", true},
		{"inbox:inbox-001 is:failed", true},
		{"cus_0123", true},
		{"cus_9999", false},
		{"us_012", true},
		{"Größe", false},
	} {
		q, err := inspector.ParseQuery(tt.text, base)
		if err != nil {
			t.Errorf("%q: %v", tt.text, err)
			continue
		}
		var want []inspector.ID
		for i := range all {
			ok, err := q.Match(&all[i], inspector.StoreContent(t.Context(), x.s, ws, all[i].ID))
			if err != nil {
				t.Fatal(err)
			}
			if ok {
				want = append(want, all[i].ID)
			}
		}
		if tt.some && (len(want) == 0 || len(want) == len(all)) {
			t.Errorf("%q matches %d of %d rows, so it shows nothing", tt.text, len(want), len(all))
		}
		for _, list := range []inspector.ListQuery{{Limit: 7}, {Limit: 200}, {Limit: 5, Budget: 1}} {
			list.Query = q
			var got []inspector.ID
			for _, r := range x.list(list) {
				got = append(got, r.ID)
			}
			if !slices.Equal(got, want) {
				t.Errorf("%q, limit %d, budget %s: %d rows, want %d", tt.text, list.Limit, list.Budget, len(got), len(want))
			}
		}
	}
}

func testListUnderWriters(t *testing.T, open Open) {
	hs := open(t, 2)
	x := start(t, hs[0])
	known := map[inspector.ID]bool{}
	for range 100 {
		r := x.row()
		known[r.ID] = true
		x.commit(rows(r))
	}
	var stop atomic.Bool
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			for !stop.Load() {
				r := x.row()
				x.commitTo(hs[1], rows(r))
				x.commitTo(hs[1], &inspector.Batch{Workspace: ws, Patches: []inspector.Patch{{ID: r.ID, Set: inspector.FlagPinned}}})
			}
		})
	}
	for range 10 {
		found := 0
		for _, r := range x.list(inspector.ListQuery{Limit: 13}) {
			if known[r.ID] {
				found++
			}
		}
		if found != len(known) {
			t.Errorf("%d of the %d rows from before are listed", found, len(known))
		}
	}
	stop.Store(true)
	wg.Wait()
}
