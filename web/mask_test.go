package web

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/proxy"
	"github.com/boathook/boathook/proxy/mask"
	"github.com/boathook/boathook/web/client"
)

// masks are those of the store of a server.
func masks(t *testing.T, o *Options, start proxy.MaskValues) *proxy.Masks {
	t.Helper()
	m, err := proxy.OpenMasks(t.Context(), o.Store, inspector.DefaultWorkspace, start, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// The list is replaced as a whole, by its revision; what is wrong is named by its place.
func TestMaskIsSet(t *testing.T) {
	t.Parallel()
	r := newRig(t, func(o *Options) { o.Masks = masks(t, o, proxy.MaskValues{}) })
	var v client.Mask
	r.get("/api/v1/settings/mask", &v)
	if v.Rev != 0 || len(v.Entries) != 0 || v.Fixed != "" || v.Most != mask.MaxEntries || len(v.Names.Secret) == 0 {
		t.Fatalf("at first %+v", v)
	}
	many := make([]string, 10_000)
	for i := range many {
		many[i] = strconv.Quote("body.f" + strconv.Itoa(i))
	}
	for _, tt := range []struct {
		body   string
		status int
		says   string
	}{
		{`{"rev":0,"entries":["x-door","","query.pin"]}`, 400, `"field":"entries[1]"`},
		{`{"rev":0,"entries":["x-door","^a(b)?$"]}`, 400, `"field":"entries[1]"`},
		{`{"rev":0,"entries":["body.a..b"]}`, 400, "a name is missing"},
		{`{"rev":0,"entries":[` + strings.Join(many, ",") + `]}`, 400, `"field":"entries"`},
		{`{"rev":7,"entries":[]}`, 409, "problem:conflict"},
		{`{"rev":0,"list":[]}`, 400, "problem:json"},
		{`{"rev":0,"entries":["X-Door","query.pin","body.card.number","body.名前","body.card","-cookie","x-door"]}`, 200, `"entries":["header.x-door","query.pin","body.card.number","body.名前","body.card","-header.cookie"]`},
	} {
		a := r.do("PUT", "/api/v1/settings/mask", tt.body)
		if a.StatusCode != tt.status || !strings.Contains(string(a.body), tt.says) {
			t.Errorf("%.60s: %d %.300s", tt.body, a.StatusCode, a.body)
		}
	}
	var status client.Status
	r.get("/api/v1/status", &status)
	r.get("/api/v1/settings/mask", &v)
	if v.Rev == 0 || len(v.Entries) != 6 || status.Mask != v.Rev {
		t.Errorf("set %+v, status has %d", v, status.Mask)
	}
}

// Whoever is told of a change, or given a place in the feed after it, asks and gets the
// list as it was stored, whichever handle of the store did that.
func TestMaskIsTakenBeforeItIsTold(t *testing.T) {
	t.Parallel()
	var other *proxy.Masks
	r := newRig(t, func(o *Options) { other = masks(t, o, proxy.MaskValues{}) })
	c := client.New("http://"+r.addr, token, nil)
	change := func(round int, list func() []string) {
		t.Helper()
		v, err := other.Update(t.Context(), proxy.MaskValues{Rev: other.Get().Rev, Entries: []string{"query.pin" + strconv.Itoa(round)}})
		if err != nil {
			t.Fatal(err)
		}
		if got := list(); !slices.Equal(got, v.Entries) {
			t.Errorf("answered %q, want %q", got, v.Entries)
		}
	}
	asked := func() []string {
		v, err := c.Mask(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return v.Entries
	}
	for round := range 10 {
		change(round, func() []string {
			if _, err := c.List(t.Context(), client.ListOptions{}); err != nil {
				t.Fatal(err)
			}
			return asked()
		})
	}
	page, err := c.List(t.Context(), client.ListOptions{})
	if err != nil {
		t.Fatal(err)
	}
	told := make(chan []string)
	ctx, stop := context.WithCancel(t.Context())
	var tail sync.WaitGroup
	tail.Go(func() {
		for ev, err := range c.Tail(ctx, "", page.Cursor) {
			if err != nil {
				t.Error(err)
				return
			}
			if ev.Kind == client.Config {
				told <- asked()
			}
		}
	})
	for round := range 10 {
		change(round, func() []string { return <-told })
	}
	stop()
	tail.Wait()
}

func TestFixedMaskStays(t *testing.T) {
	t.Parallel()
	r := newRig(t, func(o *Options) {
		o.Masks = masks(t, o, proxy.MaskValues{Entries: []string{"body.pin"}, Fixed: "boathook.yaml:3"})
	})
	if a := r.do("PUT", "/api/v1/settings/mask", `{"rev":0,"entries":[]}`); a.StatusCode != 409 || !strings.Contains(string(a.body), "boathook.yaml:3") {
		t.Errorf("changed: %d %s", a.StatusCode, a.body)
	}
	var v client.Mask
	if r.get("/api/v1/settings/mask", &v); v.Fixed != "boathook.yaml:3" || len(v.Entries) != 1 {
		t.Errorf("%+v", v)
	}
}

const pan = "4111-canary-4111"

// What is listed is left out wherever something is shown as it may be, at its length;
// the bytes themselves are there for who asks for them.
func TestListedIsHidden(t *testing.T) {
	t.Parallel()
	r := newRig(t, func(o *Options) {
		o.Masks = masks(t, o, proxy.MaskValues{Entries: []string{"x-door", "query.pin", "body.card.number"}})
	})
	body := `{"card":{"number":"` + pan + `","brand":"visa"},"total":1}`
	receive := func(pin, card string) inspector.Row {
		text := strings.Replace(body, pan, card, 1)
		return r.capture(capture{head: "POST /in/demo?pin=" + pin + " HTTP/1.1\r\nHost: example.org\r\nX-Door: " + pin + "\r\nContent-Type: application/json\r\nContent-Length: " + strconv.Itoa(len(text)) + "\r\n\r\n", body: text})
	}
	row, other := receive(pan, pan), receive("other", "4222-canary-4222")
	at := "/api/v1/deliveries/" + row.ID.String()
	part := at + "/attempts/0/request"

	shown := r.do("GET", part+"/body?hide=1", "")
	want := strings.Replace(body, pan, strings.Repeat("*", len(pan)), 1)
	if string(shown.body) != want || shown.Header.Get(headHidden) != "body.card.number" {
		t.Errorf("shown %s, hidden %q", shown.body, shown.Header.Get(headHidden))
	}
	if exact := r.do("GET", part+"/body", ""); string(exact.body) != body || exact.Header.Get(headHidden) != "" {
		t.Errorf("exact %s", exact.body)
	}
	if some := r.do("GET", part+"/body?hide=1", "", "Range: bytes=20-30"); string(some.body) != want[20:31] {
		t.Errorf("a range is %s, want %s", some.body, want[20:31])
	}
	if bad := r.do("GET", part+"/body?hide=yes", ""); bad.StatusCode != 400 {
		t.Errorf("hide=yes: %d", bad.StatusCode)
	}
	raw := r.do("GET", part+".raw?hide=1", "")
	names, err := url.QueryUnescape(raw.Header.Get(headHidden))
	if err != nil || strings.Contains(string(raw.body), "canary") || !strings.Contains(string(raw.body), "visa") || !strings.Contains(names, "body.card.number") || !strings.Contains(names, "?pin") {
		t.Errorf("raw %s, hidden %q", raw.body, names)
	}
	if exact := r.do("GET", part+".raw", ""); strings.Count(string(exact.body), pan) != 3 {
		t.Errorf("raw as it was %s", exact.body)
	}
	for _, language := range []string{"curl", "go", "python", "fetch", "httpie", "raw"} {
		var p client.Program
		r.get(at+"/code?language="+language, &p)
		if strings.Contains(p.Code, "canary") || len(p.Notes) == 0 {
			t.Errorf("%s has it: %s %+v", language, p.Code, p.Notes)
		}
		if r.get(at+"/code?secrets=1&language="+language, &p); strings.Count(p.Code, "canary") < 3 {
			t.Errorf("%s lacks it with secrets: %s", language, p.Code)
		}
	}
	var c client.Comparison
	r.get("/api/v1/compare?a="+row.ID.String()+"&b="+other.ID.String(), &c)
	if len(c.Within) != 1 || len(c.Head) != 2 || !c.Head[0].Hidden || !c.Head[1].Hidden || len(c.Body.Changes) != 1 || !c.Body.Changes[0].Hidden {
		t.Errorf("comparison %+v", c)
	}
	var columns client.Columns
	r.get("/api/v1/columns?n="+strconv.FormatUint(row.N, 10)+"&columns=body.card,body.card.brand,query.pin,header.host", &columns)
	if got, _ := json.Marshal(columns.Hidden); string(got) != "[true,false,true,false]" {
		t.Errorf("columns %s", got)
	}
	for _, format := range []string{"jsonl", "har", "curl", "zip", "sh", "postman"} {
		a := r.do("GET", "/api/v1/export?q=&format="+format, "")
		if text := string(a.body); format != "zip" && (strings.Contains(text, "canary") || strings.Contains(text, "NDExMS1jYW5hcnktNDExMQ")) {
			t.Errorf("%s holds it: %s", format, text)
		}
	}
	// The page and the filter find it: who can ask can see.
	var count client.Count
	if r.get("/api/v1/count?q="+url.QueryEscape("body.card.number:"+pan), &count); count.Count != 1 {
		t.Errorf("a filter finds %d", count.Count)
	}
}

// Many long names of what is hidden stay short where they are told, and all is hidden.
func TestManyHiddenNames(t *testing.T) {
	t.Parallel()
	var entries, members []string
	for i := range mask.MaxEntries {
		name := strings.Repeat("ñ", 140) + strconv.Itoa(i)
		entries, members = append(entries, "body."+name), append(members, strconv.Quote(name)+`:"`+pan+`"`)
	}
	r := newRig(t, func(o *Options) { o.Masks = masks(t, o, proxy.MaskValues{Entries: entries}) })
	body := "{" + strings.Join(members, ",") + "}"
	row := r.capture(capture{head: "POST /in/demo HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nContent-Length: " + strconv.Itoa(len(body)) + "\r\n\r\n", body: body})
	at := "/api/v1/deliveries/" + row.ID.String()
	for _, path := range []string{at + "/attempts/0/request/body?hide=1", at + "/attempts/0/request.raw?hide=1", "/api/v1/export?q=&format=jsonl"} {
		a := r.do("GET", path, "")
		names, err := url.QueryUnescape(a.Header.Get(headHidden))
		if err != nil || len(a.Header.Get(headHidden)) > 8<<10 || strings.Contains(string(a.body), "canary") || a.StatusCode != 200 {
			t.Errorf("%s: %d bytes of names, %d", path, len(a.Header.Get(headHidden)), a.StatusCode)
		}
		if all := names + string(a.body); !strings.Contains(all, "and 493 other values") {
			t.Errorf("%s does not say how many others: %.3000s", path, all)
		}
	}
}

// JSON in a field of a form is hidden where its value is shown.
func TestListedIsHiddenInFields(t *testing.T) {
	t.Parallel()
	r := newRig(t, func(o *Options) {
		o.Masks = masks(t, o, proxy.MaskValues{Entries: []string{"query.pin", "body.card.number"}})
	})
	body := "payload=" + url.QueryEscape(`{"card":{"number":"`+pan+`"}}`) + "&x=1"
	row := r.capture(capture{head: "POST /in/demo?pin=" + pan + " HTTP/1.1\r\nHost: h\r\nWebhook-Signature: v1,x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: " + strconv.Itoa(len(body)) + "\r\n\r\n", body: body})
	at := "/api/v1/deliveries/" + row.ID.String()
	shown := r.do("GET", at+"/attempts/0/request/body?hide=1", "")
	if values, err := url.ParseQuery(string(shown.body)); err != nil || values.Get("payload") != `{"card":{"number":"`+strings.Repeat("*", len(pan))+`"}}` {
		t.Errorf("shown %s", shown.body)
	}
	var columns client.Columns
	r.get("/api/v1/columns?n="+strconv.FormatUint(row.N, 10)+"&columns=body.payload,body.x", &columns)
	if got, _ := json.Marshal(columns.Hidden); string(got) != "[true,false]" {
		t.Errorf("columns %s", got)
	}
	for _, query := range []string{"language=curl", "language=go&scheme=github", "language=raw&sign=recorded"} {
		if a := r.do("GET", at+"/code?"+query, ""); a.StatusCode != 200 || strings.Contains(string(a.body), "canary") {
			t.Errorf("%s: %d %s", query, a.StatusCode, a.body)
		}
	}
}

// Where the address is signed, what is hidden of it is named, whatever of the body is.
func TestSignedAddressIsHidden(t *testing.T) {
	t.Parallel()
	for _, entries := range [][]string{{"query.pin"}, {"query.pin", "body.card"}} {
		r := newRig(t, func(o *Options) { o.Masks = masks(t, o, proxy.MaskValues{Entries: entries}) })
		r.post("/api/v1/inboxes", map[string]any{"name": "sq", "scheme": "square", "secrets": []map[string]string{{"value": "s"}}}, 201, new(proxy.Inbox))
		req, err := http.NewRequest("POST", r.opt.CaptureURL()+"/in/sq?pin="+pan+"&x=1", strings.NewReader(`{"card":1}`))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("X-Square-HmacSha256-Signature", "AAAA")
		resp, err := plain.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		var check proxy.Check
		r.get("/api/v1/deliveries/1/signature", &check)
		want := append([]string{"?pin"}, entries[1:]...)
		if check.Signed == nil || !slices.Equal(check.Signed.Hidden, want) {
			t.Errorf("hidden in what is signed %+v, want %q", check.Signed, want)
		}
	}
}

// The page hides by the same rules: what its module says of a name is what Go says.
func TestPageHidesTheSame(t *testing.T) {
	t.Parallel()
	names := []string{
		"Authorization", "X-Api-Key", "apikey", "X-My-Access-Token", "xAuthToken", "Secret", "X-Auth", "Key", "Set-Cookie", "X-Session", "Ocp-Apim-Subscription-Key",
		"Idempotency-Key", "Paypal-Auth-Algo", "X-Request-Id", "Webhook-Signature", "X-Api-Key-Id", "Host", "Sec-WebSocket-Key", "X-Keyboard", "X-Hub-Signature-256", " Cookie ",
		"token", "api_key", "apiKey", "key", "X-Amz-Signature", "sig", "hub.verify_token", "client_secret", "hub.challenge", "page", "key_id", "sort", "keyword", "code", "sid",
		"x-door", "X-DOOR", "pin", "Pin", "x-token-count", "名前", "ключКлюч", "", "-", "ÄPass", "x1Key", "ǅtoken",
	}
	lists := [][]string{{}, {"x-door", "query.pin", "-x-token-count", "-cookie", "-query.key"}, {"-defaults", "query.名前", "authorization"}}
	run := nodeIn(t)
	for _, list := range lists {
		rules, err := mask.Parse(list)
		if err != nil {
			t.Fatal(err)
		}
		given, err := json.Marshal(client.Mask{MaskValues: proxy.MaskValues{Entries: rules.Entries()}, Names: mask.DefaultNames})
		if err != nil {
			t.Fatal(err)
		}
		asked, err := json.Marshal(names)
		if err != nil {
			t.Fatal(err)
		}
		got := strings.Split(run(`import('./detail/rules.js').then((m) => { const r = m.rulesOf(`+string(given)+`); return `+string(asked)+`.map((x) => r.line(x) + ' ' + r.parameter(x)); })`), "\n")
		for i, name := range names {
			if want := strconv.FormatBool(rules.Line(name)) + " " + strconv.FormatBool(rules.Parameter(url.QueryEscape(name))); got[i] != want {
				t.Errorf("%q: %q is %s in the page, %s here", list, name, got[i], want)
			}
		}
	}
}
