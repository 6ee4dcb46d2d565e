package badgerstore

import (
	"errors"
	"io"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/boathook/boathook/inspector"
)

// Many read at once are what they are one by one, in memory and on the disk.
func TestRecordedIsWhatIsReadOneByOne(t *testing.T) {
	t.Parallel()
	s := openTest(t, t.TempDir())
	defer closeTest(t, s)
	m := newMaker(7)
	var ids []inspector.ID
	for range 60 {
		b, more := m.random(ids)
		if i := len(ids); i > 20 && m.rand.IntN(2) == 0 { // its first attempt is recorded anew, as that of a try is
			b.Attempts = append(b.Attempts, inspector.Attempt{
				Delivery: ids[m.rand.IntN(i)], Target: "http://localhost:3000/again", Started: start, Request: inspector.Message{Head: []byte("POST / HTTP/1.1\r\n\r\n")},
			})
		}
		commit(t, s, b)
		ids = append(ids, more...)
	}
	for _, stored := range []bool{false, true} {
		if stored {
			if err := s.flush(); err != nil {
				t.Fatal(err)
			}
		}
		list, err := s.Recorded(t.Context(), ws, append(ids, m.id()), 1<<30)
		if err != nil || len(list) != len(ids)+1 || list[len(ids)] != nil {
			t.Fatalf("%d read, %v", len(list), err)
		}
		read := 0
		for i, id := range ids {
			want, whole := oneByOne(t, s, id)
			switch {
			case list[i] == nil && whole:
				t.Errorf("delivery %s was not read", id)
			case list[i] == nil:
			default:
				read++
				if diff := cmp.Diff(want, list[i]); diff != "" {
					t.Errorf("delivery %s:\n%s", id, diff)
				}
			}
		}
		if read < 250 {
			t.Errorf("%d of %d were read", read, len(ids))
		}
		// A budget leaves out the later ones.
		few, err := s.Recorded(t.Context(), ws, ids, 10_000)
		few = slices.DeleteFunc(few, func(r *inspector.Recorded) bool { return r == nil })
		if err != nil || len(few) == 0 || len(few) > 100 {
			t.Errorf("with a budget: %d, %v", len(few), err)
		}
	}
}

// oneByOne reads a delivery. whole says that it is there, with a body of one chunk.
func oneByOne(t *testing.T, s *Store, id inspector.ID) (want *inspector.Recorded, whole bool) {
	t.Helper()
	row, err := s.Get(t.Context(), ws, id)
	if errors.Is(err, inspector.ErrNotFound) {
		return nil, false
	}
	attempts, aerr := s.Attempts(t.Context(), ws, id)
	if err != nil || aerr != nil {
		t.Fatal(err, aerr)
	}
	want = &inspector.Recorded{Row: row, Attempt: attempts[0]}
	if row.Size == 0 {
		return want, true
	}
	b, err := s.Body(t.Context(), ws, inspector.BodyKey{Delivery: id})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	want.Body = make([]byte, b.Size())
	if _, err := b.ReadAt(want.Body, 0); err != nil && !errors.Is(err, io.EOF) {
		t.Fatal(err)
	}
	return want, row.Size <= inspector.ChunkBytes
}
