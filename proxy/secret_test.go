package proxy

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/inspector/memstore"
	"github.com/boathook/boathook/proxy/vault"
)

const canary = "canary-0123456789-secret"

// value is the open value of a secret, for tests.
func value(s *Secret) string {
	if s.open == nil {
		return ""
	}
	return *s.open
}

func TestSecretsOfAnInbox(t *testing.T) {
	t.Parallel()
	store := memstore.New()
	defer store.Close()
	s := openInboxes(t, store)
	in, err := s.Create(t.Context(), Inbox{Name: "a", Secrets: []Secret{{Value: canary}, {Generate: true}}})
	if err != nil {
		t.Fatal(err)
	}
	first, made := in.Secrets[0], in.Secrets[1]
	if first.Name != "current" || first.Hint != "…cret" || first.Value != "" || len(first.ID) != 8 || first.Added.IsZero() {
		t.Errorf("given secret %+v", first)
	}
	if made.Name != "previous" || !strings.HasPrefix(made.Value, "whsec_") || value(&made) != made.Value {
		t.Errorf("generated secret %+v", made)
	}
	got, err := s.Get("a")
	if err != nil || got.Secrets[1].Value != "" || value(&got.Secrets[1]) != made.Value || value(&got.Secrets[0]) != canary {
		t.Fatalf("read again: %+v, %v", got.Secrets, err)
	}

	// What was read can be written back as JSON: the values stay.
	text, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	var edited Inbox
	if err := json.Unmarshal(text, &edited); err != nil {
		t.Fatal(err)
	}
	edited.Secrets[1].Name = "old"
	edited.Secrets[0].Added = time.Time{}
	after, err := s.Update(t.Context(), edited)
	if err != nil {
		t.Fatal(err)
	}
	if value(&after.Secrets[0]) != canary || after.Secrets[1].Name != "old" || value(&after.Secrets[1]) != made.Value || after.Secrets[0].Added.IsZero() {
		t.Errorf("after a save: %+v", after.Secrets)
	}

	// A value replaces, what is left out is removed.
	after.Secrets = []Secret{{ID: after.Secrets[1].ID, Value: "new"}}
	after, err = s.Update(t.Context(), after)
	if err != nil || len(after.Secrets) != 1 || value(&after.Secrets[0]) != "new" || after.Secrets[0].Name != "old" || after.Secrets[0].Hint != "…" {
		t.Errorf("after a replacement: %+v, %v", after.Secrets, err)
	}
}

func TestSecretIsNeverPrintedOrStored(t *testing.T) {
	t.Parallel()
	store := memstore.New()
	defer store.Close()
	s := openInboxes(t, store)
	in, err := s.Create(t.Context(), Inbox{Name: "a", Secrets: []Secret{{Value: canary}}})
	if err != nil {
		t.Fatal(err)
	}
	p, _ := s.reg.lookup("a")
	var log bytes.Buffer
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "inbox", in, "secret", in.Secrets[0], "program", p)
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "inbox", in, "secret", &in.Secrets[0])
	encoded, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	entries, err := store.Config(t.Context(), inspector.DefaultWorkspace, "")
	if err != nil {
		t.Fatal(err)
	}
	texts := []string{log.String(), string(encoded), fmt.Sprintf("%v %+v %#v", in, in, in), fmt.Sprintf("%v %+v %#v", p, p, p), fmt.Sprint(in.Secrets[0], &in.Secrets[0])}
	for _, e := range entries {
		texts = append(texts, string(e.Value))
	}
	for _, text := range texts {
		if strings.Contains(text, canary) || strings.Contains(text, fmt.Sprintf("%x", canary)) {
			t.Errorf("holds the secret: %.200s", text)
		}
	}
}

func TestSecretOfAnotherKeyIsLocked(t *testing.T) {
	t.Parallel()
	store := memstore.New()
	defer store.Close()
	right := openInboxes(t, store)
	if _, err := right.Create(t.Context(), Inbox{Name: "a", Secrets: []Secret{{Value: canary}}}); err != nil {
		t.Fatal(err)
	}
	wrong, err := OpenInboxes(t.Context(), store, inspector.DefaultWorkspace, vault.Ephemeral(), openSchemes(t, store), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	in, err := wrong.Get("a")
	if err != nil || !strings.Contains(in.Secrets[0].Locked, "put that file back") || in.Secrets[0].Live(time.Now()) {
		t.Fatalf("with another key: %+v, %v", in.Secrets, err)
	}
	// A save that has nothing to do with it loses nothing.
	in.Note = "changed"
	if _, err := wrong.Update(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	if err := right.Reload(t.Context()); err != nil {
		t.Fatal(err)
	}
	back, err := right.Get("a")
	if err != nil || back.Note != "changed" || value(&back.Secrets[0]) != canary || back.Secrets[0].Locked != "" {
		t.Errorf("with the key again: %+v, %v", back, err)
	}
	// A sealed text does not open in another inbox.
	var stored storedInbox
	entries, err := store.Config(t.Context(), inspector.DefaultWorkspace, "inbox/a")
	if err == nil {
		err = json.Unmarshal(entries[0].Value, &stored)
	}
	if err != nil {
		t.Fatal(err)
	}
	openSecrets(testVault, "inbox/b", stored.Sealed, pointers(stored.Secrets)...)
	if !strings.Contains(stored.Secrets[0].Locked, "damaged") {
		t.Errorf("in another inbox: %+v", stored.Secrets)
	}
}

func TestSecretCountsUntil(t *testing.T) {
	t.Parallel()
	now := time.Now()
	before, later := now.Add(-time.Second), now.Add(time.Second)
	text := "x"
	all := []Secret{{ID: "1", open: &text}, {ID: "2", open: &text, Until: &before}, {ID: "3", open: &text, Until: &later}, {ID: "4"}, {ID: "5", open: &text, Until: &now}}
	got := ""
	for _, s := range liveSecrets(all, now) {
		got += s.ID
	}
	if got != "13" {
		t.Errorf("live are %s, want 13", got)
	}
}

func TestGeneratedSecretFitsItsScheme(t *testing.T) {
	t.Parallel()
	store := memstore.New()
	defer store.Close()
	s := openInboxes(t, store)
	for _, tt := range []struct {
		scheme, prefix string
		pair           bool
	}{{"github", "", false}, {"standard-webhooks", "whsec_", false}, {"standard-webhooks.v1a", "whsk_", true}, {"discord.interactions", "", true}} {
		in, err := s.Create(t.Context(), Inbox{Name: "in-" + tt.scheme, Scheme: tt.scheme, Secrets: []Secret{{Generate: true}}})
		if err != nil {
			t.Errorf("%s: %v", tt.scheme, err)
			continue
		}
		made := in.Secrets[0]
		if !strings.HasPrefix(made.Value, tt.prefix) || (made.Public != "") != tt.pair || made.Public == made.Value {
			t.Errorf("%s: prefix of %s…, public %q", tt.scheme, made.Value[:6], made.Public)
		}
	}
}
