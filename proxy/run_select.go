package proxy

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"

	"github.com/boathook/boathook/inspector"
)

// Bounds of what a run chooses.
const (
	maxPicks  = 1_000_000
	maxRunIDs = 2000 // named one by one
	pickPage  = 500
)

// chosen is a delivery that a run has chosen.
type chosen struct {
	id inspector.ID
	at int64 // Row.At, nanoseconds of Unix time
}

func choose(row *inspector.Row) chosen {
	// The times of an import may be so far apart that their distance is no duration.
	switch year := row.At.Year(); {
	case year < 1825:
		return chosen{row.ID, math.MinInt64 / 2}
	case year > 2115:
		return chosen{row.ID, math.MaxInt64 / 2}
	}
	return chosen{row.ID, row.At.UnixNano()}
}

// query reads the filter of a source; nil is all.
func (s *RunSource) query(now time.Time) (*inspector.Query, error) {
	if strings.TrimSpace(s.Query) == "*" {
		return nil, nil
	}
	return inspector.ParseQuery(s.Query, now)
}

// ref finds the delivery that a user names by its id or its number.
func (rs *Runs) ref(ctx context.Context, ref string) (inspector.Row, error) {
	if n, err := strconv.ParseUint(strings.TrimPrefix(ref, "#"), 10, 64); err == nil {
		return rs.store.Lookup(ctx, rs.ws, n)
	}
	id, err := inspector.ParseID(ref)
	if err != nil {
		return inspector.Row{}, err
	}
	return rs.store.Get(ctx, rs.ws, id)
}

// picks chooses the deliveries of a source up to and including until, oldest first.
func (r *run) picks(ctx context.Context, src *RunSource, until inspector.ID, created time.Time) ([]chosen, error) {
	if len(src.IDs) > 0 {
		var list []chosen
		for _, ref := range src.IDs {
			row, err := r.rs.ref(ctx, ref)
			if errors.Is(err, inspector.ErrNotFound) {
				r.edit(func(e *runEntry) { e.note("delivery " + ref + " was deleted meanwhile") })
				continue
			}
			if err != nil {
				return nil, err
			}
			if row.Flags&inspector.FlagTrashed != 0 {
				r.edit(func(e *runEntry) { e.note("delivery " + ref + " is in the trash; restore it first") })
				continue
			}
			list = append(list, choose(&row))
		}
		return sortPicks(list), nil
	}
	q, err := src.query(created) // what "the last ten minutes" are does not change
	if err != nil {
		return nil, err
	}
	var list []chosen
	err = r.rs.rows(ctx, q, func(row *inspector.Row) error {
		if row.ID.Compare(until) > 0 {
			return nil
		}
		if len(list) == maxPicks {
			return fmt.Errorf("the filter matches more than %d deliveries; narrow it", maxPicks)
		}
		list = append(list, choose(row))
		return nil
	})
	return sortPicks(list), err
}

// sortPicks orders by age and drops what is there twice.
func sortPicks(list []chosen) []chosen {
	slices.SortFunc(list, func(a, b chosen) int { return a.id.Compare(b.id) })
	return slices.CompactFunc(list, func(a, b chosen) bool { return a.id == b.id })
}

// placeIn is the index of the first pick that is newer than after.
func placeIn(picks []chosen, after inspector.ID) int {
	return sort.Search(len(picks), func(i int) bool { return picks[i].id.Compare(after) > 0 })
}

// rows calls f for every row that q matches, newest first.
func (rs *Runs) rows(ctx context.Context, q *inspector.Query, f func(row *inspector.Row) error) error {
	for opt := (inspector.ListQuery{Workspace: rs.ws, Query: q, Limit: pickPage}); ; {
		if err := ctx.Err(); err != nil {
			return err
		}
		page, err := rs.store.List(ctx, opt)
		if err != nil {
			return fmt.Errorf("list the deliveries of a run: %w", err)
		}
		for i := range page.Rows {
			if err := f(&page.Rows[i]); err != nil {
				return err
			}
		}
		if opt.Before = page.Next; opt.Before == "" {
			return nil
		}
	}
}
