package web

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/boathook/boathook/catalog"
	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/proxy"
	"github.com/boathook/boathook/web/client"
)

// pingEndpoint sends the provider's ping to an endpoint.
func (s *Server) pingEndpoint(c *fiber.Ctx) error {
	if err := readEmpty(c); err != nil {
		return err
	}
	_, ep, err := s.endpoint(c)
	if err != nil {
		return err
	}
	return s.pingOut(c, ep.Name, "", proxy.Chaos{})
}

// pingOut sends a ping to an endpoint or a URL and waits for the outcome of its
// first try.
func (s *Server) pingOut(c *fiber.Ctx, endpoint, url string, chaos proxy.Chaos) error {
	sender, err := s.sender()
	if err != nil {
		return err
	}
	ep, to := proxy.Endpoint{}, url
	if endpoint != "" {
		endpoints, err := s.endpoints()
		if err != nil {
			return err
		}
		if ep, err = endpoints.Get(endpoint); err != nil {
			return endpointProblem(err)
		}
		to = ep.Name
	}
	ev, err := s.pingEvent(&ep)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(s.ctx, pingTimeout)
	defer cancel()
	res, err := sender.Emit(ctx, proxy.EmitRequest{Event: *ev, To: []string{to}, Chaos: chaos, Flags: inspector.FlagPing})
	if err != nil {
		return sendingProblem(err)
	}
	if len(res.Deliveries) == 0 {
		return fmt.Errorf("ping %s: no delivery was made", to)
	}
	row, err := s.outcome(c.UserContext(), res.Deliveries[0])
	if err != nil {
		return err
	}
	return sendJSON(c, 201, client.Pinged{Delivery: row.ID, N: row.N, Status: row.Status, Failure: row.Failure, DurationMS: millis(row.Duration)})
}

// pingEvent is the ping of the provider of an endpoint, or a plain one if it has
// none.
func (s *Server) pingEvent(ep *proxy.Endpoint) (*proxy.Event, error) {
	e := s.pingTypeOf(ep.Provider)
	if e == nil {
		return s.plainPing(NewToken())
	}
	set, err := pingOf(e.Provider, ep)
	if err != nil {
		return nil, err
	}
	body, err := e.Generate(catalog.Options{Now: s.now(), Set: set})
	if err != nil {
		return nil, fmt.Errorf("make a ping of %s: %w", ep.Provider, err)
	}
	return &proxy.Event{Type: e.ID(), Payload: body}, nil
}

// pingOf is what a ping says of the endpoint: where it is, in which format it is
// sent to, and which events it gets, by the names that the provider has for them. Events of other providers have
// none.
func pingOf(p *catalog.Provider, ep *proxy.Endpoint) ([]catalog.Assignment, error) {
	if p.Ping == nil || ep.Name == "" {
		return nil, nil
	}
	var set []catalog.Assignment
	put := func(path string, value any) error {
		if path == "" {
			return nil
		}
		text, err := json.Marshal(value)
		if err != nil {
			return fmt.Errorf("make a ping of %s: %w", p.ID, err)
		}
		set = append(set, catalog.Assignment{Path: path, Value: string(text)})
		return nil
	}
	if err := put(p.Ping.URL, ep.URL); err != nil {
		return nil, err
	}
	if err := put(p.Ping.Format, cmp.Or(ep.Format, p.Format)); err != nil {
		return nil, err
	}
	events := []string{}
	for _, pattern := range ep.Events {
		provider, name, found := strings.Cut(pattern, "/")
		switch {
		case pattern == "*":
			events = append(events, pattern)
		case found && provider == p.ID:
			events = append(events, subscribed(p, name))
		}
	}
	return set, put(p.Ping.Events, events)
}

// subscribed is the name by which a provider's event type is subscribed to.
func subscribed(p *catalog.Provider, name string) string {
	for _, e := range p.Events {
		if e.Name == name && e.Subscription != "" {
			return e.Subscription
		}
	}
	return name
}

// pingTypeOf is the event type by which a provider tries an endpoint, nil if it has
// none.
func (s *Server) pingTypeOf(provider string) *catalog.EventType {
	all, err := s.catalog()
	if err != nil {
		return nil
	}
	p, ok := all.Provider(provider)
	if !ok {
		return nil
	}
	name := "ping"
	if p.Ping != nil {
		name = p.Ping.Event
	}
	i := slices.IndexFunc(p.Events, func(e *catalog.EventType) bool { return e.Name == name })
	if i < 0 {
		return nil
	}
	return p.Events[i]
}

// outcome waits until the first try of a delivery is over, or the time for it is up,
// which leaves the outcome open.
func (s *Server) outcome(ctx context.Context, row inspector.Row) (inspector.Row, error) {
	wait, cancel := context.WithTimeout(ctx, pingTimeout)
	defer cancel()
	for row.Status == 0 && row.Failure == "" {
		wake := s.opt.Store.Wake()
		now, err := s.opt.Store.Get(ctx, s.ws, row.ID)
		if err != nil {
			return row, err
		}
		if row = now; row.Status != 0 || row.Failure != "" {
			break
		}
		select {
		case <-wake:
		case <-time.After(time.Second):
		case <-wait.Done():
			return row, context.Cause(ctx)
		}
	}
	return row, nil
}
