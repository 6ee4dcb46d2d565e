package web

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"

	"github.com/gofiber/fiber/v2"

	"github.com/boathook/boathook/proxy"
	"github.com/boathook/boathook/signer"
)

// Schemes is what the API needs of the users' own schemes; [proxy.Schemes] has it.
type Schemes interface {
	List() []proxy.OwnScheme
	Get(id string) (proxy.OwnScheme, error)
	Put(ctx context.Context, scheme signer.Scheme, rev uint64) (proxy.OwnScheme, error)
	Delete(ctx context.Context, id string, rev uint64) error
}

// told are the members of a scheme in an answer that are no part of its row, so that
// what a GET gave can be sent back.
var told = []string{"covers", "needs", "aliases", "custom", "rev"}

func (s *Server) createScheme(c *fiber.Ctx) error { return s.putOwnScheme(c, "") }

// putScheme replaces a scheme. The body is what a GET gave, changed; its rev says
// which state was changed.
func (s *Server) putScheme(c *fiber.Ctx) error { return s.putOwnScheme(c, c.Params("id")) }

// putOwnScheme stores a scheme: a new one, or in place of the one with the id.
func (s *Server) putOwnScheme(c *fiber.Ctx, id string) error {
	if s.opt.Schemes == nil {
		return absent("schemes")
	}
	row, rev, err := readScheme(c)
	if err != nil {
		return schemeProblem(err)
	}
	status := 201
	if id == "" {
		rev = 0
	} else {
		old, err := s.ownScheme(id)
		switch {
		case err != nil:
			return err
		case row.ID != id:
			return badJSON("id", "a scheme cannot be renamed")
		case rev != old.Rev:
			return schemeProblem(proxy.ErrConflict)
		}
		status = 200
	}
	ctx, cancel := s.brief()
	defer cancel()
	own, err := s.opt.Schemes.Put(ctx, *row, rev)
	if err != nil {
		return schemeProblem(err)
	}
	if status == 201 {
		c.Set("Location", apiPrefix+"schemes/"+own.ID)
	}
	return sendJSON(c, status, schemeRow(&own.Scheme, own.Rev))
}

func (s *Server) deleteScheme(c *fiber.Ctx) error {
	if s.opt.Schemes == nil {
		return absent("schemes")
	}
	own, err := s.ownScheme(c.Params("id"))
	if err != nil {
		return err
	}
	rev, err := revOf(c, own.Rev)
	if err != nil {
		return err
	}
	ctx, cancel := s.brief()
	defer cancel()
	if err := s.opt.Schemes.Delete(ctx, own.ID, rev); err != nil {
		return schemeProblem(err)
	}
	return c.SendStatus(204)
}

// ownScheme finds a scheme that may be changed.
func (s *Server) ownScheme(id string) (proxy.OwnScheme, error) {
	own, err := s.opt.Schemes.Get(id)
	if err == nil {
		return own, nil
	}
	if _, ok := signer.Lookup(id); ok {
		return own, withHint(problem(409, "kept", "scheme cannot be changed", "the schemes of the table stay as they are"),
			"make one of your own under another id")
	}
	return own, schemeProblem(err)
}

// readScheme reads a row and its revision.
func readScheme(c *fiber.Ctx) (*signer.Scheme, uint64, error) {
	data := bytes.Clone(c.BodyRaw())
	if err := checkJSON(data); err != nil {
		return nil, 0, err
	}
	members := map[string]json.RawMessage{}
	if err := json.Unmarshal(data, &members); err != nil {
		return nil, 0, fieldProblem(data, err)
	}
	var rev uint64
	if text, ok := members["rev"]; ok && json.Unmarshal(text, &rev) != nil {
		return nil, 0, badJSON("rev", "rev must be a number")
	}
	for _, name := range told {
		delete(members, name)
	}
	text, err := json.Marshal(members)
	if err != nil {
		return nil, 0, err
	}
	rows, err := signer.Parse(text)
	if err != nil {
		return nil, 0, err
	}
	return rows[0], rev, nil
}

func schemeProblem(err error) error {
	var wrong *signer.FieldError
	if !errors.As(err, &wrong) {
		return configProblem("scheme", err)
	}
	text := wrong.Text
	if wrong.Field != "" {
		text = wrong.Field + ": " + text
	}
	p := problem(400, "scheme", "scheme is not valid", text)
	p.Field = wrong.Field
	return p
}
