package web

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/web/client"
)

const (
	pageRows = 50
	maxRows  = 200
	typeRows = "application/x-ndjson"
	// firstWait is how long more rows are searched for before those that were found are
	// given to somebody who waits for them.
	firstWait = 50 * time.Millisecond
)

// listDeliveries answers one page as JSON, or all pages as one row a line.
func (s *Server) listDeliveries(c *fiber.Ctx) error {
	c.Vary("Accept")
	limit, err := number(c, "limit", 1, maxRows, 0)
	if err != nil {
		return err
	}
	q, err := s.queryOf(c)
	if err != nil {
		return err
	}
	list := inspector.ListQuery{Workspace: s.ws, Query: q, Limit: limit, Before: c.Query("before")}
	early, err := flagOf(c, "early")
	if err != nil {
		return err
	}
	if early {
		list.Early = firstWait
	}
	if strings.Contains(strings.ToLower(c.Get("Accept")), typeRows) {
		return s.streamRows(c, list)
	}
	if limit == 0 {
		list.Limit = pageRows
	}
	page, err := s.page(c, list)
	if err != nil {
		return err
	}
	return sendJSON(c, 200, page)
}

// page reads a page and the cursor to follow the feed from. The cursor is taken
// first: a change between the two is then seen twice rather than never.
func (s *Server) page(c *fiber.Ctx, list inspector.ListQuery) (client.Page, error) {
	ctx, cancel := s.reading(c)
	defer cancel()
	cursor, err := s.feedEnd(ctx)
	if err != nil {
		return client.Page{}, err
	}
	page, err := s.opt.Store.List(ctx, list)
	if err != nil {
		return client.Page{}, fmt.Errorf("list deliveries: %w", err)
	}
	if page.Rows == nil {
		page.Rows = []inspector.Row{}
	}
	return client.Page{Rows: page.Rows, Cursor: cursor, Next: page.Next, Scanned: page.Scanned}, nil
}

// feedEnd is the cursor after the newest change.
func (s *Server) feedEnd(ctx context.Context) (inspector.Cursor, error) {
	if s.feeds.hub != nil {
		return s.feeds.hub.End(ctx)
	}
	cursor, err := s.opt.Store.FeedEnd(ctx, s.ws)
	if err != nil {
		return "", fmt.Errorf("read the feed cursor: %w", err)
	}
	return cursor, nil
}

// streamRows writes one row a line and sends each page of the store as soon as
// it is read. A limit bounds the rows. If reading breaks off, the last line is
// {"error": problem}.
func (s *Server) streamRows(c *fiber.Ctx, list inspector.ListQuery) error {
	left := list.Limit
	list.Limit, list.Early = maxRows, firstWait // what is found goes out, so short pages cost little
	// The first page is read here, so that a bad cursor is still a plain error.
	first, err := s.page(c, list)
	if err != nil {
		return err
	}
	c.Set("Content-Type", typeRows)
	c.Set("Cache-Control", "no-store")
	return s.stream(c, -1, nil, func(ctx context.Context, w io.Writer) error {
		page := inspector.Page{Rows: first.Rows, Next: first.Next}
		for {
			done, err := writeRows(w, page.Rows, &left)
			if err != nil || done || page.Next == "" {
				return err
			}
			list.Before = page.Next
			if page, err = s.opt.Store.List(ctx, list); err != nil {
				return writeBroken(w, err)
			}
		}
	})
}

// writeRows writes rows until left, if it was not 0, is used up.
func writeRows(w io.Writer, rows []inspector.Row, left *int) (done bool, err error) {
	var lines []byte
	for i := range rows {
		line, err := json.Marshal(rows[i])
		if err != nil {
			return true, err
		}
		lines = append(append(lines, line...), '\n')
		if *left > 0 {
			if *left--; *left == 0 {
				done = true
				break
			}
		}
	}
	if len(lines) > 0 {
		_, err = w.Write(lines)
	}
	return done, err
}

func writeBroken(w io.Writer, cause error) error {
	line, err := json.Marshal(map[string]any{"error": problemOf(cause)})
	if err != nil {
		return err
	}
	if _, err := w.Write(append(line, '\n')); err != nil {
		return err
	}
	return cause
}
