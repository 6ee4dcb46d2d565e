package proxy

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/inspector/memstore"
)

// rewrite changes a stored run that is over, and commits what else b holds.
func (s *stand) rewrite(id string, b *inspector.Batch, change func(e *runEntry)) {
	s.t.Helper()
	ws, key := inspector.DefaultWorkspace, runKind+"/"+id
	entries, err := s.rig.store.Config(s.t.Context(), ws, key)
	if err != nil || len(entries) != 1 {
		s.t.Fatalf("%d entries, %v", len(entries), err)
	}
	var e runEntry
	if err := json.Unmarshal(entries[0].Value, &e); err != nil {
		s.t.Fatal(err)
	}
	change(&e)
	value, err := json.Marshal(&e)
	if err != nil {
		s.t.Fatal(err)
	}
	b.Workspace, b.Config = ws, []inspector.ConfigPut{{Key: key, Want: entries[0].Rev, Value: value}}
	if res, err := s.rig.store.Commit(s.t.Context(), b); err != nil || len(res.Conflicts) > 0 {
		s.t.Fatal(res, err)
	}
}

// A run that is stopped with its process goes on with the next one, and sends
// nothing again that has an outcome.
func TestReplayGoesOnAfterRestart(t *testing.T) {
	t.Parallel()
	store := inspector.NewCommitter(memstore.New(), inspector.CommitterOptions{})
	t.Cleanup(func() { store.Close() })
	s := newStandOn(t, store, Options{}).uncapped()
	gate := make(chan struct{}, 100)
	app := newApp(t, func([]byte) string {
		<-gate
		return "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
	})
	for i := range 10 {
		s.seed(plainRequest(i, "{}"))
	}
	run := s.begin(RunSpec{Kind: RunReplay, Source: RunSource{Query: "dir:in"}, To: &RunTarget{URL: "http://" + app.addr}, Parallel: 2})
	for range 4 {
		gate <- struct{}{}
	}
	for end := time.Now().Add(time.Minute); run.Done < 4 && time.Now().Before(end); {
		changed := store.Wake()
		if run, _ = s.Runs().Get(run.ID); run.Done < 4 {
			select {
			case <-changed:
			case <-time.After(10 * time.Millisecond):
			}
		}
	}
	stopped := make(chan struct{})
	go func() { s.stop(); close(stopped) }()
	s.Runs().mu.Lock()
	serving := s.Runs().ctx
	s.Runs().mu.Unlock()
	<-serving.Done()
	gate <- struct{}{} // the two that are under way may end
	gate <- struct{}{}
	<-stopped
	r, err := s.Runs().Get(run.ID)
	if err != nil || r.State != RunRunning || r.Done < 4 || r.Done == 10 {
		t.Fatalf("stopped: %+v, %v", r, err)
	}
	for range 50 {
		gate <- struct{}{}
	}
	// It sends nothing before it is asked to.
	sent := len(app.requests())
	idle := newStandOn(t, store, Options{})
	if r = idle.ended(run.ID, RunInterrupted); r.Error != interruptedText || r.Done != sent {
		t.Errorf("%d were sent, %+v", sent, r)
	}
	idle.stop()
	next := newStandOn(t, store, Options{})
	next.ended(run.ID, RunInterrupted)
	if n := len(app.requests()); n != sent {
		t.Errorf("%d requests that nobody asked for", n-sent)
	}
	if _, err := next.Runs().Resume(t.Context(), run.ID); err != nil {
		t.Fatal(err)
	}
	r = next.ended(run.ID, RunDone)
	if r.OK != 10 || r.Total != 10 || len(next.rows("run:"+run.ID)) != 10 || len(app.requests()) != 10 {
		t.Errorf("%+v, %d rows, %d requests", r, len(next.rows("run:"+run.ID)), len(app.requests()))
	}
	if again := next.begin(RunSpec{Kind: RunRecheck, Source: RunSource{Query: "dir:in"}}); again.ID != "r2" {
		t.Errorf("the next run is %s", again.ID)
	}
}

// What a run sends again after a restart is counted also if the process is killed
// once more before it has stored the count.
func TestReplayCountsAfterTwoKills(t *testing.T) {
	t.Parallel()
	store := inspector.NewCommitter(memstore.New(), inspector.CommitterOptions{})
	t.Cleanup(func() { store.Close() })
	s := newStandOn(t, store, Options{}).uncapped()
	app := newApp(t, always("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"))
	for i := range 10 {
		s.seed(plainRequest(i, "{}"))
	}
	run := s.ended(s.begin(RunSpec{Kind: RunReplay, Source: RunSource{Query: "dir:in"}, To: &RunTarget{URL: "http://" + app.addr}}).ID, RunDone)
	s.stop()

	s.rewrite(run.ID, &inspector.Batch{}, func(e *runEntry) {
		e.State, e.Ended = RunRunning, nil
		e.OK, e.Done, e.Outcomes = 8, 8, map[string]int{"2xx": 8} // as the first start after the kill had stored it
		for _, row := range s.rows("run:" + run.ID)[:2] {
			e.Again = append(e.Again, begun{Of: sourceOf(t, &row), ID: row.ID})
		}
	})
	next := newStandOn(t, store, Options{ResumeRuns: true})
	r := next.ended(run.ID, RunDone)
	if r.OK != 10 || r.Done != 10 || r.Skipped != 0 || r.Outcomes["2xx"] != 10 || len(app.requests()) != 10 {
		t.Errorf("%+v, %d requests", r, len(app.requests()))
	}
}

