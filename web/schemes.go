package web

import (
	"errors"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/boathook/boathook/signer"
	"github.com/boathook/boathook/web/client"
)

func (s *Server) listSchemes(c *fiber.Ctx) error {
	all := []client.Scheme{}
	for _, row := range signer.All() {
		all = append(all, schemeView(row, 0))
	}
	if s.opt.Schemes != nil {
		for _, own := range s.opt.Schemes.List() {
			all = append(all, schemeView(&own.Scheme, own.Rev))
		}
	}
	slices.SortFunc(all, func(a, b client.Scheme) int { return strings.Compare(a.ID, b.ID) })
	return sendJSON(c, 200, client.Schemes{Schemes: all})
}

func (s *Server) getScheme(c *fiber.Ctx) error {
	row, rev, err := s.scheme(c.Params("id"))
	if err != nil {
		return err
	}
	return sendJSON(c, 200, schemeRow(row, rev))
}

// getSchemeCode answers a handler that verifies the scheme.
func (s *Server) getSchemeCode(c *fiber.Ctx) error {
	row, _, err := s.scheme(c.Params("id"))
	if err != nil {
		return err
	}
	return sendCode(c, row)
}

func sendCode(c *fiber.Ctx, row *signer.Scheme) error {
	language := strings.ToLower(c.Query("language", signer.Languages[0]))
	code, err := row.Snippet(language)
	if errors.Is(err, signer.ErrLanguage) {
		return badParameter("language", "language must be one of "+strings.Join(signer.Languages, ", "))
	}
	if err != nil {
		return err
	}
	return sendJSON(c, 200, client.Code{Language: language, Code: code})
}

// scheme finds a scheme by id or alias. rev is 0 unless it is a user's own.
func (s *Server) scheme(id string) (row *signer.Scheme, rev uint64, err error) {
	if s.opt.Schemes != nil {
		if own, err := s.opt.Schemes.Get(id); err == nil {
			return &own.Scheme, own.Rev, nil
		}
	}
	if row, ok := signer.Lookup(id); ok {
		return row, 0, nil
	}
	return nil, 0, notFound("there is no such scheme")
}

// namedScheme finds the scheme that a field of a request names.
func (s *Server) namedScheme(field, id string) (*signer.Scheme, error) {
	if id == "" {
		return nil, badJSON(field, field+" is needed: the id of a scheme")
	}
	row, _, err := s.scheme(id)
	if err != nil {
		return nil, withHint(badJSON(field, "there is no such scheme"), "GET /api/v1/schemes lists them")
	}
	return row, nil
}

func schemeView(row *signer.Scheme, rev uint64) client.Scheme {
	return client.Scheme{
		ID: row.ID, Name: row.Name, Provider: row.Provider, Algorithm: string(row.Algorithm), Encoding: string(row.Encoding),
		Header: placeOf(row), Content: row.Content, SecretForm: string(row.Secret), Source: row.Source,
		Unconfirmed: list(row.Unconfirmed), Custom: rev != 0, Rev: rev,
	}
}

func schemeRow(row *signer.Scheme, rev uint64) client.SchemeRow {
	return client.SchemeRow{
		Scheme: *row, Covers: row.Covers(), Needs: list(row.Needs()), Aliases: list(slices.Clone(signer.Aliases(row.ID))),
		Custom: rev != 0, Rev: rev,
	}
}

// placeOf says where the signature of a scheme stands.
func placeOf(row *signer.Scheme) string {
	switch g := &row.Signature; {
	case len(g.Headers) > 0:
		return strings.Join(g.Headers, ", ")
	case g.Body != "":
		return "body:" + g.Body
	case g.Query != "":
		return "query:" + g.Query
	}
	return ""
}
