package web

import (
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/boathook/boathook/proxy"
)

// putLease lets an inbox forward to an app for some seconds; the holder renews
// it in time.
func (s *Server) putLease(c *fiber.Ctx) error {
	inboxes, err := s.inboxes()
	if err != nil {
		return err
	}
	var in struct {
		URL     string `json:"url"`
		Seconds int    `json:"seconds"`
	}
	if err := readJSON(c, &in); err != nil {
		return err
	}
	if in.Seconds < 1 || in.Seconds > int(proxy.MaxLease.Seconds()) {
		return badJSON("seconds", "seconds must be between 1 and 60")
	}
	ctx, cancel := s.brief()
	defer cancel()
	// They outlive the request, whose parameters do not.
	name, id := strings.Clone(c.Params("name")), strings.Clone(c.Params("id"))
	box, err := inboxes.Lend(ctx, name, proxy.Lease{ID: id, URL: in.URL}, time.Duration(in.Seconds)*time.Second)
	if err != nil {
		return inboxProblem(err)
	}
	return sendJSON(c, 200, s.withURL(box))
}

func (s *Server) deleteLease(c *fiber.Ctx) error {
	inboxes, err := s.inboxes()
	if err != nil {
		return err
	}
	if _, err := inboxes.Get(c.Params("name")); err != nil {
		return inboxProblem(err)
	}
	ctx, cancel := s.brief()
	defer cancel()
	if err := inboxes.EndLease(ctx, c.Params("name"), c.Params("id")); err != nil {
		return inboxProblem(err)
	}
	return c.SendStatus(204)
}
