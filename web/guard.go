package web

import (
	"bytes"
	"slices"
	"strings"

	"github.com/valyala/fasthttp"

	"github.com/boathook/boathook/web/client"
)

// guard stands before the router, so that no route can be forgotten. It looks
// only at what the client sent itself: no forwarding header, no helper of the
// framework, and not where the connection comes from, since a tunnel makes
// every visitor look local.
func (s *Server) guard(next fasthttp.RequestHandler) fasthttp.RequestHandler {
	return func(ctx *fasthttp.RequestCtx) {
		secureHeaders(ctx)
		if p := s.check(ctx); p != nil {
			refuse(ctx, p)
			return
		}
		next(ctx)
	}
}

func (s *Server) check(ctx *fasthttp.RequestCtx) *client.Problem {
	h := &ctx.Request.Header
	host := string(h.Host())
	if p := s.checkHost(host, string(h.RequestURI())); p != nil {
		return p
	}
	if p := s.checkOrigin(host, h.PeekAll("Origin")); p != nil {
		return p
	}
	path := string(ctx.URI().PathOriginal())
	changes := !h.IsGet() && !h.IsHead()
	if changes || strings.HasPrefix(path, apiPrefix) {
		if p := checkFetchSite(h.PeekAll("Sec-Fetch-Site")); p != nil {
			return p
		}
	}
	if !open(path) && !s.stray(ctx) {
		if p := s.authenticate(ctx); p != nil {
			return p
		}
	}
	if !changes {
		return nil
	}
	if p := s.checkMethod(ctx, path); p != nil {
		return p
	}
	return checkContentType(ctx)
}

// checkMethod refuses a method that the address does not have. OPTIONS is one:
// no other origin is told that it may do anything.
func (s *Server) checkMethod(ctx *fasthttp.RequestCtx, path string) *client.Problem {
	allowed := s.methods(path)
	if len(allowed) == 0 {
		return statusProblem(404)
	}
	if !slices.Contains(allowed, string(ctx.Method())) {
		ctx.Response.Header.Set("Allow", strings.Join(allowed, ", "))
		return statusProblem(405)
	}
	return nil
}

// checkHost looks at the raw Host header and at the target as it was sent.
func (s *Server) checkHost(host, target string) *client.Problem {
	if host == "" {
		return problem(400, "host", "host is missing", "the request names no host")
	}
	if !s.hosts.has(host) {
		return withHint(problem(421, "host", "host is not allowed", "this server does not answer under that name"), hintAllowHosts)
	}
	if strings.HasPrefix(target, "/") && !strings.HasPrefix(target, "//") {
		return nil
	}
	rest, ok := strings.CutPrefix(strings.ToLower(target), "http://")
	if !ok {
		return problem(400, "target", "target is not valid", "the request target must begin with a single slash")
	}
	if i := strings.IndexAny(rest, "/?#"); i >= 0 {
		rest = rest[:i]
	}
	if rest != strings.ToLower(host) {
		return problem(421, "host", "host is not allowed", "the request target names another host than the header")
	}
	return nil
}

// checkOrigin lets pass requests without an Origin, which no page of another
// site can make where it matters, and our own page's.
func (s *Server) checkOrigin(host string, origins [][]byte) *client.Problem {
	if len(origins) == 0 {
		return nil
	}
	refused := problem(403, "origin", "origin is not allowed", "only boathook's own page may do this in a browser")
	if len(origins) > 1 {
		return refused
	}
	host = strings.ToLower(host)
	origin := string(origins[0])
	if origin == "http://"+trimDefault(host, ":80") {
		return nil
	}
	if origin == "https://"+trimDefault(host, ":443") && !localName(host) {
		return nil // an added name, behind a proxy that does TLS
	}
	return refused
}

// trimDefault leaves out the port that browsers leave out of an origin.
func trimDefault(host, port string) string { return strings.TrimSuffix(host, port) }

func localName(host string) bool {
	name, _, ok := cutPort(host)
	if !ok {
		name = host
	}
	return name == "localhost" || name == "127.0.0.1" || name == "[::1]"
}

// checkFetchSite refuses what browsers mark as coming from another site, or
// from another port of this one.
func checkFetchSite(values [][]byte) *client.Problem {
	for _, v := range values {
		if site := string(v); site != "same-origin" && site != "none" {
			return problem(403, "origin", "origin is not allowed", "only boathook's own page may do this in a browser")
		}
	}
	return nil
}

// checkContentType demands a type that no form and no simple cross-origin
// request can have. A DELETE needs no body and then no type.
func checkContentType(ctx *fasthttp.RequestCtx) *client.Problem {
	h := &ctx.Request.Header
	values := h.PeekAll("Content-Type")
	if h.IsDelete() && len(values) == 0 && len(ctx.Request.Body()) == 0 {
		return nil
	}
	if len(values) == 1 {
		kind, _, _ := bytes.Cut(values[0], []byte{';'})
		if kind = bytes.TrimSpace(kind); strings.EqualFold(string(kind), "application/json") {
			return nil
		}
		if isImport(h) && strings.EqualFold(string(kind), "application/octet-stream") {
			return nil
		}
	}
	return problem(415, "content-type", "content type is not allowed", "requests that change something need the header Content-Type: application/json")
}
