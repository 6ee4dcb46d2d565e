package memstore

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/boathook/boathook/inspector"
)

const (
	defaultLimit  = 50
	defaultBudget = time.Second
	blockRows     = 64 // looked at between two looks at the clock
)

// List walks the rows newest first, a block at a time, so that writers wait
// for one block at most.
func (s *Store) List(ctx context.Context, q inspector.ListQuery) (inspector.Page, error) {
	limit, budget := q.Limit, q.Budget
	if limit <= 0 {
		limit = defaultLimit
	}
	if budget <= 0 {
		budget = defaultBudget
	}
	below, err := parseBefore(q.Before)
	if err != nil {
		return inspector.Page{}, err
	}
	var plan inspector.Plan
	if q.Query != nil {
		plan = q.Query.Plan()
	}
	if plan.MaxN > 0 && (below == 0 || plan.MaxN < below-1) {
		below = plan.MaxN + 1
	}

	var page inspector.Page
	start := time.Now()
	for {
		rows, more, err := s.block(ctx, q.Workspace, below, plan.MinN)
		if err != nil {
			return inspector.Page{}, err
		}
		for i, r := range rows {
			page.Scanned++
			below = r.N
			ok, err := s.matches(ctx, &q, r)
			if err != nil {
				return inspector.Page{}, err
			}
			if ok {
				page.Rows = append(page.Rows, cloneRow(r))
			}
			last := i == len(rows)-1 && !more
			if len(page.Rows) == limit && !last {
				page.Next = formatBefore(below)
				return page, nil
			}
		}
		if !more {
			return page, nil
		}
		if took := time.Since(start); took >= budget || q.Early > 0 && took >= q.Early && len(page.Rows) > 0 {
			page.Next = formatBefore(below)
			return page, nil
		}
	}
}

// block returns the next rows below a number, newest first, and whether there
// are more below them.
func (s *Store) block(ctx context.Context, ws inspector.Workspace, below, minN uint64) (rows []*inspector.Row, more bool, err error) {
	err = s.read(ctx, ws, func(sp *space) error {
		end := len(sp.entries)
		if below > 0 {
			end, _ = sp.find(below)
		}
		first, _ := sp.find(minN)
		for end > first && len(rows) < blockRows {
			end--
			rows = append(rows, sp.entries[end].row)
		}
		more = end > first
		return nil
	})
	return rows, more, err
}

func (s *Store) matches(ctx context.Context, q *inspector.ListQuery, r *inspector.Row) (bool, error) {
	switch q.Query.MatchRow(r) {
	case inspector.Yes:
		return true, nil
	case inspector.No:
		return false, nil
	}
	return q.Query.Match(r, inspector.StoreContent(ctx, s, q.Workspace, r.ID))
}

func formatBefore(n uint64) string { return "m" + strconv.FormatUint(n, 36) }

func parseBefore(s string) (uint64, error) {
	if s == "" {
		return 0, nil
	}
	num, ok := strings.CutPrefix(s, "m")
	n, err := strconv.ParseUint(num, 36, 64)
	if !ok || err != nil || n == 0 {
		return 0, fmt.Errorf("list before %.40q: %w", s, inspector.ErrBadCursor)
	}
	return n, nil
}
