package web

import (
	"context"
	"errors"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/boathook/boathook/proxy"
	"github.com/boathook/boathook/web/client"
)

// Filters is what the API needs of saved filters; [proxy.Filters] has it.
type Filters interface {
	List() []proxy.SavedFilter
	Get(name string) (proxy.SavedFilter, error)
	Put(ctx context.Context, f proxy.SavedFilter, now time.Time) (proxy.SavedFilter, error)
	Delete(ctx context.Context, name string, rev uint64) error
}

func (s *Server) filters() (Filters, error) {
	if s.opt.Filters == nil {
		return nil, absent("filters")
	}
	return s.opt.Filters, nil
}

func (s *Server) listFilters(c *fiber.Ctx) error {
	kept, err := s.filters()
	if err != nil {
		return err
	}
	return sendJSON(c, 200, client.Filters{Filters: list(kept.List())})
}

func (s *Server) getFilter(c *fiber.Ctx) error {
	kept, err := s.filters()
	if err != nil {
		return err
	}
	f, err := kept.Get(nameOf(c))
	if err != nil {
		return configProblem("filter", err)
	}
	return sendJSON(c, 200, f)
}

// putFilter stores a filter under the name in the address.
func (s *Server) putFilter(c *fiber.Ctx) error {
	kept, err := s.filters()
	if err != nil {
		return err
	}
	var f proxy.SavedFilter
	if err := readJSON(c, &f); err != nil {
		return err
	}
	name := nameOf(c)
	if f.Name != "" && f.Name != name {
		return badJSON("name", "name must be that of the address; to give a filter another one, store it anew and delete the old one")
	}
	f.Name = name
	ctx, cancel := s.brief()
	defer cancel()
	f, err = kept.Put(ctx, f, s.now())
	if errors.Is(err, proxy.ErrFilters) {
		return withHint(problem(409, "full", "too many filters", err.Error()), "delete one that is no longer needed")
	}
	if err != nil {
		return configProblem("filter", err)
	}
	return sendJSON(c, 200, f)
}

func (s *Server) deleteFilter(c *fiber.Ctx) error {
	kept, err := s.filters()
	if err != nil {
		return err
	}
	f, err := kept.Get(nameOf(c))
	if err != nil {
		return configProblem("filter", err)
	}
	rev, err := revOf(c, f.Rev)
	if err != nil {
		return err
	}
	ctx, cancel := s.brief()
	defer cancel()
	if err := kept.Delete(ctx, f.Name, rev); err != nil {
		return configProblem("filter", err)
	}
	return c.SendStatus(204)
}
