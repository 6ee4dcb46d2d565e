package storetest

import (
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/boathook/boathook/inspector"
)

func (x *suite) schedule(due ...inspector.Due) {
	x.Helper()
	x.commit(&inspector.Batch{Workspace: ws, Schedule: due})
}

// finish returns whether the lease was lost.
func (x *suite) finish(s inspector.Store, f inspector.Finish) bool {
	x.Helper()
	res := x.commitTo(s, &inspector.Batch{Workspace: ws, Finish: []inspector.Finish{f}})
	return slices.Contains(res.Lost, f.ID)
}

func testQueueWorkers(t *testing.T, open Open) {
	const workers, count = 8, 500
	hs := open(t, 2)
	x := start(t, hs[0])
	later := base.Add(time.Hour)
	for i := range count {
		due := inspector.Due{ID: name("work", i), RunAt: base.Add(-time.Duration(i) * time.Second), Payload: []byte(name("p", i))}
		if i%2 == 1 {
			due.RunAt = later
		}
		x.schedule(due)
	}
	var mu sync.Mutex
	done := map[string]int{}
	work := func(now time.Time) {
		var wg sync.WaitGroup
		for w := range workers {
			wg.Go(func() {
				s := hs[w%2]
				for {
					leases, _, err := s.Claim(t.Context(), ws, now, 24*time.Hour, 1+w, 0)
					if err != nil {
						t.Errorf("Claim: %v", err)
						return
					}
					if len(leases) > 1+w {
						t.Errorf("%d leases, want at most %d", len(leases), 1+w)
					}
					if len(leases) == 0 {
						return
					}
					b := &inspector.Batch{Workspace: ws}
					for _, l := range leases {
						mu.Lock()
						done[l.ID]++
						mu.Unlock()
						if l.RunAt.After(now) || l.Token == 0 || !l.Until.Equal(now.Add(24*time.Hour)) || string(l.Payload) != "p"+l.ID[4:] {
							t.Errorf("lease %+v at %s", l, now)
						}
						b.Finish = append(b.Finish, inspector.Finish{ID: l.ID, Token: l.Token})
					}
					if res := x.commitTo(s, b); len(res.Lost) > 0 {
						t.Errorf("lost %v, want none", res.Lost)
					}
				}
			})
		}
		wg.Wait()
	}
	work(base)
	if len(done) != count/2 {
		t.Errorf("%d pieces were claimed at first, want %d", len(done), count/2)
	}
	if leases, next := x.claim(later.Add(-1), time.Minute, 10); len(leases) != 0 || !next.Equal(later) {
		t.Errorf("%d leases before the time, next at %s; want none, %s", len(leases), next, later)
	}
	work(later)
	for id, n := range done {
		if n != 1 {
			t.Errorf("%s was claimed %d times", id, n)
		}
	}
	if leases, next := x.claim(later.Add(1000*time.Hour), time.Minute, 10); len(done) != count || len(leases) != 0 || !next.IsZero() {
		t.Errorf("%d done, then %d leases, next at %s; want %d, none, never", len(done), len(leases), next, count)
	}
}

func testQueueTime(t *testing.T, open Open) {
	x := start(t, open(t, 1)[0])
	// Long before and long after the clock on the wall.
	for i, now := range []time.Time{time.Date(1999, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2150, 1, 1, 0, 0, 0, 0, time.UTC)} {
		x.schedule(inspector.Due{ID: name("w", i), RunAt: now})
		if leases, next := x.claim(now.Add(-time.Microsecond), time.Minute, 10); len(leases) != 0 || !next.Equal(now) {
			t.Errorf("%d leases just before %s, next %s", len(leases), now, next)
		}
		leases, _ := x.claim(now, time.Minute, 10)
		if len(leases) != 1 || !leases[0].RunAt.Equal(now) {
			t.Fatalf("leases %+v at %s, want one", leases, now)
		}
		x.finish(x.s, inspector.Finish{ID: leases[0].ID, Token: leases[0].Token})
	}
	// The oldest comes first.
	for i := range 5 {
		x.schedule(inspector.Due{ID: name("order", i), RunAt: base.Add(-time.Duration(i) * time.Minute)})
	}
	for i := 4; i >= 0; i-- {
		if leases, _ := x.claim(base, time.Hour, 1); len(leases) != 1 || leases[0].ID != name("order", i) {
			t.Errorf("claimed %+v, want %s", leases, name("order", i))
		}
	}
}

