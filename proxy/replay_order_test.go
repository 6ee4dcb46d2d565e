package proxy

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/inspector/memstore"
)

// recordedAt keeps a delivery for each time, in this order: as an import does whose
// entries are out of the order of their times.
func recordedAt(t *testing.T, store *inspector.Committer, times ...time.Time) (ids []inspector.ID) {
	t.Helper()
	make := inspector.NewIDs(inspector.ID{})
	for i, at := range times {
		id, err := make.New(time.Now())
		if err != nil {
			t.Fatal(err)
		}
		head := fmt.Sprintf("POST /%d HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n", i)
		_, err = store.Commit(t.Context(), &inspector.Batch{
			Workspace:  inspector.DefaultWorkspace,
			Deliveries: []inspector.Row{{ID: id, At: at, Dir: inspector.In, Inbox: "demo", Method: "POST", Target: "/"}},
			Attempts:   []inspector.Attempt{{Delivery: id, Request: inspector.Message{Head: []byte(head), Wanted: 0}}},
		})
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, id)
	}
	return ids
}

// pathsOf are the first characters of the paths of requests.
func pathsOf(requests []string) (paths string) {
	for _, r := range requests {
		paths += strings.TrimPrefix(r, "POST /")[:1]
	}
	return paths
}

// At the original pace the recorded times say what comes after what; at any other the
// order is that in which deliveries were kept.
func TestReplayOfWhatIsOutOfOrder(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	far := []time.Time{start.AddDate(3000, 0, 0), start, {}}
	near := []time.Time{start.Add(20 * time.Second), start, start.Add(time.Minute), start.Add(10 * time.Second), start}
	minute := []time.Duration{10 * time.Second, 10 * time.Second, 40 * time.Second}
	for _, tt := range []struct {
		name  string
		times []time.Time
		spec  RunSpec
		order string
		want  []time.Duration
	}{
		{"as fast as it goes", near, RunSpec{}, "01234", nil},
		{"at a rate", near[:2], RunSpec{Rate: 4}, "01", []time.Duration{250 * time.Millisecond}},
		{"original", near, RunSpec{Speed: 1}, "14302", minute},
		{"original, twice", near, RunSpec{Speed: 1, Repeat: 2}, "1430214302", append(slices.Clone(minute), minute...)},
		{"times that are no times", far, RunSpec{Speed: 1e6}, "210", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			store := inspector.NewCommitter(memstore.New(), inspector.CommitterOptions{})
			t.Cleanup(func() { store.Close() })
			recordedAt(t, store, tt.times...)
			clock := &fakeClock{at: start}
			s := newStandOf(t, store, Options{}, func(p *Proxy) { p.runs.clock = runClock{clock.now, clock.pause} }).uncapped()
			app := newApp(t, always(ok200))
			spec := tt.spec
			spec.Kind, spec.Source, spec.To, spec.Ordered = RunReplay, RunSource{Query: "*"}, &RunTarget{URL: "http://" + app.addr}, true
			plan, err := s.Runs().Plan(t.Context(), spec)
			if err != nil || !strings.HasPrefix(tt.order, pathsOf(plansOf(plan))) {
				t.Errorf("its plan begins with %q, %v", pathsOf(plansOf(plan)), err)
			}
			if run := s.ended(s.begin(spec).ID, RunDone); run.OK != len(tt.order) {
				t.Errorf("%+v", run)
			}
			if got := pathsOf(app.requests()); got != tt.order {
				t.Errorf("order %s, want %s", got, tt.order)
			}
			if tt.want != nil && !slices.Equal(clock.all, tt.want) {
				t.Errorf("pauses %v, want %v", clock.all, tt.want)
			}
		})
	}
}

func plansOf(p RunPlan) (heads []string) {
	for _, f := range p.First {
		heads = append(heads, string(f.Head))
	}
	return heads
}

