package badgerstore

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/inspector/badgerstore/journal"
)

const (
	defaultLimit  = 50
	defaultBudget = time.Second
	// window is how many blocks are searched side by side, by two goroutines.
	window = 8
	// gather is how many blocks are looked at under one lock.
	gather = 512
)

// candidate is a block that may hold a match.
type candidate struct {
	no    uint64
	words bool
	later bool // its word filter can be made
	flags inspector.Flags
	any   uint32
}

// List walks the blocks newest first. Writers never wait for more than the
// reading of one block.
func (s *Store) List(ctx context.Context, q inspector.ListQuery) (inspector.Page, error) {
	end, err := s.begin(ctx)
	if err != nil {
		return inspector.Page{}, err
	}
	defer end()
	below, err := parseBefore(q.Before)
	if err != nil {
		return inspector.Page{}, err
	}
	w := walk{s: s, ctx: ctx, ws: q.Workspace, f: newSearch(q.Query), limit: q.Limit, below: below}
	if w.limit <= 0 {
		w.limit = defaultLimit
	}
	if q.Budget <= 0 {
		q.Budget = defaultBudget
	}
	w.deadline = time.Now().Add(q.Budget)
	if most := w.f.plan.MaxN; most != 0 && most < w.below {
		w.below = most + 1
	}
	if w.f.plan.IDs != nil {
		err = w.ids()
	} else {
		err = w.blocks()
	}
	if err != nil {
		return inspector.Page{}, fmt.Errorf("list deliveries: %w", err)
	}
	return w.page, nil
}

func formatBefore(n uint64) string { return "b" + strconv.FormatUint(n, 36) }

func parseBefore(text string) (uint64, error) {
	if text == "" {
		return 1<<63 - 1, nil
	}
	num, ok := strings.CutPrefix(text, "b")
	n, err := strconv.ParseUint(num, 36, 63)
	if !ok || err != nil || n == 0 {
		return 0, fmt.Errorf("list before %.40q: %w", text, inspector.ErrBadCursor)
	}
	return n, nil
}

// walk is one List call.
type walk struct {
	s        *Store
	ctx      context.Context // lives as long as the call
	ws       inspector.Workspace
	f        *search
	limit    int
	deadline time.Time
	below    uint64 // rows from here on were looked at
	page     inspector.Page
}

func (w *walk) late() bool { return time.Now().After(w.deadline) }

// found is what a search of one block came to.
type found struct {
	rows    []inspector.Row
	scanned int
	stopped uint64 // rows below it were not looked at; 0: all were
	err     error
}

func (w *walk) blocks() error {
	size := 1
	for {
		list, more := w.gather()
		for len(list) > 0 {
			n := min(size, len(list))
			if len(w.f.texts) == 0 && !w.f.plan.Content {
				n = 1
			}
			if done, err := w.window(list[:n]); done || err != nil {
				return err
			}
			list = list[n:]
			size = min(2*size, window)
			if w.late() && (len(list) > 0 || more > 0) {
				w.page.Next = formatBefore(w.below)
				return nil
			}
		}
		if more == 0 {
			return nil
		}
		w.below = min(w.below, more)
		if w.late() {
			w.page.Next = formatBefore(w.below)
			return nil
		}
		if err := w.ctx.Err(); err != nil {
			return err
		}
	}
}

// gather lists the next blocks that may match, newest first; more is the number
// below which there are further blocks, 0 if there are none.
func (w *walk) gather() (list []candidate, more uint64) {
	w.s.mu.RLock()
	sp := w.s.peek(w.ws)
	i := sp.search(blockOf(w.below-1)+1) - 1
	for looked := 0; i >= 0; i-- {
		sum := sp.blocks[i]
		if (sum.no+1)*blockRows <= w.f.plan.MinN {
			break
		}
		if looked++; looked > gather {
			more = (sum.no + 1) * blockRows
			break
		}
		if w.f.block(sum) {
			list = append(list, candidate{sum.no, sum.words, sum.filterLater(), sum.flags, sum.any})
		}
	}
	w.s.mu.RUnlock()
	return slices.DeleteFunc(list, func(c candidate) bool {
		if c.later && w.f.byWords(&c) && !w.s.wanted.Swap(true) {
			w.s.nudge()
		}
		return !w.f.filtered(w.s.words, &c)
	}), more
}

// window searches a few blocks and reports whether the page is complete.
func (w *walk) window(list []candidate) (done bool, err error) {
	results := make([]found, len(list))
	if len(list) == 1 {
		results[0] = w.block(list[0].no)
	} else {
		var wg sync.WaitGroup
		for part := range 2 {
			wg.Go(func() {
				for i := part; i < len(list); i += 2 {
					results[i] = w.block(list[i].no)
				}
			})
		}
		wg.Wait()
	}
	for i, r := range results {
		if r.err != nil {
			return true, r.err
		}
		w.page.Scanned += r.scanned
		for _, row := range r.rows {
			w.page.Rows = append(w.page.Rows, row)
			w.below = row.N
			if len(w.page.Rows) == w.limit {
				w.page.Next, err = w.next()
				return true, err
			}
		}
		if r.stopped != 0 {
			w.page.Next = formatBefore(r.stopped)
			return true, nil
		}
		w.below = min(w.below, list[i].no*blockRows)
	}
	return false, nil
}

// next is the cursor of the page after a full one, "" if no row is left.
func (w *walk) next() (string, error) {
	w.s.mu.RLock()
	defer w.s.mu.RUnlock()
	first, err := w.s.peek(w.ws).firstN()
	if err != nil || first == 0 || w.below <= max(first, w.f.plan.MinN) {
		return "", err
	}
	return formatBefore(w.below), nil
}

// block searches one block.
func (w *walk) block(no uint64) (r found) {
	reader := w.s.journal.Reader()
	defer reader.Close()
	open, scanned, err := w.rows(reader, no, &r)
	r.scanned = scanned
	if err != nil || len(open) == 0 {
		r.err = err
		return r
	}
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

var _ inspector.Content = (*content)(nil)

// content reads what a query needs beyond the row, straight from the journal.
type content struct {
	r   *journal.Reader
	e   *entry
	buf []byte

	of       *entry // whose attempts were read last
	attempts []inspector.Attempt
}
