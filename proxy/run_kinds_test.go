package proxy

import (
	"fmt"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/boathook/boathook/inspector"
)

// A backfill sends the events that an endpoint did not get, once each, and none of
// them again when it is asked for twice.
func TestBackfill(t *testing.T) {
	t.Parallel()
	s := newStand(t, Options{}).uncapped()
	app := newApp(t, always("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"))
	other := newApp(t, always("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"))
	s.endpoint(Endpoint{Name: "first", URL: "http://" + other.addr, Events: []string{"webconnex/*"}, AppKey: "first-key"})
	for i := range 3 { // two endpoints' worth of rows of the same events, and some that nobody wants
		s.emit(EmitRequest{Event: Event{Type: "webconnex/registration", Payload: fmt.Appendf(nil, `{"n":%d}`, i)}})
		s.emit(EmitRequest{Event: Event{Type: "stockcrowd/P2P_CAMPAIGN_CREATED", Payload: fmt.Appendf(nil, `{"m":%d}`, i)}})
		s.emit(EmitRequest{Event: Event{Type: "github/push", Payload: []byte(`{}`)}})
	}
	for _, row := range s.rows("endpoint:first") {
		s.over(row.ID)
	}
	s.endpoint(Endpoint{Name: "late", URL: "http://" + app.addr, Events: []string{"webconnex/*", "stockcrowd/*"}})
	spec := RunSpec{Kind: RunBackfill, Endpoint: "late"}
	plan, err := s.Runs().Plan(t.Context(), spec)
	if err != nil || plan.Count != 6 || len(app.requests()) != 0 {
		t.Errorf("plan %+v, %v", plan, err)
	}
	if len(plan.First) != 3 {
		t.Fatalf("%d requests are shown", len(plan.First))
	}
	for _, first := range plan.First {
		if !strings.HasPrefix(first.Head, "POST / HTTP/1.1\r\nHost: "+app.addr) || len(first.Body) != first.Size || strings.Contains(first.Body, "first-key") ||
			strings.Contains(first.Body, `"n":`) != (first.Signature == "webconnex") {
			t.Errorf("shown %+v", first)
		}
	}
	run := s.ended(s.begin(spec).ID, RunDone)
	if run.Total != 6 || run.OK != 6 || len(app.requests()) != 6 {
		t.Fatalf("%+v, %d requests", run, len(app.requests()))
	}
	for _, req := range app.requests() {
		if strings.Contains(req, "first-key") {
			t.Errorf("the key of another endpoint was sent: %.600q", req)
		}
	}
	ids := map[string]bool{}
	for _, row := range s.rows("run:" + run.ID) {
		ev := EventOfRow(&row, nil)
		if row.Endpoint != "late" || ids[ev.Type+ev.ID] {
			t.Errorf("%+v", row)
		}
		ids[ev.Type+ev.ID] = true
	}
	if run := s.ended(s.begin(spec).ID, RunDone); run.Total != 0 || len(app.requests()) != 6 {
		t.Errorf("again: %+v", run)
	}
}

func TestBulkResendAndRecheck(t *testing.T) {
	t.Parallel()
	s := newStand(t, Options{}).uncapped()
	var good atomic.Bool
	app := newApp(t, func([]byte) string {
		if good.Load() {
			return "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
		}
		return "HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n"
	})
	s.endpoint(Endpoint{Name: "crm", URL: "http://" + app.addr, Events: []string{"*"}, Retry: RetrySetting{Preset: "none"}})
	for range 5 {
		for _, row := range s.emit(EmitRequest{Event: Event{Type: "own/made", Payload: []byte(`{}`)}}) {
			s.over(row.ID)
		}
	}
	good.Store(true)
	run := s.ended(s.begin(RunSpec{Kind: RunResend, Source: RunSource{Query: "is:failed endpoint:crm"}}).ID, RunDone)
	if run.Total != 5 || run.OK != 5 || run.Outcomes["2xx"] != 5 || len(s.rows(run.Query)) != 5 || len(s.rows("is:failed")) != 0 {
		t.Errorf("%+v", run)
	}
	for _, row := range s.rows(run.Query) {
		if row.Tries != 2 || row.Flags&inspector.FlagResend == 0 {
			t.Errorf("%+v", row)
		}
	}
	s.seed(plainRequest(1, "{}"), plainRequest(2, "{}"))
	check := s.ended(s.begin(RunSpec{Kind: RunRecheck, Source: RunSource{Query: "dir:in"}}).ID, RunDone)
	if check.OK != 2 || check.Outcomes["unchecked"] != 2 {
		t.Errorf("%+v", check)
	}
}

