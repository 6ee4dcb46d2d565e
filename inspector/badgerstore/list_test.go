package badgerstore

import (
	"bytes"
	"fmt"
	"testing"
	"testing/quick"

	"github.com/boathook/boathook/inspector"
)

// A search that leaves out blocks finds the same as one that looks at all rows.
func TestListAgainstPlain(t *testing.T) {
	t.Parallel()
	s := openTest(t, t.TempDir())
	defer closeTest(t, s)
	m := newMaker(8)
	var ids []inspector.ID
	for i := range 120 {
		b, more := m.random(ids)
		commit(t, s, b)
		ids = append(ids, more...)
		if i == 80 {
			if err := s.flush(); err != nil {
				t.Fatal(err)
			}
		}
	}
	rows := listAll(t, s, "")
	some := rows[len(rows)/2]
	queries := []string{
		"event:order.7", "event:order.7,order.8 inbox:inbox1", "provider:shop", "provider:none",
		"method:post status:500", "status:4xx", "id:" + some.EventID, some.EventID, some.EventID[5:12], "sku-12", "Product",
		"nothing-like-this-anywhere", fmt.Sprintf("n:%d..%d", some.N-20, some.N+5), "tag:tag1", "is:failed", "-is:failed",
		"before:2026-03-01T12:10:00Z", some.ID.String(), "currency EUR", "answer", "Shop-Hookshot", "body.id:" + some.EventID,
	}
	content := func(r inspector.Row) inspector.Content { return inspector.StoreContent(t.Context(), s, ws, r.ID) }
	for _, full := range []bool{false, true} {
		for _, text := range queries {
			q, err := inspector.ParseQuery(text, start)
			if err != nil {
				t.Logf("%s: %v", text, err)
				continue
			}
			var want []uint64
			for _, r := range rows {
				ok := q.MatchRow(&r) == inspector.Yes
				if q.MatchRow(&r) == inspector.Undecided {
					if ok, err = q.Match(&r, content(r)); err != nil {
						t.Fatal(err)
					}
				}
				if ok {
					want = append(want, r.N)
				}
			}
			var got []uint64
			for _, r := range listAll(t, s, text) {
				got = append(got, r.N)
			}
			if fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("%q (all stored: %v): %d rows, want %d", text, full, len(got), len(want))
			}
		}
		if err := s.flush(); err != nil {
			t.Fatal(err)
		}
		filterAll(t, s)
	}
	found := 0
	s.mu.RLock()
	defer s.mu.RUnlock()
	for _, sum := range s.spaces[ws].blocks {
		if sum.words {
			found++
		}
	}
	if found < 3 {
		t.Errorf("%d blocks have word filters, too few to tell", found)
	}
}

func TestLower(t *testing.T) {
	t.Parallel()
	err := quick.Check(func(b []byte) bool {
		want := make([]byte, len(b))
		for i, c := range b {
			if c >= 'A' && c <= 'Z' {
				c += 32
			}
			want[i] = c
		}
		lower(b)
		return bytes.Equal(b, want)
	}, nil)
	if err != nil {
		t.Error(err)
	}
	all := make([]byte, 256)
	for i := range all {
		all[i] = byte(i)
	}
	lower(all)
	for i, c := range all {
		if want := byte(i); i >= 'A' && i <= 'Z' && c != want+32 || (i < 'A' || i > 'Z') && c != want {
			t.Errorf("lower(%#x) = %#x", i, c)
		}
	}
}
