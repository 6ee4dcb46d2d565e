package proxy

import (
	"strings"
	"testing"
	"time"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/inspector/memstore"
	"github.com/boathook/boathook/proxy/vault"
)

const (
	answer500 = "HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n"
	answer429 = "HTTP/1.1 429 Slow down\r\nRetry-After: 3000\r\nContent-Length: 0\r\n\r\n"
)

// handles make processes that follow each other on one store.
func handles(t *testing.T) (driver *memstore.Store, next func() *stand) {
	driver = memstore.New()
	keys := vault.Ephemeral()
	return driver, func() *stand {
		return newStandOn(t, inspector.NewCommitter(driver.Handle(), inspector.CommitterOptions{}), Options{Vault: keys}).uncapped()
	}
}

// An endpoint is switched off after as many failures as its provider allows, wherever
// the process ended between them; switched on again it begins anew.
func TestFailuresAreCountedAcrossARestart(t *testing.T) {
	t.Parallel()
	_, process := handles(t)
	app := newApp(t, always(answer500))
	first := process()
	first.endpoint(Endpoint{Name: "shop", URL: "http://" + app.addr, Provider: "woocommerce", Events: []string{"*"}})
	order := EmitRequest{Event: Event{Type: "woocommerce/order.created"}}
	for range 4 { // of 7
		first.over(first.emit(order)[0].ID)
	}
	first.stop()
	second := process()
	for range 2 {
		second.over(second.emit(order)[0].ID)
	}
	if ep, err := second.Endpoints().Get("shop"); err != nil || ep.Disabled != nil {
		t.Fatalf("after 6 failures: %+v, %v", ep.Disabled, err)
	}
	second.over(second.emit(order)[0].ID)
	off := func() Endpoint {
		ep, err := second.Endpoints().Get("shop")
		if err != nil {
			t.Fatal(err)
		}
		return ep
	}
	eventually(t, "the endpoint to be switched off", func() bool { return off().Disabled != nil })
	ep := off()
	if want := "7 tries failed one after the other, after which WooCommerce switches an endpoint off"; ep.Disabled.Reason != want || !ep.On {
		t.Errorf("%+v", ep.Disabled)
	}
	if rows := second.emit(order); len(rows) != 1 || rows[0].Endpoint != "" {
		t.Errorf("an event then: %+v", rows)
	}
	sent := len(app.requests())
	if _, err := second.Endpoints().Update(t.Context(), ep); err != nil {
		t.Fatal(err)
	}
	second.over(second.emit(order)[0].ID)
	if ep := off(); ep.Disabled != nil || len(app.requests()) != sent+1 {
		t.Errorf("switched on again: %+v, %d requests", ep.Disabled, len(app.requests())-sent)
	}
}

// Failures of an endpoint that is gone do not count for one that has its name.
func TestFailuresEndWithTheirEndpoint(t *testing.T) {
	t.Parallel()
	s := newStand(t, Options{}).uncapped()
	app := newApp(t, always(answer500))
	order := EmitRequest{Event: Event{Type: "woocommerce/order.created"}}
	for range 2 {
		ep := s.endpoint(Endpoint{Name: "shop", URL: "http://" + app.addr, Provider: "woocommerce", Events: []string{"*"}})
		for range 6 { // of 7
			s.over(s.emit(order)[0].ID)
		}
		ep, err := s.Endpoints().Get(ep.Name)
		if err != nil || ep.Disabled != nil {
			t.Fatalf("after 6 failures: %+v, %v", ep.Disabled, err)
		}
		if err := s.Endpoints().Delete(t.Context(), ep.Name, ep.Rev); err != nil {
			t.Fatal(err)
		}
	}
}

// An answer can end the tries and the endpoint with them.
func TestAnswerSwitchesAnEndpointOff(t *testing.T) {
	t.Parallel()
	s := newStand(t, Options{}).uncapped()
	app := newApp(t, always("HTTP/1.1 410 Gone\r\nContent-Length: 0\r\n\r\n"))
	s.endpoint(Endpoint{Name: "crm", URL: "http://" + app.addr, Events: []string{"*"}, Speed: 1e6})
	row, attempts := s.over(s.emit(EmitRequest{Event: Event{Type: "standard-webhooks/invoice.paid"}})[0].ID)
	if len(attempts) != 1 || row.Flags != inspector.FlagFailed || !strings.Contains(strings.Join(attempts[0].Notes, "\n"), "an answer 410 ends the tries") {
		t.Errorf("row %+v, attempts %+v", row, attempts)
	}
	reason := func() string {
		ep, err := s.Endpoints().Get("crm")
		if err != nil {
			t.Fatal(err)
		}
		if ep.Disabled == nil {
			return ""
		}
		return ep.Disabled.Reason
	}
	eventually(t, "the endpoint to be switched off", func() bool { return reason() != "" })
	if want := "an answer 410 came, after which Standard Webhooks switches an endpoint off"; reason() != want {
		t.Errorf("it was switched off for %q, want %q", reason(), want)
	}
}

