package badgerstore

import (
	"context"
	"slices"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/inspector/badgerstore/journal"
)

// found is what a search of one block came to.
type found struct {
	rows    []inspector.Row
	scanned int
	stopped uint64 // rows below it were not looked at; 0: all were
	err     error
}

// block searches one block.
func (w *walk) block(no uint64) (r found) {
	if w.ctx.Err() != nil {
		return found{err: context.Cause(w.ctx)}
	}
	reader := w.s.journal.Reader()
	defer reader.Close()
	open, scanned, err := w.rows(reader, no, &r)
	r.scanned = scanned
	if err != nil || len(open) == 0 {
		r.err = err
		return r
	}
	reader.Ahead()
	c := content{r: reader}
	var sure []inspector.Row
	sure, r.rows = r.rows, nil
	for i := range open {
		e := &open[i]
		for len(sure) > 0 && sure[0].N > e.row.N {
			r.rows, sure = append(r.rows, sure[0]), sure[1:]
		}
		if i > 0 && w.late() {
			r.stopped = e.row.N + 1
			return r
		}
		if w.ctx.Err() != nil {
			r.err = context.Cause(w.ctx)
			return r
		}
		c.e = e
		ok, err := w.f.query.Match(&e.row, &c)
		if err != nil {
			if w.vanished(e.row.N, err) {
				continue
			}
			r.err = err
			return r
		}
		if ok {
			r.rows = append(r.rows, cloneRow(&e.row))
		}
	}
	r.rows = append(r.rows, sure...)
	return r
}

// vanished reports whether a delivery was deleted while it was looked at, or
// cannot be read because its records are damaged.
func (w *walk) vanished(n uint64, err error) bool {
	if unreadable(err) {
		return true
	}
	w.s.mu.RLock()
	defer w.s.mu.RUnlock()
	e, eerr := w.s.peek(w.ws).entry(n)
	return eerr == nil && e.state != live
}

// rows looks at the rows of a block: those that match go to r, those that only
// the content can tell are returned.
func (w *walk) rows(reader *journal.Reader, no uint64, r *found) (open []entry, scanned int, err error) {
	w.s.mu.RLock()
	sum := w.s.peek(w.ws).summary(no)
	if sum == nil {
		w.s.mu.RUnlock()
		return nil, 0, nil
	}
	if sum.mem == nil {
		v, err := w.s.load(w.ws, sum.no, sum.version, sum.parts)
		w.s.mu.RUnlock()
		if err != nil {
			return nil, 0, err
		}
		return w.stored(reader, v, r)
	}
	for slot := blockRows - 1; slot >= 0; slot-- {
		if e := &sum.mem.entries[slot]; e.state == live && w.wanted(e.row.N) {
			scanned++
			switch w.f.match(&e.row) {
			case inspector.Yes:
				r.rows = append(r.rows, cloneRow(&e.row))
			case inspector.Undecided:
				keep := *e
				keep.pieces, keep.items = slices.Clip(e.pieces), slices.Clip(e.items)
				keep.row = cloneRow(&e.row)
				open = append(open, keep)
			}
		}
	}
	w.s.mu.RUnlock()
	if open, err = w.withTexts(reader, open); err != nil {
		return nil, scanned, err
	}
	return open, scanned, nil
}

// withTexts keeps the entries whose records may have all texts.
func (w *walk) withTexts(reader *journal.Reader, open []entry) ([]entry, error) {
	if len(w.f.texts) == 0 || len(open) == 0 {
		return open, nil
	}
	var spans []span
	sure := make([]bool, len(open))
	for i := range open {
		e := &open[i]
		if sure[i] = e.row.Flags&inspector.FlagEncoded != 0 || e.chunked(); !sure[i] {
			spans = spansOf(spans, e, i)
		}
	}
	have, err := w.prefilter(reader, spans, len(open))
	if err != nil {
		return nil, err
	}
	kept := open[:0]
	for i := range open {
		if sure[i] || have[i] == w.f.allTexts() {
			kept = append(kept, open[i])
		}
	}
	return kept, nil
}

// stored looks at the rows of a stored block.
func (w *walk) stored(reader *journal.Reader, v *view, r *found) (open []entry, scanned int, err error) {
	cols := w.f.columns(v)
	slots := make([]int, 0, blockRows)
	for slot := v.slots - 1; slot >= 0; slot-- {
		if v.state(slot) != live || !w.wanted(v.no*blockRows+uint64(slot)) {
			continue
		}
		scanned++
		if w.f.raised(v.flags(slot)) && cols.pass(v.line(slot)) {
			slots = append(slots, slot)
		}
	}
	if slots, err = w.slotsWithTexts(reader, v, slots); err != nil {
		return nil, scanned, err
	}
	for _, slot := range slots {
		var row inspector.Row
		if err := v.row(slot, &row); err != nil {
			return nil, scanned, err
		}
		switch w.f.match(&row) {
		case inspector.Yes:
			if r.rows = append(r.rows, row); len(r.rows) == w.limit && len(open) == 0 {
				return open, scanned, nil
			}
		case inspector.Undecided:
			var e entry
			if err := v.entry(slot, &e); err != nil {
				return nil, scanned, err
			}
			open = append(open, e)
		}
	}
	return open, scanned, nil
}

// slotsWithTexts keeps the slots whose records may have all texts. The texts
// are a necessary condition, so a row that lacks one need not be decoded.
func (w *walk) slotsWithTexts(reader *journal.Reader, v *view, slots []int) ([]int, error) {
	if len(w.f.texts) == 0 || len(slots) == 0 {
		return slots, nil
	}
	spans := make([]span, 0, len(slots)+len(slots)/4)
	sure := make([]bool, len(slots))
	for i, slot := range slots {
		list, ok, err := v.spans(slot, spans, i)
		if err != nil {
			return nil, err
		}
		if sure[i] = !ok; ok {
			spans = list
		}
	}
	have, err := w.prefilter(reader, spans, len(slots))
	if err != nil {
		return nil, err
	}
	kept := slots[:0]
	for i, slot := range slots {
		if sure[i] || have[i] == w.f.allTexts() {
			kept = append(kept, slot)
		}
	}
	return kept, nil
}

func (w *walk) wanted(n uint64) bool { return n < w.below && n >= w.f.plan.MinN }
