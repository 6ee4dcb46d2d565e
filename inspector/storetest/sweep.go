package storetest

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/boathook/boathook/inspector"
)

// fill stores deliveries a minute apart, oldest first.
func (x *suite) fill(count int, body string) []inspector.Row {
	x.Helper()
	var list []inspector.Row
	for i := range count {
		b := x.batch(body, func(r *inspector.Row) { r.At = base.Add(time.Duration(i) * time.Minute) })
		r := b.Deliveries[0]
		r.N = x.commit(b).Numbers[r.ID]
		list = append(list, r)
	}
	return list
}

func (x *suite) sweep(now time.Time, p inspector.Policy) inspector.Swept {
	x.Helper()
	swept, err := x.s.Sweep(x.Context(), ws, now, p)
	if err != nil {
		x.Fatalf("Sweep: %v", err)
	}
	return swept
}

// kept checks that exactly the newest rows are left.
func (x *suite) kept(all []inspector.Row, count int, since inspector.Cursor) {
	x.Helper()
	gone, left := all[:len(all)-count], all[len(all)-count:]
	var got []inspector.ID
	for _, r := range x.list(inspector.ListQuery{Limit: 200}) {
		got = append(got, r.ID)
	}
	slices.Reverse(got)
	if !slices.EqualFunc(got, left, func(id inspector.ID, r inspector.Row) bool { return id == r.ID }) {
		x.Errorf("%d rows are left, want the newest %d", len(got), count)
	}
	st := x.stats()
	if st.Deliveries != count || st.LastN != all[len(all)-1].N || count > 0 && st.FirstN != left[0].N {
		x.Errorf("Stats %+v, want %d rows", st, count)
	}
	for _, r := range gone {
		_, err := x.s.Get(x.Context(), ws, r.ID)
		_, bodyErr := x.s.Body(x.Context(), ws, inspector.BodyKey{Delivery: r.ID})
		if !errors.Is(err, inspector.ErrNotFound) || !errors.Is(bodyErr, inspector.ErrNotFound) {
			x.Errorf("#%d was swept: Get = %v, Body = %v", r.N, err, bodyErr)
		}
	}
	for _, r := range left {
		if b, err := x.s.Body(x.Context(), ws, inspector.BodyKey{Delivery: r.ID}); err != nil {
			x.Errorf("#%d was kept: Body = %v", r.N, err)
		} else {
			b.Close()
		}
	}
	told := map[inspector.ID]int{}
	changes, _ := x.feed(since, 100)
	for _, c := range changes {
		if c.Kind != inspector.Gone {
			x.Errorf("feed says %+v", c)
		}
		told[c.ID]++
	}
	for _, r := range gone {
		if told[r.ID] != 1 {
			x.Errorf("#%d was told to be gone %d times", r.N, told[r.ID])
		}
	}
	if len(told) != len(gone) {
		x.Errorf("%d were told to be gone, want %d", len(told), len(gone))
	}
}

func testSweepCount(t *testing.T, open Open) {
	hs := open(t, 2)
	x := start(t, hs[0])
	all := x.fill(60, "hello")
	now := base.Add(time.Hour)
	at := x.end()
	for _, p := range []inspector.Policy{{}, {Count: 60}, {Count: 1000}} {
		if swept := x.sweep(now, p); swept.Deliveries != 0 || swept.Held {
			t.Errorf("%+v swept %+v, want nothing", p, swept)
		}
	}
	// Handles sweep at once; what is gone is gone once.
	var wg sync.WaitGroup
	for _, s := range hs {
		wg.Go(func() {
			if _, err := s.Sweep(t.Context(), ws, now, inspector.Policy{Count: 25}); err != nil {
				t.Errorf("Sweep: %v", err)
			}
		})
	}
	wg.Wait()
	x.kept(all, 25, at)
	if swept := x.sweep(now, inspector.Policy{Count: 20}); swept.Deliveries != 5 {
		t.Errorf("swept %+v, want 5", swept)
	}
	x.kept(all, 20, at)
	if n := x.commit(x.batch("")).Numbers; len(n) != 1 {
		t.Errorf("numbers %v", n)
	}
}

func testSweepAge(t *testing.T, open Open) {
	x := start(t, open(t, 1)[0])
	all := x.fill(60, "hello")
	at := x.end()
	now := all[59].At
	if swept := x.sweep(now, inspector.Policy{Age: time.Hour}); swept.Deliveries != 0 || swept.Held {
		t.Errorf("swept %+v, want nothing: all are young", swept)
	}
	for _, jump := range []time.Time{now.AddDate(10, 0, 0), now.Add(85 * time.Minute)} {
		if swept := x.sweep(jump, inspector.Policy{Age: time.Hour}); swept.Deliveries != 0 || !swept.Held {
			t.Errorf("at %s swept %+v, want it held", jump, swept)
		}
	}
	x.kept(all, 60, at)
	// 20.5 minutes past the age of the oldest.
	swept := x.sweep(base.Add(time.Hour+20*time.Minute+30*time.Second), inspector.Policy{Age: time.Hour})
	if swept.Deliveries != 21 || swept.Held {
		t.Errorf("swept %+v, want 21", swept)
	}
	x.kept(all, 39, at)
	// A clock that went back removes nothing.
	if swept := x.sweep(base.AddDate(-1, 0, 0), inspector.Policy{Age: time.Hour}); swept.Deliveries != 0 || swept.Held {
		t.Errorf("long ago swept %+v, want nothing", swept)
	}
}

func testSweepBytes(t *testing.T, open Open) {
	const count, bound = 64, 4 << 20
	x := start(t, open(t, 1)[0])
	all := x.fill(count, strings.Repeat("\x00\xff", inspector.ChunkBytes/2)) // 16 MiB
	at := x.end()
	before := x.stats().Bytes
	if before < count*inspector.ChunkBytes/2 {
		t.Errorf("Stats.Bytes = %d after storing %d", before, count*inspector.ChunkBytes)
	}
	if swept := x.sweep(base, inspector.Policy{Bytes: 2 * before}); swept.Deliveries != 0 {
		t.Errorf("swept %+v with room to spare", swept)
	}
	x.sweep(base, inspector.Policy{Bytes: bound})
	// A driver may keep what shares a file with younger ones.
	left := x.stats().Deliveries
	if left == 0 || left > count {
		t.Fatalf("%d deliveries are left", left)
	}
	x.kept(all, left, at)
	if after := x.stats().Bytes; left < count && after >= before {
		t.Errorf("%d bytes before, %d after %d deliveries went", before, after, count-left)
	}
	if left > count/2 {
		t.Errorf("%d of %d deliveries are left under %d bytes, want at most half", left, count, bound)
	}
}
