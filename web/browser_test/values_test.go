//go:build browser

package browser

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

const (
	menuOpen = `document.querySelector('.menu-list') && document.activeElement.matches('.menu-list button')`
	menuGone = `!document.querySelector('.menu-list')`
	heads    = `[...document.querySelectorAll('.grid-head > span:not(.c-check)')].map((x) => x.textContent).join()`
)

// entry presses an entry of the menu that is open.
func (p *tab) entry(name string) {
	p.t.Helper()
	p.wait(menuOpen)
	find := fmt.Sprintf(`[...document.querySelectorAll('.menu-list button')].find((b) => b.firstElementChild.textContent === %s)`, quote(name))
	p.wait(find)
	eval[bool](p, find+`.click() ?? true`)
	p.wait(menuGone)
}

// Every value offers what can be done with it, by pointer and by keyboard: to filter
// by it, to exclude it, to show it as a column, to write its path.
func TestValues(t *testing.T) {
	r := newRig(t)
	for i := range 3 {
		r.send("POST", "/in/demo/a?page=p"+fmt.Sprint(i), "application/json", fmt.Sprintf(`{"data":{"list":[{"two words":%d,"sku":"A %d"}],"total":1.50}}`, i, i), fmt.Sprintf("X-Shop: s%d", i), "Authorization: Bearer swordfish")
	}
	r.send("POST", "/in/demo/a", "application/json", `[{"event":"open"},{"event":"click"}]`)
	p := r.open("/live?sel=2&tab=request")
	p.loaded()
	eval[bool](p, `(navigator.clipboard.writeText = async (s) => { window.copied = s; }) && true`)
	q := func(want string, rows int) {
		t.Helper()
		p.wait(fmt.Sprintf(`boathook.state().q === %s && boathook.ids().length === %d && boathook.state().complete`, quote(want), rows))
	}

	// A header, and a parameter of the query.
	p.wait(`document.querySelector('[aria-label="More about X-Shop"]')`)
	p.click("More about X-Shop")
	p.entry("Filter by header.x-shop:s1")
	q("header.x-shop:s1", 1)
	p.click("More about X-Shop")
	p.entry("Show as a column")
	p.wait(heads + `.endsWith('header.x-shop') && new URLSearchParams(location.search).get('cols').endsWith(',header.x-shop')`)
	p.click("Clear the filter")
	q("", 4)
	p.click("More about page")
	p.entry("Exclude query.page:p1")
	q("-query.page:p1", 3)
	p.click("Clear the filter")
	q("", 4)
	// A credential never gets into an address.
	p.click("More about Authorization")
	p.wait(menuOpen)
	if entries := p.text(".menu-list"); entries != "Show as a column" {
		t.Errorf("a credential offers %q", entries)
	}
	p.keys(kb.Escape)
	p.wait(menuGone + ` && document.activeElement.getAttribute('aria-label') === 'More about Authorization'`)

	// A value of the body, by keyboard alone; the address says where one is.
	p.wait(`[...document.querySelectorAll('.tree-row')].some((x) => x.textContent.includes('sku'))`)
	eval[bool](p, `document.querySelector('[role="tree"]').focus() ?? true`)
	at := func(row int, path string) {
		t.Helper()
		p.wait(fmt.Sprintf(`document.querySelector('[role="tree"]').getAttribute('aria-activedescendant') === 'tree-%d' && document.querySelector('.tree-path').textContent.trim() === %s && new URLSearchParams(location.search).get('path') === %[2]s`, row, quote(path)))
	}
	p.keys(arrowDown, arrowDown, arrowDown, arrowDown)
	at(4, `data.list[0]["two words"]`)
	for name, want := range map[string]string{"Copy path": `data.list[0]["two words"]`, "Copy as JSONPath": `$.data.list[0]['two words']`, "Copy as jq path": `.data.list[0]["two words"]`, "Copy value": "1"} {
		p.keys(" ")
		p.entry(name)
		p.wait(`window.copied === ` + quote(want) + ` && document.activeElement.matches('[role="tree"]')`)
	}
	p.keys(" ")
	p.entry("Ignore in Diff")
	p.wait(`localStorage.getItem('boathook.ignore') === 'data.list[*]["two words"]'`)
	p.keys(" ")
	p.entry("Show as a column")
	p.wait(heads + `.endsWith('body.data.list[0]."two words"')`)
	p.keys(arrowDown)
	at(5, "data.list[0].sku")
	p.keys("f")
	q(`body.data.list[*].sku:"A 1"`, 1)
	p.click("Clear the filter")
	q("", 4)

	// A link leads to the same value, and so does Back.
	p.do(navigate(r.page + `/live?sel=2&tab=request&path=data.list%5B0%5D%5B%22two+words%22%5D`))
	p.loaded()
	at(4, `data.list[0]["two words"]`)
	p.click("Hex")
	p.wait(`location.search.includes('view=hex') && document.querySelector('.hex-row')`)
	p.do(chromedp.NavigateBack())
	at(4, `data.list[0]["two words"]`)
	p.wait(`!location.search.includes('view=')`)

	// Of a list at the top, too.
	p.to("/live?sel=4&tab=request&path=%5B1%5D.event")
	p.wait(`document.querySelector('.tree-path').textContent.trim() === '[1].event'`)
	eval[bool](p, `document.querySelector('[role="tree"]').focus() ?? true`)
	p.keys(" ")
	p.entry("Show as a column")
	p.wait(heads + `.endsWith('body[1].event') && ` + tableOf + `(-1 + document.querySelectorAll('.grid-head > span:not(.c-check)').length).includes('click')`)
	p.keys("f")
	q("body[*].event:click", 1)

	// Next to alternatives it holds for all of them.
	p.to("/live?sel=2&tab=request&q=path:/in/demo/a+OR+path:/x")
	q("path:/in/demo/a OR path:/x", 4)
	p.click("More about X-Shop")
	p.entry("Filter by header.x-shop:s1")
	q("(path:/in/demo/a OR path:/x) header.x-shop:s1", 1)

	// What Overview tells.
	p.to("/live?sel=2")
	p.click("More about Path")
	p.entry("Exclude path:/in/demo/a")
	q("-path:/in/demo/a", 0)

	// Without an open delivery the row under the keyboard is copied.
	p.to("/live")
	q("", 4)
	eval[bool](p, `document.querySelector('.grid').focus() ?? true`)
	p.keys(kb.Home, "j")
	p.wait(`boathook.state().active === 3 && !document.querySelector('.detail')`)
	eval[bool](p, `(navigator.clipboard.writeText = async (s) => { window.copied = s; }) && true`)
	p.keys("y", "p")
	p.wait(`window.copied === '/in/demo/a?page=p2'`)
}

