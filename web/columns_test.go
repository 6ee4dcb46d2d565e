package web

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/boathook/boathook/inspector"
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

// Numbers sort as numbers, text after them whatever its case, equal values have one
// rank, and what has no value is left out.
func TestOrder(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	numbers := map[string]uint64{}
	for _, value := range []string{`"b"`, "10", "9", "null", `"A"`, "-1.5e1", "9.0", ""} {
		body := `{"data":{"total":` + value + `}}`
		if value == "" {
			body = "none"
		}
		numbers[value] = r.capture(capture{head: plainHead, body: body}).N
	}
	var v client.Order
	r.get("/api/v1/order?by=body.data.total", &v)
	want := []uint64{numbers["-1.5e1"], numbers["9.0"], numbers["9"], numbers["10"], numbers[`"A"`], numbers[`"b"`], numbers["null"]}
	if !slices.Equal(v.N, want) || !slices.Equal(v.Rank, []int{0, 1, 1, 2, 3, 4, 5}) || v.Rows != 8 || !v.Complete {
		t.Errorf("%+v, want %v", v, want)
	}
	r.get("/api/v1/order?by=header.nosuch&q="+fmt.Sprintf("n:%d", want[0]), &v)
	if len(v.N) != 0 || v.Rows != 1 {
		t.Errorf("%+v", v)
	}
	for _, query := range []string{"", "by=status", "by=body.a&q=staus:5"} {
		if a := r.do("GET", "/api/v1/order?"+query, ""); a.StatusCode != 400 {
			t.Errorf("%s = %d", query, a.StatusCode)
		}
	}
}

// An order looks at so many of the newest deliveries and says how many these were.
func TestOrderIsBounded(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.fillRows(client.OrderRows + 300)
	var v client.Order
	r.get("/api/v1/order?by=query.a", &v)
	if v.Complete || v.Rows > client.OrderRows || v.Rows == 0 {
		t.Errorf("%d rows, complete %v", v.Rows, v.Complete)
	}
}

// fillRows commits rows without attempts.
func (r *rig) fillRows(n int) {
	r.t.Helper()
	for n > 0 {
		b := &inspector.Batch{Workspace: inspector.DefaultWorkspace}
		for range min(n, 1000) {
			id, err := r.ids.New(r.now())
			if err != nil {
				r.t.Fatal(err)
			}
			b.Deliveries = append(b.Deliveries, inspector.Row{ID: id, At: r.now(), Dir: inspector.In, Method: "POST", Target: "/?a=1", Verdict: inspector.Unchecked})
		}
		if _, err := r.store.Commit(r.t.Context(), b); err != nil {
			r.t.Fatal(err)
		}
		n -= 1000
	}
}
