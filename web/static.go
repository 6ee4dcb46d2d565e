package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"path"
	"strconv"
	"strings"
	"sync"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"
)

// asset is one file of the page, ready to be sent. The framework's own file
// handlers are not used: they answer conditional and HEAD requests wrongly.
type asset struct {
	kind  string // content type
	plain []byte
	zip   func() []byte // gzip form, nil if that is not smaller; made when it is first asked for
	tag   string        // hash of plain, without quotes
}

// kinds are the content types by the end of the name. A file with another end
// is not served.
var kinds = map[string]string{
	".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".mjs": "text/javascript; charset=utf-8",
	".css": "text/css; charset=utf-8", ".svg": "image/svg+xml", ".png": "image/png", ".ico": "image/x-icon",
	".json": "application/json", ".webmanifest": "application/manifest+json", ".woff2": "font/woff2",
	".txt": "text/plain; charset=utf-8", ".md": "text/plain; charset=utf-8",
}

// assets are the embedded files, by their path below static.
var assets = sync.OnceValue(func() map[string]*asset {
	all := map[string]*asset{}
	err := fs.WalkDir(files, "static", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		kind, ok := kinds[path.Ext(name)]
		if !ok {
			return nil
		}
		data, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		all[strings.TrimPrefix(name, "static/")] = newAsset(kind, data)
		return nil
	})
	if err != nil {
		panic("read the embedded page: " + err.Error()) // cannot happen: the files are part of the program
	}
	return all
})

func newAsset(kind string, data []byte) *asset {
	sum := sha256.Sum256(data)
	a := &asset{kind: kind, plain: data, tag: hex.EncodeToString(sum[:12])}
	a.zip = sync.OnceValue(func() []byte {
		if !strings.HasPrefix(kind, "text/") && !strings.HasPrefix(kind, "application/") && kind != "image/svg+xml" {
			return nil
		}
		var b bytes.Buffer
		w, _ := gzip.NewWriterLevel(&b, gzip.BestCompression) //nolint:errcheck // the level is valid
		w.Write(data)                                         //nolint:errcheck // memory does not fail
		w.Close()
		if b.Len() >= len(data) {
			return nil
		}
		return b.Bytes()
	})
	return a
}

// getShell answers every address of the page with the same file.
func (s *Server) getShell(c *fiber.Ctx) error { return s.sendAsset(c, "index.html") }

// stray reports whether a browser asks for a page that there is not. It is told so
// by the page, which holds no data.
func (s *Server) stray(ctx *fasthttp.RequestCtx) bool {
	h := &ctx.Request.Header
	path := string(ctx.URI().PathOriginal())
	return (h.IsGet() || h.IsHead()) && strings.Contains(string(h.Peek("Accept")), "text/html") &&
		!strings.HasPrefix(path, "/api/") && !strings.HasPrefix(path, "/static/") && len(s.methods(path)) == 0
}

func (s *Server) sendStray(c *fiber.Ctx) error {
	c.Set("Cache-Control", "no-store")
	c.Set("Content-Type", s.assets["index.html"].kind)
	return c.Status(404).Send(s.assets["index.html"].plain)
}

func (s *Server) getAsset(c *fiber.Ctx) error { return s.sendAsset(c, c.Params("*")) }

func (s *Server) sendAsset(c *fiber.Ctx, name string) error {
	a, ok := s.assets[name]
	if !ok {
		return notFound("there is no such file")
	}
	data, tag := a.plain, `"`+a.tag+`"`
	if zip := a.zip(); zip != nil {
		c.Set("Vary", "Accept-Encoding")
		if acceptsGzip(c.Get("Accept-Encoding")) {
			data, tag = zip, `"`+a.tag+`-gzip"`
			c.Set("Content-Encoding", "gzip")
		}
	}
	c.Set("ETag", tag)
	// Always asked for again, so that a new version of the program is seen at once.
	c.Set("Cache-Control", "no-cache")
	if sameTag(c.Get("If-None-Match"), tag) {
		c.Response().Header.Del("Content-Encoding")
		return c.SendStatus(304)
	}
	c.Set("Content-Type", a.kind)
	return c.Send(data)
}

// sameTag compares weakly, as If-None-Match wants.
func sameTag(header, tag string) bool {
	for _, candidate := range strings.Split(header, ",") {
		candidate = strings.TrimPrefix(strings.TrimSpace(candidate), "W/")
		if candidate == tag || candidate == "*" {
			return true
		}
	}
	return false
}

// acceptsGzip reads Accept-Encoding; a quality of 0 forbids.
func acceptsGzip(header string) bool {
	accepted := false
	for _, item := range strings.Split(strings.ToLower(header), ",") {
		name, rest, _ := strings.Cut(strings.TrimSpace(item), ";")
		quality := 1.0
		if q, ok := strings.CutPrefix(strings.TrimSpace(rest), "q="); ok {
			quality, _ = strconv.ParseFloat(q, 64) //nolint:errcheck // what is no number counts as 0
		}
		switch strings.TrimSpace(name) {
		case "gzip":
			return quality > 0
		case "*":
			accepted = quality > 0
		}
	}
	return accepted
}
