package web

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/web/client"
)

func TestListOfDeliveries(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	for range 5 {
		r.capture(capture{})
	}
	var page client.Page
	r.get("/api/v1/deliveries?limit=3", &page)
	if len(page.Rows) != 3 || page.Rows[0].N != 5 || page.Next == "" || page.Cursor == "" {
		t.Fatalf("first page = %+v", page)
	}
	var rest client.Page
	r.get("/api/v1/deliveries?limit=3&before="+page.Next, &rest)
	if len(rest.Rows) != 2 || rest.Rows[1].N != 1 || rest.Next != "" {
		t.Errorf("second page = %+v", rest)
	}
}

func TestListParameters(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	for _, tt := range []struct{ query, field string }{
		{"limit=0", "limit"}, {"limit=-1", "limit"}, {"limit=201", "limit"}, {"limit=1e9", "limit"}, {"limit=ten", "limit"},
		{"limit=+5", "limit"}, {"before=nonsense", "before"}, {"q=nosuchfield:1", "q"}, {"q=" + strings.Repeat("a", 17<<10), "q"},
	} {
		t.Run(tt.query[:min(len(tt.query), 20)], func(t *testing.T) {
			a := r.do("GET", "/api/v1/deliveries?"+tt.query, "")
			var p client.Problem
			if err := json.Unmarshal(a.body, &p); err != nil || a.StatusCode != 400 || p.Field != tt.field {
				t.Errorf("= %d %s", a.StatusCode, a.body)
			}
		})
	}
}

func TestFilterProblemSaysWhere(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	a := r.do("GET", "/api/v1/query?q=inbox:demo+statsu:200", "")
	var p client.Problem
	if err := json.Unmarshal(a.body, &p); err != nil {
		t.Fatal(err)
	}
	if a.StatusCode != 400 || p.Pos == nil || *p.Pos != 11 || p.Suggestion == "" || a.Header.Get("Content-Type") != typeProblem {
		t.Errorf("= %d %s", a.StatusCode, a.body)
	}
	var ok client.QueryCheck
	r.get("/api/v1/query?q=inbox:demo", &ok)
	if !ok.OK || ok.Normal != "inbox:demo" {
		t.Errorf("= %+v", ok)
	}
}

func TestDeliveryByIDAndNumber(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	row := r.capture(capture{response: "HTTP/1.1 201 Created\r\nX-A: 1\r\n\r\nok"})
	for _, ref := range []string{row.ID.String(), fmt.Sprint(row.N)} {
		var d client.Delivery
		r.get("/api/v1/deliveries/"+ref, &d)
		if d.Row.ID != row.ID || len(d.Attempts) != 1 {
			t.Fatalf("%s = %+v", ref, d)
		}
		a := d.Attempts[0]
		if a.Kind != "capture" || a.Request.Start != "POST /in/demo/a?b=1 HTTP/1.1" || a.Response.Status != 201 {
			t.Errorf("attempt = %+v", a)
		}
		want := []inspector.Field{{Name: "Host", Value: "example.org"}, {Name: "X-Lower", Value: "a"}, {Name: "x-lower", Value: "b"}}
		for i, f := range want {
			if a.Request.Headers[i] != f {
				t.Errorf("header %d = %v, want %v", i, a.Request.Headers[i], f)
			}
		}
	}
	for _, ref := range []string{"99", "0", "01", "-1", "abc", "%2F", "1%2F2", strings.Repeat("a", 36), strings.Repeat("9", 4096),
		strings.ToUpper(row.ID.String()[:35]) + "!", "{" + row.ID.String() + "}"} {
		if a := r.do("GET", "/api/v1/deliveries/"+ref, ""); a.StatusCode != 404 {
			t.Errorf("%.40s = %d, want 404", ref, a.StatusCode)
		}
	}
}

func TestNDJSONHasEveryRowOnce(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	const n = 450
	for range n {
		r.capture(capture{})
	}
	a := r.do("GET", "/api/v1/deliveries", "", "Accept: application/x-ndjson")
	if a.Header.Get("Content-Type") != typeRows {
		t.Errorf("Content-Type = %s", a.Header.Get("Content-Type"))
	}
	next := uint64(n)
	lines := bufio.NewScanner(strings.NewReader(string(a.body)))
	for lines.Scan() {
		var row inspector.Row
		if err := json.Unmarshal(lines.Bytes(), &row); err != nil {
			t.Fatal(err)
		}
		if row.N != next {
			t.Fatalf("row %d where %d was next", row.N, next)
		}
		next--
	}
	if next != 0 {
		t.Errorf("%d rows are missing", next)
	}
	limited := r.do("GET", "/api/v1/deliveries?limit=7", "", "Accept: application/x-ndjson")
	if got := strings.Count(string(limited.body), "\n"); got != 7 {
		t.Errorf("limit=7 gave %d lines", got)
	}
}

// asked keeps what a store was asked to list.
type asked struct {
	inspector.Store
	early chan time.Duration
}

func (a *asked) List(ctx context.Context, q inspector.ListQuery) (inspector.Page, error) {
	a.early <- q.Early
	return a.Store.List(ctx, q)
}

// The rows found first do not wait for the others where somebody asks for that, and in
// a stream; a page is as full as it can be otherwise.
func TestEarlyRows(t *testing.T) {
	t.Parallel()
	store := &asked{early: make(chan time.Duration, 16)}
	r := newRig(t, func(o *Options) { store.Store = o.Store; o.Store = store })
	r.fill(3, 10)
	for _, tt := range []struct {
		query, accept string
		want          time.Duration
	}{{"", "", 0}, {"?early=false", "", 0}, {"?early=true&limit=2", "", firstWait}, {"", typeRows, firstWait}} {
		if a := r.do("GET", "/api/v1/deliveries"+tt.query, "", "Accept: "+tt.accept); a.StatusCode != 200 {
			t.Fatalf("%q = %d %s", tt.query, a.StatusCode, a.body)
		}
		if got := <-store.early; got != tt.want {
			t.Errorf("%q, %s: rows are given after %s, want %s", tt.query, tt.accept, got, tt.want)
		}
	}
	if a := r.do("GET", "/api/v1/deliveries?early=soon", ""); a.StatusCode != 400 {
		t.Errorf("early=soon = %d, want 400", a.StatusCode)
	}
}
