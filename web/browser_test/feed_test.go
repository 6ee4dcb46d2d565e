//go:build browser

package browser

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/boathook/boathook/inspector"
)

// The ids on the page are the ids in the store, whatever happens to the socket.
func TestTornFeed(t *testing.T) {
	r := newRig(t)
	r.fill(400)
	p := r.open("/live")
	p.loaded()

	// A network that comes back is tried at once; now and then it does not, and the
	// pauses between tries are lived through.
	eval[bool](p, `(window.network = setInterval(() => dispatchEvent(new Event('online')), 15)) > 0`)
	const tears = 200
	n := 400
	for i := range tears {
		if i == tears-20 {
			eval[bool](p, `clearInterval(window.network) ?? true`)
		}
		b := &inspector.Batch{Workspace: inspector.DefaultWorkspace}
		for range 5 + rand.IntN(30) {
			b.Deliveries = append(b.Deliveries, r.row(n))
			n++
		}
		r.commit(b)
		gone := &inspector.Batch{Workspace: inspector.DefaultWorkspace}
		for _, id := range sample(r.stored(), rand.IntN(12)) {
			parsed, err := inspector.ParseID(id)
			if err != nil {
				t.Fatal(err)
			}
			gone.Erase = append(gone.Erase, parsed)
		}
		r.commit(gone)
		if i == 60 || i == 120 {
			r.relay.stall()
			continue
		}
		// Every tenth time the answers that are on their way are lost as well.
		r.relay.tear(i%10 == 9)
	}
	if n < 3000 {
		t.Fatalf("inserted %d, want thousands", n)
	}
	p.same(60 * time.Second)
	// Nothing is doubled and the order is that of the store.
	if got := eval[int](p, `new Set(boathook.ids()).size`); got != len(r.stored()) {
		t.Errorf("%d different ids on the page, want %d", got, len(r.stored()))
	}
}

// same waits until the ids on the page are those in the store, in its order.
func (p *tab) same(most time.Duration) {
	p.t.Helper()
	deadline := time.Now().Add(most)
	for {
		got, want := eval[[]string](p, `boathook.ids()`), p.rig.stored()
		if slices.Equal(got, want) {
			return
		}
		if time.Now().After(deadline) {
			p.t.Fatalf("%d ids on the page, %d in the store; state %s\n%s", len(got), len(want), eval[string](p, `JSON.stringify(boathook.state())`), difference(got, want))
		}
		time.Sleep(50 * time.Millisecond)
	}
}

func difference(got, want []string) string {
	have := map[string]bool{}
	for _, id := range got {
		have[id] = true
	}
	missing := 0
	for _, id := range want {
		if !have[id] {
			missing++
		}
		delete(have, id)
	}
	return fmt.Sprintf("missing %d, too many %d", missing, len(have))
}

// With a filter, rows that change so that they match come in, and others leave.
func TestFilteredFeed(t *testing.T) {
	r := newRig(t)
	r.fill(100)
	p := r.open("/live?q=is:failed")
	p.loaded()
	before := eval[int](p, `boathook.ids().length`)
	if before == 0 || before == 100 {
		t.Fatalf("%d rows match is:failed, want some", before)
	}
	ids := r.stored()
	var fine, failed inspector.ID
	for _, id := range ids {
		parsed, err := inspector.ParseID(id)
		if err != nil {
			t.Fatal(err)
		}
		row, err := r.store.Get(t.Context(), inspector.DefaultWorkspace, parsed)
		if err != nil {
			t.Fatal(err)
		}
		if row.Flags&inspector.FlagFailed != 0 {
			failed = parsed
		} else {
			fine = parsed
		}
	}
	r.commit(&inspector.Batch{Workspace: inspector.DefaultWorkspace, Patches: []inspector.Patch{
		{ID: fine, Outcome: &inspector.Outcome{Status: 500}},
		{ID: failed, Outcome: &inspector.Outcome{Status: 200}},
	}})
	p.wait(fmt.Sprintf(`boathook.ids().includes(%q) && !boathook.ids().includes(%q)`, fine, failed))
	if got := eval[int](p, `boathook.ids().length`); got != before {
		t.Errorf("%d rows, want %d", got, before)
	}
}

// Nothing moves while somebody reads further down; what arrives is counted.
func TestNothingMovesWhileScrolledAway(t *testing.T) {
	r := newRig(t)
	r.fill(500)
	p := r.open("/live")
	p.loaded()
	eval[bool](p, `(document.querySelector('.grid-scroll').scrollTop = 3200) > 0`)
	p.wait(`document.querySelector('.tr[aria-rowindex="110"]') !== null`)
	top := `[...document.querySelectorAll('.tr')].map((e) => [e.getBoundingClientRect().top, e.dataset.id]).filter(([y]) => y > 150).sort((a, b) => a[0] - b[0])[0].join(' ')`
	before := eval[string](p, top)
	b := &inspector.Batch{Workspace: inspector.DefaultWorkspace}
	for i := range 42 {
		b.Deliveries = append(b.Deliveries, r.row(i))
	}
	r.commit(b)
	p.wait(`document.querySelector('.new-chip')?.textContent === '▲ 42 new'`)
	if after := eval[string](p, top); after != before {
		t.Errorf("first row in view was %s, is %s", before, after)
	}
	// Rows that go away above the view leave it where it is, too.
	gone := &inspector.Batch{Workspace: inspector.DefaultWorkspace}
	for _, id := range r.stored()[50:60] {
		parsed, err := inspector.ParseID(id)
		if err != nil {
			t.Fatal(err)
		}
		gone.Erase = append(gone.Erase, parsed)
	}
	r.commit(gone)
	p.wait(`boathook.ids().length === 532`)
	p.wait(`(` + top + `) === ` + quote(before))
	p.keys(".")
	p.wait(`document.querySelector('.new-chip') === null && document.querySelector('.tr[aria-rowindex="2"]')?.dataset.id === boathook.ids()[0]`)
}

// Without sockets the list goes on by asking.
func TestPollingWithoutSockets(t *testing.T) {
	r := newRig(t)
	r.fill(10)
	p := r.open("/settings")
	eval[bool](p, `(window.WebSocket = class { constructor() { setTimeout(() => this.onclose?.()); } close() {} send() {} }) && true`)
	p.click("Live")
	p.waitFor(30*time.Second, `boathook.state().link === 'polling'`)
	r.fill(7)
	p.same(20 * time.Second)
}
