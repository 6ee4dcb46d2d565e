package web

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/boathook/boathook/proxy"
	"github.com/boathook/boathook/web/client"
)

func TestEndpointsAreMadeChangedAndDeleted(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	var ep proxy.Endpoint
	r.post("/api/v1/endpoints", map[string]any{"name": "crm", "url": "http://127.0.0.1:9/hooks", "events": []string{"*"}}, 201, &ep)
	if !ep.On || ep.Rev == 0 || ep.Kind != "url" || len(ep.Secrets) != 1 || ep.Secrets[0].Value == "" {
		t.Fatalf("= %+v", ep)
	}
	var got proxy.Endpoint
	r.get("/api/v1/endpoints/crm", &got)
	if got.Secrets[0].Value != "" || got.Secrets[0].ID != ep.Secrets[0].ID {
		t.Errorf("a secret is shown again, or is another: %v", got.Secrets[0].ID)
	}
	if a := r.do("POST", "/api/v1/endpoints", `{"name":"crm","url":"http://127.0.0.1:9/"}`); a.StatusCode != 409 {
		t.Errorf("create again = %d", a.StatusCode)
	}
	got.Note, got.On = "changed", false
	body, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name, path, body string
		status           int
	}{
		{"change", "crm", string(body), 200},
		{"an old revision", "crm", string(body), 409},
		{"rename", "other", string(body), 400},
		{"unknown", "other", `{"rev":1,"url":"http://127.0.0.1:9/"}`, 404},
	} {
		if a := r.do("PUT", "/api/v1/endpoints/"+tt.path, tt.body); a.StatusCode != tt.status {
			t.Errorf("%s = %d %s", tt.name, a.StatusCode, a.body)
		}
	}
	var all client.Endpoints
	r.get("/api/v1/endpoints", &all)
	if len(all.Endpoints) != 1 || all.Endpoints[0].Note != "changed" || all.Endpoints[0].On {
		t.Errorf("list = %+v", all)
	}
	if a := r.do("DELETE", fmt.Sprintf("/api/v1/endpoints/crm?rev=%d", got.Rev), ""); a.StatusCode != 409 {
		t.Errorf("delete of an old revision = %d", a.StatusCode)
	}
	for _, want := range []int{204, 404} {
		if a := r.do("DELETE", "/api/v1/endpoints/crm", ""); a.StatusCode != want {
			t.Errorf("delete = %d, want %d", a.StatusCode, want)
		}
	}
}

func TestEndpointsAreCheckedByField(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	for _, tt := range []struct {
		name, body string
		field      string
	}{
		{"no name", `{"url":"http://127.0.0.1/"}`, "name"},
		{"no URL", `{"name":"a"}`, "url"},
		{"another protocol", `{"name":"a","url":"ftp://x/"}`, "url"},
		{"unknown scheme", `{"name":"a","url":"http://x/","scheme":"nosuch"}`, "scheme"},
		{"a blank secret", `{"name":"a","url":"http://x/","secrets":[{"value":" "}]}`, "secrets[0].value"},
		{"a filter that is none", `{"name":"a","url":"http://x/","skip":"nosuch:1"}`, "skip"},
		{"an unknown field", `{"name":"a","url":"http://x/","nosuch":1}`, "nosuch"},
	} {
		a := r.do("POST", "/api/v1/endpoints", tt.body)
		var p client.Problem
		if err := json.Unmarshal(a.body, &p); err != nil || a.StatusCode != 400 || p.Field != tt.field {
			t.Errorf("%s = %d %s, want field %s", tt.name, a.StatusCode, a.body, tt.field)
		}
	}
}

func TestRotation(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	var ep, next proxy.Endpoint
	r.post("/api/v1/endpoints", map[string]any{"name": "crm", "url": "http://127.0.0.1:9/"}, 201, &ep)
	r.post("/api/v1/endpoints/crm/secret", client.Rotation{OverlapS: 3600}, 200, &next)
	if len(next.Secrets) != 2 || next.Secrets[0].Value == "" || next.Secrets[0].Value == ep.Secrets[0].Value || next.Secrets[1].Until == nil {
		t.Errorf("= %+v", next.Secrets)
	}
	for body, want := range map[string]int{`{"overlap_s":-1}`: 400, `{"overlap_s":604801}`: 400, `{}`: 200, ``: 400} {
		if a := r.do("POST", "/api/v1/endpoints/crm/secret", body); a.StatusCode != want {
			t.Errorf("%s = %d, want %d", body, a.StatusCode, want)
		}
	}
	if a := r.do("POST", "/api/v1/endpoints/nosuch/secret", `{}`); a.StatusCode != 404 {
		t.Errorf("unknown = %d", a.StatusCode)
	}
}

func TestSettings(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	var v proxy.SettingsValues
	r.get("/api/v1/settings", &v)
	if !v.Sending || v.Rev != 0 || v.Cap == 0 {
		t.Errorf("at first = %+v", v)
	}
	for _, tt := range []struct {
		body   string
		status int
	}{
		{`{"rev":0,"allow":["CRM.example.org"]}`, 200},
		{`{"rev":0,"sending":false}`, 409},
		{`{"rev":1,"allow":["http://x/"]}`, 400},
		{`{"rev":1,"cap":-1}`, 400},
		{`{"rev":1,"nosuch":1}`, 400},
		{`{"rev":1,"retry":{"preset":"provider"}}`, 400},
		{`{"rev":1,"retry":{"preset":"custom","delays":["soon"]}}`, 400},
	} {
		if a := r.do("PUT", "/api/v1/settings", tt.body); a.StatusCode != tt.status {
			t.Errorf("%s = %d %s", tt.body, a.StatusCode, a.body)
		}
	}
	r.get("/api/v1/settings", &v)
	if !v.Sending || strings.Join(v.Allow, " ") != "crm.example.org" || v.Rev == 0 || v.Retry.String() != "none" {
		t.Errorf("afterwards = %+v", v)
	}
	if a := r.do("PUT", "/api/v1/settings", fmt.Sprintf(`{"rev":%d,"retry":{"preset":"custom","delays":["5s","5m"],"jitter":0.1}}`, v.Rev)); a.StatusCode != 200 {
		t.Errorf("a rule = %d %s", a.StatusCode, a.body)
	}
	r.get("/api/v1/settings", &v)
	if v.Retry.String() != "5s,5m" || v.Retry.Jitter != 0.1 || strings.Join(v.Allow, " ") != "crm.example.org" {
		t.Errorf("with a rule = %+v", v)
	}
}
