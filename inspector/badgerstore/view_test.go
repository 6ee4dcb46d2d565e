package badgerstore

import (
	"testing"

	"github.com/boathook/boathook/inspector"
)

// A stored block still tells whether an attempt is the same, so that nothing is read
// back to find out: what was sent is recorded anew after its block was written.
func TestStoredBlockKeepsSums(t *testing.T) {
	t.Parallel()
	s := openTest(t, t.TempDir())
	defer closeTest(t, s)
	m := newMaker(3)
	b := &inspector.Batch{}
	id := m.add(b, 100)
	for range blockRows {
		m.add(b, 100)
	}
	commit(t, s, b)
	e, err := s.lookup(ws, id)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.flush(); err != nil {
		t.Fatal(err)
	}
	stored, err := s.lookup(ws, id)
	if err != nil {
		t.Fatal(err)
	}
	if len(stored.items) != len(e.items) || len(e.items) == 0 {
		t.Fatalf("items %+v, want %+v", stored.items, e.items)
	}
	for i, it := range stored.items {
		if it != e.items[i] || it.kind == attemptItem && it.sum == 0 {
			t.Errorf("item %+v, want %+v", it, e.items[i])
		}
	}
	s.mu.RLock()
	inMemory := s.peek(ws).summary(blockOf(1)).mem != nil
	s.mu.RUnlock()
	if inMemory {
		t.Error("the block is still in memory, so this shows nothing")
	}
}
