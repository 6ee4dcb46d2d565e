package proxy

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/boathook/boathook/inspector"
)

// Bounds of opening work again that could not be opened: a store that is busy, or a
// process that has no files left, gets over it within minutes.
const (
	maxClosed   = 9
	closedPause = time.Minute
)

// errUnreadable is in what no further look will make readable.
var errUnreadable = errors.New("it cannot be read")

// closed deals with work that cannot be opened. What may pass is looked at again, after
// twice as long each time; then, or at once if it cannot pass, it is given up, and
// its delivery says why and what to do.
func (d *Dispatcher) closed(ctx context.Context, l inspector.Lease, why error) {
	if ctx.Err() != nil || errors.Is(why, inspector.ErrClosed) || errors.Is(why, inspector.ErrBroken) {
		return // its lease ends
	}
	id, j, err := d.readJob(&l)
	var invalid *InvalidError
	lasting := err != nil || errors.As(why, &invalid) || errors.Is(why, errUnreadable) || errors.Is(why, inspector.ErrNotFound)
	if !lasting && j.Closed < maxClosed {
		wait := min(d.again<<j.Closed, closedPause)
		d.log.Warn("a delivery cannot be sent now; will try again", "work", l.ID, "in", wait, "error", why)
		j.Closed++
		f := inspector.Finish{ID: l.ID, Token: l.Token, Next: time.Now().Add(wait), Payload: j.encode()}
		d.records.add(tryRecord{finish: &f}) // once there is room for it, however long its lease is
		return
	}
	d.log.Error("a delivery cannot be sent; it is given up", "work", l.ID, "error", why)
	if err := d.giveUp(ctx, l, id, why); err != nil {
		d.log.Error("work that cannot be opened could not be ended", "work", l.ID, "error", err)
	}
}

// giveUp ends work that cannot be opened, with a last word on its delivery as far as
// that can be written.
func (d *Dispatcher) giveUp(ctx context.Context, l inspector.Lease, id inspector.ID, why error) error {
	b := &inspector.Batch{Workspace: d.ws, Finish: []inspector.Finish{{ID: l.ID, Token: l.Token}}}
	row, err := d.store.Get(ctx, d.ws, id)
	if err == nil {
		text := fmt.Sprintf("no further try is made: what is to be sent cannot be read (%v); mend that, see boathook doctor, then: boathook resend %d", why, row.N)
		err = d.lastWord(ctx, b, &row, text)
	}
	if err != nil {
		// Its attempts cannot be read either, so the row alone says it.
		b.Attempts = nil
		b.Patches = []inspector.Patch{{ID: id, Clear: inspector.FlagRetrying, Outcome: &inspector.Outcome{Failure: inspector.FailStore}}}
	}
	return d.keep(ctx, b, nil)
}
