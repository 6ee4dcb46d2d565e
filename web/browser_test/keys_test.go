//go:build browser

package browser

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

const (
	arrowDown = kb.ArrowDown
	arrowUp   = kb.ArrowUp
)

func navigate(url string) chromedp.Action[chromedp.Void] { return chromedp.Navigate(url) }

func sendKeys(selector, text string) chromedp.Action[chromedp.Void] {
	return chromedp.SendKeys(selector, text)
}

// Everything can be done without a pointer.
func TestKeyboard(t *testing.T) {
	r := newRig(t)
	r.fill(300)
	r.send("POST", "/in/demo/a", "application/json", order)
	p := r.open("/live")
	p.loaded()
	active := func(n int) string { return fmt.Sprintf(`boathook.state().active === %d`, n) }

	p.keys("j")
	p.wait(active(301))
	p.keys("j", arrowDown, "k", arrowUp, "j")
	p.wait(active(300))
	p.keys(kb.End)
	p.wait(active(1))
	p.wait(`document.querySelector('.tr.active[aria-rowindex="302"]')`)
	p.keys(kb.PageUp)
	p.wait(`boathook.state().active > 10`)
	p.keys(kb.Home)
	p.wait(active(301))
	p.keys(kb.Enter)
	p.wait(`boathook.state().selected === 301 && document.querySelector('.sentence')`)
	p.keys("]")
	p.wait(`document.querySelector('#tab-request[aria-selected="true"]')`)
	p.keys("6")
	p.wait(`document.querySelector('#tab-raw[aria-selected="true"]')`)
	p.keys("[")
	p.wait(`document.querySelector('#tab-attempts[aria-selected="true"]')`)
	p.keys("j")
	p.wait(`boathook.state().selected === 300`)
	p.keys("o")
	p.wait(`location.pathname === '/d/300/attempts'`)
	p.do(chromedp.NavigateBack())
	p.wait(`location.pathname === '/live' && boathook.state().selected === 300`)
	p.keys(kb.Escape)
	p.wait(`boathook.state().selected === 0 && !document.querySelector('.detail')`)

	p.keys("?")
	p.wait(`document.querySelector('[role="dialog"]')?.textContent.includes('Keyboard')`)
	p.keys(kb.Escape)
	p.wait(`!document.querySelector('[role="dialog"]')`)
	p.keys("p")
	p.wait(`[...document.querySelectorAll('.bar .btn')].some((b) => b.textContent === 'Paused')`)
	p.keys("p")
	p.keys("F")
	p.wait(`boathook.state().selected === 301`)
	r.send("POST", "/in/demo/b", "text/plain", "x")
	p.wait(`boathook.state().selected === 302`)
	p.keys("F", kb.Escape)

	// Letters in a text field are letters.
	p.keys("/")
	p.wait(`document.activeElement.matches('.filter input')`)
	p.keys("j", "?", "g", "i")
	p.wait(`document.querySelector('.filter input').value === 'j?gi' && location.pathname === '/live'`)
	p.keys(kb.Escape, kb.Escape)
	p.wait(`!document.activeElement.matches('.filter input')`)
	p.keys("g", "i")
	p.wait(`location.pathname === '/inboxes' && document.querySelector('h1')?.textContent === 'Inboxes'`)
	p.keys("g", ",")
	p.wait(`document.querySelector('h1')?.textContent === 'Settings'`)
	p.do(chromedp.KeyEvent("k", chromedp.KeyModifiers(2)))
	p.wait(`document.querySelector('.palette-input') === document.activeElement`)
	p.keys("l", "i", "v", "e", kb.Enter)
	p.wait(`location.pathname === '/live'`)

	// Switched off, single letters do nothing.
	p.do(navigate(r.page + "/settings/keys"))
	p.wait(`document.querySelector('.check input')`)
	eval[bool](p, `document.querySelector('.check input').click() ?? true`)
	p.keys("g", "l")
	if path := eval[string](p, `location.pathname`); path != "/settings/keys" {
		t.Errorf("with letters off, g l led to %s", path)
	}
	eval[bool](p, `document.querySelector('.check input').click() ?? true`)
}

// The row under the keyboard keeps its place in the page's tree, and its name,
// while rows come in and while it is out of view.
func TestFocusStaysByID(t *testing.T) {
	r := newRig(t)
	r.fill(200)
	p := r.open("/live")
	p.loaded()
	p.keys("j", "j", "j")
	p.wait(`boathook.state().active === 198`)
	id := eval[string](p, `document.querySelector('.grid').getAttribute('aria-activedescendant')`)
	place := `[document.activeElement.matches('.grid'), boathook.state().active, Math.round(document.getElementById(` + quote(id) + `).getBoundingClientRect().top)].join(' ')`
	before := eval[string](p, place)
	r.fill(1000)
	p.wait(`boathook.ids().length === 1200`)
	p.settle()
	if after := eval[string](p, place); after != before || !strings.HasPrefix(before, "true 198 ") {
		t.Errorf("focus in the list, row under the keyboard and its top: %q, before a thousand rows came %q", after, before)
	}
	p.wait(`document.querySelector('.new-chip')?.textContent.includes('1,000')`)
	eval[bool](p, `(document.querySelector('.grid-scroll').scrollTop = 5000) > 0`)
	p.wait(`document.querySelector('.tr[aria-rowindex="160"]')`)
	if got := eval[string](p, `document.querySelector('.grid').getAttribute('aria-activedescendant')`); got != id {
		t.Errorf("active descendant = %s, want %s", got, id)
	}
	label := eval[string](p, `document.getElementById(`+quote(id)+`)?.getAttribute('aria-label') ?? ''`)
	if !containsAny(label, "received, ") {
		t.Errorf("the row under the keyboard says %q", label)
	}
	if n := eval[int](p, `document.querySelectorAll('[id="'+`+quote(id)+`+'"]').length`); n != 1 {
		t.Errorf("%d elements have the id %s", n, id)
	}
	// A button beside the list, the field above it and a menu keep the focus as well.
	p.keys(kb.Enter)
	p.wait(`boathook.state().selected === 198 && document.querySelector('.detail .tabs')`)
	n := 1200
	for _, on := range []string{`document.querySelector('.tab[aria-selected="true"]').focus()`, `document.querySelector('.filter input').focus()`, `document.querySelector('.bar [aria-haspopup="menu"]').click()`} {
		eval[bool](p, on+` ?? true`)
		p.settle()
		eval[bool](p, `(window.had = document.activeElement) !== document.body`)
		r.fill(1000)
		n += 1000
		p.wait(fmt.Sprintf(`boathook.ids().length === %d`, n))
		p.settle()
		if !eval[bool](p, `window.had !== document.body && document.activeElement === window.had`) {
			t.Errorf("after %s the focus was on %s, a thousand rows later on %s", on, eval[string](p, `window.had.outerHTML.slice(0, 100)`), eval[string](p, `document.activeElement.outerHTML.slice(0, 100)`))
		}
	}
}