// A replay signs as it is told: what a receiver that knows the secret says.
func TestReplaySigns(t *testing.T) {
	t.Parallel()
	s := newStand(t, Options{}).uncapped()
	if _, err := s.Inboxes().Create(t.Context(), Inbox{Name: "signed", Scheme: "stripe", Secrets: []Secret{{Value: "whsec_0123456789abcdef0123456789abcdef"}}}); err != nil {
		t.Fatal(err)
	}
	rows := s.emit(EmitRequest{Event: Event{Type: "stripe/charge.succeeded", Payload: []byte(`{"id":"evt_1","n":1}`)}, To: []string{"inbox:signed"}})
	s.over(rows[0].ID)
	for _, tt := range []struct {
		name    string
		spec    RunSpec
		verdict inspector.Verdict
	}{
		{"exact", RunSpec{}, inspector.Valid},
		{"now", RunSpec{Sign: SignNow}, inspector.Valid},
		{"bad", RunSpec{Sign: SignBad}, inspector.Invalid},
		{"stale", RunSpec{Sign: SignStale}, inspector.Stale},
		{"an edited body", RunSpec{Set: []string{"n=2"}}, inspector.Valid},
		{"new ids, an added header and a mark", RunSpec{Sign: SignNow, IDs: IDsNew, Mark: true, Headers: []inspector.Field{{Name: "X-New", Value: "v"}, {Name: "User-Agent"}}}, inspector.Valid},
	} {
		before := len(s.rows("inbox:signed"))
		spec := tt.spec
		spec.Kind, spec.Source, spec.To = RunReplay, RunSource{IDs: []string{rows[0].ID.String()}}, &RunTarget{Inbox: "signed"}
		run := s.ended(s.begin(spec).ID, RunDone)
		got := s.rows("inbox:signed")
		if run.Done != 1 || len(got) != before+1 || got[0].Verdict != tt.verdict {
			t.Errorf("%s: %+v, %d rows, verdict %s, want %s", tt.name, run, len(got)-before, got[0].Verdict, tt.verdict)
			continue
		}
		attempts, err := s.rig.store.Attempts(t.Context(), inspector.DefaultWorkspace, got[0].ID)
		if err != nil {
			t.Fatal(err)
		}
		h := inspector.ParseHead(attempts[0].Request.Head)
		if mark := h.Value(MarkHeader); (mark == run.ID) != tt.spec.Mark || tt.spec.Mark && (h.Value("X-New") != "v" || h.Value("User-Agent") != "") {
			t.Errorf("%s: %q", tt.name, attempts[0].Request.Head)
		}
	}
	// Back to where it went, which is the same inbox.
	run := s.ended(s.begin(RunSpec{Kind: RunReplay, Source: RunSource{IDs: []string{rows[0].ID.String()}}}).ID, RunDone)
	if run.OK != 1 || s.rows("inbox:signed")[0].Verdict != inspector.Valid {
		t.Errorf("%+v", run)
	}
	cut := s.ended(s.begin(RunSpec{Kind: RunReplay, Sign: SignCut, Source: RunSource{IDs: []string{rows[0].ID.String()}}}).ID, RunDone)
	if cut.Failed != 1 || cut.Outcomes[inspector.FailAborted] != 1 {
		t.Errorf("cut: %+v", cut)
	}
}

// sourceOf is the delivery that a replayed one was made of.
func sourceOf(t *testing.T, row *inspector.Row) inspector.ID {
	t.Helper()
	id, ok := SourceOf(row)
	if !ok {
		t.Fatalf("no source: %v", row.Tags)
	}
	return id
}
