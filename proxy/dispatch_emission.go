package proxy

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"time"

	"github.com/boathook/boathook/inspector"
)

// emission is a call of Emit.
type emission struct {
	d      *Dispatcher
	req    *EmitRequest
	named  []route
	order  []int
	start  time.Time // when the first event is sent
	made   time.Time // when the deliveries of the present event are made
	looped bool
	alike  map[*Endpoint]*likeness

	batch inspector.Batch
	size  int
	rows  []inspector.Row
	total int

	job     job // the last one, and its text
	jobText []byte
}

// event makes the i-th event, which is sent in place slot.
func (e *emission) event(i, slot int) (*Event, error) {
	ev := e.req.Event
	at := e.start.Add(time.Duration(slot) * e.req.Every)
	if ev.At.IsZero() || e.req.Count > 1 {
		ev.At = at
	}
	if e.req.Payload != nil {
		var err error
		if ev.Payload, err = e.req.Payload(i); err != nil {
			return nil, fmt.Errorf("make the payload of event %d: %w", i+1, err)
		}
	}
	if len(ev.Payload) > maxPayload {
		return nil, &InvalidError{Field: "body", Text: fmt.Sprintf("is %d bytes, the limit is %d", len(ev.Payload), maxPayload), Hint: "shorten it"}
	}
	if ev.ID == "" || e.req.Count > 1 {
		provider, _ := ev.Names()
		var err error
		if ev.ID, err = NewEventID(e.d.provider(nil, provider), ev.At); err != nil {
			return nil, fmt.Errorf("make the id of event %d: %w", i+1, err)
		}
	}
	e.start, ev.At = e.start.UTC(), ev.At.UTC()
	return &ev, nil
}

// deliver adds the deliveries of an event.
func (e *emission) deliver(ctx context.Context, ev *Event) error {
	e.made = time.Now().UTC()
	routes := e.d.routes(ev, e.named)
	if len(routes) == 0 {
		return e.unsubscribed(ctx, ev)
	}
	for _, r := range routes {
		for range e.req.Chaos.Copies() {
			if err := e.add(ctx, ev, r); err != nil {
				return err
			}
		}
	}
	return nil
}

// unsubscribed keeps an event that nobody wants, so that one who subscribes later
// can have it.
func (e *emission) unsubscribed(ctx context.Context, ev *Event) error {
	row, err := e.row(ev, "")
	if err != nil {
		return err
	}
	row.Failure = inspector.FailUnsent
	a := inspector.Attempt{
		Delivery: row.ID, Request: inspector.Message{Size: row.Size, Wanted: -1}, Response: inspector.Message{Wanted: -1},
		Failure: inspector.Failure{Class: inspector.FailUnsent, Text: "no endpoint subscribes to it; it is kept, so that one can be sent it later"},
	}
	return e.put(ctx, row, a, ev.Payload, nil)
}

func (e *emission) row(ev *Event, endpoint string) (inspector.Row, error) {
	id, err := e.d.ids.New(e.made)
	if err != nil {
		return inspector.Row{}, err
	}
	row := ev.Row(id, endpoint)
	row.At, row.Run, row.Flags = e.made, e.req.Run, e.req.Flags
	if e.looped {
		row.Flags |= inspector.FlagLooped
	}
	return row, nil
}

