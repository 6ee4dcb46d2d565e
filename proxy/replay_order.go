package proxy

import (
	"cmp"
	"slices"
	"sort"

	"github.com/boathook/boathook/inspector"
)

// order is that in which a replay takes its deliveries: that of their ids, which is
// how they were kept, or at a pace of the original that of their times. The two differ
// where an import came late, or the clock was set.
type order struct{ byTime bool }

// byTime reports whether a run of a spec takes its deliveries in the order of their times.
func (s *RunSpec) byTime() bool { return s.Kind == RunReplay && s.Speed > 0 }

func (r *run) order() order { return order{r.entry.ByTime} }

func (o order) compare(a, b chosen) int {
	if !o.byTime {
		return a.id.Compare(b.id)
	}
	return cmp.Or(cmp.Compare(a.at, b.at), a.id.Compare(b.id))
}

// sort brings deliveries that are in the order of their ids into this one.
func (o order) sort(picks []chosen) {
	if o.byTime {
		slices.SortFunc(picks, o.compare)
	}
}

// after is the index of the first pick behind a place.
func (o order) after(picks []chosen, place runPlace) int {
	if place.ID.Zero() {
		return 0
	}
	return sort.Search(len(picks), func(i int) bool { return o.compare(picks[i], place.chosen()) > 0 })
}

// later reports whether a place is behind another one.
func (o order) later(a, b runPlace) bool {
	if a.Pass != b.Pass || a.ID.Zero() || b.ID.Zero() {
		return a.Pass > b.Pass || a.Pass == b.Pass && !a.ID.Zero()
	}
	return o.compare(a.chosen(), b.chosen()) > 0
}

func (p runPlace) chosen() chosen { return chosen{p.ID, p.At} }

// in is the place of a pick in a pass.
func (c chosen) in(pass int) runPlace { return runPlace{pass, c.id, c.at} }

// from is what is sent again.
func (b *begun) from() chosen { return chosen{b.Of, b.at} }

// after is the index of the first pick of a replay behind a place.
func (j *replaying) after(place runPlace) int { return j.r.order().after(j.picks, place) }

// date gives deliveries their times. Where they were deleted meanwhile there is none,
// and nothing to send.
func (j *replaying) date(list []begun) {
	if len(list) == 0 {
		return
	}
	index := map[inspector.ID][]int{} // one may be sent again in several passes
	for i := range list {
		index[list[i].Of] = append(index[list[i].Of], i)
	}
	for _, p := range j.picks {
		for _, i := range index[p.id] {
			list[i].at = p.at
		}
	}
}
