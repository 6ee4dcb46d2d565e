package proxy

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/boathook/boathook/catalog"
	"github.com/boathook/boathook/inspector"
)

// Bounds of one call of Emit.
const (
	maxCount     = 100_000
	maxTargetsOf = 100       // named in one call
	emitRows     = 256       // deliveries of one commit
	emitBytes    = 512 << 10 // bytes of one commit
	maxDelay     = 365 * 24 * time.Hour
	maxPayload   = 16 << 20
)

// EmitRequest asks for events to be sent.
type EmitRequest struct {
	Event Event // an ID of "" is made, At zero is now
	// To names where it goes: endpoints, "inbox:NAME", or URLs. None: to all endpoints
	// that subscribe to it.
	To    []string
	Chaos Chaos
	Count int           // events; 0: 1
	Every time.Duration // between two of them
	Rate  float64       // of them per second, instead of Every
	Delay time.Duration // before the first
	Speed float64       // of the clock of the tries; 0: that of each endpoint
	// Payload makes the payload of the i-th event, for events that differ; nil: all have
	// that of Event. Each has an id of its own, unless Event.ID is set and Count is 1.
	Payload func(i int) ([]byte, error)
	Run     string          // of the run that sends, "" if none does
	Flags   inspector.Flags // such as FlagPing
	DryRun  bool            // only say what would happen
	Rows    int             // most that the result has; 0: all
}

// EmitResult is what became of an EmitRequest.
type EmitResult struct {
	EventID    string          // of the first event
	Deliveries []inspector.Row // as they are stored, the first of them; with DryRun none
	Total      int             // deliveries made
	Plan       []PlanItem      // of the first event
}

// route is a place that an event goes to.
type route struct {
	endpoint *Endpoint
	provider *catalog.Provider
}

// Emit makes deliveries of events and schedules their tries. When it returns they
// are stored, and survive whatever happens to the process. The error is an
// [*InvalidError], a [*HostError], or one of the store.
func (d *Dispatcher) Emit(ctx context.Context, req EmitRequest) (EmitResult, error) {
	if err := req.check(); err != nil {
		return EmitResult{}, err
	}
	named, err := d.routesTo(req.To)
	if err != nil {
		return EmitResult{}, err
	}
	var res EmitResult
	e := emission{d: d, req: &req, named: named, order: req.Chaos.Order(req.Count), looped: d.loops.caused(req.Event.RequestID)}
	e.start = time.Now().Add(req.Delay)
	for i := range req.Count {
		ev, err := e.event(e.order[i], i)
		if err != nil {
			return res, err
		}
		if i == 0 {
			res.EventID = ev.ID
			if res.Plan, err = d.planOf(&req, ev, named); err != nil || req.DryRun {
				return res, err
			}
			if err := req.checkSum(len(d.routes(ev, named))); err != nil {
				return res, err
			}
		}
		if err := e.deliver(ctx, ev); err != nil {
			return res, err
		}
	}
	err = e.commit(ctx)
	res.Deliveries, res.Total = e.rows, e.total
	return res, err
}

func (r *EmitRequest) check() error {
	if r.Count == 0 {
		r.Count = 1
	}
	if r.Rate > 0 {
		r.Every = time.Duration(float64(time.Second) / r.Rate)
	}
	switch {
	case r.Count < 1 || r.Count > maxCount:
		return &InvalidError{Field: "count", Text: fmt.Sprintf("%d is out of range", r.Count), Hint: fmt.Sprintf("use 1 to %d", maxCount)}
	case r.Every < 0 || r.Delay < 0 || r.Rate < 0:
		return &InvalidError{Field: "every_ms", Text: "a time is negative", Hint: "use 0 or more"}
	case r.Delay > maxDelay || r.Every > maxDelay/time.Duration(r.Count):
		return &InvalidError{Field: "delay_ms", Text: "the last event would be sent in over a year", Hint: "use shorter times"}
	case r.Speed != 0 && !(r.Speed >= 1 && r.Speed <= maxSpeed):
		return &InvalidError{Field: "speed", Text: fmt.Sprintf("%v is out of range", r.Speed), Hint: fmt.Sprintf("use 1 to %d", maxSpeed)}
	case len(r.To) > maxTargetsOf:
		return &InvalidError{Field: "to", Text: fmt.Sprintf("names %d places, the limit is %d", len(r.To), maxTargetsOf), Hint: "name fewer"}
	}
	return r.Event.Check()
}

