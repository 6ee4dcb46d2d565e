package proxy

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/boathook/boathook/catalog"
	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/signer"
)

var composeTime = time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)

// ready makes an endpoint ready to compose with.
func ready(t testing.TB, ep Endpoint) *Endpoint {
	t.Helper()
	if ep.Name == "" {
		ep.Name = "crm"
	}
	if ep.URL == "" {
		ep.URL = "http://localhost:3000/hooks?a=1"
	}
	s := &Endpoints{}
	s.catalog.Store(catalog.Builtin())
	out, err := s.Prepare(ep)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// composed is a request that must come out.
func composed(t testing.TB, o *Outgoing) *Wire {
	t.Helper()
	if o.Now.IsZero() {
		o.Now = composeTime
	}
	if o.Event.At.IsZero() {
		o.Event.At = composeTime
	}
	w, err := Compose(o)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.HasSuffix(w.Head, []byte("\r\n\r\n")) || bytes.Count(w.Head, []byte("\r\n\r\n")) != 1 {
		t.Fatalf("head %q", w.Head)
	}
	return w
}

// received is a request as package signer takes it.
func received(w *Wire, ep *Endpoint) *signer.Message {
	h := inspector.ParseHead(w.Head)
	m := &signer.Message{Method: w.Method, URL: w.URL.String(), Body: w.Body, Context: ep.Context}
	for _, f := range h.Fields {
		m.Header = append(m.Header, signer.Field{Name: f.Name, Value: f.Value})
	}
	return m
}

func provider(t testing.TB, id string) *catalog.Provider {
	t.Helper()
	p, ok := catalog.Builtin().Provider(id)
	if !ok {
		t.Fatalf("no provider %s", id)
	}
	return p
}

// signedContext is what schemes sign that is in no request.
var signedContext = map[string]string{"webhook_id": "WH-1", "app_key": "k1", "credential_id": "c1"}

func TestEveryProviderSignsSoThatItVerifies(t *testing.T) {
	t.Parallel()
	for _, p := range catalog.Builtin().Providers() {
		for _, id := range append([]string{p.Scheme}, p.Schemes...) {
			scheme, ok := signer.Lookup(id)
			if id == "" || !ok {
				continue
			}
			t.Run(p.ID+"/"+id, func(t *testing.T) {
				t.Parallel()
				sign, verify, err := scheme.NewSecret()
				if err != nil {
					t.Skipf("%s cannot be signed with: %v", id, err)
				}
				ep := ready(t, Endpoint{Provider: p.ID, Scheme: id, Secrets: []Secret{{Value: sign}}, Context: signedContext})
				for _, e := range p.Events[:min(len(p.Events), 4)] {
					body, err := e.Generate(catalog.Options{Seed: 1, Now: composeTime})
					if err != nil {
						t.Fatal(err)
					}
					w := composed(t, &Outgoing{Endpoint: ep, Provider: p, Event: &Event{Type: e.ID(), ID: "e1", Payload: body}})
					if w.Scheme != scheme.ID || len(w.Notes) > 0 {
						t.Fatalf("%s: signed with %q, notes %q", e.Name, w.Scheme, w.Notes)
					}
					res, err := scheme.Verify(received(w, ep), []string{verify}, composeTime, signer.Options{})
					if err != nil || res.Verdict != signer.Valid {
						t.Fatalf("%s: verdict %s, %v, %v\n%s%s", e.Name, res.Verdict, res.Reason, err, w.Head, w.Body)
					}
				}
			})
		}
	}
}

func TestComposeWritesWhatTheProviderWrites(t *testing.T) {
	t.Parallel()
	ep := Endpoint{Secrets: []Secret{{Value: "1a2b3c4d5e6f70819293a4b5c6d7e8f9"}}, AppKey: "my-key", Scheme: ""}
	for _, tt := range []struct {
		name, event, payload string
		change               func(*Endpoint, *Event)
		want                 []string // header lines in order
		body                 string
	}{
		{
			"webconnex", "webconnex/coupon", `{"eventType":"coupon","meta":{"appKey":"","name":"x"}}`, nil,
			[]string{"Host: localhost:3000", "Content-Type: application/json", "User-Agent: Webconnex-Divvy", "X-Webconnex-Delivery: ", "X-Webconnex-Event: coupon", "X-Webconnex-Signature: "},
			`{"eventType":"coupon","meta":{"appKey":"my-key","name":"crm"}}`,
		},
		{
			"site stacker with the id of the call", "sitestacker/campaign_create", `{"id":"3"}`,
			func(_ *Endpoint, ev *Event) { ev.RequestID = "req-7" },
			[]string{"Host: localhost:3000", "SiteStacker-Event: campaign_create", "Request-Id: req-7"}, `{"id":"3"}`,
		},
		{
			"own headers take the place of the provider's", "webconnex/coupon", `{}`,
			func(ep *Endpoint, _ *Event) {
				ep.Headers = []inspector.Field{{Name: "user-agent", Value: "mine"}, {Name: "X-Extra", Value: "1"}}
			},
			[]string{"Content-Type: application/json", "user-agent: mine", "X-Webconnex-Event: coupon", "X-Extra: 1"}, "",
		},
		{
			"form", "stockcrowd/INVERSOR_CREATED", `{"EVENT":"A b","n":{"x":1.50,"l":[true,null]}}`,
			func(ep *Endpoint, _ *Event) { ep.Format = FormatForm },
			[]string{"Content-Type: application/x-www-form-urlencoded"}, `EVENT=A+b&n%5Bx%5D=1.50&n%5Bl%5D%5B0%5D=true&n%5Bl%5D%5B1%5D=`,
		},
		{
			"a form of one field", "github/push", `{"a": "b c"}`,
			func(ep *Endpoint, _ *Event) { ep.Format = FormatForm },
			[]string{"Content-Type: application/x-www-form-urlencoded"}, `payload=%7B%22a%22%3A+%22b+c%22%7D`,
		},
		{
			"xml", "stockcrowd/INVERSOR_CREATED", `{"EVENT":"A<b","n":{"1x":1.50,"l":[true,null]}}`,
			func(ep *Endpoint, _ *Event) { ep.Format = FormatXML },
			[]string{"Content-Type: application/xml; charset=utf-8"},
			"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<event><EVENT>A&lt;b</EVENT><n><_1x>1.50</_1x><l>true</l><l></l></n></event>",
		},
		{
			"api key in a header", "stockcrowd/INVERSOR_CREATED", `{}`,
			func(ep *Endpoint, _ *Event) {
				ep.Auth = Auth{Kind: AuthHeader, Name: "X-Api-Key", Secret: &Secret{Value: "k"}}
			},
			[]string{"X-Api-Key: k"}, `{}`,
		},
		{
			"basic", "stockcrowd/INVERSOR_CREATED", `{}`,
			func(ep *Endpoint, _ *Event) {
				ep.Auth = Auth{Kind: AuthBasic, Name: "ann", Secret: &Secret{Value: "pw"}}
			},
			[]string{"Authorization: Basic YW5uOnB3"}, `{}`,
		},
		{
			"bearer", "stockcrowd/INVERSOR_CREATED", `{}`,
			func(ep *Endpoint, _ *Event) { ep.Auth = Auth{Kind: AuthBearer, Secret: &Secret{Value: "tok"}} },
			[]string{"Authorization: Bearer tok"}, `{}`,
		},
		{
			"api key in the address", "stockcrowd/INVERSOR_CREATED", `{}`,
			func(ep *Endpoint, _ *Event) {
				ep.Auth = Auth{Kind: AuthQuery, Name: "key", Secret: &Secret{Value: "a b"}}
			},
			[]string{"POST /hooks?a=1&key=a+b HTTP/1.1", "Host: localhost:3000"}, `{}`,
		},
		{"a batch", "sendgrid/" + provider(t, "sendgrid").Events[0].Name, `{"a":1}`, nil, nil, `[{"a":1}]`},
		{"a batch already", "sendgrid/" + provider(t, "sendgrid").Events[0].Name, `[{"a":1}]`, nil, nil, `[{"a":1}]`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			ep, ev := ep, &Event{Type: tt.event, ID: "e1", Payload: []byte(tt.payload)}
			if tt.change != nil {
				tt.change(&ep, ev)
			}
			id, _ := ev.Names()
			w := composed(t, &Outgoing{Endpoint: ready(t, ep), Provider: provider(t, id), Event: ev})
			rest := string(w.Head)
			for _, line := range tt.want {
				_, after, ok := strings.Cut(rest, line)
				if !ok {
					t.Fatalf("%q is not there, or not in its place:\n%s", line, w.Head)
				}
				rest = after
			}
			if tt.body != "" && string(w.Body) != tt.body {
				t.Errorf("body %s\nwant %s", w.Body, tt.body)
			}
			if got := inspector.ParseHead(w.Head).Value("Content-Length"); got != strconv.Itoa(len(w.Body)) {
				t.Errorf("Content-Length %s for %d bytes", got, len(w.Body))
			}
		})
	}
}

