package web

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/proxy/portable"
	"github.com/boathook/boathook/web/client"
)

// Bounds of an import.
const (
	importPath    = apiPrefix + "import"
	importLimit   = client.MaxImport
	importTime    = 2 * time.Minute
	maxRecording  = 63
	importReading = time.Minute
	textLimit     = client.MaxText
)

// textPaths are where bodies of events and descriptions of APIs are posted, which
// may be long; * is one part of a path.
var textPaths = [][]string{{"events"}, {"verify"}, {"sign"}, {"catalog"}, {"catalog", "*", "*", "validate"}}

// exportNames are the ends of file names, and the types of what is in them.
var exportNames = map[portable.Format][2]string{
	portable.JSONL: {"jsonl", "application/x-ndjson"}, portable.HAR: {"har", "application/json"},
	portable.Script: {"sh", "text/x-shellscript"}, portable.Postman: {"postman_collection.json", "application/json"},
	portable.Curl: {"curl", "text/x-shellscript"}, portable.Raw: {"http", "application/octet-stream"}, portable.ZIP: {"zip", "application/zip"},
}

// getExport streams the deliveries of a filter, oldest first. Without secrets=1
// credentials are left out.
func (s *Server) getExport(c *fiber.Ctx) error {
	q, err := s.queryOf(c)
	if err != nil {
		return err
	}
	format := portable.Format(c.Query("format", string(portable.JSONL)))
	if !slices.Contains(portable.Formats, format) {
		return badParameter("format", fmt.Sprintf("format must be one of %v", portable.Formats))
	}
	secrets, err := bitOf(c, "secrets")
	if err != nil {
		return err
	}
	if format == portable.Raw {
		page, err := s.opt.Store.List(c.UserContext(), inspector.ListQuery{Workspace: s.ws, Query: q, Limit: 2})
		if err != nil {
			return err
		}
		if len(page.Rows) > 1 {
			return badParameter("format", "raw holds one request and more match; narrow the filter, or take zip")
		}
	}
	opt := portable.ExportOptions{Format: format, Secrets: secrets, Credentials: s.credentials(), Mask: s.rules(), Capture: s.captureURL(), Version: s.opt.Version, Mark: s.opt.Mark}
	asBytes(c, "boathook-"+s.now().UTC().Format("20060102-150405")+"."+exportNames[format][0])
	return s.stream(c, -1, nil, func(ctx context.Context, w io.Writer) error {
		_, err := portable.Export(ctx, w, s.opt.Store, s.ws, q, opt)
		return err
	})
}

// isImport reports whether a request carries deliveries in, whose body may be
// large and of any type that no form of another site can have.
func isImport(h *fasthttp.RequestHeader) bool {
	path, _, _ := bytes.Cut(h.RequestURI(), []byte{'?'})
	return h.IsPost() && string(path) == importPath
}

// carriesText reports whether a request goes to one of the textPaths.
func carriesText(h *fasthttp.RequestHeader) bool {
	path, _, _ := bytes.Cut(h.RequestURI(), []byte{'?'})
	rest, ok := strings.CutPrefix(string(path), apiPrefix)
	parts := strings.Split(rest, "/")
	return ok && h.IsPost() && slices.ContainsFunc(textPaths, func(pattern []string) bool {
		return slices.EqualFunc(pattern, parts, func(want, part string) bool { return want == part || want == "*" })
	})
}

// bodyLimits allows an import and what carries texts a larger body, but only if its
// sender has shown the token or has a session: nobody else makes this process hold so
// much.
func (s *Server) bodyLimits(h *fasthttp.RequestHeader) fasthttp.RequestConfig {
	limit := 0
	switch {
	case isImport(h):
		limit = importLimit
	case carriesText(h):
		limit = textLimit
	}
	if limit == 0 || !s.hosts.has(string(h.Host())) {
		return fasthttp.RequestConfig{}
	}
	if s.opt.Token != "" {
		shown := h.PeekAll("Authorization")
		value := h.Cookie(s.sessions.cookie)
		if !(len(shown) == 1 && s.isToken(string(shown[0]))) && !(len(shown) == 0 && len(value) > 0 && s.sessions.valid(string(value), s.now())) {
			return fasthttp.RequestConfig{}
		}
	}
	return fasthttp.RequestConfig{MaxRequestBodySize: limit, ReadTimeout: importReading}
}

// postImport stores the deliveries of a file, or of a piece of one.
func (s *Server) postImport(c *fiber.Ctx) error {
	if s.opt.IDs == nil {
		return absent("import")
	}
	format := portable.Format(c.Query("format"))
	if format == "auto" {
		format = ""
	}
	if format != "" && !slices.Contains(portable.ImportFormats, format) {
		return badParameter("format", fmt.Sprintf("format must be auto or one of %v", portable.ImportFormats))
	}
	recording := c.Query("recording")
	if len(recording) > maxRecording || strings.ContainsFunc(recording, func(r rune) bool { return r <= ' ' || r == 0x7f || r == '"' || r == '=' }) {
		return badParameter("recording", fmt.Sprintf("recording must be a name of at most %d bytes without spaces, quotes and =", maxRecording))
	}
	inbox := c.Query("inbox")
	if inbox != "" && s.opt.Inboxes != nil {
		if _, err := s.opt.Inboxes.Get(inbox); err != nil {
			return badParameter("inbox", "there is no such inbox")
		}
	}
	if !s.importing.TryLock() {
		return problem(503, "busy", "an import is under way", "one import runs at a time; try again when it is over")
	}
	defer s.importing.Unlock()
	// All of it is there already; half of it would be stored if this ended with the client.
	ctx, cancel := context.WithTimeout(s.ctx, importTime)
	defer cancel()
	res, err := portable.Import(ctx, bytes.NewReader(c.BodyRaw()), s.opt.Store, s.ws, s.opt.IDs, portable.ImportOptions{
		Format: format, Recording: recording, Inbox: inbox, Now: s.now(), Mark: s.opt.Mark,
	})
	if len(res.Check) > 0 && s.opt.Checker != nil && ctx.Err() == nil {
		if err := s.opt.Checker.CheckImported(ctx, res.Check); err != nil {
			s.log("imported deliveries stay unchecked: %v", err) // the import itself was done
		}
	}
	switch {
	case errors.Is(err, portable.ErrNothing):
		return withHint(problem(400, "import", "nothing to import", "the file holds no delivery"), "name its format with format=jsonl, har, curl or raw")
	case errors.Is(err, inspector.ErrNoSpace):
		return err
	case err != nil:
		return problem(400, "import", "file cannot be read", fmt.Sprintf("%s (%d deliveries were imported before)", err.Error(), res.Imported))
	}
	v := client.Imported{Format: string(res.Format), Imported: res.Imported, Skipped: res.Skipped, Failed: res.Failed, Errors: []client.ImportError{}}
	for _, m := range res.Errors {
		v.Errors = append(v.Errors, client.ImportError{Line: m.Line, Entry: m.Entry, Byte: m.Byte, Text: m.String()})
	}
	return sendJSON(c, 200, v)
}
