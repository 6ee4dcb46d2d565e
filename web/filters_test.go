package web

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"github.com/boathook/boathook/proxy"
	"github.com/boathook/boathook/web/client"
)

func TestSavedFilters(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	put := func(name, body string, status int) proxy.SavedFilter {
		t.Helper()
		a := r.do("PUT", "/api/v1/filters/"+url.PathEscape(name), body)
		if a.StatusCode != status {
			t.Fatalf("PUT %s %s = %d %s, want %d", name, body, a.StatusCode, a.body, status)
		}
		var f proxy.SavedFilter
		if status == 200 {
			if err := json.Unmarshal(a.body, &f); err != nil {
				t.Fatal(err)
			}
		}
		return f
	}
	const odd = "Fehler / größer 5 % ?"
	first := put(odd, `{"q":"status:>=400","cols":"n,body.a:200","sort":"-body.a"}`, 200)
	put("a", `{"q":""}`, 200)
	if first.Rev == 0 || first.Name != odd || first.Sort != "-body.a" {
		t.Errorf("%+v", first)
	}
	put(odd, `{"q":"status:200"}`, 409) // it is there already
	put(odd, `{"q":"staus:200","rev":1}`, 400)
	put("x", `{"name":"y"}`, 400)
	put(strings.Repeat("x", 81), `{}`, 400)
	put("x", `{"sort":"`+strings.Repeat("x", 2001)+`"}`, 400)
	again := put(odd, `{"q":"status:200","rev":`+jsonOf(t, first.Rev)+`}`, 200)
	if again.Rev <= first.Rev {
		t.Errorf("rev %d after %d", again.Rev, first.Rev)
	}
	var all client.Filters
	r.get("/api/v1/filters", &all)
	if len(all.Filters) != 2 || all.Filters[0].Name != odd || all.Filters[0].Query != "status:200" || all.Filters[1].Name != "a" {
		t.Errorf("%+v", all)
	}
	for _, tt := range []struct {
		path string
		want int
	}{{url.PathEscape(odd) + "?rev=1", 409}, {"nosuch", 404}, {url.PathEscape(odd), 204}} {
		if a := r.do("DELETE", "/api/v1/filters/"+tt.path, ""); a.StatusCode != tt.want {
			t.Errorf("DELETE %s = %d %s, want %d", tt.path, a.StatusCode, a.body, tt.want)
		}
	}
	if a := r.do("GET", "/api/v1/filters/"+url.PathEscape(odd), ""); a.StatusCode != 404 {
		t.Errorf("deleted, it is %d", a.StatusCode)
	}
}

func jsonOf(t *testing.T, v any) string {
	t.Helper()
	p, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(p)
}
