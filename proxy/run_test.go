package proxy

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/inspector/memstore"
)

// seed captures requests in the inbox demo.
func (s *stand) seed(requests ...string) {
	s.t.Helper()
	c, err := net.Dial("tcp", s.addr)
	if err != nil {
		s.t.Fatal(err)
	}
	defer c.Close()
	for _, req := range requests {
		if _, err := c.Write([]byte(req)); err != nil {
			s.t.Fatal(err)
		}
		if err := c.SetReadDeadline(time.Now().Add(time.Minute)); err != nil {
			s.t.Fatal(err)
		}
		buf := make([]byte, 4096)
		if n, err := c.Read(buf); err != nil || !strings.HasPrefix(string(buf[:n]), "HTTP/1.1 200") {
			s.t.Fatalf("captured: %q, %v", buf[:n], err)
		}
	}
}

func plainRequest(i int, body string) string {
	return fmt.Sprintf("POST /in/demo/hook/%d?a=%%41 HTTP/1.1\r\nhost: x.example\r\nX-oDD:  spaced \r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", i, len(body), body)
}

// ended waits until a run has one of the states.
func (s *stand) ended(id string, states ...RunState) Run {
	s.t.Helper()
	for end := time.Now().Add(30 * time.Second); ; {
		changed := s.rig.store.Wake()
		r, err := s.Runs().Get(id)
		if err != nil {
			s.t.Fatal(err)
		}
		if slices.Contains(states, r.State) {
			return r
		}
		if time.Now().After(end) {
			s.t.Fatalf("run %s is %+v, want %v", id, r, states)
		}
		select {
		case <-changed:
		case <-time.After(20 * time.Millisecond):
		}
	}
}

func (s *stand) begin(spec RunSpec) Run {
	s.t.Helper()
	r, err := s.Runs().Start(s.t.Context(), spec)
	if err != nil {
		s.t.Fatal(err)
	}
	return r
}

func (s *stand) rows(query string) []inspector.Row {
	s.t.Helper()
	q, err := inspector.ParseQuery(query, time.Now())
	if err != nil {
		s.t.Fatal(err)
	}
	page, err := s.rig.store.List(s.t.Context(), inspector.ListQuery{Workspace: inspector.DefaultWorkspace, Query: q, Limit: 1000})
	if err != nil || page.Next != "" {
		s.t.Fatalf("%s: %v, next %q", query, err, page.Next)
	}
	return page.Rows
}

// What a replay of exact bytes sends is what was recorded, to the byte, but for the
// Host: whatever the method, the headers, the body and its framing.
func TestReplaySendsTheRecordedBytes(t *testing.T) {
	t.Parallel()
	s := newStand(t, Options{}).uncapped()
	app := newApp(t, always("HTTP/1.1 204 No Content\r\n\r\n"))
	r := rand.New(rand.NewPCG(5, 6))
	var sent []string
	for i := range 60 {
		var b, body strings.Builder
		for range r.IntN(300) {
			body.WriteByte(byte(r.Uint32()))
		}
		if i%20 == 19 {
			body.WriteString(strings.Repeat("long ", 120_000))
		}
		fmt.Fprintf(&b, "%s /in/demo/p%%2F%d?q=%d&&=\"x\" HTTP/1.1\r\nHost: %s\r\n", []string{"POST", "PUT", "QUERY"}[r.IntN(3)], i, r.IntN(9), "sender.example")
		for k := range r.IntN(6) {
			fmt.Fprintf(&b, "%s: %sv%d\r\n", []string{"X-A", "x-a", "X-Empty-", "aCCept", "Cookie", "X-Ünter"[:2] + "b"}[r.IntN(6)], strings.Repeat(" ", r.IntN(3)), k)
		}
		if i%3 == 0 {
			b.WriteString("Transfer-Encoding: chunked\r\n\r\n")
			rest := body.String()
			for len(rest) > 0 {
				n := min(1+r.IntN(100_000), len(rest))
				fmt.Fprintf(&b, "%X;ext=%d\r\n%s\r\n", n, i, rest[:n])
				rest = rest[n:]
			}
			b.WriteString("0\r\nX-Trailer: t\r\n\r\n")
		} else {
			fmt.Fprintf(&b, "Content-Length: %d\r\n\r\n%s", body.Len(), body.String())
		}
		sent = append(sent, b.String())
	}
	s.seed(sent...)
	run := s.begin(RunSpec{Kind: RunReplay, Source: RunSource{Query: "dir:in inbox:demo"}, To: &RunTarget{URL: "http://" + app.addr}, Parallel: 8})
	run = s.ended(run.ID, RunDone)
	if run.Total != 60 || run.OK != 60 || run.Outcomes["2xx"] != 60 || run.Ended == nil || run.Latency.Max <= 0 {
		t.Fatalf("%+v", run)
	}
	got := app.requests()
	for _, raw := range sent {
		want := strings.Replace(strings.Replace(raw, "/in/demo/", "/", 1), "Host: sender.example", "Host: "+app.addr, 1)
		if !slices.Contains(got, want) {
			t.Errorf("did not arrive: %.300q", want)
		}
	}
	for _, row := range s.rows(run.Query) {
		of := ""
		for _, tag := range row.Tags {
			if id, ok := strings.CutPrefix(tag, "of="); ok {
				of = id
			}
		}
		id, err := inspector.ParseID(of)
		if err != nil {
			t.Fatalf("%v: %v", row.Tags, err)
		}
		source := s.row(id)
		if row.Run != run.ID || row.Flags&inspector.FlagReplay == 0 || row.Status != 204 || row.Size != source.Size || source.Inbox != "demo" {
			t.Errorf("row %+v of %+v", row, source)
		}
		attempts, err := s.rig.store.Attempts(t.Context(), inspector.DefaultWorkspace, row.ID)
		if err != nil || len(attempts) != 1 {
			t.Fatalf("%d attempts, %v", len(attempts), err)
		}
		if want := s.rig.message(attempts[0].BodyKey(inspector.Request), attempts[0].Request); !slices.Contains(got, want) {
			t.Errorf("what is recorded did not arrive: %.300q", want)
		}
	}
}

