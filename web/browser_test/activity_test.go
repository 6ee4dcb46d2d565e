//go:build browser

package browser

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/boathook/boathook/inspector"
)

const drawnCharts = `document.querySelectorAll('.chart .uplot canvas').length === 4`

// mouse moves the pointer over an element, at parts of its width, the button held
// down between the first and the last.
func (p *tab) drag(selector string, from, to float64) {
	p.t.Helper()
	box := eval[[]float64](p, fmt.Sprintf(`(() => { const b = document.querySelector(%s); b.scrollIntoView({ block: 'center' }); const r = b.getBoundingClientRect(); return [r.left, r.top, r.width, r.height]; })()`, quote(selector)))
	y := box[1] + box[3]/2
	for i, typ := range []input.DispatchMouseEventType{input.DispatchMouseEventTypeMouseMoved, input.DispatchMouseEventTypeMousePressed, input.DispatchMouseEventTypeMouseMoved, input.DispatchMouseEventTypeMouseMoved, input.DispatchMouseEventTypeMouseReleased} {
		part := []float64{from, from, (from + to) / 2, to, to}[i]
		ev := input.DispatchMouseEventParams{Type: typ, X: box[0] + box[2]*part, Y: y, Button: input.MouseButtonLeft, ClickCount: 1}
		if typ == input.DispatchMouseEventTypeMouseMoved && i == 0 {
			ev.Button = input.MouseButtonNone
		}
		if _, err := chromedp.Call(p.ctx, input.DispatchMouseEvent, ev); err != nil {
			p.t.Fatal(err)
		}
	}
}

// The charts show what the list holds, to the eye, to the keyboard and as tables,
// and lead to the list.
func TestActivity(t *testing.T) {
	r := newRig(t)
	r.fill(90)
	p := r.open("/activity")
	p.wait(drawnCharts)
	if got := eval[string](p, `[...document.querySelectorAll('.sums > div')].slice(0, 3).map((d) => d.querySelector('dd').textContent).join()`); got != "90,90,0" {
		t.Errorf("sums are %s, want 90,90,0", got)
	}
	p.click("Outcomes as a table")
	p.wait(`document.querySelector('.num-table tbody tr')`)
	if got := eval[string](p, `(() => { const sum = [0, 0, 0, 0]; for (const tr of document.querySelectorAll('.chart .num-table tbody tr')) [...tr.querySelectorAll('td')].forEach((td, i) => (sum[i] += Number(td.textContent))); return sum.join(); })()`); got != "60,10,10,10" {
		t.Errorf("the table counts %s by outcome, want 60,10,10,10", got)
	}

	// By keyboard: the newest step speaks its value, a range opens in Live.
	eval[bool](p, `document.querySelector('[aria-labelledby="chart-rate"] .plot').focus() ?? true`)
	p.keys(kb.Home, kb.End)
	p.wait(`(({ ariaValueNow, ariaValueMax }) => ariaValueNow === ariaValueMax && Number(ariaValueMax) >= 89)(document.activeElement)`)
	// The deliveries may lie a step or more before the newest one.
	p.wait(`/received/.test(document.activeElement.getAttribute('aria-valuetext')) || (document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowLeft', bubbles: true, cancelable: true })), false)`)
	eval[bool](p, `['ArrowLeft', 'ArrowLeft', 'ArrowLeft'].every((key) => !document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key, shiftKey: true, bubbles: true, cancelable: true })))`)
	p.wait(`document.activeElement.getAttribute('aria-valuetext').includes('chosen')`)
	p.keys(kb.Enter)
	p.wait(`location.pathname === '/live' && /after:\S+Z before:\S+Z/.test(boathook.state().q) && boathook.ids().length === 90`)
	eval[bool](p, `history.back() ?? true`)

	// By pointer.
	p.wait(drawnCharts)
	p.drag(`[aria-labelledby="chart-status"] .u-over`, 0.8, 0.99)
	p.wait(`location.pathname === '/live' && boathook.ids().length === 90 && boathook.state().q.startsWith('after:')`)
	eval[bool](p, `history.back() ?? true`)
	p.wait(drawnCharts)
	p.drag(`[aria-labelledby="chart-status"] .u-over`, 0.1, 0.3)
	p.wait(`location.pathname === '/live' && boathook.state().complete && boathook.state().q.startsWith('after:') && boathook.ids().length === 0`)

	// Groups lead to their deliveries.
	p.do(navigate(r.page + "/activity?by=event&q=status:503"))
	p.wait(`document.querySelectorAll('.groups tbody tr').length === 2`)
	p.click("subscription")
	p.wait(`boathook.state().q === 'status:503 after:15m event:subscription' && boathook.state().complete && boathook.ids().length === 5`)
}