// checkSum bounds the deliveries that events to so many places make: all of them are
// made before the call returns.
func (r *EmitRequest) checkSum(places int) error {
	if sum := r.Count * r.Chaos.Copies() * places; sum > maxCount {
		return &InvalidError{Field: "count", Text: fmt.Sprintf("%d events to %d places are %d deliveries, the limit is %d", r.Count, places, sum, maxCount), Hint: "send fewer at once"}
	}
	return nil
}

func (d *Dispatcher) routesTo(names []string) ([]route, error) {
	var routes []route
	for i, name := range names {
		ep, err := d.named(i, name)
		if err != nil {
			return nil, err
		}
		routes = append(routes, route{endpoint: ep})
	}
	return routes, nil
}

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

// routes are where an event goes.
func (d *Dispatcher) routes(ev *Event, named []route) []route {
	provider, _ := ev.Names()
	routes := slices.Clone(named)
	if len(named) == 0 {
		for _, ep := range d.endpoints.shared() {
			if ok, _ := Match(ep, ev, d.provider(nil, provider)); ok {
				routes = append(routes, route{endpoint: ep})
			}
		}
	}
	for i := range routes {
		routes[i].provider = d.provider(routes[i].endpoint, provider)
	}
	return routes[:min(len(routes), maxEndpoints)]
}

// deliver adds the deliveries of an event.
func (e *emission) deliver(ctx context.Context, ev *Event) error {
	e.made = time.Now().UTC()
	routes := e.d.routes(ev, e.named)
	if len(routes) == 0 {
		return e.unsubscribed(ctx, ev)
	}
	for _, r := range routes {
		if err := e.d.mayReach(r.endpoint); err != nil {
			return err
		}
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
	row.MaxTries = r.endpoint.Rules(r.provider, e.d.schemes).Retry.MaxTries()
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

// put adds a delivery to the batch, and commits what is full.
func (e *emission) put(ctx context.Context, row inspector.Row, a inspector.Attempt, body []byte, due *inspector.Due) error {
	key := inspector.BodyKey{Delivery: row.ID, Part: inspector.Request}
	for seq := 0; len(body) > 0; seq++ {
		n := min(len(body), inspector.ChunkBytes)
		c := inspector.Chunk{Body: key, Seq: seq, Data: body[:n]}
		if body = body[n:]; len(body) > 0 {
			// All pieces but the last are stored before the delivery that names them.
			before := &inspector.Batch{Workspace: e.d.ws, Chunks: []inspector.Chunk{c}}
			if _, err := e.d.store.Commit(ctx, before); err != nil {
				return fmt.Errorf("store the body of an event: %w", err)
			}
			continue
		}
		e.batch.Chunks = append(e.batch.Chunks, c)
		e.size += n
	}
	e.batch.Deliveries = append(e.batch.Deliveries, row)
	e.batch.Attempts = append(e.batch.Attempts, a)
	e.size += len(a.Request.Head)
	if due != nil {
		e.batch.Schedule = append(e.batch.Schedule, *due)
	}
	// The deliveries of one event are stored together; those of several in turn.
	if e.req.Count > 1 && (len(e.batch.Deliveries) >= emitRows || e.size >= emitBytes) {
		return e.commit(ctx)
	}
	return nil
}

func (e *emission) commit(ctx context.Context) error {
	if len(e.batch.Deliveries) == 0 {
		return nil
	}
	e.batch.Workspace = e.d.ws
	res, err := e.d.store.Commit(ctx, &e.batch)
	if err != nil {
		return fmt.Errorf("store the deliveries of an event: %w", err)
	}
	e.total += len(e.batch.Deliveries)
	for i := range e.batch.Deliveries {
		if e.req.Rows > 0 && len(e.rows) == e.req.Rows {
			break
		}
		row := e.batch.Deliveries[i]
		row.N = res.Numbers[row.ID]
		e.rows = append(e.rows, row)
	}
	e.d.fresh.put(e.batch.Chunks, time.Now())
	e.batch.Reset()
	e.size = 0
	e.d.wake()
	return nil
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
