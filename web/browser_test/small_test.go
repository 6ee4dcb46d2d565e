//go:build browser

package browser

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp/kb"
)

// "Your inbox is ready" is not said while nothing answers.
func TestReadyOnlyWhileThere(t *testing.T) {
	r := newRig(t)
	p := r.open("/live")
	p.wait(`document.querySelector('.first h2')?.textContent === 'Your inbox is ready'`)
	p.loaded()
	r.relay.tear(true)
	r.relay.ln.Close()
	p.wait(`document.querySelector('.first h2')?.textContent === 'boathook does not answer'`)
	if eval[bool](p, `document.body.textContent.includes('inbox is ready')`) {
		t.Error("an inbox of a server that is gone is called ready")
	}
}

// The page of one delivery leads back to where one was.
func TestOwnPageLeadsBack(t *testing.T) {
	r := newRig(t)
	r.fill(5)
	p := r.open("/d/3")
	p.wait(`document.querySelector('.sentence')`)
	p.click("Back to the list")
	p.wait(`location.pathname === '/live' && location.search === ''`)
	p.do(navigate(r.page + "/live?q=dir:in&sel=2"))
	p.wait(`document.querySelector('.sentence')`)
	p.click("Open on its own page")
	p.wait(`location.pathname === '/d/2'`)
	p.click("Back to the list")
	p.wait(`location.pathname === '/live' && location.search === '?q=dir:in&sel=2'`)
}

func TestUnknownAddress(t *testing.T) {
	r := newRig(t)
	p := r.open("/live")
	eval[bool](p, `(history.pushState(null, '', '/no/such'), dispatchEvent(new PopStateEvent('popstate'))) || true`)
	p.wait(`document.querySelector('h1')?.textContent === 'There is no such page' && document.querySelector('.lock code')?.textContent === '/no/such'`)
	p.click("Go to Live")
	p.wait(`location.pathname === '/live'`)
}

// Help explains filters, and its examples are filters that work.
func TestFilterHelp(t *testing.T) {
	r := newRig(t)
	r.fill(20)
	p := r.open("/live")
	p.loaded()
	p.keys("?")
	p.wait(`document.querySelectorAll('.filter-help .chip-button').length > 20`)
	p.click("status:>=400")
	p.wait(`!document.querySelector('[role="dialog"]') && boathook.state().q === 'status:>=400' && boathook.ids().length === 4`)
	wrong := eval[string](p, `import('/static/i18n/en-help.js').then(async ({ filterHelp }) => {
		const { api } = await import('/static/api.js');
		const bad = [];
		for (const [, ...examples] of filterHelp.rows) for (const x of examples) await api.check(x).catch((err) => bad.push(x + ': ' + err.message));
		return bad.join('\n');
	})`)
	if wrong != "" {
		t.Errorf("examples that are no filters:\n%s", wrong)
	}
}

// Tabs that do not fit fade at the edge where there are more; what deletes looks
// like it.
func TestTabsAndMenus(t *testing.T) {
	r := newRig(t)
	r.fill(3)
	p := r.open("/live?sel=2", view{width: 390, height: 844})
	p.wait(`document.querySelector('.tabs')?.dataset.more === 'right'`)
	p.show(2, "raw")
	p.wait(`document.querySelector('.tabs')?.dataset.more === 'both'`)
	p.show(2, "code")
	p.wait(`document.querySelector('.tabs')?.dataset.more === 'left'`)
	p.show(2, "signature")
	p.wait(`(() => { const a = document.querySelector('.tabs').getBoundingClientRect(), b = document.querySelector('#tab-signature').getBoundingClientRect(); return b.left >= a.left && b.right <= a.right; })()`)
	p.click("More actions")
	colour := eval[[]string](p, `[...document.querySelectorAll('[role="menuitem"]')].map((b) => getComputedStyle(b).color)`)
	if len(colour) < 2 || colour[len(colour)-1] == colour[0] {
		t.Errorf("deleting looks like copying: %v", colour)
	}
}

