package web

import (
	"context"
	"errors"
	"iter"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/boathook/boathook/catalog"
	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/web/client"
)

// Bounds of recorded bodies that are looked at in one call, the newest first.
const (
	maxRecorded      = 1000
	maxRecordedBytes = 64 << 20
	recordedTime     = 8 * time.Second
	maxDriftQuery    = 7 << 10 // bytes of a filter beside which the event type still has room
)

// recorded are the request bodies of the newest deliveries of a filter. It ends at
// its bounds without a word: what is learned from a thousand bodies holds for more.
func (s *Server) recorded(ctx context.Context, q *inspector.Query) iter.Seq2[catalog.Recorded, error] {
	return func(yield func(catalog.Recorded, error) bool) {
		ctx, cancel := context.WithTimeout(ctx, recordedTime)
		defer cancel()
		n, size := 0, 0
		for list := (inspector.ListQuery{Workspace: s.ws, Query: q, Limit: maxRows}); ; {
			page, err := s.opt.Store.List(ctx, list)
			if err != nil {
				yield(catalog.Recorded{}, err)
				return
			}
			for i := range page.Rows {
				row := &page.Rows[i]
				if n == maxRecorded || size+int(row.Size) > maxRecordedBytes || ctx.Err() != nil {
					return
				}
				body, err := s.plainBody(ctx, *row)
				// Senders choose how far a body grows when it is decoded.
				if size += max(int(row.Size), len(body)); size > maxRecordedBytes {
					return
				}
				var odd *client.Problem
				if isGone(err) || errors.As(err, &odd) || err == nil && len(body) == 0 {
					continue // deleted meanwhile, or nothing that can be decoded
				}
				if n++; !yield(catalog.Recorded{At: row.At, ID: row.ID.String(), Body: body}, err) || err != nil {
					return
				}
			}
			if list.Before = page.Next; page.Next == "" {
				return
			}
		}
	}
}

// getDrift answers how recorded bodies differ from their event type.
func (s *Server) getDrift(c *fiber.Ctx) error {
	e, err := s.eventType(c)
	if err != nil {
		return err
	}
	all, err := s.catalog()
	if err != nil {
		return err
	}
	if _, err := s.queryOf(c); err != nil {
		return err
	}
	text, more := "event:"+strconv.Quote(e.ID()), c.Query("q")
	if len(more) > maxDriftQuery {
		return badParameter("q", "the filter is too long")
	}
	switch {
	case more != "" && !strings.Contains(more, "event:"):
		// What a filter chooses may have no name, as what was captured without a header that
		// tells it; what has another one is of another type.
		text = "(" + text + " OR -event:*) (" + more + ")"
	case more != "":
		text += " (" + more + ")"
	}
	q, err := inspector.ParseQuery(text, s.now())
	if err != nil {
		return err
	}
	var failed error
	items := all.Drift(e, func(yield func(catalog.Recorded) bool) {
		for r, err := range s.recorded(c.UserContext(), q) {
			if err != nil {
				failed = err
				return
			}
			if !yield(r) {
				return
			}
		}
	})
	if failed != nil {
		return failed
	}
	return sendJSON(c, 200, client.Drift{Items: list(items)})
}
