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

// sendBody answers a body, or a range of it, freed of chunk framing and, if
// decoded=1, of its Content-Encoding.
func (s *Server) sendBody(c *fiber.Ctx, part inspector.Part) error {
	decoded := c.Query("decoded")
	if decoded != "" && decoded != "0" && decoded != "1" {
		return badParameter("decoded", "decoded must be 0 or 1")
	}
	key, m, err := s.message(c, part)
	if err != nil {
		return err
	}
	body, err := s.content(s.ctx, key)
	if err != nil {
		return err
	}
	if encoding := inspector.ParseHead(m.Head).Values("Content-Encoding"); decoded == "1" && len(encoding) > 0 {
		truncated := false
		if body, truncated, err = s.decode(body, encoding, m.Cut); err != nil {
			return err
		}
		if truncated {
			c.Set("Boathook-Truncated", "true")
		}
	}
	r, err := parseRange(c.Get("Range"), body.size)
	if err != nil {
		body.Close()
		c.Set("Content-Range", fmt.Sprintf("bytes */%d", body.size))
		return err
	}
	asBytes(c, fmt.Sprintf("%s-%d-%s.body", key.Delivery, key.Attempt, part))
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
