package badgerstore

import (
	"errors"
	"testing"
	"time"

	"github.com/boathook/boathook/inspector"
)

// Bytes are kept to by dropping whole files, and what else those held stays:
// configuration, work, numbers. The journal alone still is enough afterwards.
func TestSweepDropsFiles(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := openTest(t, dir)
	defer closeTest(t, s)
	m := newMaker(10)
	commit(t, s, &inspector.Batch{
		Workspace: ws,
		Config:    []inspector.ConfigPut{{Key: "inbox/demo", Value: []byte("{}")}},
		Schedule:  []inspector.Due{{ID: "later", RunAt: start, Payload: []byte("payload")}},
	})
	const bound = 8 << 20
	for i := range 40 {
		b := &inspector.Batch{}
		for range 10 {
			m.add(b, 40<<10)
		}
		if i%10 == 0 {
			m.add(b, 3*inspector.ChunkBytes)
		}
		commit(t, s, b)
		if i > 20 {
			if _, err := s.Sweep(t.Context(), ws, start, inspector.Policy{Bytes: bound}); err != nil {
				t.Fatal(err)
			}
			if n := s.journal.Bytes(); n > bound+bound/20 {
				t.Errorf("the journal has %d bytes after a sweep, want at most %d", n, bound)
			}
		}
	}
	st, err := s.Stats(t.Context(), ws)
	if err != nil {
		t.Fatal(err)
	}
	if st.LastN != 404 || st.FirstN < 150 || st.Deliveries != int(st.LastN-st.FirstN+1) {
		t.Errorf("Stats %+v", st)
	}
	report, err := s.Check(t.Context())
	if err != nil || !report.Sound() {
		t.Errorf("Check = %+v, %v", report, err)
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
	if n, err := s.Sweep(t.Context(), ws, start, inspector.Policy{Count: 3}); err != nil || n.Deliveries != st.Deliveries-3 {
		t.Errorf("Sweep = %+v, %v", n, err)
	}
	b := &inspector.Batch{}
	id := m.add(b, 10)
	if n := commit(t, s, b).Numbers[id]; n != 405 {
		t.Errorf("the next number is %d, want 405", n)
	}
}

// A large prune does not fill the feed: readers are told to start anew.
func TestLargePrune(t *testing.T) {
	t.Parallel()
	s := openTest(t, t.TempDir())
	defer closeTest(t, s)
	m := newMaker(11)
	for range 20 {
		b := &inspector.Batch{}
		for range 500 {
			m.add(b, 20)
		}
		commit(t, s, b)
	}
	at, err := s.FeedEnd(t.Context(), ws)
	if err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	swept, err := s.Sweep(t.Context(), ws, start, inspector.Policy{Count: 100})
	if err != nil || swept.Deliveries != 9900 {
		t.Fatalf("Sweep = %+v, %v", swept, err)
	}
	t.Logf("pruned in %s, %d blocks in memory", time.Since(began), s.spaces[ws].inMemory)
	_, _, err = s.Feed(t.Context(), ws, at, 10)
	if want := inspector.ErrCursorExpired; !errors.Is(err, want) {
		t.Errorf("Feed = %v, want %v", err, want)
	}
	if rows := listAll(t, s, ""); len(rows) != 100 || rows[99].N != 9901 {
		t.Errorf("%d rows are left", len(rows))
	}
}
