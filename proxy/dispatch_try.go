package proxy

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"net/url"
	"slices"
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
