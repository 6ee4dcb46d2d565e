//go:build browser

package browser

import (
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/chromedp/chromedp/kb"
)

// Every module of the page can be loaded: no name is imported that is not there.
func TestModulesLoad(t *testing.T) {
	r := newRig(t)
	p := r.open("/live")
	n := 0
	err := fs.WalkDir(os.DirFS("../static"), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(name, ".js") || name == "boot.js" || strings.HasSuffix(name, "worker.js") {
			return err
		}
		n++
		if bad := eval[string](p, fmt.Sprintf(`import(%s).then(() => '', String)`, quote("/static/"+name))); bad != "" {
			t.Errorf("%s: %s", name, bad)
		}
		return nil
	})
	if err != nil || n < 60 {
		t.Errorf("%d modules, %v", n, err)
	}
}

const selected = `(document.querySelector('.selection b')?.textContent || '')`

// said is what Notices lists, newest first; … marks what can be undone.
const said = `[...document.querySelectorAll('.said li')].map((e) => e.querySelector('.said-text').textContent + (e.querySelector('.btn') ? '…' : '')).join('|')`

// Deliveries are chosen by keys, by pointer and all at once, also those that are
// not loaded; what is deleted comes back with a key.
func TestChoose(t *testing.T) {
	r := newRig(t)
	r.fill(90)
	p := r.open("/live")
	p.loaded()
	eval[bool](p, `document.querySelector('.grid').focus() ?? true`)
	p.keys("j", "x")
	p.wait(selected + ` === '1 selected'`)
	eval[bool](p, `['ArrowDown', 'ArrowDown'].every((key) => !document.querySelector('.grid').dispatchEvent(new KeyboardEvent('keydown', { key, shiftKey: true, bubbles: true, cancelable: true })))`)
	p.wait(selected + ` === '3 selected' && document.querySelectorAll('.tr.chosen').length === 3`)
	eval[bool](p, `document.querySelectorAll('.rows .tr')[9].querySelector('.c-check').dispatchEvent(new MouseEvent('click', { shiftKey: true, bubbles: true, cancelable: true })) ?? true`)
	p.wait(selected + ` === '10 selected'`)
	p.keys(kb.Escape)
	p.wait(`!document.querySelector('.selection')`)

	p.keys("#")
	p.wait(`boathook.ids().length === 89 && document.querySelector('.toast')?.textContent.includes('1 delivery deleted')`)
	if n := len(r.stored()); n != 89 {
		t.Fatalf("%d are in the store while it can be undone, want 89", n)
	}
	p.keys("z")
	p.wait(`boathook.ids().length === 90`)

	// What was said is kept, with what can still be done about it.
	p.wait(`document.querySelector('.toast')?.textContent === '1 delivery restored'`)
	p.keys("j", "#")
	p.wait(`boathook.ids().length === 89 && [...document.querySelectorAll('.toast')].some((e) => e.textContent.includes('1 delivery deleted'))`)
	p.to("/settings/notices")
	p.wait(said + ` === '1 delivery deleted…|1 delivery restored|1 delivery deleted'`)
	p.click("Undo")
	p.wait(said + ` === '1 delivery restored|1 delivery deleted|1 delivery restored|1 delivery deleted' && document.activeElement.id === 'said'`)
	if n := r.trashed(); n != 0 {
		t.Errorf("%d are in the trash after undo, want 0", n)
	}
	p.click("Clear")
	p.wait(`!document.querySelector('.said') && document.querySelector('.settings-body').textContent.includes('Nothing yet')`)

	// All that match, and what arrives later is not among them.
	p.do(navigate(r.page + "/live?q=status:503"))
	p.loaded()
	eval[bool](p, `!document.querySelector('.grid').dispatchEvent(new KeyboardEvent('keydown', { key: 'a', ctrlKey: true, bubbles: true, cancelable: true }))`)
	eval[bool](p, `document.querySelector('.grid').focus() ?? true`)
	eval[bool](p, `!document.querySelector('.grid').dispatchEvent(new KeyboardEvent('keydown', { key: 'a', ctrlKey: true, bubbles: true, cancelable: true }))`)
	p.wait(selected + ` === '10 selected'`)
	r.fill(9)
	p.wait(`boathook.ids().length === 11 && ` + selected + ` === '10 selected'`)
	// A range says nothing where all are chosen, and the box stays as it was.
	if !eval[bool](p, `((box) => box.dispatchEvent(new MouseEvent('click', { shiftKey: true, bubbles: true, cancelable: true })) && box.checked)(document.querySelector('.tr.chosen input'))`) {
		t.Error("the box of a chosen row is empty")
	}
	p.wait(selected + ` === '10 selected'`)
	p.click("Tag…")
	p.wait(`document.activeElement.closest('.tag-form')`)
	p.keys("b", "u", "g", kb.Enter)
	p.wait(`document.querySelector('.toast')?.textContent === '10 tagged bug'`)
	p.click("Delete")
	p.wait(`boathook.ids().length === 1`)
	p.do(navigate(r.page + "/inboxes"))
	p.wait(`document.querySelector('.inbox-item')`)
	p.do(navigate(r.page + "/live"))
	p.loaded()
	p.wait(`boathook.ids().length === 89`)
	if n := len(r.stored()); n != 89 {
		t.Errorf("%d left in the store, want 89", n)
	}
}