// The menu of a row comes by pointer and by key, filters by the cell it was asked for
// at, and gives the focus back to the list.
func TestRowMenu(t *testing.T) {
	r := newRig(t)
	r.fill(12)
	p := r.open("/live")
	p.loaded()
	p.wait(`boathook.ids().length === 12`)

	// A button whose first action cannot be done leads to the next one.
	p.click("More actions")
	p.wait(`document.activeElement.textContent === 'Delete all deliveries'`)
	p.keys(kb.Escape)
	p.wait(`!document.querySelector('[role="menu"]')`)

	// A press that comes before the menu can be fetched is the browser's.
	ask := func(where, button string) {
		t.Helper()
		p.wait(fmt.Sprintf(`document.querySelector('[role="menu"]') || (%s.dispatchEvent(new MouseEvent('contextmenu', { bubbles: true, cancelable: true, button: %s, clientX: 5000, clientY: 5000 })), false)`, where, button))
	}
	eval[bool](p, `getSelection().selectAllChildren(document.querySelector('.nav')) ?? true`) // no text of a row
	ask(`document.querySelector('#row-4 .status')`, "2")
	p.wait(`document.activeElement.textContent === 'Open' && document.activeElement.closest('[aria-label^="#4 "]')`)
	p.wait(`(({ right, bottom }) => right <= innerWidth && bottom <= innerHeight)(document.querySelector('[role="menu"]').getBoundingClientRect())`)
	p.axe("menu of a row")
	// A long one is scrolled.
	eval[bool](p, `document.querySelector('[role="menuitem"]').dispatchEvent(new WheelEvent('wheel', { bubbles: true }))`)
	p.click("Filter by status:503")
	p.wait(`boathook.state().q === 'status:503' && boathook.ids().length === 1 && !document.querySelector('[role="menu"]')`)
	ask(`document.querySelector('#row-4 .status')`, "2")
	p.click("Exclude status:503")
	p.wait(`boathook.state().q === 'status:503 -status:503' && boathook.ids().length === 0`)

	p.do(navigate(r.page + "/live"))
	p.loaded()
	p.wait(`boathook.ids().length === 12`)
	p.keys("j", "j")
	p.wait(`boathook.state().active === 11`)
	ask(`document.querySelector('.grid')`, "0")
	p.wait(`document.activeElement.closest('[aria-label^="#11 "]')`)
	p.keys(kb.End)
	p.wait(`document.activeElement.textContent.startsWith('Delete this delivery')`)
	p.keys(kb.Escape)
	p.wait(`document.activeElement.matches('.grid') && !document.querySelector('[role="menu"]')`)
	p.keys("x", "j", "x")
	p.wait(`document.querySelector('.selection b')?.textContent === '2 selected'`)
	// On one that is not among the chosen ones it is about that one alone.
	ask(`document.querySelector('#row-8 .event')`, "2")
	p.wait(`document.activeElement.closest('[aria-label^="#8 "]')`)
	eval[bool](p, `[...document.querySelectorAll('[role="menuitem"]')].find((x) => x.textContent.startsWith('Compare')).click() ?? true`)
	p.wait(`location.pathname === '/live' && [...document.querySelectorAll('.toast')].some((x) => x.textContent.includes('#8'))`)
	ask(`document.querySelector('#row-11 .event')`, "2")
	p.wait(`document.activeElement.textContent.startsWith('Resend') && document.activeElement.closest('[aria-label="2 selected"]')`)
	p.keys(kb.ArrowUp)
	p.wait(`document.activeElement.textContent.startsWith('Delete')`)
	p.keys(kb.Enter)
	p.wait(`boathook.ids().length === 10 && [...document.querySelectorAll('.toast')].some((x) => x.textContent.includes('2 deliveries deleted'))`)
}

// What is not there any more says so, and leads on.
func TestGone(t *testing.T) {
	r := newRig(t)
	p := r.open("/live")
	for _, at := range []struct{ path, title, link string }{
		{"/inboxes/none", "There is no such inbox", "/live?q=inbox:none"},
		{"/endpoints/none", "There is no such endpoint", "/live?q=endpoint:none"},
		{"/recordings/none", "There is no such recording", "/recordings"},
		{"/runs/r9", "There is no such run", "/runs"},
	} {
		p.do(navigate(r.page + at.path))
		p.wait(fmt.Sprintf(`document.querySelector('.gone h1')?.textContent === %s && document.querySelector('.gone a[href=%s]')`, quote(at.title), quote(at.link)))
	}
	p.do(navigate(r.page + "/compare?a=1&b=2"))
	p.wait(`document.querySelector('[role="alert"]')?.textContent.startsWith('One of the two is not there') && document.querySelectorAll('.page input').length === 2`)
}
