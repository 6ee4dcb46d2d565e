package proxy

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/boathook/boathook/inspector"
)

// Whatever tries do, a room never has more of them made than its endpoint takes, and
// each of them is made in its turn, or is dropped, and none is lost.
func TestRooms(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(3, 4))
	for round := range 200 {
		var r rooms
		ep := &Endpoint{Name: "crm", Concurrency: 1 + rnd.IntN(3)}
		paced := rnd.IntN(4) == 0
		var begun, inside []*try
		most, made, gone, entered := 0, 0, 0, 0
		var order []string
		enter := func() {
			entered++
			x := &try{endpoint: ep, lease: inspector.Lease{Due: inspector.Due{ID: fmt.Sprintf("%04d", entered), Lane: "send/crm"}}}
			if r.enter(x, paced) {
				begun = append(begun, x)
			}
		}
		makes := func(x *try) {
			inside = append(inside, x)
			order = append(order, x.lease.ID)
		}
		leave := func(x *try, took time.Duration) {
			gone++
			next, begin := r.leave(x, took)
			begun = append(begun, begin...)
			if next != nil {
				makes(next)
			}
			if again, more := r.leave(x, took); again != nil || more != nil {
				t.Fatal("a try left twice")
			}
		}
		for step := 0; gone < 40; step++ {
			switch n := rnd.IntN(4); {
			case n == 0 && entered < 40:
				enter()
			case n == 1 && len(begun) > 0: // it is stored that it began
				x := begun[0]
				begun = begun[1:]
				if rnd.IntN(10) == 0 {
					leave(x, 0)
				} else if r.made(x) {
					makes(x)
				}
			case n == 2 && len(inside) > 0:
				i := rnd.IntN(len(inside))
				x := inside[i]
				inside = slices.Delete(inside, i, i+1)
				made++
				leave(x, time.Duration(1+rnd.IntN(2)*int(quickAnswer)))
			}
			most = max(most, len(inside))
			if len(inside) > ep.Concurrency {
				t.Fatalf("round %d: %d are made at once, want at most %d", round, len(inside), ep.Concurrency)
			}
			if ahead := len(begun) + len(inside); paced && ahead > ep.Concurrency {
				t.Fatalf("round %d: %d began though they are spaced out, want at most %d", round, ahead, ep.Concurrency)
			}
			if step > 100_000 {
				t.Fatalf("round %d: %d of 40 came out", round, gone)
			}
		}
		if !slices.IsSorted(order) {
			t.Errorf("round %d: made in the order %v", round, order)
		}
		if m := r.all["send/crm"]; m != nil && (m.inside != 0 || m.begun != 0 || len(m.ready)+len(m.waiting) > 0) {
			t.Errorf("round %d: the room has %+v left", round, *m)
		}
	}
}

// stalling answers at once until it is told to stall; then requests wait.
type stalling struct {
	*app
	stall, inside, most atomic.Int32
	release             chan struct{}
}

func newStalling(t *testing.T) *stalling {
	s := &stalling{release: make(chan struct{})}
	s.app = newApp(t, func([]byte) string {
		defer s.inside.Add(-1)
		n := s.inside.Add(1)
		s.most.Store(max(s.most.Load(), n)) // exact enough: it may only say too little
		if s.stall.Load() != 0 {
			<-s.release
		}
		return ok200
	})
	t.Cleanup(func() {
		if s.stall.Swap(0) != 0 {
			close(s.release)
		}
	})
	return s
}

// aged waits until a try that has begun, and waits for its turn, is too old to be made
// as it was begun; it returns its attempt.
func (s *stand) aged(id inspector.ID) (a inspector.Attempt) {
	s.t.Helper()
	eventually(s.t, "a try that begins and waits", func() bool {
		all := s.rig.attempts(id)
		a = all[len(all)-1]
		return !a.Started.IsZero() && time.Since(a.Started) > oldTry+100*time.Millisecond
	})
	return a
}

