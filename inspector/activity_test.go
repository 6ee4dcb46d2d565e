package inspector_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/inspector/memstore"
)

func TestActivity(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	store := memstore.New()
	t.Cleanup(func() { _ = store.Close() })
	ids := inspector.NewIDs(inspector.ID{})
	add := func(at time.Duration, row inspector.Row) {
		t.Helper()
		id, err := ids.New(start.Add(at))
		if err != nil {
			t.Fatal(err)
		}
		row.ID, row.At = id, start.Add(at)
		if _, err := store.Commit(t.Context(), &inspector.Batch{Workspace: inspector.DefaultWorkspace, Deliveries: []inspector.Row{row}}); err != nil {
			t.Fatal(err)
		}
	}
	add(-time.Millisecond, inspector.Row{Dir: inspector.In, Status: 200}) // before the span
	for i := range 100 {
		add(time.Duration(i)*time.Second, inspector.Row{
			Dir: inspector.In, Inbox: fmt.Sprintf("in%d", i%2), Status: 200, Verdict: inspector.Valid, Duration: time.Duration(i+1) * time.Millisecond,
		})
	}
	add(200*time.Second, inspector.Row{Dir: inspector.Out, Endpoint: "crm", Status: 503, Flags: inspector.FlagFailed, Verdict: inspector.Unchecked, Duration: time.Second})
	add(201*time.Second, inspector.Row{Dir: inspector.Out, Endpoint: "crm", Failure: inspector.FailRefused, Flags: inspector.FlagFailed})
	add(202*time.Second, inspector.Row{Dir: inspector.Out, Endpoint: "crm", Status: 500, Flags: inspector.FlagFailed | inspector.FlagRetrying})
	add(203*time.Second, inspector.Row{Dir: inspector.Out, Failure: inspector.FailUnsent})
	add(203*time.Second, inspector.Row{Dir: inspector.Out, Endpoint: "erp"})
	add(900*time.Second, inspector.Row{Dir: inspector.In, Status: 200}) // after it

	q := inspector.ActivityQuery{Workspace: inspector.DefaultWorkspace, From: start, To: start.Add(15 * time.Minute), Now: start}
	r, err := inspector.Activity(t.Context(), store, q)
	if err != nil {
		t.Fatal(err)
	}
	if !r.Complete || len(r.Buckets) == 0 || len(r.Buckets) > inspector.MaxBuckets || r.Step*time.Duration(len(r.Buckets)) != 15*time.Minute {
		t.Fatalf("complete %v, %d buckets of %s", r.Complete, len(r.Buckets), r.Step)
	}
	in := 0
	for _, b := range r.Buckets {
		in += b.In
	}
	total := &r.Total
	if in != 100 || total.In != 100 || total.Out != 5 || total.Classes[2] != 100 || total.Classes[5] != 1 || total.None != 1 || total.Pending != 2 || total.Failed != 3 {
		t.Errorf("total %+v, %d in the buckets", total, in)
	}
	if total.Verdicts[inspector.Valid] != 100 {
		t.Errorf("verdicts %v", total.Verdicts)
	}
	if p := total.Quantile(50); p < 50*time.Millisecond || p > 53*time.Millisecond {
		t.Errorf("median %s, want that of 1 to 100 ms and one of 1 s", p)
	}
	if len(r.Groups) != 2 || r.Groups[0].Name != "crm" || r.Groups[0].Out != 3 || r.Groups[1].Name != "erp" || r.Groups[1].Quantile(99) != 0 {
		t.Errorf("groups %+v", r.Groups)
	}

	q.By, q.Filter = inspector.ByInbox, "inbox:in1"
	if r, err = inspector.Activity(t.Context(), store, q); err != nil || len(r.Groups) != 1 || r.Groups[0].Count() != 50 || r.Total.Count() != 50 {
		t.Errorf("%+v, %v", r, err)
	}
	q.Filter = "inbox:in1 OR endpoint:crm"
	if r, err = inspector.Activity(t.Context(), store, q); err != nil || r.Total.Count() != 53 {
		t.Errorf("%+v, %v", r, err)
	}
}

// Every delivery that is tried again is told, however many there are and in however
// many groups: the one that waits longest may be the first to be tried.
func TestActivityRetrying(t *testing.T) {
	t.Parallel()
	const groups, each = 30, 250
	start := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	store := memstore.New()
	t.Cleanup(func() { _ = store.Close() })
	ids := inspector.NewIDs(inspector.ID{})
	batch := &inspector.Batch{Workspace: inspector.DefaultWorkspace}
	oldest := map[string]inspector.ID{}
	for i := range groups * each {
		id, err := ids.New(start.Add(time.Duration(i) * time.Millisecond))
		if err != nil {
			t.Fatal(err)
		}
		name := fmt.Sprintf("e%d", i%groups)
		if i < groups {
			oldest[name] = id
		}
		batch.Deliveries = append(batch.Deliveries, inspector.Row{ID: id, At: start.Add(time.Duration(i) * time.Millisecond), Dir: inspector.Out, Endpoint: name, Status: 503, Flags: inspector.FlagFailed | inspector.FlagRetrying})
	}
	if _, err := store.Commit(t.Context(), batch); err != nil {
		t.Fatal(err)
	}
	told, last, most := map[string]int{}, map[string]inspector.ID{}, 0
	q := inspector.ActivityQuery{Workspace: inspector.DefaultWorkspace, From: start, To: start.Add(time.Hour), Now: start, Budget: time.Minute}
	q.Retrying = func(group string, ids []inspector.ID) error {
		told[group] += len(ids)
		last[group] = ids[len(ids)-1]
		most = max(most, len(ids))
		return nil
	}
	r, err := inspector.Activity(t.Context(), store, q)
	if err != nil || len(r.Groups) != groups {
		t.Fatalf("%d groups, %v", len(r.Groups), err)
	}
	for _, g := range r.Groups {
		if told[g.Name] != each || last[g.Name] != oldest[g.Name] {
			t.Errorf("%s: %d are tried again, the oldest is among them: %v", g.Name, told[g.Name], last[g.Name] == oldest[g.Name])
		}
	}
	if most == each {
		t.Error("a group was told in one piece")
	}
	stop := errors.New("enough")
	q.Retrying = func(string, []inspector.ID) error { return stop }
	if _, err := inspector.Activity(t.Context(), store, q); !errors.Is(err, stop) {
		t.Errorf("Activity = %v, want the error of who is told", err)
	}
}

func TestActivityRefuses(t *testing.T) {
	t.Parallel()
	store := memstore.New()
	t.Cleanup(func() { _ = store.Close() })
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	q := inspector.ActivityQuery{Workspace: inspector.DefaultWorkspace, From: now, To: now, Now: now}
	if _, err := inspector.Activity(t.Context(), store, q); !errors.Is(err, inspector.ErrSpan) {
		t.Errorf("no span: %v", err)
	}
	q.To, q.Filter = now.Add(time.Hour), "staus:200"
	var bad *inspector.QueryError
	if _, err := inspector.Activity(t.Context(), store, q); !errors.As(err, &bad) {
		t.Errorf("bad filter: %v", err)
	}
	q.Filter = ""
	for _, span := range []time.Duration{time.Second, 15 * time.Minute, 30 * 24 * time.Hour, 10 * 365 * 24 * time.Hour} {
		q.To = now.Add(span)
		r, err := inspector.Activity(t.Context(), store, q)
		if err != nil || len(r.Buckets) == 0 || len(r.Buckets) > inspector.MaxBuckets {
			t.Errorf("%s: %d buckets, %v", span, len(r.Buckets), err)
		}
	}
}
