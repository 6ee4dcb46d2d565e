package proxy

import (
	"context"
	"fmt"
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

// Removes counts what bounds would remove, until ctx ends.
func (b *Bounds) Removes(ctx context.Context, v BoundsValues, now time.Time) (Removal, error) {
	r := Removal{Complete: true}
	st, err := b.reg.store.Stats(ctx, b.reg.ws)
	if err != nil {
		return r, fmt.Errorf("read the store's state: %w", err)
	}
	total := st.Deliveries + st.Trashed
	old := 0
	if v.AgeS > 0 {
		before := now.Add(-time.Duration(v.AgeS) * time.Second)
		for _, text := range []string{"", "is:trashed "} {
			n, err := b.count(ctx, &r, text+"before:"+before.UTC().Format(time.RFC3339), func(*inspector.Row) bool { return true })
			if err != nil {
				return r, err
			}
			old += n
		}
		if r.Held = 2*old > total; r.Held {
			old = 0
		}
	}
	gone := 0
	if v.TrashS > 0 {
		before := now.Add(-time.Duration(v.TrashS) * time.Second)
		if gone, err = b.count(ctx, &r, "is:trashed", func(row *inspector.Row) bool { return row.Trashed.Before(before) }); err != nil {
			return r, err
		}
	}
	r.Deliveries = max(old, gone)
	if v.Count > 0 && !r.Held {
		r.Deliveries = max(r.Deliveries, total-int(v.Count))
	}
	if v.Bytes > 0 && st.Bytes > v.Bytes && !r.Held {
		if n := int(float64(total) * (1 - float64(v.Bytes)/float64(st.Bytes))); n > r.Deliveries {
			r.Deliveries, r.About = n, true
		}
	}
	return r, nil
}

// count goes through what matches a filter. What it cannot go through in the time of
// ctx is left out, and r says so.
func (b *Bounds) count(ctx context.Context, r *Removal, filter string, counts func(*inspector.Row) bool) (n int, err error) {
	q, err := inspector.ParseQuery(filter, time.Now())
	if err != nil {
		return 0, fmt.Errorf("count by %q: %w", filter, err)
	}
	list := inspector.ListQuery{Workspace: b.reg.ws, Query: q, Limit: 1000}
	for {
		page, err := b.reg.store.List(ctx, list)
		if ctx.Err() != nil {
			r.Complete = false
			return n, nil
		}
		if err != nil {
			return n, fmt.Errorf("count what would be removed: %w", err)
		}
		for i := range page.Rows {
			if counts(&page.Rows[i]) {
				n++
			}
		}
		if page.Next == "" {
			return n, nil
		}
		list.Before = page.Next
	}
}
