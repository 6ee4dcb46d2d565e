package web

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/proxy"
	"github.com/boathook/boathook/web/client"
)

// sink is a target that counts and answers.
func sink(t *testing.T, status *atomic.Int64) (string, *atomic.Int64) {
	t.Helper()
	var n atomic.Int64
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	srv := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		n.Add(1)
		w.WriteHeader(int(status.Load()))
	})}
	go srv.Serve(ln) //nolint:errcheck // it ends with Close
	t.Cleanup(func() { srv.Close() })
	return "http://" + ln.Addr().String(), &n
}

func (r *rig) over(c *client.Client, id string) proxy.Run {
	r.t.Helper()
	for end := time.Now().Add(time.Minute); ; {
		changed := r.store.Wake()
		run, err := c.GetRun(r.t.Context(), id)
		if err != nil {
			r.t.Fatal(err)
		}
		if run.State.Over() {
			return run
		}
		if time.Now().After(end) {
			r.t.Fatalf("run is not over: %+v", run)
		}
		select {
		case <-changed:
		case <-time.After(20 * time.Millisecond):
		}
	}
}

func TestRunsOverTheAPI(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	var status atomic.Int64
	status.Store(503)
	url, hits := sink(t, &status)
	for i := range 5 {
		r.capture(capture{head: fmt.Sprintf("POST /in/demo/%d HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n", i), body: "{}"})
	}
	c := client.New("http://"+r.addr, token, nil)
	spec := proxy.RunSpec{Kind: proxy.RunReplay, Source: proxy.RunSource{Query: "dir:in"}, To: &proxy.RunTarget{URL: url}}
	plan, err := c.PlanRun(t.Context(), spec)
	if err != nil || plan.Count != 5 || len(plan.First) != 3 || len(plan.Targets) != 1 || len(plan.NeedsAllow) != 0 || hits.Load() != 0 {
		t.Fatalf("plan %+v, %v, %d sent", plan, err, hits.Load())
	}
	run, err := c.StartRun(t.Context(), spec)
	if err != nil {
		t.Fatal(err)
	}
	if run = r.over(c, run.ID); run.Failed != 5 || run.Outcomes["5xx"] != 5 || run.State != proxy.RunDone {
		t.Errorf("%+v", run)
	}
	a := r.do("GET", "/api/v1/runs/"+run.ID+"/failures?limit=2", "")
	conforms(t, "GET", "/api/v1/runs/"+run.ID+"/failures", a)
	var page struct{ Rows []inspector.Row }
	if err := json.Unmarshal(a.body, &page); err != nil || len(page.Rows) != 2 {
		t.Errorf("failures: %v, %s", err, clip(a.body))
	}
	status.Store(200)
	again, err := c.RetryFailed(t.Context(), run.ID)
	if err != nil {
		t.Fatal(err)
	}
	if again = r.over(c, again.ID); again.OK != 5 || again.Of != run.ID || hits.Load() != 10 {
		t.Errorf("retry %+v, %d sent", again, hits.Load())
	}
	for _, path := range []string{"/api/v1/runs", "/api/v1/runs/" + run.ID} {
		conforms(t, "GET", path, r.do("GET", path, ""))
	}
	all, err := c.ListRuns(t.Context())
	if err != nil || len(all) != 2 || all[0].ID != again.ID {
		t.Errorf("%d runs, %v", len(all), err)
	}
	if _, err := c.PauseRun(t.Context(), run.ID); err == nil {
		t.Error("a run that is over was paused")
	}
}

