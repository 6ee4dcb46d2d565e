package proxy

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/boathook/boathook/inspector"
)

// Bounds of saved filters.
const (
	maxFilterBytes = 16 << 10 // of one
	maxFilterName  = 80       // characters
	maxFilterPart  = 2000     // characters of columns, order and grouping
	maxFilters     = 500
)

// SavedFilter is a filter with a name, and what a list that shows it looks like.
type SavedFilter struct {
	Name    string `json:"name"`
	Rev     uint64 `json:"rev,omitempty"` // 0 before it is stored
	Query   string `json:"q"`             // "" for all deliveries
	Columns string `json:"cols"`          // as in the page's address: "n,time,event:220"; "" for the usual ones
	Sort    string `json:"sort"`          // a column, "-" before it for downwards; "" as they come
	Group   string `json:"group"`         // id, endpoint or event; "" for none
}

// ErrFilters is returned for one more filter than are kept.
var ErrFilters = errors.New("there are too many saved filters")

// Filters are the saved filters, as configuration entries filter/{name}. Safe for
// concurrent use.
type Filters struct{ reg registry[SavedFilter] }

// OpenFilters reads the saved filters of a workspace.
func OpenFilters(ctx context.Context, store inspector.Store, ws inspector.Workspace, log *slog.Logger) (*Filters, error) {
	s := &Filters{}
	s.reg = registry[SavedFilter]{store: store, ws: ws, log: log, kind: "filter", limit: maxFilterBytes, read: readFilter}
	return s, s.Reload(ctx)
}

// Reload looks at what is stored.
func (s *Filters) Reload(ctx context.Context) error { return s.reg.reload(ctx) }

func readFilter(_ string, e inspector.ConfigEntry) (SavedFilter, error) {
	var f SavedFilter
	if err := json.Unmarshal(e.Value, &f); err != nil {
		return f, fmt.Errorf("read entry %s: %w", e.Key, err)
	}
	f.Rev = e.Rev
	return f, nil
}

// entry is the name as a key can hold it: names may have any letters.
func filterEntry(name string) string { return url.PathEscape(name) }

// List returns all, ordered by name.
func (s *Filters) List() []SavedFilter {
	all := slices.Clone(s.reg.all())
	slices.SortFunc(all, func(a, b SavedFilter) int { return strings.Compare(a.Name, b.Name) })
	return all
}

// Get returns one, or inspector.ErrNotFound.
func (s *Filters) Get(name string) (SavedFilter, error) { return s.reg.get(filterEntry(name)) }

// Put stores a filter if its revision is still f.Rev, and returns it with the new one.
// The error is an [*InvalidError], ErrConflict, ErrFilters, or one of the store.
func (s *Filters) Put(ctx context.Context, f SavedFilter, now time.Time) (SavedFilter, error) {
	if err := f.check(now); err != nil {
		return SavedFilter{}, err
	}
	if _, known := s.reg.lookup(filterEntry(f.Name)); !known && len(s.reg.all()) >= maxFilters {
		return SavedFilter{}, fmt.Errorf("%w: at most %d", ErrFilters, maxFilters)
	}
	want := f.Rev
	f.Rev = 0
	rev, err := s.reg.put(ctx, filterEntry(f.Name), want, f)
	f.Rev = rev
	return f, err
}

// Delete removes one if its revision is still rev. The error is
// inspector.ErrNotFound, ErrConflict, or one of the store.
func (s *Filters) Delete(ctx context.Context, name string, rev uint64) error {
	return s.reg.remove(ctx, filterEntry(name), rev)
}

func (f *SavedFilter) check(now time.Time) error {
	f.Name, f.Query = strings.TrimSpace(f.Name), strings.TrimSpace(f.Query)
	if f.Name == "" || len([]rune(f.Name)) > maxFilterName || strings.ContainsFunc(f.Name, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return &InvalidError{Field: "name", Text: fmt.Sprintf("%.80q cannot be the name of a filter", f.Name), Hint: fmt.Sprintf("take up to %d characters that can be seen", maxFilterName)}
	}
	for field, text := range map[string]string{"cols": f.Columns, "sort": f.Sort, "group": f.Group} {
		if len(text) > maxFilterPart || strings.ContainsFunc(text, unicode.IsControl) {
			return &InvalidError{Field: field, Text: "is too long or no text", Hint: "take what stands in the address of the page"}
		}
	}
	_, err := inspector.ParseQuery(f.Query, now)
	var bad *inspector.QueryError
	if errors.As(err, &bad) {
		return &InvalidError{Field: "q", Text: bad.Error(), Hint: "write a filter, such as status:>=400 -sig:valid", Pos: bad.Pos, End: bad.End}
	}
	return err
}