// Bytes can be found, marked and copied; what is encoded is seen both ways.
func TestBytes(t *testing.T) {
	r := newRig(t)
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	if _, err := w.Write([]byte(`{"hello":"there"}`)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	r.send("POST", "/in/demo", "application/json", packed.String(), "Content-Encoding: gzip")
	// A hit lies across the pieces that are fetched.
	r.send("POST", "/in/demo", "application/octet-stream", "\x00\x01"+strings.Repeat("x", 999_995)+"need\xff\xfele"+strings.Repeat("y", 100_000))
	r.send("POST", "/in/demo", http.DetectContentType([]byte("%PDF-")), "%PDF-1.7\n\x00\xff")
	p := r.open("/live?sel=2&tab=request")
	p.loaded()
	eval[bool](p, `(navigator.clipboard.writeText = async (s) => { window.copied = s; }) && true`)
	find := func(words string) {
		t.Helper()
		p.wait(`document.querySelector('.hex .tree-find input')`)
		eval[bool](p, `(document.querySelector('.hex .tree-find input').focus(), document.execCommand('selectAll'), document.execCommand('insertText', false, `+quote(words)+`))`)
	}
	const said = `document.querySelector('.hex-line').textContent`
	find("64 FF fe 6c")
	p.wait(said + `.startsWith('4 bytes at 0xf4240') && document.querySelector('.tree-find').textContent.includes('1 of 1') && [...document.querySelectorAll('.hex-row mark')].map((x) => x.textContent).join().includes('64 ff fe 6c')`)
	find("need")
	p.wait(said + `.startsWith('4 bytes at 0xf423d') && [...document.querySelectorAll('.hex-row .txt mark')].map((x) => x.textContent).join('') === 'need'`)
	p.keys(kb.Escape)
	p.wait(`document.activeElement.matches('.hex .virtual')`)
	p.do(chromedp.KeyEvent(kb.ArrowRight))
	p.wait(said + `.startsWith('1 byte at 0xf4241: ff · 255')`)
	p.do(chromedp.KeyEvent(kb.ArrowRight, chromedp.KeyModifiers(8)))
	p.wait(said + `.startsWith('2 bytes at 0xf4241')`)
	for name, want := range map[string]string{"As hex": "ff fe", "As Base64": "//4="} {
		eval[bool](p, `document.querySelector('.hex-line button').click() ?? true`)
		p.entry(name)
		p.wait(`window.copied === ` + quote(want))
	}
	// The pointer marks what it is drawn over.
	eval[bool](p, `(() => {
		const cell = [...document.querySelectorAll('.hex-row')].find((x) => x.dataset.from === '999984').querySelector('[data-per="3"]').getBoundingClientRect();
		const at = (c) => ({ clientX: cell.left + (c + .5) * cell.width / 49, clientY: cell.top + 5, bubbles: true, buttons: 1 });
		const box = document.querySelector('.hex .virtual');
		box.dispatchEvent(new PointerEvent('pointerdown', at(0)));
		box.dispatchEvent(new PointerEvent('pointermove', at(25)));
		return box.dispatchEvent(new PointerEvent('pointerup', at(25)));
	})()`)
	p.wait(said + `.startsWith('9 bytes at 0xf4230')`)

	p.to("/live?sel=3&tab=request")
	p.wait(`document.querySelector('.body-bar').textContent.includes('PDF · 11 B')`)

	p.to("/live?sel=1&tab=raw")
	p.wait(`document.querySelector('.virtual')?.textContent.includes('Content-Encoding: gzip') && !document.querySelector('.virtual').textContent.includes('hello')`)
	p.click("Decoded")
	p.wait(`location.search.includes('decoded=1') && document.querySelector('.virtual')?.textContent.includes('{"hello":"there"}') && document.querySelector('.virtual').textContent.includes('POST /in/demo HTTP/1.1')`)
	p.do(chromedp.NavigateBack())
	p.wait(`!location.search.includes('decoded') && document.querySelector('.virtual') && !document.querySelector('.virtual').textContent.includes('hello')`)
	eval[bool](p, `[...document.querySelectorAll(".tab-panel .views .btn")].find((x) => x.textContent === "Response").click() ?? true`)
	p.click("Hex")
	p.wait(`location.search.includes('part=response') && location.search.includes('view=hex') && document.querySelector('.hex-row')?.textContent.includes('HTTP/1.1 200')`)
}
