package badgerstore

import (
	"slices"

	"github.com/boathook/boathook/inspector"
)

// ids looks at the few rows that the query names.
func (w *walk) ids() error {
	w.s.mu.RLock()
	sp := w.s.peek(w.ws)
	var numbers []uint64
	var err error
	for _, id := range w.f.plan.IDs {
		var n uint64
		if n, err = sp.find(id); err != nil {
			break
		}
		if n != 0 && w.wanted(n) {
			numbers = append(numbers, n)
		}
	}
	w.s.mu.RUnlock()
	if err != nil {
		return err
	}
	slices.Sort(numbers)
	numbers = slices.Compact(numbers)
	slices.Reverse(numbers)
	for i, n := range numbers {
		if err := w.one(n); err != nil {
			return err
		}
		if i+1 < len(numbers) && (len(w.page.Rows) == w.limit || w.late()) {
			w.page.Next = formatBefore(n)
			return nil
		}
	}
	return nil
}

func (w *walk) one(n uint64) error {
	w.s.mu.RLock()
	e, err := w.s.peek(w.ws).liveEntry(n)
	w.s.mu.RUnlock()
	if err != nil {
		return ignoreGone(err)
	}
	w.page.Scanned++
	ok := false
	switch w.f.match(&e.row) {
	case inspector.Yes:
		ok = true
	case inspector.Undecided:
		reader := w.s.journal.Reader()
		defer reader.Close()
		ok, err = w.f.query.Match(&e.row, &content{r: reader, e: &e})
		if err != nil && !w.vanished(n, err) {
			return err
		}
	}
	if ok {
		w.page.Rows = append(w.page.Rows, cloneRow(&e.row))
	}
	return nil
}