// fakeClock is a clock that pauses move forward at once.
type fakeClock struct {
	mu  sync.Mutex
	at  time.Time
	all []time.Duration
}

func (c *fakeClock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *fakeClock) pause(ctx context.Context, d time.Duration) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
	c.all = append(c.all, d)
	return ctx.Err() == nil
}

func TestReplayPace(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	offsets := []time.Duration{0, 10 * time.Second, 10 * time.Second, time.Hour}
	for _, tt := range []struct {
		name string
		spec RunSpec
		want []time.Duration
	}{
		{"original", RunSpec{Speed: 1}, []time.Duration{10 * time.Second, time.Hour - 10*time.Second}},
		{"ten times", RunSpec{Speed: 10}, []time.Duration{time.Second, 6*time.Minute - time.Second}},
		{"slower", RunSpec{Speed: 0.5}, []time.Duration{20 * time.Second, 2*time.Hour - 20*time.Second}},
		{"twice", RunSpec{Speed: 10, Repeat: 2}, []time.Duration{time.Second, 6*time.Minute - time.Second, time.Second, 6*time.Minute - time.Second}},
		{"rate", RunSpec{Rate: 4}, []time.Duration{250 * time.Millisecond, 250 * time.Millisecond, 250 * time.Millisecond}},
		{"as fast as it goes", RunSpec{}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			store := inspector.NewCommitter(memstore.New(), inspector.CommitterOptions{})
			t.Cleanup(func() { store.Close() })
			ids := inspector.NewIDs(inspector.ID{})
			for i, off := range offsets {
				id, err := ids.New(start.Add(off))
				if err != nil {
					t.Fatal(err)
				}
				head := fmt.Sprintf("POST /%d HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n", i)
				_, err = store.Commit(t.Context(), &inspector.Batch{
					Workspace:  inspector.DefaultWorkspace,
					Deliveries: []inspector.Row{{ID: id, At: start.Add(off), Dir: inspector.In, Inbox: "demo", Method: "POST", Target: "/"}},
					Attempts:   []inspector.Attempt{{Delivery: id, Request: inspector.Message{Head: []byte(head), Wanted: 0}}},
				})
				if err != nil {
					t.Fatal(err)
				}
			}
			s := newStandOn(t, store, Options{}).uncapped()
			clock := &fakeClock{at: start.Add(24 * time.Hour)}
			s.Runs().clock = runClock{clock.now, clock.pause}
			app := newApp(t, always("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"))
			spec := tt.spec
			spec.Kind, spec.Source, spec.To, spec.Ordered = RunReplay, RunSource{Query: "*"}, &RunTarget{URL: "http://" + app.addr}, true
			run := s.ended(s.begin(spec).ID, RunDone)
			if run.OK != 4*max(tt.spec.Repeat, 1) {
				t.Errorf("%+v", run)
			}
			if !slices.Equal(clock.all, tt.want) {
				t.Errorf("pauses %v, want %v", clock.all, tt.want)
			}
			for i, req := range app.requests() {
				if !strings.HasPrefix(req, fmt.Sprintf("POST /%d ", i%4)) {
					t.Errorf("request %d is %.30q", i, req)
				}
			}
		})
	}
}

