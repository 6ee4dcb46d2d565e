package proxy

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/boathook/boathook/inspector"
)

func TestAnswerFixed(t *testing.T) {
	t.Parallel()
	s := newStand(t, Options{})
	if a := s.post("/anything/at/all"); a.status != 200 || a.body != `{"ok":true}` || a.head.Fields.Value("Content-Type") != "application/json" {
		t.Errorf("default answer: %s%s", a.raw, a.body)
	}
	s.inbox(Inbox{Name: "x", Answer: Answer{
		Status: 201, Headers: []inspector.Field{{Name: "x-A", Value: "1"}, {Name: "X-a", Value: "2"}}, BodyBase64: "AP8=",
	}})
	a := s.post("/in/x")
	if a.status != 201 || a.body != "\x00\xff" || !strings.Contains(string(a.raw), "\r\nx-A: 1\r\nX-a: 2\r\n") {
		t.Errorf("answer: %s%q", a.raw, a.body)
	}
	if a := s.post("/in/nobody"); a.status != 200 {
		t.Errorf("stray request: %d", a.status)
	}
	_, attempts := s.recorded(DefaultInbox, 2, 1)
	if !slices.ContainsFunc(attempts[0].Notes, func(n string) bool { return strings.Contains(n, "/in/nobody") }) {
		t.Errorf("notes of the stray request %q", attempts[0].Notes)
	}
}

func TestAnswerDelay(t *testing.T) {
	t.Parallel()
	s := newStand(t, Options{})
	s.inbox(Inbox{Name: "x", Answer: Answer{DelayMS: 80}})
	start := time.Now()
	if a := s.post("/in/x"); a.status != 200 || time.Since(start) < 80*time.Millisecond {
		t.Errorf("status %d after %s", a.status, time.Since(start))
	}
}

func TestAnswerSequence(t *testing.T) {
	t.Parallel()
	s := newStand(t, Options{})
	in := Inbox{Name: "x", Answer: Answer{Sequence: []string{"503", "close", "429", "200"}}}
	in = s.inbox(in)
	statuses := func(n int) (got []int) {
		for range n {
			got = append(got, s.post("/in/x").status)
		}
		return got
	}
	if got, want := statuses(6), []int{503, 0, 429, 200, 200, 200}; !slices.Equal(got, want) {
		t.Errorf("answers %v, want %v", got, want)
	}
	s.inbox(Inbox{Name: "y"})
	if got := statuses(1); got[0] != 200 {
		t.Errorf("a change of another inbox began the sequence anew: %v", got)
	}
	s.inbox(in)
	if got := statuses(1); got[0] != 503 {
		t.Errorf("after the inbox was saved: %v, want 503", got)
	}
}

// Each step is taken by exactly one of many requests at once.
func TestAnswerSequenceInParallel(t *testing.T) {
	t.Parallel()
	s := newStand(t, Options{})
	var steps []string
	for i := range 200 {
		steps = append(steps, fmt.Sprint(300+i))
	}
	s.inbox(Inbox{Name: "x", Answer: Answer{Sequence: steps}})
	var mu sync.Mutex
	seen := map[int]int{}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 25 {
				status := s.post("/in/x").status
				mu.Lock()
				seen[status]++
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	if len(seen) != 200 {
		t.Errorf("%d different steps of 200 were taken", len(seen))
	}
}

func TestAnswerFaults(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		fault string
		check func(t *testing.T, err error)
	}{
		{"close", func(t *testing.T, err error) {
			if !errors.Is(err, io.EOF) {
				t.Errorf("the sender saw %v, want the end", err)
			}
		}},
		{"reset", func(t *testing.T, err error) {
			if !errors.Is(err, syscall.ECONNRESET) {
				t.Errorf("the sender saw %v, want a reset", err)
			}
		}},
		{"timeout", func(t *testing.T, err error) {
			if !isTimeout(err) {
				t.Errorf("the sender saw %v, want nothing", err)
			}
		}},
	} {
		t.Run(tt.fault, func(t *testing.T) {
			t.Parallel()
			s := newStand(t, Options{Limits: Limits{Grace: 100 * time.Millisecond}})
			s.inbox(Inbox{Name: "x", Answer: Answer{Fault: tt.fault}})
			c := s.rig.dial()
			c.send("POST /in/x HTTP/1.1\r\nHost: s\r\nContent-Length: 2\r\n\r\nhi")
			if tt.fault == "timeout" {
				_ = c.SetReadDeadline(time.Now().Add(150 * time.Millisecond))
			}
			_, err := c.r.ReadByte()
			tt.check(t, err)
			row, _ := s.recorded("x", 1, 1)
			if row.Failure != inspector.FailAborted || row.Status != 0 {
				t.Errorf("row has status %d, failure %q", row.Status, row.Failure)
			}
		})
	}
}

