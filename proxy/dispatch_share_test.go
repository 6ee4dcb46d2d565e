package proxy

import (
	"fmt"
	"testing"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/inspector/memstore"
)

// However many endpoints hang, and however many tries each of them takes at a time,
// there is one for each endpoint that has none.
func TestTriesAreShared(t *testing.T) {
	t.Parallel()
	l := tryLimits{maxTrying, lastTrying}
	active, hanging := 0, 0
	for ; hanging < 4000; hanging++ {
		ep := &Endpoint{Name: "crm", Concurrency: maxConcurrency}
		_, slots := ep.lane()
		room, share := l.room(active)
		if room <= 0 {
			break
		}
		got := min(room, share, slots)
		switch {
		case hanging == 0 && got != slots:
			t.Errorf("one endpoint alone gets %d, want all %d", got, slots)
		case hanging == 20 && got < 4:
			t.Errorf("after 20 that hang an endpoint gets %d", got)
		}
		active += got
	}
	if active > maxTrying+lastTrying {
		t.Errorf("%d tries, want at most %d", active, maxTrying+lastTrying)
	}
	if hanging < 4000 {
		t.Errorf("after %d that hang there is nothing left", hanging)
	}
}

// Many endpoints whose targets hang, each of which takes more tries at a time than there
// are, do not delay another one.
func TestManyTargetsThatHang(t *testing.T) {
	t.Parallel()
	store := inspector.NewCommitter(memstore.New(), inspector.CommitterOptions{})
	t.Cleanup(func() { store.Close() })
	s := newStandOf(t, store, Options{}, func(p *Proxy) { p.sending.limits = tryLimits{128, 32} }).uncapped()
	app := newApp(t, always(ok200))
	hung := newStalling(t)
	hung.stall.Store(1)
	const endpoints, each = 24, 40
	var rows []inspector.Row
	for i := range endpoints {
		name := fmt.Sprint("hung", i)
		s.endpoint(Endpoint{Name: name, URL: "http://" + hung.addr + "/" + name, Concurrency: maxConcurrency})
		rows = append(rows, s.emit(EmitRequest{Event: Event{Type: "a/b"}, To: []string{name}, Count: each})...)
	}
	s.endpoint(Endpoint{Name: "good", URL: "http://" + app.addr})
	for _, row := range s.emit(EmitRequest{Event: Event{Type: "a/b"}, To: []string{"good"}, Count: each}) {
		if row, _ := s.over(row.ID); row.Status != 200 {
			t.Fatalf("another endpoint: %+v", row)
		}
	}
	eventually(t, "a request of each endpoint whose target hangs", func() bool {
		asked := map[string]bool{}
		for _, r := range hung.requests() {
			asked[inspector.ParseHead([]byte(r)).Target()] = true
		}
		return len(asked) == endpoints
	})
	if row, _ := s.over(s.emit(EmitRequest{Event: Event{Type: "a/b"}, To: []string{"good"}})[0].ID); row.Status != 200 {
		t.Fatalf("another endpoint, once all of them hang: %+v", row)
	}
	if n := s.Dispatcher().active.Load(); n > 160 {
		t.Errorf("%d tries at once, want at most 160", n)
	}
	hung.stall.Store(0)
	close(hung.release)
	for _, row := range rows {
		if row, _ := s.over(row.ID); row.Status != 200 {
			t.Fatalf("one that hung: %+v", row)
		}
	}
}
