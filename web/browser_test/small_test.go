//go:build browser

package browser

import "testing"

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
