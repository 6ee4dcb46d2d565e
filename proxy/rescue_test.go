package proxy

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/inspector/memstore"
	"github.com/boathook/boathook/signer"
)

// A panic within one try ends that delivery, and nothing else.
func TestPanicWhileSending(t *testing.T) {
	t.Parallel()
	s := newStand(t, Options{}).uncapped()
	app := newApp(t, always(ok200))
	var broken atomic.Bool
	d := s.Dispatcher()
	lookup := d.schemes
	d.schemes = func(id string) (*signer.Scheme, bool) {
		if broken.Load() && strings.HasPrefix(id, "github") {
			panic("a table is broken")
		}
		return lookup(id)
	}
	s.endpoint(Endpoint{Name: "bad", URL: "http://" + app.addr, Scheme: "github"})
	s.endpoint(Endpoint{Name: "good", URL: "http://" + app.addr})
	row := s.emit(EmitRequest{Event: Event{Type: "a/b"}, To: []string{"bad"}, Delay: 200 * time.Millisecond})[0]
	broken.Store(true)
	bad, attempts := s.over(row.ID)
	if bad.Failure != inspector.FailBlocked || len(attempts) != 1 || !strings.Contains(attempts[0].Failure.Text, "boathook failed") {
		t.Errorf("after the panic: %+v, %+v", bad, attempts)
	}
	if good, _ := s.over(s.emit(EmitRequest{Event: Event{Type: "a/b"}, To: []string{"good"}})[0].ID); good.Status != 200 {
		t.Errorf("another endpoint: %+v", good)
	}
	if n := d.active.Load(); n != 0 {
		eventually(t, "the end of all tries", func() bool { return d.active.Load() == 0 })
	}
}

// The end of work that panicked waits while the disk is full, and holds up neither the
// end of the process nor anything after there is room again.
func TestPanicOnAFullDisk(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		stops bool
	}{{"there is room again", false}, {"the process ends", true}} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			store := &commits{Store: memstore.New()}
			committer := inspector.NewCommitter(store, inspector.CommitterOptions{})
			t.Cleanup(func() { committer.Close() })
			log := &heard{}
			s := newStandOn(t, committer, Options{Log: slog.New(log)}).uncapped()
			d := s.Dispatcher()
			var broken atomic.Bool
			lookup := d.schemes
			d.schemes = func(id string) (*signer.Scheme, bool) {
				if broken.Load() && strings.HasPrefix(id, "github") {
					panic("a table is broken")
				}
				return lookup(id)
			}
			s.endpoint(Endpoint{Name: "bad", URL: "http://" + closedPort(t), Scheme: "github"})
			row := s.emit(EmitRequest{Event: Event{Type: "a/b"}, To: []string{"bad"}, Delay: 200 * time.Millisecond})[0]
			broken.Store(true)
			store.full.Store(true)
			eventually(t, "the log to say it", func() bool { return log.has("cannot be stored now; will try again") })
			if tt.stops {
				d.sender.interrupt() // as when the time to stop is over
				ended := make(chan struct{})
				go func() { s.stop(); close(ended) }()
				select {
				case <-ended:
				case <-time.After(30 * time.Second):
					t.Fatal("it does not stop")
				}
				if work, err := committer.Work(t.Context(), inspector.DefaultWorkspace, workID(row.ID)); len(work) != 1 || err != nil {
					t.Errorf("its work: %+v, %v; want it kept for the next process", work, err)
				}
				return
			}
			store.full.Store(false)
			bad, attempts := s.over(row.ID)
			if bad.Failure != inspector.FailBlocked || len(attempts) != 1 || !strings.Contains(attempts[0].Failure.Text, "boathook failed") {
				t.Errorf("after there is room: %+v, %+v", bad, attempts)
			}
			eventually(t, "the log to say so", func() bool { return log.has("is stored") })
		})
	}
}

// heard is a log that can be asked for.
type heard struct {
	mu   sync.Mutex
	said []string
}

func (l *heard) Enabled(context.Context, slog.Level) bool { return true }
func (l *heard) WithAttrs([]slog.Attr) slog.Handler       { return l }
func (l *heard) WithGroup(string) slog.Handler            { return l }
func (l *heard) Handle(_ context.Context, r slog.Record) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.said = append(l.said, r.Message)
	return nil
}

func (l *heard) has(text string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.ContainsFunc(l.said, func(s string) bool { return strings.Contains(s, text) })
}

// A stored entry that makes its reader panic is left out; the others stay.
func TestPanicWhileReadingAnEntry(t *testing.T) {
	t.Parallel()
	store := memstore.New()
	t.Cleanup(func() { store.Close() })
	for _, name := range []string{"good", "bad"} {
		_, err := store.Commit(t.Context(), &inspector.Batch{
			Workspace: inspector.DefaultWorkspace, Config: []inspector.ConfigPut{{Key: "thing/" + name, Value: []byte("{}")}},
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	r := registry[string]{store: store, ws: inspector.DefaultWorkspace, log: slog.New(slog.DiscardHandler), kind: "thing", limit: 100}
	r.read = func(name string, _ inspector.ConfigEntry) (string, error) {
		if name == "bad" {
			panic("it is malformed")
		}
		return name, nil
	}
	if err := r.reload(t.Context()); err != nil || !slices.Equal(r.all(), []string{"good"}) {
		t.Errorf("%q, %v", r.all(), err)
	}
}

// The worker that explains signatures outlives what it cannot read.
func TestPanicWhileExplaining(t *testing.T) {
	t.Parallel()
	var c Checker // without a store
	if err := c.settle(t.Context(), inspector.ID{}); err == nil || !strings.Contains(err.Error(), "panic") {
		t.Errorf("settle: %v", err)
	}
	if !c.settling.TryLock() {
		t.Error("it holds its lock")
	}
}

// brokenBodies panics where a body is to be read.
type brokenBodies struct{ inspector.Store }

func (brokenBodies) Body(context.Context, inspector.Workspace, inspector.BodyKey) (inspector.Body, error) {
	panic("a body is broken")
}

// A body that cannot even be read leaves the room for it to others.
func TestPanicWhileABodyIsRead(t *testing.T) {
	t.Parallel()
	committer := inspector.NewCommitter(brokenBodies{memstore.New()}, inspector.CommitterOptions{})
	t.Cleanup(func() { committer.Close() })
	s := newStandOn(t, committer, Options{}).uncapped()
	d := s.Dispatcher()
	s.endpoint(Endpoint{Name: "crm", URL: "http://" + closedPort(t)})
	row := s.emit(EmitRequest{Event: Event{Type: "a/b", Payload: make([]byte, 2*bodySmall)}, To: []string{"crm"}, Delay: time.Hour})[0]
	_ = d.fresh.take(row.ID)
	if err := d.TryNow(t.Context(), row.ID); err != nil {
		t.Fatal(err)
	}
	if row, _ := s.over(row.ID); row.Failure != inspector.FailBlocked {
		t.Errorf("after the panic: %+v", row)
	}
	eventually(t, "nothing to be held", func() bool {
		d.bodies.mu.Lock()
		defer d.bodies.mu.Unlock()
		return d.bodies.used == 0
	})
}
