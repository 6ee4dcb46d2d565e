package web

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/boathook/boathook/proxy"
	"github.com/boathook/boathook/web/client"
)

func TestStatus(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.capture(capture{})
	var s client.Status
	r.get("/api/v1/status", &s)
	if s.Version != "test" || s.Store.Deliveries != 1 || s.Store.LastN != 1 || s.Inboxes != 2 || s.Page != "http://"+r.addr || s.PID == 0 {
		t.Errorf("= %+v", s)
	}
	if a := r.do("GET", "/healthz", "", "Authorization: -"); a.StatusCode != 200 || string(a.body) != `{"ok":true}` {
		t.Errorf("healthz = %d %s", a.StatusCode, a.body)
	}
}

func TestInboxesAreMadeChangedAndDeleted(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	a := r.do("POST", "/api/v1/inboxes", `{"name":"orders","note":"n"}`)
	var in proxy.Inbox
	if err := json.Unmarshal(a.body, &in); err != nil || a.StatusCode != 201 || in.Rev == 0 || !strings.HasSuffix(in.URL, "/in/orders") {
		t.Fatalf("create = %d %s", a.StatusCode, a.body)
	}
	if a := r.do("POST", "/api/v1/inboxes", `{"name":"orders"}`); a.StatusCode != 409 {
		t.Errorf("create again = %d %s", a.StatusCode, a.body)
	}
	in.Note = "changed"
	body, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	if a := r.do("PUT", "/api/v1/inboxes/orders", string(body)); a.StatusCode != 200 {
		t.Errorf("change = %d %s", a.StatusCode, a.body)
	}
	if a := r.do("PUT", "/api/v1/inboxes/orders", string(body)); a.StatusCode != 409 {
		t.Errorf("change of an old revision = %d %s", a.StatusCode, a.body)
	}
	if a := r.do("PUT", "/api/v1/inboxes/demo", string(body)); a.StatusCode != 400 {
		t.Errorf("rename = %d %s", a.StatusCode, a.body)
	}
	var all client.Inboxes
	r.get("/api/v1/inboxes", &all)
	if len(all.Inboxes) != 3 || all.Inboxes[2].Note != "changed" {
		t.Errorf("list = %+v", all)
	}
	if a := r.do("DELETE", "/api/v1/inboxes/orders?rev=1x", ""); a.StatusCode != 400 {
		t.Errorf("delete with a bad rev = %d", a.StatusCode)
	}
	if a := r.do("DELETE", fmt.Sprintf("/api/v1/inboxes/orders?rev=%d", in.Rev), ""); a.StatusCode != 409 {
		t.Errorf("delete of an old revision = %d", a.StatusCode)
	}
	if a := r.do("DELETE", "/api/v1/inboxes/orders", ""); a.StatusCode != 204 {
		t.Errorf("delete = %d %s", a.StatusCode, a.body)
	}
	for _, method := range []string{"GET", "DELETE"} {
		if a := r.do(method, "/api/v1/inboxes/orders", ""); a.StatusCode != 404 {
			t.Errorf("%s afterwards = %d", method, a.StatusCode)
		}
	}
	if a := r.do("DELETE", "/api/v1/inboxes/default", ""); a.StatusCode != 409 {
		t.Errorf("delete default = %d", a.StatusCode)
	}
}

func TestPrivateInboxIsAddressedByItsToken(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	var in proxy.Inbox
	a := r.do("POST", "/api/v1/inboxes", `{"name":"secret","private":true}`)
	if err := json.Unmarshal(a.body, &in); err != nil {
		t.Fatal(err)
	}
	if len(in.Token) != 32 || !strings.HasSuffix(in.URL, "/in/"+in.Token) {
		t.Errorf("= %+v", in)
	}
}

// TestBodiesAreReadStrictly is row 52 of the list of bad inputs.
func TestBodiesAreReadStrictly(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	for _, tt := range []struct {
		name, body string
		status     int
		field      string
	}{
		{"empty", "", 400, ""},
		{"null", "null", 400, ""},
		{"array", `[{"name":"a"}]`, 400, ""},
		{"string", `"a"`, 400, ""},
		{"unknown field", `{"name":"a","nosuch":1}`, 400, "nosuch"},
		{"unknown field inside", `{"name":"a","answer":{"nosuch":1}}`, 400, "nosuch"},
		{"duplicate field", `{"name":"a","name":"b"}`, 400, "name"},
		{"duplicate field in another case", `{"name":"a","NAME":"b"}`, 400, "NAME"},
		{"duplicate field inside", `{"name":"a","answer":{"status":200,"status":201}}`, 400, "status"},
		{"wrong type", `{"name":1}`, 400, "name"},
		{"wrong type inside", `{"name":"a","answer":{"status":"200"}}`, 400, "answer.status"},
		{"byte order mark", "\ufeff{\"name\":\"a\"}", 400, ""},
		{"two objects", `{"name":"a"}{"name":"b"}`, 400, ""},
		{"not finished", `{"name":"a"`, 400, ""},
		{"not UTF-8", "{\"name\":\"a\xff\"}", 400, ""},
		{"nested too deeply", `{"name":` + strings.Repeat("[", 100) + strings.Repeat("]", 100) + "}", 400, ""},
		{"invalid name", `{"name":"No Good"}`, 400, "name"},
		{"invalid rule", `{"name":"a","answer":{"rules":[{"when":"nosuch:1"}]}}`, 400, "answer.rules[0].when"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a := r.do("POST", "/api/v1/inboxes", tt.body)
			var p client.Problem
			if err := json.Unmarshal(a.body, &p); err != nil || a.StatusCode != tt.status || p.Field != tt.field {
				t.Errorf("= %d %s", a.StatusCode, a.body)
			}
		})
	}
	var all client.Inboxes
	r.get("/api/v1/inboxes", &all)
	if len(all.Inboxes) != 2 {
		t.Errorf("%d inboxes, want the two from the start", len(all.Inboxes))
	}
}

