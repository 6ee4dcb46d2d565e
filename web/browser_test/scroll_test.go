//go:build browser

package browser

import (
	"fmt"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/heapprofiler"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// heap is the memory that the page holds once what nobody needs is gone, in MB.
func (p *tab) heap() float64 {
	p.t.Helper()
	if _, err := chromedp.Call(p.ctx, heapprofiler.CollectGarbage, cdp.Empty{}); err != nil {
		p.t.Fatal(err)
	}
	return eval[float64](p, `performance.memory.usedJSHeapSize / 1e6`)
}

// opening is how long it takes until another delivery is shown, in ms: the middle
// one of several.
func (p *tab) opening(from int) float64 {
	p.t.Helper()
	return eval[float64](p, fmt.Sprintf(`(async () => {
		const took = [];
		for (let n = %d; n > %[1]d - 9; n--) {
			const began = performance.now();
			history.pushState(null, '', '/live?sel=' + n);
			dispatchEvent(new PopStateEvent('popstate'));
			while (!document.querySelector('.detail h2')?.textContent.includes('#' + n) || !document.querySelector('.sentence')) await new Promise((done) => setTimeout(done, 1));
			took.push(performance.now() - began);
		}
		return took.sort((a, b) => a - b)[4];
	})()`, from))
}

// The list costs what is seen of it, not what it holds: with 100,000 rows the page
// has as many elements as with 100, touches no more of them in a frame, and opens a
// delivery as soon. Clocks are compared with each other, not with a number.
func TestHundredThousandRows(t *testing.T) {
	small := newRig(t)
	small.fill(100)
	few := small.open("/live")
	few.loaded()
	fewElements := eval[int](few, `document.getElementsByTagName('*').length`)
	fewOpening := few.opening(100)

	r := newRig(t)
	r.fill(100_000)
	p := r.open("/live")
	p.waitFor(300e9, `boathook.state().complete && boathook.state().rows === 100000`)
	type result struct {
		Most    int `json:"most"`
		Touched int `json:"touched"`
		Blank   int `json:"blank"`
		Frames  int `json:"frames"`
	}
	got := eval[result](p, `(async () => {
		const box = document.querySelector('.grid-scroll');
		const touched = new Set();
		new MutationObserver((all) => { for (const m of all) touched.add((m.target.closest ? m.target : m.target.parentElement).closest('.tr')); }).observe(document.querySelector('.rows'), { subtree: true, childList: true, characterData: true, attributes: true });
		let most = 0, touchedMost = 0, blank = 0, frames = 0;
		for (; frames < 120; frames++) {
			touched.clear();
			box.scrollTop = (frames * 79193) % 3200000;
			await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
			most = Math.max(most, document.getElementsByTagName('*').length);
			touchedMost = Math.max(touchedMost, touched.size);
			if (!document.querySelector('.tr[aria-rowindex="' + (Math.floor(box.scrollTop / 32) + 3) + '"]')) blank++;
		}
		return { most, touched: touchedMost, blank, frames };
	})()`)
	t.Logf("%+v; 100 rows: %d elements", got, fewElements)
	if got.Most > fewElements+600 || got.Most > 3000 {
		t.Errorf("%d elements while scrolling, with 100 rows there are %d", got.Most, fewElements)
	}
	if got.Touched > 120 {
		t.Errorf("%d rows were touched in one frame", got.Touched)
	}
	if got.Blank > 0 {
		t.Errorf("%d of %d positions showed no row two frames later", got.Blank, got.Frames)
	}
	if mb := p.heap(); mb > 80 {
		t.Errorf("the page holds %.0f MB", mb)
	} else {
		t.Logf("%.1f MB", mb)
	}
	opening := p.opening(60_000)
	t.Logf("a delivery is open after %.0f ms, with 100 rows after %.0f ms", opening, fewOpening)
	if opening > 6*fewOpening+100 {
		t.Errorf("a delivery is open after %.0f ms, with 100 rows after %.0f ms", opening, fewOpening)
	}
	p.to("/live")
	// The answer to a filter is there long before all rows could be loaded again (usual
	// is a fifteenth of that time), and what is typed stays whole meanwhile.
	type times struct {
		Filter float64 `json:"filter"`
		All    float64 `json:"all"`
		Typed  string  `json:"typed"`
	}
	took := eval[times](p, `(async () => {
		const until = async (f) => { const t0 = performance.now(); while (!f()) await new Promise((done) => setTimeout(done, 1)); return performance.now() - t0; };
		const field = document.querySelector('.filter input');
		field.focus();
		for (const c of 'status:503') document.execCommand('insertText', false, c);
		const typed = field.value;
		const filter = await until(() => boathook.state().q === 'status:503' && document.querySelector('.tr'));
		history.pushState(null, '', '/live');
		dispatchEvent(new PopStateEvent('popstate'));
		const all = await until(() => boathook.state().q === '' && boathook.state().complete && boathook.state().rows === 100000);
		return { filter, all, typed };
	})()`)
	t.Logf("%+v", took)
	if took.Typed != "status:503" || took.Filter > took.All/2 {
		t.Errorf("a filter answers after %.0f ms, loading all takes %.0f ms; typed %q", took.Filter, took.All, took.Typed)
	}
	p.keys(kb.Escape, kb.Escape)
	p.wait(`!document.activeElement.matches('.filter input')`)
	p.keys(kb.Home)
	p.wait(`boathook.state().active === 100000`)
	workPerFrame(t, p, 100_000)
}
