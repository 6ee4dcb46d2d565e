//go:build browser

package browser

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// A recording is made of what arrives, of what is chosen and of a file that is
// dropped; it is renamed, replayed and deleted, which can be undone.
func TestRecordings(t *testing.T) {
	axe, err := os.ReadFile("testdata/axe/axe.min.js")
	if err != nil {
		t.Fatal(err)
	}
	r := newRig(t)
	p := r.open("/recordings")
	p.wait(`document.querySelector('.card.plain')?.textContent.includes('There is no recording yet.')`)
	p.fill("Name", "checkout")
	p.choose("From", "demo")
	p.click("Record now")
	p.wait(`document.querySelector('.rec-live')?.textContent === 'recording demo'`)
	r.send("POST", "/in/demo/a", "application/json", `{"a":1}`)
	r.send("POST", "/in/demo/b", "application/json", `{"a":2}`)
	r.send("POST", "/elsewhere", "application/json", `{"a":3}`)
	p.wait(`document.querySelector('.rec-figures')?.textContent.startsWith('2 deliveries')`)
	p.click("Stop")
	p.wait(`!document.querySelector('.rec-live')`)
	r.send("POST", "/in/demo/c", "application/json", `{"a":4}`)

	// Live says what is being recorded, whoever began it, and stops it.
	p.do(navigate(r.page + "/live"))
	p.loaded()
	call := func(method, path, body string) {
		t.Helper()
		if !eval[bool](p, fmt.Sprintf(`fetch('/api/v1%s', { method: '%s', headers: { 'Content-Type': 'application/json' }, body: %s || undefined }).then((r) => r.ok)`, path, method, quote(body))) {
			t.Errorf("%s %s is refused", method, path)
		}
	}
	call("POST", "/recordings", `{"name":"running","live":{"inbox":""}}`)
	p.wait(`document.querySelector('.rec-line')?.textContent.includes('running') && document.querySelector('.rec-line').textContent.includes('every inbox')`)
	p.barriers(string(axe), "live while something is recorded")
	p.click("Stop recording running")
	p.wait(`!document.querySelector('.rec-line')`)
	call("DELETE", "/recordings/running", "")

	// Two of the list are added to it, and make another one.
	for _, name := range []string{"checkout", "others"} {
		eval[bool](p, `document.querySelector('.grid').focus() ?? true`)
		p.keys("j", "x")
		p.click("Add to recording…")
		p.wait(`document.activeElement.closest('.tag-form')`)
		eval[bool](p, `document.execCommand('insertText', false, `+quote(name)+`)`)
		p.wait(`!document.querySelector('.tag-form datalist') || document.querySelectorAll('#rec-names option').length > 0`)
		p.click("Add")
		p.wait(fmt.Sprintf(`[...document.querySelectorAll('.toast')].some((e) => e.textContent.endsWith('added to %s'))`, name))
		p.keys("\x1b")
	}
	p.do(navigate(r.page + "/recordings"))
	p.wait(`document.querySelectorAll('.rec-item').length === 2`)

	// A file that is dropped on the page is imported under its own name.
	eval[bool](p, `(() => { const d = new DataTransfer(); d.items.add(new File(["curl -d '{\"dropped\":1}' http://127.0.0.1/in/demo\n"], 'the week 1.sh'));
		document.dispatchEvent(new DragEvent('dragover', { dataTransfer: d, bubbles: true, cancelable: true }));
		window.dropped = d; return true })()`)
	p.wait(`document.querySelector('.rec-drop')`)
	eval[bool](p, `!document.dispatchEvent(new DragEvent('drop', { dataTransfer: dropped, bubbles: true, cancelable: true }))`)
	p.wait(`[...document.querySelectorAll('.rec-item .name')].some((e) => e.textContent === 'the-week-1') && document.querySelector('.toast')?.textContent.startsWith('1 delivery imported')`)
	p.barriers(string(axe), "recordings")

	// One of them: note, expectation, another name.
	p.click("checkout")
	p.wait(`location.pathname === '/recordings/checkout' && document.querySelector('.rec-form')`)
	p.fill("Name", "basket")
	p.fill("Note", `<img src=x onerror="window.pwned=1">`)
	p.fill("Expectation", "nosuch:1")
	p.click("Save")
	p.wait(`document.querySelector('.error-text')?.textContent.includes('nosuch')`)
	p.barriers(string(axe), "recording with an error")
	p.fill("Expectation", "status:5xx")
	p.click("Save")
	p.wait(`location.pathname === '/recordings/basket' && document.querySelector('h1')?.textContent === 'basket'`)
	p.click("Replay…")
	p.wait(`document.querySelector('.replay')`)
	eval[bool](p, `document.querySelector('[role="dialog"] .sheet-head button').click() ?? true`)
	eval[string](p, `import('/static/api.js').then((m) => m.api.startRun({ kind: 'replay', source: { q: 'rec:"basket"' }, to: { inbox: 'demo' } })).then((run) => run.id)`)
	p.wait(`document.querySelector('.status.server')?.textContent === '✕ 3 not as expected'`)
	p.wait(`[...document.querySelectorAll('.rec-results tbody tr td:first-child')].map((x) => x.textContent).join() === Array(3).fill('✕ not as expected').join()`)
	const report = `document.querySelector('a[href="/api/v1/recordings/basket/results"]')`
	p.wait(report)
	if got := eval[string](p, `fetch(`+report+`.href).then((r) => r.text())`); !strings.Contains(got, `<testsuite name="basket" tests="3" failures="3"`) || !strings.Contains(got, `message="200, want status:5xx"`) {
		t.Errorf("the report is %s", got)
	}
	p.barriers(string(axe), "recording")

	// Deleted with its deliveries but the one that another recording holds too, and back
	// with them and its note.
	eval[int](p, `fetch('/api/v1/deliveries?limit=1&q=rec:basket').then((r) => r.json()).then((v) => import('/static/api.js').then((m) => m.api.mark({ ids: [v.rows[0].id], add_tags: ['rec=others'] }))).then((v) => v.changed)`)
	before := len(r.stored())
	p.click("More actions")
	p.click("Delete with its deliveries")
	p.wait(`location.pathname === '/recordings' && document.querySelector('.toast')?.textContent.startsWith('2 deliveries deleted. 1 delivery stays: another recording holds it too')`)
	if n := len(r.stored()); n != before-2 {
		t.Errorf("%d are left of %d, want two fewer", n, before)
	}
	p.click("Undo")
	p.wait(`[...document.querySelectorAll('.rec-item')].some((e) => e.textContent.includes('basket') && e.textContent.includes('<img src=x') && e.textContent.includes('3 deliveries'))`)
	if len(r.stored()) != before || eval[bool](p, `'pwned' in window`) {
		t.Errorf("%d after undo, want %d; or captured text ran", len(r.stored()), before)
	}
	p.click("More actions for others")
	p.click("Take apart: keep the deliveries")
	p.wait(`document.querySelectorAll('.rec-item').length === 2`)
	if len(r.stored()) != before {
		t.Errorf("%d deliveries after one was taken apart, want %d", len(r.stored()), before)
	}
	p.keys("g", "l")
	p.wait(`location.pathname === '/live'`)
	p.keys("g", "r")
	p.wait(`location.pathname === '/recordings'`)
	for _, path := range []string{"/recordings", "/recordings/basket", "/recordings/nothing"} {
		narrow := r.open(path, view{width: 320, height: 700, dark: true})
		narrow.wait(`document.querySelector('.rec-item, .rec-form') || document.querySelector('h1')?.textContent === 'There is no such recording'`)
		narrow.barriers(string(axe), path+" at 320 px")
		if eval[bool](narrow, `document.querySelector('.page').scrollWidth > document.querySelector('.page').clientWidth + 1`) {
			t.Error(path + " has to be scrolled sideways")
		}
	}
}