// What is sent again after a restart keeps the pace like all else, and what follows it
// comes at its distance.
func TestReplayKeepsItsPaceAfterARestart(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	times := []time.Time{start.Add(30 * time.Second), start, start.Add(time.Minute), start.Add(10 * time.Second)}
	for _, tt := range []struct {
		name  string
		spec  RunSpec
		after int // how many were begun
		again []int
		order string
		want  []time.Duration
	}{
		{"original", RunSpec{Speed: 1}, 3, []int{3, 0}, "302", []time.Duration{20 * time.Second, 30 * time.Second}},
		{"ten times", RunSpec{Speed: 10}, 4, []int{1, 0, 2}, "102", []time.Duration{3 * time.Second, 3 * time.Second}},
		{"rate", RunSpec{Rate: 4}, 3, []int{0, 1, 2}, "0123", []time.Duration{250 * time.Millisecond, 250 * time.Millisecond, 250 * time.Millisecond}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			store := inspector.NewCommitter(memstore.New(), inspector.CommitterOptions{})
			t.Cleanup(func() { store.Close() })
			ids := recordedAt(t, store, times...)
			app := newApp(t, always(ok200))
			clock := &fakeClock{at: start}
			stand := func(opt Options) *stand {
				return newStandOf(t, store, opt, func(p *Proxy) { p.runs.clock = runClock{clock.now, clock.pause} })
			}
			s := stand(Options{}).uncapped()
			spec := tt.spec
			spec.Kind, spec.Source, spec.To, spec.Ordered = RunReplay, RunSource{Query: "dir:in"}, &RunTarget{URL: "http://" + app.addr}, true
			run := s.ended(s.begin(spec).ID, RunDone)
			all := pathsOf(app.requests())
			s.stop()
			s.rewrite(run.ID, &inspector.Batch{}, func(e *runEntry) { // as after a kill
				e.State, e.Ended = RunRunning, nil
				last := int(all[tt.after-1] - '0')
				e.After = runPlace{ID: ids[last], At: times[last].UnixNano()}
				for _, i := range tt.again {
					id, err := s.sending.ids.New(time.Now())
					if err != nil {
						t.Fatal(err)
					}
					e.Again = append(e.Again, begun{Of: ids[i], ID: id})
				}
			})
			clock.mu.Lock()
			clock.all = nil
			clock.mu.Unlock()
			if r := stand(Options{ResumeRuns: true}).ended(run.ID, RunDone); r.Failed != 0 {
				t.Errorf("%+v", r)
			}
			if got := pathsOf(app.requests()[len(all):]); got != tt.order {
				t.Errorf("order %s, want %s", got, tt.order)
			}
			if !slices.Equal(clock.all, tt.want) {
				t.Errorf("pauses %v, want %v", clock.all, tt.want)
			}
		})
	}
}

// A place is found again in either order, also when its delivery is gone.
func TestOrderFindsItsPlaces(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(1, 2))
	for _, o := range []order{{false}, {true}} {
		var picks []chosen
		for i := range 200 {
			picks = append(picks, chosen{inspector.ID{byte(i), 1}, rnd.Int64N(50)})
		}
		o.sort(picks)
		kept := slices.DeleteFunc(slices.Clone(picks), func(chosen) bool { return rnd.IntN(3) == 0 })
		if o.after(kept, runPlace{}) != 0 {
			t.Error("before all of them is not 0")
		}
		n := 0
		for i, p := range picks {
			if n < len(kept) && kept[n] == p {
				n++
			}
			if got := o.after(kept, p.in(0)); got != n {
				t.Fatalf("by time %v: behind pick %d is %d, want %d", o.byTime, i, got, n)
			}
			for _, q := range picks[:i] {
				if !o.later(p.in(0), q.in(0)) || o.later(q.in(0), p.in(0)) || !o.later(q.in(1), p.in(0)) {
					t.Fatalf("by time %v: pick %d is not behind one before it", o.byTime, i)
				}
			}
			if !o.later(p.in(0), runPlace{}) || o.later(runPlace{}, p.in(0)) {
				t.Fatal("the beginning is behind a pick")
			}
		}
	}
}
