package web

import (
	"fmt"

	"github.com/gofiber/fiber/v2"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/proxy"
	"github.com/boathook/boathook/web/client"
)

// Bounds of samples that are made at once.
const (
	usualSamples = 200
	maxSamples   = 5000
)

// postSamples fills an inbox with made-up deliveries, to look around in.
func (s *Server) postSamples(c *fiber.Ctx) error {
	var in client.SampleInput
	if err := readJSON(c, &in); err != nil {
		return err
	}
	if in.Count == 0 {
		in.Count = usualSamples
	}
	if in.Count < 0 || in.Count > maxSamples {
		return badJSON("count", fmt.Sprintf("count must be a number from 1 to %d", maxSamples))
	}
	if in.Inbox == "" {
		in.Inbox = proxy.DemoInbox
	}
	sender, err := s.sender()
	if err != nil {
		return err
	}
	received, err := sender.Samples(s.ctx, in.Inbox, in.Count, s.now())
	if isGone(err) {
		return withHint(badJSON("inbox", fmt.Sprintf("there is no inbox %.80q", in.Inbox)), "name one that there is, or make it")
	}
	if err != nil {
		return err
	}
	if s.opt.Checker != nil {
		if err := s.opt.Checker.CheckImported(s.ctx, received); err != nil {
			return err
		}
	}
	return sendJSON(c, 201, client.Samples{Samples: in.Count, Query: "tag:" + proxy.SampleTag})
}

// deleteSamples deletes for good all samples, also those in the trash.
func (s *Server) deleteSamples(c *fiber.Ctx) error {
	q, err := inspector.ParseQuery("tag:"+proxy.SampleTag+" (is:trashed OR -is:trashed)", s.now())
	if err != nil {
		return err
	}
	return s.eraseMatching(c, q)
}
