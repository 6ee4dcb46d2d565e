package proxy

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/boathook/boathook/inspector"
)

// An event that goes to whom subscribes to it is not held back by one whose host may
// not be sent to yet: its delivery says so, and can be sent once the host is allowed.
func TestSubscriberThatMayNotBeSentTo(t *testing.T) {
	t.Parallel()
	s := newStand(t, Options{}).uncapped()
	app := newApp(t, always(ok200))
	s.endpoint(Endpoint{Name: "far", URL: "https://crm.example.org/hooks", Events: []string{"*"}})
	s.endpoint(Endpoint{Name: "near", URL: "http://" + app.addr, Events: []string{"*"}})
	rows := s.emit(EmitRequest{Count: 2})
	if len(rows) != 4 {
		t.Fatalf("deliveries %+v", rows)
	}
	for _, r := range rows {
		row, attempts := s.over(r.ID)
		switch {
		case row.Endpoint == "near" && row.Status == 200:
		case row.Endpoint == "far" && row.Failure == inspector.FailBlocked && len(attempts) == 1 &&
			strings.Contains(attempts[0].Failure.Text, "config set sending.allow +crm.example.org"):
		default:
			t.Errorf("%+v, %+v", row, attempts)
		}
	}
	v := s.Settings().Get()
	v.Allow, v.Sending = append(v.Allow, "crm.example.org"), false // nothing leaves this machine
	if _, err := s.Settings().Update(t.Context(), v); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Dispatcher().Resend(t.Context(), rows[0].ID); err != nil {
		t.Errorf("resend of what was not sent: %v", err)
	}
}

// What goes to nobody, or only to a part of those that were named, is refused as a
// whole, with all hosts that it takes.
func TestHostsThatMayNotBeSentTo(t *testing.T) {
	t.Parallel()
	s := newStand(t, Options{}).uncapped()
	app := newApp(t, always(ok200))
	for _, name := range []string{"a", "b"} {
		s.endpoint(Endpoint{Name: name, URL: "https://" + name + ".example.org/hooks", Events: []string{"*"}})
	}
	s.endpoint(Endpoint{Name: "near", URL: "http://" + app.addr})
	for _, to := range [][]string{nil, {"near", "b", "http://" + app.addr, "a", "https://a.example.org/other"}} {
		req := EmitRequest{Event: Event{Type: "a/b"}, To: to, Count: 3}
		_, err := s.Dispatcher().Emit(t.Context(), req)
		var host *HostError
		if !errors.As(err, &host) {
			t.Fatalf("to %q: %v", to, err)
		}
		if slices.Sort(host.Hosts); !slices.Equal(host.Hosts, []string{"a.example.org", "b.example.org"}) || !strings.Contains(err.Error(), ".example.org,+") {
			t.Errorf("to %q: %v", to, err)
		}
		plan, err := s.Dispatcher().Plan(t.Context(), req)
		if err != nil || len(plan) < len(to) || len(to) > 0 && !strings.Contains(strings.Join(plan[1].Notes, ""), "b.example.org may not") {
			t.Errorf("the plan of what goes to %q: %+v, %v", to, plan, err)
		}
	}
	if rows := s.rig.rows(); len(rows) != 0 || len(app.requests()) != 0 {
		t.Errorf("%d deliveries were made", len(rows))
	}
}
