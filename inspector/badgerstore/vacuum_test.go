package badgerstore

import (
	"testing"

	"github.com/boathook/boathook/inspector"
)

// An erasure whose renewal of the index a crash cut short is finished at the
// next start.
func TestVacuumIsFinished(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := openTest(t, dir)
	defer closeTest(t, s)
	m := newMaker(41)
	const canary = "canary-9d27e1"
	b := &inspector.Batch{}
	id := m.add(b, 10)
	b.Deliveries[0].Target = "/in/" + canary
	commit(t, s, b)
	if err := s.flush(); err != nil {
		t.Fatal(err)
	}
	commit(t, s, &inspector.Batch{Workspace: ws, Erase: []inspector.ID{id}})
	if err := s.wipeErased(); err != nil {
		t.Fatal(err)
	}
	if err := s.flush(); err != nil { // the index no longer says what to wipe
		t.Fatal(err)
	}
	again := t.TempDir()
	copyStore(t, dir, again)
	if len(hits(t, again, canary)) == 0 {
		t.Fatal("the copy came too late")
	}
	c := openTest(t, again)
	if _, err := c.Sweep(t.Context(), ws, start, inspector.Policy{}); err != nil {
		t.Fatal(err)
	}
	if files := hits(t, again, canary); len(files) > 0 {
		t.Errorf("erased text is still in %v", files)
	}
	closeTest(t, c)
	if c = openTest(t, again); c.vacuumAt.Load() != 0 {
		t.Error("the index is to be renewed again")
	}
	closeTest(t, c)
}

// An old form of a block that a flush cut short left behind does not outlive the
// rows that were erased.
func TestVacuumLeavesStaleBlocks(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := openTest(t, dir)
	m := newMaker(42)
	const canary = "canary-04be77"
	b := &inspector.Batch{}
	for range 600 {
		m.add(b, 10)
	}
	b.Deliveries[0].Target = "/in/" + canary
	commit(t, s, b)
	if err := s.flush(); err != nil {
		t.Fatal(err)
	}
	old := s.spaces[ws].blocks[0]
	data, err := s.index.get(partKey(ws, 0, old.version, 0))
	if err != nil || len(data) == 0 {
		t.Fatal(len(data), err)
	}
	key := partKey(ws, 0, old.version, 0)
	commit(t, s, &inspector.Batch{Workspace: ws, Erase: []inspector.ID{b.Deliveries[0].ID}})
	if err := s.wipeErased(); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := s.flush(); err != nil {
			t.Fatal(err)
		}
		// As if the process had ended before this was deleted.
		if err := s.index.update(func(w *writer) error { return w.set(key, data) }); err != nil {
			t.Fatal(err)
		}
	}
	want := dump(t, s)
	if err := s.vacuum(); err != nil {
		t.Fatal(err)
	}
	if files := hits(t, dir, canary); len(files) > 0 {
		t.Errorf("erased text is still in %v", files)
	}
	closeTest(t, s)
	s = openTest(t, dir)
	defer closeTest(t, s)
	if got := dump(t, s); got != want {
		t.Errorf("the store differs after the vacuum: %s", diff(want, got))
	}
}
