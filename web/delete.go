package web

import (
	"context"
	"fmt"
	"sync"

	"github.com/gofiber/fiber/v2"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/web/client"
)

// erasing are the deliveries that are being deleted right now. Of two who
// delete the same delivery at once, one gets a 404.
type erasing struct {
	mu  sync.Mutex
	ids map[inspector.ID]bool
}

func (e *erasing) begin(id inspector.ID) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.ids[id] {
		return false
	}
	if e.ids == nil {
		e.ids = map[inspector.ID]bool{}
	}
	e.ids[id] = true
	return true
}

func (e *erasing) end(id inspector.ID) {
	e.mu.Lock()
	defer e.mu.Unlock()
	delete(e.ids, id)
}

func (s *Server) deleteDelivery(c *fiber.Ctx) error {
	row, err := s.row(c)
	if err != nil {
		return err
	}
	if !s.erasing.begin(row.ID) {
		return inspector.ErrNotFound
	}
	defer s.erasing.end(row.ID)
	ctx, cancel := s.brief()
	defer cancel()
	if _, err := s.opt.Store.Get(ctx, s.ws, row.ID); err != nil {
		return err // somebody else was faster
	}
	if err := s.erase(ctx, []inspector.ID{row.ID}); err != nil {
		return err
	}
	return c.SendStatus(204)
}

// deleteMatching deletes every delivery that matches when it is looked at,
// newest first. Those that arrive meanwhile stay.
func (s *Server) deleteMatching(c *fiber.Ctx) error {
	text := c.Query("q")
	if text == "" {
		return badParameter("q", "q is needed: a filter, or * for all")
	}
	var q *inspector.Query
	if text != "*" {
		var err error
		if q, err = s.queryOf(c); err != nil {
			return err
		}
	}
	list := inspector.ListQuery{Workspace: s.ws, Query: q, Limit: maxRows}
	deleted := 0
	for {
		page, err := s.opt.Store.List(s.ctx, list)
		if err != nil {
			return fmt.Errorf("list what is to be deleted: %w", err)
		}
		ids := make([]inspector.ID, len(page.Rows))
		for i := range page.Rows {
			ids[i] = page.Rows[i].ID
		}
		if len(ids) > 0 {
			if err := s.erase(s.ctx, ids); err != nil {
				return err
			}
		}
		deleted += len(ids)
		if page.Next == "" {
			return sendJSON(c, 200, client.Deleted{Deleted: deleted})
		}
		list.Before = page.Next
	}
}

func (s *Server) erase(ctx context.Context, ids []inspector.ID) error {
	if _, err := s.opt.Store.Commit(ctx, &inspector.Batch{Workspace: s.ws, Erase: ids}); err != nil {
		return fmt.Errorf("delete deliveries: %w", err)
	}
	return nil
}
