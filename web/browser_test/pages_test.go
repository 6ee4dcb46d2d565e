//go:build browser

package browser

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/boathook/boathook/web"
)

// state is something the page can show: an address, and what is done there.
type state struct {
	path string
	what string   // name of what is done there
	keys []string // pressed once the page has settled
	do   string   // then run
	sees string   // then true
}

const gridFocus = `document.querySelector('.grid').focus() ?? true`

// press is a script that clicks the button of that name.
func press(name string) string {
	return fmt.Sprintf(`[...document.querySelectorAll('button, [role="tab"], label')].find((b) => b.textContent.trim() === %s || b.getAttribute('aria-label') === %[1]s).click() ?? true`, quote(name))
}

const dialogOpen = `document.querySelector('[role="dialog"]')`

// states are all of them: every address of the page, with everything that opens
// over it. Sections and tabs that a page links to are found and added.
var states = []state{
	{path: "/"},
	{path: "/live"},
	{path: "/live?q=staus:1"},
	{path: "/live?q=event:nothing"},
	{path: "/live?q=status:503&sort=-duration&group=event"},
	{path: "/live?cols=n,time,event,method,path,body.data.total,header.user-agent,waterfall,tags"},
	{path: "/live?sel=SEL"},
	{path: "/live?sel=SEL&tab=request"},
	{path: "/live?sel=SEL&tab=response"},
	{path: "/live?sel=SEL&tab=raw"},
	{path: "/live?sel=SEL&tab=diff"},
	{path: "/live?sel=SEL&tab=code"},
	{path: "/live?sel=FAIL"},
	{path: "/live?sel=FAIL&tab=attempts"},
	{path: "/live?sel=FAIL&tab=signature"},
	{path: "/live?sel=AUTH&tab=signature"},
	{path: "/live?sel=LOST&tab=signature"},
	{path: "/live?sel=PLAIN&tab=signature"},
	{path: "/live?sel=BIN&tab=request"},
	{path: "/live?sel=HUGE&tab=request"},
	{path: "/live?sel=HTML&tab=request", what: "preview", do: press("Preview"), sees: `document.querySelector('.seen[aria-busy="false"] .body-frame')`},
	{path: "/live?sel=OUT"},
	{path: "/live?sel=OUT&tab=attempts"},
	{path: "/live?sel=OUT&tab=signature"},
	{path: "/live?sel=LONG"},
	{path: "/live?sel=LONG&tab=request"},
	{path: "/live?sel=LONG&tab=raw"},
	{path: "/live?sel=99999"},
	{path: "/live", what: "choosing", do: gridFocus, keys: []string{"j", "x", "j", "x"}, sees: `document.querySelector('.selection')`},
	{path: "/live", what: "tagging", do: gridFocus, keys: []string{"j", "x", "t"}, sees: `document.querySelector('.selection')`},
	{path: "/live", what: "help", keys: []string{"?"}, sees: dialogOpen},
	{path: "/live?sel=SEL", what: "help", keys: []string{"?"}, sees: dialogOpen},
	{path: "/live", what: "palette", do: `document.dispatchEvent(new KeyboardEvent('keydown', { key: 'k', ctrlKey: true, bubbles: true })) || true`, sees: dialogOpen},
	{path: "/live", what: "replay", do: gridFocus, keys: []string{"j", "R"}, sees: dialogOpen + ` && document.querySelector('.replay')`},
	{path: "/live", what: "suggestions", keys: []string{"/", "s", "t"}, sees: `document.querySelector('.complete [role="option"]')`},
	{path: "/live", what: "saved filters", do: `document.querySelectorAll('.bar-line [aria-haspopup="dialog"]')[0].click() ?? true`, sees: dialogOpen},
	{path: "/live", what: "menu", do: `document.querySelector('.bar [aria-haspopup="menu"]').click() ?? true`, sees: `document.querySelector('[role="menu"]')`},
	{path: "/live", what: "paused", keys: []string{"p"}, sees: `document.querySelector('.slim')`},
	{path: "/live", what: "toast with undo", do: gridFocus, keys: []string{"j", "#"}, sees: `document.querySelector('.toast')`},
	{path: "/live?sel=SEL", what: "below the list", do: `import('/static/state.js').then((m) => { m.detailSide.value = 'below'; localStorage.removeItem('boathook.detailside'); })`, sees: `innerWidth < 768 || document.querySelector('.live.below > .divider')`},
	{path: "/live?sel=SEL", what: "menu", do: `document.querySelector('.detail [aria-haspopup]').click() ?? true`, sees: `document.querySelector('[role="menu"], [role="dialog"]')`},
	{path: "/d/SEL"},
	{path: "/d/99999"},
	{path: "/d/SEL/request"},
	{path: "/d/OUT/signature"},
	{path: "/send"},
	{path: "/send/webconnex/registration"},
	{path: "/send/stockcrowd/INVERSOR_CREATED?tab=fields"},
	{path: "/send/webconnex/registration?tab=subscribers"},
	{path: "/send/webconnex/registration?tab=validate"},
	{path: "/send/webconnex/registration?tab=code"},
	{path: "/send/webconnex/registration?tab=about"},
	{path: "/send/nothing/here"},
	{path: "/endpoints"},
	{path: "/endpoints/new?provider=stockcrowd"},
	{path: "/endpoints/crm"},
	{path: "/endpoints/crm/deliveries"},
	{path: "/endpoints/mail"},
	{path: "/endpoints/nothing"},
	{path: "/inboxes"},
	{path: "/inboxes/demo"},
	{path: "/inboxes/demo/verify"},
	{path: "/inboxes/nothing"},
	{path: "/recordings"},
	{path: "/recordings/checkout"},
	{path: "/recordings/nothing"},
	{path: "/activity"},
	{path: "/activity?by=event&q=status:503"},
	{path: "/activity?from=2026-01-01T00:00:00Z&to=2026-01-02T00:00:00Z"},
	{path: "/activity?q=staus:1"},
	{path: "/activity", what: "tables", do: `[...document.querySelectorAll('.chart button')].every((b) => { b.click(); return true; })`, sees: `document.querySelector('.num-table')`},
	{path: "/compare"},
	{path: "/compare?a=FAIL&b=SEL"},
	{path: "/compare?a=FAIL&b=SEL&part=response&only=no"},
	{path: "/compare?a=BIN&b=HUGE"},
	{path: "/compare?a=1&b=99999"},
	{path: "/runs"},
	{path: "/runs/r1"},
	{path: "/runs/r99"},
	{path: "/settings"},
	{path: "/settings/keys"},
	{path: "/settings/keys", what: "a new key", do: `document.querySelector('.key-row .btn').click() ?? true`, sees: `document.activeElement.matches('.key-field')`},
	{path: "/settings/notices"},
	{path: "/settings/notices", what: "said", do: `import('/static/components/notices.js').then((m) => m.toast('1 delivery deleted', { text: 'Undo', run: () => {}, ms: 1, lasts: true }) && m.toastFailure('no such endpoint'))`, sees: `document.querySelectorAll('.said li').length >= 2 && document.querySelectorAll('.said .btn').length > 0`},
	{path: "/settings/capture"},
	{path: "/settings/data"},
	{path: "/settings/about"},
	{path: "/settings/about", what: "checks", do: press("Run the checks"), sees: `document.querySelector('.check-row')`},
	{path: "/settings/sending"},
	{path: "/settings/nothing"},
	{path: "/settings/signing"},
	{path: "/settings/signing/new"},
	{path: "/settings/signing/acme"},
	{path: "/settings/signing/nothing"},
	{path: "/no/such/page"},
}

