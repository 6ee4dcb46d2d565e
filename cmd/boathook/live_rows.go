package main

import (
	"cmp"
	"slices"

	"github.com/boathook/boathook/inspector"
)

// maxLiveRows bounds what the full screen holds. Scrolling down reads older ones
// from the server again.
const maxLiveRows = 10_000

// liveRows are the deliveries of the list, each once.
type liveRows struct {
	rows    []inspector.Row // by running number, the newest last
	numbers map[inspector.ID]uint64
}

func newLiveRows() liveRows { return liveRows{numbers: map[inspector.ID]uint64{}} }

func (l *liveRows) len() int { return len(l.rows) }

// at is the row in place i of the list: 0 is the newest.
func (l *liveRows) at(i int) *inspector.Row { return &l.rows[len(l.rows)-1-i] }

// place is where a row with this number is in the list, or would be.
func (l *liveRows) place(n uint64) (i int, found bool) {
	i, found = slices.BinarySearchFunc(l.rows, n, func(r inspector.Row, n uint64) int { return cmp.Compare(r.N, n) })
	if !found {
		return len(l.rows) - i, false
	}
	return len(l.rows) - 1 - i, true
}

// put adds a row, or replaces what is known of it.
func (l *liveRows) put(r inspector.Row) (added bool) {
	i, found := slices.BinarySearchFunc(l.rows, r.N, func(x inspector.Row, n uint64) int { return cmp.Compare(x.N, n) })
	if found {
		l.rows[i] = r
		return false
	}
	l.rows = slices.Insert(l.rows, i, r)
	l.numbers[r.ID] = r.N
	return true
}

// change replaces a row that is held.
func (l *liveRows) change(r inspector.Row) (held bool) {
	if _, held = l.numbers[r.ID]; held {
		l.put(r)
	}
	return held
}

// drop takes a row out.
func (l *liveRows) drop(id inspector.ID) bool {
	n, held := l.numbers[id]
	if !held {
		return false
	}
	delete(l.numbers, id)
	if i, found := l.place(n); found {
		at := len(l.rows) - 1 - i
		l.rows = slices.Delete(l.rows, at, at+1)
	}
	return true
}

// trim lets go of the oldest rows beyond the bound.
func (l *liveRows) trim() (trimmed bool) {
	over := len(l.rows) - maxLiveRows
	if over <= 0 {
		return false
	}
	for i := range l.rows[:over] {
		delete(l.numbers, l.rows[i].ID)
	}
	l.rows = slices.Delete(l.rows, 0, over)
	return true
}
