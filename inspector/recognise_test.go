package inspector

import (
	"encoding/json"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func lines(list ...string) func(yield func(name, value string) bool) {
	return func(yield func(name, value string) bool) {
		for _, l := range list {
			name, value, _ := strings.Cut(l, ": ")
			if !yield(name, value) {
				return
			}
		}
	}
}

func recognise(fields iter.Seq2[string, string], body []byte) Known {
	var r Recogniser
	for name, value := range fields {
		r.Field(name, value)
	}
	return r.Body(body)
}

func TestRecogniseHeaders(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name   string
		fields []string
		body   string
		want   Known
	}{
		{"webconnex", []string{"User-Agent: Webconnex-Divvy", "X-Webconnex-Delivery: b473", "X-Webconnex-Event: registration", "X-Webconnex-Signature: bc"}, "", Known{"webconnex", "registration", "b473", false}},
		{"webconnex test", []string{"X-Webconnex-Event: test"}, "", Known{"webconnex", "test", "", true}},
		{"site stacker", []string{"SiteStacker-Event: contribution_create", "SiteStacker-Delivery: d1"}, "", Known{"site-stacker", "contribution_create", "d1", false}},
		{"site stacker ping", []string{"sitestacker-event: ping"}, `{"hook":{"id":"1"}}`, Known{"site-stacker", "ping", "", true}},
		{"svix", []string{"svix-id: msg_1", "svix-timestamp: 1", "svix-signature: v1,x"}, `{"type":"user.created"}`, Known{"svix", "user.created", "msg_1", false}},
		{"standard webhooks", []string{"webhook-id: msg_1", "Webhook-Signature: v1,x"}, `{"type":"a.b"}`, Known{"standard-webhooks", "a.b", "msg_1", false}},
		{"gitlab with standard lines", []string{"webhook-id: msg_1", "X-Gitlab-Event: Push Hook", "webhook-signature: v1,x", "X-Gitlab-Event-UUID: u1"}, "", Known{"gitlab", "Push Hook", "u1", false}},
		{"stripe", []string{"Stripe-Signature: t=1,v1=x"}, `{"id":"evt_1","object":"event","type":"charge.succeeded"}`, Known{"stripe", "charge.succeeded", "evt_1", false}},
		{"github", []string{"X-GitHub-Event: push", "X-GitHub-Delivery: 72d3", "X-Hub-Signature-256: sha256=x"}, `{"type":"no"}`, Known{"github", "push", "72d3", false}},
		{"github ping", []string{"X-GitHub-Event: ping"}, `{"zen":"x"}`, Known{"github", "ping", "", true}},
		{"gitea beside github lines", []string{"X-GitHub-Event: push", "X-Gitea-Event: push", "X-Gogs-Event: push", "X-Gitea-Delivery: g1", "X-GitHub-Delivery: h1"}, "", Known{"gitea", "push", "g1", false}},
		{"shopify", []string{"x-shopify-topic: orders/create", "X-Shopify-Webhook-Id: w1"}, "", Known{"shopify", "orders/create", "w1", false}},
		{"slack", []string{"X-Slack-Signature: v0=x"}, `{"token":"a","type":"event_callback"}`, Known{"slack", "event_callback", "", false}},
		{"slack handshake", []string{"X-Slack-Signature: v0=x"}, `{"type":"url_verification"}`, Known{"slack", "url_verification", "", true}},
		{"twilio form", []string{"X-Twilio-Signature: x", "I-Twilio-Idempotency-Token: i1"}, "MessageSid=1&type=2", Known{"twilio", "", "i1", false}},
		{"nothing", []string{"Host: a", "Content-Type: text/plain"}, "hello", Known{}},
		{"over-long event", []string{"X-GitHub-Event: " + strings.Repeat("x", 300), "X-GitHub-Delivery: d"}, "", Known{"github", "", "d", false}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := recognise(lines(test.fields...), []byte(test.body)); got != test.want {
				t.Errorf("got %+v, want %+v", got, test.want)
			}
		})
	}
}

