package web

import (
	"bytes"
	"context"
	"fmt"
	"io"

	"github.com/gofiber/fiber/v2"

	"github.com/boathook/boathook/inspector"
)

const (
	maxEncoded = 32 << 20 // bytes of an encoded body that are read to decode it
	maxDecoded = 8 << 20  // bytes of the decoded body that are answered
)

// noContent is a body without bytes.
var noContent = content{bytes.NewReader(nil), io.NopCloser(nil), 0}

func (s *Server) getRequestBody(c *fiber.Ctx) error  { return s.sendBody(c, inspector.Request) }
func (s *Server) getResponseBody(c *fiber.Ctx) error { return s.sendBody(c, inspector.Response) }

// opened is the body of one side of an attempt, ready to be answered.
type opened struct {
	content
	key     inspector.BodyKey
	file    string // under which it is saved
	message *inspector.Message
}

// openBody opens the body that an address names, freed of chunk framing and, if
// decoded=1, of its Content-Encoding; with hide=1 without what is hidden in it. Close it.
func (s *Server) openBody(c *fiber.Ctx, part inspector.Part) (opened, error) {
	decoded, err := bitOf(c, "decoded")
	if err != nil {
		return opened{}, err
	}
	hide, err := bitOf(c, "hide")
	if err != nil {
		return opened{}, err
	}
	n, a, m, err := s.message(c, part)
	if err != nil {
		return opened{}, err
	}
	key := a.BodyKey(part)
	body, err := s.content(c.UserContext(), key)
	if err != nil {
		return opened{}, err
	}
	head := inspector.ParseHead(m.Head)
	if encoding := head.Values("Content-Encoding"); decoded && len(encoding) > 0 {
		head = withoutEncoding(&head)
		truncated := false
		if body, truncated, err = s.decode(c.UserContext(), body, encoding, m.Cut); err != nil {
			return opened{}, err
		}
		if truncated {
			c.Set("Boathook-Truncated", "true")
		}
	}
	if hide {
		if body, err = s.hideIn(c, &head, body); err != nil {
			return opened{}, err
		}
	}
	file := bodyFile(n)
	if part == inspector.Response {
		file = fmt.Sprintf("%d-%d-response.body", n, a.K)
	}
	return opened{body, key, file, m}, nil
}

// bodyFile is the file that the body of a request is saved as, and that a program which
// sends it again reads.
func bodyFile(n uint64) string { return fmt.Sprintf("%d.body", n) }

// sendBody answers a body, or a range of it.
func (s *Server) sendBody(c *fiber.Ctx, part inspector.Part) error {
	body, err := s.openBody(c, part)
	if err != nil {
		return err
	}
	r, err := parseRange(c.Get("Range"), body.size)
	if err != nil {
		body.Close()
		c.Set("Content-Range", fmt.Sprintf("bytes */%d", body.size))
		return err
	}
	asBytes(c, body.file)
	c.Set("Accept-Ranges", "bytes")
	if r.partial {
		c.Set("Content-Range", fmt.Sprintf("bytes %d-%d/%d", r.from, r.from+r.size-1, body.size))
		c.Status(206)
	}
	return s.stream(c, int(r.size), body, func(_ context.Context, w io.Writer) error {
		_, err := io.Copy(w, io.NewSectionReader(body, r.from, r.size))
		return err
	})
}
