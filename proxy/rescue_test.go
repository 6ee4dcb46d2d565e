package proxy

import (
	"log/slog"
	"slices"
	"strings"
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
		if broken.Load() && id == "github" {
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