// Two deliveries are told apart: headers, JSON, and nothing where there is none.
func TestCompare(t *testing.T) {
	axe, err := os.ReadFile("testdata/axe/axe.min.js")
	if err != nil {
		t.Fatal(err)
	}
	r := newRig(t)
	const json = "application/json"
	evil := `<img src=x onerror=\"window.pwned=1\">`
	r.send("POST", "/in/demo/a", json, `{"total":1,"name":"`+evil+`","gone":true,"at":1}`, "X-Evil: <script>window.pwned=1</script>", "Authorization: Bearer one")
	r.send("POST", "/in/demo/a", json, `{"total":2,"name":"b","`+evil+`":1,"at":2}`, "X-Evil: other", "Authorization: Bearer two")
	r.send("POST", "/in/demo/a", "text/plain", "one\ntwo\n")
	r.send("POST", "/in/demo/a", "text/plain", "one\nthree\n")
	p := r.open("/live")
	p.loaded()
	eval[bool](p, `document.querySelector('.grid').focus() ?? true`)
	p.keys(kb.End, "x", "k", "c")
	p.wait(`location.pathname === '/compare' && location.search === '?a=1&b=2' && document.querySelectorAll('.changes').length === 2`)
	if got := p.text(".compare .counts"); !strings.Contains(got, "1 added") || !strings.Contains(got, "1 removed") {
		t.Errorf("counts are %q", got)
	}
	if strings.Contains(p.text(".compare"), "Bearer one") {
		t.Error("a credential is shown")
	}
	p.keys("n")
	p.wait(`document.activeElement.hasAttribute('data-diff')`)
	first := p.text(":focus")
	p.keys("n")
	p.wait(`document.activeElement.hasAttribute('data-diff') && document.activeElement.textContent !== ` + quote(first))
	p.keys("p")
	p.wait(`document.activeElement.textContent === ` + quote(first))
	eval[bool](p, `[...document.querySelectorAll('.ignore')].find((b) => b.getAttribute('aria-label').endsWith(': at')).click() ?? true`)
	p.wait(`new URLSearchParams(location.search).get('ignore') === 'at' && document.querySelector('.compare .counts').textContent.includes('1 ignored')`)
	p.click("Swap")
	p.wait(`location.search.startsWith('?a=2&b=1') && document.querySelector('.side a').textContent.startsWith('#2')`)
	p.barriers(string(axe), "compare")
	p.do(navigate(r.page + "/compare?a=3&b=4"))
	p.wait(`document.querySelector('.unified .minus')?.textContent === '-two' && document.querySelector('.unified .plus')?.textContent === '+three'`)
	p.do(navigate(r.page + "/compare?a=3&b=3&only=no"))
	p.wait(`document.querySelector('.counts')?.textContent.includes('They are equal') && document.querySelectorAll('.changes tr.equal').length > 2`)
	p.do(navigate(r.page + "/compare?a=3&b=999"))
	p.wait(`document.querySelector('[role="alert"]')`)
	if eval[bool](p, `'pwned' in window`) {
		t.Error("captured text ran")
	}
	narrow := r.open("/compare?a=1&b=2", view{width: 320, height: 700, dark: true})
	narrow.wait(`document.querySelectorAll('.changes').length === 2`)
	narrow.barriers(string(axe), "compare at 320 px")
	if eval[bool](narrow, `document.querySelector('.page').scrollWidth > document.querySelector('.page').clientWidth + 1`) {
		t.Error("compare has to be scrolled sideways")
	}
}

