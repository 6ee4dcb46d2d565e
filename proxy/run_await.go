package proxy

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/boathook/boathook/inspector"
)

// maxAwaited is how many deliveries of a run the dispatcher has at a time.
const maxAwaited = 64

// awaited are deliveries whose tries were scheduled, in the order in which they
// were: a run has come as far as the first of them. They are counted in that order.
type awaited struct {
	r    *run
	list []awaitedTry
}

type awaitedTry struct {
	id    inspector.ID
	from  int          // number of the first attempt that counts
	place inspector.ID // where the run is when it is counted
}

// add takes on a delivery, and waits while there are too many. It is false if ctx
// ended first.
func (a *awaited) add(ctx context.Context, t awaitedTry) error {
	a.list = append(a.list, t)
	return a.down(ctx, maxAwaited-1)
}

// pass notes that the run went past a delivery for which nothing is to be done.
func (a *awaited) pass(place inspector.ID) {
	if n := len(a.list); n > 0 {
		a.list[n-1].place = place
		return
	}
	a.r.edit(func(e *runEntry) { e.After.ID = place })
}

// down waits until at most so many are left.
func (a *awaited) down(ctx context.Context, most int) error {
	for {
		changed := a.r.rs.store.Wake()
		if err := a.look(ctx); err != nil || len(a.list) <= most {
			return err
		}
		timer := time.NewTimer(runSaveEvery)
		select {
		case <-ctx.Done():
			timer.Stop()
			return ctx.Err()
		case <-changed:
		case <-timer.C:
		}
		timer.Stop()
	}
}

// look counts those at the head that have an outcome.
func (a *awaited) look(ctx context.Context) error {
	n := 0
	for n < len(a.list) {
		t := a.list[n]
		over, err := a.outcome(ctx, t)
		if err != nil {
			return err
		}
		if !over {
			break
		}
		a.r.edit(func(e *runEntry) { e.After.ID = t.place })
		a.r.progress(ctx)
		n++
	}
	a.list = slices.Delete(a.list, 0, n)
	return nil
}

// outcome counts a delivery if its try is over.
func (a *awaited) outcome(ctx context.Context, t awaitedTry) (bool, error) {
	// The work is asked for first: its end and the last outcome are one commit, so
	// that what is read after the end is all there will be.
	work, err := a.r.rs.store.Work(ctx, a.r.rs.ws, workID(t.id))
	if err != nil {
		return false, err
	}
	all, err := a.r.rs.store.Attempts(ctx, a.r.rs.ws, t.id)
	if err != nil && !errors.Is(err, inspector.ErrNotFound) {
		return false, err
	}
	for i := range all {
		// What was cut off by the end of the process is tried again.
		if c := &all[i]; c.K >= t.from && !Pending(c) && c.Failure.Class != inspector.FailInterrupted {
			status := inspector.ParseHead(c.Response.Head).Status()
			row, err := a.r.rs.store.Get(ctx, a.r.rs.ws, t.id)
			if err != nil && !errors.Is(err, inspector.ErrNotFound) {
				return false, err
			}
			good := c.Failure.Class == "" && (StatusIn([]string{"2xx"}, status) || row.Dir == inspector.Out && row.Flags&inspector.FlagFailed == 0)
			a.r.count(outcomeOf(status, c.Failure.Class), good, c.Timing.Total())
			return true, nil
		}
	}
	if len(work) > 0 {
		return false, nil
	}
	a.r.skip("no try was made: it was deleted or stopped meanwhile")
	return true, nil
}
