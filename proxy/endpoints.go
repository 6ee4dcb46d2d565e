package proxy

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/boathook/boathook/catalog"
	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/proxy/vault"
)

// Endpoints are the endpoints of a workspace. They are stored as configuration
// entries endpoint/{name}, their secrets sealed; a snapshot of them is at hand.
// Safe for concurrent use.
type Endpoints struct {
	reg     registry[*Endpoint]
	vault   *vault.Vault
	schemes SchemeLookup
	catalog atomic.Pointer[catalog.Catalog]
}

// OpenEndpoints reads the endpoints of a workspace, whose secrets v seals. schemes
// finds schemes, nil those of package signer only.
func OpenEndpoints(ctx context.Context, store inspector.Store, ws inspector.Workspace, v *vault.Vault, schemes SchemeLookup, log *slog.Logger) (*Endpoints, error) {
	s := &Endpoints{vault: v, schemes: schemes}
	s.catalog.Store(catalog.Builtin())
	s.reg = registry[*Endpoint]{store: store, ws: ws, log: log, kind: "endpoint", limit: maxEndpointBytes, read: s.read}
	return s, s.Reload(ctx)
}

// storedEndpoint is an endpoint as it is stored.
type storedEndpoint struct {
	Endpoint
	Sealed map[string]string `json:"sealed,omitempty"` // values of its secrets, by their ids
}

// UseCatalog replaces the catalogue that endpoints are checked against; at first
// it is [catalog.Builtin].
func (s *Endpoints) UseCatalog(c *catalog.Catalog) { s.catalog.Store(c) }

func (s *Endpoints) known() known { return known{catalog: s.catalog.Load(), schemes: s.schemes} }

// List returns all endpoints, ordered by name.
func (s *Endpoints) List() []Endpoint {
	shared := s.reg.all()
	all := make([]Endpoint, len(shared))
	for i, ep := range shared {
		all[i] = ep.clone()
	}
	return all
}

// Get returns an endpoint, or inspector.ErrNotFound.
func (s *Endpoints) Get(name string) (Endpoint, error) {
	ep, err := s.reg.get(name)
	if err != nil {
		return Endpoint{}, err
	}
	return ep.clone(), nil
}

// shared returns the endpoints without copying them. They must not be changed.
func (s *Endpoints) shared() []*Endpoint { return s.reg.all() }

// lookup returns an endpoint without copying it. It must not be changed.
func (s *Endpoints) lookup(name string) (*Endpoint, bool) { return s.reg.lookup(name) }

// Create stores a new endpoint and returns it as it was stored. One whose Secrets
// are nil gets a secret in the form of its scheme, unless nothing is signed for it;
// its value is in what is returned and never again. The error is an [*InvalidError],
// ErrConflict if the name is taken, or one of the store.
func (s *Endpoints) Create(ctx context.Context, ep Endpoint) (Endpoint, error) {
	ep.Rev, ep.Created = 0, time.Now().UTC().Truncate(time.Millisecond)
	if ep.Provider == "" {
		ep.Provider = s.soleProvider(ep.Events)
	}
	if ep.Secrets == nil && s.signs(&ep) {
		ep.Secrets = []Secret{{Generate: true}}
	}
	return s.put(ctx, ep, nil)
}

// soleProvider is the provider of all events of a subscription, "" if they are of
// several, or of one that the catalogue does not have. The secret is made in its
// form then, and its ping is sent.
func (s *Endpoints) soleProvider(events []string) string {
	sole := ""
	for _, pattern := range events {
		id, _, ok := strings.Cut(pattern, "/")
		p, known := s.known().provider(id)
		if !ok || !known || sole != "" && sole != p.ID {
			return ""
		}
		sole = p.ID
	}
	return sole
}

// signs reports whether something that is sent to the endpoint may be signed.
func (s *Endpoints) signs(ep *Endpoint) bool {
	if ep.Kind == KindEmail || ep.Scheme == SchemeNone {
		return false
	}
	p, ok := s.known().provider(ep.Provider)
	return ep.Scheme != "" || !ok || p.Scheme != ""
}

