package badgerstore

import (
	"testing"

	"github.com/boathook/boathook/inspector"
)

// filterAll makes all filters that can be made.
func filterAll(t testing.TB, s *Store) {
	t.Helper()
	for more := true; more; {
		var err error
		if more, err = s.filterSome(0); err != nil {
			t.Fatal(err)
		}
	}
}

// filtered counts the blocks that have a filter, and those that could have one.
func filtered(s *Store) (with, without int) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	for _, sum := range s.spaces[ws].blocks {
		switch {
		case sum.words:
			with++
		case sum.filterLater() && !s.spaces[ws].open(sum):
			without++
		}
	}
	return with, without
}

// Filters are made after their blocks are written, the oldest first; they are known at
// the next start, and a block that changes has none until it is written again.
func TestFiltersAreMadeLater(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := openTest(t, dir)
	m := newMaker(91)
	var ids []inspector.ID
	for range 5 {
		b := &inspector.Batch{}
		for range blockRows {
			ids = append(ids, m.add(b, 50))
		}
		commit(t, s, b)
	}
	if err := s.flush(); err != nil {
		t.Fatal(err)
	}
	if _, err := s.filterSome(3); err != nil {
		t.Fatal(err)
	}
	s.mu.RLock()
	first := s.spaces[ws].blocks[0].words
	s.mu.RUnlock()
	if !first {
		t.Error("the oldest block has no filter")
	}
	filterAll(t, s)
	if with, without := filtered(s); with < 4 || without > 0 {
		t.Errorf("%d blocks have a filter and %d have none", with, without)
	}
	closeTest(t, s)

	s = openTest(t, dir)
	defer func() { closeTest(t, s) }()
	before, _ := filtered(s)
	if before < 4 {
		t.Errorf("%d blocks have a filter after a start", before)
	}
	commit(t, s, &inspector.Batch{Workspace: ws, Patches: []inspector.Patch{{ID: ids[10], Outcome: &inspector.Outcome{Status: 503}}}})
	if with, _ := filtered(s); with != before-1 {
		t.Errorf("%d blocks have a filter after one changed, want %d", with, before-1)
	}
	if rows := listAll(t, s, "status:503"); len(rows) != 1 || rows[0].ID != ids[10] {
		t.Errorf("a search finds %+v, want the row that changed", rows)
	}
	if err := s.flush(); err != nil {
		t.Fatal(err)
	}
	filterAll(t, s)
	if with, without := filtered(s); with != before || without > 0 {
		t.Errorf("%d blocks have a filter and %d have none", with, without)
	}
	if rows := listAll(t, s, "status:503"); len(rows) != 1 || rows[0].ID != ids[10] {
		t.Errorf("with filters a search finds %+v, want the row that changed", rows)
	}
}

// Filters are made of all blocks once a search was without them, and only of the oldest
// of many while much is stored.
func TestWhenFiltersAreMade(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		text string
		any  inspector.Column // of which the block has many values
		want bool
	}{
		{text: "word:someword", want: true},
		{text: "someword"},
		{text: "status:500"},
		{text: "method:post"},
		{text: "event:order.paid", any: inspector.ColEvent, want: true},
		{text: "event:order.paid", any: inspector.ColEventID},
	} {
		q, err := inspector.ParseQuery(tt.text, start)
		if err != nil {
			t.Fatal(err)
		}
		if got := newSearch(q).byWords(&candidate{any: 1 << tt.any}); got != tt.want {
			t.Errorf("a search for %s asks filters: %v, want %v", tt.text, got, tt.want)
		}
	}
	s := openTest(t, t.TempDir())
	defer closeTest(t, s)
	m := newMaker(92)
	b := &inspector.Batch{}
	for range 3 * blockRows {
		m.add(b, 50)
	}
	commit(t, s, b)
	if err := s.flush(); err != nil {
		t.Fatal(err)
	}
	late := lateWords{urgent: true}
	if err := late.round(s, false); err != nil {
		t.Fatal(err)
	}
	if with, without := filtered(s); with < 2 || without > 0 || late.urgent {
		t.Errorf("%d blocks have a filter and %d have none; still urgent: %v", with, without, late.urgent)
	}
}