func TestLargeBodiesAreRefusedBeforeTheyAreSent(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	for _, extra := range []string{"", "Expect: 100-continue\r\n"} {
		got := r.raw("POST /api/v1/inboxes HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + token +
			"\r\nContent-Type: application/json\r\nContent-Length: 11534336\r\n" + extra + "\r\n")
		if !strings.HasPrefix(got, "HTTP/1.1 413 ") && !strings.HasPrefix(got, "HTTP/1.1 417 ") {
			t.Errorf("%q = %.200s", extra, got)
		}
	}
}

// Bodies of events and descriptions of APIs may be longer, if whoever sends them has
// shown the token.
func TestLongTexts(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	app := newApp(t)
	long := strings.Repeat("x", 3<<20)
	payload, err := json.Marshal(map[string]string{"type": "a.b", "note": long})
	if err != nil {
		t.Fatal(err)
	}
	var emitted client.Sent
	r.post("/api/v1/events", client.EventInput{Type: "svix/a.b", To: []string{app.URL}, Body: string(payload)}, 202, &emitted)
	if len(emitted.Deliveries) != 1 || emitted.Deliveries[0].Size != int64(len(payload)) {
		t.Errorf("the event became %+v", emitted.Deliveries)
	}
	var fits client.Problems
	r.post("/api/v1/catalog/svix/a.b/validate", client.ValidateInput{Body: string(payload)}, 200, &fits)
	if len(fits.Problems) > 0 {
		t.Errorf("the body does not fit: %+v", fits.Problems)
	}
	document := `{"openapi":"3.1.0","info":{"title":"Long","description":"` + long + `"},"webhooks":{"made":{"post":{}}}}`
	r.post("/api/v1/catalog", client.ProviderInput{Format: "openapi", Text: document}, 201, &json.RawMessage{})
	for _, head := range []string{
		"POST /api/v1/events HTTP/1.1\r\nHost: localhost\r\n", // no token
		"POST /api/v1/inboxes HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + token + "\r\n",
		"POST /api/v1/catalog/svix/a.b/drift HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + token + "\r\n",
	} {
		if got := r.raw(head + "Content-Type: application/json\r\nContent-Length: 3145728\r\n\r\n"); !strings.HasPrefix(got, "HTTP/1.1 413 ") {
			t.Errorf("%q = %.200s", head, got)
		}
	}
}

func TestPingBecomesADelivery(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	for _, body := range []string{`{"inbox":"demo"}`, `{"inbox":"default"}`} {
		a := r.do("POST", "/api/v1/ping", body)
		var p client.Pinged
		if err := json.Unmarshal(a.body, &p); err != nil || a.StatusCode != 201 || p.Status != 200 {
			t.Fatalf("ping = %d %s", a.StatusCode, a.body)
		}
		var d client.Delivery
		r.get("/api/v1/deliveries/"+p.Delivery.String(), &d)
		if d.Row.N != p.N || d.Row.Method != "POST" || !strings.Contains(body, d.Row.Inbox) {
			t.Errorf("delivery = %+v", d.Row)
		}
		if got := r.do("GET", fmt.Sprintf("/api/v1/deliveries/%d/attempts/0/request/body", p.N), ""); !strings.Contains(string(got.body), `"type":"ping"`) {
			t.Errorf("body = %s", got.body)
		}
	}
	for body, want := range map[string]int{`{"inbox":"nosuch"}`: 404, `{}`: 400, `{"inbox":1}`: 400, `{"inbox":"demo","x":1}`: 400} {
		if a := r.do("POST", "/api/v1/ping", body); a.StatusCode != want {
			t.Errorf("%s = %d, want %d", body, a.StatusCode, want)
		}
	}
}

func TestPingOfAnInboxThatNeverAnswers(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	if a := r.do("POST", "/api/v1/inboxes", `{"name":"mute","answer":{"fault":"close"}}`); a.StatusCode != 201 {
		t.Fatalf("create = %d %s", a.StatusCode, a.body)
	}
	a := r.do("POST", "/api/v1/ping", `{"inbox":"mute"}`)
	var p client.Pinged
	if err := json.Unmarshal(a.body, &p); err != nil || a.StatusCode != 201 || p.Status != 0 || p.N == 0 {
		t.Errorf("= %d %s", a.StatusCode, a.body)
	}
}

