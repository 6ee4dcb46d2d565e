package proxy

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"testing"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/inspector/memstore"
	"github.com/boathook/boathook/proxy/vault"
)

// testVault seals for all handles of the tests.
var testVault = vault.Ephemeral()

func openInboxes(t *testing.T, store inspector.Store) *Inboxes {
	t.Helper()
	s, err := OpenInboxes(t.Context(), store, inspector.DefaultWorkspace, testVault, openSchemes(t, store), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func openSchemes(t *testing.T, store inspector.Store) *Schemes {
	t.Helper()
	s, err := OpenSchemes(t.Context(), store, inspector.DefaultWorkspace, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestFirstStartMakesTwoInboxes(t *testing.T) {
	t.Parallel()
	store := memstore.New()
	defer store.Close()
	s := openInboxes(t, store)
	all := s.List()
	if len(all) != 2 || all[0].Name != DefaultInbox || all[1].Name != DemoInbox || !isToken(all[0].Token) || all[0].Token == all[1].Token {
		t.Fatalf("inboxes %+v", all)
	}
	if err := s.Delete(t.Context(), DemoInbox, all[1].Rev); err != nil {
		t.Fatal(err)
	}
	if err := s.Delete(t.Context(), DefaultInbox, all[0].Rev); !errors.Is(err, ErrKept) {
		t.Errorf("delete default: %v", err)
	}
	again := openInboxes(t, store).List()
	if len(again) != 1 || again[0].Token != all[0].Token {
		t.Errorf("after a second start: %+v", again)
	}
}

func TestInboxRevisions(t *testing.T) {
	t.Parallel()
	store := memstore.New()
	defer store.Close()
	s := openInboxes(t, store)
	in, err := s.Create(t.Context(), Inbox{Name: "a"})
	if err != nil || in.Rev == 0 {
		t.Fatalf("create: %+v, %v", in, err)
	}
	if _, err := s.Create(t.Context(), Inbox{Name: "a"}); !errors.Is(err, ErrConflict) {
		t.Errorf("create again: %v", err)
	}
	changed := in
	changed.Note, changed.Token, changed.URL = "n", "", "http://x"
	after, err := s.Update(t.Context(), changed)
	if err != nil || after.Rev <= in.Rev || after.Token != in.Token || after.URL != "" {
		t.Fatalf("update: %+v, %v", after, err)
	}
	if _, err := s.Update(t.Context(), changed); !errors.Is(err, ErrConflict) {
		t.Errorf("update from an old revision: %v", err)
	}
	if err := s.Delete(t.Context(), "a", in.Rev); !errors.Is(err, ErrConflict) {
		t.Errorf("delete at an old revision: %v", err)
	}
	if _, err := s.Update(t.Context(), Inbox{Name: "none", Rev: 1}); !errors.Is(err, inspector.ErrNotFound) {
		t.Errorf("update of no inbox: %v", err)
	}
	if _, err := s.Create(t.Context(), Inbox{Name: "b", Token: in.Token}); err == nil {
		t.Error("two inboxes with one token")
	}
	if err := s.Delete(t.Context(), "a", after.Rev); err != nil {
		t.Error(err)
	}
	if _, err := s.Get("a"); !errors.Is(err, inspector.ErrNotFound) {
		t.Errorf("get after delete: %v", err)
	}
}

// Of many who change one revision, on two handles, exactly one succeeds.
func TestInboxUpdateRace(t *testing.T) {
	t.Parallel()
	store := memstore.New()
	defer store.Close()
	handles := []*Inboxes{openInboxes(t, store), openInboxes(t, store)}
	in, err := handles[0].Get(DemoInbox)
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	won := make(chan struct{}, 16)
	for i := range 16 {
		wg.Go(func() {
			mine := in
			mine.Note = string(rune('a' + i))
			_, err := handles[i%2].Update(context.Background(), mine)
			if err == nil {
				won <- struct{}{}
			} else if !errors.Is(err, ErrConflict) {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if len(won) != 1 {
		t.Errorf("%d updates of one revision succeeded", len(won))
	}
}

func TestInboxChangeOfAnotherHandleIsSeen(t *testing.T) {
	t.Parallel()
	store := memstore.New()
	defer store.Close()
	s, other := openInboxes(t, store), openInboxes(t, store)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { watchConfig(ctx, store, slog.New(slog.DiscardHandler), s.Reload); close(done) }()
	defer func() { cancel(); <-done }()
	if _, err := other.Create(t.Context(), Inbox{Name: "new"}); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the new inbox", func() bool { _, err := s.Get("new"); return err == nil })
}

func TestResolve(t *testing.T) {
	t.Parallel()
	store := memstore.New()
	defer store.Close()
	s := openInboxes(t, store)
	hidden, err := s.Create(t.Context(), Inbox{Name: "hidden", Private: true})
	if err != nil {
		t.Fatal(err)
	}
	demo, _ := s.Get(DemoInbox)
	for _, tt := range []struct{ target, inbox, rest string }{
		{"/in/demo", "demo", ""},
		{"/in/demo/", "demo", "/"},
		{"/in/demo/a//b?c=%zz", "demo", "/a//b?c=%zz"},
		{"/in/demo?x", "demo", "?x"},
		{"http://host/in/demo/x", "demo", "/x"},
		{"/in/" + demo.Token + "/x", "demo", "/x"},
		{"/in/" + hidden.Token, "hidden", ""},
		{"/in/hidden/x", "default", "/in/hidden/x"},
		{"/in/" + NewToken(), "default", ""},
		{"/in/nobody/x", "default", "/in/nobody/x"},
		{"/in/", "default", "/in/"},
		{"/in", "default", "/in"},
		{"/IN/demo", "default", "/IN/demo"},
		{"//in/demo", "default", "//in/demo"},
		{"/in/demo%2Fx", "default", "/in/demo%2Fx"},
		{"/", "default", "/"},
		{"*", "default", "*"},
		{"http://host", "default", "/"},
	} {
		route, ok := s.Resolve(tt.target)
		if tt.rest == "" && tt.inbox == "default" {
			tt.rest = tt.target
		}
		if !ok || route.Inbox != tt.inbox || route.Rest != tt.rest {
			t.Errorf("Resolve(%q) = %q %q %v, want %q %q", tt.target, route.Inbox, route.Rest, ok, tt.inbox, tt.rest)
		}
	}
}
