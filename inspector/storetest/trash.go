package storetest

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/boathook/boathook/inspector"
)

// trash puts deliveries into the trash.
func (x *suite) trash(at time.Time, rs ...inspector.Row) {
	x.Helper()
	b := &inspector.Batch{Workspace: ws}
	for _, r := range rs {
		b.Patches = append(b.Patches, inspector.Patch{ID: r.ID, Trash: at})
	}
	x.commit(b)
}

// query reads a filter.
func (x *suite) query(text string) *inspector.Query {
	x.Helper()
	q, err := inspector.ParseQuery(text, base)
	if err != nil {
		x.Fatal(err)
	}
	return q
}

// lists checks which rows a filter finds.
func (x *suite) lists(text string, q *inspector.Query, want ...inspector.Row) {
	x.Helper()
	var got, ids []inspector.ID
	for _, r := range x.list(inspector.ListQuery{Query: q, Limit: 7}) {
		got = append(got, r.ID)
	}
	for _, r := range want {
		ids = append(ids, r.ID)
	}
	slices.Reverse(got)
	if !slices.Equal(got, ids) {
		x.Errorf("%q finds %d rows, want %d", text, len(got), len(ids))
	}
}

func testTrash(t *testing.T, open Open) {
	x := start(t, open(t, 1)[0])
	all := x.fill(3, "hello")
	at := x.end()
	when := base.Add(time.Hour + 123456*time.Microsecond)
	x.trash(when, all[1])
	want := all[1]
	want.Flags, want.Trashed = inspector.FlagTrashed, when.Truncate(time.Millisecond)
	x.same("a row in the trash", x.get(want.ID), want)
	if got := string(x.body(inspector.BodyKey{Delivery: want.ID})); got != "hello" {
		t.Errorf("the body of what is in the trash is %q", got)
	}
	if st := x.stats(); st.Deliveries != 2 || st.Trashed != 1 {
		t.Errorf("Stats %+v, want two deliveries and one in the trash", st)
	}
	if changes, _ := x.feed(at, 10); len(changes) != 1 || changes[0].Kind != inspector.Changed || changes[0].Row == nil || changes[0].Row.Trashed.IsZero() {
		t.Errorf("feed says %+v, want one row that changed", changes)
	}
	at = x.end()
	x.trash(when.Add(time.Minute), all[1])
	x.same("what is put there again", x.get(want.ID), want)
	if changes, _ := x.feed(at, 10); len(changes) != 0 {
		t.Errorf("feed says %+v of what was there before", changes)
	}
	x.commit(&inspector.Batch{Workspace: ws, Patches: []inspector.Patch{{ID: want.ID, Restore: true, Trash: when}}})
	x.same("a row that was restored", x.get(want.ID), all[1])
	if st := x.stats(); st.Deliveries != 3 || st.Trashed != 0 {
		t.Errorf("Stats %+v, want three deliveries", st)
	}
	x.trash(when, all[0], all[2])
	x.commit(&inspector.Batch{Workspace: ws, Erase: []inspector.ID{all[0].ID}})
	if st := x.stats(); st.Deliveries != 1 || st.Trashed != 1 {
		t.Errorf("Stats %+v, want one delivery and one in the trash", st)
	}
	if _, err := x.s.Body(t.Context(), ws, inspector.BodyKey{Delivery: all[0].ID}); !errors.Is(err, inspector.ErrNotFound) {
		t.Errorf("the body of what was erased from the trash: %v", err)
	}
}

func testTrashLists(t *testing.T, open Open) {
	x := start(t, open(t, 1)[0])
	var all, in, out, odd []inspector.Row
	for i := range 600 { // some blocks of a driver that has them
		r := x.row(func(r *inspector.Row) {
			if i%2 == 1 {
				r.Event = "odd"
			}
		})
		r.N = x.commit(rows(r)).Numbers[r.ID]
		all = append(all, r)
	}
	for i, r := range all {
		switch {
		case i >= 300 || i%10 == 0:
			in = append(in, r)
		case i%2 == 1:
			odd = append(odd, r)
			fallthrough
		default:
			out = append(out, r)
		}
	}
	x.trash(base, in...)
	x.lists("", nil, out...)
	x.lists("event:odd", x.query("event:odd"), odd...)
	x.lists("is:trashed", x.query("is:trashed"), in...)
	x.lists("-is:trashed", x.query("-is:trashed"), out...)
	x.lists("is:failed,trashed", x.query("is:failed,trashed"), in...)
	x.lists("is:trashed OR event:odd", x.query("is:trashed OR -is:trashed"), all...)
	x.lists("is:trashed n:1", x.query("is:trashed id:"+all[0].ID.String()), all[0])
	x.lists("id", x.query("id:"+all[0].ID.String()))
}

func testTrashSweep(t *testing.T, open Open) {
	x := start(t, open(t, 1)[0])
	all := x.fill(60, "hello")
	at := x.end()
	x.trash(base, all[10:20]...)
	x.trash(base.Add(time.Hour), all[30:40]...)
	now := base.Add(2*time.Hour + time.Minute)
	if swept := x.sweep(now, inspector.Policy{}); swept.Deliveries != 0 {
		t.Errorf("swept %+v, want nothing without a bound", swept)
	}
	if swept := x.sweep(now, inspector.Policy{Trash: 2 * time.Hour}); swept.Emptied != 10 || swept.Deliveries != 10 {
		t.Errorf("swept %+v, want ten out of the trash", swept)
	}
	for i, r := range all {
		_, err := x.s.Body(t.Context(), ws, inspector.BodyKey{Delivery: r.ID})
		if gone := errors.Is(err, inspector.ErrNotFound); gone != (i >= 10 && i < 20) {
			t.Errorf("#%d: Body = %v", r.N, err)
		}
	}
	x.trash(base, all[39]) // it has been there, and stays as it was
	if swept := x.sweep(now, inspector.Policy{Trash: 2 * time.Hour}); swept.Deliveries != 0 {
		t.Errorf("swept %+v, want nothing", swept)
	}
	// Too many: the trash goes before what is older.
	if swept := x.sweep(now, inspector.Policy{Count: 43}); swept.Deliveries != 7 || swept.Emptied != 0 {
		t.Errorf("swept %+v, want seven", swept)
	}
	if st := x.stats(); st.Deliveries != 40 || st.Trashed != 3 {
		t.Errorf("Stats %+v, want the trash to be smaller", st)
	}
	if swept := x.sweep(now, inspector.Policy{Count: 35}); swept.Deliveries != 8 {
		t.Errorf("swept %+v, want eight", swept)
	}
	x.lists("", nil, slices.Concat(all[5:10], all[20:30], all[40:])...)
	if changes, _ := x.feed(at, 100); len(changes) != 45 {
		t.Errorf("%d changes are told, want 20 changed and 25 gone", len(changes))
	}
}
