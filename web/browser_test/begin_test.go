//go:build browser

package browser

import (
	"fmt"
	"slices"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// beginning notes, in a page that loads, when its rows can be used: they are drawn, and
// the program that answers clicks and keys runs.
const beginning = `(() => {
	const look = () => {
		if (!document.querySelector('.rows .tr')) return requestAnimationFrame(look);
		requestAnimationFrame(() => setTimeout(() => { window.usable = performance.now(); }));
	};
	look();
})()`

// begun is what a page took until something was seen of it, and until it could be used,
// in ms since it was asked for.
type begun struct {
	Paint    float64 `json:"paint"`
	Usable   float64 `json:"usable"`
	Requests int     `json:"requests"`
	Bytes    int     `json:"bytes"` // that crossed the wire
}

// begins loads the page n times on a processor that is so many times slower, and tells
// the middle of what that took. Fresh: nothing of it is kept from before.
func (p *tab) begins(n int, fresh bool, slower float64) begun {
	p.t.Helper()
	for _, err := range []error{
		second(chromedp.Call(p.ctx, network.SetCacheDisabled, network.SetCacheDisabledParams{CacheDisabled: fresh})),
		second(chromedp.Call(p.ctx, emulation.SetCPUThrottlingRate, emulation.SetCPUThrottlingRateParams{Rate: max(1, slower, throttle)})),
	} {
		if err != nil {
			p.t.Fatal(err)
		}
	}
	var all []begun
	for range n {
		p.do(navigate(p.rig.page + "/live"))
		p.wait(`window.usable && performance.getEntriesByName('first-contentful-paint').length`)
		all = append(all, eval[begun](p, `(() => {
			const own = performance.getEntriesByType('resource').filter((e) => e.name.includes('/static/') && e.startTime < window.usable);
			return {
				paint: performance.getEntriesByName('first-contentful-paint')[0].startTime, usable: window.usable,
				requests: own.length, bytes: own.reduce((sum, e) => sum + e.transferSize, 0),
			};
		})()`))
	}
	middle := func(of func(begun) float64) float64 {
		x := make([]float64, n)
		for i := range all {
			x[i] = of(all[i])
		}
		slices.Sort(x)
		return x[n/2]
	}
	return begun{middle(func(b begun) float64 { return b.Paint }), middle(func(b begun) float64 { return b.Usable }), all[n-1].Requests, all[n-1].Bytes}
}

func second[T any](_ T, err error) error { return err }

func (b begun) String() string {
	return fmt.Sprintf("seen after %.0f ms, usable after %.0f ms, %d files with %d kB", b.Paint, b.Usable, b.Requests, b.Bytes/1000)
}

// begins tells how soon a page that is opened shows something and can be used, the first
// time and again, here and on a slower processor. However many rows there are, it can be
// used long before they are all there.
func (r *rig) begins(all time.Duration) {
	r.t.Helper()
	p := r.open("/live")
	defer p.close()
	p.before(beginning)
	for _, fresh := range []bool{true, false} {
		for _, slower := range []float64{1, 4} {
			got := p.begins(5, fresh, slower)
			r.t.Logf("the page, kept from before: %v, %g times slower: %s", !fresh, slower, got)
			if slower == 1 && got.Usable > float64(all.Milliseconds())/2 {
				r.t.Errorf("the page can be used after %.0f ms, all rows are there after %v", got.Usable, all)
			}
		}
	}
}
