package proxy

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/boathook/boathook/inspector"
)

var (
	// ErrUnderWay is returned for a delivery of which a try is being made.
	ErrUnderWay = errors.New("a try is under way")
	// ErrNoTry is returned for a delivery of which no further try is scheduled.
	ErrNoTry = errors.New("no further try is scheduled")
)

// NextTry says when the next try of a delivery is made.
type NextTry struct {
	At       time.Time `json:"at"`        // by our clock
	UnderWay bool      `json:"under_way"` // it is being made now
	Try      int       `json:"try"`       // number of the attempt, from 0
	Waits    string    `json:"waits"`     // what it waits for beside the time, "" for nothing
}

// Next says when the next try of a delivery is made. The error is ErrNoTry, or one
// of the store.
func (d *Dispatcher) Next(ctx context.Context, id inspector.ID) (NextTry, error) {
	l, err := d.work(ctx, id)
	if err != nil {
		return NextTry{}, err
	}
	n := NextTry{At: l.RunAt, UnderWay: l.Until.After(time.Now())}
	if _, j, err := d.readJob(&l); err == nil {
		n.Try = j.K
	}
	switch {
	case n.UnderWay:
	case !d.settings.Get().Sending:
		n.Waits = "sending is switched off in the settings"
	case !n.At.After(time.Now()):
		n.Waits = "the tries for the same endpoint before it"
	}
	return n, nil
}

func (d *Dispatcher) work(ctx context.Context, id inspector.ID) (inspector.Lease, error) {
	work, err := d.store.Work(ctx, d.ws, workID(id))
	if err != nil {
		return inspector.Lease{}, err
	}
	if len(work) == 0 {
		return inspector.Lease{}, fmt.Errorf("delivery %s: %w", id, ErrNoTry)
	}
	return work[0], nil
}

// TryNow makes the next try of a delivery at once. The error is ErrUnderWay,
// ErrNoTry, ErrSendingOff, or one of the store.
func (d *Dispatcher) TryNow(ctx context.Context, id inspector.ID) error {
	if !d.settings.Get().Sending {
		return ErrSendingOff
	}
	l, err := d.work(ctx, id)
	if err != nil {
		return err
	}
	now := time.Now()
	if l.Until.After(now) {
		return fmt.Errorf("delivery %s: %w", id, ErrUnderWay)
	}
	res, err := d.store.Commit(ctx, &inspector.Batch{
		Workspace: d.ws, Finish: []inspector.Finish{{ID: l.ID, Token: l.Token, Next: now}},
	})
	if err == nil && len(res.Lost) > 0 {
		err = fmt.Errorf("delivery %s: %w", id, ErrUnderWay)
	}
	d.wake()
	return err
}

// Stop ends the tries of a delivery. One that is under way is still recorded. The
// error is ErrNoTry, or one of the store.
func (d *Dispatcher) Stop(ctx context.Context, id inspector.ID) error {
	n, err := d.stop(ctx, []inspector.ID{id}, byHand)
	if err == nil && n == 0 {
		err = fmt.Errorf("delivery %s: %w", id, ErrNoTry)
	}
	return err
}

// Why a delivery is not tried again.
const (
	byHand  = "no further try is made: it was stopped by hand"
	inTrash = "no further try is made: it was put into the trash"
)

// StopTrashed ends the tries of deliveries that were put into the trash, and
// returns of how many tries were outstanding.
func (d *Dispatcher) StopTrashed(ctx context.Context, ids []inspector.ID) (int, error) {
	return d.stop(ctx, ids, inTrash)
}

// stopMost is how many deliveries are stopped in one commit.
const stopMost = 64

// stop ends the tries of deliveries, and returns of how many tries were outstanding.
func (d *Dispatcher) stop(ctx context.Context, ids []inspector.ID, why string) (stopped int, err error) {
	for some := range slices.Chunk(ids, stopMost) {
		names := make([]string, len(some))
		for i, id := range some {
			names[i] = workID(id)
		}
		for len(names) > 0 {
			work, err := d.store.Work(ctx, d.ws, names...)
			if err != nil {
				return stopped, err
			}
			b := &inspector.Batch{Workspace: d.ws}
			for i := range work {
				if err := d.endWork(ctx, b, &work[i], why); err != nil {
					return stopped, err
				}
			}
			if len(b.Finish) == 0 {
				break
			}
			res, err := d.store.Commit(ctx, b)
			if err != nil {
				return stopped, err
			}
			stopped += len(b.Finish) - len(res.Lost)
			names = res.Lost // their lease has just begun or ended
		}
	}
	return stopped, nil
}

// endWork adds to b that a piece of work ends, and that it does to its delivery unless
// a try is under way, which says so itself.
func (d *Dispatcher) endWork(ctx context.Context, b *inspector.Batch, l *inspector.Lease, why string) error {
	b.Finish = append(b.Finish, inspector.Finish{ID: l.ID, Token: l.Token})
	if l.Until.After(time.Now()) {
		return nil
	}
	id, _, err := d.readJob(l)
	if err != nil {
		return nil //nolint:nilerr // there is nothing to say it on
	}
	row, err := d.store.Get(ctx, d.ws, id)
	if err == nil {
		err = d.lastWord(ctx, b, &row, why)
	}
	if errors.Is(err, inspector.ErrNotFound) {
		return nil // it was deleted
	}
	return err
}

