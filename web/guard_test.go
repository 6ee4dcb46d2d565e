package web

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"
)

// canary is captured text that no refused request may ever see.
const canary = "canary-7f3a"

// attack is a request that must be refused, as what it changes of a good one.
type attack struct {
	name   string
	host   []string // Host header lines; nil: the right one
	target string   // "" or a format for the path
	header []string // further header lines
	noAuth bool     // leave the token out
	auth   string   // instead of the right Authorization
	kind   string   // content type of changing requests
	data   string   // body
	only   func(r route) bool
}

// request writes the attack on a route as bytes.
func (a attack) request(addr, method, path string) string {
	target := path
	if a.target != "" {
		target = fmt.Sprintf(a.target, path)
	}
	host := a.host
	if host == nil {
		host = []string{"Host: " + addr}
	}
	lines := append([]string{method + " " + target + " HTTP/1.1"}, host...)
	lines = append(lines, a.header...)
	switch {
	case a.auth != "":
		lines = append(lines, "Authorization: "+a.auth)
	case !a.noAuth:
		lines = append(lines, "Authorization: Bearer "+token)
	}
	if strings.HasSuffix(path, "/feed") {
		lines = append(lines, "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==")
	} else {
		lines = append(lines, "Connection: close")
	}
	data := a.data
	if method != "GET" && method != "HEAD" {
		kind := a.kind
		if kind == "" {
			kind = "application/json"
		}
		if data == "" {
			data = `{"name":"evil","inbox":"demo"}`
		}
		lines = append(lines, "Content-Type: "+kind, fmt.Sprintf("Content-Length: %d", len(data)))
	} else {
		data = ""
	}
	return strings.Join(lines, "\r\n") + "\r\n\r\n" + data
}

