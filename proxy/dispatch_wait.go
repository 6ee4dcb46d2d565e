package proxy

import (
	"context"
	"errors"
	"time"

	"github.com/boathook/boathook/inspector"
)

// turn waits until a try may be made by the rate of its endpoint and the cap. It
// reports false if the try is not to be made now: what was stopped, switched off or
// changed while it waited must not leave as if nothing had happened.
func (d *Dispatcher) turn(ctx context.Context, t *try) bool {
	now := time.Now()
	wait, ok := d.pace.within(t.lease.Until.Add(-tryMost).Sub(now), t.lease.Lane, t.rate(), d.settings.shared().Cap, now)
	if !ok {
		// The lease would end before the try, which would then be made twice.
		d.later(t.lease, now.Add(wait))
		return false
	}
	if wait > 0 && !pause(ctx, wait) {
		return false
	}
	if !t.waited && time.Until(t.lease.Until) > sendLease-noWait {
		return true
	}
	return d.still(ctx, t)
}

// noWait is how long ago a try may have been claimed without anything being looked
// at again.
const noWait = 20 * time.Millisecond

// still reports whether a try is to be made as it was opened.
func (d *Dispatcher) still(ctx context.Context, t *try) bool {
	work, err := d.store.Work(ctx, d.ws, t.lease.ID)
	switch {
	case err == nil && len(work) == 0:
		d.stopped(ctx, t)
		return false
	case err != nil || work[0].Token != t.lease.Token:
		return false // not ours any more; if that is not known, its lease will end
	case d.changed(t):
		d.later(t.lease, t.lease.RunAt) // it is opened anew once it may be sent
		return false
	}
	return true
}

// changed reports whether a try is not to be made as it was opened, because sending was
// switched off or its endpoint was changed.
func (d *Dispatcher) changed(t *try) bool {
	if !d.settings.shared().Sending {
		return true
	}
	if t.endpoint == nil || t.endpoint.Rev == 0 {
		return false
	}
	ep, ok := d.endpoints.lookup(t.endpoint.Name)
	return !ok || ep.Rev != t.endpoint.Rev
}

// stopped says on the delivery that no further try is made: who stopped it took this
// one, which waited for its turn, for one that is under way.
func (d *Dispatcher) stopped(ctx context.Context, t *try) {
	if t.waited {
		return // its record is there, and will say so
	}
	var b inspector.Batch
	if err := d.lastWord(ctx, &b, &t.row, "no further try is made: it was stopped before it was its turn"); err != nil {
		if !errors.Is(err, inspector.ErrNotFound) { // it was deleted
			d.log.Warn("that no further try is made is not stored", "work", t.lease.ID, "error", err)
		}
		return
	}
	rec := tryRecord{patch: &b.Patches[0]}
	if len(b.Attempts) > 0 {
		rec.attempt = &b.Attempts[0]
	}
	d.records.add(rec)
}

// later has work claimed again from a time on.
func (d *Dispatcher) later(l inspector.Lease, at time.Time) {
	d.records.add(tryRecord{finish: &inspector.Finish{ID: l.ID, Token: l.Token, Next: at}})
}
