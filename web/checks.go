package web

import (
	"context"
	"encoding/base64"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/proxy"
	"github.com/boathook/boathook/web/client"
)

// Checker is what the API needs to check signatures; [proxy.Checker] has it.
type Checker interface {
	Diagnose(ctx context.Context, row inspector.Row, in proxy.CheckInput) (proxy.Check, error)
	Verify(ctx context.Context, raw []byte, in proxy.CheckInput) (proxy.Check, error)
	Recheck(ctx context.Context, q *inspector.Query, progress func(done, total int)) (proxy.RecheckResult, error)
	CheckImported(ctx context.Context, ids []inspector.ID) error
}

// recheckTime bounds a recheck; what was done until then is answered.
const recheckTime = 20 * time.Second

func (s *Server) checker() (Checker, error) {
	if s.opt.Checker == nil {
		return nil, absent("checker")
	}
	return s.opt.Checker, nil
}

func checkProblem(err error) error { return configProblem("check", err) }

// getSignature answers how the signature of a delivery was checked, and why it
// fails.
func (s *Server) getSignature(c *fiber.Ctx) error { return s.diagnose(c, proxy.CheckInput{}) }

// postSignature checks with a scheme, secrets, or an address other than those that
// are set. Nothing is stored.
func (s *Server) postSignature(c *fiber.Ctx) error {
	var in client.CheckInput
	if err := readJSON(c, &in); err != nil {
		return err
	}
	if in.Attempt < 0 {
		return badJSON("attempt", "attempt must be the number of an attempt, from 0")
	}
	input, err := checkInput(in)
	if err != nil {
		return err
	}
	return s.diagnose(c, input)
}

func (s *Server) diagnose(c *fiber.Ctx, in proxy.CheckInput) error {
	checker, err := s.checker()
	if err != nil {
		return err
	}
	row, err := s.row(c)
	if err != nil {
		return err
	}
	ctx, cancel := s.reading(c)
	defer cancel()
	check, err := checker.Diagnose(ctx, row, in)
	if errors.Is(err, inspector.ErrNotFound) {
		return notFound("there is no such attempt")
	}
	if err != nil {
		return checkProblem(err)
	}
	if err := s.hideSigned(ctx, &check, row.ID, in.Attempt); err != nil {
		return err
	}
	return sendJSON(c, 200, check)
}

// hideSigned names what is hidden in the bytes that are signed.
func (s *Server) hideSigned(ctx context.Context, check *proxy.Check, id inspector.ID, attempt int) error {
	if check.Signed == nil {
		return nil
	}
	attempts, err := s.opt.Store.Attempts(ctx, s.ws, id)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(attempts, func(a inspector.Attempt) bool { return a.K == attempt })
	if i < 0 {
		return nil
	}
	head := inspector.ParseHead(attempts[i].Request.Head)
	signed, err := base64.StdEncoding.DecodeString(check.Signed.Base64)
	if err != nil {
		return err
	}
	names := s.signedParameters(string(signed), head.Target(), attempts[i].Secrets)
	h := s.rules().Bodies()
	if h == nil {
		check.Signed.Hidden = names
		return nil
	}
	body, err := s.content(ctx, attempts[i].BodyKey(inspector.Request))
	if err != nil {
		return err
	}
	defer body.Close()
	_, within, err := h.Hide(&head, body, min(body.size, maxCompared))
	check.Signed.Hidden = inspector.FewNames(append(names, within...))
	return err
}

// signedParameters names the parameters of an address whose values are hidden and
// stand in what is signed. secrets are as in [inspector.Attempt.Secrets].
func (s *Server) signedParameters(signed, target string, secrets []string) []string {
	var list []string
	_, query, _ := strings.Cut(target, "?")
	for part := range strings.SplitSeq(query, "&") {
		name, value, _ := strings.Cut(part, "=")
		if value != "" && (s.rules().Parameter(name) || names(secrets, "?"+name)) && strings.Contains(signed, value) {
			list = append(list, "?"+name)
		}
	}
	return list
}

