package storetest

import (
	"slices"
	"testing"
	"time"

	"github.com/boathook/boathook/inspector"
)

func ids(leases []inspector.Lease) []string {
	list := make([]string, len(leases))
	for i, l := range leases {
		list[i] = l.ID
	}
	return list
}

func (x *suite) wantClaim(now time.Time, limit int, want ...string) []inspector.Lease {
	x.Helper()
	leases, _ := x.claim(now, time.Minute, limit)
	if got := ids(leases); !slices.Equal(got, want) {
		x.Fatalf("claimed %q at %s, want %q", got, now.Sub(base), want)
	}
	return leases
}

// A lane with slots runs what is due first, and so many at once.
func testSlots(t *testing.T, open Open) {
	x := start(t, open(t, 1)[0])
	for i, delay := range []time.Duration{3 * time.Hour, 0, 2 * time.Second, time.Second, time.Hour} {
		x.schedule(inspector.Due{ID: name("s", i), Lane: "l", Slots: 2, RunAt: base.Add(delay)})
	}
	x.schedule(inspector.Due{ID: "other", Lane: "m", Slots: 1, RunAt: base.Add(3 * time.Second)})
	now := base.Add(10 * time.Second)
	leases := x.wantClaim(now, 9, "s-001", "s-003", "other")
	if !leases[0].Until.Equal(now.Add(time.Minute)) || leases[0].Slots != 2 || leases[0].Lane != "l" {
		t.Errorf("lease %+v", leases[0])
	}
	if more, next := x.claim(now, time.Minute, 9); len(more) != 0 || !next.Equal(now.Add(time.Minute)) {
		t.Errorf("claimed %q, next at %s; want nothing until a lease runs out", ids(more), next)
	}
	// A retry that is far off holds back nobody.
	x.finish(x.s, inspector.Finish{ID: "s-001", Token: leases[0].Token, Next: base.Add(2 * time.Hour)})
	x.wantClaim(now, 9, "s-002")
	x.finish(x.s, inspector.Finish{ID: "s-003", Token: leases[1].Token})
	if more, next := x.claim(now, time.Minute, 9); len(more) != 0 || !next.Equal(now.Add(time.Minute)) {
		t.Errorf("claimed %q, next at %s", ids(more), next)
	}
	// Leases that ran out give their slots back.
	late := base.Add(24 * time.Hour)
	x.wantClaim(late, 9, "s-002", "other", "s-004")
	x.wantClaim(late.Add(2*time.Minute), 1, "s-001")
}

func testSlotsChange(t *testing.T, open Open) {
	x := start(t, open(t, 1)[0])
	for i := range 3 {
		x.schedule(inspector.Due{ID: name("a", i), Lane: "l", RunAt: base.Add(-time.Duration(i) * time.Second)})
	}
	first := x.wantClaim(base, 9, "a-000")
	x.schedule(inspector.Due{ID: "b", Lane: "l", Slots: 3, RunAt: base.Add(-time.Minute)})
	x.wantClaim(base, 9, "b", "a-002")
	x.finish(x.s, inspector.Finish{ID: "a-000", Token: first[0].Token})
	x.schedule(inspector.Due{ID: "c", Lane: "l", RunAt: base})
	late := base.Add(time.Hour)
	last := x.wantClaim(late, 9, "a-001")
	x.finish(x.s, inspector.Finish{ID: "a-001", Token: last[0].Token})
	x.wantClaim(late, 9, "a-002")
}

func testWork(t *testing.T, open Open) {
	hs := open(t, 2)
	x := start(t, hs[0])
	due := inspector.Due{ID: "w", Lane: "l", Slots: 3, RunAt: base.Add(time.Hour), Payload: []byte("p")}
	x.schedule(due)
	look := func(s inspector.Store) inspector.Lease {
		t.Helper()
		work, err := s.Work(t.Context(), ws, "none", "w", "never")
		if err != nil || len(work) != 1 || work[0].Token == 0 {
			t.Fatalf("Work = %+v, %v; want one piece with a token", work, err)
		}
		return work[0]
	}
	seen := look(hs[1])
	if seen.ID != due.ID || seen.Lane != due.Lane || seen.Slots != due.Slots || !seen.RunAt.Equal(due.RunAt) || string(seen.Payload) != "p" || !seen.Until.IsZero() {
		t.Errorf("Work = %+v, want %+v", seen, due)
	}
	// What was looked at can be brought forward, unless somebody claims it first.
	if x.finish(hs[1], inspector.Finish{ID: "w", Token: seen.Token, Next: base}) {
		t.Fatal("work that nobody claimed could not be brought forward")
	}
	seen = look(hs[0])
	leases := x.wantClaim(base, 9, "w")
	if !x.finish(x.s, inspector.Finish{ID: "w", Token: seen.Token}) {
		t.Error("a token from before the claim ended the lease")
	}
	if now := look(hs[1]); now.Token != leases[0].Token || !now.Until.Equal(leases[0].Until) {
		t.Errorf("Work = %+v, want the lease %+v", now, leases[0])
	}
	// Who looks at a lease can end it; its worker is told.
	if x.finish(hs[1], inspector.Finish{ID: "w", Token: look(hs[1]).Token}) || !x.finish(x.s, inspector.Finish{ID: "w", Token: leases[0].Token}) {
		t.Error("a lease was not ended by its current token, or twice")
	}
	if work, err := hs[0].Work(t.Context(), ws, "w"); err != nil || len(work) != 0 {
		t.Errorf("Work = %+v, %v after the end", work, err)
	}
}

