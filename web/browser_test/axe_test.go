//go:build browser

package browser

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// No page has a barrier that a machine can find, at any width, in both themes.
func TestAccessibility(t *testing.T) {
	axe, err := os.ReadFile("testdata/axe/axe.min.js")
	if err != nil {
		t.Fatal(err)
	}
	r := newRig(t)
	furnish(t, r)
	states := []string{
		"/live", "/live?sel=SEL", "/live?sel=SEL&tab=request", "/live?sel=SEL&tab=response", "/live?sel=FAIL&tab=attempts", "/live?sel=SEL&tab=raw",
		"/live?sel=BIN&tab=request", "/live?sel=FAIL&tab=signature", "/live?sel=AUTH&tab=signature", "/live?sel=LOST&tab=signature", "/live?sel=PLAIN&tab=signature",
		"/inboxes/demo/verify", "/settings/signing", "/settings/signing/new", "/settings/signing/nothing", "/live?q=staus:1", "/live?q=event:nothing", "/d/SEL", "/d/9999", "/inboxes", "/inboxes/demo", "/settings", "/nothing",
	}
	for _, v := range []view{{width: 320, height: 800}, {width: 768, height: 900, dark: true}, {width: 1440, height: 900}, {width: 1440, height: 900, dark: true}} {
		p := r.open("/live", v)
		p.loaded()
		for _, state := range states {
			path := state
			for word, n := range places {
				path = strings.ReplaceAll(path, word, fmt.Sprint(n))
			}
			if path != "/nothing" { // the server has no such page; the router has
				p.do(navigate(r.page + path))
			} else {
				eval[bool](p, `(history.pushState(null, '', '/nothing'), dispatchEvent(new PopStateEvent('popstate'))) || true`)
			}
			p.wait(`document.querySelector('.main')?.childElementCount > 0 && document.querySelector('h1') && !document.querySelector('[aria-busy="true"]')`)
			p.wait(`!document.querySelector('[aria-busy="true"]')`)
			// What is folded counts too.
			eval[bool](p, `[...document.querySelectorAll('details')].slice(0, 8).every((x) => (x.open = true))`)
			p.barriers(string(axe), fmt.Sprintf("%s at %d px, dark %v", state, v.width, v.dark))
		}
		p.do(navigate(r.page + "/live"))
		p.loaded()
		p.keys("?")
		p.wait(`document.querySelector('[role="dialog"]')`)
		p.barriers(string(axe), fmt.Sprintf("help at %d px, dark %v", v.width, v.dark))
	}
}

func (p *tab) barriers(axe, where string) {
	p.t.Helper()
	eval[bool](p, axe+"; true")
	found := eval[string](p, `axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }).then((r) => r.violations.map((v) =>
		v.id + ' (' + v.nodes.length + '): ' + v.nodes.slice(0, 2).map((n) => n.html.slice(0, 160) + ' ' + n.failureSummary).join(' | ')).join('\n'))`)
	if found != "" {
		p.t.Errorf("%s:\n%s", where, found)
	}
}

// axe looks for barriers in what is shown now.
func (p *tab) axe(where string) {
	p.t.Helper()
	text, err := os.ReadFile("testdata/axe/axe.min.js")
	if err != nil {
		p.t.Fatal(err)
	}
	p.barriers(string(text), where)
}
