package badgerstore

import (
	"strconv"
	"strings"
	"testing"

	"github.com/boathook/boathook/inspector"
)

// A delivery that comes while the index is being written keeps the chunks that
// came before it, also when the process ends before the next writing.
func TestOrphansAreNotOfALiveDelivery(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := openTest(t, dir)
	defer closeTest(t, s)
	m := newMaker(31)
	commit(t, s, func() *inspector.Batch { b := &inspector.Batch{}; m.add(b, 10); return b }())
	b := &inspector.Batch{}
	id := m.add(b, 2*inspector.ChunkBytes+5)
	commit(t, s, &inspector.Batch{Workspace: ws, Chunks: b.Chunks[:2]})

	b.Chunks = b.Chunks[2:]
	again := flushAround(t, s, dir, func() { commit(t, s, b) })
	key := inspector.BodyKey{Delivery: id}
	want := bodySum(t, s, key)
	c := openTest(t, again)
	defer closeTest(t, c)
	if _, err := c.Sweep(t.Context(), ws, start, inspector.Policy{}); err != nil {
		t.Fatal(err)
	}
	if got := bodySum(t, c, key); got != want {
		t.Errorf("the body is %s after a crash, want %s", got, want)
	}
}

// Chunks whose delivery never comes do not keep the journal from shrinking, and
// those of a body that is still coming stay.
func TestOrphansDoNotHoldTheJournal(t *testing.T) {
	t.Parallel()
	s := openTest(t, t.TempDir())
	defer closeTest(t, s)
	m := newMaker(32)
	left, coming := &inspector.Batch{}, &inspector.Batch{}
	m.add(left, inspector.ChunkBytes+10)
	id := m.add(coming, 60*inspector.ChunkBytes)
	commit(t, s, &inspector.Batch{Workspace: ws, Chunks: left.Chunks[:1]})
	const bound = 4 << 20
	for i, chunk := range coming.Chunks {
		b := &inspector.Batch{Chunks: []inspector.Chunk{chunk}}
		for range 10 {
			m.add(b, 20<<10)
		}
		commit(t, s, b)
		if i%10 == 9 {
			if _, err := s.Sweep(t.Context(), ws, start, inspector.Policy{Bytes: bound}); err != nil {
				t.Fatal(err)
			}
		}
	}
	coming.Chunks = nil
	commit(t, s, coming)
	if got := bodySum(t, s, inspector.BodyKey{Delivery: id}); !strings.HasPrefix(got, strconv.Itoa(60*inspector.ChunkBytes)+" ") {
		t.Errorf("the body that was still coming is %s", got)
	}
	commit(t, s, &inspector.Batch{Workspace: ws, Erase: []inspector.ID{id}})
	if _, err := s.Sweep(t.Context(), ws, start, inspector.Policy{Bytes: bound}); err != nil {
		t.Fatal(err)
	}
	if n := s.journal.Bytes(); n > bound+bound/10 {
		t.Errorf("the journal has %d bytes after a sweep, want at most %d", n, bound)
	}
}
