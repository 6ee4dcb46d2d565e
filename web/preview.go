package web

import (
	"encoding/base64"
	"io"
	"mime"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"
	"golang.org/x/net/html/charset"

	"github.com/boathook/boathook/inspector"
)

// maxPreview is the most bytes of a body that are shown as a page or a drawing.
const maxPreview = 2_000_000

func (s *Server) getRequestPreview(c *fiber.Ctx) error  { return s.sendPreview(c, inspector.Request) }
func (s *Server) getResponsePreview(c *fiber.Ctx) error { return s.sendPreview(c, inspector.Response) }

// sendPreview answers a body as the page or the drawing that it is, for a frame or an
// image of our own page. Nothing of it runs or asks for anything, there or opened by
// itself: as a page it is written anew and sealed off by a policy, and a drawing is
// only ever an image.
func (s *Server) sendPreview(c *fiber.Ctx, part inspector.Part) error {
	as := c.Query("as")
	if as != "html" && as != "svg" {
		return badParameter("as", "as must be html or svg")
	}
	b, err := s.openBody(c, part)
	if err != nil {
		return err
	}
	defer b.Close()
	if b.size > maxPreview {
		return problem(413, "too-large", "body is too large", "a preview is made of bodies up to 2 MB")
	}
	data, err := io.ReadAll(io.NewSectionReader(b, 0, b.size))
	if err != nil {
		return err
	}
	announced := inspector.ParseHead(b.message.Head).Value("Content-Type")
	h := &c.Response().Header
	h.Set("Content-Security-Policy", policyPreview)
	h.Set("X-Frame-Options", "SAMEORIGIN")
	h.Set("X-DNS-Prefetch-Control", "off")
	h.Set("Cache-Control", "no-store")
	h.Del("Cross-Origin-Opener-Policy") // a browser shows nothing that has it and is sealed off as well
	if as == "html" {
		c.Set("Content-Type", "text/html; charset=utf-8")
		return c.SendString(quietHTML(textIn(data, announced)))
	}
	c.Set("Vary", "Accept")
	drawing := svgText(data, announced)
	if !strings.Contains(c.Get("Accept"), "text/html") {
		c.Set("Content-Type", "image/svg+xml")
		return c.SendString(drawing)
	}
	c.Set("Content-Type", "text/html; charset=utf-8")
	return c.SendString(`<!doctype html><title>SVG</title><img alt="SVG" src="data:image/svg+xml;base64,` + base64.StdEncoding.EncodeToString([]byte(drawing)) + `">`)
}

// textIn reads a page in the charset that it announces, else in the one that its
// bytes are good for.
func textIn(data []byte, announced string) string {
	encoding, _, certain := charset.DetermineEncoding(data, announced)
	if certain || !utf8.Valid(data) {
		if read, err := encoding.NewDecoder().Bytes(data); err == nil {
			data = read
		}
	}
	return strings.TrimPrefix(string(data), "\ufeff")
}

var xmlDeclaration = regexp.MustCompile(`^(?:\xef\xbb\xbf)?\s*<\?xml\s[^>]*?(?:encoding\s*=\s*["']([A-Za-z0-9._-]+)["'][^>]*?)?\?>`)

// svgText reads a drawing in the charset of its head, its mark or its declaration, in
// this order, and leaves out the declaration: what is answered is UTF-8.
func svgText(data []byte, announced string) string {
	if _, params, err := mime.ParseMediaType(announced); err != nil || params["charset"] == "" {
		name := "utf-8"
		if m := xmlDeclaration.FindSubmatch(data); m != nil && len(m[1]) > 0 {
			name = string(m[1])
		}
		announced = "image/svg+xml; charset=" + name
	}
	text := textIn(data, announced)
	return text[len(xmlDeclaration.FindString(text)):]
}