func testLease(t *testing.T, open Open) {
	hs := open(t, 2)
	x := start(t, hs[0])
	x.schedule(inspector.Due{ID: "w", RunAt: base, Payload: []byte("p")})
	first, _ := x.claim(base, 10*time.Second, 5)
	if len(first) != 1 {
		t.Fatalf("%d leases, want 1", len(first))
	}
	if again, _ := x.claim(base.Add(9*time.Second), time.Minute, 5); len(again) != 0 {
		t.Fatal("claimed while it was leased")
	}
	late := base.Add(11 * time.Second)
	second, _, err := hs[1].Claim(t.Context(), ws, late, time.Minute, 5, 0)
	if err != nil || len(second) != 1 || second[0].Token <= first[0].Token || string(second[0].Payload) != "p" {
		t.Fatalf("after the lease: %+v, %v; want a token above %d", second, err, first[0].Token)
	}
	// A late worker harms nobody: its other work is stored, its lease is not.
	b := x.batch("late")
	b.Finish = []inspector.Finish{{ID: "w", Token: first[0].Token}}
	if res := x.commit(b); !slices.Equal(res.Lost, []string{"w"}) || res.Numbers[b.Deliveries[0].ID] == 0 {
		t.Errorf("a stale finish gave %+v, want it lost and the delivery stored", res)
	}
	if !x.finish(x.s, inspector.Finish{ID: "w", Token: second[0].Token + 1}) || !x.finish(x.s, inspector.Finish{ID: "w"}) ||
		!x.finish(x.s, inspector.Finish{ID: "w", Token: first[0].Token, Next: base}) {
		t.Error("a token that was never given, or is stale, finished work")
	}
	if again, _ := x.claim(late.Add(59*time.Second), time.Minute, 5); len(again) != 0 {
		t.Error("a stale finish ended the lease of another")
	}
	if x.finish(hs[1], inspector.Finish{ID: "w", Token: second[0].Token}) {
		t.Error("the current token was refused")
	}
	if again, next := x.claim(late.Add(time.Hour), time.Minute, 5); len(again) != 0 || !next.IsZero() {
		t.Errorf("finished work came back: %+v, next %s", again, next)
	}
	if !x.finish(x.s, inspector.Finish{ID: "w", Token: second[0].Token}) || !x.finish(x.s, inspector.Finish{ID: "never", Token: 1}) {
		t.Error("work that is not there was finished")
	}
}

func testFinishNext(t *testing.T, open Open) {
	x := start(t, open(t, 1)[0])
	x.schedule(inspector.Due{ID: "w", RunAt: base, Payload: []byte("one")})
	now := base
	token := uint64(0)
	for _, step := range []struct{ payload, want string }{{"", "one"}, {"two", "two"}, {"", "two"}} {
		leases, _ := x.claim(now, time.Hour, 1)
		if len(leases) != 1 || leases[0].Token <= token {
			t.Fatalf("leases %+v, want one with a token above %d", leases, token)
		}
		token = leases[0].Token
		f := inspector.Finish{ID: "w", Token: token, Next: now.Add(5 * time.Minute)}
		if step.payload != "" {
			f.Payload = []byte(step.payload)
		}
		if x.finish(x.s, f) {
			t.Fatal("lost")
		}
		if early, next := x.claim(now.Add(4*time.Minute), time.Hour, 1); len(early) != 0 || !next.Equal(f.Next) {
			t.Errorf("claimed %+v before its next time, next %s", early, next)
		}
		now = f.Next
		leases, _ = x.claim(now, time.Second, 1)
		if len(leases) != 1 || string(leases[0].Payload) != step.want || !leases[0].RunAt.Equal(now) {
			t.Fatalf("leases %+v, want one with payload %q", leases, step.want)
		}
		token = leases[0].Token
		now = now.Add(2 * time.Second)
	}
}

