package proxy

import (
	"context"
	"time"

	"github.com/boathook/boathook/inspector"
)

// turn waits until a try may be made by the rate of its endpoint and the cap. It
// reports false if the try is not to be made now: what was stopped, switched off or
// changed while it waited must not leave as if nothing had happened.
func (d *Dispatcher) turn(ctx context.Context, t *try) bool {
	now := time.Now()
	wait, ok := d.pace.within(t.lease.Until.Add(-tryMost).Sub(now), t.lease.Lane, t.rate(), d.settings.Get().Cap, now)
	if !ok {
		// The lease would end before the try, which would then be made twice.
		d.later(t.lease, now.Add(wait))
		return false
	}
	if wait > 0 && !pause(ctx, wait) {
		return false
	}
	if time.Until(t.lease.Until) > sendLease-noWait {
		return true
	}
	return d.still(ctx, t)
}

// noWait is how long ago a try may have been claimed without anything being looked
// at again.
const noWait = 20 * time.Millisecond

// still reports whether a try is to be made as it was opened.
func (d *Dispatcher) still(ctx context.Context, t *try) bool {
	if !d.settings.Get().Sending {
		d.later(t.lease, t.lease.RunAt)
		return false
	}
	work, err := d.store.Work(ctx, d.ws, t.lease.ID)
	if err != nil || len(work) == 0 || work[0].Token != t.lease.Token {
		return false // stopped, or not ours any more; if that is not known, its lease will end
	}
	if t.endpoint == nil || t.endpoint.Rev == 0 {
		return true
	}
	if ep, ok := d.endpoints.lookup(t.endpoint.Name); !ok || ep.Rev != t.endpoint.Rev {
		d.later(t.lease, t.lease.RunAt) // it is opened anew at once
		return false
	}
	return true
}

// later has work claimed again from a time on.
func (d *Dispatcher) later(l inspector.Lease, at time.Time) {
	d.records.add(tryRecord{finish: &inspector.Finish{ID: l.ID, Token: l.Token, Next: at}})
}
