package proxy

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/inspector/memstore"
)

// targetsOf are the URLs that a request to an inbox is passed on to now, that of
// the answer first.
func targetsOf(t *testing.T, s *Inboxes, target string) []string {
	t.Helper()
	r, ok := s.Resolve(target)
	if !ok {
		t.Fatalf("nobody takes %s", target)
	}
	p := r.State.(*program)
	urls := []string{}
	for _, f := range p.inbox.Forward {
		urls = append(urls, f.URL)
	}
	if len(urls) > 0 && p.answers != 0 {
		t.Errorf("target %d answers, want the first", p.answers)
	}
	return urls
}

func TestLeasesForwardWhileTheyHold(t *testing.T) {
	t.Parallel()
	store := memstore.New()
	defer store.Close()
	s := openInboxes(t, store)
	ctx := t.Context()
	own, err := s.Create(ctx, Inbox{Name: "shop", Forward: []Target{{URL: "http://own/"}}})
	if err != nil {
		t.Fatal(err)
	}
	want := func(urls ...string) {
		t.Helper()
		if got := targetsOf(t, s, "/in/shop/x"); !slices.Equal(got, urls) {
			t.Fatalf("forwards to %q, want %q", got, urls)
		}
	}
	want("http://own/")
	if _, err := s.Lend(ctx, "shop", Lease{ID: "a", URL: "http://a/"}, MaxLease); err != nil {
		t.Fatal(err)
	}
	want("http://a/")
	in, err := s.Lend(ctx, "shop", Lease{ID: "b", URL: "http://b/"}, MaxLease)
	if err != nil || len(in.Leases) != 2 || in.Rev != own.Rev || in.Forward[0].URL != "http://own/" {
		t.Fatalf("second lease: %+v, %v", in, err)
	}
	want("http://b/", "http://a/")

	// A change of the inbox is not undone by the lease, nor the lease by it.
	in.Note = "changed"
	if in, err = s.Update(ctx, in); err != nil || len(in.Leases) != 0 {
		t.Fatalf("update: %+v, %v", in, err)
	}
	want("http://b/", "http://a/")

	if err := s.EndLease(ctx, "shop", "b"); err != nil {
		t.Fatal(err)
	}
	want("http://a/")
	if err := s.EndLease(ctx, "shop", "b"); err != nil {
		t.Errorf("end again: %v", err)
	}

	// A holder that is gone leaves nothing behind.
	s.leases.mu.Lock()
	s.leases.set("shop", []Lease{{ID: "a", URL: "http://a/", Until: time.Now()}})
	s.leases.mu.Unlock()
	want("http://own/")
	if got := s.Leases("shop"); len(got) != 0 {
		t.Errorf("leases %+v", got)
	}
	if stored := openInboxes(t, store).List(); len(stored[2].Leases) != 0 || stored[2].Forward[0].URL != "http://own/" {
		t.Errorf("stored %+v", stored[2])
	}
}

func TestLeasesAreChecked(t *testing.T) {
	t.Parallel()
	store := memstore.New()
	defer store.Close()
	s := openInboxes(t, store)
	for name, tt := range map[string]struct {
		inbox  string
		lease  Lease
		length time.Duration
		field  string
	}{
		"no such inbox": {"none", Lease{ID: "a", URL: "http://a/"}, time.Second, ""},
		"no id":         {"demo", Lease{URL: "http://a/"}, time.Second, "id"},
		"no URL":        {"demo", Lease{ID: "a", URL: "ftp://a/"}, time.Second, "url"},
		"no time":       {"demo", Lease{ID: "a", URL: "http://a/"}, 0, "seconds"},
		"too long":      {"demo", Lease{ID: "a", URL: "http://a/"}, MaxLease + 1, "seconds"},
	} {
		_, err := s.Lend(t.Context(), tt.inbox, tt.lease, tt.length)
		var invalid *InvalidError
		if tt.field == "" && !errors.Is(err, inspector.ErrNotFound) || tt.field != "" && (!errors.As(err, &invalid) || invalid.Field != tt.field) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for i := range maxLeases + 1 {
		_, err := s.Lend(t.Context(), "demo", Lease{ID: string(rune('a' + i)), URL: "http://a/"}, time.Minute)
		if (err != nil) != (i == maxLeases) {
			t.Errorf("holder %d: %v", i, err)
		}
	}
	if got := targetsOf(t, s, "/in/demo"); !slices.Equal(got, []string{"http://a/"}) {
		t.Errorf("the same app twice: %q", got)
	}
}