// A replay is planned, started, watched and tried again from the page.
func TestReplayAndRuns(t *testing.T) {
	axe, err := os.ReadFile("testdata/axe/axe.min.js")
	if err != nil {
		t.Fatal(err)
	}
	var got, bad atomic.Int64
	app := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if n := got.Add(1); n%3 == 0 && bad.Load() == 0 {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	}))
	defer app.Close()
	r := newRig(t)
	for i := range 12 {
		r.send("POST", "/in/demo/orders", "application/json", fmt.Sprintf(`{"id":%d}`, i))
	}
	p := r.open("/live")
	p.loaded()
	eval[bool](p, `document.querySelector('.grid').focus() ?? true`)
	eval[bool](p, `!document.querySelector('.grid').dispatchEvent(new KeyboardEvent('keydown', { key: 'a', ctrlKey: true, bubbles: true, cancelable: true }))`)
	p.wait(selected + ` === '12 selected'`)
	p.keys("R")
	p.wait(`document.querySelector('[role="dialog"] h2')?.textContent === 'Replay 12 deliveries'`)
	eval[bool](p, `[...document.querySelectorAll('.replay label')].find((l) => l.textContent === 'a URL').click() ?? true`)
	p.wait(`document.querySelector('.replay [type="url"]')`)
	eval[bool](p, `document.querySelector('.replay [type="url"]').focus() ?? document.execCommand('insertText', false, `+quote(app.URL+"/hooks")+`)`)
	p.click("Dry run")
	p.wait(`document.querySelector('.run-plan')?.textContent.includes('12 requests')`)
	p.barriers(string(axe), "replay sheet")
	if n := got.Load(); n != 0 {
		t.Fatalf("a dry run sent %d requests", n)
	}
	p.click("Replay")
	p.wait(`!document.querySelector('[role="dialog"]') && document.querySelector('.runs-strip')?.textContent.includes('12 / 12')`)
	if n := got.Load(); n != 12 {
		t.Errorf("%d requests came, want 12", n)
	}
	p.click("r1")
	p.wait(`location.pathname === '/runs/r1' && document.querySelectorAll('.outcomes tr').length === 2 && document.querySelector('.outcomes').textContent.includes('5xx')`)
	p.barriers(string(axe), "run")
	bad.Store(1)
	p.click("Retry the 4 failed")
	p.wait(`location.pathname === '/runs/r2' && document.querySelector('.run-numbers')?.textContent.includes('4 / 4')`)
	p.do(navigate(r.page + "/runs"))
	p.wait(`document.querySelectorAll('.run-item').length === 2`)
	p.barriers(string(axe), "runs")
	p.click("Failures in Live")
	p.wait(`boathook.state().q === 'run:r1 is:failed' && boathook.ids().length === 4`)
	p.do(navigate(r.page + "/runs/r99"))
	p.wait(`document.querySelector('h1')?.textContent === 'There is no such run'`)
}

// A run is paused, goes on and is cancelled, in the strip and on its own page.
func TestRunIsSteered(t *testing.T) {
	gate := make(chan struct{})
	app := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-gate }))
	defer app.Close()
	open := sync.OnceFunc(func() { close(gate) })
	defer open()
	r := newRig(t)
	for i := range 12 {
		r.send("POST", "/in/demo/orders", "application/json", fmt.Sprintf(`{"id":%d}`, i))
	}
	p := r.open("/live")
	p.loaded()
	start := func(id string) {
		t.Helper()
		if got := eval[string](p, `import('/static/run/start.js').then((m) => m.startRun({ kind: 'replay', source: { q: 'inbox:demo -is:replay' }, to: { url: `+quote(app.URL)+` }, parallel: 1 })).then((run) => run?.id || '')`); got != id {
			t.Fatalf("the run is %q, want %s", got, id)
		}
	}
	const strip = `(document.querySelector('.runs-strip')?.textContent || '')`
	start("r1")
	p.wait(`[...document.querySelectorAll('.run-line button')].some((b) => b.textContent === 'Pause' && !b.disabled)`)
	eval[bool](p, `[...document.querySelectorAll('.run-line button')].find((b) => b.textContent === 'Pause').click() ?? true`) // Live has a Pause, too
	p.wait(strip + `.includes('paused') && ` + strip + `.includes('Resume')`)
	p.do(navigate(r.page + "/live")) // it is a job of the server
	p.wait(strip + `.includes('paused') && ` + strip + `.includes('Resume')`)
	start("r2")
	p.wait(strip + `.includes('r2') && [...document.querySelectorAll('.run-line')].some((x) => x.textContent.includes('r2') && x.textContent.includes('Pause'))`)
	p.click("r2")
	p.wait(`location.pathname === '/runs/r2' && document.querySelector('.run-big .danger')`)
	p.click("Cancel")
	p.wait(`document.querySelector('.run-big .run-numbers')?.textContent.includes('cancelled') && !document.querySelector('.run-big .danger')`)
	p.do(navigate(r.page + "/runs/r1"))
	p.wait(`document.querySelector('.run-big')?.textContent.includes('paused')`)
	open()
	p.click("Resume")
	p.wait(`document.querySelector('.run-big .run-numbers')?.textContent.includes('12 / 12') && document.querySelector('.outcomes')?.textContent.includes('12')`)
}