// attacks are the rows of the threat list that concern every address: a foreign
// page, a rebound name, another port of this machine, no token.
func attacks(addr string) []attack {
	_, port, err := net.SplitHostPort(addr)
	if err != nil {
		panic(err)
	}
	closed := func(r route) bool { return !open(example(r.path, "1")) }
	changing := func(r route) bool { return r.method != "GET" }
	api := func(r route) bool { return strings.HasPrefix(r.path, apiPrefix) }
	origin := func(v string) []string { return []string{"Origin: " + v} }
	return []attack{
		{name: "foreign host", host: []string{"Host: evil.example"}},
		{name: "foreign host with our port", host: []string{"Host: evil.example:" + port}},
		{name: "host with a trailing dot", host: []string{"Host: localhost.:" + port}},
		{name: "host with userinfo", host: []string{"Host: localhost@evil.example"}},
		{name: "userinfo before our host", host: []string{"Host: evil@localhost:" + port}},
		{name: "host that begins like ours", host: []string{"Host: localhost.evil.example:" + port}},
		{name: "all addresses", host: []string{"Host: 0.0.0.0:" + port}},
		{name: "another loopback address", host: []string{"Host: 127.0.0.2:" + port}},
		{name: "decimal address", host: []string{"Host: 2130706433:" + port}},
		{name: "port that is none", host: []string{"Host: localhost:x"}},
		{name: "empty port", host: []string{"Host: localhost:"}},
		{name: "empty host", host: []string{"Host:"}},
		{name: "no host", host: []string{}},
		{name: "two hosts", host: []string{"Host: " + addr, "Host: evil.example"}},
		{name: "two hosts the other way", host: []string{"Host: evil.example", "Host: " + addr}},
		{name: "absolute target with a foreign authority", target: "http://evil.example%s"},
		{name: "absolute target with userinfo", target: "http://x@" + addr + "%s"},
		{name: "absolute target with another scheme", target: "https://" + addr + "%s"},
		{name: "absolute target behind a foreign host", host: []string{"Host: evil.example"}, target: "http://" + addr + "%s"},
		{name: "target with two slashes", target: "//" + addr + "%s"},
		{name: "forwarded host", host: []string{"Host: evil.example"}, header: []string{"X-Forwarded-Host: localhost:" + port}},
		{name: "other forwarding headers", host: []string{"Host: evil.example"}, header: []string{
			"X-Forwarded-For: 127.0.0.1", "X-Real-IP: 127.0.0.1", "X-Forwarded-Proto: http", "X-Host: localhost",
			"X-Original-Host: localhost", "X-Forwarded-Server: localhost", "Forwarded: for=127.0.0.1;host=localhost", "X-HTTP-Host-Override: localhost",
		}},

		{name: "foreign origin", header: origin("http://evil.example")},
		{name: "null origin", header: origin("null")},
		{name: "origin with another address", header: origin("http://127.0.0.2:" + port)},
		{name: "origin with an address where the host is a name", host: []string{"Host: localhost:" + port}, header: origin("http://127.0.0.1:" + port)},
		{name: "origin on another port", header: origin("http://127.0.0.1:1")},
		{name: "origin without the port", header: origin("http://127.0.0.1")},
		{name: "origin with another scheme", header: origin("https://" + addr)},
		{name: "origin that begins like ours", header: origin("http://" + addr + ".evil.example")},
		{name: "empty origin", header: origin("")},
		{name: "two origins", header: append(origin("http://"+addr), origin("http://evil.example")...)},
		{name: "cross-site fetch", header: []string{"Sec-Fetch-Site: cross-site"}, only: api},
		{name: "fetch from another port", header: []string{"Sec-Fetch-Site: same-site"}, only: api},

		{name: "no token", noAuth: true, only: closed},
		{name: "wrong token", auth: "Bearer " + strings.Repeat("x", len(token)), only: closed},
		{name: "part of the token", auth: "Bearer " + token[:len(token)-1], only: closed},
		{name: "token and more", auth: "Bearer " + token + "x", only: closed},
		{name: "another scheme", auth: "Basic " + token, only: closed},
		{name: "only the token", auth: token, only: closed},
		{name: "empty token", auth: "Bearer ", only: closed},
		{name: "token of 1 MiB", auth: "Bearer " + strings.Repeat("x", 1<<20), only: closed},
		{name: "two tokens", auth: "Bearer " + token, header: []string{"Authorization: Bearer " + token}, only: closed},
		{name: "token in the query", noAuth: true, target: "%s?token=" + token + "&access_token=" + token, only: closed},
		{name: "wrong session", noAuth: true, header: []string{"Cookie: " + newSessions(token).cookie + "=" + strings.Repeat("A", 75)}, only: closed},
		{name: "token as session", noAuth: true, header: []string{"Cookie: " + newSessions(token).cookie + "=" + token}, only: closed},
		{name: "local forwarding headers", noAuth: true, header: []string{"X-Forwarded-For: 127.0.0.1", "X-Real-IP: ::1"}, only: closed},

		{name: "text", kind: "text/plain", only: changing},
		{name: "form", kind: "application/x-www-form-urlencoded", data: "name=evil", only: changing},
		{name: "multipart", kind: "multipart/form-data; boundary=x", data: "--x--", only: changing},
		{name: "JSON by another name", kind: "text/json", only: changing},
		{name: "JSON and text", kind: "application/json, text/plain", only: changing},
	}
}

// example fills in the parameters of a route.
func example(path, id string) string {
	return strings.NewReplacer("{id}", id, "{tab}", "raw", "{name}", "demo", "{provider}", "webconnex", "{event}", "registration", "{k}", "0", "*", "index.html").Replace(path)
}

