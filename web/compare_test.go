package web

import (
	"strconv"
	"strings"
	"testing"

	"github.com/boathook/boathook/web/client"
)

func TestCompare(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	a := r.capture(capture{head: plainHead, body: `{"id":1,"total":0,"ts":1}`})
	b := r.capture(capture{head: strings.Replace(plainHead, "x-lower:  b ", "x-lower: c", 1), body: `{"id":1,"total":125.5,"ts":2}`})
	address := "/api/v1/compare?a=" + strconv.FormatUint(a.N, 10) + "&b=" + b.ID.String()
	var v client.Comparison
	r.get(address+"&ignore=ts,header.x-lower", &v)
	if v.Equal || v.A.Row.ID != a.ID || v.B.Row.N != b.N || len(v.Body.Changes) != 1 || v.Body.Changes[0].Path != "total" || v.Body.Changes[0].B != "125.5" || v.Ignored != 2 {
		t.Errorf("%+v", v)
	}
	if len(v.Body.Patch) != 2 {
		t.Errorf("patch %+v", v.Body.Patch)
	}
	r.get("/api/v1/compare?a=1:0&b=1:0", &v)
	if !v.Equal || v.Body.Kind != "same" {
		t.Errorf("with itself: %+v", v)
	}
	for query, want := range map[string]int{
		"a=1": 400, "a=1&b=": 400, "a=1&b=2&part=x": 400, "a=1&b=2:x": 400, "a=1&b=999": 404, "a=1&b=2:7": 404, "a=1&b=x": 404,
		"a=1&b=2&ignore=" + strings.Repeat("x", 9000): 400,
	} {
		if got := r.do("GET", "/api/v1/compare?"+query, ""); got.StatusCode != want {
			t.Errorf("%.40s = %d, want %d", query, got.StatusCode, want)
		}
	}
	v = client.Comparison{}
	r.get("/api/v1/compare?a=sample:webconnex/registration&b=1", &v)
	if v.A.Sample != "webconnex/registration" || v.A.Row.N != 0 || v.B.Row.N != 1 || len(v.Head) != 0 || v.Body.Kind != "json" || v.Body.Count == 0 {
		t.Errorf("with a sample: %+v", v)
	}
	if got := r.do("GET", "/api/v1/compare?b=1&a=sample:nothing", ""); got.StatusCode != 400 {
		t.Errorf("with no sample = %d", got.StatusCode)
	}
}