func TestRunsRefuseHostileSpecs(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	row := r.capture(capture{head: "POST / HTTP/1.1\r\nHost: a\r\n\r\n"})
	base := `"kind":"replay","source":{"q":"*"}`
	to := `,"to":{"url":"http://127.0.0.1:9"}`
	many := strings.Repeat(`"1",`, 2000) + `"1"`
	for _, tt := range []struct{ body, field string }{
		{`{}`, "kind"},
		{`{"kind":"import"}`, "kind"},
		{`{"kind":"replay"}`, "source.q"},
		{`{"kind":"replay","source":{"q":"stat us:::"}}`, "source.q"},
		{`{"kind":"replay","source":{"q":"inbox:nosuch"}}`, "source.q"},
		{`{"kind":"replay","source":{"q":"*","ids":["1"]}}`, "source"},
		{`{"kind":"replay","source":{"ids":["../x"]}}`, "source.ids[0]"},
		{`{"kind":"replay","source":{"ids":["` + row.ID.String() + `","999999"]}}`, "source.ids[1]"},
		{`{"kind":"replay","source":{"ids":[` + many + `]}}`, "source.ids"},
		{`{` + base + `,"to":{}}`, "to"},
		{`{` + base + `,"to":{"url":"http://127.0.0.1:9","inbox":"demo"}}`, "to"},
		{`{` + base + `,"to":{"url":"file:///etc/passwd"}}`, "to.url"},
		{`{` + base + `,"to":{"url":"http://a:b@127.0.0.1/"}}`, "to.url"},
		{`{` + base + `,"to":{"endpoint":"nosuch"}}`, "to.endpoint"},
		{`{` + base + `,"to":{"inbox":"nosuch"}}`, "to.inbox"},
		{`{` + base + `,"to":{"url":"http://example.com/"}}`, "example.com"},
		{`{` + base + to + `,"sign":"never"}`, "sign"},
		{`{` + base + to + `,"scheme":"nosuch"}`, "scheme"},
		{`{` + base + to + `,"secret":"x"}`, "scheme"},
		{`{` + base + `,"secret":"x","scheme":"github"}`, "secret"},
		{`{` + base + to + `,"ids":"both"}`, "ids"},
		{`{` + base + to + `,"set":["novalue"]}`, "set[0]"},
		{`{` + base + to + `,"headers":[{"name":"Host","value":"x"}]}`, "headers[0].name"},
		{`{` + base + to + `,"headers":[{"name":"Content-Length","value":"1"}]}`, "headers[0].name"},
		{`{` + base + to + `,"headers":[{"name":"X","value":"a\r\nB: c"}]}`, "headers[0].value"},
		{`{` + base + to + `,"speed":-1}`, "speed"},
		{`{` + base + to + `,"speed":1,"rate":1}`, "rate"},
		{`{` + base + to + `,"rate":1e99}`, "rate"},
		{`{` + base + to + `,"parallel":100000}`, "parallel"},
		{`{` + base + to + `,"repeat":-3}`, "repeat"},
		{`{` + base + `,"endpoint":"crm"}`, "endpoint"},
		{`{` + base + `,"nosuch":1}`, "nosuch"},
		{`{"kind":"backfill"}`, "endpoint"},
		{`{"kind":"backfill","endpoint":"nosuch"}`, "endpoint"},
		{`{"kind":"resend","source":{"q":"*"},"to":{"inbox":"demo"}}`, "to"},
	} {
		a := r.do("POST", "/api/v1/runs", tt.body)
		conforms(t, "POST", "/api/v1/runs", a)
		var p client.Problem
		if err := json.Unmarshal(a.body, &p); err != nil || a.StatusCode < 400 || a.StatusCode > 499 || p.Field != tt.field {
			t.Errorf("%.120s: %d, field %q, %s; want the field %q", tt.body, a.StatusCode, p.Field, clip(a.body), tt.field)
		}
	}
	for _, path := range []string{"/runs/r1/pause", "/runs/x/cancel", "/runs/r0/retry-failed"} {
		if a := r.do("POST", "/api/v1"+path, "{}"); a.StatusCode != 404 {
			t.Errorf("%s: %d", path, a.StatusCode)
		}
	}
}

// What is exported and imported elsewhere is the same, in pieces too, and only
// those with the token may send a large body.
func TestExportAndImport(t *testing.T) {
	t.Parallel()
	from := newRig(t)
	large := strings.Repeat("0123456789abcdef", 64<<10) // 1 MiB, in lines of its own
	for i := range 24 {
		body := fmt.Sprint(i)
		if i%2 == 1 {
			body = large
		}
		from.capture(capture{head: "POST / HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " + canary + "\r\n\r\n", body: body, response: "HTTP/1.1 200 OK\r\n\r\n"})
	}
	to := newRig(t) // its clock stands, and no id of the future is kept
	a, b := client.New("http://"+from.addr, token, nil), client.New("http://"+to.addr, token, nil)
	export := func(c *client.Client, secrets bool) []byte {
		t.Helper()
		r, err := c.Export(t.Context(), "", "jsonl", secrets)
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		var buf bytes.Buffer
		if _, err := buf.ReadFrom(r); err != nil {
			t.Fatal(err)
		}
		return buf.Bytes()
	}
	if got := export(a, false); bytes.Contains(got, []byte(canary)) || len(got) < 16<<20 {
		t.Errorf("%d bytes, with the credential: %v", len(got), bytes.Contains(got, []byte(canary)))
	}
	whole := export(a, true)
	pieces := 0
	res, err := b.Import(t.Context(), bytes.NewReader(whole), client.ImportOptions{Recording: "week", Progress: func(int64) { pieces++ }})
	if err != nil || res.Imported != 24 || res.Failed != 0 || res.Skipped != 0 || res.Format != "jsonl" || pieces < 2 {
		t.Fatalf("%+v in %d pieces, %v", res, pieces, err)
	}
	strip := func(b []byte) [][]byte { // the recording's tag is all that differs
		return slices.Collect(bytes.Lines(bytes.ReplaceAll(b, []byte(`"tags":["rec=week"],`), nil)))
	}
	want, got := strip(whole), strip(export(b, true))
	if len(want) != len(got) {
		t.Fatalf("%d lines, want %d", len(got), len(want))
	}
	for i := range want {
		if !bytes.Equal(want[i], got[i]) {
			t.Fatalf("line %d is %.600s\nwant %.600s", i+1, got[i], want[i])
		}
	}
	if res, err := b.Import(t.Context(), bytes.NewReader(whole), client.ImportOptions{}); err != nil || res.Skipped != 24 || res.Imported != 0 {
		t.Errorf("again: %+v, %v", res, err)
	}
	if res, err := b.Import(t.Context(), strings.NewReader("{\"v\":1}\n{bad\n"), client.ImportOptions{Format: "jsonl"}); err != nil || res.Failed != 2 || res.Errors[1].Line != 2 {
		t.Errorf("bad lines: %+v, %v", res, err)
	}
	stranger := client.New("http://"+to.addr, "wrong", nil)
	if _, err := stranger.Import(t.Context(), bytes.NewReader(whole[:8<<20]), client.ImportOptions{}); err == nil {
		t.Error("a stranger sent 8 MiB")
	}
}
