package badgerstore

import (
	"testing"

	"github.com/boathook/boathook/inspector"
)

// A batch that could not be made into records leaves nothing in the next one.
func TestFailedDraftLeavesNothing(t *testing.T) {
	t.Parallel()
	s := openTest(t, t.TempDir())
	defer closeTest(t, s)
	m := newMaker(81)
	b := &inspector.Batch{}
	for range 300 {
		m.add(b, 10)
	}
	commit(t, s, b)
	if err := s.flush(); err != nil {
		t.Fatal(err)
	}
	version := func(by uint8) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.spaces[ws].blocks[0].version += by
		s.views.drop(ws, 0)
	}
	version(1) // it cannot be read
	refused := &inspector.Batch{Erase: []inspector.ID{b.Deliveries[0].ID}}
	id := m.add(refused, 10)
	if _, err := s.Commit(t.Context(), refused); err == nil {
		t.Fatal("Commit worked without a block that it needs")
	}
	version(255)
	next := &inspector.Batch{}
	other := m.add(next, 10)
	commit(t, s, next)
	if _, err := s.Get(t.Context(), ws, id); err == nil {
		t.Error("a delivery of the refused batch is there")
	}
	if list, err := s.Attempts(t.Context(), ws, other); err != nil || len(list) != 1 {
		t.Errorf("Attempts of the next delivery = %v, %v", list, err)
	}
	if report, err := s.Check(t.Context()); err != nil || !report.Sound() || report.Records != 301 {
		t.Errorf("Check = %+v, %v, want 301 sound records", report, err)
	}
}
