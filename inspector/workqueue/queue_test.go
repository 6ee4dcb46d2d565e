package workqueue

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/boathook/boathook/inspector"
)

var base = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// model says what may be claimed next of each lane by looking at everything.
func model(q *Queue, now time.Time, share int) (claimable []string) {
	lanes := map[string][]*Item{}
	for it := range q.All() {
		lanes[it.Lane] = append(lanes[it.Lane], it)
	}
	for name, items := range lanes {
		slices.SortFunc(items, func(a, b *Item) int { return cmp.Compare(a.Order, b.Order) })
		slots := items[len(items)-1].Slots
		if name == "" {
			slots = len(items)
		}
		busy := 0
		for _, it := range items {
			if it.until.After(now) {
				busy++
			}
		}
		first := items[0]
		for _, it := range items[1:] {
			if slots > 0 && soonest(it, first) {
				first = it
			}
		}
		if !first.at().After(now) && (slots == 0 || busy < slots && (name == "" || share == 0 || busy < share)) {
			claimable = append(claimable, first.ID)
		}
	}
	return claimable
}

// What is claimed is what a look at everything says, whatever was done before.
func TestClaimFollowsTheModel(t *testing.T) {
	t.Parallel()
	for seed := range uint64(20) {
		r := rand.New(rand.NewPCG(seed, 1))
		widths := []int{0, 0, 1, 3}
		q := New()
		now, order := base, uint64(0)
		var leases []inspector.Lease
		for step := range 3000 {
			switch r.IntN(8) {
			case 0, 1, 2:
				order++
				lane := r.IntN(len(widths))
				it := &Item{Order: order, Due: inspector.Due{
					ID: fmt.Sprint("w", order), Lane: []string{"", "a", "b", "c"}[lane], Slots: widths[lane],
					RunAt: now.Add(time.Duration(r.IntN(60)-20) * time.Second),
				}}
				q.Put(it)
			case 3:
				now = now.Add(time.Duration(r.IntN(20)) * time.Second)
			case 4, 5:
				if len(leases) == 0 {
					continue
				}
				i := r.IntN(len(leases))
				l := leases[i]
				leases = slices.Delete(leases, i, i+1)
				old := q.Current(&inspector.Finish{ID: l.ID, Token: l.Token})
				if old == nil {
					continue // it was claimed again
				}
				if r.IntN(2) == 0 {
					q.Done(l.ID)
					continue
				}
				again := &Item{Due: old.Due, Order: old.Order}
				again.RunAt = now.Add(time.Duration(r.IntN(60)) * time.Second)
				q.Put(again)
			default:
				share := r.IntN(4)
				want := model(q, now, share)
				got, next := q.Claim(now, 15*time.Second, 1, share)
				switch {
				case len(want) == 0 && len(got) == 0 && (next.IsZero() || next.After(now)):
				case len(got) == 1 && slices.Contains(want, got[0].ID):
				default:
					t.Fatalf("seed %d, step %d: claimed %+v, next %s; want one of %q", seed, step, got, next, want)
				}
				leases = append(leases, got...)
			}
		}
	}
}

// Lanes that have their share are looked at when something of them changes, not at each
// claim.
func TestFullLanesAreSetAside(t *testing.T) {
	t.Parallel()
	const lanes = 100
	q, order := New(), uint64(0)
	put := func(lane string) {
		order++
		q.Put(&Item{Order: order, Due: inspector.Due{ID: fmt.Sprint("w", order), Lane: lane, Slots: 9, RunAt: base}})
	}
	for i := range lanes {
		for range 3 {
			put(fmt.Sprint("lane", i))
		}
	}
	claim := func(now time.Time, share int) []inspector.Lease {
		leases, _ := q.Claim(now, time.Minute, 10*lanes, share)
		return leases
	}
	if got := claim(base, 1); len(got) != lanes {
		t.Fatalf("claimed %d of %d lanes", len(got), lanes)
	}
	for range 3 {
		put("good")
		got := claim(base, 1)
		if len(got) != 1 || got[0].Lane != "good" || len(q.full.list) != lanes || len(q.ready.list) != 1 {
			t.Fatalf("claimed %+v; %d lanes are set aside, %d are not", got, len(q.full.list), len(q.ready.list))
		}
		q.Done(got[0].ID)
	}
	if got := claim(base, 2); len(got) != lanes {
		t.Errorf("claimed %d once the share has grown, want one of each", len(got))
	}
	if got := claim(base.Add(time.Hour), 1); len(got) != lanes {
		t.Errorf("claimed %d once all leases have ended, want one of each", len(got))
	}
}

// BenchmarkClaim leases 64 pieces at a time and puts them off, while 100,000 wait.
func BenchmarkClaim(b *testing.B) {
	for _, lanes := range []int{0, 1, 1000} {
		b.Run(fmt.Sprint(lanes, "lanes"), func(b *testing.B) {
			q := New()
			for i := range 100_000 {
				it := &Item{Order: uint64(i + 1), Due: inspector.Due{ID: fmt.Sprint("w", i), RunAt: base.Add(time.Duration(i) * time.Second)}}
				if lanes > 0 {
					it.Lane, it.Slots = fmt.Sprint("lane", i%lanes), 64
				}
				q.Put(it)
			}
			now := base.Add(24 * time.Hour)
			b.ReportAllocs()
			for done := 0; b.Loop(); done++ {
				if done%64 != 0 {
					continue
				}
				leases, _ := q.Claim(now, time.Minute, 64, 0)
				for i := range leases {
					it := q.Current(&inspector.Finish{ID: leases[i].ID, Token: leases[i].Token})
					again := &Item{Due: it.Due, Order: it.Order}
					again.RunAt = now.Add(time.Hour)
					q.Put(again)
				}
				now = now.Add(time.Second)
			}
		})
	}
}