// TestEveryRouteRefusesEveryAttack walks over what is registered, so a new route
// is covered by being there.
func TestEveryRouteRefusesEveryAttack(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	row := r.capture(capture{head: "POST /" + canary + " HTTP/1.1\r\nHost: a\r\n\r\n", body: canary, response: "HTTP/1.1 200 OK\r\n\r\n" + canary})
	_, port, err := net.SplitHostPort(r.addr)
	if err != nil {
		t.Fatal(err)
	}
	before := r.opt.Inboxes.List()
	tried := 0
	for _, a := range attacks(r.addr) {
		for _, route := range r.routes {
			if a.only != nil && !a.only(route) {
				continue
			}
			path := example(route.path, row.ID.String())
			if strings.HasSuffix(path, "/login") && !strings.Contains(a.target, "?") {
				path += "?key=" + r.links.issue(r.now())
			}
			resp, body := r.send(a.request(r.addr, route.method, path))
			tried++
			label := a.name + ": " + route.method + " " + route.path
			if resp == nil {
				t.Errorf("%s: no answer", label)
				continue
			}
			if resp.StatusCode < 400 || resp.StatusCode > 499 {
				t.Errorf("%s = %d, want 4xx", label, resp.StatusCode)
			}
			refused(t, label, resp, body)
		}
		// The limit on wrong tokens would hide what else refuses them.
		r.clock.advance(time.Minute)
	}
	if tried < 500 {
		t.Errorf("only %d requests were tried", tried)
	}
	// Nothing has happened: the delivery is there, no inbox was made or lost, no
	// ping was sent, no session was given out.
	if n := r.count(); n != 1 {
		t.Errorf("%d deliveries, want 1", n)
	}
	if after := r.opt.Inboxes.List(); !reflect.DeepEqual(after, before) {
		t.Errorf("inboxes = %+v", after)
	}
	// The same requests without an attack are answered, or the walk proves nothing.
	for _, host := range []string{r.addr, "localhost:" + port, "LocalHost:" + port, "localhost", "[::1]:" + port, "127.0.0.1"} {
		good := attack{host: []string{"Host: " + host}, header: []string{"Origin: http://" + strings.ToLower(host), "Sec-Fetch-Site: same-origin"}}
		for _, target := range []string{"", "http://" + host + "%s"} {
			good.target = target
			if resp, body := r.send(good.request(r.addr, "GET", "/api/v1/status")); resp == nil || resp.StatusCode != 200 {
				t.Errorf("good request to %s, target %q = %v %s", host, target, resp, body)
			}
		}
	}
}

// refused checks that a refusal gives nothing away and lets nobody in.
func refused(t *testing.T, label string, resp *http.Response, body string) {
	t.Helper()
	var b strings.Builder
	resp.Header.Write(&b) //nolint:errcheck // memory
	all := b.String() + body
	for name := range resp.Header {
		if strings.HasPrefix(name, "Access-Control-") || name == "Set-Cookie" {
			t.Errorf("%s: has header %s", label, name)
		}
	}
	for _, secret := range []string{canary, token, "<!doctype", "deliveries\"", "evil"} {
		if strings.Contains(strings.ToLower(all), secret) {
			t.Errorf("%s: the refusal holds %q: %.300s", label, secret, all)
		}
	}
	if !strings.Contains(resp.Header.Get("Content-Security-Policy"), "default-src 'none'") || resp.Header.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("%s: security headers are missing: %v", label, resp.Header)
	}
}

// send sends bytes and reads the answer. An endless answer is read in part.
func (r *rig) send(request string) (*http.Response, string) {
	r.t.Helper()
	conn, err := net.Dial("tcp", r.addr)
	if err != nil {
		r.t.Fatal(err)
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(30 * time.Second)) //nolint:errcheck // the reads will tell
	// No more is sent than the server is ready to read before it answers: it
	// would close the connection and the answer be lost.
	sent := make(chan struct{})
	go func() {
		defer close(sent)
		io.WriteString(conn, request[:min(len(request), 100<<10)]) //nolint:errcheck // the server may close first
	}()
	resp, err := http.ReadResponse(bufio.NewReader(conn), &http.Request{Method: strings.Fields(request)[0]})
	if err != nil {
		return nil, ""
	}
	defer resp.Body.Close()
	body, _ := io.ReadAll(io.LimitReader(resp.Body, 1<<20)) //nolint:errcheck // what came is looked at
	conn.Close()                                            // ends the sender
	<-sent
	return resp, string(body)
}

