package web

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/proxy"
	"github.com/boathook/boathook/proxy/portable"
	"github.com/boathook/boathook/proxy/snippet"
	"github.com/boathook/boathook/signer"
	"github.com/boathook/boathook/web/client"
)

// getProgram answers a recorded request as a program that sends it again.
func (s *Server) getProgram(c *fiber.Ctx) error {
	row, err := s.row(c)
	if err != nil {
		return err
	}
	ctx, cancel := s.reading(c)
	defer cancel()
	attempts, err := s.opt.Store.Attempts(ctx, s.ws, row.ID)
	if err != nil {
		return err
	}
	a, err := attemptOf(c, attempts)
	if err != nil {
		return err
	}
	opt := snippet.Options{Language: c.Query("language", "curl")}
	if !slices.Contains(snippet.Languages, opt.Language) {
		return badParameter("language", "language must be one of "+strings.Join(snippet.Languages, ", "))
	}
	for name, words := range map[string][]string{"body": {"inline", "file"}, "secrets": {"0", "1"}, "sign": {"recorded", "now"}} {
		if v := c.Query(name, words[0]); !slices.Contains(words, v) {
			return badParameter(name, name+" must be "+words[0]+" or "+words[1])
		}
	}
	if c.Query("secrets") != "1" {
		opt.Credential, opt.Parameter = portable.Credentials(attempts, s.secretNames(row.Endpoint, row.Scheme), s.rules())
	}
	req, err := s.programRequest(ctx, c, &row, a)
	if err != nil {
		return err
	}
	var left []string
	if h := s.rules().Bodies(); h != nil && c.Query("secrets") != "1" && req.Body != nil {
		if req.Body, left, err = hidden(h, req.Head, req.Body); err != nil {
			return err
		}
	}
	if req.Body == nil && req.Size > 0 || c.Query("body") == "file" || opt.Language == "raw" && !utf8.Valid(req.Body) {
		opt.File = bodyFile(row.N)
	}
	v := client.Program{Needs: []client.Variable{}, Notes: []client.Note{}, To: req.Base}
	recipe := s.recipe(ctx, c, &row, a, req, &v.Signing)
	if v.Signing.Now = c.Query("sign") == "now"; v.Signing.Now {
		if recipe == nil {
			return withHint(badParameter("sign", v.Signing.Why), v.Signing.Command)
		}
		opt.Recipe = recipe
	}
	p, err := snippet.Write(req, opt)
	if errors.Is(err, snippet.ErrCut) {
		return problem(409, "cut", "the body is not whole", err.Error())
	}
	if errors.Is(err, snippet.ErrRaw) {
		return withHint(badParameter("sign", err.Error()), "choose another language")
	}
	if err != nil {
		return err
	}
	v.Language, v.Code, v.File = p.Language, strings.ToValidUTF8(p.Text, "\uFFFD"), p.File
	if v.Code != p.Text {
		v.Notes = append(v.Notes, client.Note{Code: "bytes", Text: "The head has bytes that are no text; they are in the download of the tab Raw."})
	}
	if len(left) > 0 {
		v.Notes = append(v.Notes, client.Note{Code: "hidden", Text: "Hidden in the body: " + strings.Join(inspector.FewNames(left), ", ") + ". A recorded signature does not fit it."})
	}
	for _, x := range p.Needs {
		v.Needs = append(v.Needs, client.Variable(x))
	}
	for _, x := range p.Notes {
		v.Notes = append(v.Notes, client.Note(x))
	}
	return sendJSON(c, 200, v)
}

// attemptOf is the attempt that a request names, else the first that has a request.
func attemptOf(c *fiber.Ctx, attempts []inspector.Attempt) (*inspector.Attempt, error) {
	want, err := number(c, "attempt", 0, 1<<20, -1)
	if err != nil {
		return nil, err
	}
	for i := range attempts {
		if a := &attempts[i]; a.Request.Head != nil && (want < 0 || a.K == want) {
			if strings.HasPrefix(a.Target, "mailto:") {
				return nil, problem(409, "no-request", "there is no HTTP request", "the delivery is an email, which no program here sends")
			}
			return a, nil
		}
	}
	return nil, notFound("there is no such request")
}

