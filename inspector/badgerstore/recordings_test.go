package badgerstore

import (
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/inspector/storetest"
)

// What recordings add up to is right in blocks that are in memory, stored, read back
// and written anew, and after a start whose store was left as it stood.
func TestRecordingSumsOfBlocks(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := openTest(t, dir)
	defer func() { closeTest(t, s) }()
	m := newMaker(11)
	var ids []inspector.ID
	check := func(after string) {
		t.Helper()
		want := storetest.PlainSums(listAll(t, s, ""))
		for range 2 { // the second time by what was kept
			got, err := s.RecordingSums(t.Context(), ws)
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(got, want) {
				t.Fatalf("after %s: %v, want %v", after, got, want)
			}
		}
	}
	kept := func() (n int) {
		for _, sum := range s.spaces[ws].blocks {
			if sum.recordings != nil {
				n++
			}
		}
		return n
	}
	for i := range 60 {
		b := &inspector.Batch{}
		for range 60 {
			ids = append(ids, m.add(b, m.rand.IntN(200)))
			if r := &b.Deliveries[len(b.Deliveries)-1]; m.rand.IntN(4) == 0 {
				r.Tags = append(r.Tags, fmt.Sprint(inspector.RecordingTag, "r", m.rand.IntN(3)))
			}
		}
		commit(t, s, b)
		b = &inspector.Batch{Workspace: ws}
		for range 3 {
			id := ids[m.rand.IntN(len(ids))]
			p := inspector.Patch{ID: id, AddTags: []string{inspector.RecordingTag + "late"}}
			switch m.rand.IntN(4) {
			case 0:
				p = inspector.Patch{ID: id, Trash: start}
			case 1:
				p = inspector.Patch{ID: id, Restore: true}
			case 2:
				p = inspector.Patch{ID: id, DropTags: []string{inspector.RecordingTag + "r1"}}
			}
			b.Patches = append(b.Patches, p)
		}
		if m.rand.IntN(5) == 0 {
			b.Erase = append(b.Erase, ids[m.rand.IntN(len(ids))])
		}
		commit(t, s, b)
		switch i % 6 {
		case 1, 4:
			if err := s.flush(); err != nil {
				t.Fatal(err)
			}
			check("a flush")
		case 2:
			if _, err := s.Sweep(t.Context(), ws, start.Add(time.Hour), inspector.Policy{Count: 2500}); err != nil {
				t.Fatal(err)
			}
			check("a sweep")
		case 5:
			if i%12 == 5 {
				closeTest(t, s)
			} else { // what is on the disk while it is open is what a kill leaves
				to := t.TempDir()
				copyStore(t, dir, to)
				closeTest(t, s)
				dir = to
			}
			s = openTest(t, dir)
			check("a start")
		default:
			check("a commit")
		}
	}
	if n := kept(); n < 5 {
		t.Errorf("%d blocks keep what they come to, too few to tell", n)
	}
}

// BenchmarkRecordingSums counts 100,000 captures of which every third is in one of two
// recordings: for the first time, again, and by looking at their rows.
func BenchmarkRecordingSums(b *testing.B) {
	s, err := Open(b.TempDir(), Options{Durability: Process})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	m := newMaker(1)
	for made := 0; made < 100_000; made += 500 {
		batch := &inspector.Batch{}
		for i := range 500 {
			m.add(batch, 200)
			if i%3 == 0 {
				batch.Deliveries[i].Tags = []string{fmt.Sprint(inspector.RecordingTag, i%2)}
			}
		}
		if _, err := s.Commit(b.Context(), batch); err != nil {
			b.Fatal(err)
		}
	}
	if err := s.flush(); err != nil {
		b.Fatal(err)
	}
	sums := func(b *testing.B) {
		if got, err := s.RecordingSums(b.Context(), ws); err != nil || len(got) != 2 {
			b.Fatal(got, err)
		}
	}
	b.Run("first", func(b *testing.B) {
		for b.Loop() {
			for _, sum := range s.spaces[ws].blocks {
				sum.recordings = nil
			}
			sums(b)
		}
	})
	b.Run("again", func(b *testing.B) {
		for b.Loop() {
			sums(b)
		}
	})
	b.Run("plain", func(b *testing.B) {
		for b.Loop() {
			if len(storetest.PlainSums(listAll(b, s, "rec:*"))) != 2 {
				b.Fatal("wrong")
			}
		}
	})
}
