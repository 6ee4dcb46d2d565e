package proxy

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/boathook/boathook/catalog"
	"github.com/boathook/boathook/inspector"
)

func prepare(ep Endpoint) (*Endpoint, error) {
	s := &Endpoints{}
	s.catalog.Store(catalog.Builtin())
	return s.Prepare(ep)
}

func TestEndpointIsChecked(t *testing.T) {
	t.Parallel()
	set := func(change func(*Endpoint)) Endpoint {
		ep := Endpoint{Name: "crm", URL: "http://localhost:3000", Secrets: []Secret{}}
		change(&ep)
		return ep
	}
	for _, tt := range []struct {
		field  string
		change func(*Endpoint)
	}{
		{"name", func(ep *Endpoint) { ep.Name = "Crm" }},
		{"kind", func(ep *Endpoint) { ep.Kind = "fax" }},
		{"url", func(ep *Endpoint) { ep.URL = "ftp://x" }},
		{"url", func(ep *Endpoint) { ep.URL = "http://u:p@x" }},
		{"url", func(ep *Endpoint) { ep.URL = "http://x/\r\nX: y" }},
		{"url", func(ep *Endpoint) { ep.Kind = KindEmail }},
		{"email", func(ep *Endpoint) { ep.Kind, ep.URL = KindEmail, "" }},
		{"email.to", func(ep *Endpoint) { ep.Kind, ep.URL, ep.Email = KindEmail, "", &Email{} }},
		{"email.to[0]", func(ep *Endpoint) { ep.Kind, ep.URL, ep.Email = KindEmail, "", &Email{To: []string{"no"}} }},
		{"email.subject", func(ep *Endpoint) {
			ep.Kind, ep.URL, ep.Email = KindEmail, "", &Email{To: []string{"a@b"}, Subject: "{{nothing}}"}
		}},
		{"email.smtp.host", func(ep *Endpoint) {
			ep.Kind, ep.URL, ep.Email = KindEmail, "", &Email{To: []string{"a@b"}, SMTP: &SMTP{Host: "x:25"}}
		}},
		{"email.smtp.tls", func(ep *Endpoint) {
			ep.Kind, ep.URL, ep.Email = KindEmail, "", &Email{To: []string{"a@b"}, SMTP: &SMTP{Host: "mail.example.org", TLS: TLSNone, User: "u", Password: &Secret{Value: "p"}}}
		}},
		{"email.smtp.password", func(ep *Endpoint) {
			ep.Kind, ep.URL, ep.Email = KindEmail, "", &Email{To: []string{"a@b"}, SMTP: &SMTP{Host: "mail.example.org", User: "u"}}
		}},
		{"method", func(ep *Endpoint) { ep.Method = "PO ST" }},
		{"method", func(ep *Endpoint) { ep.Method = "POST\r\nX:" }},
		{"provider", func(ep *Endpoint) { ep.Provider = "nobody" }},
		{"events[1]", func(ep *Endpoint) { ep.Events = []string{"webconnex/coupon", "webconnex/cupon"} }},
		{"events[0]", func(ep *Endpoint) { ep.Events = []string{"coupon"} }},
		{"events[0]", func(ep *Endpoint) { ep.Events = []string{"nobody/*"} }},
		{"channels[0]", func(ep *Endpoint) { ep.Channels = []string{"client 1"} }},
		{"channels", func(ep *Endpoint) { ep.Channels = strings.Split("a,b,c,d,e,f,g,h,i,j,k", ",") }},
		{"scope.kind", func(ep *Endpoint) { ep.Scope = &Scope{Kind: "page"} }},
		{"scope.only[0]", func(ep *Endpoint) { ep.Scope = &Scope{Kind: "form", Only: []string{""}} }},
		{"skip", func(ep *Endpoint) { ep.Skip = "staus:500" }},
		{"format", func(ep *Endpoint) { ep.Format = "yaml" }},
		{"auth.kind", func(ep *Endpoint) { ep.Auth.Kind = "digest" }},
		{"auth.secret", func(ep *Endpoint) { ep.Auth.Kind = AuthBearer }},
		{"auth.name", func(ep *Endpoint) { ep.Auth = Auth{Kind: AuthHeader, Name: "X Y", Secret: &Secret{Value: "v"}} }},
		{"auth.name", func(ep *Endpoint) { ep.Auth = Auth{Kind: AuthHeader, Name: "Host", Secret: &Secret{Value: "v"}} }},
		{"auth.secret.value", func(ep *Endpoint) { ep.Auth = Auth{Kind: AuthBearer, Secret: &Secret{Value: "v\r\nX: y"}} }},
		{"app_key", func(ep *Endpoint) { ep.AppKey = "a\nb" }},
		{"headers[0].name", func(ep *Endpoint) { ep.Headers = []inspector.Field{{Name: "Content-Length", Value: "1"}} }},
		{"headers[0].name", func(ep *Endpoint) { ep.Headers = []inspector.Field{{Name: "host", Value: "x"}} }},
		{"headers[0].value", func(ep *Endpoint) { ep.Headers = []inspector.Field{{Name: "X", Value: "1\r\nY: 2"}} }},
		{"headers[0].value", func(ep *Endpoint) { ep.Headers = []inspector.Field{{Name: "X", Value: "a\x00"}} }},
		{"scheme", func(ep *Endpoint) { ep.Scheme = "nothing" }},
		{"context.webhook_id", func(ep *Endpoint) { ep.Scheme = "paypal" }},
		{"secrets[0].value", func(ep *Endpoint) { ep.Scheme, ep.Secrets = "svix", []Secret{{Value: "whsec_*"}} }},
		{"retry.preset", func(ep *Endpoint) { ep.Retry.Preset = "often" }},
		{"retry.delays", func(ep *Endpoint) { ep.Retry.Preset = "custom" }},
		{"retry.delays", func(ep *Endpoint) { ep.Retry = RetrySetting{Preset: "custom", Delays: []string{"5"}} }},
		{"retry.jitter", func(ep *Endpoint) { ep.Retry.Jitter = 2 }},
		{"speed", func(ep *Endpoint) { ep.Speed = 0.5 }},
		{"rate", func(ep *Endpoint) { ep.Rate = -1 }},
		{"timeout_ms", func(ep *Endpoint) { ep.TimeoutMS = 600_001 }},
		{"concurrency", func(ep *Endpoint) { ep.Concurrency = 257 }},
		{"success[0]", func(ep *Endpoint) { ep.Success = []string{"6xx"} }},
	} {
		var invalid *InvalidError
		if _, err := prepare(set(tt.change)); !errors.As(err, &invalid) || invalid.Field != tt.field || invalid.Text == "" {
			t.Errorf("want the field %s wrong, got %v", tt.field, err)
		}
	}
}

