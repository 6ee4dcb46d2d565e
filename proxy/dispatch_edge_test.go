package proxy

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/boathook/boathook/catalog"
	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/inspector/memstore"
	"github.com/boathook/boathook/signer"
)

// An event of another system has an id of the provider's form on an endpoint of
// Svix, the same on each try; one that has the form already keeps it.
func TestForeignEventHasAnIDOfTheProvider(t *testing.T) {
	t.Parallel()
	secret := "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
	svix, _ := catalog.Builtin().Provider("svix")
	id := func(eventType, eventID string, try int) string {
		w, err := Compose(&Outgoing{
			Endpoint: &Endpoint{Name: "svix", URL: "http://127.0.0.1/", Secrets: []Secret{{open: &secret}}}, Provider: svix, Try: try,
			Event: &Event{Type: eventType, ID: eventID, Payload: []byte("{}"), At: time.Unix(1_700_000_000, 0)}, Now: time.Unix(1_700_000_100, 0),
		})
		if err != nil {
			t.Fatal(err)
		}
		return lineOf(w.Head, "svix-id")
	}
	const foreign = "019a0000-0000-7000-8000-000000000001"
	first := id("sitestacker/person_create", foreign, 0)
	if !strings.HasPrefix(first, "msg_") || len(first) != 31 || id("sitestacker/person_create", foreign, 3) != first || id("sitestacker/person_create", foreign[:35]+"2", 0) == first {
		t.Errorf("svix-id %q", first)
	}
	for _, own := range []string{"msg_mine", "evt-1"} {
		if got := id("svix/invoice.paid", own, 0); got != own {
			t.Errorf("svix-id %q of its own event %q", got, own)
		}
	}
	if got := id("sitestacker/person_create", "msg_mine", 0); got != "msg_mine" {
		t.Errorf("svix-id %q", got)
	}
}

// The id of a message holds a time. What the delivery is known by is what is sent, also
// of one that is sent later than it was made.
func TestMessageIsSentByTheIDItIsKnownBy(t *testing.T) {
	t.Parallel()
	s := newStand(t, Options{}).uncapped()
	app := newApp(t, always(ok200))
	s.endpoint(Endpoint{Name: "svix", URL: "http://" + app.addr, Provider: "svix"})
	ev := Event{Type: "sitestacker/person_create", Payload: []byte(`{}`), At: time.Now().Add(-time.Hour)}
	row, all := s.over(s.emit(EmitRequest{Event: ev, To: []string{"svix"}})[0].ID)
	if sent := inspector.ParseHead(all[0].Request.Head).Value("svix-id"); sent == "" || sent != row.EventID {
		t.Errorf("sent with the id %q, and known by %q", sent, row.EventID)
	}
}

// By a fast clock only what is waited for passes fast: a moment that we are late is a
// moment, on the first try and on later ones.
func TestOurLatenessIsNotMultiplied(t *testing.T) {
	t.Parallel()
	const speed = 1_000_000
	begun := time.UnixMilli(1_700_000_000_000)
	late := 10 * time.Millisecond
	j := job{Base: begun.UnixMilli(), Speed: speed}
	c := j.clock(&Endpoint{})
	if got := c.at(begun.Add(late)).Sub(begun); got != late {
		t.Errorf("the first try is made %s late", got)
	}
	now := begun.Add(2 * late)
	const delay = 5 * time.Hour
	next := j.after(c, now, c.ours(delay), delay)
	c = next.clock(&Endpoint{})
	due := now.Add(c.ours(delay))
	for _, tt := range []struct{ late, want time.Duration }{
		{late, 2*late + delay + late},
		{0, 2*late + delay},
		{-9 * time.Millisecond, 2*late + delay - 9000*time.Second}, // tried by hand before it is due
	} {
		if got := c.at(due.Add(tt.late)).Sub(begun); got < tt.want-2*time.Second || got > tt.want+2*time.Second {
			t.Errorf("%s after it was due the clock shows %s, want %s", tt.late, got, tt.want)
		}
	}
	if one := (clock{base: begun, shown: begun, speed: 1}); !one.at(begun.Add(time.Hour)).Equal(begun.Add(time.Hour)) {
		t.Error("a clock that is no faster differs from ours")
	}
}

