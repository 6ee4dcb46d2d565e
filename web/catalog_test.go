package web

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/boathook/boathook/catalog"
	"github.com/boathook/boathook/proxy"
	"github.com/boathook/boathook/web/client"
)

// Every provider and every event type of the catalogue is told, in the described
// form, and its sample fits it.
func TestCatalogIsTold(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	var all client.Catalog
	r.get("/api/v1/catalog", &all)
	if want := len(catalog.Builtin().Providers()); len(all.Providers) != want || want == 0 {
		t.Fatalf("%d providers, want %d", len(all.Providers), want)
	}
	for _, p := range all.Providers {
		// The whole definition is for people; its durations are text.
		var v struct {
			client.ProviderDetail
			Definition json.RawMessage `json:"definition"`
		}
		r.get("/api/v1/catalog/"+p.ID, &v)
		if len(v.EventTypes) != p.Events || len(v.Definition) < 10 || p.Retry == "" || p.Resend == "" || len(p.Formats) == 0 {
			t.Errorf("%s = %+v", p.ID, v)
		}
		for _, e := range v.EventTypes[:min(len(v.EventTypes), 3)] {
			path := "/api/v1/catalog/" + p.ID + "/" + url.PathEscape(e.Name)
			var detail client.EventDetail
			r.get(path, &detail)
			if detail.ID != e.ID || detail.Provider != p.ID || len(detail.Variants) < 5 || len(detail.Schema) == 0 {
				t.Errorf("%s = %+v", e.ID, detail)
			}
			var sample client.Sample
			r.get(path+"/sample?seed=7", &sample)
			if len(sample.Body) < 2 || sample.ContentType == "" || !sample.Generated && sample.Source == "" {
				t.Errorf("sample of %s = %+v", e.ID, sample)
			}
			var fits client.Problems
			r.post(path+"/validate", client.ValidateInput{Body: sample.Body}, 200, &fits)
			if len(fits.Problems) > 0 {
				t.Errorf("the sample of %s does not fit: %+v", e.ID, fits.Problems)
			}
		}
	}
}

func TestSamples(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	const path = "/api/v1/catalog/webconnex/registration/sample"
	var a, b client.Sample
	r.get(path+"?seed=7&variant=full&set=data.total%3D99.5&set=data.item%3A%3Dnull", &a)
	r.get(path+"?seed=7&variant=full&set=data.total%3D99.5&set=data.item%3A%3Dnull", &b)
	if a.Body != b.Body {
		t.Errorf("the same seed makes other bodies:\n%s\n%s", a.Body, b.Body)
	}
	var body struct {
		Data map[string]any `json:"data"`
	}
	if err := json.Unmarshal([]byte(a.Body), &body); err != nil || body.Data["total"] != 99.5 || body.Data["item"] != nil {
		t.Errorf("= %s, %v", a.Body, err)
	}
	for query, status := range map[string]int{
		"?variant=nosuch": 400, "?seed=x": 400, "?seed=-1": 400, "?set=nosign": 400, "?set=a..b%3D1": 400, "?" + strings.Repeat("set=a%3D1&", 201): 400, "": 200,
	} {
		if a := r.do("GET", path+query, ""); a.StatusCode != status {
			t.Errorf("%.60s = %d %s", query, a.StatusCode, clip(a.body))
		}
	}
	for _, path := range []string{"nosuch", "nosuch/registration", "webconnex/registratoin", "webconnex/nosuch/sample"} {
		a := r.do("GET", "/api/v1/catalog/"+path, "")
		var p client.Problem
		if err := json.Unmarshal(a.body, &p); a.StatusCode != 404 || err != nil {
			t.Errorf("%s = %d %s", path, a.StatusCode, a.body)
		}
		if strings.HasSuffix(path, "toin") && p.Suggestion != "webconnex/registration" {
			t.Errorf("suggestion = %+v", p)
		}
	}
}

