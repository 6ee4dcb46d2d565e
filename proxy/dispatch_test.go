package proxy

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/boathook/boathook/inspector"
)

// uncapped lets a test send as fast as it can.
func (s *stand) uncapped() *stand {
	s.t.Helper()
	v := s.Settings().Get()
	v.Cap = 0
	if _, err := s.Settings().Update(context.Background(), v); err != nil {
		s.t.Fatal(err)
	}
	return s
}

func (s *stand) endpoint(ep Endpoint) Endpoint {
	s.t.Helper()
	ep.On = true
	made, err := s.Endpoints().Create(context.Background(), ep)
	if err != nil {
		s.t.Fatalf("endpoint %s: %v", ep.Name, err)
	}
	return made
}

func (s *stand) emit(req EmitRequest) []inspector.Row {
	s.t.Helper()
	if req.Event.Type == "" {
		req.Event.Type = "sitestacker/person_create"
	}
	if req.Event.Payload == nil {
		req.Event.Payload = []byte(`{"a":1}`)
	}
	res, err := s.Dispatcher().Emit(context.Background(), req)
	if err != nil {
		s.t.Fatalf("emit: %v", err)
	}
	return res.Deliveries
}

func (s *stand) row(id inspector.ID) inspector.Row {
	s.t.Helper()
	row, err := s.rig.store.Get(context.Background(), inspector.DefaultWorkspace, id)
	if err != nil {
		s.t.Fatal(err)
	}
	return row
}

// over waits until a delivery has no further try, and returns its row and attempts.
func (s *stand) over(id inspector.ID) (inspector.Row, []inspector.Attempt) {
	s.t.Helper()
	eventually(s.t, "the end of delivery "+id.String(), func() bool {
		_, err := s.Dispatcher().Next(context.Background(), id)
		return errors.Is(err, ErrNoTry)
	})
	return s.row(id), s.rig.attempts(id)
}

// An event goes to whom subscribes to it, and the record says what left.
func TestEmitReachesSubscribers(t *testing.T) {
	t.Parallel()
	s := newStand(t, Options{}).uncapped()
	app := newApp(t, always(ok200))
	s.endpoint(Endpoint{Name: "all", URL: "http://" + app.addr + "/all", Events: []string{"*"}})
	s.endpoint(Endpoint{Name: "one", URL: "http://" + app.addr + "/one?x=1", Events: []string{"sitestacker/person_create"}})
	s.endpoint(Endpoint{Name: "none", URL: "http://" + app.addr + "/none", Events: []string{"stripe/*"}})
	rows := s.emit(EmitRequest{Event: Event{Type: "sitestacker/person_create", ID: "e1", RequestID: "r1", Campaign: "12"}})
	if len(rows) != 2 || rows[0].Endpoint != "all" || rows[1].Endpoint != "one" || rows[0].N == 0 {
		t.Fatalf("deliveries %+v", rows)
	}
	for i, r := range rows {
		row, attempts := s.over(r.ID)
		if row.Status != 200 || row.Flags != 0 || row.Tries != 1 || len(attempts) != 1 || row.Dir != inspector.Out || row.Event != "person_create" {
			t.Errorf("row %+v, %d attempts", row, len(attempts))
		}
		a := attempts[0]
		if got := s.rig.message(a.BodyKey(inspector.Request), a.Request); !slices.Contains(app.requests(), got) {
			t.Errorf("recorded %q, received %q", got, app.requests())
		}
		if got := s.rig.message(a.BodyKey(inspector.Response), a.Response); got != ok200 {
			t.Errorf("answer %q", got)
		}
		if want := []string{"/all", "/one?x=1"}[i]; row.Target != want || a.Started.IsZero() || a.Remote != app.addr || !strings.HasSuffix(a.Target, want) {
			t.Errorf("target %q, attempt %+v", row.Target, a)
		}
		if !slices.Contains(row.Tags, "campaign=12") || !slices.Contains(row.Tags, "request=r1") {
			t.Errorf("tags %q", row.Tags)
		}
	}
}

