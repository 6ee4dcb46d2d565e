package web

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/proxy"
	"github.com/boathook/boathook/web/client"
)

// app is a receiver of events on loopback.
type app struct {
	*httptest.Server
	mu     sync.Mutex
	status int
	bodies []string
	heads  []http.Header
}

func newApp(t *testing.T) *app {
	t.Helper()
	a := &app{status: 200}
	a.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		body, err := io.ReadAll(req.Body)
		if err != nil {
			t.Errorf("read an event: %v", err)
		}
		a.mu.Lock()
		defer a.mu.Unlock()
		a.bodies, a.heads = append(a.bodies, string(body)), append(a.heads, req.Header.Clone())
		w.WriteHeader(a.status)
	}))
	t.Cleanup(a.Close)
	return a
}

func (a *app) answer(status int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.status = status
}

func (a *app) got() ([]string, []http.Header) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.bodies, a.heads
}

// settled waits until the deliveries of a filter have an outcome that fits.
func (r *rig) settled(query string, fits func(rows []inspector.Row) bool) []inspector.Row {
	r.t.Helper()
	end := time.Now().Add(time.Minute)
	for {
		wake := r.store.Wake()
		var page client.Page
		r.get("/api/v1/deliveries?q="+query, &page)
		if fits(page.Rows) {
			return page.Rows
		}
		if time.Now().After(end) {
			r.t.Fatalf("%s = %+v", query, page.Rows)
		}
		select {
		case <-wake:
		case <-time.After(time.Second):
		}
	}
}

func answered(n, status int) func([]inspector.Row) bool {
	return func(rows []inspector.Row) bool {
		for i := range rows {
			if rows[i].Status != status {
				return false
			}
		}
		return len(rows) == n
	}
}

func TestEventsReachWhoSubscribes(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	a := newApp(t)
	for _, body := range []string{
		`{"name":"crm","url":"` + a.URL + `/hooks","events":["webconnex/*"]}`,
		`{"name":"other","url":"` + a.URL + `/other","events":["stockcrowd/*"]}`,
	} {
		r.post("/api/v1/endpoints", json.RawMessage(body), 201, &proxy.Endpoint{})
	}
	var sent client.Sent
	r.post("/api/v1/events", client.EventInput{Type: "webconnex/registration", Set: []string{"data.total=125.5"}, RequestID: "req-1", Channels: []string{"client_1"}}, 202, &sent)
	if len(sent.Deliveries) != 1 || sent.Total != 1 || sent.EventID == "" || sent.Deliveries[0].Endpoint != "crm" || sent.Deliveries[0].N == 0 {
		t.Fatalf("= %+v", sent)
	}
	rows := r.settled("dir:out", answered(1, 200))
	if rows[0].Verdict != "" && rows[0].EventID == "" || rows[0].Channel != "client_1" || strings.Join(rows[0].Tags, " ") == "" {
		t.Errorf("row = %+v", rows[0])
	}
	bodies, heads := a.got()
	if len(bodies) != 1 || !strings.Contains(bodies[0], "125.5") || heads[0].Get("X-Webconnex-Event") != "registration" || heads[0].Get("X-Webconnex-Signature") == "" {
		t.Errorf("the app got %q with %v", bodies, heads)
	}
	// One that nobody subscribes to is kept.
	r.post("/api/v1/events", client.EventInput{Type: "sitestacker/ping"}, 202, &sent)
	if len(sent.Deliveries) != 1 || sent.Deliveries[0].Endpoint != "" {
		t.Errorf("unsubscribed = %+v", sent)
	}
	var d client.Delivery
	r.get("/api/v1/deliveries/"+rows[0].ID.String(), &d)
	if d.Next != nil || len(d.Attempts) != 1 || d.Attempts[0].Kind != "send" {
		t.Errorf("delivery = %+v", d)
	}
}

