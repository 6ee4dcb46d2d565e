//go:build browser

package browser

import (
	"fmt"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/boathook/boathook/proxy"
)

// tableOf reads the text of a column of all rows that are drawn, in order.
const tableOf = `((at) => [...document.querySelectorAll('.rows .tr:not(.heading)')].sort((a, b) => a.getAttribute('aria-rowindex') - b.getAttribute('aria-rowindex')).map((r) => [...r.children].filter((x) => !x.matches('.c-check'))[at].textContent))`

// Columns are chosen, moved and made wider; a header and a value of bodies can be
// one; the address says it all.
func TestColumnsOfTheList(t *testing.T) {
	r := newRig(t)
	for i := range 3 {
		r.send("POST", "/in/demo/a", "application/json", fmt.Sprintf(`{"data":{"total":%d}}`, i*10), fmt.Sprintf("X-Shop: s%d", i))
	}
	r.send("POST", "/in/demo/a", "text/plain", "no JSON")
	p := r.open("/live?cols=n,event:200,method,body.data.total,header.x-shop,waterfall")
	p.loaded()
	p.wait(tableOf + `(3).join() === '–,20,10,0' && ` + tableOf + `(4).join() === '–,s2,s1,s0'`)
	if names := eval[string](p, `[...document.querySelectorAll('.grid-head > span:not(.c-check)')].map((x) => x.textContent).join()`); names != "#,Event,Method,body.data.total,header.x-shop,Waterfall" {
		t.Errorf("heads: %s", names)
	}
	if w := eval[int](p, `document.querySelector('.tr .event').offsetWidth`); w != 200 {
		t.Errorf("the event is %d px wide, want 200", w)
	}
	// A row that comes later has its values too.
	r.send("POST", "/in/demo/a", "application/json", `{"data":{"total":99}}`)
	p.wait(tableOf + `(3)[0] === '99'`)

	p.click("Columns")
	p.click("Move Method forward")
	p.wait(`new URLSearchParams(location.search).get('cols') === 'n,method,event:200,body.data.total,header.x-shop,waterfall'`)
	if on := eval[string](p, `document.activeElement.getAttribute('aria-label')`); on != "Move Method forward" {
		t.Errorf("the focus went to %q", on)
	}
	p.click("Remove Waterfall")
	eval[bool](p, `document.querySelector('.column-own input').focus() ?? document.execCommand('insertText', false, 'status')`)
	p.click("Add")
	p.wait(`document.querySelector('#own-wrong')`)
	eval[bool](p, `document.activeElement.closest('.sheet') && (document.querySelector('.column-own input').focus(), document.execCommand('selectAll'), document.execCommand('insertText', false, 'header.content-type'))`)
	p.click("Add")
	p.wait(`location.search.includes('header.x-shop,header.content-type') && ` + tableOf + `(5).includes('text/plain')`)
	// They are as they were left where the address says nothing.
	p.do(navigate(r.page + "/live"))
	p.wait(`[...document.querySelectorAll('.grid-head > span:not(.c-check)')].map((x) => x.textContent).join() === '#,Method,Event,body.data.total,header.x-shop,header.content-type'`)
	p.click("Columns")
	p.click("As usual")
	p.wait(`document.querySelectorAll('.grid-head > span:not(.c-check)').length === 10 && !location.search.includes('cols')`)
	p.axe("columns")
}

