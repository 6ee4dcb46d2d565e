package storetest

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/boathook/boathook/inspector"
)

// key is what of a change does not depend on when it is read.
func key(c inspector.Change) string { return fmt.Sprintf("%d %s %s", c.Kind, c.ID, c.Key) }

func testFeedWriters(t *testing.T, open Open) {
	const writers, each = 8, 25
	hs := open(t, 3)
	x := start(t, hs[2])
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for i := range each {
				s := hs[w%2]
				r := x.row()
				x.commitTo(s, rows(r))
				x.commitTo(s, &inspector.Batch{Workspace: ws, Patches: []inspector.Patch{{ID: r.ID, Set: inspector.FlagPinned}}})
				if i%5 == 0 {
					x.commitTo(s, &inspector.Batch{Workspace: ws, Erase: []inspector.ID{r.ID}})
				}
			}
		})
	}
	done := make(chan struct{})
	go func() { wg.Wait(); close(done) }()

	// The reader notes after how many changes it had which cursor.
	var seen []inspector.Change
	type place struct {
		cursor inspector.Cursor
		after  int
	}
	places := []place{{"", 0}}
	for finished := false; ; {
		at := places[len(places)-1]
		changes, next, err := x.s.Feed(t.Context(), ws, at.cursor, 1+x.rnd.IntN(40))
		if err != nil {
			t.Fatalf("Feed: %v", err)
		}
		seen = append(seen, changes...)
		places = append(places, place{next, len(seen)})
		if len(changes) > 0 {
			continue
		}
		if finished {
			break
		}
		select {
		case <-done:
			finished = true
		case <-time.After(time.Millisecond):
		}
	}
	count := map[string]int{}
	for _, c := range seen {
		count[key(c)]++
		if count[key(c)] > 1 {
			t.Errorf("told twice: %s", key(c))
		}
	}
	// Added, changed, and every fifth gone.
	if want := writers * each * 11 / 5; len(seen) != want {
		t.Errorf("%d changes, want %d", len(seen), want)
	}
	kinds := map[inspector.ID][]inspector.ChangeKind{}
	for _, c := range seen {
		kinds[c.ID] = append(kinds[c.ID], c.Kind)
	}
	for id, ks := range kinds {
		if !slices.IsSorted(ks) || ks[0] != inspector.Added {
			t.Errorf("%s: changes in the order %v", id, ks)
		}
	}
	for range 40 {
		p := places[x.rnd.IntN(len(places))]
		rest, _ := x.feed(p.cursor, 1+x.rnd.IntN(500))
		if !slices.EqualFunc(rest, seen[p.after:], func(a, b inspector.Change) bool { return key(a) == key(b) }) {
			t.Errorf("after cursor %q came %d changes, want the %d that came before", p.cursor, len(rest), len(seen)-p.after)
		}
	}
}

func testFeedKinds(t *testing.T, open Open) {
	x := start(t, open(t, 1)[0])
	r, other := x.row(), x.row()
	n := x.commit(rows(r)).Numbers[r.ID]
	x.commit(rows(other))
	x.commit(&inspector.Batch{Workspace: ws, Config: []inspector.ConfigPut{{Key: "inbox/demo", Value: []byte("1")}}})
	at := x.end()
	x.commit(&inspector.Batch{Workspace: ws, Patches: []inspector.Patch{{ID: r.ID, AddTags: []string{"late"}}}})
	x.commit(&inspector.Batch{Workspace: ws, Erase: []inspector.ID{other.ID}})
	// What does not touch deliveries is not in the feed.
	x.commit(&inspector.Batch{Workspace: ws, Schedule: []inspector.Due{{ID: "w", RunAt: base}}})
	x.commit(&inspector.Batch{Workspace: ws, Config: []inspector.ConfigPut{{Key: "inbox/demo", Want: 99, Value: []byte("2")}}})

	all, _ := x.feed("", 2)
	want := []string{
		key(inspector.Change{Kind: inspector.Added, ID: r.ID}),
		key(inspector.Change{Kind: inspector.Added, ID: other.ID}),
		key(inspector.Change{Kind: inspector.Configd, Key: "inbox/demo"}),
		key(inspector.Change{Kind: inspector.Changed, ID: r.ID}),
		key(inspector.Change{Kind: inspector.Gone, ID: other.ID}),
	}
	var got []string
	for _, c := range all {
		got = append(got, key(c))
	}
	if !slices.Equal(got, want) {
		t.Fatalf("feed\n got %q\nwant %q", got, want)
	}
	for _, c := range []inspector.Change{all[0], all[3]} {
		if c.N != n || c.Row == nil || !slices.Equal(c.Row.Tags, []string{"late"}) {
			t.Errorf("%+v; want #%d with its row as it is now", c, n)
		}
	}
	if all[1].Row != nil || all[4].Row != nil {
		t.Error("a delivery that is gone still has a row")
	}
	rest, _ := x.feed(at, 100)
	if len(rest) != 2 || rest[0].Kind != inspector.Changed || rest[1].Kind != inspector.Gone {
		t.Errorf("after the first part: %+v", rest)
	}
}

