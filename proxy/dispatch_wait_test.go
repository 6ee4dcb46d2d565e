package proxy

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/boathook/boathook/inspector"
)

// slowly makes an endpoint with some time between two tries, and sends it events: the
// first one leaves, the others wait for their turn.
func (s *stand) slowly(app *app, rate float64, events int) []inspector.Row {
	s.t.Helper()
	s.endpoint(Endpoint{Name: "slow", URL: "http://" + app.addr, Rate: rate})
	var rows []inspector.Row
	for i := range events {
		row := s.emit(EmitRequest{Event: Event{Type: "a/b"}, To: []string{"slow"}})[0]
		rows = append(rows, row)
		if i == 0 {
			s.over(row.ID)
			continue
		}
		eventually(s.t, "the next one to be claimed", func() bool {
			n, err := s.Dispatcher().Next(context.Background(), row.ID)
			return err == nil && n.UnderWay
		})
	}
	return rows
}

// What is stopped while it waits for its turn is not sent.
func TestStoppedWhileItWaits(t *testing.T) {
	t.Parallel()
	s := newStand(t, Options{}).uncapped()
	app := newApp(t, always(ok200))
	rows := s.slowly(app, 2, 3)
	if err := s.Dispatcher().Stop(t.Context(), rows[1].ID); err != nil {
		t.Fatal(err)
	}
	s.over(rows[2].ID)
	if row, _ := s.over(rows[1].ID); row.Status != 0 || len(app.requests()) != 2 {
		t.Errorf("it was sent: %+v, %d requests", row, len(app.requests()))
	}
	eventually(t, "the last word on it", func() bool { return s.row(rows[1].ID).Failure == inspector.FailBlocked })
	if all := s.rig.attempts(rows[1].ID); len(all) != 1 || !strings.Contains(all[0].Failure.Text, "it was stopped") {
		t.Errorf("it has %+v, want it to say that it was stopped", all)
	}
}

// The master switch holds back what waits for its turn as well.
func TestSwitchedOffWhileItWaits(t *testing.T) {
	t.Parallel()
	s := newStand(t, Options{}).uncapped()
	app := newApp(t, always(ok200))
	rows := s.slowly(app, 2, 2)
	set := func(on bool) {
		v := s.Settings().Get()
		v.Sending = on
		if _, err := s.Settings().Update(t.Context(), v); err != nil {
			t.Fatal(err)
		}
	}
	set(false)
	eventually(t, "the try to be given back", func() bool {
		n, err := s.Dispatcher().Next(t.Context(), rows[1].ID)
		return err == nil && !n.UnderWay
	})
	if n := len(app.requests()); n != 1 {
		t.Fatalf("%d requests while sending is switched off, want 1", n)
	}
	set(true)
	s.Dispatcher().wake()
	if row, _ := s.over(rows[1].ID); row.Status != 200 {
		t.Errorf("after it was switched on: %+v", row)
	}
}

// An endpoint that was changed meanwhile is sent to as it is now.
func TestEndpointIsChangedWhileItWaits(t *testing.T) {
	t.Parallel()
	s := newStand(t, Options{}).uncapped()
	app, other := newApp(t, always(ok200)), newApp(t, always(ok200))
	rows := s.slowly(app, 2, 2)
	ep, err := s.Endpoints().Get("slow")
	if err != nil {
		t.Fatal(err)
	}
	ep.URL = "http://" + other.addr
	if _, err := s.Endpoints().Update(t.Context(), ep); err != nil {
		t.Fatal(err)
	}
	s.over(rows[1].ID)
	if len(app.requests()) != 1 || len(other.requests()) != 1 {
		t.Errorf("%d requests to the old address, %d to the new one; want 1 and 1", len(app.requests()), len(other.requests()))
	}
}

// A try whose turn comes after the end of its lease is given back: it would be
// claimed, and sent, once more.
func TestTurnBeyondTheLease(t *testing.T) {
	t.Parallel()
	s := newStand(t, Options{}).uncapped()
	app := newApp(t, always(ok200))
	s.endpoint(Endpoint{Name: "slow", URL: "http://" + app.addr, Rate: 1e-5}) // one a day
	s.over(s.emit(EmitRequest{Event: Event{Type: "a/b"}, To: []string{"slow"}})[0].ID)
	row := s.emit(EmitRequest{Event: Event{Type: "a/b"}, To: []string{"slow"}})[0]
	eventually(t, "the second to be given back", func() bool {
		n, err := s.Dispatcher().Next(context.Background(), row.ID)
		if errors.Is(err, ErrNoTry) {
			t.Fatal("it was sent")
		}
		return err == nil && !n.UnderWay && time.Until(n.At) > 20*time.Hour
	})
}

func TestPaceTakesNoPlaceThatIsTooFar(t *testing.T) {
	t.Parallel()
	p, now := newPace(), time.Unix(1e9, 0)
	for i, want := range []time.Duration{0, time.Second, 2 * time.Second} {
		if wait, ok := p.within(2*time.Second, "a", 1, 0, now); wait != want || !ok {
			t.Errorf("place %d: %s, %v", i, wait, ok)
		}
	}
	for range 3 {
		if wait, ok := p.within(2*time.Second, "a", 1, 5, now); wait != 3*time.Second || ok {
			t.Errorf("too far: %s, %v; want 3s, and no place", wait, ok)
		}
	}
	if wait, ok := p.within(0, "b", 0, 5, now); wait != 0 || !ok {
		t.Errorf("the cap was used up by what did not take a place: %s, %v", wait, ok)
	}
	if wait, ok := p.within(0, "c", 1e-300, 0, now); wait != 0 || !ok {
		t.Errorf("first at a tiny rate: %s, %v", wait, ok)
	}
	if wait, ok := p.within(time.Hour, "c", 1e-300, 0, now); ok {
		t.Errorf("second at a tiny rate: %s", wait)
	}
}
