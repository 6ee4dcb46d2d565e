package web

import (
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"
)

// route is one address of the server. GET answers HEAD too, unless noHead.
type route struct {
	method string
	path   string // parameters as {name}, as in openapi.json
	handle fiber.Handler
	noHead bool
	socket bool // takes the connection over: nobody else may look at it
}

// shell are the addresses of the page. All of them get the same file; the page
// itself looks at the address.
var shell = []string{
	"/", "/live", "/d/{id}", "/d/{id}/{tab}", "/send", "/endpoints", "/inboxes", "/inboxes/{name}",
	"/recordings", "/recordings/{name}", "/activity", "/compare", "/runs", "/runs/{id}", "/settings", "/settings/{section}", "/settings/{section}/{item}",
	"/send/{provider}/{event}", "/endpoints/{name}", "/endpoints/{name}/{tab}", "/inboxes/{name}/{part}",
}

// Pages are the addresses of the page, parameters as {name}.
func Pages() []string { return slices.Clone(shell) }

func (s *Server) table() []route {
	const api = "/api/v1"
	const part = api + "/deliveries/{id}/attempts/{k}"
	rs := []route{
		{method: "GET", path: "/healthz", handle: s.getHealth},
		{method: "GET", path: "/login", handle: s.getLogin, noHead: true},
		{method: "GET", path: "/static/*", handle: s.getAsset},

		{method: "GET", path: api + "/status", handle: s.getStatus},
		{method: "GET", path: api + "/deliveries", handle: s.listDeliveries},
		{method: "DELETE", path: api + "/deliveries", handle: s.deleteMatching},
		{method: "GET", path: api + "/deliveries/{id}", handle: s.getDelivery},
		{method: "DELETE", path: api + "/deliveries/{id}", handle: s.deleteDelivery},
		{method: "GET", path: part + "/request.raw", handle: s.getRequestRaw},
		{method: "GET", path: part + "/response.raw", handle: s.getResponseRaw},
		{method: "GET", path: part + "/request/body", handle: s.getRequestBody},
		{method: "GET", path: part + "/response/body", handle: s.getResponseBody},
		{method: "GET", path: part + "/request/preview", handle: s.getRequestPreview},
		{method: "GET", path: part + "/response/preview", handle: s.getResponsePreview},
		{method: "GET", path: api + "/activity", handle: s.getActivity},
		{method: "POST", path: api + "/deliveries/marks", handle: s.postMarks},
		{method: "GET", path: api + "/filters", handle: s.listFilters},
		{method: "GET", path: api + "/filters/{name}", handle: s.getFilter},
		{method: "PUT", path: api + "/filters/{name}", handle: s.putFilter},
		{method: "DELETE", path: api + "/filters/{name}", handle: s.deleteFilter},
		{method: "GET", path: api + "/recordings", handle: s.listRecordings},
		{method: "POST", path: api + "/recordings", handle: s.createRecording},
		{method: "GET", path: api + "/recordings/{name}", handle: s.getRecording},
		{method: "PUT", path: api + "/recordings/{name}", handle: s.putRecording},
		{method: "DELETE", path: api + "/recordings/{name}", handle: s.deleteRecording},
		{method: "GET", path: api + "/recordings/{name}/results", handle: s.getResults},
		{method: "POST", path: api + "/samples", handle: s.postSamples},
		{method: "DELETE", path: api + "/samples", handle: s.deleteSamples},
		{method: "POST", path: api + "/trash", handle: s.postTrash},
		{method: "DELETE", path: api + "/trash", handle: s.deleteTrash},
		{method: "POST", path: api + "/trash/restore", handle: s.postRestore},
		{method: "GET", path: api + "/compare", handle: s.getCompare},
		{method: "GET", path: api + "/columns", handle: s.listColumns},
		{method: "GET", path: api + "/order", handle: s.listOrder},
		{method: "GET", path: api + "/count", handle: s.countDeliveries},
		{method: "GET", path: api + "/query", handle: s.checkQuery},
		{method: "GET", path: api + "/query/complete", handle: s.completeQuery},
		{method: "GET", path: api + "/inboxes", handle: s.listInboxes},
		{method: "POST", path: api + "/inboxes", handle: s.createInbox},
		{method: "GET", path: api + "/inboxes/{name}", handle: s.getInbox},
		{method: "PUT", path: api + "/inboxes/{name}", handle: s.putInbox},
		{method: "DELETE", path: api + "/inboxes/{name}", handle: s.deleteInbox},
		{method: "PUT", path: api + "/inboxes/{name}/leases/{id}", handle: s.putLease},
		{method: "DELETE", path: api + "/inboxes/{name}/leases/{id}", handle: s.deleteLease},
		{method: "POST", path: api + "/ping", handle: s.postPing},
		{method: "POST", path: api + "/links", handle: s.postLink},
		{method: "GET", path: api + "/doctor", handle: s.getDoctor},
		{method: "GET", path: api + "/backup", handle: s.getBackup, noHead: true},
		{method: "GET", path: api + "/openapi.json", handle: s.getOpenAPI},
		{method: "GET", path: api + "/feed", handle: s.getFeed, noHead: true, socket: true},
	}
	rs = append(rs, s.signatureRoutes(api)...)
	rs = append(rs, s.sendingRoutes(api)...)
	rs = append(rs, s.catalogRoutes(api)...)
	rs = append(rs, s.runRoutes(api)...)
	for _, path := range shell {
		rs = append(rs, route{method: "GET", path: path, handle: s.getShell})
	}
	return rs
}

// open reports whether an address is answered without a token: the page's own
// files, which hold no data, and what is needed to log in. Everything else, known
// or not, is closed.
func open(path string) bool {
	if path == "/healthz" || path == "/login" || strings.HasPrefix(path, "/static/") {
		return true
	}
	return isShell(path)
}

// isShell reports whether a path is an address of the page.
func isShell(path string) bool {
	for _, pattern := range shell {
		if matches(pattern, path) {
			return true
		}
	}
	return false
}

// methods are those that an address has, none if there is no such address.
func (s *Server) methods(path string) []string {
	var all []string
	for _, r := range s.routes {
		prefix, tree := strings.CutSuffix(r.path, "*")
		if tree && !strings.HasPrefix(path, prefix) || !tree && !matches(r.path, path) {
			continue
		}
		all = append(all, r.method)
		if r.method == "GET" && !r.noHead {
			all = append(all, "HEAD")
		}
	}
	return all
}

// matches compares a path with a pattern part by part.
func matches(pattern, path string) bool {
	for {
		want, restWant, moreWant := strings.Cut(pattern, "/")
		got, rest, more := strings.Cut(path, "/")
		fits := want == got || strings.HasPrefix(want, "{") && got != ""
		if moreWant != more || !fits {
			return false
		}
		if !more {
			return true
		}
		pattern, path = restWant, rest
	}
}

// fiberPath writes a path the way the router wants it.
func fiberPath(path string) string {
	return strings.NewReplacer("{", ":", "}", "").Replace(path)
}