// A click on a head sorts one way, the next the other, the third not at all.
func TestSortingAndGrouping(t *testing.T) {
	r := newRig(t)
	r.fill(60)
	p := r.open("/live")
	p.loaded()
	head := func(name string) { p.click("Sort by " + name) }
	head("Dur")
	p.wait(`location.search === '?sort=-dur' && document.querySelector('[aria-sort="descending"]').textContent.startsWith('Dur')`)
	p.wait(tableOf + `(6)[0] === '59 ms'`)
	head("Dur")
	p.wait(tableOf + `(6)[0] === '0 ms' && location.search === '?sort=dur'`)
	head("Dur")
	p.wait(tableOf + `(0)[0] === '60' && location.search === ''`)
	p.do(chromedp.NavigateBack())
	p.wait(tableOf + `(6)[0] === '0 ms'`)
	head("Event")
	p.wait(tableOf + `(3)[0] === 'coupon'`)
	// Rows that come take their place in the order; the keyboard walks in it.
	r.send("POST", "/in/demo/a", "application/json", `{"type":"aaa"}`)
	p.wait(tableOf + `(3)[0].startsWith('aaa')`)
	p.keys("j", "j")
	p.wait(`document.querySelector('.tr.active')?.getAttribute('aria-rowindex') === '3'`)

	p.do(navigate(r.page + "/live?group=event"))
	p.loaded()
	p.wait(`document.querySelector('.grid').getAttribute('aria-rowcount') === '69'`) // the head, 61 rows, 7 headings
	p.wait(`[...document.querySelectorAll('.heading-name')].some((x) => x.textContent.includes('order.completed'))`)
	heading := `[...document.querySelectorAll('.heading-name')].find((x) => x.textContent.includes('order.completed'))`
	if text := eval[string](p, heading+`.textContent`); !containsAny(text, "10") {
		t.Errorf("the heading says %q", text)
	}
	rows := eval[int](p, `Number(document.querySelector('.grid').getAttribute('aria-rowcount'))`)
	eval[bool](p, heading+`.click() ?? true`)
	p.wait(fmt.Sprintf(`Number(document.querySelector('.grid').getAttribute('aria-rowcount')) === %d && %s.getAttribute('aria-expanded') === 'false'`, rows-10, heading))
	p.keys("j", "j")
	p.wait(`boathook.state().active > 0 && !document.querySelector('.tr.active').matches('.heading')`)
	p.axe("groups")
}

// A filter is kept with its columns and order under a name, with its count.
func TestSavedFilters(t *testing.T) {
	r := newRig(t)
	r.fill(60)
	p := r.open("/live?q=event:coupon&sort=-dur")
	p.loaded()
	p.click("Saved")
	p.wait(`document.querySelector('.column-own input') === document.activeElement`)
	eval[bool](p, `document.execCommand('insertText', false, 'slow coupons')`)
	p.click("Save")
	p.wait(`document.querySelector('.saved-list')?.textContent.includes('slow coupons') && document.querySelector('.saved-list').textContent.includes('10')`)
	p.axe("saved")
	p.do(navigate(r.page + "/live"))
	p.loaded()
	p.click("Saved")
	p.wait(`document.querySelector('.saved-list a b')?.textContent === 'slow coupons'`)
	eval[bool](p, `document.querySelector('.saved-list a').click() ?? true`)
	p.wait(`location.search === '?q=event:coupon&sort=-dur' && boathook.ids().length === 10`)
	p.do(chromedp.NavigateBack())
	p.wait(`location.search === '' && boathook.ids().length === 60`)

	// The server keeps them: what another tab or a program changes is seen at once, and
	// what a browser kept before is handed over.
	p.click("Saved")
	p.wait(`document.querySelectorAll('.saved-list li').length === 1`)
	if _, err := r.filters.Put(t.Context(), proxy.SavedFilter{Name: "added elsewhere", Query: "status:5xx"}, time.Now()); err != nil {
		t.Fatal(err)
	}
	p.wait(`document.querySelector('.saved-list').textContent.includes('added elsewhere')`)
	p.click("Forget slow coupons")
	p.wait(`document.querySelectorAll('.saved-list li').length === 1`)
	eval[bool](p, `localStorage.setItem('boathook.saved', JSON.stringify([{ name: 'of this browser', params: { q: 'inbox:demo', sort: '-size' } }, { name: 'added elsewhere', params: { q: 'other' } }])) ?? true`)
	p.do(navigate(r.page + "/live"))
	p.loaded()
	p.click("Saved")
	p.wait(`[...document.querySelectorAll('.saved-list b')].map((x) => x.textContent).join() === 'added elsewhere,added elsewhere (2),of this browser' && localStorage.getItem('boathook.saved') === '[]'`)
	if all := r.filters.List(); len(all) != 3 || all[2].Sort != "-size" {
		t.Errorf("%+v", all)
	}
}
