package web

import (
	"strings"
	"testing"

	"github.com/boathook/boathook/web/client"
)

func TestMarks(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	for range 3 {
		r.capture(capture{inbox: "orders"})
	}
	r.capture(capture{inbox: "demo"})
	count := func(q string) int {
		t.Helper()
		var p client.Page
		r.get("/api/v1/deliveries?q="+q, &p)
		return len(p.Rows)
	}
	var v client.Marked
	r.post("/api/v1/deliveries/marks", map[string]any{"q": "inbox:orders", "add_tags": []string{"later", "rec=week"}, "pinned": true}, 200, &v)
	if v.Marked != 3 || count("tag:later") != 3 || count("is:pinned") != 3 || count("tag:rec=week") != 3 {
		t.Errorf("%+v: %d tagged, %d pinned", v, count("tag:later"), count("is:pinned"))
	}
	r.post("/api/v1/deliveries/marks", map[string]any{"ids": []string{"1"}, "drop_tags": []string{"later"}, "pinned": false, "unread": false}, 200, &v)
	if v.Marked != 1 || count("tag:later") != 2 || count("is:pinned") != 2 {
		t.Errorf("%+v: %d tagged, %d pinned", v, count("tag:later"), count("is:pinned"))
	}
	r.post("/api/v1/deliveries/marks", map[string]any{"q": "is:pinned", "pinned": false}, 200, &v)
	if v.Marked != 2 || count("is:pinned") != 0 {
		t.Errorf("%+v: %d pinned", v, count("is:pinned"))
	}
	for body, status := range map[string]int{
		`{}`: 400, `{"ids":["1"]}`: 400, `{"ids":["1"],"q":"*","pinned":true}`: 400, `{"q":"nosuch:1","pinned":true}`: 400,
		`{"ids":["999"],"pinned":true}`: 404, `{"ids":["1"],"add_tags":["a b"]}`: 400, `{"ids":["1"],"add_tags":["` + strings.Repeat("x", 65) + `"]}`: 400,
		`{"ids":["1"],"add_tags":[""]}`: 400, `{"ids":["1"],"pinned":true,"x":1}`: 400,
	} {
		if a := r.do("POST", "/api/v1/deliveries/marks", body); a.StatusCode != status {
			t.Errorf("%.60s = %d, want %d", body, a.StatusCode, status)
		}
	}
}
