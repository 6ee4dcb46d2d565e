//go:build browser

package browser

import (
	"fmt"
	"slices"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/performance"
	"github.com/chromedp/chromedp"

	"github.com/boathook/boathook/inspector"
)

// work is what the main thread of the page has computed so far, in ms of its own
// processor time: scripts, styles and layout. Time that it waited for a processor or
// for the painter does not count, so a machine that does much else changes little.
func (p *tab) work() float64 {
	p.t.Helper()
	got, err := chromedp.Call(p.ctx, performance.GetMetrics, cdp.Empty{})
	if err != nil {
		p.t.Fatal(err)
	}
	var sum float64
	for _, m := range got.Metrics {
		switch m.Name {
		case "ScriptDuration", "LayoutDuration", "RecalcStyleDuration":
			sum += m.Value * 1000
		}
	}
	return sum
}

// costs are what n things cost that the page does one after the other, least first.
func (p *tab) costs(n int, do func(i int)) []float64 {
	p.t.Helper()
	var out []float64
	before := p.work()
	for i := range n {
		do(i)
		now := p.work()
		out = append(out, now-before)
		before = now
	}
	slices.Sort(out)
	return out
}

// plainly is the yard stick: what it costs the browser to make the rows that are seen
// anew, without a program that knows what they mean. It is measured on the same
// thread in the same run, so a slow machine has a longer stick.
const plainly = `new Promise((done) => setTimeout(() => {
	const rows = document.querySelector('.rows');
	const again = rows.cloneNode(true);
	rows.after(again);
	again.getBoundingClientRect();
	again.remove();
	done(true);
}))`

// workPerFrame holds what a frame costs while somebody scrolls through all rows, and
// while a thousand rows a second arrive, each frame its share of them.
func workPerFrame(t *testing.T, p *tab, rows int) {
	t.Helper()
	if _, err := chromedp.Call(p.ctx, performance.Enable, performance.EnableParams{TimeDomain: performance.EnableTimeDomainThreadTicks}); err != nil {
		t.Fatal(err)
	}
	stick := p.costs(21, func(int) { eval[bool](p, plainly) })
	unit := stick[len(stick)/2]
	scroll := p.costs(60, func(i int) {
		eval[bool](p, fmt.Sprintf(`new Promise((done) => {
			document.querySelector('.grid-scroll').scrollTop = %d;
			requestAnimationFrame(() => requestAnimationFrame(() => done(true)));
		})`, (i*79193)%3_200_000))
	})
	eval[bool](p, `(document.querySelector('.grid-scroll').scrollTop = 0) === 0`)
	const share = 17 // a thousand a second at 60 frames a second
	arrive := p.costs(60, func(i int) {
		b := &inspector.Batch{Workspace: inspector.DefaultWorkspace}
		for j := range share {
			b.Deliveries = append(b.Deliveries, p.rig.row(rows+i*share+j))
		}
		p.rig.commit(b)
		p.wait(fmt.Sprintf(`boathook.state().rows === %d`, rows+(i+1)*share))
	})
	at := func(all []float64, q int) float64 { return all[min(len(all)-1, len(all)*q/100)] }
	t.Logf("the rows made plainly: %.1f ms; a jump while scrolling: %.1f, in 95 of 100 %.1f, in 99 %.1f ms; %d new rows: %.1f, %.1f, %.1f ms",
		unit, at(scroll, 50), at(scroll, 95), at(scroll, 99), share, at(arrive, 50), at(arrive, 95), at(arrive, 99))
	if got := at(scroll, 95); got > 3*unit {
		t.Errorf("scrolling costs %.1f ms a frame, %.1f times what the rows cost plainly: want at most 3 (usual is 0.8)", got, got/unit)
	}
	if got := at(arrive, 95); got > 3*unit {
		t.Errorf("%d new rows cost %.1f ms, %.1f times what all rows cost plainly: want at most 3 (usual is 0.4)", share, got, got/unit)
	}
}
