//go:build browser

package browser

import (
	"bytes"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp/kb"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/inspector/badgerstore"
)

// stopwatch times what somebody does until it is seen: in the next frame after it is
// ready. It counts what is asked of the deliveries meanwhile.
const stopwatch = `window.until = async (act, ready) => {
	performance.clearResourceTimings();
	const began = performance.now();
	act();
	while (!ready()) await new Promise((done) => requestAnimationFrame(done));
	await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
	return { took: performance.now() - began, lists: performance.getEntriesByType('resource').filter((e) => e.name.includes('/deliveries?')).length };
}; window.go = (to) => { history.pushState(null, '', to); dispatchEvent(new PopStateEvent('popstate')); }; true`

type timed struct {
	Took  float64 `json:"took"`
	Lists int     `json:"lists"`
}

func (p *tab) until(act, ready string) timed {
	p.t.Helper()
	return evalFor[timed](p, 5*time.Minute, fmt.Sprintf(`window.until(() => { %s }, () => %s)`, act, ready))
}

// items is a JSON of about size bytes; in each change-th item something is different.
func items(size, change int) string {
	var b strings.Builder
	b.WriteString(`{"items":[`)
	for i := 0; b.Len() < size; i++ {
		name := fmt.Sprintf("item %d", i)
		if change > 0 && i%change == 0 {
			name = "another one"
		}
		fmt.Fprintf(&b, `{"id":%d,"name":%q,"price":%d.50,"note":"some words that are neither many nor few"},`, i, name, i%100)
	}
	return strings.TrimSuffix(b.String(), ",") + `]}`
}

// stock commits n rows with bodies; the total of a body is its number modulo 1,000.
func (r *rig) stock(n int) {
	r.t.Helper()
	for from := 0; from < n; from += 500 {
		b := &inspector.Batch{Workspace: inspector.DefaultWorkspace}
		for i := from; i < min(n, from+500); i++ {
			row, body := r.row(i), fmt.Appendf(nil, `{"total": %d, "name": "name %d", "note": "some words that are neither many nor few"}`, i%1000, i%97)
			row.Size = int64(len(body))
			b.Deliveries = append(b.Deliveries, row)
			b.Attempts = append(b.Attempts, inspector.Attempt{
				Delivery: row.ID, Started: row.At, Answered: true,
				Request:  inspector.Message{Head: []byte("POST /in/demo HTTP/1.1\r\nContent-Type: application/json\r\n\r\n"), Size: row.Size, Wanted: row.Size},
				Response: inspector.Message{Head: []byte("HTTP/1.1 200 OK\r\n\r\n")},
			})
			b.Chunks = append(b.Chunks, inspector.Chunk{Body: inspector.BodyKey{Delivery: row.ID}, Data: body})
		}
		r.commit(b)
	}
}

// What the page promises of its speed, above a store of 100,000 deliveries with their
// bodies. How long things take is told (with -v); what has to hold does on a slow
// machine as well: times are compared with each other, work is counted.
func TestBudgets(t *testing.T) {
	const rows = 100_000
	store, err := badgerstore.Open(t.TempDir(), badgerstore.Options{Durability: badgerstore.Process})
	if err != nil {
		t.Fatal(err)
	}
	r := newRigOn(t, store)
	r.stock(rows)
	for i := range 6 {
		r.send("POST", "/in/demo", "application/json", items(100_000, i+1))
	}
	r.send("POST", "/in/demo", "application/json", items(5_000_000, 0))
	r.send("POST", "/in/demo", "application/json", items(1_000_000, 0))
	r.send("POST", "/in/demo", "application/json", items(1_000_000, 10))
	const small, huge, last = rows + 1, rows + 7, rows + 9
	began := time.Now()
	p := r.open("/live")
	p.waitFor(300e9, fmt.Sprintf(`boathook.state().complete && boathook.state().link === 'live' && boathook.state().rows === %d`, last))
	all := time.Since(began)
	eval[bool](p, stopwatch)
	if load, err := os.ReadFile("/proc/loadavg"); err == nil {
		t.Logf("%d rows are there after %v; load %s", last, all.Round(time.Millisecond), bytes.TrimSpace(load))
	}
	r.begins(all)
	p.interacts()
	p.opens(small, huge, last)

	r.relay.refuse(true)
	p.wait(`boathook.state().link === 'reconnecting'`)
	r.fill(10_000)
	r.relay.refuse(false)
	again := p.until(`dispatchEvent(new Event('online'))`, fmt.Sprintf(`boathook.state().complete && boathook.state().rows === %d && boathook.state().link !== 'reconnecting'`, last+10_000))
	t.Logf("10,000 that were missed: complete after %.0f ms, with %d lists", again.Took, again.Lists)
	if slack := all + time.Minute; again.Took > slack.Seconds()*1000 {
		t.Errorf("10,000 that were missed are there after %.0f ms, all rows were loaded in %v", again.Took, all)
	}

	// Filters answer before all rows could be loaded again.
	p.to("/live")
	for _, q := range []string{"status:503", "event:coupon", "body.total:7", "body.total:>990"} {
		found := p.until(fmt.Sprintf(`const field = document.querySelector('.filter input'); field.focus(); field.select(); document.execCommand('insertText', false, %s)`, quote(q)),
			fmt.Sprintf(`boathook.state().q === %s && !boathook.state().loading && document.querySelector('.tr')`, quote(q)))
		t.Logf("%s: rows after %.0f ms", q, found.Took)
		if slack := all + time.Minute; found.Took > slack.Seconds()*1000 {
			t.Errorf("%s: rows after %.0f ms, all rows were loaded in %v", q, found.Took, all)
		}
		p.waitFor(120e9, `boathook.state().complete`)
	}
}

