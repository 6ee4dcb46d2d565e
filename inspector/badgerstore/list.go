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
)

const (
	defaultLimit  = 50
	defaultBudget = time.Second
	// window is how many blocks are searched side by side, by two goroutines.
	window = 8
	// gather is how many blocks are looked at under one lock.
	gather = 512
)

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
	now := time.Now()
	w.deadline, w.early = now.Add(q.Budget), now.Add(q.Budget)
	if q.Early > 0 && q.Early < q.Budget {
		w.early = now.Add(q.Early)
	}
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
	early    time.Time // deadline once a row is found
	below    uint64    // rows from here on were looked at
	page     inspector.Page
}

func (w *walk) late() bool {
	if len(w.page.Rows) > 0 {
		return time.Now().After(w.early)
	}
	return time.Now().After(w.deadline)
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
		if w.ctx.Err() != nil {
			return context.Cause(w.ctx)
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
					if results[i] = w.block(list[i].no); results[i].err != nil {
						return
					}
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