func TestEventsFromBodiesAndDeliveries(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	a := newApp(t)
	row := r.capture(capture{})
	for _, tt := range []struct {
		name string
		in   client.EventInput
		body string
	}{
		{"a template", client.EventInput{Type: "acme/made", Body: `{"seq":{{seq}}}`, Set: []string{"x=1"}}, `{"seq":0,"x":1}`},
		{"bytes as they are", client.EventInput{Type: "acme/made", BodyBase64: "e3tzZXF9fQ=="}, "{{seq}}"},
		{"a recorded body", client.EventInput{Type: "acme/made", From: row.ID.String()}, `{"hello":"x"}`},
		{"a recorded body with a place set", client.EventInput{Type: "acme/made", From: fmt.Sprint(row.N), Set: []string{"hello=y"}}, `{"hello":"y"}`},
	} {
		tt.in.To = []string{a.URL + "/x"}
		var sent client.Sent
		r.post("/api/v1/events", tt.in, 202, &sent)
		got := r.do("GET", "/api/v1/deliveries/"+sent.Deliveries[0].ID.String()+"/attempts/0/request/body", "")
		if string(got.body) != tt.body {
			t.Errorf("%s = %s, want %s", tt.name, got.body, tt.body)
		}
	}
	r.settled("dir:out", answered(4, 200))
}

func TestEventsAreCheckedByField(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	for _, tt := range []struct {
		body   string
		status int
		field  string
	}{
		{`{}`, 400, "type"},
		{`{"type":"webconnex/registratoin"}`, 400, "type"},
		{`{"type":"webconnex/nosuch","body":"{}"}`, 400, "type"},
		{`{"type":"acme/made"}`, 400, "type"},
		{`{"type":"webconnex/registration","variant":"nosuch"}`, 400, "variant"},
		{`{"type":"webconnex/registration","set":["nosign"]}`, 400, "set"},
		{`{"type":"webconnex/registration","set":["a={{nope}}"]}`, 400, "set"},
		{`{"type":"webconnex/registration","body":"{}","set":["a={{nope}}"]}`, 400, "set"},
		{`{"type":"webconnex/registration","body":"{\"a\":1}","set":["a.b=1"]}`, 400, "set"},
		{`{"type":"webconnex/registration","body":"{{nope}}","set":["a=1"]}`, 400, "body"},
		{`{"type":"webconnex/registration","count":100001}`, 400, "count"},
		{`{"type":"webconnex/registration","count":-1}`, 400, "count"},
		{`{"type":"webconnex/registration","variant":"huge","count":100000}`, 400, "count"},
		{`{"type":"webconnex/registration","every_ms":-1}`, 400, "every_ms"},
		{`{"type":"webconnex/registration","delay_ms":99999999999}`, 400, "delay_ms"},
		{`{"type":"webconnex/registration","rate":-1}`, 400, "rate"},
		{`{"type":"webconnex/registration","chaos":["nosuch"]}`, 400, "chaos[0]"},
		{`{"type":"webconnex/registration","to":["nosuch"]}`, 400, "to[0]"},
		{`{"type":"webconnex/registration","to":["inbox:nosuch"]}`, 400, "to[0]"},
		{`{"type":"webconnex/registration","to":["http://hooks.example.com/"]}`, 403, "hooks.example.com"},
		{`{"type":"webconnex/registration","from":"99"}`, 400, "from"},
		{`{"type":"webconnex/registration","from":"1","body":"x"}`, 400, "from"},
		{`{"type":"acme/made","body":"{{nosuch}}"}`, 400, "body"},
		{`{"type":"acme/made","body":"x","body_base64":"eA=="}`, 400, "body_base64"},
		{`{"type":"webconnex/registration","request_id":"a\r\nb"}`, 400, "request_id"},
	} {
		a := r.do("POST", "/api/v1/events", tt.body)
		var p client.Problem
		if err := json.Unmarshal(a.body, &p); err != nil || a.StatusCode != tt.status || p.Field != tt.field {
			t.Errorf("%s = %d %s", tt.body, a.StatusCode, a.body)
		}
	}
	if n := r.count(); n != 0 {
		t.Errorf("%d deliveries were made", n)
	}
}

