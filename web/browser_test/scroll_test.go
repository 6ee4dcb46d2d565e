//go:build browser

package browser

import (
	"testing"
)

// 100,000 rows cost no more elements than a screenful.
func TestHundredThousandRows(t *testing.T) {
	r := newRig(t)
	r.fill(100_000)
	p := r.open("/live")
	p.waitFor(120e9, `boathook.state().complete && boathook.state().rows === 100000`)
	type result struct {
		Most   int     `json:"most"`
		Worst  float64 `json:"worst"`
		Blank  int     `json:"blank"`
		Frames int     `json:"frames"`
		Heap   float64 `json:"heap"`
	}
	got := eval[result](p, `(async () => {
		const box = document.querySelector('.grid-scroll');
		const work = [];
		let most = 0, blank = 0, frames = 0;
		const t0 = performance.now();
		while (performance.now() - t0 < 5000) {
			box.scrollTop = (frames * 7919) % 3200000;
			const began = performance.now();
			await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
			work.push(performance.now() - began);
			most = Math.max(most, document.getElementsByTagName('*').length);
			const i = Math.floor(box.scrollTop / 32) + 2;
			if (!document.querySelector('.tr[aria-rowindex="' + (i + 1) + '"]')) blank++;
			frames++;
		}
		work.sort((a, b) => a - b);
		return { most, blank, frames, worst: work[Math.floor(work.length * 0.95)], heap: (performance.memory?.usedJSHeapSize ?? 0) / 1e6 };
	})()`)
	t.Logf("%+v", got)
	if got.Most > 3000 {
		t.Errorf("%d elements while scrolling, want at most 3,000", got.Most)
	}
	if got.Blank > 0 {
		t.Errorf("%d of %d positions showed no row two frames later", got.Blank, got.Frames)
	}
	if got.Heap > 120 {
		t.Errorf("heap = %.0f MB", got.Heap)
	}
	p.keys("j")
	p.wait(`boathook.state().active === 100000`)
}
