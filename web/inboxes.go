package web

import (
	"context"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/boathook/boathook/proxy"
	"github.com/boathook/boathook/web/client"
)

// Inboxes is what the API needs of the inboxes; [proxy.Inboxes] has it.
type Inboxes interface {
	List() []proxy.Inbox
	Get(name string) (proxy.Inbox, error)
	Create(ctx context.Context, in proxy.Inbox) (proxy.Inbox, error)
	Update(ctx context.Context, in proxy.Inbox) (proxy.Inbox, error)
	Delete(ctx context.Context, name string, rev uint64) error
	Lend(ctx context.Context, inbox string, l proxy.Lease, length time.Duration) (proxy.Inbox, error)
	EndLease(ctx context.Context, inbox, id string) error
}

func (s *Server) inboxes() (Inboxes, error) {
	if s.opt.Inboxes == nil {
		return nil, problem(503, "no-inboxes", "no inboxes here", "this server runs without a capture port")
	}
	return s.opt.Inboxes, nil
}

func (s *Server) listInboxes(c *fiber.Ctx) error {
	inboxes, err := s.inboxes()
	if err != nil {
		return err
	}
	all := list(inboxes.List())
	for i := range all {
		all[i] = s.withURL(all[i])
	}
	return sendJSON(c, 200, client.Inboxes{Inboxes: all})
}

func (s *Server) getInbox(c *fiber.Ctx) error {
	inboxes, err := s.inboxes()
	if err != nil {
		return err
	}
	in, err := inboxes.Get(c.Params("name"))
	if err != nil {
		return inboxProblem(err)
	}
	return sendJSON(c, 200, s.withURL(in))
}

func (s *Server) createInbox(c *fiber.Ctx) error {
	inboxes, err := s.inboxes()
	if err != nil {
		return err
	}
	var in proxy.Inbox
	if err := readJSON(c, &in); err != nil {
		return err
	}
	ctx, cancel := s.brief()
	defer cancel()
	in, err = inboxes.Create(ctx, in)
	if err != nil {
		return createProblem("inbox", err)
	}
	c.Set("Location", apiPrefix+"inboxes/"+in.Name)
	return sendJSON(c, 201, s.withURL(in))
}

// putInbox replaces an inbox. The body is what a GET gave, changed; its rev says
// which state was changed.
func (s *Server) putInbox(c *fiber.Ctx) error {
	inboxes, err := s.inboxes()
	if err != nil {
		return err
	}
	name := c.Params("name")
	var in proxy.Inbox
	if err := readJSON(c, &in); err != nil {
		return err
	}
	if in.Name == "" {
		in.Name = name
	}
	if in.Name != name {
		return badJSON("name", "an inbox cannot be renamed")
	}
	ctx, cancel := s.brief()
	defer cancel()
	in, err = inboxes.Update(ctx, in)
	if err != nil {
		return inboxProblem(err)
	}
	return sendJSON(c, 200, s.withURL(in))
}

// deleteInbox deletes an inbox, if it is still at the revision rev when one is
// given.
func (s *Server) deleteInbox(c *fiber.Ctx) error {
	inboxes, err := s.inboxes()
	if err != nil {
		return err
	}
	in, err := inboxes.Get(c.Params("name"))
	if err != nil {
		return inboxProblem(err)
	}
	rev, err := revOf(c, in.Rev)
	if err != nil {
		return err
	}
	ctx, cancel := s.brief()
	defer cancel()
	if err := inboxes.Delete(ctx, in.Name, rev); err != nil {
		return inboxProblem(err)
	}
	return c.SendStatus(204)
}

// withURL fills in where an inbox is reached. A private one is only reached by
// its token.
func (s *Server) withURL(in proxy.Inbox) proxy.Inbox {
	base := s.captureURL()
	if base == "" {
		return in
	}
	name := in.Name
	if in.Private {
		name = in.Token
	}
	in.URL = base + "/in/" + name
	return in
}

func inboxProblem(err error) error { return configProblem("inbox", err) }
