package proxy

import (
	"context"
	"errors"
	"slices"

	"github.com/boathook/boathook/inspector"
)

// resend sends deliveries again to the same place. What it has scheduled has a tag,
// so that a run that goes on after a restart schedules nothing twice.
func (r *run) resend(ctx context.Context, spec *RunSpec) error {
	picks, err := r.picks(ctx, &spec.Source, r.entry.Until, r.entry.Created)
	if err != nil {
		return stopless(ctx, err)
	}
	r.begin(len(picks))
	wait := awaited{r: r}
	tag := runTagStart + r.id
	for _, p := range picks[placeIn(picks, r.entry.After.ID):] {
		if ctx.Err() != nil {
			break
		}
		if err := r.resendOne(ctx, &wait, p.id, tag); err != nil {
			return errors.Join(stopless(ctx, err), r.drain(&wait))
		}
	}
	return r.drain(&wait)
}

// drain waits for what was scheduled, unless the process is to stop.
func (r *run) drain(wait *awaited) error {
	r.rs.mu.Lock()
	ctx := r.rs.ctx
	r.rs.mu.Unlock()
	return stopless(ctx, wait.down(ctx, 0))
}

func (r *run) resendOne(ctx context.Context, wait *awaited, id inspector.ID, tag string) error {
	row, err := r.rs.store.Get(ctx, r.rs.ws, id)
	if err != nil && !errors.Is(err, inspector.ErrNotFound) {
		return err
	}
	all, errAll := r.rs.store.Attempts(ctx, r.rs.ws, id)
	if errAll != nil && !errors.Is(errAll, inspector.ErrNotFound) {
		return errAll
	}
	from := 0
	for i := range all {
		from = max(from, all[i].K+1)
	}
	if slices.Contains(row.Tags, tag) { // before a restart
		return wait.add(ctx, awaitedTry{id: id, from: max(from-1, 0), place: id})
	}
	var invalid *InvalidError
	var host *HostError
	if err == nil {
		_, err = r.rs.d.resend(ctx, id, tag)
	}
	switch {
	case err == nil:
		return wait.add(ctx, awaitedTry{id: id, from: from, place: id})
	case errors.Is(err, inspector.ErrNotFound):
		r.skip("it was deleted meanwhile")
	case errors.Is(err, ErrUnderWay):
		r.skip("it is still being tried")
	case errors.As(err, &invalid), errors.As(err, &host):
		r.skip(err.Error())
	default:
		return err
	}
	wait.pass(id)
	r.progress(ctx)
	return nil
}

// recheck checks signatures once more.
func (r *run) recheck(ctx context.Context, spec *RunSpec) error {
	picks, err := r.picks(ctx, &spec.Source, r.entry.Until, r.entry.Created)
	if err != nil {
		return stopless(ctx, err)
	}
	return stopless(ctx, r.each(ctx, picks, func(id inspector.ID) error {
		res := RecheckResult{Verdicts: map[string]int{}}
		if err := r.rs.checker.recheck(ctx, id, &res); err != nil {
			return err
		}
		for verdict := range res.Verdicts {
			r.count(verdict, true, 0)
			return nil
		}
		r.skip("it was deleted meanwhile")
		return nil
	}))
}
