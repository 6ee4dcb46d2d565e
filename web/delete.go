package web

import (
	"context"
	"fmt"

	"github.com/gofiber/fiber/v2"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/web/client"
)

// deleteDelivery puts a delivery into the trash, or deletes it for good.
func (s *Server) deleteDelivery(c *fiber.Ctx) error {
	forever, err := flagOf(c, "forever")
	if err != nil {
		return err
	}
	s.trash.Lock()
	defer s.trash.Unlock()
	row, err := s.row(c)
	if err != nil {
		return err
	}
	ctx, cancel := s.brief()
	defer cancel()
	if forever {
		err = s.erase(ctx, []inspector.ID{row.ID})
	} else if row.Flags&inspector.FlagTrashed != 0 {
		err = withHint(problem(409, "in-trash", "it is in the trash already", "the delivery was deleted before"), "forever=true deletes it for good")
	} else {
		_, err = s.discard(ctx, []inspector.ID{row.ID}, s.deletionTime())
	}
	if err != nil {
		return err
	}
	return c.SendStatus(204)
}

// deleteMatching puts every delivery that matches when it is looked at into the
// trash, newest first, or deletes it for good. Those that arrive meanwhile stay.
func (s *Server) deleteMatching(c *fiber.Ctx) error {
	text := c.Query("q")
	if text == "" {
		return badParameter("q", "q is needed: a filter, or * for all")
	}
	forever, err := flagOf(c, "forever")
	if err != nil {
		return err
	}
	var q *inspector.Query
	if text != "*" {
		if q, err = s.queryOf(c); err != nil {
			return err
		}
	}
	if !forever {
		d, err := s.discardMatching(c.UserContext(), q)
		if err != nil {
			return err
		}
		return sendJSON(c, 200, d)
	}
	return s.eraseMatching(c, q)
}

// eraseMatching deletes for good what matches, and answers how many that were.
func (s *Server) eraseMatching(c *fiber.Ctx, q *inspector.Query) error {
	d := client.Deletion{}
	err := s.changeAll(c.UserContext(), q, func(rows []inspector.Row) error {
		d.Deleted += len(rows)
		return s.erase(s.ctx, idsOf(rows))
	})
	if err != nil {
		return err
	}
	return sendJSON(c, 200, d)
}

// flagOf reads a parameter that is true or false.
func flagOf(c *fiber.Ctx, name string) (bool, error) {
	switch c.Query(name) {
	case "", "0", "false":
		return false, nil
	case "1", "true":
		return true, nil
	}
	return false, badParameter(name, name+" must be true or false")
}

// bitOf reads a parameter that is 0 or 1.
func bitOf(c *fiber.Ctx, name string) (bool, error) {
	switch c.Query(name) {
	case "", "0":
		return false, nil
	case "1":
		return true, nil
	}
	return false, badParameter(name, name+" must be 0 or 1")
}

// bulkRows are how many deliveries are deleted or restored with one commit.
const bulkRows = 1000

// changeAll changes with f all rows that match, as eachPage has them. It ends with ctx
// until some are changed; from then on all are, so that half a change is never left.
func (s *Server) changeAll(ctx context.Context, q *inspector.Query, f func(rows []inspector.Row) error) error {
	return s.eachPage(ctx, q, func(rows []inspector.Row) (context.Context, error) { return s.ctx, f(rows) })
}

// eachPage calls f with all rows that match, a page at a time, newest first, and lists
// the next page with what f returns. No other deletion and no restoration happens while
// f runs.
func (s *Server) eachPage(ctx context.Context, q *inspector.Query, f func(rows []inspector.Row) (context.Context, error)) error {
	list := inspector.ListQuery{Workspace: s.ws, Query: q, Limit: bulkRows}
	for {
		next, err := s.onePage(ctx, list, func(rows []inspector.Row) (err error) {
			ctx, err = f(rows)
			return err
		})
		if err != nil || next == "" {
			return err
		}
		list.Before = next
	}
}

func (s *Server) onePage(ctx context.Context, list inspector.ListQuery, f func(rows []inspector.Row) error) (next string, err error) {
	s.trash.Lock()
	defer s.trash.Unlock()
	page, err := s.opt.Store.List(ctx, list)
	if err != nil {
		return "", fmt.Errorf("list what is to be deleted or restored: %w", err)
	}
	if len(page.Rows) == 0 {
		return page.Next, nil
	}
	return page.Next, f(page.Rows)
}

func idsOf(rows []inspector.Row) []inspector.ID {
	ids := make([]inspector.ID, len(rows))
	for i := range rows {
		ids[i] = rows[i].ID
	}
	return ids
}

func (s *Server) erase(ctx context.Context, ids []inspector.ID) error {
	if _, err := s.opt.Store.Commit(ctx, &inspector.Batch{Workspace: s.ws, Erase: ids}); err != nil {
		return fmt.Errorf("delete deliveries: %w", err)
	}
	return nil
}