func TestEveryAnswerHasTheSecurityHeaders(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	row := r.capture(capture{response: "HTTP/1.1 200 OK\r\n\r\nok"})
	for _, route := range r.routes {
		if route.method != "GET" || strings.HasSuffix(route.path, "/feed") {
			continue
		}
		a := r.do("GET", example(route.path, row.ID.String()), "")
		for name, want := range map[string]string{
			"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "X-Frame-Options": "DENY",
			"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin",
		} {
			if got := a.Header.Get(name); got != want {
				t.Errorf("%s: %s = %q, want %q", route.path, name, got, want)
			}
		}
		csp := a.Header.Get("Content-Security-Policy")
		if csp != policy && csp != policyBytes {
			t.Errorf("%s: policy = %q", route.path, csp)
		}
		if a.Header.Get("Server") != "" {
			t.Errorf("%s: names its server", route.path)
		}
		if strings.HasPrefix(route.path, apiPrefix) && a.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: may be cached", route.path)
		}
	}
}

// TestReadingChangesNothing asks every address with GET and HEAD.
func TestReadingChangesNothing(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	row := r.capture(capture{})
	before, err := r.store.FeedEnd(t.Context(), "default")
	if err != nil {
		t.Fatal(err)
	}
	for _, route := range r.routes {
		if strings.HasSuffix(route.path, "/feed") {
			continue
		}
		for _, method := range []string{"GET", "HEAD"} {
			r.do(method, example(route.path, row.ID.String()), "")
		}
	}
	after, err := r.store.FeedEnd(t.Context(), "default")
	if err != nil {
		t.Fatal(err)
	}
	if before != after {
		t.Errorf("the feed moved from %s to %s", before, after)
	}
}

func TestPagesNeedNoTokenAndHoldNoData(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	row := r.capture(capture{head: "POST /" + canary + " HTTP/1.1\r\nHost: a\r\n\r\n", body: canary})
	first := ""
	for _, pattern := range shell {
		a := r.do("GET", example(pattern, row.ID.String()), "", "Authorization: -")
		if a.StatusCode != 200 || strings.Contains(string(a.body), canary) || strings.Contains(string(a.body), token) {
			t.Errorf("%s = %d", pattern, a.StatusCode)
		}
		if first == "" {
			first = string(a.body)
		}
		if string(a.body) != first {
			t.Errorf("%s differs from the other pages", pattern)
		}
	}
}

func TestOtherMachinesNeedAToken(t *testing.T) {
	t.Parallel()
	ln, err := net.Listen("tcp", "0.0.0.0:0")
	if err != nil {
		t.Fatal(err)
	}
	s := New(Options{})
	err = s.Serve(t.Context(), ln)
	if err == nil || !strings.Contains(err.Error(), "a token is needed") {
		t.Errorf("Serve = %v", err)
	}
	if _, err := ln.Accept(); err == nil {
		t.Error("the listener is still open")
	}
}

func TestWithoutATokenOnlyHostAndOriginAreAsked(t *testing.T) {
	t.Parallel()
	r := newRig(t, func(o *Options) { o.Token = "" })
	if a := r.do("GET", "/api/v1/status", "", "Authorization: -"); a.StatusCode != 200 {
		t.Errorf("status = %d", a.StatusCode)
	}
	if a := r.do("GET", "/api/v1/status", "", "Authorization: -", "Host: evil.example"); a.StatusCode != 421 {
		t.Errorf("foreign host = %d", a.StatusCode)
	}
	if link := r.LoginLink(); link != "http://"+r.addr+"/" {
		t.Errorf("link = %s", link)
	}
}

