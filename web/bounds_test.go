package web

import (
	"encoding/json"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/proxy"
	"github.com/boathook/boathook/web/client"
)

// bounds are those of the store of a server.
func bounds(t *testing.T, o *Options, start proxy.BoundsValues) *proxy.Bounds {
	t.Helper()
	b, err := proxy.OpenBounds(t.Context(), o.Store, inspector.DefaultWorkspace, start, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// What is kept and taken in can be set while the server runs, but for what was given
// when it started; what would be removed is said first.
func TestBoundsAreSet(t *testing.T) {
	t.Parallel()
	r := newRig(t, func(o *Options) {
		o.Bounds = bounds(t, o, proxy.BoundsValues{Count: 100, Bytes: 1e9, BodyLimit: 10e6, Fixed: map[string]string{"bytes": "--keep-bytes"}})
	})
	now := time.Now().UTC()
	for i := range 12 {
		r.capture(capture{at: now.Add(-time.Duration(12-i)*time.Hour + 30*time.Minute)}) // 11½ to ½ hours ago
	}
	var v proxy.BoundsValues
	r.get("/api/v1/settings/capture", &v)
	if v.Rev != 0 || v.Count != 100 || v.Fixed["bytes"] != "--keep-bytes" || len(v.Fixed) != 1 {
		t.Fatalf("at first = %+v", v)
	}
	plan := func(change string) client.BoundsPlan {
		t.Helper()
		var p client.BoundsPlan
		a := r.do("PUT", "/api/v1/settings/capture", `{"rev":0,"dry_run":true,`+change+`}`)
		if err := json.Unmarshal(a.body, &p); err != nil || p.Removes == nil || !p.Removes.Complete {
			t.Fatalf("%s: %s", change, a.body)
		}
		return p
	}
	for _, tt := range []struct {
		change  string
		removes int
		held    bool
	}{
		{`"count":100`, 0, false},
		{`"count":10`, 2, false},
		{`"count":0`, 0, false},
		{`"age_s":28800`, 4, false},
		{`"age_s":7200`, 0, true},
	} {
		if p := plan(tt.change); p.Removes.Deliveries != tt.removes || p.Removes.Held != tt.held || p.Count != 100 {
			t.Errorf("%s removes %+v, want %d", tt.change, *p.Removes, tt.removes)
		}
	}
	for _, tt := range []struct {
		body   string
		status int
		kind   string
	}{
		{`{"rev":0,"count":-1}`, 400, "settings"},
		{`{"rev":0,"body_limit":10}`, 400, "settings"},
		{`{"rev":0,"bytes":5000000000}`, 409, "fixed"},
		{`{"rev":0,"bytes":5000000000,"dry_run":true}`, 409, "fixed"},
		{`{"rev":7,"count":50}`, 409, "conflict"},
		{`{"rev":0,"keep":50}`, 400, "json"},
		{`{"rev":0,"count":50,"trash_s":3600,"bytes":1000000000}`, 200, ""},
	} {
		a := r.do("PUT", "/api/v1/settings/capture", tt.body)
		if a.StatusCode != tt.status || tt.kind != "" && !strings.Contains(string(a.body), "problem:"+tt.kind) {
			t.Errorf("%s: %d %s", tt.body, a.StatusCode, a.body)
		}
	}
	r.get("/api/v1/settings/capture", &v)
	var status client.Status
	r.get("/api/v1/status", &status)
	if v.Rev == 0 || v.Count != 50 || v.TrashS != 3600 || v.Bytes != 1e9 || status.Retention.Count != 50 || status.Retention.Trash != 3600 || status.BodyLimit != 10e6 {
		t.Errorf("set = %+v, status %+v", v, status)
	}
}