// Each of many events that were asked for at once is known by the id that its
// request carries, the first like the others.
func TestEmitCountsHaveTheIDThatLeaves(t *testing.T) {
	t.Parallel()
	s := newStand(t, Options{}).uncapped()
	app := newApp(t, always(ok200))
	s.endpoint(Endpoint{Name: "all", URL: "http://" + app.addr, Events: []string{"*"}})
	for event, header := range map[string]string{"svix/invoice.paid": "svix-id", "github/push": "X-GitHub-Delivery"} {
		for _, r := range s.emit(EmitRequest{Event: Event{Type: event}, Count: 3}) {
			row, attempts := s.over(r.ID)
			if got := lineOf(attempts[0].Request.Head, header); row.EventID == "" || got != row.EventID {
				t.Errorf("%s: delivery #%d is known as %q, its %s is %q", event, row.N, row.EventID, header, got)
			}
		}
	}
}

// What no endpoint wants is kept without a try.
func TestEmitKeepsWhatNobodyWants(t *testing.T) {
	t.Parallel()
	s := newStand(t, Options{})
	rows := s.emit(EmitRequest{})
	if len(rows) != 1 || rows[0].Endpoint != "" || !slices.Contains(rows[0].Tags, UnsubscribedTag) {
		t.Fatalf("deliveries %+v", rows)
	}
	if _, err := s.Dispatcher().Next(t.Context(), rows[0].ID); !errors.Is(err, ErrNoTry) {
		t.Errorf("Next: %v", err)
	}
	body, err := s.Dispatcher().body(t.Context(), rows[0].ID, rows[0].Size)
	if err != nil || string(body) != `{"a":1}` {
		t.Errorf("body %q, %v", body, err)
	}
	if _, err := s.Dispatcher().Resend(t.Context(), rows[0].ID); err == nil {
		t.Error("it was resent to nobody")
	}
}

// Retries follow the provider's rule by the endpoint's clock, with the same ids.
func TestRetriesByTheClock(t *testing.T) {
	t.Parallel()
	s := newStand(t, Options{}).uncapped()
	var n atomic.Int32
	app := newApp(t, func([]byte) string {
		if n.Add(1) <= 3 {
			return "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n"
		}
		return ok200
	})
	s.endpoint(Endpoint{Name: "crm", URL: "http://" + app.addr, Events: []string{"*"}, Speed: 10_000})
	row, attempts := s.over(s.emit(EmitRequest{})[0].ID)
	if len(attempts) != 4 || row.Tries != 4 || row.MaxTries != 11 || row.Status != 200 || row.Flags != 0 {
		t.Fatalf("row %+v, %d attempts", row, len(attempts))
	}
	ids := map[string]bool{}
	for i, a := range attempts {
		ids[inspector.ParseHead(a.Request.Head).Value("SiteStacker-Delivery")] = true
		if a.K != i || i > 0 && a.Started.Sub(attempts[i-1].Started) < 6*time.Millisecond {
			t.Errorf("attempt %d began %s after the one before, want 6 ms: a minute at 10,000", a.K, a.Started.Sub(attempts[i-1].Started))
		}
		if i < 3 && (len(a.Notes) == 0 || !strings.Contains(a.Notes[len(a.Notes)-1], fmt.Sprintf("try %d of 11 follows", i+2))) {
			t.Errorf("notes %q", a.Notes)
		}
	}
	if len(ids) != 1 || ids[""] {
		t.Errorf("delivery ids %v, want the same for all", ids)
	}
	// A signed time is that of the endpoint's clock.
	s.endpoint(Endpoint{Name: "svix", URL: "http://" + closedPort(t), Speed: 1e6})
	row, attempts = s.over(s.emit(EmitRequest{Event: Event{Type: "svix/invoice.paid"}, To: []string{"svix"}})[0].ID)
	if len(attempts) != 8 || row.Flags != inspector.FlagFailed || row.Failure != inspector.FailRefused {
		t.Fatalf("row %+v, %d attempts", row, len(attempts))
	}
	first, last := stamp(t, attempts[0]), stamp(t, attempts[7])
	if passed := last.Sub(first); passed < 20*time.Hour || passed > 60*time.Hour {
		t.Errorf("the last try was signed %s after the first, want about 27 hours", passed)
	}
}