// A paused run sends nothing more, goes on where it was, and can be cancelled.
func TestRunPauseResumeCancel(t *testing.T) {
	t.Parallel()
	s := newStand(t, Options{}).uncapped()
	gate := make(chan struct{}, 1000)
	app := newApp(t, func([]byte) string { <-gate; return "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n" })
	for i := range 20 {
		s.seed(plainRequest(i, "{}"))
	}
	spec := RunSpec{Kind: RunReplay, Source: RunSource{Query: "dir:in"}, To: &RunTarget{URL: "http://" + app.addr}, Parallel: 2}
	run := s.begin(spec)
	for range 5 {
		gate <- struct{}{}
	}
	for end := time.Now().Add(time.Minute); run.Done < 5 && time.Now().Before(end); {
		run, _ = s.Runs().Get(run.ID)
		time.Sleep(time.Millisecond)
	}
	if run, err := s.Runs().Pause(t.Context(), run.ID); err != nil || run.State != RunPaused {
		t.Fatalf("pause: %+v, %v", run, err)
	}
	for range 100 {
		gate <- struct{}{}
	}
	pass(&s.Runs().all[run.ID].turns) // what is under way ends
	run, _ = s.Runs().Get(run.ID)
	if run.State != RunPaused || run.Done < 5 || run.Done > 8 || len(app.requests()) != run.Done {
		t.Fatalf("paused: %+v, %d requests", run, len(app.requests()))
	}
	for len(gate) > 0 { // so that it is not over before it is looked at
		<-gate
	}
	if run, err := s.Runs().Resume(t.Context(), run.ID); err != nil || run.State != RunRunning {
		t.Fatalf("resume: %+v, %v", run, err)
	}
	for range 100 {
		gate <- struct{}{}
	}
	run = s.ended(run.ID, RunDone)
	if got := len(app.requests()); run.OK != 20 || got != 20 {
		t.Errorf("%+v, %d requests", run, got)
	}
	if _, err := s.Runs().Pause(t.Context(), run.ID); err == nil {
		t.Error("a run that is over was paused")
	}
	for len(gate) > 0 {
		<-gate
	}
	run = s.begin(spec)
	gate <- struct{}{}
	if run, err := s.Runs().Cancel(t.Context(), run.ID); err != nil || run.State != RunCancelled || run.Ended == nil {
		t.Errorf("cancel: %+v, %v", run, err)
	}
	for range 100 {
		gate <- struct{}{}
	}
	pass(&s.Runs().all[run.ID].turns)
	if n := len(app.requests()) - 20; n > 4 {
		t.Errorf("%d requests after a cancel", n)
	}
}

// The master switch holds a replay back also within a row of deliveries that it has
// taken together.
func TestReplayIsSwitchedOff(t *testing.T) {
	t.Parallel()
	s := newStand(t, Options{}).uncapped()
	set := func(on bool) {
		v := s.Settings().Get()
		v.Sending = on
		if _, err := s.Settings().Update(t.Context(), v); err != nil {
			t.Error(err)
		}
	}
	const last = 36 // that is sent before
	var n atomic.Int32
	app := newApp(t, func([]byte) string {
		if n.Add(1) == last {
			set(false)
			time.Sleep(2 * windowSpan) // a slow one
		}
		return "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
	})
	for i := range 60 {
		s.seed(plainRequest(i, "{}"))
	}
	run := s.begin(RunSpec{Kind: RunReplay, Source: RunSource{Query: "dir:in"}, To: &RunTarget{URL: "http://" + app.addr}, Parallel: 1})
	eventually(t, "the run to wait", func() bool {
		now, err := s.Runs().Get(run.ID)
		return err == nil && slices.ContainsFunc(now.Notes, func(note string) bool { return strings.Contains(note, "switched off") })
	})
	if got := len(app.requests()); got != last {
		t.Errorf("%d requests although sending was switched off after %d", got, last)
	}
	set(true)
	if run = s.ended(run.ID, RunDone); run.OK != 60 {
		t.Errorf("%+v", run)
	}
}

func TestReplayStopsAtFailureAndRetries(t *testing.T) {
	t.Parallel()
	s := newStand(t, Options{}).uncapped()
	app := newApp(t, func(req []byte) string {
		if strings.Contains(string(req), "/hook/3") {
			return "HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n"
		}
		return "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
	})
	for i := range 6 {
		s.seed(plainRequest(i, "{}"))
	}
	spec := RunSpec{Kind: RunReplay, Source: RunSource{Query: "dir:in"}, To: &RunTarget{URL: "http://" + app.addr}, Ordered: true, StopAtFailure: true}
	run := s.ended(s.begin(spec).ID, RunFailed)
	if run.OK != 3 || run.Failed != 1 || run.Outcomes["5xx"] != 1 || !strings.Contains(run.Error, "first failure") || len(app.requests()) != 4 {
		t.Errorf("%+v, %d requests", run, len(app.requests()))
	}
	again, err := s.Runs().RetryFailed(t.Context(), run.ID)
	if err != nil {
		t.Fatal(err)
	}
	again = s.ended(again.ID, RunDone, RunFailed)
	if again.Of != run.ID || again.Total != 1 || again.Failed != 1 || len(app.requests()) != 5 {
		t.Errorf("retry: %+v", again)
	}
}