// A worker that finishes late must not end work that has its old id.
func testTokens(t *testing.T, open Open) {
	x := start(t, open(t, 1)[0])
	seen := map[uint64]bool{}
	for range 5 {
		x.schedule(inspector.Due{ID: "w", RunAt: base})
		l := x.wantClaim(base, 1, "w")[0]
		if seen[l.Token] {
			t.Fatalf("token %d was given before", l.Token)
		}
		seen[l.Token] = true
		for old := range seen {
			if old != l.Token && !x.finish(x.s, inspector.Finish{ID: "w", Token: old}) {
				t.Errorf("token %d of before ended the lease %d", old, l.Token)
			}
		}
		x.finish(x.s, inspector.Finish{ID: "w", Token: l.Token})
	}
}

// However much waits, a claim takes what is due in order, and nothing else.
func testMuchWork(t *testing.T, open Open) {
	const pieces, lanes = 20_000, 50
	x := start(t, open(t, 1)[0])
	due := make([]inspector.Due, pieces)
	for i := range due {
		// Shuffled, without two at the same time.
		due[i] = inspector.Due{
			ID: name("w", i), Lane: name("lane", i%lanes), Slots: 2,
			RunAt: base.Add(time.Duration(i*7919%pieces) * time.Second),
		}
	}
	x.schedule(due...)
	var last time.Time
	done := 0
	for now := base; done < pieces; {
		leases, next := x.claim(now, time.Hour, 64)
		b := &inspector.Batch{Workspace: ws}
		for _, l := range leases {
			if l.RunAt.Before(last) || l.RunAt.After(now) {
				t.Fatalf("%s of %s was claimed at %s, after one of %s", l.ID, l.RunAt, now, last)
			}
			last = l.RunAt
			b.Finish = append(b.Finish, inspector.Finish{ID: l.ID, Token: l.Token})
		}
		if res := x.commit(b); len(res.Lost) > 0 {
			t.Fatalf("lost %v", res.Lost)
		}
		done += len(leases)
		if len(leases) == 0 {
			now = next.Add(99 * time.Second)
		}
	}
}

// A lane that has its share leaves the rest to others, for as long as it has it.
func testShare(t *testing.T, open Open) {
	x := start(t, open(t, 1)[0])
	for i := range 5 {
		x.schedule(inspector.Due{ID: name("a", i), Lane: "wide", Slots: 4, RunAt: base})
	}
	x.schedule(inspector.Due{ID: "b", Lane: "other", Slots: 4, RunAt: base.Add(time.Second)})
	claim := func(now time.Time, share int, want ...string) []inspector.Lease {
		t.Helper()
		leases, next, err := x.s.Claim(t.Context(), ws, now, time.Minute, 9, share)
		if got := ids(leases); err != nil || !slices.Equal(got, want) {
			t.Fatalf("claimed %q with a share of %d, %v; want %q", got, share, err, want)
		}
		if len(leases) == 0 && !next.After(now) {
			t.Errorf("nothing is claimed at %s, and the next at %s", now, next)
		}
		return leases
	}
	now := base.Add(2 * time.Second)
	leases := claim(now, 2, "a-000", "a-001", "b")
	claim(now, 2)
	claim(now, 3, "a-002")
	claim(now, 1)
	x.finish(x.s, inspector.Finish{ID: "a-000", Token: leases[0].Token})
	claim(now, 2)
	x.finish(x.s, inspector.Finish{ID: "a-001", Token: leases[1].Token})
	claim(now, 2, "a-003")
	claim(now, 0, "a-004")
	claim(now.Add(time.Hour), 2, "a-002", "a-003", "b") // their leases have ended
}