// Five days of failures pass on the clock of an endpoint in a moment, also if they
// began in a process before.
func TestDaysOfFailuresByAFastClock(t *testing.T) {
	t.Parallel()
	_, process := handles(t)
	app := newApp(t, always(answer500))
	const speed = 1_000_000 // 120 h in 432 ms
	first := process()
	first.endpoint(Endpoint{Name: "svix", URL: "http://" + app.addr, Provider: "svix", Events: []string{"*"}, Speed: speed, Retry: RetrySetting{Preset: "none"}})
	event := EmitRequest{Event: Event{Type: "svix/invoice.paid"}}
	first.over(first.emit(event)[0].ID)
	begun := time.Now()
	first.stop()
	second := process()
	eventually(t, "the endpoint to be switched off", func() bool {
		ep, err := second.Endpoints().Get("svix")
		if err != nil {
			t.Fatal(err)
		}
		if ep.Disabled != nil {
			if !strings.Contains(ep.Disabled.Reason, "everything has failed for 5d, after which Svix switches") && !strings.Contains(ep.Disabled.Reason, "everything has failed for 120h, after which Svix switches") {
				t.Errorf("%+v", ep.Disabled)
			}
			return true
		}
		second.over(second.emit(event)[0].ID)
		return false
	})
	if took := time.Since(begun); took < 400*time.Millisecond {
		t.Errorf("switched off after %s, want 432 ms", took)
	}
}

// What was never sent, here for want of the key of the secret, says nothing about an
// endpoint, and ends the tries with a word on how to mend it.
func TestRefusedTriesCountAsNoFailures(t *testing.T) {
	t.Parallel()
	driver := memstore.New()
	process := func() *stand { // each has a key of its own
		return newStandOn(t, inspector.NewCommitter(driver.Handle(), inspector.CommitterOptions{}), Options{}).uncapped()
	}
	app := newApp(t, always(answer500))
	first := process()
	first.endpoint(Endpoint{
		Name: "shop", URL: "http://" + app.addr, Provider: "woocommerce", Events: []string{"*"}, Secrets: []Secret{{Value: "a secret"}},
		Retry: RetrySetting{Preset: "custom", Delays: []string{"700ms"}}, Concurrency: 16,
	})
	rows := first.emit(EmitRequest{Event: Event{Type: "woocommerce/order.created"}, Count: 6})
	eventually(t, "the first tries", func() bool { return len(app.requests()) >= 6 })
	first.stop()
	sent := len(app.requests())
	second := process()
	refused := 0
	for _, row := range rows {
		row, attempts := second.over(row.ID)
		if row.Failure != inspector.FailBlocked {
			continue // both tries were made before
		}
		refused++
		if text := attempts[len(attempts)-1].Failure.Text; !strings.Contains(text, "put that file back") {
			t.Errorf("it says %q", text)
		}
	}
	ep, err := second.Endpoints().Get("shop")
	if err != nil || len(app.requests()) != sent || sent+refused < 7 || ep.Disabled != nil && sent < 7 {
		t.Errorf("%d sent, then %d; %d refused; %+v, %v", sent, len(app.requests()), refused, ep.Disabled, err)
	}
}

// A time that an answer asks to wait outlives the process, and so does a low rate.
func TestWaitsOutliveARestart(t *testing.T) {
	t.Parallel()
	driver, process := handles(t)
	limited, slow := newApp(t, always(answer429)), newApp(t, always(ok200))
	first := process()
	first.endpoint(Endpoint{Name: "limited", URL: "http://" + limited.addr, Provider: "svix", Events: []string{"svix/*"}, Retry: RetrySetting{Preset: "custom", Delays: []string{"1h"}}})
	first.endpoint(Endpoint{Name: "slow", URL: "http://" + slow.addr, Events: []string{"crassula/*"}, Rate: 0.001})
	id := first.emit(EmitRequest{Event: Event{Type: "svix/invoice.paid"}})[0].ID
	first.over(first.emit(EmitRequest{Event: Event{Type: "crassula/a"}})[0].ID)
	work := func() inspector.Lease {
		l, err := driver.Work(t.Context(), inspector.DefaultWorkspace, workID(id))
		if err != nil || len(l) != 1 {
			t.Fatalf("%+v, %v", l, err)
		}
		return l[0]
	}
	eventually(t, "the answer 429", func() bool { return len(limited.requests()) == 1 && first.row(id).Status == 429 })
	before := work()
	if wait := time.Until(before.RunAt); wait < 45*time.Minute {
		t.Fatalf("it waits %s", wait)
	}
	first.stop()
	second := process()
	later := second.emit(EmitRequest{Event: Event{Type: "crassula/a"}})[0].ID
	second.over(second.emit(EmitRequest{To: []string{"http://" + slow.addr}, Event: Event{Type: "a/b"}})[0].ID)
	if after := work(); !after.RunAt.Equal(before.RunAt) || len(limited.requests()) != 1 {
		t.Errorf("it was to be sent at %s, now at %s; %d requests", before.RunAt, after.RunAt, len(limited.requests()))
	}
	if got := slow.requests(); len(got) != 2 || second.row(later).Tries != 0 {
		t.Errorf("%d requests at one in 1,000 s", len(got)-1)
	}
}
