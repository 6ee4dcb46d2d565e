package web

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/proxy"
	"github.com/boathook/boathook/web/client"
)

// checked is a store that finds what it is told to.
type checked struct {
	inspector.Store
	report inspector.Report
	losses []inspector.Loss
}

func (c *checked) Check(context.Context) (inspector.Report, error) { return c.report, nil }

func (c *checked) Stats(ctx context.Context, ws inspector.Workspace) (inspector.Stats, error) {
	st, err := c.Store.Stats(ctx, ws)
	st.Losses = c.losses
	st.FreeBytes = 100e6
	st.Refusing = "the disk is full"
	return st, err
}

func TestDoctorOfASoundServer(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	r := newRig(t, func(o *Options) { o.Dir = dir })
	var report client.Report
	r.get("/api/v1/doctor", &report)
	states := states(report)
	want := map[string]string{"token": "ok", "folder": "warn", "store": "ok", "losses": "ok", "feed": "ok", "capture": "ok", "clock": "ok"}
	for name, state := range want {
		if states[name] != state {
			t.Errorf("%s = %q, want %q", name, states[name], state)
		}
	}
}

func states(report client.Report) map[string]string {
	m := map[string]string{}
	for _, c := range report.Checks {
		m[c.Name] = c.State
	}
	return m
}

func TestDoctorNamesDamage(t *testing.T) {
	t.Parallel()
	report := inspector.Report{}
	for i := range 30 {
		report.Problems = append(report.Problems, fmt.Sprintf("record %d is damaged", i))
	}
	lost := []inspector.Loss{{FirstN: 3, LastN: 5, Count: 2, Reason: "a sector cannot be read"}}
	r := newRig(t, func(o *Options) { o.Store = &checked{o.Store, report, lost} })
	var got client.Report
	r.get("/api/v1/doctor", &got)
	texts := map[string]bool{}
	for _, c := range got.Checks {
		texts[c.Text] = true
	}
	for _, want := range []string{
		"2 deliveries of #3 to #5 are missing: a sector cannot be read", "record 0 is damaged", "and 10 more findings",
		"nothing is stored now: the disk is full", "only 100 MB are free",
	} {
		if !texts[want] {
			t.Errorf("%q is not told: %v", want, texts)
		}
	}
	if s := states(got); s["losses"] != "fail" || s["records"] != "fail" || s["store"] != "fail" || s["space"] != "warn" {
		t.Errorf("states = %v", s)
	}
}

func TestRetentionThatHoldsBackIsTold(t *testing.T) {
	t.Parallel()
	held := true
	r := newRig(t, func(o *Options) {
		o.Bounds = bounds(t, o, proxy.BoundsValues{AgeS: 36 * 3600, BodyLimit: 10 << 20})
		o.Held = func() bool { return held }
	})
	for _, want := range []bool{true, false} {
		held = want
		var status client.Status
		r.get("/api/v1/status", &status)
		var report client.Report
		r.get("/api/v1/doctor", &report)
		found := client.Check{}
		for _, c := range report.Checks {
			if c.Name == "retention" {
				found = c
			}
		}
		remedy := strings.Contains(found.Hint, "boathook deliveries delete --filter 'before:36h'")
		if status.Retention.Held != want || remedy != want || want && found.State != "warn" || !want && found.State != "ok" {
			t.Errorf("held %v: status says %v, the doctor %+v", want, status.Retention.Held, found)
		}
	}
}
