//go:build browser

package browser

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/boathook/boathook/proxy"
)

// What keys and buttons do to a row of the list they do to the delivery that has
// the page, too.
func TestActsOnOne(t *testing.T) {
	r := newRig(t)
	url, requests := receiver(t, 200)
	r.setInbox("demo", func(in *proxy.Inbox) { in.Forward = []proxy.Target{{Name: "app", URL: url}} })
	r.send("POST", "/in/demo/a", "application/json", order)
	next(t, requests)
	r.send("POST", "/in/demo/b", "application/json", `{"total":2}`)
	next(t, requests)
	onPage := func(p *tab) {
		p.do(navigate(r.page + "/d/1"))
		p.wait(`document.querySelector('.detail-acts .btn') && document.querySelector('.sentence')`)
	}
	p := r.open("/live")
	onPage(p)

	p.keys("r")
	if got := next(t, requests); got.body != order {
		t.Errorf("resent body = %s", got.body)
	}
	p.wait(`document.querySelector('.toast')?.textContent.includes('#1 is sent again')`)
	p.wait(`document.querySelector('#tab-attempts').textContent === 'Attempts (3)'`)

	p.keys("R")
	p.wait(`document.querySelector('.replay') && document.querySelector('.sheet h2').textContent === 'Replay 1 delivery'`)
	p.wait(`document.querySelector('.replay-sum').textContent === '1 request → where it went'`)
	p.keys(kb.Escape)
	p.wait(`!document.querySelector('.replay')`)

	p.keys("t")
	p.wait(`document.activeElement.closest('.detail-acts .tag-form')`)
	p.keys("b", "u", "g", kb.Enter)
	p.wait(`[...document.querySelectorAll('.facts dd')].some((x) => x.textContent.includes('bug'))`)

	p.keys("e")
	p.wait(`document.activeElement.getAttribute('role') === 'menuitem' && document.activeElement.textContent.includes('JSONL')`)
	p.keys(kb.Escape)
	p.wait(`!document.querySelector('[role="menu"]')`)

	// The first press says which one waits, the second one compares.
	p.keys("c")
	p.wait(`[...document.querySelectorAll('.toast')].some((x) => x.textContent.includes('to compare #1 with'))`)
	p.keys("g", "l")
	p.loaded()
	p.wait(`document.querySelectorAll('.rows .tr').length === 2`)
	p.keys("j", "c")
	p.wait(`location.pathname + location.search === '/compare?a=1&b=2'`)

	onPage(p)
	p.keys("#")
	p.wait(`location.pathname === '/live' && boathook.ids().length === 1`)
	p.keys("z")
	p.wait(`boathook.ids().length === 2`)
	onPage(p)
	p.keys("?")
	p.wait(`['export…', 'tag…', 'resend', 'replay…'].every((x) => document.querySelector('[role="dialog"]')?.textContent.includes(x))`)
}

// Keys of the list act on the row under the keyboard: the bar of what is chosen opens.
func TestKeysOpenTheBar(t *testing.T) {
	r := newRig(t)
	r.fill(5)
	p := r.open("/live")
	p.loaded()
	p.keys("j", "t")
	p.wait(`document.activeElement.closest('.selection .tag-form')`)
	p.keys("x", "y", kb.Enter)
	p.wait(`document.querySelector('.toast')?.textContent === '1 tagged xy'`)
	p.keys(kb.Escape, "j", "e")
	p.wait(`document.activeElement.closest('.selection [data-menu="export"]')`)
	if got := p.text(".selection b"); got != "1 selected" {
		t.Errorf("bar says %q", got)
	}
}

// Tabs and the search field go by key on other pages, and the help says so.
func TestKeysOfPages(t *testing.T) {
	r := newRig(t)
	r.endpoint(proxy.Endpoint{Name: "crm", URL: "http://127.0.0.1:1", Events: []string{"*"}})
	p := r.open("/endpoints/crm")
	p.wait(`document.querySelector('#ep-settings[aria-selected="true"]')`)
	for i, tab := range []string{"deliveries", "events", "signing", "health"} {
		p.keys("]")
		p.wait(fmt.Sprintf(`document.querySelector('#ep-%s[aria-selected="true"]')`, tab))
		if i == 0 {
			p.keys("1", "2")
		}
	}
	p.keys("g", "s")
	p.wait(`document.querySelector('.send-list input')`)
	p.keys("/")
	p.wait(`document.activeElement.matches('.send-list input[type="search"]')`)
	p.keys(kb.Escape, "?")
	p.wait(`document.querySelector('[role="dialog"]')?.textContent.includes('search field')`)
	p.keys(kb.Escape, "g", "u")
	p.wait(`location.pathname === '/runs' && document.querySelector('h1')?.textContent === 'Runs'`)
}

// On a phone the bar has three pages and a sheet with the others; menus are sheets.
func TestPhoneBar(t *testing.T) {
	r := newRig(t)
	r.fill(3)
	p := r.open("/live", view{width: 390, height: 844})
	p.loaded()
	if got := eval[string](p, `[...document.querySelectorAll('.nav-item')].map((x) => x.textContent).join()`); got != "Live,Send,Activity,More" {
		t.Fatalf("the bar has %s", got)
	}
	for _, page := range []string{"Endpoints", "Inboxes", "Settings", "Runs"} {
		p.click("More")
		p.wait(`document.querySelector('.sheet .more')`)
		if bad := eval[string](p, `[...document.querySelectorAll('.more-item')].filter((x) => x.getBoundingClientRect().height < 44).map((x) => x.textContent).join()`); bad != "" {
			t.Errorf("small targets: %s", bad)
		}
		p.click(page)
		p.wait(`!document.querySelector('.sheet') && document.querySelector('h1')?.textContent === ` + quote(page))
		p.wait(`document.querySelector('.nav-item[aria-current]')?.textContent === 'More'`)
	}
	p.click("More")
	p.click("Commands")
	p.wait(`document.activeElement.matches('.palette-input')`)
	p.keys(kb.Escape)

	p.do(navigate(r.page + "/d/3"))
	p.click("More actions")
	p.wait(`(() => { const m = document.querySelector('.menu-list')?.getBoundingClientRect(); return m && m.left === 0 && m.width === innerWidth && Math.abs(m.bottom - innerHeight) < 1; })()`)
	p.wait(`[...document.querySelectorAll('[role="menuitem"]')].map((x) => x.textContent).join().includes('Export: JSONL')`)
}

// The palette does to a delivery what its keys do.
func TestPaletteActs(t *testing.T) {
	r := newRig(t)
	r.fill(9)
	p := r.open("/d/4")
	p.wait(`document.querySelector('.detail-acts .btn')`)
	palette := func(words string) {
		p.do(chromedp.KeyEvent("k", chromedp.KeyModifiers(2)))
		p.wait(`document.querySelector('.palette-input') === document.activeElement`)
		for _, c := range words {
			p.keys(string(c))
		}
	}
	palette("replay: #4")
	p.wait(`document.querySelector('.palette-list [aria-selected="true"]')?.textContent.startsWith('Replay: #4')`)
	p.keys(kb.Enter)
	p.wait(`document.querySelector('.sheet h2')?.textContent === 'Replay 1 delivery'`)
	p.keys(kb.Escape)
	p.wait(`!document.querySelector('.sheet')`)
	palette("replay what failed")
	p.keys(kb.Enter)
	p.wait(`document.querySelector('.sheet h2')?.textContent === 'Replay 3 deliveries'`)
}
