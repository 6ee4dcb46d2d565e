//go:build browser

package browser

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"github.com/boathook/boathook/inspector"
)

// quicker makes the clock of a page run five times as fast, so that what it waits for
// (a silent socket, the pause before the next try) comes sooner.
const quicker = `(() => {
	const times = 5, { setTimeout: once, setInterval: often } = window, now = Date.now, began = now();
	window.setTimeout = (f, ms = 0, ...a) => once(f, ms / times, ...a);
	window.setInterval = (f, ms = 0, ...a) => often(f, ms / times, ...a);
	Date.now = () => began + (now() - began) * times;
})()`

// churn is a store into which much comes and out of which some goes.
type churn struct {
	rig     *rig
	has     []inspector.ID
	in, out int
}

// turn inserts and deletes, each in a commit of its own.
func (c *churn) turn(in, out int) {
	c.rig.t.Helper()
	b := &inspector.Batch{Workspace: inspector.DefaultWorkspace}
	for range in {
		row := c.rig.row(c.in)
		b.Deliveries, c.has, c.in = append(b.Deliveries, row), append(c.has, row.ID), c.in+1
	}
	c.rig.commit(b)
	gone := &inspector.Batch{Workspace: inspector.DefaultWorkspace}
	for range min(out, len(c.has)) {
		i, last := rand.IntN(len(c.has)), len(c.has)-1
		gone.Erase = append(gone.Erase, c.has[i])
		c.has[i], c.has, c.out = c.has[last], c.has[:last], c.out+1
	}
	c.rig.commit(gone)
}

// The ids on the page are the ids in the store, whatever happens to the socket: it is
// killed or stalls 200 times, at random, while 50,000 rows come and go.
func TestTornFeed(t *testing.T) {
	r := newRig(t)
	c := &churn{rig: r}
	c.turn(400, 0)
	p := r.open("/settings/about")
	p.before(quicker)
	p.do(navigate(r.page + "/live"))
	p.loaded()
	const tears = 200
	stalls := 0
	for i := range tears {
		c.turn(150+rand.IntN(100), rand.IntN(110))
		if stalls < 12 && rand.IntN(16) == 0 || i == tears/2 && stalls == 0 {
			stalls++
			r.relay.stall()
			continue
		}
		// Every tenth time the answers that are on their way are lost as well.
		r.relay.tear(rand.IntN(10) == 0)
	}
	if c.in+c.out < 48_000 {
		t.Fatalf("%d inserts and %d deletes, want 50,000", c.in, c.out)
	}
	p.same(2 * time.Minute)
	// Nothing is doubled and the order is that of the store.
	if got := eval[int](p, `new Set(boathook.ids()).size`); got != len(c.has) {
		t.Errorf("%d different ids on the page, want %d", got, len(c.has))
	}
}

// What a page misses while it sleeps, while nothing gets through to it, and while its
// place in the feed is forgotten, it has afterwards.
func TestFeedAfterAPause(t *testing.T) {
	r := newRig(t)
	c := &churn{rig: r}
	c.turn(3000, 0)
	p := r.open("/live")
	p.loaded()
	lifecycle := func(state page.SetWebLifecycleStateState) {
		t.Helper()
		if _, err := chromedp.Call(p.ctx, page.SetWebLifecycleState, page.SetWebLifecycleStateParams{State: state}); err != nil {
			t.Fatal(err)
		}
	}
	some := func() {
		for range 10 {
			c.turn(400, 150)
		}
	}
	for _, pause := range []struct {
		name              string
		begin, mean, over func()
	}{
		{"asleep", func() { lifecycle(page.SetWebLifecycleStateStateFrozen) }, some, func() { lifecycle(page.SetWebLifecycleStateStateActive) }},
		{"asleep, and the socket gone", func() { lifecycle(page.SetWebLifecycleStateStateFrozen); r.relay.tear(true) }, some, func() { lifecycle(page.SetWebLifecycleStateStateActive) }},
		{"slow", func() { r.relay.hold(true) }, func() {
			before := r.hub.Stats().Lags
			eventually(t, "somebody is too slow", func() bool {
				c.turn(400, 350)
				return r.hub.Stats().Lags > before
			})
		}, func() { r.relay.hold(false) }},
		{"behind what the feed still knows", func() { r.relay.refuse(true) }, func() {
			some()
			check(t, r.mem.TrimFeed(t.Context(), inspector.DefaultWorkspace, 1))
		}, func() { r.relay.refuse(false) }},
	} {
		p.wait(`boathook.state().link === 'live'`)
		t.Log(pause.name)
		pause.begin()
		pause.mean()
		pause.over()
		p.same(2 * time.Minute)
	}
	// After the last of them there was nothing to go on from, and it was said.
	if !eval[bool](p, `import('/static/components/notices.js').then(({ past }) => past.value.some((x) => x.text.startsWith('The store was reset')))`) {
		t.Error("the page took its place in the feed for a good one")
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
