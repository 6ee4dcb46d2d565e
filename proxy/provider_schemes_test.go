package proxy

import (
	"testing"
	"time"

	"github.com/boathook/boathook/catalog"
	"github.com/boathook/boathook/signer"
)

// Every scheme that a provider names is in the table of package signer, and signs
// what the provider sends so that it verifies.
func TestProvidersAreSigned(t *testing.T) {
	t.Parallel()
	for _, p := range catalog.Builtin().Providers() {
		for _, id := range append([]string{p.Scheme}, p.Schemes...) {
			if id == "" {
				continue
			}
			t.Run(p.ID+"/"+id, func(t *testing.T) {
				t.Parallel()
				scheme, ok := signer.Lookup(id)
				if !ok {
					t.Fatal("package signer has no such scheme")
				}
				signing, verifying, err := scheme.NewSecret()
				if err != nil {
					t.Fatal(err)
				}
				now := time.Unix(1_772_446_800, 0)
				m := unsignedEvent(t, p, now)
				signed, err := scheme.Sign(m, []string{signing}, "id-of-a-test", now)
				if err != nil {
					t.Fatal(err)
				}
				m = signed.Apply(m)
				if _, err := scheme.Verify(&m, []string{verifying}, now, signer.Options{}); err != nil {
					t.Error(err)
				}
			})
		}
	}
}

// unsignedEvent is a provider's first event as it stands before signing.
func unsignedEvent(t *testing.T, p *catalog.Provider, now time.Time) signer.Message {
	t.Helper()
	e := p.Events[0]
	body, err := e.Generate(catalog.Options{Seed: 1, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	headers, err := p.WireHeaders(catalog.Vars{Now: now, Values: map[string]string{
		"event": e.Name, "event_id": "1", "delivery_id": "2", "content_type": p.ContentType, "attempt": "1",
	}})
	if err != nil {
		t.Fatal(err)
	}
	m := signer.Message{
		Method: p.Method, URL: "https://example.org/hook", Body: body,
		Context: map[string]string{"webhook_id": "3"},
	}
	for _, h := range headers {
		if h.Slot == "" {
			m.Header = append(m.Header, signer.Field{Name: h.Name, Value: h.Value})
		}
	}
	return m
}
