package web

import (
	"net/url"
	"testing"
	"time"

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
