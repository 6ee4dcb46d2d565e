//go:build browser

package browser

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// Every state of the list and of a delivery stands in the address: Back undoes one
// step after the other, and a link shows the same.
func TestAddressOfEveryState(t *testing.T) {
	r := newRig(t)
	for i := range 3 {
		r.send("POST", fmt.Sprintf("/in/demo/%d", i), "application/json", fmt.Sprintf(`{"data":{"total":%d}}`, i), "X-Kind: a")
	}
	p := r.open("/live")
	p.loaded()
	at := func(want string) {
		t.Helper()
		p.wait("location.pathname + location.search === " + quote(want))
	}
	back := func(want string) {
		t.Helper()
		p.do(chromedp.NavigateBack())
		at(want)
	}
	// Filter: what is typed in one go is one step.
	p.keys("/")
	p.wait(`document.activeElement?.matches('.filter input')`)
	eval[bool](p, `document.execCommand('insertText', false, 'path')`)
	eval[bool](p, `document.execCommand('insertText', false, ':*')`)
	at("/live?q=path:*")
	eval[bool](p, `document.execCommand('insertText', false, '1')`)
	at("/live?q=path:*1")
	p.wait(`document.querySelectorAll('.rows .tr').length === 1`)
	back("/live")
	p.wait(`document.querySelectorAll('.rows .tr').length === 3 && document.querySelector('.filter input').value === ''`)

	// Order, columns, grouping, the open delivery, its tab, the language of its code.
	p.click("Sort by Size")
	at("/live?sort=-size")
	p.do(navigate(r.page + "/live?sort=-size&cols=n,time,body.data.total&group=event"))
	p.wait(`document.querySelectorAll('.rows .tr:not(.heading)').length === 3`)
	eval[bool](p, `document.querySelector('.rows .tr:not(.heading)').click() ?? true`)
	p.wait(`document.querySelector('[role="tab"]')`)
	with := eval[string](p, `location.pathname + location.search`)
	p.click("Code")
	at(with + "&tab=code")
	p.wait(`document.querySelector('pre.code')?.textContent.includes('curl')`)
	p.click("Python")
	at(with + "&tab=code&code=python")
	p.wait(`document.querySelector('pre.code').textContent.includes('import http.client')`)
	back(with + "&tab=code")
	p.wait(`document.querySelector('pre.code').textContent.includes('curl')`)
	p.do(chromedp.NavigateForward())
	at(with + "&tab=code&code=python")
	p.click("Overview")
	at(with)
	back(with + "&tab=code&code=python")
	p.wait(`document.querySelector('pre.code')?.textContent.includes('import http.client') && document.querySelector('[role="tab"][aria-selected="true"]').textContent === 'Code'`)
	link := eval[string](p, `location.pathname + location.search`)
	p = r.open(link)
	p.wait(`document.querySelector('pre.code')?.textContent.includes('import http.client') && document.querySelectorAll('.heading').length === 1 && document.querySelector('[aria-sort="descending"]') === null`)

	// Comparing: the pair, which part, and its other side.
	p.do(navigate(r.page + "/compare?a=1&b=2"))
	p.wait(`document.querySelector('.sides')`)
	p.click("Swap")
	at("/compare?a=2&b=1")
	back("/compare?a=1&b=2")

	// The page of a delivery is left with one step of its own, however often its tab
	// was changed.
	p.do(navigate(r.page + "/live?q=path:*2"))
	p.loaded()
	eval[bool](p, `document.querySelector('.rows .tr').click() ?? true`)
	p.wait(`document.querySelector('[role="tab"]')`)
	p.keys("o")
	at("/d/3")
	p.click("Request")
	at("/d/3/request")
	p.click("Raw")
	at("/d/3/raw")
	back("/d/3/request")
	p.click("Code")
	at("/d/3/code")
	p.keys(kb.Escape)
	at("/live?q=path:*2&sel=3")
}
