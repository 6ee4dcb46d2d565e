//go:build browser

package browser

import (
	"fmt"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// hands are somebody who has keys and nothing else. After every key the focus is
// somewhere, and it can be seen where.
type hands struct {
	*tab
	held bool // something had the focus; before that nothing need have it
}

const nothingHeld = "nothing has the focus"

// hold reports what is wrong with the focus, "" if it can be seen.
const hold = `(() => {
	const a = document.activeElement;
	if (!a || a === document.body) return '` + nothingHeld + `';
	const name = a.outerHTML.slice(0, 90);
	if (!a.checkVisibility()) return 'the focus is on what is not shown: ' + name;
	const ring = (e) => { const s = getComputedStyle(e); return (s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 1) || s.boxShadow !== 'none'; };
	// The list draws its ring over its rows, which would hide its own.
	const over = a.matches('.grid') && getComputedStyle(a.parentElement, '::after');
	const shows = (over && over.content !== 'none' && parseFloat(over.borderTopWidth) >= 1) || [a, a.parentElement, a.closest('.filter-box, .segmented label, label'), a.querySelector('.tr.active')].some((e) => e && ring(e));
	if (!shows) return 'no ring around ' + name;
	const r = a.getBoundingClientRect();
	const x = (Math.max(0, r.left) + Math.min(innerWidth, r.right)) / 2, y = (Math.max(0, r.top) + Math.min(innerHeight, r.bottom)) / 2;
	if (r.right <= 0 || r.bottom <= 0 || r.left >= innerWidth || r.top >= innerHeight) return 'the focus is out of view: ' + name;
	const on = document.elementFromPoint(x, y);
	if (on && a !== on && !a.contains(on) && !on.contains(a)) return name + ' is behind ' + on.outerHTML.slice(0, 90);
	return '';
})()`

// press presses keys, each as a keyboard does.
func (h *hands) press(keys ...string) {
	h.t.Helper()
	for _, k := range keys {
		h.keys(k)
		h.holds("after " + k)
	}
}

// chord presses a key together with another.
func (h *hands) chord(modifier chromedp.Modifier, key string) {
	h.t.Helper()
	h.do(chromedp.KeyEvent(key, chromedp.KeyModifiers(modifier)))
	h.holds("after a chord with " + key)
}

// holds waits for a moment until the focus can be seen: what takes it away may put
// it elsewhere a little later.
func (h *hands) holds(when string) {
	h.t.Helper()
	var wrong string
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if wrong = eval[string](h.tab, hold); wrong == "" {
			h.held = true
			return
		}
		if !h.held && wrong == nothingHeld {
			return
		}
	}
	h.t.Fatalf("%q: %s at %s", when, wrong, eval[string](h.tab, `location.pathname + location.search`))
}

// reach goes on with Tab until what has the focus has that name.
func (h *hands) reach(name string) {
	h.t.Helper()
	const called = `(() => { const a = document.activeElement; const own = (a.getAttribute('aria-label') || [...(a.labels || [])].map((l) => l.textContent).join(' ') || a.textContent || a.placeholder || '').trim(); return own.replace(/\s+/g, ' '); })()`
	seen := ""
	for range 120 {
		h.keys(kb.Tab)
		if eval[string](h.tab, hold) == nothingHeld {
			h.keys(kb.Tab) // past the end of the page, where a browser has its own controls
		}
		h.holds("after Tab")
		now := eval[string](h.tab, called)
		if now == name || len(now) > len(name) && now[:len(name)] == name {
			return
		}
		seen += " | " + fmt.Sprintf("%.30s", now)
	}
	h.t.Fatalf("Tab never reaches %q; it goes%s", name, seen)
}

// write types a text.
func (h *hands) write(text string) {
	h.t.Helper()
	for _, c := range text {
		h.keys(string(c))
	}
	h.holds("after " + text)
}

func (r *rig) hands(path string) *hands {
	h := &hands{tab: r.open(path)}
	h.settle()
	return h
}

// Nobody needs a mouse to send an event to a CRM: the endpoint is made, the event
// found, changed and sent, and what the CRM answered is read.
func TestIntegratorByKeys(t *testing.T) {
	r := newRig(t)
	url, requests := receiver(t, 200)
	h := r.hands("/live")
	h.press("g", "e")
	h.wait(`location.pathname === '/endpoints'`)
	h.settle()
	h.reach("Add endpoint")
	h.press(kb.Enter)
	h.wait(`location.pathname === '/endpoints/new'`)
	h.settle()
	h.reach("Name")
	h.write("crm")
	h.reach("URL") // its kind
	h.reach("URL")
	h.write(url)
	h.reach("* every event")
	h.press(" ")
	h.reach("Create endpoint")
	h.press(kb.Enter)
	h.wait(`location.pathname === '/endpoints/crm'`)
	h.settle()
	h.holds("on the page of the new endpoint")
	h.press("g", "s")
	h.wait(`location.pathname === '/send'`)
	h.settle()
	h.reach("Search events")
	h.write("webconnex registration")
	h.wait(`document.querySelector('.ev')`)
	h.press(kb.Enter)
	h.wait(`location.pathname === '/send/webconnex/registration' && document.querySelector('.compose-bar')`)
	h.settle()
	h.reach("data.total")
	h.chord(chromedp.ModifierCtrl, "a")
	h.write("99.5")
	h.chord(chromedp.ModifierCtrl, kb.Enter)
	h.wait(`document.querySelector('.outcomes')?.textContent.includes('200')`)
	h.settle()
	sent := next(t, requests)
	if !containsAny(sent.body, `"total":99.5`) {
		t.Errorf("the CRM got %s", sent.body)
	}
	h.reach("#")
	h.press(kb.Enter)
	h.wait(`location.pathname.startsWith('/d/') && document.querySelector('.sentence')`)
	h.settle()
	h.holds("on the page of the delivery")
	h.press("5")
	h.wait(`document.querySelector('.attempt')`)
	h.holds("on the attempts")
}