// A plan says what would happen, and shows no secret.
func TestPlans(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	for _, body := range []string{
		`{"name":"crm","url":"http://127.0.0.1:9/","events":["*"],"auth":{"kind":"header","name":"X-Api-Key","secret":{"value":"` + secretCanary + `"}},"retry":{"preset":"3x24h"}}`,
		`{"name":"lab","url":"http://127.0.0.1:9/","events":["*"],"scheme":"gitlab.token","secrets":[{"value":"` + secretCanary + `"}],"auth":{"kind":"bearer","secret":{"value":"` + secretCanary + `"}}}`,
		`{"name":"off","url":"http://127.0.0.1:9/","events":["*"],"on":false}`,
	} {
		r.post("/api/v1/endpoints", json.RawMessage(body), 201, &proxy.Endpoint{})
	}
	a := r.do("POST", "/api/v1/events", `{"type":"webconnex/registration","dry_run":true}`)
	var v client.Sent
	if err := json.Unmarshal(a.body, &v); err != nil || a.StatusCode != 202 || len(v.Plan) != 3 || len(v.Deliveries) != 0 {
		t.Fatalf("= %d %s", a.StatusCode, a.body)
	}
	if strings.Contains(string(a.body), secretCanary) {
		t.Errorf("the plan shows a secret: %s", a.body)
	}
	crm, off := v.Plan[0], v.Plan[2]
	if len(crm.Tries) < 3 || crm.Tries[1].At != 86400 || len(crm.Headers) < 4 || !crm.Matched || off.Matched || !strings.Contains(off.Reason, "off") {
		t.Errorf("plan = %s", a.body)
	}
	if r.count() != 0 {
		t.Error("a plan made deliveries")
	}
}

func TestTriesAreMadeStoppedAndRepeated(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	a := newApp(t)
	a.answer(503)
	r.post("/api/v1/endpoints", json.RawMessage(`{"name":"crm","url":"`+a.URL+`","events":["*"],"retry":{"preset":"3x24h"}}`), 201, &proxy.Endpoint{})
	var sent client.Sent
	r.post("/api/v1/events", client.EventInput{Type: "webconnex/registration"}, 202, &sent)
	r.settled("dir:out", answered(1, 503))
	path := "/api/v1/deliveries/" + sent.Deliveries[0].ID.String()
	var d client.Delivery
	r.get(path, &d)
	if d.Next == nil || d.Next.Try != 1 || time.Until(d.Next.At) < 23*time.Hour {
		t.Errorf("next = %+v", d.Next)
	}
	a.answer(200)
	act := func(what string, want int) {
		t.Helper()
		if got := r.do("POST", path+"/"+what, ""); got.StatusCode != want {
			t.Errorf("%s = %d %s, want %d", what, got.StatusCode, got.body, want)
		}
	}
	act("resend", 409) // a try is scheduled
	act("try-now", 200)
	r.settled("dir:out", answered(1, 200))
	act("try-now", 409)
	act("stop", 409)
	act("resend", 200)
	r.settled("dir:out", func(rows []inspector.Row) bool { return len(rows) == 1 && rows[0].Tries == 3 })
	a.answer(500)
	r.post("/api/v1/events", client.EventInput{Type: "webconnex/registration"}, 202, &sent)
	r.settled("dir:out+status:500", answered(1, 500))
	path = "/api/v1/deliveries/" + sent.Deliveries[0].ID.String()
	act("stop", 200)
	act("stop", 409)
	path = "/api/v1/deliveries/99"
	act("resend", 404)
}

func TestRepeatedEventIsSentOnce(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	var answers []string
	for range 3 {
		a := r.do("POST", "/api/v1/events", `{"type":"webconnex/registration","count":3}`, repeatHeader+": once")
		if a.StatusCode != 202 {
			t.Fatalf("= %d %s", a.StatusCode, a.body)
		}
		answers = append(answers, string(a.body))
	}
	if answers[0] != answers[1] || answers[0] != answers[2] || r.count() != 3 {
		t.Errorf("%d deliveries, answers %s", r.count(), answers)
	}
}

