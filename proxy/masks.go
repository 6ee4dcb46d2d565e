package proxy

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/proxy/mask"
)

const (
	maskKind = "mask"
	maskName = "list" // the entry is mask/list
	// maxMaskBytes has room for every entry written as escapes.
	maxMaskBytes = 6*mask.MaxEntries*mask.MaxEntry + 1<<10
)

// MaskValues are the list of what is hidden.
type MaskValues struct {
	Rev     uint64   `json:"rev"`     // 0 before it was ever changed
	Entries []string `json:"entries"` // as [mask.Parse] reads them; over what names tell by themselves
	// Fixed is the flag, variable or file that sets the list, "" if none does: it cannot
	// be changed then while the server runs.
	Fixed string `json:"fixed"`
}

// Masks are the list of a workspace of what is hidden where deliveries are shown or
// exported: the one that the server was started with, or the one that was set since,
// as the configuration entry mask/list. Safe for concurrent use.
type Masks struct {
	reg   registry[storedMask]
	fixed string
	start *mask.Rules
}

type storedMask struct {
	rev   uint64
	rules *mask.Rules
}

// OpenMasks reads the list of a workspace. start holds until it is set otherwise, and
// in any case if it is fixed. The error is an [*InvalidError] for a list that cannot
// be, or one of the store.
func OpenMasks(ctx context.Context, store inspector.Store, ws inspector.Workspace, start MaskValues, log *slog.Logger) (*Masks, error) {
	rules, err := mask.Parse(start.Entries)
	if err != nil {
		return nil, invalidMask(err)
	}
	m := &Masks{fixed: start.Fixed, start: rules}
	m.reg = registry[storedMask]{store: store, ws: ws, log: log, kind: maskKind, limit: maxMaskBytes, read: readMask}
	return m, m.Reload(ctx)
}

func readMask(_ string, e inspector.ConfigEntry) (storedMask, error) {
	var v struct{ Entries []string }
	if err := json.Unmarshal(e.Value, &v); err != nil {
		return storedMask{}, fmt.Errorf("read entry %s: %w", e.Key, err)
	}
	rules, err := mask.Parse(v.Entries)
	return storedMask{rev: e.Rev, rules: rules}, err
}

// Reload looks at what is stored.
func (m *Masks) Reload(ctx context.Context) error { return m.reg.reload(ctx) }

// Rules are the list as it holds.
func (m *Masks) Rules() *mask.Rules {
	if stored, ok := m.reg.lookup(maskName); ok && m.fixed == "" {
		return stored.rules
	}
	return m.start
}

// Get returns the list as it holds.
func (m *Masks) Get() MaskValues {
	stored, _ := m.reg.lookup(maskName)
	return MaskValues{Rev: stored.rev, Entries: m.Rules().Entries(), Fixed: m.fixed}
}

// Update replaces the list if its revision is still v.Rev. The error is an
// [*InvalidError], which is ErrFixed too for a list that cannot be changed,
// ErrConflict, or one of the store.
func (m *Masks) Update(ctx context.Context, v MaskValues) (MaskValues, error) {
	rules, err := mask.Parse(v.Entries)
	if err != nil {
		return MaskValues{}, invalidMask(err)
	}
	entries := rules.Entries()
	if m.fixed != "" {
		if now := m.Get(); slices.Equal(now.Entries, entries) {
			return now, nil
		}
		return MaskValues{}, fixedBound{&InvalidError{Field: "entries", Text: "is set by " + m.fixed, Hint: "restart boathook without it to change it here"}}
	}
	if _, err := m.reg.put(ctx, maskName, v.Rev, map[string]any{"entries": entries}); err != nil {
		return MaskValues{}, err
	}
	return m.Get(), nil
}

// invalidMask names the entry that is wrong.
func invalidMask(err error) error {
	var e *mask.EntryError
	if !errors.As(err, &e) {
		return err
	}
	field := "entries"
	if e.Index >= 0 {
		field = fmt.Sprintf("entries[%d]", e.Index)
	}
	return &InvalidError{Field: field, Text: e.Text, Hint: e.Hint}
}