// Update replaces the endpoint of that name if its revision is still ep.Rev. A
// secret with an id and no value keeps the value it has; Secrets nil keeps all of
// them. Switching it on ends that it is disabled. The error is an
// [*InvalidError], ErrConflict, inspector.ErrNotFound, or one of the store.
func (s *Endpoints) Update(ctx context.Context, ep Endpoint) (Endpoint, error) {
	old, err := s.Get(ep.Name)
	if err != nil {
		return Endpoint{}, err
	}
	if ep.Rev == 0 || ep.Rev != old.Rev {
		return Endpoint{}, fmt.Errorf("endpoint %s is at revision %d, not %d: %w", ep.Name, old.Rev, ep.Rev, ErrConflict)
	}
	if ep.Secrets == nil {
		ep.Secrets = old.Secrets
	}
	ep.Created = old.Created
	if ep.Disabled = old.Disabled; ep.On {
		ep.Disabled = nil
	}
	return s.put(ctx, ep, &old)
}

// Delete removes an endpoint if its revision is still rev. What was sent to it
// stays.
func (s *Endpoints) Delete(ctx context.Context, name string, rev uint64) error {
	return s.reg.remove(ctx, name, rev)
}

// Rotate gives an endpoint a new secret in the form of its scheme and keeps the
// one it has for overlap, during which both sign where several signatures may
// stand side by side. The new value is in what is returned and never again.
func (s *Endpoints) Rotate(ctx context.Context, name string, overlap time.Duration) (Endpoint, error) {
	ep, err := s.Get(name)
	if err != nil {
		return Endpoint{}, err
	}
	if overlap < 0 || overlap > maxOverlap {
		return Endpoint{}, &InvalidError{Field: "overlap_s", Text: fmt.Sprintf("%s is out of range", spell(overlap)), Hint: "use 0 to " + spell(maxOverlap)}
	}
	now := time.Now().UTC().Truncate(time.Second)
	until := now.Add(overlap)
	next := []Secret{{Name: "current", Generate: true}}
	for _, old := range ep.Secrets {
		if len(next) == maxSecrets || overlap == 0 || old.Until != nil && !old.Until.After(now) {
			break
		}
		if old.Until == nil || old.Until.After(until) {
			old.Until = &until
		}
		if old.Name = "previous"; len(next) > 1 {
			old.Name = fmt.Sprintf("previous-%d", len(next))
		}
		next = append(next, old)
	}
	kept := ep
	ep.Secrets = next
	return s.put(ctx, ep, &kept)
}

// maxOverlap is the longest time for which two secrets may stand side by side, as
// Svix has it.
const maxOverlap = 7 * 24 * time.Hour

// Disable switches an endpoint off by its provider's rule. One that is off
// already stays as it is.
func (s *Endpoints) Disable(ctx context.Context, name, reason string, at time.Time) error {
	for {
		ep, err := s.Get(name)
		if err != nil || !ep.On || ep.Disabled != nil {
			return err
		}
		old := ep
		ep.Disabled = &Disabled{At: at.UTC(), Reason: reason}
		if _, err = s.put(ctx, ep, &old); !errors.Is(err, ErrConflict) {
			return err
		}
		if err := s.Reload(ctx); err != nil {
			return err
		}
	}
}

// Reload looks at what is stored.
func (s *Endpoints) Reload(ctx context.Context) error { return s.reg.reload(ctx) }

// Prepare checks an endpoint that is not stored, such as a bare URL, and makes it
// ready to compose with. Its secrets may have values.
func (s *Endpoints) Prepare(ep Endpoint) (*Endpoint, error) {
	if err := s.ready(&ep, nil); err != nil {
		return nil, err
	}
	return &ep, nil
}

// ready fills in the defaults, checks an endpoint that takes the place of old, and
// merges their secrets.
func (s *Endpoints) ready(ep *Endpoint, old *Endpoint) error {
	*ep = ep.normal()
	known := s.known()
	if err := ep.check(known); err != nil {
		return err
	}
	if old == nil {
		old = &Endpoint{}
	}
	scheme, err := ep.scheme(known)
	if err != nil {
		return err
	}
	now := time.Now()
	if ep.Secrets, err = mergeSecrets("secrets", ep.Secrets, old.Secrets, scheme, now); err != nil {
		return err
	}
	return ep.eachSecret(func(field string, secret **Secret) error {
		var before []Secret
		for _, s := range old.otherSecrets() {
			before = append(before, *s)
		}
		merged, err := mergeSecret(field, **secret, before, nil, now)
		if err != nil {
			return err
		}
		if merged.open != nil {
			if err := checkText(field+".value", *merged.open, false); err != nil {
				return err
			}
		}
		*secret = &merged
		return nil
	})
}

