package proxy

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"sync/atomic"

	"github.com/boathook/boathook/catalog"
	"github.com/boathook/boathook/inspector"
)

// maxProviderBytes bounds the text of a user's provider.
const maxProviderBytes = 4 << 20

// ProviderText is a provider as the user gave it.
type ProviderText struct {
	Format string `json:"format"` // yaml, openapi or asyncapi
	Text   string `json:"text"`
}

// providerFormats read the texts that a provider may be given as.
var providerFormats = map[string]func(data []byte) (*catalog.Provider, error){
	"yaml": func(data []byte) (*catalog.Provider, error) {
		return catalog.Parse(catalog.File{Name: "text", Data: data})
	},
	"openapi":  catalog.FromOpenAPI,
	"asyncapi": catalog.FromAsyncAPI,
}

// parse reads the text. The error is an [*InvalidError] or one of package catalog.
func (t ProviderText) parse() (*catalog.Provider, error) {
	read, ok := providerFormats[t.Format]
	if !ok {
		return nil, &InvalidError{Field: "format", Text: fmt.Sprintf("%.40q is not known", t.Format), Hint: "use yaml, openapi or asyncapi"}
	}
	p, err := read([]byte(t.Text))
	if err != nil {
		return nil, err
	}
	p.Custom = true
	return p, nil
}

// Providers are the catalogue of a workspace: the providers that it began with, and
// those that users have added, which are stored as configuration entries
// provider/{id}. Safe for concurrent use.
type Providers struct {
	reg     registry[ownProvider]
	base    *catalog.Catalog
	current atomic.Pointer[catalog.Catalog]
	changed func(*catalog.Catalog)
}

// ownProvider is a provider that a user has added.
type ownProvider struct {
	provider *catalog.Provider
	text     ProviderText
	rev      uint64
}

// OpenProviders reads the providers that users of a workspace have added to base.
// changed is told every new catalogue, the first one included.
func OpenProviders(ctx context.Context, store inspector.Store, ws inspector.Workspace, base *catalog.Catalog, log *slog.Logger, changed func(*catalog.Catalog)) (*Providers, error) {
	s := &Providers{base: base, changed: changed}
	s.current.Store(base)
	s.reg = registry[ownProvider]{store: store, ws: ws, log: log, kind: "provider", limit: maxProviderBytes + 1<<10, read: readProvider}
	s.reg.loaded = func(all map[string]ownProvider) { s.rebuild(all, log) }
	return s, s.Reload(ctx)
}

func readProvider(id string, e inspector.ConfigEntry) (ownProvider, error) {
	var text ProviderText
	if err := json.Unmarshal(e.Value, &text); err != nil {
		return ownProvider{}, fmt.Errorf("read entry %s: %w", e.Key, err)
	}
	p, err := text.parse()
	if err == nil && p.ID != id {
		err = fmt.Errorf("entry %s holds provider %s", e.Key, p.ID)
	}
	return ownProvider{p, text, e.Rev}, err
}

// rebuild makes the catalogue of a snapshot.
func (s *Providers) rebuild(all map[string]ownProvider, log *slog.Logger) {
	c := s.base
	for id, own := range all {
		next, err := c.Add(own.provider)
		if err != nil {
			log.Error("provider is left out", "id", id, "error", err)
			continue
		}
		c = next
	}
	s.current.Store(c)
	s.changed(c)
}

// Catalog is the catalogue as it is now.
func (s *Providers) Catalog() *catalog.Catalog { return s.current.Load() }

// Text returns a provider that a user has added, as it was given, with its
// revision. The error is inspector.ErrNotFound for all others.
func (s *Providers) Text(id string) (ProviderText, uint64, error) {
	own, err := s.reg.get(id)
	return own.text, own.rev, err
}

// Put adds a provider, or with replace puts it in the place of the one with its id
// that a user has added. The error is an [*InvalidError], one of package catalog
// for a text that is wrong, ErrConflict if there is one and replace is not set, or
// one of the store.
func (s *Providers) Put(ctx context.Context, text ProviderText, replace bool) (*catalog.Provider, error) {
	if len(text.Text) > maxProviderBytes {
		return nil, &InvalidError{Field: "text", Text: fmt.Sprintf("is %d bytes, the limit is %d", len(text.Text), maxProviderBytes), Hint: "shorten the samples"}
	}
	p, err := text.parse()
	if err != nil {
		return nil, err
	}
	if err := checkName("id", p.ID); err != nil {
		return nil, err
	}
	// Its names must be free, but for its own.
	if _, err := s.Catalog().Without(s.ownID(p.ID)).Add(p); err != nil {
		return nil, &InvalidError{Field: "id", Text: err.Error(), Hint: "choose another id"}
	}
	var want uint64
	if own, ok := s.reg.lookup(p.ID); ok && replace {
		want = own.rev
	}
	if _, err := s.reg.put(ctx, p.ID, want, text); err != nil {
		return nil, err
	}
	return p, nil
}

// ownID is id if a user has added the provider, else "".
func (s *Providers) ownID(id string) string {
	if _, ok := s.reg.lookup(id); ok {
		return id
	}
	return ""
}

// Delete removes a provider that a user has added. The error is
// inspector.ErrNotFound for all others.
func (s *Providers) Delete(ctx context.Context, id string) error {
	own, err := s.reg.get(id)
	if err != nil {
		return err
	}
	return s.reg.remove(ctx, id, own.rev)
}

// Reload looks at what is stored.
func (s *Providers) Reload(ctx context.Context) error { return s.reg.reload(ctx) }

// Subscribes reports whether an endpoint subscribes to an event type, whatever else
// decides on an event. p is the type's provider; nil if the catalogue has none.
func (ep *Endpoint) Subscribes(eventType string, p *catalog.Provider) bool {
	return wantsType(ep.Events, eventType, p)
}
