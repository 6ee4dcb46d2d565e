package web

import (
	"encoding/json"
	"net/url"
	"testing"
	"time"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/proxy"
	"github.com/boathook/boathook/web/client"
)

func TestActivity(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	for range 3 {
		r.capture(capture{inbox: "orders"})
	}
	r.capture(capture{inbox: "demo"})
	var v client.Activity
	r.get("/api/v1/activity?from=15m&to="+url.QueryEscape(r.now().Add(time.Minute).Format(time.RFC3339))+"&by=inbox", &v)
	if !v.Complete || v.Total.In != 4 || v.By != "inbox" || len(v.Groups) != 2 || v.Groups[0].Name != "orders" || v.Groups[0].In != 3 {
		t.Errorf("%+v", v)
	}
	sum := 0
	for _, b := range v.Buckets {
		sum += b.In
	}
	if sum != 4 || len(v.Buckets) > 400 {
		t.Errorf("%d in %d buckets", sum, len(v.Buckets))
	}
	r.get("/api/v1/activity?from=1d&to="+url.QueryEscape(r.now().Add(time.Minute).Format(time.RFC3339))+"&q=inbox:demo", &v)
	if v.Total.In != 1 {
		t.Errorf("with a filter: %+v", v.Total)
	}
	for _, query := range []string{"from=x", "to=x", "by=nobody", "q=staus:1", "from=5m&to=10m", "from=1970-01-01&to=2200-01-01"} {
		if a := r.do("GET", "/api/v1/activity?"+query, ""); a.StatusCode != 400 {
			t.Errorf("%s = %d", query, a.StatusCode)
		}
	}
}

// A report that took long is not made anew at once.
func TestActivityIsKept(t *testing.T) {
	t.Parallel()
	var r reports
	now := time.Now()
	r.put("a", client.Activity{Scanned: 1}, now, now.Add(time.Second))
	if v, ok := r.get("a", now.Add(time.Second-1)); !ok || v.Scanned != 1 {
		t.Errorf("%+v, %v", v, ok)
	}
	if _, ok := r.get("a", now.Add(time.Second)); ok {
		t.Error("kept past its time")
	}
	for i := range 100 {
		r.put(string(rune('b'+i)), client.Activity{}, now, now.Add(time.Hour))
	}
	if len(r.kept) > countReports {
		t.Errorf("%d are kept", len(r.kept))
	}
}

// A group says when something of it is tried next; a message that is only kept waits
// for nothing.
func TestActivityNextTry(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	a := newApp(t)
	a.answer(503)
	for _, body := range []string{
		`{"name":"crm","url":"` + a.URL + `","events":["*"],"retry":{"preset":"3x24h"}}`,
		`{"name":"office","kind":"email","events":["*"],"email":{"to":["a@example.org"]}}`,
	} {
		r.post("/api/v1/endpoints", json.RawMessage(body), 201, &proxy.Endpoint{})
	}
	r.post("/api/v1/events", client.EventInput{Type: "stockcrowd/INVERSOR_PAYMENT_SUCCEEDED"}, 202, &client.Sent{})
	r.settled("dir:out", func(rows []inspector.Row) bool { return len(rows) == 2 && rows[0].Tries == 1 && rows[1].Tries == 1 })
	for _, by := range []string{"endpoint", "event"} {
		var v client.Activity
		r.get("/api/v1/activity?from=15m&by="+by+"&q=dir:out&to="+url.QueryEscape(r.now().Add(time.Minute).Format(time.RFC3339)), &v)
		for _, g := range v.Groups {
			if g.Name == "office" {
				if g.Pending != 0 || g.Next != nil {
					t.Errorf("a kept message waits: %+v", g)
				}
				continue
			}
			if g.Next == nil {
				t.Fatalf("by %s: %s has no next try", by, g.Name)
			}
			if at, err := time.Parse(time.RFC3339, *g.Next); err != nil || time.Until(at) < 23*time.Hour {
				t.Errorf("by %s: next = %s, %v", by, *g.Next, err)
			}
		}
		if len(v.Groups) != map[string]int{"endpoint": 2, "event": 1}[by] {
			t.Errorf("by %s: %d groups", by, len(v.Groups))
		}
	}
}
