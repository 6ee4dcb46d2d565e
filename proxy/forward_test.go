package proxy

import (
	"fmt"
	"net"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/boathook/boathook/inspector"
)

func TestForwardSendsWhatWasReceived(t *testing.T) {
	t.Parallel()
	chunked := "5;ext=1\r\nhello\r\n06\r\n world\r\n0\r\nX-Sum: 1\r\n\r\n"
	for _, tt := range []struct {
		name    string
		request string
		change  func(*Target)
		want    string // with APP for the app's address
		dropped []string
	}{
		{
			"order, case, repeats and spacing",
			"POST /in/x/a%2Fb//c?q=%zz&q HTTP/1.1\r\nhost: sender\r\nX-b:  two \r\nx-B: one\r\nX-EMPTY:\r\ncontent-LENGTH: 3\r\n\r\na\x00\xff",
			nil,
			"POST /base/a%2Fb//c?q=%zz&q HTTP/1.1\r\nhost: APP\r\nX-b:  two \r\nx-B: one\r\nX-EMPTY:\r\ncontent-LENGTH: 3\r\nBoathook-Hops: 1\r\n\r\na\x00\xff",
			nil,
		},
		{
			"chunks, extensions and trailers",
			"POST /in/x HTTP/1.1\r\nHost: s\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n" + chunked,
			nil,
			"POST /base HTTP/1.1\r\nHost: APP\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\nBoathook-Hops: 1\r\n\r\n" + chunked,
			nil,
		},
		{
			"Host kept, path fixed",
			"POST /in/x/more?a=1 HTTP/1.1\r\nHost: Sender:80\r\nContent-Length: 0\r\n\r\n",
			func(t *Target) { t.Host, t.Path = "keep", "fixed" },
			"POST /base?a=1 HTTP/1.1\r\nHost: Sender:80\r\nContent-Length: 0\r\nBoathook-Hops: 1\r\n\r\n",
			nil,
		},
		{
			"hop-by-hop headers are left out and listed",
			"POST /in/x HTTP/1.1\r\nHost: s\r\nConnection: keep-alive, X-Mine, Content-Length\r\nKeep-Alive: 5\r\nX-Mine: 1\r\nTE: trailers\r\n" +
				"Proxy-Connection: keep-alive\r\nProxy-Authorization: Basic eA==\r\nUpgrade: h2c\r\nX-Yours: 1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nhi",
			nil,
			"POST /base HTTP/1.1\r\nHost: APP\r\nX-Yours: 1\r\nContent-Length: 2\r\nBoathook-Hops: 1\r\n\r\nhi",
			[]string{
				"Connection: hop-by-hop", "Keep-Alive: hop-by-hop", "X-Mine: named in Connection", "TE: hop-by-hop",
				"Proxy-Connection: hop-by-hop", "Proxy-Authorization: hop-by-hop, meant for a proxy", "Upgrade: hop-by-hop",
				"Expect: the body is already here",
			},
		},
		{
			"hops are counted in place",
			"PURGE /in/x HTTP/1.1\r\nHost: s\r\nboathook-hops: 3\r\nX-A: 1\r\nBoathook-Hops: 2\r\n\r\n",
			nil,
			"PURGE /base HTTP/1.1\r\nHost: APP\r\nboathook-hops: 4\r\nX-A: 1\r\n\r\n",
			[]string{"Boathook-Hops: counted once"},
		},
		{
			"HTTP/1.0 and an absolute target",
			"GET http://elsewhere/in/x/y HTTP/1.0\r\nX-A: 1\r\n\r\n",
			nil,
			"GET /base/y HTTP/1.1\r\nX-A: 1\r\nHost: APP\r\nBoathook-Hops: 1\r\n\r\n",
			nil,
		},
		{
			"GET with a body",
			"GET /in/x HTTP/1.1\r\nHost: s\r\nContent-Length: 4\r\n\r\nbody",
			nil,
			"GET /base HTTP/1.1\r\nHost: APP\r\nContent-Length: 4\r\nBoathook-Hops: 1\r\n\r\nbody",
			nil,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			target := newApp(t, always(ok200))
			s := newStand(t, Options{})
			var change []func(*Target)
			if tt.change != nil {
				change = append(change, tt.change)
			}
			s.forward("x", "http://"+target.addr+"/base", change...)
			if a := s.raw(tt.request); a.err != nil || a.status != 200 && a.status != 100 {
				t.Fatalf("answer: %d %q, %v", a.status, a.body, a.err)
			}
			eventually(t, "a request at the app", func() bool { return len(target.requests()) == 1 })
			want := strings.ReplaceAll(tt.want, "APP", target.addr)
			if diff := cmp.Diff(want, target.requests()[0]); diff != "" {
				t.Errorf("at the app (-want +got):\n%s", diff)
			}
			row, attempts := s.recorded("x", 1, 2)
			if got := s.wire(attempts[1], inspector.Request); got != want {
				t.Errorf("recorded %q\nsent %q", got, want)
			}
			if diff := cmp.Diff(tt.dropped, attempts[1].Dropped); diff != "" {
				t.Errorf("dropped (-want +got):\n%s", diff)
			}
			if !attempts[1].Answered || attempts[0].Answered || row.Status != 200 || row.Tries != 1 || row.Flags&inspector.FlagForwarded == 0 {
				t.Errorf("row %+v, attempts %+v", row, attempts)
			}
		})
	}
}