func TestDeleteOne(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	row := r.capture(capture{})
	const clients = 8
	var wait sync.WaitGroup
	results := make([]int, clients)
	for i := range clients {
		wait.Go(func() { results[i] = r.do("DELETE", "/api/v1/deliveries/"+row.ID.String(), "").StatusCode })
	}
	wait.Wait()
	won := 0
	for _, status := range results {
		switch status {
		case 204:
			won++
		case 409:
		default:
			t.Errorf("delete = %d", status)
		}
	}
	if won != 1 || r.count() != 0 {
		t.Errorf("%d clients deleted it, %d are left", won, r.count())
	}
}

func TestDeleteByFilter(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	for i := range 450 {
		r.capture(capture{inbox: []string{"one", "two", "two"}[i%3]})
	}
	for _, tt := range []struct {
		query         string
		status, count int
	}{
		{"", 400, 0}, {"?q=", 400, 0}, {"?q=nosuch:1", 400, 0}, {"?q=*&forever=maybe", 400, 0},
		{"?q=inbox:one", 200, 150}, {"?q=inbox:one", 200, 0}, {"?q=*&forever=true", 200, 300},
		{"?q=is:trashed", 200, 0}, {"?q=is:trashed&forever=true", 200, 150}, {"?q=is:trashed&forever=true", 200, 0},
	} {
		a := r.do("DELETE", "/api/v1/deliveries"+tt.query, "")
		var d client.Deletion
		if err := json.Unmarshal(a.body, &d); err != nil || a.StatusCode != tt.status || d.Deleted != tt.count {
			t.Errorf("%q = %d %s", tt.query, a.StatusCode, a.body)
		}
	}
	if n := r.count(); n != 0 {
		t.Errorf("%d are left", n)
	}
}

func TestCompletions(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	for range 3 {
		r.capture(capture{inbox: "orders"})
	}
	for _, tt := range []struct{ query, text string }{
		{"inb", "inbox:"}, {"inbox:ord", "orders"}, {"header.x-low", "header.x-lower:"}, {"body.hel", "body.hello:"}, {"query.b", "query.b:"},
		{"method:P", "POST"},
	} {
		var v client.Completions
		r.get("/api/v1/query/complete?q="+tt.query+fmt.Sprintf("&pos=%d", len(tt.query)), &v)
		found := false
		for _, item := range v.Items {
			found = found || item.Text == tt.text
		}
		if !found || v.To != len(tt.query) {
			t.Errorf("%s = %+v, want %s", tt.query, v, tt.text)
		}
	}
	for _, query := range []string{"q=a&pos=2", "q=a&pos=-1", "q=a&pos=x"} {
		if a := r.do("GET", "/api/v1/query/complete?"+query, ""); a.StatusCode != 400 {
			t.Errorf("%s = %d", query, a.StatusCode)
		}
	}
}

func TestBackupOfAStoreWithoutOne(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	if a := r.do("GET", "/api/v1/backup", ""); a.StatusCode != 501 {
		t.Errorf("= %d %s", a.StatusCode, a.body)
	}
}

func TestMethodsAndAddressesThatDoNotExist(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	row := r.capture(capture{})
	for _, tt := range []struct {
		method, path string
		status       int
		allow        string
	}{
		{"POST", "/api/v1/deliveries", 405, "GET, HEAD, DELETE"},
		{"PUT", "/api/v1/deliveries/" + row.ID.String(), 405, "GET, HEAD, DELETE"},
		{"DELETE", "/live", 405, "GET, HEAD"},
		{"POST", "/login", 405, "GET"},
		{"HEAD", "/api/v1/feed", 405, "GET"},
		{"GET", "/api/v1/links", 405, "POST"},
		{"GET", "/api/v1/deliveries/", 404, ""},
		{"GET", "/API/v1/status", 404, ""},
		{"GET", "/api/v1/Status", 404, ""},
		{"GET", "/api/v1/nothing", 404, ""},
		{"GET", "/nothing", 404, ""},
		{"GET", "/static/nothing.js", 404, ""},
		{"GET", "/static/../web.go", 404, ""},
		{"GET", "/static/%2e%2e/web.go", 404, ""},
		{"GET", "/debug/pprof/", 404, ""},
		{"GET", "/debug/vars", 404, ""},
		{"OPTIONS", "/api/v1/status", 405, "GET, HEAD"},
		{"BREW", "/live", 405, "GET, HEAD"},
	} {
		a := r.do(tt.method, tt.path, "")
		got := a.Header.Get("Allow")
		if a.StatusCode != tt.status || !sameList(got, tt.allow) {
			t.Errorf("%s %s = %d, Allow %q", tt.method, tt.path, a.StatusCode, got)
		}
	}
	if r.count() != 1 {
		t.Error("something was deleted")
	}
}

func sameList(a, b string) bool {
	set := func(s string) map[string]bool {
		m := map[string]bool{}
		for _, item := range strings.Split(s, ", ") {
			m[item] = true
		}
		return m
	}
	x, y := set(a), set(b)
	for item := range x {
		if !y[item] {
			return false
		}
	}
	return len(x) == len(y)
}
