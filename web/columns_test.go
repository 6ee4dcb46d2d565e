package web

import (
	"fmt"
	"strings"
	"testing"

	"github.com/boathook/boathook/web/client"
)

func TestColumns(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	a := r.capture(capture{head: plainHead, body: `{"data":{"total":125.5}}`})
	b := r.capture(capture{head: plainHead, body: `{"data":{}}`})
	var v client.Columns
	r.get(fmt.Sprintf("/api/v1/columns?columns=body.data.total,header.content-type&n=%d,%d,99", b.N, a.N), &v)
	if len(v.Rows) != 2 || !v.Complete || v.Rows[0].N != b.N || v.Rows[0].Values[0] != nil || *v.Rows[0].Values[1] != "application/json" || *v.Rows[1].Values[0] != "125.5" {
		t.Errorf("%+v", v)
	}
	for query, field := range map[string]string{
		"columns=status&n=1": "columns", "n=1": "columns", "columns=header.a": "n", "columns=header.a&n=0": "n", "columns=header.a&n=x": "n",
		"columns=header.a&n=" + strings.Repeat("1,", 100) + "1": "n", "columns=header.a" + strings.Repeat(",header.a", 12) + "&n=1": "columns",
	} {
		if got := r.do("GET", "/api/v1/columns?"+query, ""); got.StatusCode != 400 || !strings.Contains(string(got.body), `"field":"`+field+`"`) {
			t.Errorf("%.40s = %d %s", query, got.StatusCode, got.body)
		}
	}
}

func TestCount(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	for i := range 5 {
		r.capture(capture{inbox: []string{"demo", "other"}[i%2]})
	}
	for q, want := range map[string]int{"": 5, "inbox:demo": 3, "inbox:none": 0} {
		var v client.Count
		if r.get("/api/v1/count?q="+q, &v); v.Count != want || !v.Complete {
			t.Errorf("%q: %+v, want %d", q, v, want)
		}
	}
}