// What was not counted is said, and an own range is asked for by fields.
func TestActivityRange(t *testing.T) {
	r := newRig(t)
	r.fill(20)
	p := r.open("/activity?from=2026-01-01T00:00:00Z&to=2026-01-02T00:00:00Z")
	p.wait(`document.body.textContent.includes('Nothing happened in this time')`)
	eval[bool](p, `(() => { const real = window.fetch; window.fetch = async (...a) => { const res = await real(...a); if (!String(a[0]).includes('/activity')) return res;
		const v = await res.json(); v.complete = false; v.scanned = 1234; return new Response(JSON.stringify(v), { status: 200 }); }; return true; })()`)
	eval[bool](p, `(() => { const to = document.querySelectorAll('[type="datetime-local"]')[1]; to.value = '2026-01-03T00:00:00'; to.dispatchEvent(new Event('change', { bubbles: true })); return true; })()`)
	p.wait(`document.querySelector('.note.warn')?.textContent.includes('newest 1,234') && new URLSearchParams(location.search).get('to').startsWith('2026-01-0')`)
	eval[bool](p, `[...document.querySelectorAll('.segmented label')].find((l) => l.textContent === '24 hours').click() ?? true`)
	p.wait(drawnCharts)
	p.click("Table")
	p.do(navigate(r.page + "/activity?q=staus:1"))
	p.wait(`document.querySelector('[role="alert"]')?.textContent.includes('staus')`)
}

// What happens while one looks shows up.
func TestActivityTicker(t *testing.T) {
	r := newRig(t)
	p := r.open("/activity")
	p.wait(`document.querySelector('.ticker')?.textContent.includes('shows up here')`)
	r.send("POST", "/in/demo/orders", "application/json", `{"type":"order.paid"}`)
	p.wait(`document.querySelectorAll('.ticker li').length === 1 && document.querySelector('.sums dd')?.textContent === '1'`)
	r.relay.tear(true)
	r.fill(30)
	p.wait(`document.querySelectorAll('.ticker li').length === 20 && document.querySelector('.ticker a').href.includes('sel=31')`)
}

// The chart library is fetched where charts are, and nowhere else.
func TestChartsAreFetchedLate(t *testing.T) {
	r := newRig(t)
	p := r.open("/live")
	p.wait(`performance.getEntriesByType('resource').some((e) => e.name.endsWith('/pages/settings.js'))`)
	if eval[bool](p, `performance.getEntriesByType('resource').some((e) => e.name.includes('uplot'))`) {
		t.Error("the chart library was fetched without a chart")
	}
}

// Names of groups are text, and nothing on the page is a barrier.
func TestActivityIsOpenToAll(t *testing.T) {
	axe, err := os.ReadFile("testdata/axe/axe.min.js")
	if err != nil {
		t.Fatal(err)
	}
	r := newRig(t)
	b := &inspector.Batch{Workspace: inspector.DefaultWorkspace}
	for i, evil := range []string{`<img src=x onerror="window.pwned=1">`, `"><script>window.pwned=1</script>`, "\u202egnp.exe", strings.Repeat("long", 60)} {
		row := r.row(i)
		row.Event, row.Dir, row.Endpoint, row.Inbox, row.Provider, row.Verdict = evil, inspector.Out, evil, "", evil, inspector.Invalid
		b.Deliveries = append(b.Deliveries, row)
	}
	r.commit(b)
	for _, v := range []view{{width: 320, height: 800}, {width: 1440, height: 900, dark: true}} {
		p := r.open("/activity", v)
		for _, by := range []string{"endpoint", "event", "provider"} {
			p.do(navigate(r.page + "/activity?by=" + by))
			p.wait(drawnCharts + ` && document.querySelectorAll('.groups tbody tr').length === 4 && document.querySelectorAll('.ticker li').length === 4`)
			p.barriers(string(axe), fmt.Sprintf("activity by %s at %d px", by, v.width))
		}
		for range 4 {
			p.click("Table")
		}
		p.barriers(string(axe), fmt.Sprintf("tables of activity at %d px", v.width))
		if eval[bool](p, `'pwned' in window || document.querySelector('#app img, #app script') !== null`) {
			t.Error("a name became markup")
		}
		if wide := eval[string](p, `[document.documentElement, ...document.querySelectorAll('.page')].filter((e) => e.scrollWidth > e.clientWidth + 1).map((e) => e.className + ' ' + e.scrollWidth + ' > ' + e.clientWidth).join()`); wide != "" {
			t.Errorf("at %d px: %s", v.width, wide)
		}
	}
}
