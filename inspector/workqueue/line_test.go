package workqueue

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/boathook/boathook/inspector"
)

// A line has the same first piece as a sorted list, whatever comes and goes, in order
// or not.
func TestLineIsInOrder(t *testing.T) {
	t.Parallel()
	for seed := range uint64(12) {
		r := rand.New(rand.NewPCG(seed, 2))
		l := newLine(soonest)
		var have []*Item
		disorder := r.IntN(4) // how many of ten come out of order
		for step := range 600 {
			if grow := step < 300; len(have) == 0 || (r.IntN(10) < 6) == grow {
				it := &Item{Order: uint64(step), Due: inspector.Due{ID: fmt.Sprint(step), RunAt: base.Add(time.Duration(step) * time.Second)}}
				if r.IntN(10) < disorder {
					it.RunAt = base.Add(time.Duration(r.IntN(600)) * time.Second)
				}
				l.push(it)
				have = append(have, it)
			} else {
				i := 0
				if r.IntN(3) == 0 {
					i = r.IntN(len(have))
				}
				l.remove(have[i])
				have = slices.Delete(have, i, i+1)
			}
			first := (*Item)(nil)
			for _, it := range have {
				if first == nil || soonest(it, first) {
					first = it
				}
			}
			if l.len() != len(have) || first != nil && l.head() != first {
				t.Fatalf("seed %d, step %d: %d pieces, want %d, or another one is first", seed, step, l.len(), len(have))
			}
		}
		all := l.all()
		if len(all) != len(have) {
			t.Fatalf("seed %d: %d pieces in all, want %d", seed, len(all), len(have))
		}
		for _, it := range all {
			if !slices.Contains(have, it) {
				t.Fatalf("seed %d: a piece that was removed is among all", seed)
			}
		}
	}
}
