package web

import (
	"context"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/proxy"
	"github.com/boathook/boathook/web/client"
)

// Endpoints is what the API needs of the endpoints; [proxy.Endpoints] has it.
type Endpoints interface {
	List() []proxy.Endpoint
	Get(name string) (proxy.Endpoint, error)
	Create(ctx context.Context, ep proxy.Endpoint) (proxy.Endpoint, error)
	Update(ctx context.Context, ep proxy.Endpoint) (proxy.Endpoint, error)
	Delete(ctx context.Context, name string, rev uint64) error
	Rotate(ctx context.Context, name string, overlap time.Duration) (proxy.Endpoint, error)
}

func (s *Server) endpoints() (Endpoints, error) {
	if s.opt.Endpoints == nil {
		return nil, absent("endpoints")
	}
	return s.opt.Endpoints, nil
}

func endpointProblem(err error) error { return configProblem("endpoint", err) }

func (s *Server) listEndpoints(c *fiber.Ctx) error {
	endpoints, err := s.endpoints()
	if err != nil {
		return err
	}
	return sendJSON(c, 200, client.Endpoints{Endpoints: list(endpoints.List())})
}

func (s *Server) getEndpoint(c *fiber.Ctx) error {
	_, ep, err := s.endpoint(c)
	if err != nil {
		return err
	}
	return sendJSON(c, 200, ep)
}

// endpoint finds the endpoint that an address names.
func (s *Server) endpoint(c *fiber.Ctx) (Endpoints, proxy.Endpoint, error) {
	endpoints, err := s.endpoints()
	if err != nil {
		return nil, proxy.Endpoint{}, err
	}
	ep, err := endpoints.Get(c.Params("name"))
	if err != nil {
		return nil, ep, endpointProblem(err)
	}
	return endpoints, ep, nil
}

// createEndpoint makes an endpoint. A secret that is made with it is in this
// answer and in no other.
func (s *Server) createEndpoint(c *fiber.Ctx) error {
	endpoints, err := s.endpoints()
	if err != nil {
		return err
	}
	ep := proxy.Endpoint{On: true}
	if err := readJSON(c, &ep); err != nil {
		return err
	}
	ctx, cancel := s.brief()
	defer cancel()
	ep, err = endpoints.Create(ctx, ep)
	if err != nil {
		return createProblem("endpoint", err)
	}
	c.Set("Location", apiPrefix+"endpoints/"+ep.Name)
	return sendJSON(c, 201, client.CreatedEndpoint{Endpoint: ep, Ping: s.firstPing(ctx, &ep)})
}

// putEndpoint replaces an endpoint. The body is what a GET gave, changed; its rev
// says which state was changed.
func (s *Server) putEndpoint(c *fiber.Ctx) error {
	endpoints, err := s.endpoints()
	if err != nil {
		return err
	}
	ep := proxy.Endpoint{On: true}
	if err := readJSON(c, &ep); err != nil {
		return err
	}
	name := c.Params("name")
	if ep.Name == "" {
		ep.Name = name
	}
	if ep.Name != name {
		return badJSON("name", "an endpoint cannot be renamed")
	}
	ctx, cancel := s.brief()
	defer cancel()
	ep, err = endpoints.Update(ctx, ep)
	if err != nil {
		return endpointProblem(err)
	}
	return sendJSON(c, 200, ep)
}

func (s *Server) deleteEndpoint(c *fiber.Ctx) error {
	endpoints, ep, err := s.endpoint(c)
	if err != nil {
		return err
	}
	rev, err := revOf(c, ep.Rev)
	if err != nil {
		return err
	}
	ctx, cancel := s.brief()
	defer cancel()
	if err := endpoints.Delete(ctx, ep.Name, rev); err != nil {
		return endpointProblem(err)
	}
	return c.SendStatus(204)
}

// rotateSecret gives an endpoint a new secret, which this answer shows once.
func (s *Server) rotateSecret(c *fiber.Ctx) error {
	endpoints, ep, err := s.endpoint(c)
	if err != nil {
		return err
	}
	var in client.Rotation
	if err := readJSON(c, &in); err != nil {
		return err
	}
	if in.OverlapS < 0 || in.OverlapS > maxOverlapS {
		return badJSON("overlap_s", "overlap_s must be a number from 0 to 604800")
	}
	ctx, cancel := s.brief()
	defer cancel()
	ep, err = endpoints.Rotate(ctx, ep.Name, time.Duration(in.OverlapS)*time.Second)
	if err != nil {
		return endpointProblem(err)
	}
	return sendJSON(c, 200, ep)
}

// maxOverlapS keeps a number of seconds from overflowing; what is allowed is said
// by the endpoints.
const maxOverlapS = 7 * 24 * 3600

// firstPing sends the ping of a provider that does so when an endpoint is made; nil
// if nothing was sent. What hinders it hinders no endpoint.
func (s *Server) firstPing(ctx context.Context, ep *proxy.Endpoint) *client.FirstPing {
	all, err := s.catalog()
	if err != nil || s.opt.Sender == nil || !ep.On {
		return nil
	}
	p, ok := all.Provider(ep.Provider)
	if !ok || p.Ping == nil || !p.Ping.OnCreate {
		return nil
	}
	ev, err := s.pingEvent(ep)
	if err != nil {
		return &client.FirstPing{Error: err.Error()}
	}
	res, err := s.opt.Sender.Emit(ctx, proxy.EmitRequest{Event: *ev, To: []string{ep.Name}, Flags: inspector.FlagPing})
	if err != nil || len(res.Deliveries) == 0 {
		return &client.FirstPing{Error: problemOf(sendingProblem(err)).Detail}
	}
	return &client.FirstPing{Delivery: &res.Deliveries[0].ID, N: res.Deliveries[0].N}
}