func TestValidateBodiesAndDeliveries(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	const path = "/api/v1/catalog/webconnex/registration/validate"
	row := r.capture(capture{})
	for _, tt := range []struct {
		name string
		in   client.ValidateInput
		kind string
	}{
		{"no JSON", client.ValidateInput{Body: "{"}, catalog.KindSyntax},
		{"another delivery", client.ValidateInput{Delivery: fmt.Sprint(row.N)}, catalog.KindUnexpected},
		{"in base64", client.ValidateInput{BodyBase64: "eyJ4IjoxfQ=="}, catalog.KindUnexpected},
	} {
		var v client.Problems
		r.post(path, tt.in, 200, &v)
		found := false
		for _, p := range v.Problems {
			found = found || p.Kind == tt.kind
		}
		if !found {
			t.Errorf("%s = %+v, want one of kind %s", tt.name, v.Problems, tt.kind)
		}
	}
	for body, want := range map[string]int{`{"delivery":"99"}`: 400, `{"delivery":"1","body":"x"}`: 400, `{"body_base64":"!"}`: 400} {
		if a := r.do("POST", path, body); a.StatusCode != want {
			t.Errorf("%s = %d %s", body, a.StatusCode, a.body)
		}
	}
}

func TestSubscribersOfEventTypes(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	for _, body := range []string{
		`{"name":"one","url":"http://127.0.0.1:9/","events":["webconnex/registration"]}`,
		`{"name":"all","url":"http://127.0.0.1:9/","events":["*"],"on":false}`,
		`{"name":"none","url":"http://127.0.0.1:9/","events":["stockcrowd/*"]}`,
	} {
		var ep proxy.Endpoint
		r.post("/api/v1/endpoints", json.RawMessage(body), 201, &ep)
	}
	var v client.Subscribers
	r.get("/api/v1/catalog/webconnex/registration/subscribers", &v)
	if len(v.Subscribers) != 2 || v.Subscribers[0].Endpoint != "all" || v.Subscribers[0].On || !v.Subscribers[1].On {
		t.Errorf("= %+v", v)
	}
	var e client.EventDetail
	r.get("/api/v1/catalog/webconnex/registration", &e)
	if e.Subscribers != 2 {
		t.Errorf("%d subscribers are counted", e.Subscribers)
	}
}

func TestProvidersAreAddedAndDeleted(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	const text = "id: acme\nname: Acme\nevents:\n- name: order/made\n  description: an order\n  fields: [{name: total, type: number, required: true, example: 12.5}]\n"
	in := client.ProviderInput{Format: "yaml", Text: text}
	var p client.Provider
	r.post("/api/v1/catalog", in, 201, &p)
	if !p.Custom || p.ID != "acme" || p.Events != 1 {
		t.Errorf("= %+v", p)
	}
	var e client.EventDetail
	r.get("/api/v1/catalog/acme/order%2Fmade", &e)
	if e.ID != "acme/order/made" {
		t.Errorf("= %+v", e)
	}
	in.Replace = true
	r.post("/api/v1/catalog", in, 201, &p)
	for _, tt := range []struct {
		name, body string
		status     int
		field      string
	}{
		{"again", `{"format":"yaml","text":"id: acme\nname: Acme\n"}`, 409, ""},
		{"a built-in one", `{"format":"yaml","text":"id: webconnex\nname: Acme\n","replace":true}`, 400, "id"},
		{"a key that is none", `{"format":"yaml","text":"id: x\nnosuch: 1\n"}`, 400, "text"},
		{"an unknown format", `{"format":"toml"}`, 400, "format"},
	} {
		a := r.do("POST", "/api/v1/catalog", tt.body)
		var p client.Problem
		if err := json.Unmarshal(a.body, &p); err != nil || a.StatusCode != tt.status || p.Field != tt.field {
			t.Errorf("%s = %d %s", tt.name, a.StatusCode, a.body)
		}
	}
	for _, tt := range []struct {
		id     string
		status int
	}{{"acme", 204}, {"acme", 404}, {"webconnex", 409}} {
		if a := r.do("DELETE", "/api/v1/catalog/"+tt.id, ""); a.StatusCode != tt.status {
			t.Errorf("delete %s = %d %s", tt.id, a.StatusCode, a.body)
		}
	}
}

