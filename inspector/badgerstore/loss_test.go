package badgerstore

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/boathook/boathook/inspector"
)

// A flipped bit anywhere in the journal is named as a loss, and costs no more
// than the delivery it hit.
func TestDamageIsNamed(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := openTest(t, dir)
	m := newMaker(6)
	for range 4 {
		b := &inspector.Batch{}
		for range 3 {
			m.add(b, 150)
		}
		commit(t, s, b)
	}
	commit(t, s, &inspector.Batch{Workspace: ws, Patches: []inspector.Patch{{ID: listAll(t, s, "")[0].ID, AddTags: []string{"later"}}}})
	closeTest(t, s)
	path := filepath.Join("journal", "0000000001.log")
	data, err := os.ReadFile(filepath.Join(dir, path))
	if err != nil {
		t.Fatal(err)
	}
	for off := 64; off < len(data); off += 61 {
		for _, skip := range [][]string{nil, {"index"}} {
			t.Run(fmt.Sprint("byte ", off, " without ", skip), func(t *testing.T) {
				again := t.TempDir()
				copyStore(t, dir, again, skip...)
				flipped := append([]byte{}, data...)
				flipped[off] ^= 0x10
				if err := os.WriteFile(filepath.Join(again, path), flipped, 0o600); err != nil {
					t.Fatal(err)
				}
				c := openTest(t, again)
				defer closeTest(t, c)
				st, err := c.Stats(t.Context(), ws)
				if err != nil {
					t.Fatal(err)
				}
				if st.Deliveries < 11 || st.LastN < 12 {
					t.Errorf("%d deliveries up to #%d are left of 12", st.Deliveries, st.LastN)
				}
				report, err := c.Check(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				padding := data[off] == 0
				if len(st.Losses) == 0 && !padding || report.Sound() && !padding {
					t.Errorf("losses %+v, report %+v", st.Losses, report)
				}
				if missing := 12 - st.Deliveries; missing == 1 && (len(st.Losses) != 1 || st.Losses[0].Count != 1) {
					t.Errorf("one delivery is missing, losses %+v", st.Losses)
				}
			})
		}
	}
}

// A journal that lost its end, as a whole batch, is noticed by the ledger.
func TestLostEndIsNamed(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := openTest(t, dir)
	m := newMaker(7)
	path := filepath.Join(dir, "journal", "0000000001.log")
	var size int64
	for i := range 10 {
		if i == 7 {
			info, err := os.Stat(path)
			if err != nil {
				t.Fatal(err)
			}
			size = info.Size()
		}
		b := &inspector.Batch{}
		m.add(b, 150)
		commit(t, s, b)
	}
	closeTest(t, s)
	if err := os.Truncate(path, size); err != nil {
		t.Fatal(err)
	}
	for range 2 { // it is said at every start
		s = openTest(t, dir)
		st, err := s.Stats(t.Context(), ws)
		if err != nil {
			t.Fatal(err)
		}
		if len(st.Losses) != 1 || st.Losses[0].FirstN != 8 || st.Losses[0].LastN != 10 || st.Losses[0].Count != 3 {
			t.Errorf("losses %+v, want #8 to #10", st.Losses)
		}
		closeTest(t, s)
	}
	s = openTest(t, dir)
	defer closeTest(t, s)
	b := &inspector.Batch{}
	id := m.add(b, 1)
	if n := commit(t, s, b).Numbers[id]; n != 11 {
		t.Errorf("the next number is %d, want 11: none is given twice", n)
	}
}

// Damage at the end of the journal is one loss, however often the store starts.
func TestDamagedEndIsNamedOnce(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := openTest(t, dir)
	m := newMaker(8)
	var end int64
	for range 4 {
		end = s.journal.End().Offset()
		b := &inspector.Batch{}
		m.add(b, 150)
		commit(t, s, b)
	}
	closeTest(t, s)
	path := filepath.Join(dir, "journal", "0000000001.log")
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	data[end+9] ^= 0x10 // in the header of the last record
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	var last uint64
	for i := range 3 {
		s = openTest(t, dir)
		st, err := s.Stats(t.Context(), ws)
		closeTest(t, s)
		if err != nil {
			t.Fatal(err)
		}
		if len(st.Losses) != 1 || i > 0 && st.LastN != last {
			t.Errorf("start %d: up to #%d, losses %+v, want one and #%d", i, st.LastN, st.Losses, last)
		}
		last = st.LastN
	}
}