// postVerify checks a request that was not captured.
func (s *Server) postVerify(c *fiber.Ctx) error {
	checker, err := s.checker()
	if err != nil {
		return err
	}
	var in client.VerifyInput
	if err := readJSON(c, &in); err != nil {
		return err
	}
	raw := []byte(in.Request)
	switch {
	case in.Request == "" && in.RequestBase64 == "":
		return badJSON("request", "request is needed: a raw HTTP request, or request_base64")
	case in.Request != "" && in.RequestBase64 != "":
		return badJSON("request_base64", "give request or request_base64, not both")
	case in.RequestBase64 != "":
		if raw, err = base64.StdEncoding.DecodeString(in.RequestBase64); err != nil {
			return badJSON("request_base64", "request_base64 is not base64; use the standard alphabet with padding")
		}
	}
	input, err := checkInput(in.CheckInput)
	if err != nil {
		return err
	}
	if input.Secrets == nil {
		input.Secrets = []string{} // none are set for it
	}
	ctx, cancel := s.reading(c)
	defer cancel()
	check, err := checker.Verify(ctx, raw, input)
	if err != nil {
		return checkProblem(err)
	}
	return sendJSON(c, 200, check)
}

func checkInput(in client.CheckInput) (proxy.CheckInput, error) {
	now, err := moment("now", in.Now, time.Time{})
	return proxy.CheckInput{
		Scheme: in.Scheme, Secrets: in.Secrets, URL: in.URL, Context: in.Context, Now: now, Got: strings.TrimSpace(in.Got), Attempt: in.Attempt,
	}, err
}

// postRecheck checks the deliveries of a filter once more, as their inboxes are set
// now.
func (s *Server) postRecheck(c *fiber.Ctx) error {
	checker, err := s.checker()
	if err != nil {
		return err
	}
	var in struct {
		Query string `json:"q"`
	}
	if err := readJSON(c, &in); err != nil {
		return err
	}
	q, err := s.selection(in.Query)
	if err != nil {
		return err
	}
	if !s.rechecking.TryLock() {
		return problem(503, "busy", "a recheck is under way", "one recheck runs at a time; try again when it is over")
	}
	defer s.rechecking.Unlock()
	ctx, cancel := context.WithTimeout(c.UserContext(), recheckTime)
	defer cancel()
	res, err := checker.Recheck(ctx, q, nil)
	late := errors.Is(err, context.DeadlineExceeded)
	if err != nil && !late {
		return err
	}
	return sendJSON(c, 200, client.Rechecked{RecheckResult: res, Complete: !late})
}

// selection reads a filter that says which deliveries something is done to. "*" is
// all; an empty one is refused, since it is rather forgotten than meant.
func (s *Server) selection(text string) (*inspector.Query, error) {
	if len(text) > maxQuery {
		return nil, badParameter("q", "the filter is too long")
	}
	switch strings.TrimSpace(text) {
	case "*":
		return nil, nil
	case "":
		return nil, withHint(badJSON("q", "q is needed: the filter of the deliveries that are meant"), `"*" means all`)
	}
	return inspector.ParseQuery(text, s.now())
}

// getSignatureCode answers a handler that verifies the scheme of a delivery.
func (s *Server) getSignatureCode(c *fiber.Ctx) error {
	row, err := s.row(c)
	if err != nil {
		return err
	}
	id := c.Query("scheme", row.Scheme)
	if id == "" && s.opt.Inboxes != nil {
		if in, err := s.opt.Inboxes.Get(row.Inbox); err == nil {
			id = in.Scheme
		}
	}
	if id == "" || id == proxy.SchemeNone {
		return withHint(badParameter("scheme", "no scheme is known for this delivery"), "name one with scheme=ID; GET /api/v1/schemes lists them")
	}
	scheme, _, err := s.scheme(id)
	if err != nil {
		return badParameter("scheme", "there is no such scheme")
	}
	return sendCode(c, scheme)
}
