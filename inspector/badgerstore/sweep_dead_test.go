package badgerstore

import (
	"testing"

	"github.com/boathook/boathook/inspector"
)

// Blocks go with their last delivery, also when a prune takes a few at a time
// and the block was written in between.
func TestSmallPrunesLeaveNoBlocks(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := openTest(t, dir)
	defer closeTest(t, s)
	m := newMaker(61)
	for range 12 {
		b := &inspector.Batch{}
		for range 100 {
			m.add(b, 10)
		}
		commit(t, s, b)
	}
	for keep := 1100; keep >= 100; keep -= 100 {
		if _, err := s.Sweep(t.Context(), ws, start, inspector.Policy{Count: keep}); err != nil {
			t.Fatal(err)
		}
		if err := s.flush(); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(s.spaces[ws].blocks); n != 1 {
		t.Errorf("%d blocks are kept for 100 deliveries, want 1", n)
	}
	want := dump(t, s)
	for _, skip := range [][]string{nil, {"index"}} {
		again := t.TempDir()
		copyStore(t, dir, again, skip...)
		c := openTest(t, again)
		if got := dump(t, c); got != want {
			t.Errorf("without %v the store differs: %s", skip, diff(want, got))
		}
		if st, _ := c.Stats(t.Context(), ws); len(st.Losses) > 0 {
			t.Errorf("without %v: losses %+v", skip, st.Losses)
		}
		closeTest(t, c)
	}
}
