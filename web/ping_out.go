package web

import (
	"context"
	"fmt"
	"slices"
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
	ev, err := s.pingEvent(ep.Provider)
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
	row, err := s.outcome(ctx, res.Deliveries[0])
	if err != nil {
		return err
	}
	return sendJSON(c, 201, client.Pinged{Delivery: row.ID, N: row.N, Status: row.Status, Failure: row.Failure, DurationMS: millis(row.Duration)})
}

// pingEvent is the ping of a provider, or a plain one if it has none.
func (s *Server) pingEvent(provider string) (*proxy.Event, error) {
	e := s.pingTypeOf(provider)
	if e == nil {
		return s.plainPing(NewToken())
	}
	body, err := e.Generate(catalog.Options{Now: s.now()})
	if err != nil {
		return nil, fmt.Errorf("make a ping of %s: %w", provider, err)
	}
	return &proxy.Event{Type: e.ID(), Payload: body}, nil
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

// outcome waits until the first try of a delivery is over, or the time of ctx is up,
// which leaves the outcome open.
func (s *Server) outcome(ctx context.Context, row inspector.Row) (inspector.Row, error) {
	for row.Status == 0 && row.Failure == "" {
		wake := s.opt.Store.Wake()
		now, err := s.opt.Store.Get(context.WithoutCancel(ctx), s.ws, row.ID)
		if err != nil {
			return row, err
		}
		if row = now; row.Status != 0 || row.Failure != "" {
			break
		}
		select {
		case <-wake:
		case <-time.After(time.Second):
		case <-ctx.Done():
			return row, s.ctx.Err()
		}
	}
	return row, nil
}
