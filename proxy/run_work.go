package proxy

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/boathook/boathook/inspector"
)

// work does what the run is for, until that is done, it is halted, or ctx ends. In
// the last case it goes on at the next start.
func (r *run) work(ctx context.Context) {
	r.turns.Lock() // the work of before a pause may still end
	defer r.turns.Unlock()
	ctx, halt := context.WithCancelCause(ctx)
	defer halt(nil)
	r.mu.Lock()
	if r.entry.State != RunRunning {
		r.mu.Unlock()
		return
	}
	r.halt, r.meter, r.due = halt, meter{}, time.Time{}
	spec := r.entry.Spec
	r.mu.Unlock()
	spec.Secret = r.secret

	var err error
	switch spec.Kind {
	case RunReplay:
		err = r.replay(ctx, halt, &spec)
	case RunResend:
		err = r.resend(ctx, &spec)
	case RunBackfill:
		err = r.backfill(ctx, &spec)
	case RunRecheck:
		err = r.recheck(ctx, &spec)
	default:
		err = fmt.Errorf("a run of the kind %.20q is not known to this version", spec.Kind)
	}
	r.settle(ctx, err)
}

// settle stores what became of the work.
func (r *run) settle(ctx context.Context, err error) {
	cause := context.Cause(ctx)
	r.edit(func(e *runEntry) {
		r.halt = nil
		switch {
		case e.State != RunRunning: // paused or cancelled meanwhile
			return
		case errors.Is(cause, context.Canceled):
			return // boathook stops; the next start goes on
		case cause != nil:
			e.State, e.Error = RunFailed, cause.Error()
		case err != nil:
			e.State, e.Error = RunFailed, err.Error()
		default:
			e.State = RunDone
		}
		e.Ended = r.moment()
	})
	// The end is stored also while the process is about to stop.
	keep, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	if err := r.save(keep); err != nil && !errors.Is(err, inspector.ErrClosed) {
		r.rs.log.Error("the end of a run is not stored", "run", r.id, "error", err)
	}
	if r.state().Over() {
		r.rs.prune(keep)
	}
}

// begin notes that the deliveries are chosen.
func (r *run) begin(total int) {
	r.edit(func(e *runEntry) {
		e.Total = total
		e.Text = e.Spec.text(total)
		if e.Started == nil {
			e.Started = r.moment()
		}
		r.meter.note(r.rs.clock.now(), e.Done)
	})
}

// each calls do for each of the deliveries after the place where the run is, and
// notes how far it came. do counts what became of it.
func (r *run) each(ctx context.Context, picks []chosen, do func(id inspector.ID) error) error {
	r.begin(len(picks))
	for _, p := range picks[placeIn(picks, r.entry.After.ID):] {
		if ctx.Err() != nil {
			return nil
		}
		if err := do(p.id); err != nil {
			return err
		}
		r.edit(func(e *runEntry) { e.After.ID = p.id })
		r.progress(ctx)
	}
	return nil
}