// add adds one delivery with its first try.
func (e *emission) add(ctx context.Context, ev *Event, r route) error {
	row, err := e.row(ev, r.endpoint.Name)
	if err != nil {
		return err
	}
	j := job{By: e.d.name, Base: ev.At.UnixMilli(), Speed: e.req.Speed}
	o := Outgoing{
		Endpoint: r.endpoint, Provider: r.provider, Event: ev, Now: ev.At, Chaos: e.req.Chaos, Schemes: e.d.schemes,
	}
	if r.endpoint.Kind != KindEmail { // a message is written anew by the time in it
		o.Made = e.made // further tries know that alone
	}
	if like := e.alike[r.endpoint]; like != nil {
		return e.addAlike(ctx, row, j, &o, like)
	}
	w, err := composeFirst(&o)
	if err != nil {
		return err
	}
	switch {
	case r.endpoint.Kind == KindEmail: // the message is written anew from what is stored of it
	case len(e.req.Chaos.Switches) > 0:
		j.Same, j.Chaos = true, &e.req.Chaos
	case !bytes.Equal(w.Body, ev.Payload):
		// The body is stored as it leaves. What cannot be signed anew from that leaves
		// the same every time.
		o.Body = w.Body
		again, err := Compose(&o)
		j.Same = err != nil || !bytes.Equal(again.Body, w.Body)
	}
	describeSent(&row, w)
	lane, slots := r.endpoint.lane()
	row.MaxTries = e.d.rules(r.endpoint, r.provider).Retry.MaxTries()
	if e.req.Count > 1 && j.Chaos == nil && bytes.Equal(w.Body, ev.Payload) && row.EventID == cmp.Or(w.DeliveryID, ev.ID) {
		if e.alike == nil {
			e.alike = map[*Endpoint]*likeness{}
		}
		e.alike[r.endpoint] = &likeness{row: row, target: w.address(), lane: lane, slots: slots}
	}
	a := inspector.Attempt{
		Delivery: row.ID, Target: w.address(), Request: w.message(), Response: inspector.Message{Wanted: -1}, Notes: w.Notes, Secrets: w.Secrets,
	}
	due := &inspector.Due{ID: workID(row.ID), Lane: lane, Slots: slots, RunAt: ev.At, Payload: e.encode(j)}
	return e.put(ctx, row, a, w.Body, due)
}

// encode is the text of a job, which most deliveries of one call have in common.
func (e *emission) encode(j job) []byte {
	if e.jobText == nil || j != e.job {
		e.job, e.jobText = j, j.encode()
	}
	return e.jobText
}

// likeness is what the deliveries of many events to one endpoint have in common,
// if their requests differ in their ids and their payloads alone. Those that follow
// are written when they are sent.
type likeness struct {
	row    inspector.Row
	target string
	lane   string
	slots  int
}

// addAlike adds a delivery that is like the first one of its endpoint.
func (e *emission) addAlike(ctx context.Context, row inspector.Row, j job, o *Outgoing, like *likeness) error {
	n, err := makeIDs(o)
	if err != nil {
		return err
	}
	row.Method, row.Target, row.Host, row.Scheme = like.row.Method, like.row.Target, like.row.Host, like.row.Scheme
	row.MaxTries, row.Flags = like.row.MaxTries, like.row.Flags
	if id := cmp.Or(n.message, n.delivery, row.EventID); id != row.EventID {
		row.Tags = append(row.Tags, eventTag+row.EventID)
		row.EventID = id
	}
	a := inspector.Attempt{
		Delivery: row.ID, Target: like.target,
		Request: inspector.Message{Size: row.Size, Wanted: row.Size}, Response: inspector.Message{Wanted: -1},
	}
	due := &inspector.Due{ID: workID(row.ID), Lane: like.lane, Slots: like.slots, RunAt: o.Event.At, Payload: e.encode(j)}
	return e.put(ctx, row, a, o.Event.Payload, due)
}

// composeFirst writes the request, or the message, of a first try.
func composeFirst(o *Outgoing) (*Wire, error) {
	if o.Endpoint.Kind == KindEmail {
		w, _, err := composeMail(o)
		return w, err
	}
	return Compose(o)
}

// describeSent fills in what the request tells.
func describeSent(row *inspector.Row, w *Wire) {
	head := inspector.ParseHead(w.Head)
	if w.Method == "MAIL" {
		row.Method, row.Target, row.Size = w.Method, head.Target(), int64(len(w.Body))
		return
	}
	row.Method, row.Target, row.Host = w.Method, head.Target(), head.Value("Host")
	row.Size, row.Scheme = int64(len(w.Body)), w.Scheme
	var r inspector.Recogniser
	for _, f := range head.Fields {
		r.Field(f.Name, f.Value)
	}
	known := r.Body(w.Body)
	if known.Ping {
		row.Flags |= inspector.FlagPing
	}
	if head.Value("Content-Encoding") != "" {
		row.Flags |= inspector.FlagEncoded
	}
	if id := known.EventID; id != "" && id != row.EventID {
		// A receiver knows the delivery by this id, so it is what relates the two ends.
		row.Tags = append(row.Tags, eventTag+row.EventID)
		row.EventID = id
	}
}

// eventTag begins the tag that keeps the id of the event where the delivery has
// another one.
const eventTag = "event="
