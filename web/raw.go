package web

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/proxy/portable"
	"github.com/boathook/boathook/proxy/wire"
)

// message finds one side of the attempt that an address names.
func (s *Server) message(c *fiber.Ctx, part inspector.Part) (n uint64, a *inspector.Attempt, m *inspector.Message, err error) {
	row, err := s.row(c)
	if err != nil {
		return 0, nil, nil, err
	}
	k, err := strconv.Atoi(c.Params("k"))
	if err != nil || strconv.Itoa(k) != c.Params("k") {
		return 0, nil, nil, notFound("there is no such attempt")
	}
	ctx, cancel := s.reading(c)
	defer cancel()
	attempts, err := s.opt.Store.Attempts(ctx, s.ws, row.ID)
	if err != nil {
		return 0, nil, nil, err
	}
	for i := range attempts {
		if attempts[i].K != k {
			continue
		}
		m = &attempts[i].Request
		if part == inspector.Response {
			m = &attempts[i].Response
		}
		if m.Head == nil {
			return 0, nil, nil, notFound("the attempt has no " + part.String())
		}
		return row.N, &attempts[i], m, nil
	}
	return 0, nil, nil, notFound("there is no such attempt")
}

// content is a stored body that may have no bytes.
type content struct {
	io.ReaderAt
	io.Closer
	size int64
}

// content opens the body of a message. Close it.
func (s *Server) content(ctx context.Context, key inspector.BodyKey) (content, error) {
	b, err := s.opt.Store.Body(ctx, s.ws, key)
	if errors.Is(err, inspector.ErrNotFound) {
		return noContent, nil
	}
	if err != nil {
		return content{}, fmt.Errorf("open body %s: %w", key, err)
	}
	return content{b, b, b.Size()}, nil
}

func (s *Server) getRequestRaw(c *fiber.Ctx) error  { return s.sendRaw(c, inspector.Request) }
func (s *Server) getResponseRaw(c *fiber.Ctx) error { return s.sendRaw(c, inspector.Response) }

// sendRaw answers the bytes of a message as they crossed the wire, 1xx answers
// before the final one included; with hide=1 without what is hidden in them.
func (s *Server) sendRaw(c *fiber.Ctx, part inspector.Part) error {
	hide, err := bitOf(c, "hide")
	if err != nil {
		return err
	}
	n, a, m, err := s.message(c, part)
	if err != nil {
		return err
	}
	key := a.BodyKey(part)
	body, err := s.content(c.UserContext(), key)
	if err != nil {
		return err
	}
	if hide {
		head := inspector.ParseHead(m.Head)
		shown, names := portable.HideHeads(m, part, a.Secrets, s.rules())
		if body, err = s.hideIn(c, &head, body, names...); err != nil {
			return err
		}
		m = &shown
	}
	size := -1 // what the chunk framing adds is not known without walking it
	if m.Framing == nil {
		size = len(m.Interim) + len(m.Head) + int(body.size)
	}
	asBytes(c, fmt.Sprintf("%d-%d-%s.http", n, a.K, part))
	return s.stream(c, size, body, func(_ context.Context, w io.Writer) error {
		return wire.WriteMessage(w, slices.Concat(m.Interim, m.Head), m.Framing, io.NewSectionReader(body, 0, body.size))
	})
}

// asBytes marks an answer as captured bytes, which nothing may run or show as a
// page of ours.
func asBytes(c *fiber.Ctx, name string) {
	c.Set("Content-Type", "application/octet-stream")
	c.Set("Content-Disposition", `attachment; filename="`+name+`"`)
	c.Set("Content-Security-Policy", policyBytes)
	c.Set("Cache-Control", "no-store")
}
