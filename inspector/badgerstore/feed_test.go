package badgerstore

import (
	"testing"

	"github.com/boathook/boathook/inspector"
)

// A reader that stopped amid a batch goes on with its next change after a
// restart, also when a delivery before it was erased meanwhile.
func TestFeedOverErasure(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := openTest(t, dir)
	defer func() { closeTest(t, s) }()
	m := newMaker(51)
	at, err := s.FeedEnd(t.Context(), ws)
	if err != nil {
		t.Fatal(err)
	}
	b := &inspector.Batch{}
	first, second, third := m.add(b, 10), m.add(b, 3*inspector.ChunkBytes), m.add(b, 10)
	commit(t, s, b)
	_, at, err = s.Feed(t.Context(), ws, at, 2)
	if err != nil {
		t.Fatal(err)
	}
	commit(t, s, &inspector.Batch{Workspace: ws, Erase: []inspector.ID{first, second}})
	if err := s.wipeErased(); err != nil {
		t.Fatal(err)
	}
	closeTest(t, s)
	s = openTest(t, dir)
	changes, _, err := s.Feed(t.Context(), ws, at, 10)
	if err != nil {
		t.Fatal(err)
	}
	if len(changes) != 3 || changes[0].ID != third || changes[0].Kind != inspector.Added || changes[1].ID != first || changes[2].ID != second {
		t.Errorf("after the second change of the batch: %+v, want #3 to be new and two to be gone", changes)
	}
}
