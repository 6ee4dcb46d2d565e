package proxy

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/inspector/memstore"
	"github.com/boathook/boathook/proxy/vault"
)

func openEndpoints(t *testing.T, store inspector.Store, v *vault.Vault) *Endpoints {
	t.Helper()
	s, err := OpenEndpoints(t.Context(), store, inspector.DefaultWorkspace, v, nil, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestEndpointRevisions(t *testing.T) {
	t.Parallel()
	store := memstore.New()
	defer store.Close()
	s := openEndpoints(t, store, vault.Ephemeral())
	ep, err := s.Create(t.Context(), Endpoint{Name: "crm", On: true, URL: "http://localhost:3000/hooks", Events: []string{"webconnex/registration", "*"}})
	if err != nil || ep.Rev == 0 || ep.Created.IsZero() {
		t.Fatalf("create: %+v, %v", ep, err)
	}
	if len(ep.Events) != 1 || ep.Events[0] != "*" {
		t.Errorf("* does not replace the other events: %q", ep.Events)
	}
	if _, err := s.Create(t.Context(), Endpoint{Name: "crm", URL: "http://localhost:3000"}); !errors.Is(err, ErrConflict) {
		t.Errorf("create again: %v", err)
	}
	changed := ep
	changed.Note = "n"
	after, err := s.Update(t.Context(), changed)
	if err != nil || after.Rev <= ep.Rev || !after.Created.Equal(ep.Created) {
		t.Fatalf("update: %+v, %v", after, err)
	}
	if _, err := s.Update(t.Context(), changed); !errors.Is(err, ErrConflict) {
		t.Errorf("update from an old revision: %v", err)
	}
	if _, err := s.Update(t.Context(), Endpoint{Name: "none", Rev: 1}); !errors.Is(err, inspector.ErrNotFound) {
		t.Errorf("update of no endpoint: %v", err)
	}
	if err := s.Delete(t.Context(), "crm", ep.Rev); !errors.Is(err, ErrConflict) {
		t.Errorf("delete at an old revision: %v", err)
	}
	if err := s.Delete(t.Context(), "crm", after.Rev); err != nil || len(s.List()) != 0 {
		t.Errorf("delete: %v, left %d", err, len(s.List()))
	}
}

func TestEndpointSecretsAreSealedAndShownOnce(t *testing.T) {
	t.Parallel()
	store := memstore.New()
	defer store.Close()
	v := vault.Ephemeral()
	s := openEndpoints(t, store, v)
	made, err := s.Create(t.Context(), Endpoint{
		Name: "crm", On: true, URL: "http://localhost:3000", Scheme: "svix",
		Auth:  Auth{Kind: AuthBearer, Secret: &Secret{Value: "canary-bearer-token"}},
		Email: nil,
	})
	if err != nil {
		t.Fatal(err)
	}
	value := made.Secrets[0].Value
	if !strings.HasPrefix(value, "whsec_") {
		t.Fatalf("generated secret %q is not in the form of the scheme", value)
	}
	entries, err := store.Config(t.Context(), inspector.DefaultWorkspace, "endpoint/")
	if err != nil || len(entries) != 1 {
		t.Fatalf("entries %v, %v", entries, err)
	}
	for _, canary := range []string{value, "canary-bearer-token"} {
		if strings.Contains(string(entries[0].Value), canary) {
			t.Errorf("the stored entry holds a secret in the clear")
		}
	}
	again, err := openEndpoints(t, store, v).Get("crm")
	if err != nil || again.Secrets[0].Value != "" || again.Secrets[0].Hint == "" {
		t.Fatalf("read back: %+v, %v", again.Secrets, err)
	}
	if got, err := again.Secrets[0].reveal(""); err != nil || got != value {
		t.Errorf("the opened secret differs: %v", err)
	}
	if got, err := again.Auth.Secret.reveal(""); err != nil || got != "canary-bearer-token" {
		t.Errorf("the opened auth secret differs: %v", err)
	}
	other, err := openEndpoints(t, store, vault.Ephemeral()).Get("crm")
	if err != nil || other.Secrets[0].Locked == "" || other.Auth.Secret.Locked == "" {
		t.Errorf("with another key: %+v, %v", other.Secrets, err)
	}
}

func TestSecretIsMadeWhereSomethingIsSigned(t *testing.T) {
	t.Parallel()
	store := memstore.New()
	defer store.Close()
	s := openEndpoints(t, store, vault.Ephemeral())
	for _, tt := range []struct {
		name string
		ep   Endpoint
		want int
	}{
		{"any", Endpoint{}, 1},
		{"wbx", Endpoint{Provider: "webconnex"}, 1},
		{"unsigned", Endpoint{Provider: "stockcrowd"}, 0},
		{"none", Endpoint{Scheme: SchemeNone}, 0},
		{"given", Endpoint{Secrets: []Secret{}}, 0},
	} {
		tt.ep.Name, tt.ep.URL = tt.name, "http://localhost:3000"
		made, err := s.Create(t.Context(), tt.ep)
		if err != nil || len(made.Secrets) != tt.want {
			t.Errorf("%s: %d secrets, %v", tt.name, len(made.Secrets), err)
		}
	}
	mail, err := s.Create(t.Context(), Endpoint{Name: "mail", Kind: KindEmail, Email: &Email{To: []string{"a@example.org"}, SMTP: &SMTP{Host: "mail.example.org", User: "u", Password: &Secret{Value: "canary-password"}}}})
	if err != nil || len(mail.Secrets) != 0 || mail.Email.SMTP.Port != 587 {
		t.Fatalf("mail: %+v, %v", mail.Email, err)
	}
	entries, err := store.Config(t.Context(), inspector.DefaultWorkspace, "endpoint/mail")
	if err != nil || len(entries) != 1 || strings.Contains(string(entries[0].Value), "canary-password") {
		t.Errorf("the stored entry holds the password: %v", err)
	}
	if ep, _ := s.Get("mail"); ep.Email.SMTP.Password.Value != "" {
		t.Error("the password is shown")
	}
	kept := mail
	kept.Note = "n"
	if after, err := s.Update(t.Context(), kept); err != nil {
		t.Error(err)
	} else if got, err := after.Email.SMTP.Password.reveal(""); err != nil || got != "canary-password" {
		t.Errorf("an update without the password lost it: %v", err)
	}
}

func TestRotationKeepsTheOldSecretForAWhile(t *testing.T) {
	t.Parallel()
	store := memstore.New()
	defer store.Close()
	s := openEndpoints(t, store, vault.Ephemeral())
	first, err := s.Create(t.Context(), Endpoint{Name: "crm", On: true, URL: "http://localhost:3000", Scheme: "standard-webhooks"})
	if err != nil {
		t.Fatal(err)
	}
	second, err := s.Rotate(t.Context(), "crm", time.Hour)
	if err != nil || len(second.Secrets) != 2 || second.Secrets[0].Value == "" || second.Secrets[1].Until == nil {
		t.Fatalf("rotated: %+v, %v", second.Secrets, err)
	}
	if second.Secrets[1].ID != first.Secrets[0].ID || second.Secrets[1].Value != "" {
		t.Errorf("the old secret is not the previous one: %+v", second.Secrets)
	}
	now := time.Now()
	if live := liveSecrets(second.Secrets, now); len(live) != 2 {
		t.Errorf("%d secrets count now", len(live))
	}
	if live := liveSecrets(second.Secrets, now.Add(2*time.Hour)); len(live) != 1 || live[0].ID != second.Secrets[0].ID {
		t.Errorf("after the overlap %d secrets count", len(live))
	}
	third, err := s.Rotate(t.Context(), "crm", 0)
	if err != nil || len(third.Secrets) != 1 {
		t.Errorf("without overlap: %+v, %v", third.Secrets, err)
	}
	if _, err := s.Rotate(t.Context(), "crm", 30*24*time.Hour); err == nil {
		t.Error("an overlap of 30 days was taken")
	}
}

func TestEndpointIsSwitchedOffByARule(t *testing.T) {
	t.Parallel()
	store := memstore.New()
	defer store.Close()
	s := openEndpoints(t, store, vault.Ephemeral())
	if _, err := s.Create(t.Context(), Endpoint{Name: "crm", On: true, URL: "http://localhost:3000"}); err != nil {
		t.Fatal(err)
	}
	if err := s.Disable(t.Context(), "crm", "everything failed for 120h", time.Now()); err != nil {
		t.Fatal(err)
	}
	ep, _ := s.Get("crm")
	if ok, why := Match(&ep, &Event{Type: "x/y"}, nil); ok || !strings.Contains(why, "everything failed for 120h") {
		t.Errorf("matched %v, %q", ok, why)
	}
	if ep, err := s.Update(t.Context(), ep); err != nil || ep.Disabled != nil {
		t.Errorf("switched on again: %+v, %v", ep.Disabled, err)
	}
}

func TestEndpointsOfAnotherHandleAreSeen(t *testing.T) {
	t.Parallel()
	store := memstore.New()
	defer store.Close()
	v := vault.Ephemeral()
	s, other := openEndpoints(t, store, v), openEndpoints(t, store, v)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { watchConfig(ctx, store, slog.New(slog.DiscardHandler), s.Reload); close(done) }()
	defer func() { cancel(); <-done }()
	if _, err := other.Create(t.Context(), Endpoint{Name: "new", URL: "http://localhost:1"}); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the new endpoint", func() bool { _, err := s.Get("new"); return err == nil })
}

func TestEndpointOfAProviderIsReadAgain(t *testing.T) {
	t.Parallel()
	store := memstore.New()
	defer store.Close()
	v := vault.Ephemeral()
	s := openEndpoints(t, store, v)
	if _, err := s.Create(t.Context(), Endpoint{Name: "crm", On: true, URL: "http://localhost:3000", Provider: "nobody"}); err == nil {
		t.Error("a provider that the catalogue does not have is taken")
	}
	if _, err := s.Create(t.Context(), Endpoint{Name: "crm", On: true, URL: "http://localhost:3000", Provider: "webconnex"}); err != nil {
		t.Fatal(err)
	}
	for what, s := range map[string]*Endpoints{"the same handle": s, "another handle": openEndpoints(t, store, v)} {
		if ep, err := s.Get("crm"); err != nil || ep.Provider != "webconnex" {
			t.Errorf("%s: %+v, %v", what, ep, err)
		}
	}
}

func TestProviderIsThatOfAllEvents(t *testing.T) {
	t.Parallel()
	store := memstore.New()
	defer store.Close()
	s := openEndpoints(t, store, vault.Ephemeral())
	for i, tt := range []struct {
		events   []string
		provider string
		secret   string // form of the one that is made
	}{
		{[]string{"webconnex/registration", "regfox/coupon"}, "webconnex", `^[0-9a-f]{32}$`},
		{[]string{"svix/*"}, "svix", `^whsec_`},
		{[]string{"webconnex/*", "stripe/*"}, "", `^whsec_`},
		{[]string{"*"}, "", `^whsec_`},
	} {
		ep, err := s.Create(t.Context(), Endpoint{Name: fmt.Sprintf("e%d", i), On: true, URL: "http://localhost:3000/", Events: tt.events})
		if err != nil {
			t.Fatal(err)
		}
		if ep.Provider != tt.provider || len(ep.Secrets) != 1 || !regexp.MustCompile(tt.secret).MatchString(ep.Secrets[0].Value) {
			t.Errorf("%q: provider %q, secret %+v", tt.events, ep.Provider, ep.Secrets)
		}
	}
}