// opens times what is looked at: deliveries of 100 kB, a tree of 5 MB, and what
// differs between two bodies of 1 MB.
func (p *tab) opens(small, huge, last int) {
	p.t.Helper()
	p.to(fmt.Sprintf("/live?sel=%d&tab=request", small))
	p.wait(`document.querySelectorAll('[role="treeitem"]').length > 5`)
	var took []float64
	for n := small + 1; n < huge; n++ {
		p.settle()
		took = append(took, p.until(fmt.Sprintf(`window.go('/live?sel=%d&tab=request')`, n), fmt.Sprintf(`document.querySelector('.detail h2')?.textContent.includes('#%d ') && document.querySelectorAll('[role="treeitem"]').length > 5`, n)).Took)
	}
	slices.Sort(took)
	p.t.Logf("100 kB as a tree after %.0f to %.0f ms, mostly %.0f", took[0], took[len(took)-1], took[len(took)/2])

	p.to(fmt.Sprintf("/live?sel=%d&tab=request", huge))
	const button = `[...document.querySelectorAll('.body .btn')].find((b) => b.textContent === 'Open as tree')`
	p.wait(button)
	tree := p.until(button+`.click()`, `document.querySelectorAll('[role="treeitem"]').length > 3`)
	p.t.Logf("tree of 5 MB after %.0f ms", tree.Took)
	if !eval[bool](p, `performance.getEntriesByType('resource').some((e) => e.name.includes('/json-worker.js'))`) {
		p.t.Error("5 MB were read in the page, not in a worker")
	}

	// So many differences are put on the page in parts, none of which holds it up.
	eval[bool](p, `(window.most = 0, window.grown = new MutationObserver((all) => {
		window.most = Math.max(window.most, all.flatMap((m) => [...m.addedNodes]).reduce((n, e) => n + (e.querySelectorAll?.('tr').length ?? 0), 0));
	})).observe(document.querySelector('.detail'), { subtree: true, childList: true }) ?? true`)
	diff := p.until(fmt.Sprintf(`window.go('/live?sel=%d&tab=diff&against=%d')`, last, last-1), `document.querySelector('.changes tr')`)
	p.wait(`document.querySelectorAll('.changes tr').length > 500 && document.querySelectorAll('.changes tbody').length === Math.ceil(document.querySelectorAll('.changes tbody tr').length / 60) && !document.querySelector('[aria-busy="true"]')`)
	p.t.Logf("differences of 1 MB after %.0f ms, %d rows", diff.Took, eval[int](p, `document.querySelectorAll('.changes tr').length`))
	if most := eval[int](p, `window.most`); most == 0 || most > 130 {
		p.t.Errorf("%d rows of differences were put on the page at once, want some 60", most)
	}
}

// interacts presses keys and opens rows among 100,000 of them. How soon the browser
// painted what came of it is what it measures itself.
func (p *tab) interacts() {
	p.t.Helper()
	eval[bool](p, `(window.acts = new Map(), new PerformanceObserver((l) => {
		for (const e of l.getEntries()) if (e.interactionId) window.acts.set(e.interactionId, Math.max(window.acts.get(e.interactionId) ?? 0, e.duration));
	}).observe({ type: 'event', durationThreshold: 16 })) ?? true`)
	eval[bool](p, `document.querySelector('.grid').focus() ?? true`)
	pressed := 0
	press := func(keys ...string) {
		p.keys(keys...)
		pressed += len(keys)
	}
	for range 12 {
		press("j", "j", "k")
	}
	press(kb.End, kb.PageUp, kb.PageUp, kb.Home, kb.PageDown)
	press(kb.Enter)
	p.wait(`document.querySelector('.detail .sentence')`)
	for range 5 {
		press("j", "j")
	}
	press(kb.Escape)
	p.settle()
	took := eval[[]float64](p, `[...window.acts.values()].sort((a, b) => a - b)`)
	slowest := 0.0
	if at := len(took) - 1 - pressed/50; at >= 0 {
		slowest = took[at] // those under 16 ms are not told
	}
	p.t.Logf("%d keys: 98 in 100 were seen within %.0f ms; %d took longer than 16", pressed, max(slowest, 16), len(took))
}
