package proxy

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/signer"
)

const maxSchemeBytes = 64 << 10

// OwnScheme is a signature scheme that the user has made.
type OwnScheme struct {
	signer.Scheme
	Rev uint64 `json:"rev"` // grows with every change; 0 before it is stored
}

// Schemes are the user's own signature schemes, beside those of the table of
// package signer. They are stored as configuration entries scheme/{id}. Safe for
// concurrent use.
type Schemes struct {
	reg      registry[*OwnScheme]
	detector atomic.Pointer[signer.Detector]
}

// OpenSchemes reads the schemes of a workspace.
func OpenSchemes(ctx context.Context, store inspector.Store, ws inspector.Workspace, log *slog.Logger) (*Schemes, error) {
	s := &Schemes{}
	s.reg = registry[*OwnScheme]{store: store, ws: ws, log: log, kind: "scheme", limit: maxSchemeBytes, read: readScheme, loaded: s.index}
	return s, s.Reload(ctx)
}

// List returns the user's schemes, ordered by id.
func (s *Schemes) List() []OwnScheme {
	all := s.reg.all()
	out := make([]OwnScheme, len(all))
	for i, o := range all {
		out[i] = *o
	}
	return out
}

// Get returns a scheme of the user's, or inspector.ErrNotFound.
func (s *Schemes) Get(id string) (OwnScheme, error) {
	o, err := s.reg.get(id)
	if err != nil {
		return OwnScheme{}, err
	}
	return *o, nil
}

// Put stores a scheme. With a revision of 0 it is new, otherwise it replaces the
// one that is still at that revision. The error is a [*signer.FieldError], an
// [*InvalidError], ErrConflict, inspector.ErrNotFound, or one of the store.
func (s *Schemes) Put(ctx context.Context, scheme signer.Scheme, rev uint64) (OwnScheme, error) {
	if err := scheme.Validate(); err != nil {
		return OwnScheme{}, err
	}
	if err := checkName("id", scheme.ID); err != nil {
		return OwnScheme{}, err
	}
	if found, ok := signer.Lookup(scheme.ID); ok || scheme.ID == SchemeNone {
		text := fmt.Sprintf("%q has a meaning already", scheme.ID)
		if ok {
			text = fmt.Sprintf("%q is the scheme of %s", scheme.ID, found.Name)
		}
		return OwnScheme{}, &InvalidError{Field: "id", Text: text, Hint: "choose another id, such as my-" + scheme.ID}
	}
	if rev > 0 {
		if _, err := s.Get(scheme.ID); err != nil {
			return OwnScheme{}, err
		}
	}
	stored, err := s.reg.put(ctx, scheme.ID, rev, &scheme)
	return OwnScheme{Scheme: scheme, Rev: stored}, err
}

// Delete removes a scheme if its revision is still rev. What is set to it stays
// unchecked from then on.
func (s *Schemes) Delete(ctx context.Context, id string, rev uint64) error {
	return s.reg.remove(ctx, id, rev)
}

// Reload makes a new snapshot of what is stored.
func (s *Schemes) Reload(ctx context.Context) error { return s.reg.reload(ctx) }

// Lookup finds a scheme of the user's or of the table, which also goes by its other
// names.
func (s *Schemes) Lookup(id string) (*signer.Scheme, bool) {
	if o, ok := s.reg.lookup(id); ok {
		return &o.Scheme, true
	}
	return signer.Lookup(id)
}

// Own are the user's schemes, as they are taken by functions of package signer. They
// are shared and must not be changed.
func (s *Schemes) Own() []*signer.Scheme {
	all := s.reg.all()
	out := make([]*signer.Scheme, len(all))
	for i, o := range all {
		out[i] = &o.Scheme
	}
	return out
}

// index makes the detector that knows the schemes of a snapshot.
func (s *Schemes) index(all map[string]*OwnScheme) {
	own := make([]*signer.Scheme, 0, len(all))
	for _, o := range all {
		own = append(own, &o.Scheme)
	}
	slices.SortFunc(own, func(a, b *signer.Scheme) int { return strings.Compare(a.ID, b.ID) })
	s.detector.Store(signer.NewDetector(own...))
}

func readScheme(id string, e inspector.ConfigEntry) (*OwnScheme, error) {
	o := &OwnScheme{}
	if err := json.Unmarshal(e.Value, &o.Scheme); err != nil {
		return nil, fmt.Errorf("read entry %s: %w", e.Key, err)
	}
	o.ID, o.Rev = id, e.Rev
	return o, o.Validate()
}