func testLanes(t *testing.T, open Open) {
	const lanes, each, workers = 3, 20, 6
	hs := open(t, 2)
	x := start(t, hs[0])
	for i := range each {
		for lane := range lanes {
			x.schedule(inspector.Due{ID: name(name("lane", lane), i), Lane: name("lane", lane), RunAt: base})
		}
		x.schedule(inspector.Due{ID: name("free", i), RunAt: base})
	}
	if leases, _ := x.claim(base, time.Second, 1000); len(leases) != lanes+each {
		t.Errorf("%d leases at once, want one of each lane and all %d without", len(leases), each)
	}
	now := base.Add(time.Minute) // those leases have run out
	var mu sync.Mutex
	order := map[string][]string{}
	running := map[string]*atomic.Int32{"": new(atomic.Int32)}
	for lane := range lanes {
		running[name("lane", lane)] = new(atomic.Int32)
	}
	var total atomic.Int32
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			s := hs[w%2]
			for deadline := time.Now().Add(20 * time.Second); total.Load() < (lanes+1)*each; {
				if time.Now().After(deadline) {
					t.Errorf("%d pieces done, want %d", total.Load(), (lanes+1)*each)
					return
				}
				leases, _, err := s.Claim(t.Context(), ws, now, time.Hour, 2, 0)
				if err != nil {
					t.Errorf("Claim: %v", err)
					return
				}
				for _, l := range leases {
					if running[l.Lane].Add(1) > 1 && l.Lane != "" {
						t.Errorf("two pieces of %s at once", l.Lane)
					}
					mu.Lock()
					order[l.Lane] = append(order[l.Lane], l.ID)
					mu.Unlock()
					running[l.Lane].Add(-1)
					if x.finish(s, inspector.Finish{ID: l.ID, Token: l.Token}) {
						t.Errorf("%s was lost", l.ID)
					}
					total.Add(1)
				}
			}
		})
	}
	wg.Wait()
	for lane, ids := range order {
		if len(ids) != each || lane != "" && !slices.IsSorted(ids) {
			t.Errorf("lane %q ran in the order %v", lane, ids)
		}
	}
}

func testLaneHead(t *testing.T, open Open) {
	x := start(t, open(t, 1)[0])
	x.schedule(inspector.Due{ID: "a", Lane: "l", RunAt: base}, inspector.Due{ID: "b", Lane: "l", RunAt: base})
	leases, _ := x.claim(base, time.Minute, 9)
	if len(leases) != 1 || leases[0].ID != "a" {
		t.Fatalf("leases %+v, want a", leases)
	}
	retry := base.Add(time.Hour)
	x.finish(x.s, inspector.Finish{ID: "a", Token: leases[0].Token, Next: retry})
	if leases, next := x.claim(retry.Add(-time.Second), time.Minute, 9); len(leases) != 0 || !next.Equal(retry) {
		t.Errorf("leases %+v, next %s; want none before the head's retry at %s", leases, next, retry)
	}
	leases, _ = x.claim(retry, time.Minute, 9)
	if len(leases) != 1 || leases[0].ID != "a" {
		t.Fatalf("leases %+v, want a again", leases)
	}
	x.finish(x.s, inspector.Finish{ID: "a", Token: leases[0].Token})
	if leases, _ := x.claim(retry, time.Minute, 9); len(leases) != 1 || leases[0].ID != "b" {
		t.Errorf("leases %+v, want b", leases)
	}
}