// StopEndpoint ends the tries of all deliveries to an endpoint, and returns how
// many there were.
func (d *Dispatcher) StopEndpoint(ctx context.Context, name string) (int, error) {
	q, err := inspector.ParseQuery(fmt.Sprintf("endpoint:%q dir:out", name), time.Now())
	if err != nil {
		return 0, fmt.Errorf("look for deliveries to endpoint %s: %w", name, err)
	}
	stopped := 0
	for before := ""; ; {
		page, err := d.store.List(ctx, inspector.ListQuery{Workspace: d.ws, Query: q, Limit: stopMost, Before: before})
		if err != nil {
			return stopped, err
		}
		ids := make([]inspector.ID, len(page.Rows))
		for i := range page.Rows {
			ids[i] = page.Rows[i].ID
		}
		n, err := d.stop(ctx, ids, byHand)
		stopped += n
		if err != nil {
			return stopped, err
		}
		if before = page.Next; before == "" {
			return stopped, nil
		}
	}
}

// Resend sends a delivery again to the same place: one that was sent by the rule
// of its provider, one that was received to the targets of its inbox, byte for
// byte. It is a further attempt of the same delivery, which is returned as it was
// before. The error is ErrUnderWay while tries are scheduled, an [*InvalidError],
// a [*HostError], or one of the store.
func (d *Dispatcher) Resend(ctx context.Context, id inspector.ID) (inspector.Row, error) {
	return d.resend(ctx, id)
}

// resend is Resend, and gives the delivery tags.
func (d *Dispatcher) resend(ctx context.Context, id inspector.ID, tags ...string) (inspector.Row, error) {
	row, err := d.store.Get(ctx, d.ws, id)
	if err != nil {
		return row, err
	}
	if row.Flags&inspector.FlagTrashed != 0 {
		return row, &InvalidError{Field: "delivery", Text: "it is in the trash", Hint: "restore it first"}
	}
	all, err := d.store.Attempts(ctx, d.ws, id)
	if err != nil {
		return row, err
	}
	j := job{By: d.name, Base: time.Now().UnixMilli(), Once: true, Forward: row.Dir == inspector.In}
	for i := range all {
		j.K = max(j.K, all[i].K+1)
	}
	due := inspector.Due{ID: workID(id), RunAt: time.Now()}
	if row.Dir == inspector.In {
		due.Lane, due.Slots, err = d.forwardLane(&row, all)
	} else {
		due.Lane, due.Slots, err = d.resendLane(&row, all, &j)
	}
	if err != nil {
		return row, err
	}
	if work, err := d.store.Work(ctx, d.ws, due.ID); err != nil || len(work) > 0 {
		if err == nil {
			err = fmt.Errorf("delivery %s is still being tried: %w; use try now", id, ErrUnderWay)
		}
		return row, err
	}
	due.Payload = j.encode()
	_, err = d.store.Commit(ctx, &inspector.Batch{
		Workspace: d.ws, Schedule: []inspector.Due{due}, Patches: []inspector.Patch{{ID: id, Set: inspector.FlagResend, AddTags: tags}},
	})
	d.wake()
	if err == nil {
		row.Flags |= inspector.FlagResend
	}
	return row, err
}

// resendLane completes the job of a resend by the provider's rule.
func (d *Dispatcher) resendLane(row *inspector.Row, all []inspector.Attempt, j *job) (lane string, slots int, err error) {
	if row.Endpoint == "" {
		return "", 0, &InvalidError{Field: "delivery", Text: "no endpoint wanted this event, so there is no place to send it to again", Hint: "send it to an endpoint by name, or backfill one"}
	}
	ep, err := d.reachable(row.Endpoint)
	if err != nil {
		return "", 0, err
	}
	lane, slots = ep.lane()
	p := d.provider(ep, row.Provider)
	if p == nil {
		return lane, slots, nil
	}
	j.Once = !p.Resend.Retried
	switch {
	case p.Resend.DeliveryID == "new":
		j.DeliveryID, err = NewDeliveryID(p, time.Now())
	case p.Resend.Signature == "same":
		j.Same = len(all) > 0 && all[0].Request.Head != nil
	}
	return lane, slots, err
}

// Earliest says when the first of the next tries of deliveries is made, zero if none
// of them is tried again.
func (d *Dispatcher) Earliest(ctx context.Context, ids ...inspector.ID) (time.Time, error) {
	work := make([]string, len(ids))
	for i, id := range ids {
		work[i] = workID(id)
	}
	leases, err := d.store.Work(ctx, d.ws, work...)
	if err != nil {
		return time.Time{}, err
	}
	var first time.Time
	for i := range leases {
		if at := leases[i].RunAt; first.IsZero() || at.Before(first) {
			first = at
		}
	}
	return first, nil
}