func stamp(t *testing.T, a inspector.Attempt) time.Time {
	t.Helper()
	var unix int64
	if _, err := fmt.Sscan(inspector.ParseHead(a.Request.Head).Value("svix-timestamp"), &unix); err != nil {
		t.Fatalf("%s: %v", a.Request.Head, err)
	}
	return time.Unix(unix, 0)
}

// An answer can end the tries.
func TestAnswerStopsTheTries(t *testing.T) {
	t.Parallel()
	s := newStand(t, Options{}).uncapped()
	app := newApp(t, always("HTTP/1.1 500 No\r\nwebhook-delivery: abort-message\r\nContent-Length: 0\r\n\r\n"))
	s.endpoint(Endpoint{Name: "crm", URL: "http://" + app.addr, Events: []string{"*"}, Speed: 1e6})
	row, attempts := s.over(s.emit(EmitRequest{Event: Event{Type: "svix/invoice.paid"}})[0].ID)
	if len(attempts) != 1 || row.Flags != inspector.FlagFailed || !strings.Contains(strings.Join(attempts[0].Notes, "\n"), "asked for no further try") {
		t.Errorf("row %+v, attempts %+v", row, attempts)
	}
}

func TestTryNowAndStop(t *testing.T) {
	t.Parallel()
	s := newStand(t, Options{}).uncapped()
	d := s.Dispatcher()
	s.endpoint(Endpoint{Name: "crm", URL: "http://" + closedPort(t), Events: []string{"*"}})
	id := s.emit(EmitRequest{})[0].ID
	waits := func(k int) {
		t.Helper()
		eventually(t, "the next try", func() bool {
			n, err := d.Next(t.Context(), id)
			return err == nil && n.Try == k && !n.UnderWay && time.Until(n.At) > 50*time.Second
		})
	}
	waits(1)
	if row := s.row(id); row.Flags&inspector.FlagRetrying == 0 || row.Tries != 1 {
		t.Errorf("row %+v", row)
	}
	if _, err := d.Resend(t.Context(), id); !errors.Is(err, ErrUnderWay) {
		t.Errorf("Resend: %v", err)
	}
	if err := d.TryNow(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	waits(2)
	if err := d.Stop(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	row, attempts := s.over(id)
	if row.Flags != inspector.FlagFailed || len(attempts) != 2 || !strings.Contains(strings.Join(attempts[1].Notes, "\n"), "stopped by hand") {
		t.Errorf("row %+v, attempts %+v", row, attempts)
	}
	for _, err := range []error{d.Stop(t.Context(), id), d.TryNow(t.Context(), id)} {
		if !errors.Is(err, ErrNoTry) {
			t.Errorf("after the end: %v", err)
		}
	}
}

// Sending that is switched off lets everything wait, and says so.
func TestSendingOff(t *testing.T) {
	t.Parallel()
	s := newStand(t, Options{}).uncapped()
	app := newApp(t, always(ok200))
	set := func(on bool) {
		v := s.Settings().Get()
		v.Sending = on
		if _, err := s.Settings().Update(t.Context(), v); err != nil {
			t.Fatal(err)
		}
	}
	set(false)
	s.endpoint(Endpoint{Name: "crm", URL: "http://" + app.addr, Events: []string{"*"}})
	id := s.emit(EmitRequest{})[0].ID
	n, err := s.Dispatcher().Next(t.Context(), id)
	if err != nil || !strings.Contains(n.Waits, "switched off") {
		t.Errorf("Next = %+v, %v", n, err)
	}
	if err := s.Dispatcher().TryNow(t.Context(), id); !errors.Is(err, ErrSendingOff) {
		t.Errorf("TryNow: %v", err)
	}
	if a := s.rig.attempts(id); len(a) != 1 || !a[0].Started.IsZero() || len(app.requests()) != 0 {
		t.Errorf("attempts %+v", a)
	}
	set(true)
	if row, _ := s.over(id); row.Status != 200 {
		t.Errorf("row %+v", row)
	}
}

// An endpoint that is gone, or a delivery that is, ends the tries.
func TestGoneEndsTheTries(t *testing.T) {
	t.Parallel()
	s := newStand(t, Options{}).uncapped()
	d := s.Dispatcher()
	ep := s.endpoint(Endpoint{Name: "crm", URL: "http://" + closedPort(t), Events: []string{"*"}, Speed: 100})
	rows := s.emit(EmitRequest{Count: 3})
	eventually(t, "the first tries", func() bool { return s.row(rows[0].ID).Tries > 0 && s.row(rows[1].ID).Tries > 0 })
	if _, err := s.rig.store.Commit(t.Context(), &inspector.Batch{Workspace: inspector.DefaultWorkspace, Erase: []inspector.ID{rows[0].ID}}); err != nil {
		t.Fatal(err)
	}
	if err := s.Endpoints().Delete(t.Context(), "crm", ep.Rev); err != nil {
		t.Fatal(err)
	}
	if n, err := d.StopEndpoint(t.Context(), "crm"); err != nil || n == 0 {
		t.Errorf("StopEndpoint = %d, %v", n, err)
	}
	row, attempts := s.over(rows[1].ID)
	if row.Flags&inspector.FlagRetrying != 0 || !strings.Contains(strings.Join(attempts[len(attempts)-1].Notes, "\n"), "no further try is made") {
		t.Errorf("row %+v, %+v", row, attempts)
	}
	eventually(t, "the end of the deleted delivery", func() bool {
		_, err := d.Next(t.Context(), rows[0].ID)
		return errors.Is(err, ErrNoTry)
	})
	if _, err := d.Emit(t.Context(), EmitRequest{Event: Event{Type: "a/b"}, To: []string{"crm"}}); err == nil {
		t.Error("it was sent to an endpoint that is gone")
	}
}

// A target that hangs delays nobody else, and takes no more tries than its slots.
func TestHangingTargetDelaysNobody(t *testing.T) {
	t.Parallel()
	s := newStand(t, Options{}).uncapped()
	var open, most atomic.Int32
	hang := listen(t, func(c net.Conn) {
		n := open.Add(1)
		for m := most.Load(); n > m && !most.CompareAndSwap(m, n); m = most.Load() {
		}
		buf := make([]byte, 4096)
		for {
			if _, err := c.Read(buf); err != nil {
				open.Add(-1)
				return
			}
		}
	})
	app := newApp(t, always(ok200))
	s.endpoint(Endpoint{Name: "hang", URL: "http://" + hang, Events: []string{"*"}, Concurrency: 3})
	s.endpoint(Endpoint{Name: "good", URL: "http://" + app.addr, Events: []string{"*"}})
	rows := s.emit(EmitRequest{Count: 200})
	start := time.Now()
	for _, r := range rows {
		if r.Endpoint == "good" {
			s.over(r.ID)
		}
	}
	if took := time.Since(start); took > 25*time.Second {
		t.Errorf("the good endpoint took %s", took)
	}
	if len(app.requests()) != 200 || most.Load() != 3 {
		t.Errorf("%d requests at the good one, %d at once at the hanging one; want 200, 3", len(app.requests()), most.Load())
	}
}

// An ordered endpoint gets one event after the other, also across retries.
func TestOrderedEndpoint(t *testing.T) {
	t.Parallel()
	s := newStand(t, Options{}).uncapped()
	var n atomic.Int32
	app := newApp(t, func([]byte) string {
		if n.Add(1)%3 != 0 {
			return "HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n"
		}
		return ok200
	})
	s.endpoint(Endpoint{Name: "crm", URL: "http://" + app.addr, Events: []string{"*"}, Ordered: true, Speed: 100_000})
	rows := s.emit(EmitRequest{Count: 20, Payload: func(i int) ([]byte, error) { return fmt.Appendf(nil, `{"i":%d}`, i), nil }})
	for _, r := range rows {
		s.over(r.ID)
	}
	var got []string
	for _, r := range app.requests() {
		_, body, _ := strings.Cut(r, "\r\n\r\n")
		got = append(got, body)
	}
	var want []string
	for i := range 20 {
		want = append(want, slices.Repeat([]string{fmt.Sprintf(`{"i":%d}`, i)}, 3)...)
	}
	if !slices.Equal(got, want) {
		t.Errorf("received %q", got)
	}
}