func TestProvidersAreImportedAndLearned(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	const openapi = `{"openapi":"3.1.0","info":{"title":"Shop","version":"1"},"webhooks":{"order.made":{"post":{"summary":"an order","requestBody":{"content":{"application/json":{"schema":{"type":"object","required":["total"],"properties":{"total":{"type":"number"}}}}}}}}}}`
	const asyncapi = `{"asyncapi":"2.6.0","info":{"title":"Bus","version":"1"},"channels":{"x":{"subscribe":{"message":{"name":"thing.done","payload":{"type":"object","properties":{"id":{"type":"string"}}}}}}}}`
	var p client.Provider
	r.post("/api/v1/catalog", client.ProviderInput{Format: "openapi", Text: openapi}, 201, &p)
	if p.Events != 1 || !p.Custom {
		t.Errorf("openapi = %+v", p)
	}
	r.post("/api/v1/catalog", client.ProviderInput{Format: "asyncapi", Text: asyncapi}, 201, &p)
	if p.Events != 1 {
		t.Errorf("asyncapi = %+v", p)
	}
	for i := range 3 {
		body := fmt.Sprintf(`{"total":%d,"note":"x"}`, i)
		r.capture(capture{inbox: "orders", head: fmt.Sprintf("POST /in/orders HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n", len(body)), body: body})
	}
	r.post("/api/v1/catalog", client.ProviderInput{Format: "deliveries", Query: "inbox:orders", Name: "till/order.made"}, 201, &p)
	var e client.EventDetail
	r.get("/api/v1/catalog/till/order.made", &e)
	if len(e.Fields) != 2 || e.Fields[0].Name != "total" || !e.Fields[0].Required {
		t.Errorf("learned = %+v", e.Fields)
	}
	for _, tt := range []struct{ body, field string }{
		{`{"format":"openapi","text":"{"}`, "text"},
		{`{"format":"deliveries","q":"inbox:nosuch","name":"a/b"}`, "name"},
		{`{"format":"deliveries","q":"inbox:orders","name":"a"}`, "name"},
		{`{"format":"deliveries","name":"a/b"}`, "q"},
		{`{"format":"deliveries","q":"*","name":"a/b","text":"x"}`, "text"},
		{`{"format":"yaml","text":"id: x","q":"*"}`, "q"},
	} {
		a := r.do("POST", "/api/v1/catalog", tt.body)
		var p client.Problem
		if err := json.Unmarshal(a.body, &p); err != nil || a.StatusCode != 400 || p.Field != tt.field {
			t.Errorf("%s = %d %s", tt.body, a.StatusCode, a.body)
		}
	}
}

func TestDriftOfRecordedBodies(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	for range 3 {
		row := r.capture(capture{event: "webconnex/registration", head: "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 15\r\n\r\n", body: `{"surprise":"x"}`})
		if row.N == 0 {
			t.Fatal("not stored")
		}
	}
	const path = "/api/v1/catalog/webconnex/registration/drift"
	var v client.Drift
	r.get(path, &v)
	found := false
	for _, item := range v.Items {
		found = found || item.Path == "surprise" && item.Kind == catalog.KindUnexpected && item.Count == 3 && item.Of == 3
	}
	if !found {
		t.Errorf("= %+v", v)
	}
	// A filter that chooses by something else takes in what has no name, and nothing of
	// another type.
	for _, event := range []string{"", "webconnex/other"} {
		r.capture(capture{event: event, head: "POST /named HTTP/1.1\r\nHost: a\r\nContent-Length: 15\r\n\r\n", body: `{"nameless":"x"}`})
	}
	r.get(path, &v)
	for _, item := range v.Items {
		if item.Of != 3 {
			t.Errorf("without a filter %+v", item)
		}
	}
	r.get(path+"?q=path:/named", &v)
	found = false
	for _, item := range v.Items {
		found = found || item.Path == "nameless" && item.Kind == catalog.KindUnexpected && item.Count == 1 && item.Of == 1
	}
	if !found {
		t.Errorf("of a filter = %+v", v)
	}
	r.get(path+"?q=inbox:nosuch", &v)
	if len(v.Items) != 0 {
		t.Errorf("of no deliveries = %+v", v)
	}
	if a := r.do("GET", path+"?q=nosuch:1", ""); a.StatusCode != 400 {
		t.Errorf("a filter that is none = %d", a.StatusCode)
	}
}