func (s *Endpoints) put(ctx context.Context, ep Endpoint, old *Endpoint) (Endpoint, error) {
	want := ep.Rev
	ep.Rev = 0
	if err := s.ready(&ep, old); err != nil {
		return Endpoint{}, err
	}
	sealed, err := sealSecrets(s.vault, "endpoint/"+ep.Name, ep.allSecrets()...)
	if err != nil {
		return Endpoint{}, fmt.Errorf("seal the secrets of endpoint %s: %w", ep.Name, err)
	}
	rev, err := s.reg.put(ctx, ep.Name, want, storedEndpoint{ep.withoutValues(), sealed})
	if err != nil {
		return Endpoint{}, err
	}
	ep.Rev = rev
	return ep, nil
}

func (s *Endpoints) read(name string, e inspector.ConfigEntry) (*Endpoint, error) {
	var stored storedEndpoint
	if err := json.Unmarshal(e.Value, &stored); err != nil {
		return nil, fmt.Errorf("read entry %s: %w", e.Key, err)
	}
	ep := stored.normal()
	ep.Name, ep.Rev = name, e.Rev
	// What the catalogue no longer has must not take the endpoint down with it.
	if err := ep.check(known{schemes: s.schemes}); err != nil {
		return nil, err
	}
	openSecrets(s.vault, "endpoint/"+name, stored.Sealed, ep.allSecrets()...)
	return &ep, nil
}

// eachSecret calls f for the secrets other than those that sign.
func (ep *Endpoint) eachSecret(f func(field string, secret **Secret) error) error {
	if ep.Auth.Secret != nil {
		if err := f("auth.secret", &ep.Auth.Secret); err != nil {
			return err
		}
	}
	if ep.Email != nil && ep.Email.SMTP != nil && ep.Email.SMTP.Password != nil {
		return f("email.smtp.password", &ep.Email.SMTP.Password)
	}
	return nil
}

func (ep *Endpoint) otherSecrets() []*Secret {
	var all []*Secret
	_ = ep.eachSecret(func(_ string, secret **Secret) error { // f has no error
		all = append(all, *secret)
		return nil
	})
	return all
}

func (ep *Endpoint) allSecrets() []*Secret { return append(pointers(ep.Secrets), ep.otherSecrets()...) }

// withoutValues is the endpoint without the values of its secrets.
func (ep *Endpoint) withoutValues() Endpoint {
	bare := ep.clone()
	bare.Secrets = forStore(bare.Secrets)
	for _, s := range bare.otherSecrets() {
		s.Value, s.Locked = "", ""
	}
	return bare
}

// clone copies an endpoint so deep that the caller may change it.
func (ep *Endpoint) clone() Endpoint {
	c := *ep
	c.Events, c.Channels, c.Success = slices.Clone(ep.Events), slices.Clone(ep.Channels), slices.Clone(ep.Success)
	c.Headers, c.Secrets = slices.Clone(ep.Headers), slices.Clone(ep.Secrets)
	c.Context, c.Retry.Delays = maps.Clone(ep.Context), slices.Clone(ep.Retry.Delays)
	c.Auth.Secret = copied(ep.Auth.Secret)
	c.Disabled = copied(ep.Disabled)
	if c.Scope = copied(ep.Scope); c.Scope != nil {
		c.Scope.Only, c.Scope.Except = slices.Clone(c.Scope.Only), slices.Clone(c.Scope.Except)
	}
	if c.Email = copied(ep.Email); c.Email != nil {
		c.Email.To = slices.Clone(c.Email.To)
		if c.Email.SMTP = copied(c.Email.SMTP); c.Email.SMTP != nil {
			c.Email.SMTP.Password = copied(c.Email.SMTP.Password)
		}
	}
	return c
}

// copied is a copy of what p points to, nil for nil.
func copied[T any](p *T) *T {
	if p == nil {
		return nil
	}
	c := *p
	return &c
}
