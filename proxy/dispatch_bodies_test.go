package proxy

import (
	"bytes"
	"context"
	"sync"
	"testing"

	"github.com/boathook/boathook/inspector"
)

// One endpoint holds half of what there is, the next ones half of the rest, and each
// that holds nothing gets a body from the reserve.
func TestBodiesAreShared(t *testing.T) {
	t.Parallel()
	const kib = 1 << 10
	b := &bodies{budget: 640 * kib}
	fill := func(lane string, size int64) (n int) {
		for {
			if _, ok := b.try(lane, size); !ok {
				return n
			}
			n++
		}
	}
	if n := fill("hangs", 20*kib); n != 16 {
		t.Errorf("the first holds %d of 32, want half", n)
	}
	if n := fill("hangs as well", 20*kib); n != 8 {
		t.Errorf("the second holds %d of 32, want half of the rest", n)
	}
	for _, lane := range []string{"c", "d", "e"} {
		if n := fill(lane, 400*kib); n != 1 && lane != "e" || n != 0 && lane == "e" {
			t.Errorf("%s holds %d of what only the reserve has", lane, n)
		}
	}
	if _, ok := b.try("hangs", bodySmall); !ok {
		t.Error("a small one waits")
	}
}

// A body that waits comes as soon as it may, in its turn, and others pass it by.
func TestBodiesWait(t *testing.T) {
	t.Parallel()
	const size = 20 << 10
	b := &bodies{budget: 4 * size}
	hold := func(lane string) int64 {
		held, ok := b.acquire(t.Context(), lane, size)
		if !ok {
			t.Errorf("%s gets none", lane)
		}
		return held
	}
	b.release("alone", func() int64 { held, _ := b.acquire(t.Context(), "alone", 100*size); return held }())
	held := hold("a") + hold("a")
	got := make(chan string, 3)
	var wg sync.WaitGroup
	waits := func(n int) func() bool {
		return func() bool { b.mu.Lock(); defer b.mu.Unlock(); return len(b.waiting) == n }
	}
	for i, name := range []string{"first", "second"} {
		wg.Go(func() { hold("a"); got <- name })
		eventually(t, "one more waits", waits(i+1))
	}
	hold("b") // passes them by
	hold("c")
	hold("d") // from the reserve
	ctx, cancel := context.WithCancel(t.Context())
	wg.Go(func() {
		if held, ok := b.acquire(ctx, "b", size); ok || held != 0 {
			t.Errorf("who was cancelled has %d", held)
		}
	})
	eventually(t, "three wait", waits(3))
	cancel()
	eventually(t, "two wait", waits(2))
	for _, lane := range []string{"b", "c", "d"} {
		b.release(lane, size)
	}
	b.release("a", held/2)
	if name := <-got; name != "first" {
		t.Errorf("%s has come", name)
	}
	b.release("a", held/2)
	if name := <-got; name != "second" {
		t.Errorf("%s has come", name)
	}
	wg.Wait()
	b.release("a", 2*size)
	if b.used != 0 || len(b.lanes) != 0 || len(b.waiting) != 0 {
		t.Errorf("what is left: %+v", b)
	}
}

// Endpoints whose targets hang do not delay another one, however large the bodies are.
func TestBigBodiesOfATargetThatHangs(t *testing.T) {
	t.Parallel()
	s := newStand(t, Options{}).uncapped()
	d := s.Dispatcher()
	d.bodies.mu.Lock()
	d.bodies.budget = 1 << 20
	d.bodies.mu.Unlock()
	app := newApp(t, always(ok200))
	free := make(chan struct{})
	hung := newApp(t, func([]byte) string { <-free; return ok200 })
	body := bytes.Repeat([]byte("a"), 100<<10)
	var rows []inspector.Row
	for _, name := range []string{"hung", "hung2", "hung3"} {
		s.endpoint(Endpoint{Name: name, URL: "http://" + hung.addr, Concurrency: 32})
		rows = append(rows, s.emit(EmitRequest{Event: Event{Type: "a/b", Payload: body}, To: []string{name}, Count: 40})...)
	}
	s.endpoint(Endpoint{Name: "good", URL: "http://" + app.addr})
	eventually(t, "those that hang to hold what they may", func() bool {
		d.bodies.mu.Lock()
		defer d.bodies.mu.Unlock()
		return len(d.bodies.waiting) > 3 && len(d.bodies.lanes) == 3
	})
	for range 5 {
		row, _ := s.over(s.emit(EmitRequest{Event: Event{Type: "a/b", Payload: body}, To: []string{"good"}})[0].ID)
		if row.Status != 200 {
			t.Fatalf("another endpoint: %+v", row)
		}
	}
	close(free)
	for _, row := range rows {
		if row, _ := s.over(row.ID); row.Status != 200 {
			t.Fatalf("one that hung: %+v", row)
		}
	}
	eventually(t, "nothing to be held", func() bool {
		d.bodies.mu.Lock()
		defer d.bodies.mu.Unlock()
		return d.bodies.used == 0 && len(d.bodies.lanes) == 0
	})
}
