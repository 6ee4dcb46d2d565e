package web

import (
	"runtime/debug"

	"github.com/valyala/fasthttp"
)

// recovered turns a panic of a handler into an answer: the server below does
// not recover, and one request must not end the process.
func recovered(s *Server, next fasthttp.RequestHandler) fasthttp.RequestHandler {
	return func(ctx *fasthttp.RequestCtx) {
		defer func() {
			if r := recover(); r != nil {
				s.log("panic in a handler: %v\n%s", r, debug.Stack())
				refuse(ctx, statusProblem(500))
			}
		}()
		next(ctx)
	}
}

// mayContinue decides, before the body is sent, whether a client that asks may
// send it.
func (s *Server) mayContinue(h *fasthttp.RequestHeader) bool {
	limit := max(bodyLimit, s.bodyLimits(h).MaxRequestBodySize)
	return h.ContentLength() <= limit && s.hosts.has(string(h.Host()))
}
