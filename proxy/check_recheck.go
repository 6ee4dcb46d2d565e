package proxy

import (
	"context"
	"errors"
	"fmt"

	"github.com/boathook/boathook/inspector"
)

// RecheckResult is what became of a selection of deliveries.
type RecheckResult struct {
	Checked  int            `json:"checked"`
	Changed  int            `json:"changed"`  // whose verdict is another now
	Verdicts map[string]int `json:"verdicts"` // how many have each verdict now
}

// Recheck checks the captured deliveries of a selection once more, as they are set
// now and as of the time of their capture, and stores what changed. progress, which
// may be nil, is told how many of how many deliveries were looked at; total is 0
// while it is not known. The error is one of the store, or that of ctx; what was
// stored until then stays.
func (c *Checker) Recheck(ctx context.Context, q *inspector.Query, progress func(done, total int)) (RecheckResult, error) {
	res := RecheckResult{Verdicts: map[string]int{}}
	// Patching verdicts may move rows in or out of the selection, so it is read
	// whole before anything is changed.
	ids, err := c.selection(ctx, q)
	if err != nil {
		return res, err
	}
	for i, id := range ids {
		if err := ctx.Err(); err != nil {
			return res, err
		}
		if err := c.recheck(ctx, id, &res); err != nil {
			return res, err
		}
		if progress != nil {
			progress(i+1, len(ids))
		}
	}
	return res, nil
}

// selection are the ids of the captured deliveries of a query.
func (c *Checker) selection(ctx context.Context, q *inspector.Query) ([]inspector.ID, error) {
	var ids []inspector.ID
	for opt := (inspector.ListQuery{Workspace: c.ws, Query: q, Limit: 500}); ; {
		page, err := c.store.List(ctx, opt)
		if err != nil {
			return nil, fmt.Errorf("list the deliveries to check: %w", err)
		}
		for i := range page.Rows {
			if page.Rows[i].Dir == inspector.In {
				ids = append(ids, page.Rows[i].ID)
			}
		}
		if page.Next == "" {
			return ids, ctx.Err()
		}
		opt.Before = page.Next
	}
}

// verdict is the verdict of a delivery as it is set now, without its cause.
func (c *Checker) verdict(ctx context.Context, row *inspector.Row) (inspector.Verdict, string, error) {
	set := c.settingOf(row)
	if set.off {
		return inspector.Unchecked, set.id, nil
	}
	release, err := c.room(ctx, row.Size)
	if err != nil {
		return "", "", err
	}
	defer release()
	m, note, err := c.message(ctx, row, 0, set.judge)
	if err != nil || note != "" {
		return inspector.Unchecked, set.id, err
	}
	m.Context = set.context
	s, r := set.verify(&m, row.At)
	if s == nil {
		return inspector.Unchecked, set.id, nil
	}
	return inspector.Verdict(r.Verdict), s.ID, nil
}

// CheckImported checks deliveries that came in a file, as far as they say what an
// inbox received: by what is set for the inbox here, as of the time at which they were
// received by the file. The causes of failures are found later. The error is one of
// the store, or that of ctx; what was stored until then stays.
func (c *Checker) CheckImported(ctx context.Context, ids []inspector.ID) error {
	for _, id := range ids {
		if err := c.checkImported(ctx, id); err != nil && !isGone(err) {
			return fmt.Errorf("check an imported delivery: %w", err)
		}
	}
	return nil
}

func (c *Checker) checkImported(ctx context.Context, id inspector.ID) error {
	return c.alone(ctx, id, func(row *inspector.Row) error {
		verdict, scheme, err := c.verdict(ctx, row)
		if err != nil || verdict == row.Verdict && scheme == row.Scheme {
			return err
		}
		if err := c.keep(ctx, id, &Check{Verdict: string(verdict), Scheme: scheme}); err != nil {
			return err
		}
		if verdict != inspector.Valid && verdict != inspector.Unchecked {
			select {
			case c.queue <- id:
			default: // it is found when the delivery is opened
			}
		}
		return nil
	})
}

func isGone(err error) bool { return errors.Is(err, inspector.ErrNotFound) }

// recheck checks one delivery. What was deleted meanwhile is passed over.
func (c *Checker) recheck(ctx context.Context, id inspector.ID, res *RecheckResult) error {
	row, err := c.store.Get(ctx, c.ws, id)
	if isGone(err) {
		return nil
	}
	if err != nil {
		return err
	}
	verdict, scheme, err := c.verdict(ctx, &row)
	if isGone(err) {
		return nil
	}
	if err != nil {
		return err
	}
	res.Checked++
	res.Verdicts[string(verdict)]++
	if verdict == row.Verdict && scheme == row.Scheme {
		return nil // its cause is known, or is searched for when it is opened
	}
	if verdict != row.Verdict {
		res.Changed++
	}
	return c.settle(ctx, id)
}