func TestAddedNames(t *testing.T) {
	t.Parallel()
	r := newRig(t, func(o *Options) { o.Allow = []string{"hook.example", "fixed.example:8443", "::2"} })
	for _, tt := range []struct {
		host, origin string
		status       int
	}{
		{"hook.example", "", 200},
		{"hook.example:99", "", 200},
		{"hook.example", "https://hook.example", 200},
		{"hook.example:99", "https://hook.example:99", 200},
		{"hook.example", "http://hook.example", 200},
		{"hook.example", "https://evil.example", 403},
		{"fixed.example:8443", "", 200},
		{"fixed.example", "", 421},
		{"fixed.example:8444", "", 421},
		{"[::2]:80", "", 200},
		{"::2", "", 400},
		{"sub.hook.example", "", 421},
	} {
		header := []string{"Host: " + tt.host}
		if tt.origin != "" {
			header = append(header, "Origin: "+tt.origin)
		}
		if a := r.do("GET", "/api/v1/status", "", header...); a.StatusCode != tt.status {
			t.Errorf("%s from %q = %d, want %d", tt.host, tt.origin, a.StatusCode, tt.status)
		}
	}
}

// TestTokenStaysIn looks for the token in all that the server says and logs.
func TestTokenStaysIn(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	row := r.capture(capture{response: "HTTP/1.1 200 OK\r\n\r\nok"})
	for _, route := range r.routes {
		if strings.HasSuffix(route.path, "/feed") {
			continue
		}
		body := ""
		if route.method == "POST" || route.method == "PUT" {
			body = `{"inbox":"demo","name":"demo","rev":99}`
		}
		a := r.do(route.method, example(route.path, row.ID.String()), body)
		if strings.Contains(string(a.body), token) || strings.Contains(fmt.Sprint(a.Header), token) {
			t.Errorf("%s %s shows the token", route.method, route.path)
		}
	}
	for _, request := range []string{
		"GET /" + token + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + token + "\r\n\r\n",
		"GET / HTTP/1.1\r\nHost: localhost\r\nAuthorization Bearer " + token + "\r\n\r\n",
		token + "\r\n\r\n",
		"GET /api/v1/deliveries?before=" + token + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + token + "\r\n\r\n",
		"GET / HTTP/1.1\r\nHost: localhost\r\nCookie: " + strings.Repeat(token, 1000) + "\r\n\r\n",
	} {
		if got := r.raw(request); strings.Contains(got, token) {
			t.Errorf("%.60q shows the token: %.300s", request, got)
		}
	}
	if strings.Contains(r.logs.String(), token) {
		t.Error("the log holds the token")
	}
}

// Whoever may ask at all is told that an address lacks a method before a type is
// asked for, and nobody else is told anything.
func TestMethodsBeforeTypes(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	for _, tt := range []struct {
		name, method, path string
		header             []string
		status             int
		allow              string
	}{
		{"no such method", "POST", "/api/v1/status", nil, 405, "GET, HEAD"},
		{"no such method of a parameter", "PUT", "/api/v1/deliveries/7", nil, 405, "GET, HEAD, DELETE"},
		{"asset", "POST", "/static/app.js", nil, 405, "GET, HEAD"},
		{"unknown method", "PATCH", "/api/v1/inboxes/demo", nil, 405, "GET, HEAD, PUT, DELETE"},
		{"no such address", "POST", "/api/v1/nothing", nil, 404, ""},
		{"type of a method that is there", "POST", "/api/v1/inboxes", nil, 415, ""},
		{"host first", "POST", "/api/v1/status", []string{"Host: evil.example"}, 421, ""},
		{"origin first", "POST", "/api/v1/status", []string{"Origin: http://evil.example"}, 403, ""},
		{"site first", "POST", "/live", []string{"Sec-Fetch-Site: cross-site"}, 403, ""},
		{"token first", "POST", "/api/v1/status", []string{"Authorization: Bearer no"}, 401, ""},
		{"token before the address", "POST", "/api/v1/nothing", []string{"Authorization: Bearer no"}, 401, ""},
	} {
		a := r.do(tt.method, tt.path, "a=b", append([]string{"Content-Type: application/x-www-form-urlencoded"}, tt.header...)...)
		if got := a.Header.Get("Allow"); a.StatusCode != tt.status || tt.allow != "" && !sameList(got, tt.allow) || tt.allow == "" && got != "" {
			t.Errorf("%s: %d with Allow %q, want %d with %q", tt.name, a.StatusCode, got, tt.status, tt.allow)
		}
	}
}
