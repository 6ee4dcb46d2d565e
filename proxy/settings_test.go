package proxy

import (
	"errors"
	"log/slog"
	"strings"
	"testing"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/inspector/memstore"
)

func TestOnlyLoopbackMayBeSentToUntilItIsAllowed(t *testing.T) {
	t.Parallel()
	store := memstore.New()
	defer store.Close()
	s, err := OpenSettings(t.Context(), store, inspector.DefaultWorkspace, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	for _, url := range []string{"http://localhost:3000", "http://127.0.0.1", "http://127.1.2.3:80/x", "https://[::1]:8443/", "http://app.localhost"} {
		if err := s.Check(url); err != nil {
			t.Errorf("%s: %v", url, err)
		}
	}
	var host *HostError
	for url, name := range map[string]string{
		"https://crm.example.org/hooks": "crm.example.org", "http://10.0.0.1": "10.0.0.1", "http://169.254.169.254/": "169.254.169.254",
		"http://localhost.example.org": "localhost.example.org", "http://notlocalhost": "notlocalhost", "http://[::ffff:10.0.0.1]": "::ffff:10.0.0.1", "http://0.0.0.0": "0.0.0.0",
	} {
		if err := s.Check(url); !errors.As(err, &host) || strings.Join(host.Hosts, " ") != name || !strings.Contains(err.Error(), name) || !strings.Contains(err.Error(), "allow") {
			t.Errorf("%s: %v", url, err)
		}
	}
	var invalid *InvalidError
	if err := s.Check("ftp://localhost"); !errors.As(err, &invalid) || invalid.Field != "url" {
		t.Errorf("ftp: %v", err)
	}
	v := s.Get()
	v.Allow = append(v.Allow, " CRM.example.org ", "*.internal.example", "10.0.0.1")
	v, err = s.Update(t.Context(), v)
	if err != nil || v.Rev == 0 {
		t.Fatalf("update: %+v, %v", v, err)
	}
	for url, want := range map[string]bool{
		"https://crm.example.org": true, "https://crm.example.org.:443": true, "http://a.b.internal.example": true, "http://10.0.0.1": true,
		"http://internal.example": false, "http://xinternal.example": false, "http://x.crm.example.org": false, "http://10.0.0.10": false,
	} {
		if err := s.Check(url); (err == nil) != want {
			t.Errorf("%s: %v", url, err)
		}
	}
	stale := v
	stale.Rev = 0
	if _, err := s.Update(t.Context(), stale); !errors.Is(err, ErrConflict) {
		t.Errorf("update from an old revision: %v", err)
	}
	v.Sending = false
	if _, err := s.Update(t.Context(), v); err != nil {
		t.Fatal(err)
	}
	if err := s.Check("http://localhost"); !errors.Is(err, ErrSendingOff) {
		t.Errorf("switched off: %v", err)
	}
}

func TestSettingsAreChecked(t *testing.T) {
	t.Parallel()
	store := memstore.New()
	defer store.Close()
	s, err := OpenSettings(t.Context(), store, inspector.DefaultWorkspace, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	for field, v := range map[string]SettingsValues{
		"allow[0]": {Allow: []string{"http://crm.example.org"}}, "allow[1]": {Allow: []string{"a.example", "b.example/x"}}, "cap": {Cap: -1},
	} {
		var invalid *InvalidError
		if _, err := s.Update(t.Context(), v); !errors.As(err, &invalid) || invalid.Field != field || invalid.Hint == "" {
			t.Errorf("%+v: %v, want the field %s", v, err, field)
		}
	}
}