func testFeedCursors(t *testing.T, open Open) {
	hs := open(t, 2)
	x := start(t, hs[0])
	changes, next := x.feed("", 10)
	if len(changes) != 0 {
		t.Fatalf("%d changes in an empty store", len(changes))
	}
	empty := x.end()
	for range 5 {
		x.commit(rows(x.row()))
	}
	for _, c := range []inspector.Cursor{"", next, empty} {
		if changes, _ := x.feed(c, 2); len(changes) != 5 {
			t.Errorf("after %q: %d changes, want 5", c, len(changes))
		}
	}
	// One handle's cursors are good on another.
	at := x.end()
	x.commit(rows(x.row()))
	if changes, _, err := hs[1].Feed(t.Context(), ws, at, 10); err != nil || len(changes) != 1 {
		t.Errorf("another handle: %d changes, %v; want 1", len(changes), err)
	}
	// Two readers who have seen the same have the same cursor, however they read.
	_, one := x.feed("", 1)
	_, many := x.feed(at, 100)
	if one != many || one != x.end() {
		t.Errorf("cursors at the end: %q one by one, %q at once, %q by FeedEnd", one, many, x.end())
	}
	for _, bad := range []inspector.Cursor{"garbage", "1", "-1", "\x00", "99999999999999999999", one + "0", one + "x"} {
		_, _, err := x.s.Feed(t.Context(), ws, bad, 10)
		x.want(fmt.Sprintf("Feed after %q", bad), err, inspector.ErrBadCursor)
	}
	other := open(t, 1)[0]
	_, _, err := other.Feed(t.Context(), ws, one, 10)
	x.want("Feed after a cursor of another store", err, inspector.ErrBadCursor)
}

func testFeedExpires(t *testing.T, open Open) {
	x := start(t, open(t, 1)[0])
	var ids []inspector.ID
	b := rows()
	for range 2000 {
		b.Deliveries = append(b.Deliveries, x.row())
		ids = append(ids, b.Deliveries[len(b.Deliveries)-1].ID)
	}
	old := x.end()
	x.commit(b)
	if !x.expire(old, ids) {
		t.Skip("this driver keeps more changes than the suite makes, and is no FeedTrimmer")
	}
	_, _, err := x.s.Feed(t.Context(), ws, old, 10)
	x.want("Feed after an old cursor", err, inspector.ErrCursorExpired)
	// What is kept is still told from its start, and from here on.
	kept, next := x.feed("", 1000)
	if end := x.end(); next != end {
		t.Errorf("the feed kept ends at %q, want %q", next, end)
	}
	if _, ok := x.s.(FeedTrimmer); ok && len(kept) != 100 {
		t.Errorf("%d changes are kept, want 100", len(kept))
	}
	x.commit(rows(x.row()))
	if rest, _ := x.feed(next, 10); len(rest) != 1 {
		t.Errorf("%d changes after the newest cursor, want 1", len(rest))
	}
}

// expire makes the feed forget a cursor; false if it does not.
func (x *suite) expire(old inspector.Cursor, ids []inspector.ID) bool {
	if trimmer, ok := x.s.(FeedTrimmer); ok {
		if err := trimmer.TrimFeed(x.Context(), ws, 100); err != nil {
			x.Fatalf("TrimFeed: %v", err)
		}
		return true
	}
	for i := range 60 {
		b := &inspector.Batch{Workspace: ws}
		for _, id := range ids {
			p := inspector.Patch{ID: id, Set: inspector.FlagPinned}
			if i%2 == 1 {
				p.Set, p.Clear = 0, inspector.FlagPinned
			}
			b.Patches = append(b.Patches, p)
		}
		x.commit(b)
		if _, _, err := x.s.Feed(x.Context(), ws, old, 1); errors.Is(err, inspector.ErrCursorExpired) {
			return true
		}
	}
	return false
}

func testWake(t *testing.T, open Open) {
	hs := open(t, 2)
	x := start(t, hs[0])
	for i, change := range []func(){
		func() { x.commit(rows(x.row())) },
		func() { x.commitTo(hs[1], rows(x.row())) },
		func() {
			x.commit(&inspector.Batch{Workspace: ws, Config: []inspector.ConfigPut{{Key: "k", Value: []byte("v")}}})
		},
	} {
		wake := x.s.Wake()
		select {
		case <-wake:
			t.Errorf("change %d: woken before it", i)
		default:
		}
		change()
		select {
		case <-wake:
		case <-time.After(10 * time.Second):
			t.Fatalf("change %d woke nobody", i)
		}
	}
}
