package proxy

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/url"
	"slices"
	"sync"
	"time"

	"github.com/boathook/boathook/catalog"
	"github.com/boathook/boathook/inspector"
)

// try is one try to send a delivery.
type try struct {
	lease    inspector.Lease
	job      job
	row      inspector.Row
	endpoint *Endpoint
	provider *catalog.Provider
	rules    Rules
	event    Event
	held     int64 // bytes of the body, in Dispatcher.bodies
	room     *room // that it is in, nil if it is in none
	inside   bool  // it may be made, see rooms
	waited   bool  // it waited for that after it was stored that it began

	wire    *Wire
	attempt inspector.Attempt
	refused error // why it is not sent at all
	forward *forwards
	mail    *Mail // for an email endpoint

	// What became of it, beside attempt.
	good    bool
	ended   time.Time
	answer  inspector.Chunk // end of the body of the answer, without data if there is none
	outcome inspector.Outcome
	patch   inspector.Patch // without outcome
	finish  inspector.Finish

	memory *tryMemory
}

// tryMemory is what a try is written and made in. Once nothing of it is needed any more,
// the next one may be.
type tryMemory struct {
	out  Outgoing
	room composeRoom
	x    exchanging
}

func newTry() *try { return &try{memory: &tryMemory{}} }

// reset lets a try, which nobody else may know any more, be used for another one.
func (t *try) reset() {
	m := t.memory
	m.out = Outgoing{}
	m.room.reset()
	m.x.reset()
	*t = try{memory: m}
}

// disown leaves the memory to others, who may still read what is in it.
func (t *try) disown() { t.memory = &tryMemory{} }

func (t *try) rate() float64 {
	if t.endpoint == nil {
		return 0
	}
	return t.endpoint.Rate
}

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
	b.Patches = []inspector.Patch{{
		ID: t.row.ID, Tries: len(b.Attempts), Set: inspector.FlagRetrying,
		Outcome: &inspector.Outcome{Failure: inspector.FailInterrupted},
	}}
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

// prepare writes the request of a try and the record of its beginning.
func (d *Dispatcher) prepare(t *try) error {
	now := time.Now()
	t.attempt = inspector.Attempt{
		Delivery: t.row.ID, K: t.job.K, Started: now.UTC(),
		Request: inspector.Message{Size: t.row.Size, Wanted: -1}, Response: inspector.Message{Wanted: -1},
	}
	if t.forward != nil {
		return d.prepareForward(t)
	}
	if t.endpoint.Kind == KindEmail {
		return d.prepareMail(t)
	}
	var err error
	if t.wire, err = d.compose(t, now); err != nil {
		return err
	}
	t.attempt.Target = t.wire.address()
	t.attempt.Request = t.wire.message()
	t.attempt.Notes, t.attempt.Secrets = t.wire.Notes, t.wire.Secrets
	return d.mayReach(t.endpoint)
}

// compose writes the request anew for this try, or as it was at first.
func (d *Dispatcher) compose(t *try, now time.Time) (*Wire, error) {
	if t.job.Same {
		return d.composeSame(t)
	}
	t.memory.out = Outgoing{
		Endpoint: t.endpoint, Provider: t.provider, Event: &t.event, DeliveryID: t.job.DeliveryID, Try: t.job.Step,
		Body: t.event.Payload, Now: t.job.clock(t.endpoint).at(now), Schemes: d.schemes, room: &t.memory.room,
	}
	return composeBy(&t.memory.out, t.rules)
}

// composeSame writes the first request again, byte for byte.
func (d *Dispatcher) composeSame(t *try) (*Wire, error) {
	all, err := d.store.Attempts(context.Background(), d.ws, t.row.ID)
	if err != nil {
		return nil, err
	}
	if len(all) == 0 || all[0].Request.Head == nil {
		return nil, &InvalidError{Field: "delivery", Text: "its first request was not recorded", Hint: "send the event anew"}
	}
	first := all[0].Request
	head := inspector.ParseHead(first.Head)
	a, invalid := parseTarget(t.endpoint.URL)
	if invalid != nil {
		return nil, invalid
	}
	w := &Wire{
		Method: head.Method(), Head: first.Head, Body: t.event.Payload, Framing: first.Framing, Chunked: first.Framing != nil,
		Scheme: t.row.Scheme, DeliveryID: t.row.EventID, Secrets: all[0].Secrets,
	}
	if w.URL, err = url.Parse(a.origin() + head.Target()); err != nil {
		return nil, &InvalidError{Field: "delivery", Text: "its first request cannot be sent again: " + err.Error(), Hint: "send the event anew"}
	}
	if t.job.Chaos != nil {
		c := composer{o: &Outgoing{Chaos: *t.job.Chaos}}
		c.flow(w)
	}
	if t.job.K == 0 {
		w.Notes = slices.Clone(all[0].Notes) // what was said of it when it was composed
	} else {
		w.Notes = append(w.Notes, "the first request again, byte for byte")
	}
	return w, nil
}