// Nobody needs a mouse to learn why a signature fails, and to take the fix along.
func TestDeveloperByKeys(t *testing.T) {
	r := newRig(t)
	r.setSecrets()
	for range 4 {
		r.sendIssue(compactIssue, hub(githubSecret, compactIssue))
	}
	r.sendIssue(prettyIssue, hub(githubSecret, compactIssue))
	r.sendIssue(compactIssue, hub(githubSecret, compactIssue))
	h := r.hands("/live")
	h.loaded()
	h.press("/")
	h.write("sig:in")
	h.wait(`[...document.querySelectorAll('.complete li')].some((x) => x.textContent.startsWith('invalid'))`)
	h.press(kb.ArrowDown)
	h.press(kb.Enter)
	h.wait(`boathook.state().q === 'sig:invalid' && boathook.ids().length === 1`)
	h.press(kb.Escape)
	h.wait(`document.activeElement.matches('.grid')`)
	h.press("j")
	h.press(kb.Enter)
	h.wait(`boathook.state().selected === 5 && document.querySelector('.sentence')`)
	h.press("4")
	h.wait(`document.querySelector('.card.found')?.textContent.includes('compact JSON') && document.querySelector('.card.found pre.code')`)
	h.settle()
	h.reach("Express")
	h.press(" ")
	h.wait(`document.querySelector('.card.found pre.code')?.textContent.includes('express.raw')`)
	h.settle()
	eval[bool](h.tab, `(navigator.clipboard.writeText = ((write) => (s) => { window.copied = s; return write.call(navigator.clipboard, s); })(navigator.clipboard.writeText)) && true`)
	h.reach("Copy")
	h.press(kb.Enter)
	h.wait(`document.activeElement.textContent.trim() === 'Copied'`)
	if copied := eval[string](h.tab, `window.copied`); !containsAny(copied, "express.raw") {
		t.Errorf("the clipboard holds %.80q", copied)
	}
	h.press(kb.Escape)
	h.wait(`!document.querySelector('.detail') && document.activeElement.matches('.grid')`)
	h.holds("back in the list")
}

// Nobody needs a mouse to replay what was filtered, to watch the run and to compare
// two of its deliveries.
func TestTesterByKeys(t *testing.T) {
	r := newRig(t)
	app, requests := receiver(t, 503)
	for i := range 12 {
		path := "/in/demo/orders"
		if i%2 > 0 {
			path = "/in/demo/users"
		}
		r.send("POST", path, "application/json", fmt.Sprintf(`{"id":%d,"type":"order.paid"}`, i))
	}
	h := r.hands("/live")
	h.loaded()
	h.press("/")
	h.write("path:*orders")
	h.press(kb.Enter)
	h.wait(`boathook.state().q === 'path:*orders' && boathook.ids().length === 6`)
	h.press(kb.Escape, kb.Escape)
	h.wait(`document.activeElement.matches('.grid')`)
	h.chord(chromedp.ModifierCtrl, "a")
	h.wait(selected + ` === '6 selected'`)
	h.press("R")
	h.wait(`document.querySelector('[role="dialog"] h2')?.textContent === 'Replay 6 deliveries'`)
	h.settle()
	h.holds("in the sheet")
	h.reach("where it went")
	h.press(kb.ArrowUp) // the radio buttons go round
	h.wait(`document.querySelector('.replay [type="url"]')`)
	h.reach("URL")
	h.write(app + "/again")
	h.press(kb.Enter)
	h.wait(`!document.querySelector('[role="dialog"]') && document.querySelector('.runs-strip')?.textContent.includes('6 / 6')`)
	h.settle()
	h.holds("after the sheet")
	for range 6 {
		next(t, requests)
	}
	h.reach("r1")
	h.press(kb.Enter)
	h.wait(`location.pathname === '/runs/r1' && document.querySelector('.outcomes')?.textContent.includes('5xx')`)
	h.settle()
	h.holds("on the page of the run")
	h.reach("Failures in Live")
	h.press(kb.Enter)
	h.wait(`location.pathname === '/live' && boathook.ids().length === 6`)
	h.settle()
	h.holds("on the failures")
	h.press("j", "x", "j", "x", "c")
	h.wait(`location.pathname === '/compare' && document.querySelector('.changes')`)
	h.settle()
	h.holds("on the comparison")
	h.press("n")
	h.wait(`document.activeElement.hasAttribute('data-diff')`)
	h.do(chromedp.NavigateBack())
	h.wait(`location.pathname === '/live'`)
	h.settle()
	h.holds("back in Live")
}
