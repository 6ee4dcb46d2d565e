package main

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// canary counts the connections that reach it.
func canary(t *testing.T) (port int, reached *atomic.Int64) {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	reached = &atomic.Int64{}
	srv := &http.Server{
		ReadHeaderTimeout: time.Minute, Handler: http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}),
		ConnState: func(_ net.Conn, s http.ConnState) {
			if s == http.StateNew {
				reached.Add(1)
			}
		},
	}
	go func() { _ = srv.Serve(ln) }()
	t.Cleanup(func() { srv.Close() })
	return ln.Addr().(*net.TCPAddr).Port, reached
}

// A server with --guard connects to no internal address, in whatever form it is
// named and whatever leads there: an endpoint, a mail server, a replay, the app of an
// inbox. It says so, and --guard-allow makes an exception.
func TestGuard(t *testing.T) {
	t.Parallel()
	port, reached := canary(t)
	s := startServer(t, t.TempDir(), "--guard")
	must := func(method, path, body string, want int) []byte {
		t.Helper()
		status, raw := s.api(method, path, []byte(body))
		if status != want {
			t.Fatalf("%s %s %s: %d %s", method, path, body, status, raw)
		}
		return raw
	}
	must("PUT", "/settings", `{"rev":0,"sending":true,"allow":["*"],"cap":0}`, 200)
	hosts := []string{
		"127.0.0.1", "localhost", "LOCALHOST", "localhost.", "127.1.2.3", "[::1]", "[::]", "0.0.0.0", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]",
		"10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "198.18.0.1", "224.0.0.1", "255.255.255.255", "[fe80::1]", "[fc00::1]",
		"[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[::ffff:169.254.169.254]", "[fd00:ec2::254]",
	}
	refused := 0
	for i, host := range hosts {
		target := fmt.Sprintf("http://%s:%d/", host, port)
		name := fmt.Sprintf("e%d", i)
		endpoint := fmt.Sprintf(`{"name":%q,"url":%q,"events":[],"retry":{"preset":"none"}}`, name, target)
		if status, raw := s.api("POST", "/endpoints", []byte(endpoint)); status != 201 {
			if status != 400 {
				t.Errorf("%s: %d %s", host, status, raw)
			}
			refused++
			continue
		}
		must("POST", "/events", fmt.Sprintf(`{"type":"sitestacker/person_create","to":[%q]}`, name), 202)
	}
	must("POST", "/endpoints", fmt.Sprintf(`{"name":"mail","kind":"email","events":[],"email":{"to":["a@example.org"],"smtp":{"host":"127.0.0.1","port":%d,"tls":"none"}}}`, port), 201)
	must("POST", "/events", `{"type":"sitestacker/person_create","to":["mail"]}`, 202)
	must("POST", "/inboxes", fmt.Sprintf(`{"name":"app","forward":[{"url":"http://127.0.0.1:%d/"}]}`, port), 201)
	if res, err := http.Post(s.Capture+"/in/app", "application/json", strings.NewReader("{}")); err != nil {
		t.Fatal(err)
	} else {
		res.Body.Close()
	}
	must("POST", "/runs", fmt.Sprintf(`{"kind":"replay","source":{"q":"inbox:app"},"to":{"url":"http://127.0.0.1:%d/"}}`, port), 202)
	sent := len(hosts) - refused + 1 + 1 // the endpoints, the mail, the replay
	var rows []sentTo
	for end := time.Now().Add(time.Minute); ; {
		rows = s.outcomes("dir:out")
		over := 0
		for _, r := range rows {
			if r.Failure != "" || r.Status != 0 {
				over++
			}
		}
		if over == sent {
			break
		}
		if time.Now().After(end) {
			t.Fatalf("%d of %d are over: %+v", over, sent, rows)
		}
		time.Sleep(20 * time.Millisecond) // each look costs the server
	}
	for _, r := range append(rows, s.outcomes("inbox:app")...) {
		if r.Failure != "blocked" && r.Status != 502 {
			t.Errorf("%+v", r)
		}
		if raw := string(must("GET", "/deliveries/"+r.ID, "", 200)); !strings.Contains(raw, "is an internal address, which this server does not connect to") {
			t.Errorf("%s does not say why: %s", r.Endpoint, raw)
		}
	}
	if n := reached.Load(); n != 0 {
		t.Errorf("%d connections came through", n)
	}
	// Our own capture port may be sent to: it is what an inbox is for.
	must("POST", "/events", `{"type":"sitestacker/person_create","to":["inbox:demo"]}`, 202)
	for end := time.Now().Add(time.Minute); len(s.outcomes("inbox:demo")) == 0; {
		if time.Now().After(end) {
			t.Fatal("an event to an inbox of ours did not arrive")
		}
	}
	if err := s.stop(); err != nil {
		t.Fatal(err)
	}

	// An exception is made by who starts the server, and by nobody else.
	s = startServer(t, t.TempDir(), "--guard", "--guard-allow", "127.0.0.1")
	must("POST", "/events", fmt.Sprintf(`{"type":"sitestacker/person_create","to":["http://127.0.0.1:%d/"]}`, port), 202)
	must("POST", "/events", fmt.Sprintf(`{"type":"sitestacker/person_create","to":["http://127.0.0.2:%d/"]}`, port), 202)
	for end := time.Now().Add(time.Minute); reached.Load() != 1 || len(s.outcomes("dir:out%20status:blocked")) != 1; {
		if time.Now().After(end) {
			t.Fatalf("%d connections, %+v", reached.Load(), s.outcomes("dir:out"))
		}
	}
}

// sentTo is what became of a delivery.
type sentTo struct {
	ID, Endpoint, Failure string
	Status                int
}

func (s *server) outcomes(q string) []sentTo {
	s.t.Helper()
	_, raw := s.api("GET", "/deliveries?limit=200&q="+q, nil)
	var page struct{ Rows []sentTo }
	if err := json.Unmarshal(raw, &page); err != nil {
		s.t.Fatalf("%v: %s", err, raw)
	}
	return page.Rows
}