// run makes a try, says which is the next one, and reports whether what became of it is
// being stored; if not, it is stored already or cannot be.
func (d *Dispatcher) run(ctx context.Context, t *try, next **try) (settles bool) {
	a := t.attempt
	switch {
	case t.forward != nil:
		d.runForward(t)
		return false
	case t.refused != nil:
		a.Failure = inspector.Failure{Class: inspector.FailBlocked, Text: t.refused.Error()}
		t.job.Once = true // the next try would be refused as well
	case t.mail != nil:
		a = d.sendMail(t)
	default:
		a, t.answer = d.send(t)
	}
	*next = d.left(ctx, t, max(a.Timing.Total(), 1))
	d.settle(t, a)
	return true
}

// settle has the outcome of a try stored together with what follows from it.
func (d *Dispatcher) settle(t *try, a inspector.Attempt) {
	now := time.Now()
	status := statusIn(a.Response.Head)
	good := a.Failure.Class == "" && (StatusIn(t.rules.Success, status) || slices.Contains(a.Notes, recordedOnly))
	t.outcome = inspector.Outcome{Status: status, Failure: a.Failure.Class, Duration: a.Timing.Total(), RespSize: a.Response.Size}
	p := inspector.Patch{ID: t.row.ID, Tries: 1, Clear: inspector.FlagRetrying}
	if a.Response.Cut {
		p.Set |= inspector.FlagCut
	}
	if good {
		p.Clear |= inspector.FlagFailed
	} else {
		p.Set |= inspector.FlagFailed
	}
	f := inspector.Finish{ID: t.lease.ID, Token: t.lease.Token}
	if !good {
		wait, delay, again, why := d.next(t, &a, status, now)
		a.Notes = append(slices.Clip(a.Notes), why)
		if again {
			next := t.job.after(t.job.clock(t.endpoint), now, wait, delay)
			next.By, next.K = d.name, t.job.K+1
			if a.Failure.Class != inspector.FailInterrupted {
				next.Step++
			}
			f.Next, f.Payload = now.Add(wait), next.encode()
			p.Set |= inspector.FlagRetrying
			p.Clear &^= inspector.FlagRetrying
		}
	}
	t.attempt, t.good, t.ended, t.patch, t.finish = a, good, now, p, f
	d.records.ends(t)
}

// statusIn is the status of an answer, 0 if there was none.
func statusIn(head []byte) int {
	start, _, _ := bytes.Cut(head, []byte("\n"))
	return inspector.ParseHead(start).Status()
}

// next says what follows a try that failed: how long to wait, by our clock and by the
// endpoint's, and whether there is a next one at all.
func (d *Dispatcher) next(t *try, a *inspector.Attempt, status int, now time.Time) (wait, delay time.Duration, again bool, why string) {
	if a.Failure.Class == inspector.FailInterrupted {
		return 0, 0, true, "it is tried again with the same ids at the next start"
	}
	if t.job.Once {
		if t.refused != nil {
			return 0, 0, false, "no further try is made: it would be refused as well"
		}
		return 0, 0, false, "a resend is not tried again"
	}
	clock := t.job.clock(t.endpoint)
	res := TryResult{Status: status, Failure: a.Failure.Class, Head: inspector.ParseHead(a.Response.Head), At: clock.at(now)}
	delay, again, why = t.rules.Retry.Next(t.job.Step, res, rand.Float64)
	if again && clock.speed != 1 {
		why += fmt.Sprintf(" by the endpoint's clock, which is %s for us", spell(clock.ours(delay).Round(time.Millisecond)))
	}
	return clock.ours(delay), delay, again, why
}
