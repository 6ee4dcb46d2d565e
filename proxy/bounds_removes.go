package proxy

import (
	"context"
	"fmt"
	"math"
	"time"

	"github.com/boathook/boathook/inspector"
)

// Removal is what bounds would remove of what is kept now.
type Removal struct {
	Deliveries int  `json:"deliveries"`
	About      bool `json:"about"` // it is an estimate: disk space is freed in whole files
	// Held says that over half of everything is too old for the age, and that nothing is
	// removed until that is set longer, as after a clock that jumped.
	Held     bool `json:"held"`
	Complete bool `json:"complete"` // false if it was not counted to the end: it is at least this many
}

// None says that nothing would be removed, and that this is sure.
func (r Removal) None() bool { return r.Deliveries == 0 && r.Complete }

// Removes counts what bounds would remove, until ctx ends.
func (b *Bounds) Removes(ctx context.Context, v BoundsValues, now time.Time) (Removal, error) {
	r := Removal{Complete: true}
	st, err := b.reg.store.Stats(ctx, b.reg.ws)
	if err != nil {
		return r, fmt.Errorf("read the store's state: %w", err)
	}
	// In the order of [inspector.Store.Sweep]: the trash is emptied first, and what is left
	// is looked at.
	var emptied, old int
	expires, ages := now.Add(-time.Duration(v.TrashS)*time.Second), now.Add(-time.Duration(v.AgeS)*time.Second)
	aged := func(row *inspector.Row) bool { return v.AgeS > 0 && row.At.Before(ages) }
	if v.TrashS > 0 || v.AgeS > 0 {
		err := b.each(ctx, &r, "is:trashed", func(row *inspector.Row) {
			switch {
			case v.TrashS > 0 && row.Trashed.Before(expires):
				emptied++
			case aged(row):
				old++
			}
		})
		if err != nil {
			return r, err
		}
	}
	if v.AgeS > 0 {
		err := b.each(ctx, &r, "before:"+ages.Add(time.Second).UTC().Format(time.RFC3339), func(row *inspector.Row) {
			if aged(row) {
				old++
			}
		})
		if err != nil {
			return r, err
		}
	}
	left := st.Deliveries + st.Trashed - emptied
	if r.Held = 2*old > left; r.Held {
		old = 0
	}
	r.Deliveries = emptied + old
	if v.Count > 0 && !r.Held {
		r.Deliveries = emptied + max(old, left-int(v.Count))
	}
	if v.Bytes > 0 && st.Bytes > v.Bytes && !r.Held {
		if n := int(math.Ceil(float64(left+emptied) * (1 - float64(v.Bytes)/float64(st.Bytes)))); n > r.Deliveries {
			r.Deliveries, r.About = n, true
		}
	}
	return r, nil
}

// each calls f for what matches a filter. What it cannot go through in the time of ctx
// is left out, and r says so.
func (b *Bounds) each(ctx context.Context, r *Removal, filter string, f func(*inspector.Row)) error {
	q, err := inspector.ParseQuery(filter, time.Now())
	if err != nil {
		return fmt.Errorf("count by %q: %w", filter, err)
	}
	list := inspector.ListQuery{Workspace: b.reg.ws, Query: q, Limit: 1000}
	for {
		page, err := b.reg.store.List(ctx, list)
		if ctx.Err() != nil {
			r.Complete = false
			return nil
		}
		if err != nil {
			return fmt.Errorf("count what would be removed: %w", err)
		}
		for i := range page.Rows {
			f(&page.Rows[i])
		}
		if page.Next == "" {
			return nil
		}
		list.Before = page.Next
	}
}
