package proxy

import (
	"context"
	"time"

	"github.com/boathook/boathook/inspector"
)

// A try goes through these steps, none of which waits for another try: take opens it,
// its room lets it in, begin writes its request, records store that it began, a worker
// makes it, and records store what became of it.

// take has claimed work opened: at once if all that is needed is at hand, or else
// beside the others.
func (d *Dispatcher) take(ctx context.Context, l *inspector.Lease) {
	var t *try
	if !d.guarded(l, func() { t = d.openFresh(ctx, l) }) {
		d.done(0)
		return
	}
	if t != nil {
		d.enter(ctx, t)
		return
	}
	lease := *l
	d.workers.Go(func() {
		if d.guarded(&lease, func() { t = d.opened(ctx, lease) }); t == nil {
			d.done(0)
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
	if t.endpoint == nil || d.rooms.enter(t) {
		d.begin(ctx, t)
	}
}

// begin has it stored that a try begins, as soon as it is its turn.
func (d *Dispatcher) begin(ctx context.Context, t *try) {
	if t.rate() > 0 || d.settings.Get().Cap > 0 || t.endpoint == nil {
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
	if !whole || !ready {
		d.left(ctx, t)
		d.over(t)
		return
	}
	d.records.begins(t)
}

// left lets the next ones into the room of a try.
func (d *Dispatcher) left(ctx context.Context, t *try) {
	for _, next := range d.rooms.leave(t) {
		d.begin(ctx, next)
	}
}

// over forgets a try, which nobody else may know any more.
func (d *Dispatcher) over(t *try) {
	d.done(t.held)
	*t = try{}
	tries.Put(t)
}

// done forgets claimed work with a body of so many bytes.
func (d *Dispatcher) done(held int64) {
	d.bodies.Add(-held)
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
		d.make(ctx, t)
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

// make makes a try that is stored as begun, and has its outcome stored; then t is no
// longer ours.
func (d *Dispatcher) make(ctx context.Context, t *try) {
	settles := false
	d.guarded(&t.lease, func() { settles = d.run(ctx, t) })
	if !settles {
		d.left(ctx, t)
		d.over(t)
	}
}