func TestRecogniseBody(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ body, event string }{
		{`{"event":"a"}`, "a"},
		{"\xef\xbb\xbf \r\n{ \"eventType\" : \"b\" }", "b"},
		{`{"event_type":"c","x":1}`, "c"},
		{`{"topic":"d"}`, "d"},
		{`{"type":"t","event":"e"}`, "e"},
		{`{"event":{"type":"inner"},"type":"outer"}`, "outer"},
		{`{"data":{"event":"inner","s":"}\"{"},"n":[1,{"type":"x"}],"t":true,"type":"z"}`, "z"},
		{`{"a":"\\","type":"after a backslash"}`, "after a backslash"},
		{`{"a":"\\\"","type":"q"}`, "q"},
		{`{"type":"a\nb"}`, ""},
		{`{"type":5}`, ""},
		{`{"type":""}`, ""},
		{`{"type":"` + strings.Repeat("x", 257) + `"}`, ""},
		{`{"type":"cut`, ""},
		{`{"a":[[[[`, ""},
		{`{"a" "type":"x"}`, ""},
		{`{`, ""},
		{`{"`, ""},
		{`["type","x"]`, ""},
		{`type=x`, ""},
		{``, ""},
		{`{"pad":"` + strings.Repeat("x", 9000) + `","type":"late"}`, ""},
		{`{"type":"early","pad":"` + strings.Repeat("x", 9000) + `"}`, "early"},
	} {
		if got := recognise(lines(), []byte(test.body)); got.Event != test.event || got.Provider != "" {
			t.Errorf("%.80s: %+v, want event %q", test.body, got, test.event)
		}
	}
	got := recognise(lines(), []byte(`{"EVENT":"INVERSOR_PAYMENT_SUCCEEDED","id":"7"}`))
	if got != (Known{Provider: "stockcrowd", Event: "INVERSOR_PAYMENT_SUCCEEDED"}) {
		t.Errorf("stockcrowd: %+v", got)
	}
}

// TestRecogniseSamples compares the bounded scan with a full decode of every
// published sample.
func TestRecogniseSamples(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../testdata/samples/*/*.json")
	if err != nil || len(files) < 20 {
		t.Fatalf("%d samples, %v", len(files), err)
	}
	for _, file := range files {
		body, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		want := ""
		var object map[string]json.RawMessage
		if json.Unmarshal(body, &object) == nil {
			for _, key := range eventKeys {
				if json.Unmarshal(object[key], &want) == nil && want != "" {
					break
				}
				want = ""
			}
		}
		if got := recognise(lines(), body).Event; got != want {
			t.Errorf("%s: event %q, want %q", file, got, want)
		}
	}
}

func FuzzRecognise(f *testing.F) {
	f.Add("X-GitHub-Event", "push", []byte(`{"type":"a","x":[{}]}`))
	f.Add("", "", []byte(`{"a":"\\`))
	f.Fuzz(func(t *testing.T, name, value string, body []byte) {
		got := recognise(lines(name+": "+value), body)
		if len(got.Event) > maxName || len(got.EventID) > maxName {
			t.Errorf("%+v", got)
		}
	})
}

func BenchmarkRecognise(b *testing.B) {
	body := []byte(`{"data":{"pad":"` + strings.Repeat("x", 700) + `","list":[` + strings.Repeat(`{"a":1,"b":"c"},`, 17) + `{}]},"type":"order.created"}`)
	fields := lines("Host: localhost:4601", "User-Agent: bench/1.0", "Content-Type: application/json", "Content-Length: 1024",
		"Accept: */*", "Accept-Encoding: gzip", "svix-id: msg_p5jXN8AQM9LWM0D4loKWxJek", "svix-timestamp: 1614265330", "svix-signature: v1,x")
	b.ReportAllocs()
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		if recognise(fields, body).Event == "" {
			b.Fatal("no event")
		}
	}
}