// programRequest is what the program sends. A body that is too long to stand in a
// program is left out.
func (s *Server) programRequest(ctx context.Context, c *fiber.Ctx, row *inspector.Row, a *inspector.Attempt) (*snippet.Request, error) {
	m := &a.Request
	r := &snippet.Request{Head: m.Head, Framing: m.Framing, Size: m.Size, Cut: m.Cut}
	target := inspector.ParseHead(m.Head).Target()
	base, err := url.Parse(portable.Address(row, a, "/", s.captureURL()))
	if err != nil || base.Host == "" {
		return nil, problem(409, "no-request", "there is no address", "it is not known where the request went; give one with to=")
	}
	if to := c.Query("to"); to != "" {
		if err := checkURL("to", to); err != nil {
			return nil, badParameter("to", "to must be a URL such as http://localhost:3000/hooks")
		}
		if base, err = url.Parse(to); err != nil || base.Host == "" || base.User != nil {
			return nil, badParameter("to", "to must be a URL such as http://localhost:3000/hooks")
		}
		r.OwnHost = true
		if r.Target = base.RequestURI(); base.Path == "" && base.RawQuery == "" {
			r.Target = target
			if rest, ok := strings.CutPrefix(target, "/in/"+row.Inbox); ok && a.K == 0 && row.Dir == inspector.In {
				r.Target = "/" + strings.TrimPrefix(rest, "/")
			}
		}
	}
	r.Base = base.Scheme + "://" + base.Host
	if m.Size > snippet.MaxInline {
		return r, nil
	}
	body, err := s.content(ctx, a.BodyKey(inspector.Request))
	if err != nil {
		return nil, err
	}
	defer body.Close()
	r.Body = make([]byte, body.size)
	if _, err := io.ReadFull(io.NewSectionReader(body, 0, body.size), r.Body); err != nil {
		return nil, fmt.Errorf("read the body: %w", err)
	}
	return r, nil
}

// recipe is how the request is signed when the program runs; nil if it cannot be
// written, and why says so.
func (s *Server) recipe(ctx context.Context, c *fiber.Ctx, row *inspector.Row, a *inspector.Attempt, r *snippet.Request, say *client.Signing) *signer.Recipe {
	say.Scheme = c.Query("scheme", row.Scheme)
	m := signer.Message{URL: r.Base + inspector.ParseHead(r.Head).Target(), Context: map[string]string{}}
	set := ""
	if row.Dir == inspector.In && s.opt.Inboxes != nil {
		if in, err := s.opt.Inboxes.Get(row.Inbox); err == nil {
			set, m.Context = in.Scheme, in.Context
		}
	} else if s.opt.Endpoints != nil {
		if ep, err := s.opt.Endpoints.Get(row.Endpoint); err == nil {
			set, m.Context = ep.Scheme, ep.Context
		}
	}
	if say.Scheme == "" {
		say.Scheme = set
	}
	if say.Scheme == "" || say.Scheme == proxy.SchemeNone {
		say.Scheme, say.Why = "", "no scheme is known for this delivery"
		return nil
	}
	scheme, _, err := s.scheme(say.Scheme)
	if err != nil {
		say.Why = "there is no such scheme"
		return nil
	}
	head := inspector.ParseHead(r.Head)
	m.Method, m.Body = head.Method(), r.Body
	for _, f := range head.Fields {
		m.Header = append(m.Header, signer.Field{Name: f.Name, Value: f.Value})
	}
	switch {
	case r.Target != "":
		m.URL = r.Base + r.Target
	case slices.Contains(scheme.Needs(), "url") && s.opt.Checker != nil:
		if check, err := s.opt.Checker.Diagnose(ctx, *row, proxy.CheckInput{Scheme: scheme.ID, Attempt: a.K, Secrets: []string{}}); err == nil && check.URL != "" {
			m.URL = check.URL // the address that the receiver has
		}
	}
	to := m.URL
	if c.Query("secrets") != "1" {
		to = portable.Hide(slices.Concat(a.Secrets, s.secretNames(row.Endpoint, row.Scheme)), s.rules()).Address(to)
	}
	say.Command = fmt.Sprintf("boathook replay %d --to %s --sign now --scheme %s --secret-env %s", row.N, snippet.Shell(to), snippet.Shell(scheme.ID), snippet.SecretVariable)
	recipe, err := scheme.Recipe(m, fmt.Sprintf("msg_%s", row.ID))
	if err != nil {
		say.Why = err.Error()
		return nil
	}
	say.Able = true
	return recipe
}