func TestPingsOfEndpoints(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	a := newApp(t)
	var made client.CreatedEndpoint
	r.post("/api/v1/endpoints", json.RawMessage(`{"name":"crm","url":"`+a.URL+`","provider":"sitestacker"}`), 201, &made)
	if made.Ping == nil || made.Ping.Delivery == nil || made.Ping.N == 0 {
		t.Errorf("the provider pings new endpoints, but %+v", made.Ping)
	}
	r.settled("is:ping", answered(1, 200))
	for path, body := range map[string]string{
		"/api/v1/endpoints/crm/ping": `{}`, "/api/v1/ping": `{"endpoint":"crm"}`,
	} {
		var p client.Pinged
		r.post(path, json.RawMessage(body), 201, &p)
		if p.Status != 200 || p.N == 0 {
			t.Errorf("%s = %+v", path, p)
		}
	}
	var p client.Pinged
	r.post("/api/v1/ping", client.PingInput{URL: a.URL + "/bare"}, 201, &p)
	if p.Status != 200 {
		t.Errorf("a URL = %+v", p)
	}
	r.post("/api/v1/ping", client.PingInput{URL: "http://127.0.0.1:9/"}, 201, &p)
	if p.Failure != "refused" || p.Status != 0 {
		t.Errorf("a closed port = %+v", p)
	}
	for body, want := range map[string]int{
		`{}`: 400, `{"inbox":"demo","endpoint":"crm"}`: 400, `{"endpoint":"nosuch"}`: 404, `{"url":"x"}`: 400, `{"url":"http://hooks.example.com/"}`: 403,
	} {
		if a := r.do("POST", "/api/v1/ping", body); a.StatusCode != want {
			t.Errorf("%s = %d %s", body, a.StatusCode, a.body)
		}
	}
}

// A ping to an inbox is signed as the inbox wants it, and can be broken on purpose.
func TestPingsOfInboxesAreSigned(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.guardedInbox("right")
	r.post("/api/v1/inboxes", json.RawMessage(`{"name":"open","secrets":[{"value":"not base64!"}]}`), 201, &proxy.Inbox{})
	for _, tt := range []struct {
		name    string
		in      client.PingInput
		verdict inspector.Verdict
	}{
		{"the demo inbox", client.PingInput{Inbox: "demo"}, inspector.Valid},
		{"one with a scheme", client.PingInput{Inbox: "guarded"}, inspector.Valid},
		{"another secret", client.PingInput{Inbox: "guarded", Chaos: []string{"bad-sig"}}, inspector.Invalid},
		{"no signature", client.PingInput{Inbox: "guarded", Chaos: []string{"no-sig"}}, inspector.Missing},
		{"too old", client.PingInput{Inbox: "demo", Chaos: []string{"stale"}}, inspector.Stale},
		{"chunked", client.PingInput{Inbox: "guarded", Chaos: []string{"chunked"}}, inspector.Valid},
		{"no secret", client.PingInput{Inbox: "default"}, inspector.Unchecked},
		{"a secret of no scheme", client.PingInput{Inbox: "open"}, inspector.Unchecked},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var p client.Pinged
			r.post("/api/v1/ping", tt.in, 201, &p)
			var d client.Delivery
			r.get("/api/v1/deliveries/"+p.Delivery.String(), &d)
			if d.Row.Verdict != tt.verdict || p.Status != 200 || d.Row.Inbox != tt.in.Inbox {
				t.Errorf("= %+v %+v", p, d.Row)
			}
		})
	}
	for _, chaos := range []string{"slow", "nosuch"} {
		if a := r.do("POST", "/api/v1/ping", `{"inbox":"demo","chaos":["`+chaos+`"]}`); a.StatusCode != 400 {
			t.Errorf("%s = %d %s", chaos, a.StatusCode, a.body)
		}
	}
}

// A key that can only verify is a fault of the endpoint, not of boathook.
func TestEventThatCannotBeSigned(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	public := strings.Repeat("ab", 32)
	r.post("/api/v1/endpoints", json.RawMessage(`{"name":"crm","url":"http://127.0.0.1:9/","scheme":"discord.interactions","secrets":[{"value":"`+public+`"}]}`), 201, &proxy.Endpoint{})
	a := r.do("POST", "/api/v1/events", `{"type":"webconnex/registration","to":["crm"]}`)
	if a.StatusCode != 400 || strings.Contains(string(a.body), public) {
		t.Errorf("= %d %s", a.StatusCode, a.body)
	}
	if n := r.count(); n != 0 {
		t.Errorf("%d deliveries were made", n)
	}
}

func TestChallengesAreListed(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	var v client.Challenges
	r.get("/api/v1/challenges", &v)
	found := false
	for _, c := range v.Challenges {
		found = found || c.ID == "slack" && c.Provider != "" && c.Text != ""
	}
	if len(v.Challenges) < 10 || !found {
		t.Errorf("= %+v", v)
	}
}