// No page has a barrier that a machine can find, none goes sideways, each says
// what it is: at every width, in every theme. The list of pages is the server's.
func TestEveryPage(t *testing.T) {
	all := slices.Clone(states)
	for _, pattern := range web.Pages() {
		if !slices.ContainsFunc(all, func(s state) bool { return fits(pattern, s.path) }) {
			t.Errorf("no state of %s is looked at: add one", pattern)
		}
	}
	r := stock(t)
	p := r.open("/live")
	p.loaded()
	p.examine(all, true)
}

// examine looks at states at every width and in every theme, and, if parts is set, at
// what their pages link to as their parts.
func (p *tab) examine(all []state, parts bool) {
	p.t.Helper()
	for _, width := range []int64{1440, 768, 320} {
		p.do(chromedp.EmulateViewport(width, 900))
		theme := "light"
		if width == 768 {
			theme = "dark"
		}
		p.media(theme, "none")
		seen := map[string]bool{}
		for i := 0; i < len(all); i++ {
			s := all[i]
			where := fmt.Sprintf("%s at %d px", strings.TrimSpace(s.path+" "+s.what), width)
			seen[strings.SplitN(s.path, "?", 2)[0]] = true
			p.visit(s)
			p.looksRight(where)
			p.axe(where)
			other := "dark"
			if theme == other {
				other = "light"
			}
			p.media(other, "none")
			p.axe(where+", "+other, "color-contrast")
			if width == 1440 {
				p.media("light", "active")
				p.axe(where+", forced colours", "color-contrast")
			}
			p.media(theme, "none")
			switch width { // where there is least room for it
			case 768:
				p.reads(larger)
				p.looksRight(where + ", text twice as large")
				p.reads("")
			case 320:
				p.reads(spaced)
				p.looksRight(where + ", text set wider")
				p.reads("")
			}
			if !parts {
				continue
			}
			for _, part := range eval[[]string](p, `[...document.querySelectorAll('.subnav a, .settings-nav a')].map((a) => a.getAttribute('href'))`) {
				if !seen[part] && !slices.ContainsFunc(all, func(s state) bool { return s.path == part }) {
					all = append(all, state{path: part})
				}
			}
		}
	}
}

