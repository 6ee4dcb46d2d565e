package proxy

import (
	"context"
	"time"

	"github.com/boathook/boathook/inspector"
)

// A try goes through these steps, none of which waits for another try: take opens it,
// its room lets it in, begin writes its request, records store that it began, a worker
// makes it when the room has a place for it, and records store what became of it.

// take has claimed work opened: at once if all that is needed is at hand, or else
// beside the others.
func (d *Dispatcher) take(ctx context.Context, l *inspector.Lease) {
	var t *try
	if !d.guarded(l, func() { t = d.openFresh(ctx, l) }) {
		d.done()
		return
	}
	if t != nil {
		d.enter(ctx, t)
		return
	}
	lease := *l
	d.workers.Go(func() {
		if d.guarded(&lease, func() { t = d.opened(ctx, lease) }); t == nil {
			d.done()
			return
		}
		d.enter(ctx, t)
	})
}

// opened opens claimed work. It is nil if there is nothing more to do.
func (d *Dispatcher) opened(ctx context.Context, l inspector.Lease) *try {
	t, err := d.open(ctx, l)
	if err != nil {
		d.closed(ctx, l, err)
		return nil
	}
	return t
}

// enter begins a try if its endpoint has room for it.
func (d *Dispatcher) enter(ctx context.Context, t *try) {
	if t.endpoint == nil || d.rooms.enter(t, d.paced(t)) {
		d.begin(ctx, t)
	}
}

// paced reports whether tries like this one are spaced out.
func (d *Dispatcher) paced(t *try) bool { return t.rate() > 0 || d.settings.shared().Cap > 0 }

// begin has it stored that a try begins, as soon as it is its turn.
func (d *Dispatcher) begin(ctx context.Context, t *try) {
	if t.endpoint == nil || d.paced(t) {
		d.workers.Go(func() { d.beginNow(ctx, t) })
		return
	}
	d.beginNow(ctx, t)
}

func (d *Dispatcher) beginNow(ctx context.Context, t *try) {
	ready := false
	whole := d.guarded(&t.lease, func() {
		if ready = ctx.Err() == nil && d.turn(ctx, t); ready {
			t.refused = d.prepare(t)
		}
	})
	if whole && ready {
		t.waited = false
		d.records.begins(t)
		return
	}
	if whole && t.waited {
		d.records.unsent(t)
	}
	d.drop(ctx, t)
}

// drop gives up a try that is not made.
func (d *Dispatcher) drop(ctx context.Context, t *try) {
	next := d.left(ctx, t, 0)
	d.over(t)
	if next != nil {
		d.hand(ctx, next)
	}
}

// left takes a try out of its room: others may begin, and the one that is returned, if
// it is not nil, is to be made now.
func (d *Dispatcher) left(ctx context.Context, t *try, took time.Duration) (next *try) {
	next, begin := d.rooms.leave(t, took)
	for _, t := range begin {
		d.begin(ctx, t)
	}
	return next
}

// over forgets a try, which nobody else may know any more.
func (d *Dispatcher) over(t *try) {
	d.bodies.release(t.lease.Lane, t.held)
	d.done()
	t.reset()
	tries.Put(t)
}

// done forgets claimed work.
func (d *Dispatcher) done() {
	d.active.Add(-1)
	d.wake()
	d.tries.Done()
}

// hand has a try made by a worker that is idle, or by a new one. Those that have
// worked have a stack that is large enough, which costs as much as a try.
func (d *Dispatcher) hand(ctx context.Context, t *try) {
	select {
	case d.idle <- t:
	default:
		d.workers.Go(func() { d.worker(ctx, t) })
	}
}

// worker makes one try after the other, until none has come for a while.
func (d *Dispatcher) worker(ctx context.Context, t *try) {
	timer := time.NewTimer(idleWorker)
	defer timer.Stop()
	for {
		for t != nil {
			t = d.make(ctx, t)
		}
		timer.Reset(idleWorker)
		select {
		case t = <-d.idle:
		case <-timer.C:
			return
		case <-ctx.Done():
			return
		}
	}
}

// oldTry is how long a try may have waited, after it began, to be made as it was begun:
// the time is in what was signed, and it may have been stopped.
const oldTry = time.Second

// make makes a try that is stored as begun, and has its outcome stored; then t is no
// longer ours. It returns the one that is made next, if there is one.
func (d *Dispatcher) make(ctx context.Context, t *try) (next *try) {
	if t.waited && (time.Since(t.attempt.Started) > oldTry || d.changed(t)) {
		d.begin(ctx, t)
		return nil
	}
	settles := false
	d.guarded(&t.lease, func() { settles = d.run(ctx, t, &next) })
	if settles {
		return next
	}
	t.disown() // if it panicked, something may still write to it
	if other := d.left(ctx, t, 0); other != nil {
		next = other // it had not left yet, so there is no other
	}
	d.over(t)
	return next
}
