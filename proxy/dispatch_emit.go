package proxy

import (
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
	maxTargetsOf = 100     // named in one call
	emitRows     = 512     // deliveries of one commit
	emitBytes    = 1 << 20 // bytes of one commit
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
			places := d.routes(ev, named)
			if err := d.mayReachAny(places, len(named) > 0); err != nil {
				return res, err
			}
			if err := req.checkSum(len(places)); err != nil {
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
