//go:build browser

package browser

import (
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// The palette knows deliveries, places, events and settings by a sign, and puts on
// top what is used.
func TestPalette(t *testing.T) {
	r := newRig(t)
	r.fill(30)
	p := r.open("/live")
	p.loaded()
	open := func(typed string) {
		t.Helper()
		p.do(chromedp.KeyEvent("k", chromedp.KeyModifiers(2)))
		p.wait(`document.querySelector('.palette-input') === document.activeElement`)
		eval[bool](p, `document.execCommand('insertText', false, `+quote(typed)+`)`)
	}
	first := `document.querySelector('.palette-list li')?.textContent`
	open("#1")
	p.wait(first + ` === 'Open delivery #1' && document.querySelectorAll('.palette-list li').length > 5 && document.querySelector('.palette-foot').textContent.includes('boathook open 1')`)
	p.axe("palette")
	p.keys(kb.Escape)
	open("@demo")
	p.wait(first + ` === 'Inbox demo'`)
	p.keys(kb.Escape)
	open(":webconnex/registration")
	p.wait(first + ` === 'Send webconnex/registration' && document.querySelector('.palette-foot').textContent.includes('boathook trigger webconnex/registration')`)
	p.keys(kb.Enter)
	p.wait(`location.pathname === '/send/webconnex/registration'`)
	open(">dark")
	p.wait(first + ` === 'Theme: Dark'`)
	p.keys(kb.Enter)
	p.wait(`document.documentElement.dataset.theme === 'dark'`)
	open("")
	p.wait(first + `.startsWith('Send webconnex') || ` + first + ` === 'Theme: Dark'`)
	p.keys(kb.Escape)
}

// A row is pinned by a key, stands on top, and is let go by the same key.
func TestPinnedRow(t *testing.T) {
	r := newRig(t)
	r.fill(30)
	p := r.open("/live")
	p.loaded()
	p.keys("j", "j", "m")
	p.wait(`location.search === '?pin=29' && document.querySelector('.pinned-row')?.textContent.includes('29')`)
	p.axe("pinned")
	p.keys("j")
	p.wait(`boathook.state().active === 28`)
	p.do(chromedp.KeyEvent("k", chromedp.KeyModifiers(2)))
	p.wait(`document.querySelector('.palette-input') === document.activeElement`)
	eval[bool](p, `document.execCommand('insertText', false, 'pinned')`)
	p.wait(`document.querySelector('.palette-list li')?.textContent.startsWith('Compare #28 with the pinned #29') && document.querySelector('.palette-foot').textContent.includes('boathook diff 29 28')`)
	p.keys(kb.Enter)
	p.wait(`location.pathname === '/compare' && location.search.includes('a=28&b=29')`)
	p.do(navigate(r.page + "/live?pin=29&q=n:1..5"))
	p.wait(`document.querySelector('.pinned-row .event')`)
	p.click("Unpin")
	p.wait(`!document.querySelector('.pinned-row') && !location.search.includes('pin')`)
}

// Where nothing matches, each term says what would match without it; what is not
// there says why.
func TestNothingIsExplained(t *testing.T) {
	r := newRig(t)
	r.fill(30)
	p := r.open("/live?q=event:coupon+status:418")
	p.wait(`document.querySelector('.looser')?.textContent.includes('5 match')`)
	p.axe("no match")
	eval[bool](p, `document.querySelector('.looser .btn:not(:disabled)').click() ?? true`)
	p.wait(`boathook.state().q === 'event:coupon' && boathook.ids().length === 5`)
	p.do(navigate(r.page + "/d/99"))
	p.wait(`document.querySelector('.tab-panel')?.textContent.includes('the newest delivery is #30')`)
}