func TestIDsOfTries(t *testing.T) {
	t.Parallel()
	svix, own := provider(t, "svix"), *provider(t, "webconnex")
	own.DeliveryIDOnRetry = "new"
	ep := ready(t, Endpoint{Secrets: []Secret{}})
	id := func(p *catalog.Provider, ep *Endpoint, try int, delivery string) string {
		return composed(t, &Outgoing{Endpoint: ep, Provider: p, Event: &Event{Type: p.ID + "/x", ID: "msg_1srOrx2ZWZBpBUvZwXKQmoEYga2", Payload: []byte(`{}`)}, Try: try, DeliveryID: delivery}).DeliveryID
	}
	if a, b := id(provider(t, "webconnex"), ep, 0, ""), id(provider(t, "webconnex"), ep, 1, ""); a == "" || a != b {
		t.Errorf("Webconnex keeps its delivery id: %s, %s", a, b)
	}
	if a, b := id(&own, ep, 0, ""), id(&own, ep, 1, ""); a == b || len(b) != 32 {
		t.Errorf("a new id for each try: %s, %s", a, b)
	}
	if a, b := id(&own, ep, 1, ""), id(&own, ep, 1, ""); a != b {
		t.Errorf("the same try has two ids: %s, %s", a, b)
	}
	if got := id(provider(t, "webconnex"), ep, 0, "given"); got != "given" {
		t.Errorf("the given id became %s", got)
	}
	github := func(name string) string {
		w := composed(t, &Outgoing{Endpoint: ready(t, Endpoint{Name: name, Secrets: []Secret{}}), Provider: provider(t, "github"), Event: &Event{Type: "github/push", ID: "7b8c", Payload: []byte(`{}`)}})
		return inspector.ParseHead(w.Head).Value("X-GitHub-Delivery") + " " + w.DeliveryID
	}
	if a, b := github("one"), github("two"); a != b || a != "7b8c 7b8c" {
		t.Errorf("GitHub has one id for all endpoints: %s, %s", a, b)
	}
	other := ready(t, Endpoint{Name: "other", Secrets: []Secret{}})
	if a, b := id(svix, ep, 0, ""), id(svix, other, 3, ""); a != b || !strings.HasPrefix(a, "msg_") {
		t.Errorf("Svix has one id for all endpoints and tries: %s, %s", a, b)
	}
}

