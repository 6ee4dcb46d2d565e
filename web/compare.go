package web

import (
	"context"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/boathook/boathook/catalog"
	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/inspector/compare"
	"github.com/boathook/boathook/web/client"
)

// maxCompared is the most of a body that is compared.
const maxCompared = 8 << 20

// getCompare tells two messages apart: a and b are delivery[:attempt], or
// sample:provider/event.
func (s *Server) getCompare(c *fiber.Ctx) error {
	part := inspector.Request
	switch c.Query("part", "request") {
	case "request":
	case "response":
		part = inspector.Response
	default:
		return badParameter("part", "part must be request or response")
	}
	text := c.Query("ignore")
	if len(text) > maxQuery {
		return badParameter("ignore", "the list is too long")
	}
	a, err := s.side(c, "a", part)
	if err != nil {
		return err
	}
	b, err := s.side(c, "b", part)
	if err != nil {
		return err
	}
	for _, pair := range [][2]*side{{&a, &b}, {&b, &a}} {
		if pair[0].view.Sample != "" {
			// A sample has no head, so that of the other side differs from nothing.
			pair[0].message.Start, pair[0].message.Headers = pair[1].message.Start, pair[1].message.Headers
		}
	}
	r := compare.Messages(&a.message, &b.message, compare.Options{Ignore: strings.Split(text, ",")})
	within, err := s.hideChanges(r, &a, &b)
	if err != nil {
		return err
	}
	return sendJSON(c, 200, client.Comparison{A: a.view, B: b.view, Part: part.String(), Within: within, Report: *r})
}

// side is one message of a comparison.
type side struct {
	view    client.Side
	message compare.Message
	media   string
	secrets []string // as in [inspector.Attempt.Secrets]
}

// side reads the message that a parameter names: an id or a running number, and
// after a colon the attempt; without one it is the first attempt for a request and
// the one that was answered for a response.
func (s *Server) side(c *fiber.Ctx, name string, part inspector.Part) (side, error) {
	if event, ok := strings.CutPrefix(c.Query(name), samplePrefix); ok {
		return s.sampleSide(name, event)
	}
	ref, k, hasK := strings.Cut(c.Query(name), ":")
	if ref == "" {
		return side{}, badParameter(name, name+" must name a delivery, by id or number, as in "+name+"=12406 or "+name+"=12406:1 for its attempt 1")
	}
	row, err := s.rowOf(c.UserContext(), ref)
	if err != nil {
		return side{}, err
	}
	ctx, cancel := s.reading(c)
	defer cancel()
	attempts, err := s.opt.Store.Attempts(ctx, s.ws, row.ID)
	if err != nil {
		return side{}, err
	}
	var a *inspector.Attempt
	if hasK {
		want, err := strconv.Atoi(k)
		if err != nil {
			return side{}, badParameter(name, "the attempt after the colon must be a number")
		}
		if i := slices.IndexFunc(attempts, func(a inspector.Attempt) bool { return a.K == want }); i >= 0 {
			a = &attempts[i]
		}
	} else {
		a = mainAttempt(attempts, part)
	}
	if a == nil {
		return side{}, notFound("delivery " + ref + " has no such attempt")
	}
	m := &a.Request
	if part == inspector.Response {
		m = &a.Response
	}
	if m.Head == nil {
		return side{}, notFound("attempt " + strconv.Itoa(a.K) + " of delivery " + ref + " has no " + part.String())
	}
	v := side{view: client.Side{Row: row, K: a.K}, message: compare.Message{Cut: m.Cut}}
	h := inspector.ParseHead(m.Head)
	v.media, v.secrets = h.Value("Content-Type"), a.Secrets
	v.message.Start, v.message.Headers = escaped(h.Start), escapedFields(h.Fields)
	return v, s.comparedBody(ctx, &v.message, a.BodyKey(part), h.Value("Content-Encoding"))
}

// hideChanges marks what is hidden among the changes, and names what is hidden within
// the bodies.
func (s *Server) hideChanges(r *compare.Report, sides ...*side) ([]string, error) {
	rules, within := s.rules(), []string{}
	var secrets []string
	for _, v := range sides {
		secrets = append(secrets, v.secrets...)
		h := rules.Bodies()
		if h == nil {
			continue
		}
		_, found, err := hidden(h, []byte("POST / HTTP/1.1\r\nContent-Type: "+v.media+"\r\n\r\n"), v.message.Body)
		if err != nil {
			return nil, err
		}
		within = append(within, found...)
	}
	for i := range r.Head {
		c := &r.Head[i]
		c.Hidden = c.Op != compare.Spelled && rules.Line(c.Path) || names(secrets, c.Path) || c.Path == "start" && (s.startHides(c.A, secrets) || s.startHides(c.B, secrets))
	}
	for i := range r.Body.Changes {
		c := &r.Body.Changes[i]
		pick, err := inspector.ParsePick("body." + strings.TrimPrefix(c.Path, "."))
		if strings.HasPrefix(c.Path, "[") {
			pick, err = inspector.ParsePick("body" + c.Path)
		}
		c.Hidden = rules.Bodies() != nil && (err != nil || rules.Pick(pick))
	}
	slices.Sort(within)
	return inspector.FewNames(slices.Compact(within)), nil
}

// startHides reports whether a start line has a parameter whose value is hidden.
func (s *Server) startHides(line string, secrets []string) bool {
	_, query, _ := strings.Cut(line, "?")
	query, _, _ = strings.Cut(query, " ")
	for part := range strings.SplitSeq(query, "&") {
		name, value, _ := strings.Cut(part, "=")
		if value != "" && (s.rules().Parameter(name) || names(secrets, "?"+name)) {
			return true
		}
	}
	return false
}

// samplePrefix begins a side that is the sample of an event type.
const samplePrefix = "sample:"

// sampleSide is the catalogue's sample of an event type.
func (s *Server) sampleSide(name, event string) (side, error) {
	all, err := s.catalog()
	if err != nil {
		return side{}, err
	}
	e, err := all.Find(event)
	if err != nil {
		return side{}, badParameter(name, err.Error())
	}
	body, err := e.Generate(catalog.Options{Now: s.now()})
	if err != nil {
		return side{}, err
	}
	return side{view: client.Side{Sample: e.ID()}, message: compare.Message{Body: body}}, nil
}

// mainAttempt is the attempt that a delivery is about.
func mainAttempt(attempts []inspector.Attempt, part inspector.Part) *inspector.Attempt {
	if len(attempts) == 0 {
		return nil
	}
	if part == inspector.Response {
		for i := len(attempts) - 1; i >= 0; i-- {
			if attempts[i].Answered || attempts[i].K > 0 && attempts[i].Response.Head != nil {
				return &attempts[i]
			}
		}
	}
	return &attempts[0]
}

// comparedBody reads a body, freed of its content encodings where that is
// possible.
func (s *Server) comparedBody(ctx context.Context, m *compare.Message, key inspector.BodyKey, coding string) error {
	body, err := s.content(ctx, key)
	if err != nil {
		return err
	}
	defer body.Close()
	m.Body = make([]byte, min(body.size, maxCompared))
	if _, err := io.ReadFull(io.NewSectionReader(body, 0, body.size), m.Body); err != nil {
		return err
	}
	m.Cut = m.Cut || body.size > maxCompared
	if coding == "" || strings.EqualFold(coding, "identity") {
		return nil
	}
	if out, err := inspector.Decode(coding, m.Body, maxCompared); err == nil {
		m.Body, m.Cut = out.Bytes, m.Cut || out.Truncated
	}
	return nil
}