// wire puts one side of an attempt together again from the store.
func (s *stand) wire(a inspector.Attempt, part inspector.Part) string {
	s.t.Helper()
	key := a.BodyKey(part)
	m := a.Request
	if part == inspector.Response {
		m = a.Response
	}
	return s.rig.message(key, m)
}

func TestForwardAnswerComesBackAsItWas(t *testing.T) {
	t.Parallel()
	big := strings.Repeat("0123456789abcdef", 64<<10) // 1 MiB
	for _, tt := range []struct {
		name    string
		method  string
		answer  string
		body    string
		fields  string // what must stand in the head that the sender gets
		absent  string // what must not
		dropped []string
	}{
		{"order, case and repeats", "POST", "HTTP/1.1 201 Made it\r\nx-B: 1\r\nSet-Cookie: a\r\nX-b: 2\r\nset-cookie: b\r\nContent-Length: 2\r\n\r\nok", "ok",
			"HTTP/1.1 201 Made it\r\nx-B: 1\r\nSet-Cookie: a\r\nX-b: 2\r\nset-cookie: b\r\nContent-Length: 2\r\n\r\n", "", nil},
		{"hop-by-hop", "POST", "HTTP/1.1 200 OK\r\nConnection: close, X-Mine\r\nX-Mine: 1\r\nKeep-Alive: timeout=1\r\nUpgrade: h2\r\nX-Yours: 1\r\nContent-Length: 2\r\n\r\nok", "ok",
			"X-Yours: 1\r\n", "X-Mine", []string{
				"Connection: hop-by-hop, of the answer", "X-Mine: named in Connection, of the answer",
				"Keep-Alive: hop-by-hop, of the answer", "Upgrade: hop-by-hop, of the answer",
			}},
		{"chunked", "POST", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x\r\nabc\r\n2\r\nde\r\n0\r\n\r\n", "abcde", "200 OK", "", nil},
		{"trailers", "POST", "HTTP/1.1 200 OK\r\nTrailer: X-Sum\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX-Sum: 1\r\nx-other: 2\r\n\r\n", "abc+X-Sum: 1+x-other: 2", "Trailer: X-Sum\r\n", "", nil},
		{"trailers of nothing", "POST", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX-Sum: 1\r\n\r\n", "+X-Sum: 1", "200 OK", "", nil},
		{"until the end", "POST", "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nall of it", "all of it", "200 OK", "", []string{"Connection: hop-by-hop, of the answer"}},
		{"HTTP/1.0", "POST", "HTTP/1.0 200 OK\r\n\r\nold", "old", "HTTP/1.1 200 OK", "", nil},
		{"HEAD", "HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n", "", "Content-Length: 100\r\n", "", nil},
		{"204", "POST", "HTTP/1.1 204 No Content\r\nX-A: 1\r\n\r\n", "", "204 No Content\r\nX-A: 1\r\n", "Content-Length", nil},
		{"304", "GET", "HTTP/1.1 304 Not Modified\r\nETag: \"x\"\r\nContent-Length: 7\r\n\r\n", "", "ETag: \"x\"\r\nContent-Length: 7\r\n", "", nil},
		{"redirect is not followed", "POST", "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n", "", "Location: http://127.0.0.1:1/\r\n", "", nil},
		{"gzip is not touched", "POST", "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\n\x1f\x8b\x08\x00", "\x1f\x8b\x08\x00", "Content-Encoding: gzip\r\n", "", nil},
		{"interim answers", "POST", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", "ok", "200 OK", "", nil},
		{"1 MiB", "POST", fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", len(big), big), big, "Content-Length: 1048576\r\n", "", nil},
		{"1 MiB chunked", "POST", fmt.Sprintf("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n", len(big), big), big, "200 OK", "", nil},
		{"256 KiB", "POST", fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", 256<<10, big[:256<<10]), big[:256<<10], "200 OK", "", nil},
		{"256 KiB and a byte", "POST", fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", 256<<10+1, big[:256<<10+1]), big[:256<<10+1], "200 OK", "", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			closing := strings.Contains(tt.answer, "Connection: close") || strings.HasPrefix(tt.answer, "HTTP/1.0")
			addr := listen(t, func(c net.Conn) {
				buf := make([]byte, 4096)
				for {
					if _, err := c.Read(buf); err != nil {
						return
					}
					if _, err := c.Write([]byte(tt.answer)); err != nil || closing {
						return
					}
				}
			})
			s := newStand(t, Options{})
			s.forward("x", "http://"+addr)
			a := s.raw(tt.method + " /in/x HTTP/1.1\r\nHost: s\r\n\r\n")
			body := a.body
			for _, f := range a.trailers {
				body += "+" + f.Name + ": " + f.Value
			}
			if a.err != nil || body != tt.body {
				t.Fatalf("status %d, %d bytes of body, %v", a.status, len(a.body), a.err)
			}
			if !strings.Contains(string(a.raw), tt.fields) {
				t.Errorf("head %q\nlacks %q", a.raw, tt.fields)
			}
			if tt.absent != "" && strings.Contains(string(a.raw), tt.absent) {
				t.Errorf("head %q\nhas %q", a.raw, tt.absent)
			}
			_, attempts := s.recorded("x", 1, 2)
			got := string(attempts[1].Response.Interim) + s.wire(attempts[1], inspector.Response)
			if got != tt.answer {
				t.Errorf("recorded %.200q\nthe app sent %.200q", got, tt.answer)
			}
			if diff := cmp.Diff(tt.dropped, attempts[1].Dropped); diff != "" {
				t.Errorf("dropped (-want +got):\n%s", diff)
			}
			if f := attempts[1].Failure; f.Class != "" || attempts[1].Response.Cut {
				t.Errorf("failure %+v, cut %v", f, attempts[1].Response.Cut)
			}
		})
	}
}

func TestForwardLargeRequestIsStreamed(t *testing.T) {
	t.Parallel()
	target := newApp(t, always(ok200))
	s := newStand(t, Options{})
	s.forward("x", "http://"+target.addr)
	body := strings.Repeat("large body ", 200_000) // 2.2 MB: over ChunkBytes
	if a := s.raw(fmt.Sprintf("POST /in/x HTTP/1.1\r\nHost: s\r\nContent-Length: %d\r\n\r\n%s", len(body), body)); a.status != 200 {
		t.Fatalf("status %d %q %v", a.status, a.body, a.err)
	}
	chunks := fmt.Sprintf("%x;a\r\n%s\r\n%x\r\n%s\r\n0\r\n\r\n", 1_000_000, body[:1_000_000], len(body)-1_000_000, body[1_000_000:])
	if a := s.raw("POST /in/x HTTP/1.1\r\nHost: s\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks); a.status != 200 {
		t.Fatalf("chunked: status %d %q %v", a.status, a.body, a.err)
	}
	_, attempts := s.recorded("x", 2, 2)
	got := target.requests()
	if !strings.HasSuffix(got[0], "\r\n\r\n"+body) || !strings.HasSuffix(got[1], "\r\n\r\n"+chunks) {
		t.Error("the app received other bytes")
	}
	if s.wire(attempts[1], inspector.Request) != got[1] {
		t.Error("other bytes are recorded than were sent")
	}
}

func TestForwardSeveralTargets(t *testing.T) {
	t.Parallel()
	first := newApp(t, always(ok200))
	second := newApp(t, always("HTTP/1.1 418 Teapot\r\nContent-Length: 3\r\n\r\ntea"))
	release := make(chan struct{})
	slow := newApp(t, func([]byte) string { <-release; return ok200 })
	s := newStand(t, Options{})
	s.inbox(Inbox{Name: "x", AnswerFrom: "b", Forward: []Target{
		{Name: "a", URL: "http://" + first.addr + "/a"},
		{Name: "b", URL: "http://" + second.addr + "/b"},
		{Name: "dead", URL: "http://" + closedPort(t)},
		{Name: "slow", URL: "http://" + slow.addr},
	}})
	if a := s.post("/in/x"); a.status != 418 || a.body != "tea" {
		t.Fatalf("answer %d %q, want that of b", a.status, a.body)
	}
	close(release)
	row, attempts := s.recorded("x", 1, 5)
	var got []string
	for _, a := range attempts[1:] {
		status := inspector.ParseHead(a.Response.Head).Status()
		got = append(got, fmt.Sprintf("%d %d%s answered=%v", a.K, status, a.Failure.Class, a.Answered))
	}
	want := []string{"1 200 answered=false", "2 418 answered=true", "3 0refused answered=false", "4 200 answered=false"}
	if !slices.Equal(got, want) {
		t.Errorf("attempts %q\nwant %q", got, want)
	}
	if row.Status != 418 {
		t.Errorf("row has status %d", row.Status)
	}
	eventually(t, "4 tries", func() bool { row, _ := s.recorded("x", 1, 5); return row.Tries == 4 })
	for _, a := range []*app{first, second, slow} {
		if n := len(a.requests()); n != 1 {
			t.Errorf("an app received %d requests", n)
		}
	}
}

func TestForwardWhileTheProgramAnswers(t *testing.T) {
	t.Parallel()
	target := newApp(t, always("HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n"))
	s := newStand(t, Options{})
	s.inbox(Inbox{Name: "x", AnswerFrom: "inbox", Forward: []Target{{URL: "http://" + target.addr}}, Answer: Answer{Status: 202, Body: "later"}})
	if a := s.post("/in/x"); a.status != 202 || a.body != "later" {
		t.Fatalf("answer %d %q", a.status, a.body)
	}
	row, attempts := s.recorded("x", 1, 2)
	if row.Status != 202 || attempts[1].Answered || !attempts[0].Answered {
		t.Errorf("row %+v\nattempts %+v", row, attempts)
	}
	if got := target.requests()[0]; !strings.HasSuffix(got, "\r\n\r\nhi") {
		t.Errorf("the app received %q", got)
	}
}

func TestForwardOutlivesTheSender(t *testing.T) {
	t.Parallel()
	arrived, release := make(chan struct{}), make(chan struct{})
	target := newApp(t, func([]byte) string { close(arrived); <-release; return ok200 })
	s := newStand(t, Options{})
	s.forward("x", "http://"+target.addr)
	c := s.rig.dial()
	c.send("POST /in/x HTTP/1.1\r\nHost: s\r\nContent-Length: 2\r\n\r\nhi")
	<-arrived
	c.Close()
	close(release)
	_, attempts := s.recorded("x", 1, 2)
	if got := s.wire(attempts[1], inspector.Response); got != ok200 {
		t.Errorf("recorded %q of %+v", got, attempts[1].Failure)
	}
}