// A header that tells when the event happened is the same on every try.
func TestTimeOfTheEvent(t *testing.T) {
	t.Parallel()
	ep := ready(t, Endpoint{Secrets: []Secret{{Value: "1a2b3c4d5e6f70819293a4b5c6d7e8f9"}}})
	for try := range 3 {
		ev := &Event{Type: "shopify/orders/create", ID: "e1", Payload: []byte("{}"), At: composeTime.Add(7 * time.Nanosecond)}
		w := composed(t, &Outgoing{Endpoint: ep, Provider: provider(t, "shopify"), Event: ev, Try: try, Now: composeTime.Add(time.Duration(try) * time.Hour)})
		if got, want := inspector.ParseHead(w.Head).Value("X-Shopify-Triggered-At"), "2026-03-04T05:06:07.000000007Z"; got != want {
			t.Errorf("try %d tells %s, want %s", try, got, want)
		}
	}
}

func TestRotatedSecretsStandSideBySide(t *testing.T) {
	t.Parallel()
	scheme, _ := signer.Lookup("standard-webhooks")
	one, _, _ := scheme.NewSecret()
	two, _, _ := scheme.NewSecret()
	until := composeTime.Add(time.Hour)
	ep := ready(t, Endpoint{Scheme: "standard-webhooks", Secrets: []Secret{{Value: two}, {Value: one, Until: &until}}})
	o := &Outgoing{Endpoint: ep, Event: &Event{Type: "a/b", ID: "e1", Payload: []byte(`{}`)}}
	for _, tt := range []struct {
		at     time.Time
		secret string
		want   signer.Verdict
	}{
		{composeTime, two, signer.Valid}, {composeTime, one, signer.Valid},
		{until.Add(time.Second), two, signer.Valid}, {until.Add(time.Second), one, signer.Invalid},
	} {
		o.Now = tt.at
		res, err := scheme.Verify(received(composed(t, o), ep), []string{tt.secret}, tt.at, signer.Options{})
		if err != nil || res.Verdict != tt.want {
			t.Errorf("at %s: %s, %v, want %s", tt.at, res.Verdict, err, tt.want)
		}
	}
}

func TestUnsignedSaysWhy(t *testing.T) {
	t.Parallel()
	w := composed(t, &Outgoing{Endpoint: ready(t, Endpoint{Secrets: []Secret{}}), Provider: provider(t, "webconnex"), Event: &Event{Type: "webconnex/coupon", Payload: []byte(`{}`)}})
	if w.Scheme != "" || !slices.ContainsFunc(w.Notes, func(n string) bool { return strings.Contains(n, "has no secret") }) {
		t.Errorf("scheme %q, notes %q", w.Scheme, w.Notes)
	}
	byHand := ready(t, Endpoint{Headers: []inspector.Field{{Name: "X-Webconnex-Signature", Value: "abc"}}, Secrets: []Secret{{Value: "s"}}})
	w = composed(t, &Outgoing{Endpoint: byHand, Provider: provider(t, "webconnex"), Event: &Event{Type: "webconnex/coupon", Payload: []byte(`{}`)}})
	if got := inspector.ParseHead(w.Head).Values("X-Webconnex-Signature"); len(got) != 1 || got[0] != "abc" || len(w.Notes) == 0 {
		t.Errorf("signature %q, notes %q", got, w.Notes)
	}
}
