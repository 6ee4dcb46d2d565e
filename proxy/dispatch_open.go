package proxy

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"

	"github.com/boathook/boathook/inspector"
)

// open reads what a piece of work is about. It is nil without an error if there is
// nothing to do any more; then the work is finished.
func (d *Dispatcher) open(ctx context.Context, l inspector.Lease) (*try, error) {
	id, j, err := d.readJob(&l)
	if err != nil {
		return nil, err
	}
	t := newTry()
	t.lease, t.job = l, j
	if t.row, err = d.store.Get(ctx, d.ws, id); err != nil {
		if errors.Is(err, inspector.ErrNotFound) {
			return nil, d.end(ctx, t, "") // it was deleted
		}
		return nil, err
	}
	t.job.Closed = 0
	if t.row.Flags&inspector.FlagTrashed != 0 {
		return nil, d.end(ctx, t, inTrash)
	}
	if j.By != d.name {
		if err := d.interrupted(ctx, t); err != nil {
			return nil, err
		}
	}
	if t.job.Forward {
		return d.openForward(ctx, t)
	}
	gone, err := d.aim(t)
	if err != nil {
		return nil, err
	}
	if gone != "" {
		return nil, d.end(ctx, t, fmt.Sprintf("no further try is made to %s: %s", t.row.Endpoint, gone))
	}
	if err := d.load(ctx, t); err != nil {
		return nil, err
	}
	return t, nil
}

// load gives a try its body, once there is room for it.
func (d *Dispatcher) load(ctx context.Context, t *try) error {
	held, ok := d.bodies.acquire(ctx, t.lease.Lane, t.row.Size)
	if !ok {
		return ctx.Err()
	}
	defer func() { // also if it panics
		if t.held == 0 {
			d.bodies.release(t.lease.Lane, held)
		}
	}()
	payload, err := d.body(ctx, t.row.ID, t.row.Size)
	if err != nil {
		return err
	}
	t.held, t.event = held, EventOfRow(&t.row, payload)
	return nil
}

// openFresh is open for a delivery that was just made. It is nil if open has to be
// asked.
func (d *Dispatcher) openFresh(ctx context.Context, l *inspector.Lease) *try {
	id, j, err := d.readJob(l)
	if err != nil || j.By != d.name || j.Forward {
		return nil
	}
	t := tries.Get().(*try)
	t.lease, t.job = *l, j
	t.job.Closed = 0
	if t.row, err = d.store.Get(ctx, d.ws, id); err != nil || t.row.Flags&inspector.FlagTrashed != 0 {
		return nil
	}
	if gone, err := d.aim(t); err != nil || gone != "" {
		return nil
	}
	held, ok := d.bodies.try(l.Lane, t.row.Size)
	if !ok {
		return nil
	}
	payload := d.fresh.take(id)
	if payload == nil && t.row.Size > 0 {
		d.bodies.release(l.Lane, held)
		return nil
	}
	t.held, t.event = held, EventOfRow(&t.row, payload)
	return t
}

// tries holds those that are over: they are large, and there are many.
var tries = sync.Pool{New: func() any { return newTry() }}

// aim finds what a try is sent to. gone says why there is none any more.
func (d *Dispatcher) aim(t *try) (gone string, err error) {
	ep, gone, err := d.endpointOf(t.row.Endpoint)
	if err != nil || gone != "" {
		return gone, err
	}
	if off := ep.off(); off != "" {
		return off, nil
	}
	t.endpoint, t.provider = ep, d.provider(ep, t.row.Provider)
	t.rules = d.rules(ep, t.provider)
	return "", nil
}

// body reads the body of a delivery.
func (d *Dispatcher) body(ctx context.Context, id inspector.ID, size int64) ([]byte, error) {
	if size == 0 {
		return nil, nil
	}
	if body := d.fresh.take(id); body != nil {
		return body, nil
	}
	b, err := d.store.Body(ctx, d.ws, inspector.BodyKey{Delivery: id, Part: inspector.Request})
	if err != nil {
		return nil, fmt.Errorf("read the body of delivery %s: %w", id, err)
	}
	defer b.Close()
	body := make([]byte, b.Size())
	if _, err := b.ReadAt(body, 0); err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("read the body of delivery %s: %w", id, err)
	}
	return body, nil
}

// interrupted names the attempt that a process before this one had under way.
func (d *Dispatcher) interrupted(ctx context.Context, t *try) error {
	all, err := d.store.Attempts(ctx, d.ws, t.row.ID)
	if err != nil && !errors.Is(err, inspector.ErrNotFound) {
		return err
	}
	b := &inspector.Batch{Workspace: d.ws}
	for i := range all {
		a := &all[i]
		if a.K < t.job.K || a.Started.IsZero() {
			continue
		}
		// It may have been named by a process that ended before its own try began: the
		// record of it must stay all the same.
		t.job.K = a.K + 1
		if Pending(a) {
			a.Failure = inspector.Failure{Class: inspector.FailInterrupted, Text: "boathook stopped before the outcome was known; it is tried again with the same ids"}
			b.Attempts = append(b.Attempts, *a)
		}
	}
	if len(b.Attempts) == 0 {
		return nil
	}
	p := inspector.Patch{ID: t.row.ID, Tries: len(b.Attempts), Set: inspector.FlagRetrying}
	if !t.job.Forward { // the row of what was received keeps the answer that its sender was given
		p.Outcome = &inspector.Outcome{Failure: inspector.FailInterrupted}
	}
	b.Patches = []inspector.Patch{p}
	return d.keep(ctx, b, nil)
}

// Pending reports whether an attempt has no outcome yet: it waits for its turn if
// it has no time of start, and is under way, or was interrupted, if it has.
func Pending(a *inspector.Attempt) bool {
	return a.Failure.Class == "" && a.Response.Head == nil && !slices.Contains(a.Notes, recordedOnly)
}

// end finishes work whose delivery gets no further try, and says why there, unless
// why is "".
func (d *Dispatcher) end(ctx context.Context, t *try, why string) error {
	b := &inspector.Batch{Workspace: d.ws, Finish: []inspector.Finish{{ID: t.lease.ID, Token: t.lease.Token}}}
	if why != "" {
		if err := d.lastWord(ctx, b, &t.row, why); err != nil {
			return err
		}
	}
	return d.keep(ctx, b, nil)
}

// lastWord adds to b that a delivery gets no further try: to its first attempt if
// that was never made, which it then never will, or else to the last one.
func (d *Dispatcher) lastWord(ctx context.Context, b *inspector.Batch, row *inspector.Row, why string) error {
	all, err := d.store.Attempts(ctx, d.ws, row.ID)
	if err != nil {
		return err
	}
	p := inspector.Patch{ID: row.ID, Clear: inspector.FlagRetrying}
	if n := len(all); n > 0 {
		last := all[n-1]
		if Pending(&last) && last.Started.IsZero() {
			last.Failure = inspector.Failure{Class: inspector.FailBlocked, Text: why}
			p.Outcome = &inspector.Outcome{Failure: inspector.FailBlocked}
		} else {
			last.Notes = append(slices.Clip(last.Notes), why)
		}
		b.Attempts = append(b.Attempts, last)
	}
	b.Patches = append(b.Patches, p)
	return nil
}