func TestAnswerRandomErrors(t *testing.T) {
	t.Parallel()
	run := func(seed int64) (got string) {
		p, err := compile(Inbox{Name: "x", Answer: Answer{Status: 200, ErrorRate: 0.3, ErrorStatus: 503, Seed: seed}}, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		for range 1000 {
			got += fmt.Sprint(p.maybeFail(&p.fixed).status, " ")
		}
		return got
	}
	first := run(1)
	if run(1) != first {
		t.Error("the same seed gives another run")
	}
	if run(2) == first {
		t.Error("another seed gives the same run")
	}
	if n := strings.Count(first, "503"); n < 250 || n > 350 {
		t.Errorf("%d errors of 1,000 at a rate of 0.3", n)
	}
}

func TestAnswerTemplate(t *testing.T) {
	t.Parallel()
	s := newStand(t, Options{})
	all := "{{method}}|{{path}}|{{query.a}}|{{query.none}}|{{header.x-NAME}}|{{body}}|{{body.a.b}}|{{body.list.1.c}}|{{body.a}}|{{body.none.x}}|{{n}}|{ {{ method }}"
	s.inbox(Inbox{Name: "x", Answer: Answer{
		Template: true, Body: all,
		Headers: []inspector.Field{{Name: "X-Echo", Value: "<{{query.a}}>"}, {Name: "X-Id", Value: "{{id}}"}},
	}})
	body := `{"a":{"b":"q\"é"},"list":[1,{"c":1e999}]}`
	a := s.raw(fmt.Sprintf("PUT /in/x/%%2e?z=1&a=b%%0d%%0aInjected:+1 HTTP/1.1\r\nHost: s\r\nX-Name: v\r\nContent-Length: %d\r\n\r\n%s", len(body), body))
	row, _ := s.recorded("x", 1, 1)
	want := strings.Join([]string{
		"PUT", "/in/x/%2e", "b\r\nInjected: 1", "", "v", body, `q"é`, "1e999", `{"b":"q\"é"}`, "", fmt.Sprint(row.N), "{ PUT",
	}, "|")
	if a.body != want {
		t.Errorf("body %q\nwant %q", a.body, want)
	}
	if got := a.head.Fields.Value("X-Echo"); got != "<b  Injected: 1>" {
		t.Errorf("X-Echo is %q", got)
	}
	if _, injected := a.head.Fields.Lookup("Injected"); injected || a.head.Fields.Value("X-Id") != row.ID.String() {
		t.Errorf("head %q", a.raw)
	}
}

func TestAnswerTemplateIsBounded(t *testing.T) {
	t.Parallel()
	s := newStand(t, Options{})
	s.inbox(Inbox{Name: "x", Answer: Answer{Template: true, Body: strings.Repeat("{{body}}", 100)}})
	body := strings.Repeat("x", 200<<10)
	a := s.raw(fmt.Sprintf("POST /in/x HTTP/1.1\r\nHost: s\r\nContent-Length: %d\r\n\r\n%s", len(body), body))
	if len(a.body) != maxEchoBytes {
		t.Errorf("%d bytes, want %d", len(a.body), maxEchoBytes)
	}
	// One that is read from the store.
	s.inbox(Inbox{Name: "y", Answer: Answer{Template: true, Body: "{{body.end}}"}})
	body = `{"pad":"` + strings.Repeat("x", 400<<10) + `","end":"here"}`
	a = s.raw(fmt.Sprintf("POST /in/y HTTP/1.1\r\nHost: s\r\nContent-Length: %d\r\n\r\n%s", len(body), body))
	if a.body != "here" {
		t.Errorf("answer %.100q", a.body)
	}
}

func TestAnswerRules(t *testing.T) {
	t.Parallel()
	s := newStand(t, Options{})
	s.inbox(Inbox{Name: "x", Answer: Answer{
		Status: 200, Body: "base", Headers: []inspector.Field{{Name: "X-Base", Value: "1"}}, Sequence: []string{"202"},
		Rules: []Rule{
			{When: "method:DELETE", Status: 405},
			{When: "body:needle", Status: 422, Body: "found {{body.k}}", Template: true},
			{When: "method:GET", Fault: "close"},
			{When: "method:DELETE", Status: 500},
		},
	}})
	for _, tt := range []struct {
		request string
		status  int
		body    string
	}{
		{"DELETE /in/x HTTP/1.1\r\nHost: s\r\n\r\n", 405, "base"},
		{"POST /in/x HTTP/1.1\r\nHost: s\r\nContent-Length: 14\r\n\r\n{\"k\":\"needle\"}", 422, "found needle"},
		{"GET /in/x HTTP/1.1\r\nHost: s\r\n\r\n", 0, ""},
		{"POST /in/x HTTP/1.1\r\nHost: s\r\nContent-Length: 2\r\n\r\nhi", 202, "base"},
	} {
		if a := s.raw(tt.request); a.status != tt.status || a.body != tt.body {
			t.Errorf("%.12q: %d %q, want %d %q", tt.request, a.status, a.body, tt.status, tt.body)
		}
	}
	if a := s.raw("DELETE /in/x HTTP/1.1\r\nHost: s\r\n\r\n"); a.head.Fields.Value("X-Base") != "1" {
		t.Errorf("the rule did not take the headers of the answer: %q", a.raw)
	}
}

// The answer to a plain inbox costs one commit; what waits must not be instant.
func TestAnswerInstant(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		in   Inbox
		want bool
	}{
		"fixed":          {Inbox{}, true},
		"template":       {Inbox{Answer: Answer{Template: true, Body: "{{id}}"}}, true},
		"running number": {Inbox{Answer: Answer{Template: true, Body: "{{n}}"}}, false},
		"delay":          {Inbox{Answer: Answer{DelayMS: 1}}, false},
		"rule's delay":   {Inbox{Answer: Answer{Rules: []Rule{{When: "method:GET", DelayMS: 1}}}}, false},
		"forward":        {Inbox{Forward: []Target{{URL: "http://a"}}, AnswerFrom: "inbox"}, false},
	} {
		p, err := compile(tt.in.normal(), time.Now())
		if err != nil {
			t.Fatal(err)
		}
		if p.instant != tt.want {
			t.Errorf("%s: instant %v, want %v", name, p.instant, tt.want)
		}
	}
}