// What was cut off is not sent again while sending is switched off.
func TestReplayGoesOnWhileSwitchedOff(t *testing.T) {
	t.Parallel()
	store := inspector.NewCommitter(memstore.New(), inspector.CommitterOptions{})
	t.Cleanup(func() { store.Close() })
	s := newStandOn(t, store, Options{}).uncapped()
	app := newApp(t, always("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"))
	s.seed(plainRequest(0, "{}"))
	run := s.ended(s.begin(RunSpec{Kind: RunReplay, Source: RunSource{Query: "dir:in"}, To: &RunTarget{URL: "http://" + app.addr}}).ID, RunDone)
	set := func(s *stand, on bool) {
		v := s.Settings().Get()
		v.Sending = on
		if _, err := s.Settings().Update(t.Context(), v); err != nil {
			t.Fatal(err)
		}
	}
	set(s, false)
	s.stop()
	s.rewrite(run.ID, &inspector.Batch{}, func(e *runEntry) {
		e.State, e.Ended = RunRunning, nil
		of := sourceOf(t, &s.rows("run:" + run.ID)[0])
		last := s.rows("run:" + run.ID)[0].ID
		last[len(last)-1]++
		e.Again = append(e.Again, begun{Of: of, ID: last})
	})
	next := newStandOn(t, store, Options{ResumeRuns: true})
	eventually(t, "the run to wait", func() bool {
		now, err := next.Runs().Get(run.ID)
		return err == nil && slices.ContainsFunc(now.Notes, func(note string) bool { return strings.Contains(note, "switched off") })
	})
	if n := len(app.requests()); n != 1 {
		t.Errorf("%d requests, want 1", n)
	}
	set(next, true)
	if r := next.ended(run.ID, RunDone); len(app.requests()) != 2 {
		t.Errorf("%+v, %d requests", r, len(app.requests()))
	}
}

// After a loss of power nothing tells which deliveries of a stored window had left.
// The run says how many that are, and each says it of itself; they are sent again.
func TestReplaySaysWhatItCannotKnow(t *testing.T) {
	t.Parallel()
	// The store in memory keeps no mark, as none is there after a loss of power.
	store := inspector.NewCommitter(memstore.New(), inspector.CommitterOptions{})
	t.Cleanup(func() { store.Close() })
	s := newStandOn(t, store, Options{}).uncapped()
	app := newApp(t, always("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"))
	for i := range 3 {
		s.seed(plainRequest(i, "{}"))
	}
	run := s.ended(s.begin(RunSpec{Kind: RunReplay, Source: RunSource{Query: "dir:in"}, To: &RunTarget{URL: "http://" + app.addr}}).ID, RunDone)
	w := &window{n: 1}
	for _, row := range slices.Backward(s.rows("run:" + run.ID)) {
		w.items = append(w.items, begun{Of: sourceOf(t, &row), ID: row.ID})
	}
	for i := range 7 {
		s.seed(plainRequest(3+i, "{}"))
	}
	for _, row := range slices.Backward(s.rows("dir:in")[:7]) {
		id, err := s.sending.ids.New(time.Now())
		if err != nil {
			t.Fatal(err)
		}
		w.items = append(w.items, begun{Of: row.ID, ID: id})
	}
	w.last.ID = w.items[9].Of
	s.stop()

	payload, err := w.encode()
	if err != nil {
		t.Fatal(err)
	}
	b := &inspector.Batch{Schedule: []inspector.Due{{ID: windowID(run.ID, 1), RunAt: never, Payload: payload}}}
	s.rewrite(run.ID, b, func(e *runEntry) { // as it was when the window was begun
		e.State, e.Ended, e.After, e.Until, e.Total = RunRunning, nil, runPlace{}, w.last.ID, 10
		e.OK, e.Done, e.Outcomes = 0, 0, nil
	})
	next := newStandOn(t, store, Options{})
	r := next.ended(run.ID, RunInterrupted)
	for end := time.Now().Add(30 * time.Second); len(r.Notes) == 0 && time.Now().Before(end); {
		changed := store.Wake()
		if r, err = next.Runs().Get(run.ID); err != nil {
			t.Fatal(err)
		} else if len(r.Notes) == 0 {
			select {
			case <-changed:
			case <-time.After(20 * time.Millisecond):
			}
		}
	}
	if !slices.Contains(r.Notes, unsureText(7)) || r.OK != 3 || r.Done != 3 {
		t.Errorf("%+v", r)
	}
	unsure := next.rows("run:" + run.ID + " status:interrupted")
	for i := range unsure {
		a, err := store.Attempts(t.Context(), inspector.DefaultWorkspace, unsure[i].ID)
		if err != nil || len(a) != 1 || a[0].Failure != unsureOutcome {
			t.Errorf("%+v, %v", a, err)
		}
	}
	if len(unsure) != 7 || len(app.requests()) != 3 {
		t.Errorf("%d are on record, %d requests", len(unsure), len(app.requests()))
	}
	if _, err := next.Runs().Resume(t.Context(), run.ID); err != nil {
		t.Fatal(err)
	}
	r = next.ended(run.ID, RunDone)
	if r.OK != 10 || r.Done != 10 || r.Skipped != 0 || len(app.requests()) != 10 || !slices.Contains(r.Notes, unsureText(7)) {
		t.Errorf("%+v, %d requests", r, len(app.requests()))
	}
}