// No value that anybody can set makes a second line of a header.
func TestNoValueAddsAHeader(t *testing.T) {
	t.Parallel()
	for _, evil := range []string{"x\r\nEvil: 1", "x\nEvil: 1", "x\rEvil: 1", "x\x00"} {
		for field, change := range map[string]func(*Outgoing){
			"type":       func(o *Outgoing) { o.Event.Type = "webconnex/" + evil },
			"id":         func(o *Outgoing) { o.Event.ID = evil },
			"request_id": func(o *Outgoing) { o.Event.RequestID = evil },
			"channels":   func(o *Outgoing) { o.Event.Channels = []string{evil} },
			"delivery":   func(o *Outgoing) { o.DeliveryID = evil },
			"secret": func(o *Outgoing) {
				o.Endpoint.Scheme, o.Endpoint.Secrets = "gitlab.token", []Secret{{open: &evil}}
			},
			"auth": func(o *Outgoing) {
				o.Endpoint.Auth = Auth{Kind: AuthHeader, Name: "X-Key", Secret: &Secret{open: &evil}}
			},
			"own":  func(o *Outgoing) { o.Endpoint.Headers = []inspector.Field{{Name: "X-Own", Value: evil}} },
			"name": func(o *Outgoing) { o.Endpoint.Headers = []inspector.Field{{Name: "X-" + evil, Value: "v"}} },
		} {
			o := &Outgoing{
				Endpoint: &Endpoint{Name: "crm", URL: "http://localhost:3000", Scheme: "none"}, Provider: provider(t, "webconnex"),
				Event: &Event{Type: "webconnex/coupon", ID: "1", Payload: []byte(`{}`)}, Now: composeTime,
			}
			change(o)
			w, err := Compose(o)
			var invalid *InvalidError
			if !errors.As(err, &invalid) {
				t.Errorf("%s %q: composed %v, %v", field, evil, w != nil && bytes.Contains(w.Head, []byte("Evil")), err)
			}
		}
		o := &Outgoing{
			Endpoint: &Endpoint{Name: "crm", URL: "http://localhost:3000", Scheme: "none", AppKey: "k"}, Provider: provider(t, "webconnex"),
			Event: &Event{Type: "webconnex/coupon", ID: "1", Payload: []byte(`{"eventType":"` + evil + `"}`)}, Now: composeTime,
		}
		if w, err := Compose(o); err != nil || bytes.Contains(w.Head, []byte("Evil")) {
			t.Errorf("a payload became a header: %v", err)
		}
	}
}

func TestFormats(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ format, payload, want string }{
		{FormatForm, `{}`, ``},
		{FormatForm, `{"a":"1&2=3","b":[],"ü":12345678901234567890}`, "a=1%262%3D3&%C3%BC=12345678901234567890"},
		{FormatXML, `{"a":"]]>\u0001&","b":[],"":"x"}`, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<event><a>]]&gt;&amp;</a><_>x</_></event>"},
		{FormatXML, `[1,2]`, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<events><event>1</event><event>2</event></events>"},
		{FormatJSON, `not json`, `not json`},
	} {
		got, err := convert([]byte(tt.payload), tt.format)
		if err != nil || string(got) != tt.want {
			t.Errorf("%s of %s: %s, %v", tt.format, tt.payload, got, err)
		}
	}
	for _, payload := range []string{``, `not json`, `{"a":1`, `{} {}`, `{"a":` + strings.Repeat("[", 200) + strings.Repeat("]", 200) + `}`} {
		for _, format := range []string{FormatForm, FormatXML} {
			var invalid *InvalidError
			if got, err := convert([]byte(payload), format); !errors.As(err, &invalid) || invalid.Field != "format" {
				t.Errorf("%s of %.20s: %s, %v", format, payload, got, err)
			}
		}
	}
}
