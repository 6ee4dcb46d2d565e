package badgerstore

import (
	"testing"
	"time"

	"github.com/boathook/boathook/inspector"
)

// What was committed is the same after a crash, whatever the index still has.
func TestReplay(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := openTest(t, dir)
	defer func() { closeTest(t, s) }()
	m := newMaker(1)
	var ids []inspector.ID
	for i := range 150 {
		b, more := m.random(ids)
		commit(t, s, b)
		ids = append(ids, more...)
		if i%40 == 39 {
			if err := s.flush(); err != nil {
				t.Fatal(err)
			}
		}
		if i%50 == 49 {
			if err := s.wipeErased(); err != nil {
				t.Fatal(err)
			}
		}
		if i == 70 {
			if _, err := s.Sweep(t.Context(), ws, start, inspector.Policy{Count: len(ids) / 2}); err != nil {
				t.Fatal(err)
			}
		}
	}
	commit(t, s, &inspector.Batch{Workspace: ws, Config: []inspector.ConfigPut{{Key: "inbox/demo", Value: []byte("{}")}, {Key: "inbox/x", Value: []byte("{}")}}})
	want := dump(t, s)
	for _, tt := range []struct {
		name string
		skip []string
	}{
		{"the process ended", nil},
		{"the index is gone", []string{"index"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			again := t.TempDir()
			copyStore(t, dir, again, tt.skip...)
			c := openTest(t, again)
			defer closeTest(t, c)
			if got := dump(t, c); got != want {
				t.Errorf("the store differs: %s", diff(want, got))
			}
			if st, _ := c.Stats(t.Context(), ws); len(st.Losses) > 0 {
				t.Errorf("losses %+v, want none", st.Losses)
			}
		})
	}
	closeTest(t, s)
	s = openTest(t, dir)
	if got := dump(t, s); got != want {
		t.Errorf("the store differs after Close: %s", diff(want, got))
	}
}

// A reader of the feed goes on where it was.
func TestFeedOverRestart(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := openTest(t, dir)
	m := newMaker(2)
	at, err := s.FeedEnd(t.Context(), ws)
	if err != nil {
		t.Fatal(err)
	}
	var seen, made []inspector.ID
	read := func(limit int) {
		changes, next, err := s.Feed(t.Context(), ws, at, limit)
		if err != nil {
			t.Fatalf("Feed after %s: %v", at, err)
		}
		at = next
		for _, c := range changes {
			seen = append(seen, c.ID)
		}
	}
	for range 4 {
		for range 30 {
			b := &inspector.Batch{}
			for range 7 {
				made = append(made, m.add(b, 100))
			}
			commit(t, s, b)
		}
		read(100)
		closeTest(t, s)
		s = openTest(t, dir)
	}
	defer closeTest(t, s)
	read(10000)
	if len(seen) != len(made) {
		t.Fatalf("the feed told %d changes, want %d", len(seen), len(made))
	}
	for i := range made {
		if seen[i] != made[i] {
			t.Fatalf("change %d is %s, want %s", i, seen[i], made[i])
		}
	}
}

// A token of an earlier process is never current again.
func TestLeasesEndWithTheProcess(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := openTest(t, dir)
	commit(t, s, &inspector.Batch{Workspace: ws, Schedule: []inspector.Due{{ID: "a", RunAt: start, Payload: []byte("p")}}})
	tokens := map[uint64]bool{}
	for range 3 {
		leases, _, err := s.Claim(t.Context(), ws, start, time.Hour, 10, 0)
		if err != nil || len(leases) != 1 {
			t.Fatalf("Claim = %v, %v, want one lease", leases, err)
		}
		if tokens[leases[0].Token] {
			t.Errorf("token %d was given before", leases[0].Token)
		}
		tokens[leases[0].Token] = true
		closeTest(t, s)
		s = openTest(t, dir)
	}
	defer closeTest(t, s)
	for token := range tokens {
		res := commit(t, s, &inspector.Batch{Workspace: ws, Finish: []inspector.Finish{{ID: "a", Token: token}}})
		if len(res.Lost) != 1 {
			t.Errorf("token %d of a process that ended still finishes work", token)
		}
	}
}