// spaced is the style of those who read better so: WCAG 1.4.12.
const spaced = `* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important } p { margin-bottom: 2em !important }`

// larger is a style made of all rules that set the size of text, with twice of it: 1.4.4.
const larger = "twice"

// reads shows the page with a style of the reader's own.
func (p *tab) reads(style string) {
	p.t.Helper()
	eval[bool](p, `(async () => {
		let style = `+quote(style)+`;
		if (style === 'twice') {
			const twice = (text) => {
				const size = /(?:font|font-size): [^;]*?([\d.]+)px(?:\/([\d.]+)px)?/.exec(text), line = /line-height: ([\d.]+)px/.exec(text)?.[1] ?? size?.[2];
				return (size ? 'font-size: ' + 2 * size[1] + 'px;' : '') + (line ? 'line-height: ' + 2 * line + 'px' : '');
			};
			const of = (rules) => [...rules].map((r) => r.media ? '@media ' + r.media.mediaText + ' {' + of(r.cssRules) + '}' : r.selectorText ? r.selectorText + ' {' + twice(r.style.cssText) + '}' : '').join('\n');
			style = [...document.styleSheets].map((x) => of(x.cssRules)).join('\n');
		}
		const own = new CSSStyleSheet();
		own.replaceSync(style);
		document.adoptedStyleSheets = [own];
		for (let i = 0; i < 3; i++) await new Promise(requestAnimationFrame);
		return true;
	})()`)
}

// visit goes to a state. Where something is done the page is loaded anew before and
// after, so that nothing of it stays.
func (p *tab) visit(s state) {
	p.t.Helper()
	path := s.path
	for word, n := range places {
		path = strings.ReplaceAll(path, word, fmt.Sprint(n))
	}
	done := eval[bool](p, `Boolean(window.done)`)
	switch {
	case done || s.what != "" || path == "/":
		p.do(navigate(p.rig.page + path))
		p.settle()
	default:
		p.to(path)
	}
	if s.what == "" {
		// What is folded counts, too.
		eval[bool](p, `[...document.querySelectorAll('details')].slice(0, 8).every((x) => (x.open = true))`)
	} else {
		eval[bool](p, `window.done = true`)
	}
	if s.do != "" {
		p.wait(s.do) // until there is something to do it to
	}
	p.keys(s.keys...)
	if s.sees != "" {
		p.wait(s.sees)
	}
	p.settle()
}

// looksRight looks for what axe does not: the page goes sideways, or does not say
// what it is.
func (p *tab) looksRight(where string) {
	p.t.Helper()
	bad := eval[string](p, `(() => {
		const out = [];
		const walked = '[role="grid"], [role="tree"], [role="listbox"], .u-wrap, .hex-marks'; // by the arrow keys of what has the focus
		for (const e of document.querySelectorAll('body *'))
			if (pointed.has(e) && e.checkVisibility() && !e.matches('button, a[href], input, select, textarea, summary, label, [tabindex]') && !e.closest(walked) && !e.querySelector('[role="dialog"]')) out.push('only a pointer can use ' + e.outerHTML.slice(0, 100));
		for (const e of [document.documentElement, ...document.querySelectorAll('.main, .page, .tab-panel, .list-pane, .detail, .card, .bar, .sheet')])
			if (e.scrollWidth > e.clientWidth + 1 && e.clientWidth) out.push('goes sideways: ' + (e.className || e.tagName) + ' ' + e.scrollWidth + ' > ' + e.clientWidth);
		const root = document.documentElement;
		if (root.scrollHeight > root.clientHeight + 1) out.push('the window itself scrolls, by ' + (root.scrollHeight - root.clientHeight));
		const heads = [...document.querySelectorAll('h1')].filter((h) => h.textContent.trim());
		if (heads.length !== 1) out.push(heads.length + ' h1');
		if (!/boathook$/.test(document.title) || document.title === 'boathook') out.push('the title is ' + document.title);
		if (document.body.textContent.match(/undefined|\[object|NaN/)) out.push('it says ' + document.body.textContent.match(/.{0,30}(undefined|\[object|NaN).{0,30}/));
		return out.join('; ');
	})()`)
	if bad != "" {
		p.t.Errorf("%s: %s", where, bad)
	}
}

// fits reports whether an address is one of a pattern as in web/routes.go.
func fits(pattern, path string) bool {
	path, _, _ = strings.Cut(path, "?")
	want, got := strings.Split(pattern, "/"), strings.Split(path, "/")
	if len(want) != len(got) {
		return false
	}
	for i := range want {
		if want[i] != got[i] && (!strings.HasPrefix(want[i], "{") || got[i] == "") {
			return false
		}
	}
	return true
}