// forgetful is a store whose configuration cannot be read for a while.
type forgetful struct {
	inspector.Store
	fail error
}

func (f *forgetful) Config(ctx context.Context, ws inspector.Workspace, prefix string) ([]inspector.ConfigEntry, error) {
	if f.fail != nil {
		return nil, f.fail
	}
	return f.Store.Config(ctx, ws, prefix)
}

// What was stored is there, also if nothing can be read back at that moment.
func TestRegistryKeepsWhatWasStored(t *testing.T) {
	t.Parallel()
	store := &forgetful{Store: memstore.New()}
	t.Cleanup(func() { store.Close() })
	s, err := OpenSchemes(t.Context(), store, inspector.DefaultWorkspace, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	known, _ := signer.Lookup("github")
	own := *known
	store.fail = errors.New("input/output error")
	for i, name := range []string{"one", "two", "one"} {
		own.ID, own.Name = name, fmt.Sprint(i)
		rev := uint64(0)
		if i == 2 {
			rev = 1
		}
		if _, err := s.Put(t.Context(), own, rev); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if got, err := s.Get(name); err != nil || got.Name != own.Name {
			t.Errorf("%s is %+v, %v", name, got.Name, err)
		}
	}
	store.fail = nil
	if err := s.Reload(t.Context()); err != nil || len(s.List()) != 2 {
		t.Errorf("%v, %v", s.List(), err)
	}
}

// A forward by hand to many targets ends within its lease: what would come after it is
// named, and nothing is passed on twice.
func TestForwardEndsWithinItsLease(t *testing.T) {
	t.Parallel()
	s := newStand(t, Options{})
	first, second := newApp(t, always(ok200)), newApp(t, always(ok200))
	s.inbox(Inbox{Name: "shop"})
	s.seed("POST /in/shop/a HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}")
	s.inbox(Inbox{Name: "shop", Forward: []Target{{URL: "http://" + first.addr, TimeoutMS: 1000}, {URL: "http://" + second.addr, TimeoutMS: 600_000}}})
	row := s.rows("inbox:shop")[0]
	route, _ := s.Inboxes().Resolve(row.Target)
	all, err := s.rig.store.Attempts(t.Context(), inspector.DefaultWorkspace, row.ID)
	if err != nil {
		t.Fatal(err)
	}
	f := &forwards{rest: route.Rest, targets: route.State.(*program).targets}
	if err := f.head.Parse(all[0].Request.Head, maxReplyLines); err != nil {
		t.Fatal(err)
	}
	f.src = &source{delivery: row.ID, method: "POST", size: 2, wanted: 2, whole: true, body: []byte("{}")}
	try := &try{row: row, forward: f, job: job{K: 1}, lease: inspector.Lease{Due: inspector.Due{ID: workID(row.ID)}, Token: 1, Until: time.Now().Add(5 * time.Minute)}}
	try.attempt = inspector.Attempt{Delivery: row.ID, K: 1, Started: time.Now()}
	s.Dispatcher().runForward(try)
	if all, err = s.rig.store.Attempts(t.Context(), inspector.DefaultWorkspace, row.ID); err != nil || len(all) != 3 {
		t.Fatalf("%+v, %v", all, err)
	}
	if len(first.requests()) != 1 || len(second.requests()) != 0 || all[1].Failure.Class != "" || !strings.Contains(all[2].Failure.Text, "those before it took too long; resend it") {
		t.Errorf("%d and %d requests, %+v", len(first.requests()), len(second.requests()), all[2].Failure)
	}
}
