package web

import (
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/web/client"
)

// checkQuery says whether a filter is understood, and how it reads in its
// normal form.
func (s *Server) checkQuery(c *fiber.Ctx) error {
	q, err := s.queryOf(c)
	if err != nil {
		return err
	}
	return sendJSON(c, 200, client.QueryCheck{OK: true, Normal: q.String()})
}

// completeQuery proposes how to go on at the byte pos of a filter.
func (s *Server) completeQuery(c *fiber.Ctx) error {
	text := c.Query("q")
	if len(text) > maxQuery || !utf8.ValidString(text) {
		return badParameter("q", "the filter is too long or no text")
	}
	pos, err := number(c, "pos", 0, len(text), len(text))
	if err != nil {
		return err
	}
	ctx, cancel := s.reading(c)
	defer cancel()
	seen := &seenValues{ctx: ctx, store: s.opt.Store, ws: s.ws}
	items := inspector.Complete(text, pos, seen.values)
	if seen.err != nil {
		return seen.err
	}
	v := client.Completions{Items: []client.Completion{}, From: pos, To: pos}
	for _, item := range items {
		v.Items = append(v.Items, client.Completion{Text: item.Text, Kind: item.Kind, Count: item.Count})
		v.From, v.To = item.From, item.To
	}
	return sendJSON(c, 200, v)
}
