package web

import (
	"context"
	"encoding/json"
	"errors"
	"net"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/web/client"
)

const (
	problemPrefix  = "urn:boathook:problem:"
	typeProblem    = "application/problem+json"
	loginHint      = "run `boathook open` to log this browser in, or send the header Authorization: Bearer TOKEN"
	hintAllowHosts = "use localhost or 127.0.0.1, or start boathook with --allow-host NAME"
)

// problem makes an error answer. name is the last part of its type.
func problem(status int, name, title, detail string) *client.Problem {
	return &client.Problem{Type: problemPrefix + name, Title: title, Status: status, Detail: detail}
}

func withHint(p *client.Problem, hint string) *client.Problem {
	p.Hint = hint
	return p
}

func badParameter(name, detail string) *client.Problem {
	p := problem(400, "parameter", "a parameter is not valid", detail)
	p.Field = name
	return p
}

func notFound(detail string) *client.Problem {
	return problem(404, "not-found", "not found", detail)
}

// problemOf is the one place that turns errors into answers. Texts of errors
// that are not meant for the other side stay here.
func problemOf(err error) *client.Problem {
	var p *client.Problem
	var q *inspector.QueryError
	var f *fiber.Error
	switch {
	case errors.As(err, &p):
		return p
	case errors.As(err, &q):
		return queryProblem(q)
	case errors.Is(err, inspector.ErrNotFound):
		return notFound("there is no such delivery; it may have been deleted or pruned")
	case errors.Is(err, inspector.ErrBadCursor):
		return badParameter("before", "not a place in this list")
	case errors.Is(err, inspector.ErrCursorExpired):
		return problem(410, "cursor", "cursor expired", "changes after this cursor are no longer kept; load the list anew")
	case errors.Is(err, inspector.ErrNoSpace):
		return problem(507, "no-space", "disk is full", "not enough free disk space to write")
	case errors.Is(err, inspector.ErrAway):
		return problem(503, "store", "store does not accept writes", inspector.ErrAway.Error())
	case errors.Is(err, inspector.ErrBroken):
		return problem(503, "store", "store does not accept writes", inspector.ErrBroken.Error())
	case errors.Is(err, inspector.ErrBusy), errors.Is(err, inspector.ErrSlow):
		return problem(503, "busy", "store is busy", "try again in a moment")
	case errors.Is(err, errLeft):
		return problem(400, "left", "connection was closed", "the connection was closed before the answer was there; keep it open until then")
	case errors.Is(err, inspector.ErrClosed), errors.Is(err, context.Canceled):
		return problem(503, "stopping", "boathook is stopping", "the server is about to stop")
	case errors.Is(err, context.DeadlineExceeded):
		return problem(504, "timeout", "took too long", "the store did not answer in time")
	case errors.As(err, &f):
		return statusProblem(f.Code)
	}
	return problem(500, "internal", "internal error", "boathook could not do this; its log says why")
}

// statusProblem has a fixed text for what the HTTP layer refuses.
func statusProblem(status int) *client.Problem {
	switch status {
	case 404:
		return notFound("there is nothing at this address")
	case 405:
		return problem(405, "method", "method not allowed", "this address does not know the method; see the header Allow")
	case 408:
		return problem(408, "timeout", "request took too long", "the request did not arrive in time")
	case 413:
		return problem(413, "too-large", "request body is too large", "the body may have at most 1 MiB, that of an event, a check or a provider 24 MiB, and that of an import 64 MiB")
	case 431:
		return problem(431, "header-too-large", "request header is too large", "the header may have at most 32 KiB")
	case 500:
		return problem(500, "internal", "internal error", "boathook could not do this; its log says why")
	}
	return problem(400, "request", "bad request", "the request is not valid HTTP for this server")
}

func queryProblem(q *inspector.QueryError) *client.Problem {
	p := problem(400, "filter", "filter is not valid", q.Text)
	pos, end := q.Pos, q.End
	p.Pos, p.End, p.Suggestion, p.Field = &pos, &end, q.Suggestion, "q"
	return p
}

// keptHeaders are what an error answer may need of what its handler set.
var keptHeaders = [...]string{"Allow", "Content-Range", "Upgrade"}

// refuse writes a problem as the answer and nothing else: what a handler has
// prepared is dropped, the security headers stay.
func refuse(ctx *fasthttp.RequestCtx, p *client.Problem) {
	var kept [len(keptHeaders)]string
	for i, name := range keptHeaders {
		kept[i] = string(ctx.Response.Header.Peek(name))
	}
	ctx.Response.Reset()
	secureHeaders(ctx)
	body, err := json.Marshal(p)
	if err != nil {
		ctx.SetStatusCode(500)
		return
	}
	for i, name := range keptHeaders {
		if kept[i] != "" {
			ctx.Response.Header.Set(name, kept[i])
		}
	}
	if p.Status == 401 {
		ctx.Response.Header.Set("WWW-Authenticate", `Bearer realm="boathook"`)
	}
	if p.Status == 429 || p.Status == 503 {
		ctx.Response.Header.Set("Retry-After", "1")
	}
	ctx.Response.Header.Set("Cache-Control", "no-store")
	ctx.SetContentType(typeProblem)
	ctx.SetStatusCode(p.Status)
	ctx.SetBody(body)
}

// handlerError answers what a handler returned.
func (s *Server) handlerError(c *fiber.Ctx, err error) error {
	var unrouted *fiber.Error
	if errors.As(err, &unrouted) && unrouted.Code == 404 && s.stray(c.Context()) {
		return s.sendStray(c)
	}
	p := problemOf(err)
	if p.Status == 500 {
		s.log("cannot answer %s %s: %v", c.Method(), c.Route().Path, err)
	}
	refuse(c.Context(), p)
	return nil
}

// transportError answers what could not be read as a request. The error text
// may quote the request and is not shown.
func transportError(ctx *fasthttp.RequestCtx, err error) {
	status := 400
	var small *fasthttp.ErrSmallBuffer
	var network net.Error
	switch {
	case errors.As(err, &small):
		status = 431
	case errors.Is(err, fasthttp.ErrBodyTooLarge):
		status = 413
	case errors.As(err, &network) && network.Timeout():
		status = 408
	}
	if conn, ok := ctx.Conn().(*lingerConn); ok {
		conn.unread.Store(true)
	}
	refuse(ctx, statusProblem(status))
}