// What has begun while its endpoint was quick, and then had to wait, is begun anew when
// its turn comes: with the time of that moment, and not at all if it was stopped.
func TestBegunThenMadeToWait(t *testing.T) {
	t.Parallel()
	s := newStand(t, Options{}).uncapped()
	s.Dispatcher().rooms.soon = time.Hour // any answer comes soon, also on a busy machine
	app := newStalling(t)
	s.endpoint(Endpoint{Name: "crm", URL: "http://" + app.addr, Scheme: "standard-webhooks", Concurrency: 1})
	send := func() inspector.Row {
		return s.emit(EmitRequest{Event: Event{Type: "a/b"}, To: []string{"crm"}})[0]
	}
	s.over(send().ID) // it is quick
	app.stall.Store(1)
	send()
	eventually(t, "the request that the endpoint does not answer", func() bool { return len(app.requests()) == 2 })
	late, stopped := send(), send()
	before := s.aged(late.ID)
	s.aged(stopped.ID)
	if n := len(app.requests()); n != 2 {
		t.Fatalf("%d requests, want no further one while the endpoint is busy", n)
	}
	if err := s.Dispatcher().Stop(t.Context(), stopped.ID); err != nil {
		t.Fatal(err)
	}
	app.stall.Store(0)
	close(app.release)
	row, _ := s.over(late.ID)
	eventually(t, "the outcome", func() bool { row = s.row(late.ID); return row.Status == 200 })
	all := s.rig.attempts(late.ID)
	if len(all) != 1 || !all[0].Started.After(before.Started.Add(oldTry)) || row.Tries != 1 {
		t.Errorf("it was begun at %s and made at %s, with %d attempts, row %+v", before.Started, all[0].Started, len(all), row)
	}
	stamp := func(a inspector.Attempt) string {
		return inspector.ParseHead(a.Request.Head).Value("webhook-timestamp")
	}
	if was, is := stamp(before), stamp(all[0]); was == "" || was == is {
		t.Errorf("signed with the time %q, and %q when it began first; want another one", is, was)
	}
	eventually(t, "the last word on the one that was stopped", func() bool { return s.row(stopped.ID).Failure == inspector.FailBlocked })
	all = s.rig.attempts(stopped.ID)
	if len(all) != 1 || !strings.Contains(all[0].Failure.Text, "it did not leave") || len(app.requests()) != 3 {
		t.Errorf("%d requests, the one that was stopped has %+v", len(app.requests()), all)
	}
}

// What has begun while its endpoint was quick does not leave as it was once the
// endpoint is another one.
func TestChangedAfterItBegan(t *testing.T) {
	t.Parallel()
	s := newStand(t, Options{}).uncapped()
	s.Dispatcher().rooms.soon = time.Hour
	app, other := newStalling(t), newApp(t, always(ok200))
	s.endpoint(Endpoint{Name: "crm", URL: "http://" + app.addr, Concurrency: 1})
	send := func() inspector.Row {
		return s.emit(EmitRequest{Event: Event{Type: "a/b"}, To: []string{"crm"}})[0]
	}
	s.over(send().ID)
	app.stall.Store(1)
	send()
	eventually(t, "the request that the endpoint does not answer", func() bool { return len(app.requests()) == 2 })
	late := send()
	eventually(t, "the try to begin", func() bool {
		all := s.rig.attempts(late.ID)
		return !all[len(all)-1].Started.IsZero()
	})
	ep, err := s.Endpoints().Get("crm")
	if err != nil {
		t.Fatal(err)
	}
	ep.URL = "http://" + other.addr
	if _, err := s.Endpoints().Update(t.Context(), ep); err != nil {
		t.Fatal(err)
	}
	app.stall.Store(0)
	close(app.release)
	s.over(late.ID)
	eventually(t, "the outcome", func() bool { return s.row(late.ID).Status == 200 })
	if len(app.requests()) != 2 || len(other.requests()) != 1 {
		t.Errorf("%d requests to the old address, %d to the new one; want 2 and 1", len(app.requests()), len(other.requests()))
	}
}

// The tries of one endpoint, which may all hang, are a part of those that are claimed at
// once, however many it takes at a time.
func TestOneEndpointLeavesRoomForOthers(t *testing.T) {
	t.Parallel()
	for _, concurrency := range []int{1, 4, 64, maxConcurrency} {
		ep := &Endpoint{Name: "crm", Concurrency: concurrency}
		if _, slots := ep.lane(); slots < min(2*concurrency, maxTrying/4) || slots > maxTrying/4 {
			t.Errorf("%d tries of an endpoint are claimed that takes %d at a time, %d of all", slots, concurrency, maxTrying)
		}
	}
}

// An endpoint gets each event once, and no more of them at a time than it takes,
// however quick it is.
func TestQuickEndpointTakesSoManyAtOnce(t *testing.T) {
	t.Parallel()
	s := newStand(t, Options{}).uncapped()
	app := newStalling(t)
	s.endpoint(Endpoint{Name: "crm", URL: "http://" + app.addr, Events: []string{"*"}, Concurrency: 3})
	const events = 500
	rows := s.emit(EmitRequest{Count: events, Payload: func(i int) ([]byte, error) { return fmt.Appendf(nil, `{"i":%d}`, i), nil }})
	eventually(t, "all outcomes", func() bool {
		work, err := s.rig.store.Work(context.Background(), inspector.DefaultWorkspace, workID(rows[events-1].ID))
		return err == nil && len(work) == 0 && len(app.requests()) >= events
	})
	seen := map[string]int{}
	for _, r := range app.requests() {
		_, body, _ := strings.Cut(r, "\r\n\r\n")
		seen[body]++
	}
	for i := range events {
		if n := seen[fmt.Sprintf(`{"i":%d}`, i)]; n != 1 {
			t.Errorf("event %d came %d times", i, n)
		}
	}
	if n := app.most.Load(); n > 3 {
		t.Errorf("%d requests at once, want at most 3", n)
	}
	for _, r := range rows {
		row, all := s.over(r.ID)
		if row.Status != 200 || row.Tries != 1 || len(all) != 1 || all[0].Response.Head == nil {
			t.Fatalf("row %+v, attempts %+v", row, all)
		}
	}
}
