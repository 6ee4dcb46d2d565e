//go:build browser

package browser

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/boathook/boathook/proxy"
)

const order = `{"b": 1.50, "a": 12345678901234567890, "b": 2, "list": [{"id": 88, "email": "ada@example.org"}, {"id": 89}], "none": null}`

func TestDetailTabs(t *testing.T) {
	app := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusServiceUnavailable)
		fmt.Fprint(w, "no room")
	}))
	defer app.Close()
	r := newRig(t)
	in, err := r.inboxes.Get("demo")
	if err != nil {
		t.Fatal(err)
	}
	in.Forward = []proxy.Target{{Name: "app", URL: app.URL}}
	if _, err := r.inboxes.Update(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	r.send("POST", "/in/demo/hooks?x=1&x=2", "application/json", order, "X-Dup: one", "x-dup: two", "Authorization: Bearer swordfish")

	p := r.open("/live?sel=1")
	p.wait(`document.querySelector('.sentence')?.textContent.includes('answered 503')`)
	p.wait(`document.querySelector('.card')?.textContent.includes('Next step')`)

	p.click("Request")
	p.wait(`document.querySelectorAll('.pairs').length >= 2`)
	headers := p.text(".pairs")
	for _, want := range []string{"X-Dup", "x-dup", "one", "two"} {
		if !strings.Contains(headers, want) {
			t.Errorf("headers lack %q: %s", want, headers)
		}
	}
	if strings.Contains(headers, "swordfish") {
		t.Error("a credential is shown without being asked for")
	}
	p.click("Reveal")
	p.wait(`document.querySelector('.pairs').textContent.includes('Bearer swordfish')`)

	// Order, number spelling and repeated keys stay.
	p.wait(`document.querySelectorAll('.tree-row .k').length >= 5`)
	keys := eval[string](p, `[...document.querySelectorAll('[role="treeitem"][aria-level="2"]')].map((e) => [e.querySelector('.k').textContent, e.getBoundingClientRect().top]).sort((a, b) => a[1] - b[1]).map((x) => x[0]).join()`)
	if keys != "b,a,b,list,none" {
		t.Errorf("keys = %s, want b,a,b,list,none", keys)
	}
	tree := p.text(`[role="tree"]`)
	for _, want := range []string{"1.50", "12345678901234567890", "duplicate key"} {
		if !strings.Contains(tree, want) {
			t.Errorf("the tree lacks %q", want)
		}
	}
	p.click("Hex")
	p.wait(`document.querySelector('.hex-row')?.textContent.startsWith('0000') && document.querySelector('.hex-row')?.textContent.includes('7b 22 62 22')`)
	p.click("Pretty")
	p.wait(`[...document.querySelectorAll('.line')].some((l) => l.textContent.includes('"b": 1.50,'))`)

	p.click("Response")
	p.wait(`document.querySelector('.start')?.textContent.includes('503')`)
	p.wait(`document.querySelector('.virtual')?.textContent.includes('no room')`)

	eval[bool](p, `document.querySelector('#tab-attempts').click() ?? true`)
	p.wait(`document.querySelectorAll('.attempt').length === 2 && document.querySelector('.phase-list')?.textContent.includes('Wait')`)

	p.click("Raw")
	p.wait(`document.querySelector('.virtual')?.textContent.includes('POST /in/demo/hooks?x=1&x=2 HTTP/1.1')`)
	if at := eval[string](p, `location.search`); !strings.Contains(at, "tab=raw") || !strings.Contains(at, "sel=1") {
		t.Errorf("address = %s", at)
	}
	// What a bug report says holds no credential; its fence ends with the text.
	eval[bool](p, `(navigator.clipboard.writeText = async (s) => { window.copied = s; }) && true`)
	p.keys("y", "m")
	p.wait(`window.copied?.includes('no room')`)
	if got := eval[string](p, `window.copied`); strings.Contains(got, "swordfish") || !strings.Contains(got, "POST /in/demo/hooks?x=1&x=2 HTTP/1.1") || strings.Count(got, "```") != 4 {
		t.Errorf("the report is %s", got)
	}
	p.keys("y", "j")
	p.wait(`window.copied.startsWith('{') && JSON.parse(window.copied).n === 1 && !('attempts' in JSON.parse(window.copied))`)
	// The same by its own address, and what never existed.
	p.do(navigate(r.page + "/d/1/request"))
	p.wait(`document.querySelector('h1')?.textContent.includes('#1') && document.querySelector('.pairs')`)
	p.do(navigate(r.page + "/d/99"))
	p.wait(`document.querySelector('.detail')?.textContent.includes('There is no such delivery')`)
}

// Whoever goes from one delivery to the next finds everything where it was: the tabs
// are all there, and the head is as high whatever is known of the delivery.
func TestDetailStandsStill(t *testing.T) {
	r := newRig(t)
	furnish(t, r)
	r.send("POST", "/in/demo/"+longWord, "application/json", `{}`, "X-GitHub-Event: "+longWord)
	places["NAME"] = r.lastN()
	p := r.open("/live")
	p.loaded()
	p.do(chromedp.EmulateViewport(1440, 900))
	const where = `[document.querySelector('.tab-panel').getBoundingClientRect().top, ...[...document.querySelectorAll('.tab')].map((x) => Math.round(x.getBoundingClientRect().top))].join()`
	first := ""
	for _, name := range []string{"PLAIN", "NAME", "SEL", "FAIL", "LOST", "BIN"} {
		p.to(fmt.Sprintf("/live?sel=%d&tab=code", places[name]))
		p.wait(fmt.Sprintf(`document.querySelector('.detail h2')?.textContent.includes('#%d') && document.querySelector('.detail-acts') && !document.querySelector('.detail[aria-busy="true"]')`, places[name]))
		p.wait(`(() => { const e = document.querySelector('.detail .tabs'); return e.scrollWidth <= e.clientWidth + 1; })()`)
		if got := eval[string](p, where); first == "" {
			first = got
		} else if got != first {
			t.Errorf("%s: the panel and the tabs are at %s, those of the first at %s", name, got, first)
		}
	}

	// Below the list it leaves the open row in view, and both sizes are remembered.
	r.fill(30)
	p.do(navigate(r.page + fmt.Sprintf("/live?sel=%d", places["SEL"])))
	p.loaded()
	const menu = `document.querySelector('.detail [data-menu="more"] button')`
	p.wait(`document.querySelector('.divider[aria-orientation="vertical"]')?.ariaValueNow === '44' && ` + menu + ` && (() => { const row = document.querySelector('.tr.sel').getBoundingClientRect(), list = document.querySelector('.grid').getBoundingClientRect(); return row.top >= list.top && row.bottom <= list.bottom; })()`)
	eval[bool](p, menu+`.click() ?? true`)
	p.click("Show below the list")
	const below = `document.querySelector('.live.below > .divider[aria-orientation="horizontal"]')`
	const inView = `(() => { const row = document.querySelector('.tr.sel').getBoundingClientRect(), list = document.querySelector('.grid').getBoundingClientRect(), pane = document.querySelector('.detail-pane').getBoundingClientRect(); return row.top >= list.top && row.bottom <= pane.top + 1 && pane.width > 1000; })()`
	p.wait(below + `?.ariaValueNow === '56' && ` + inView)
	eval[bool](p, below+`.focus() ?? true`)
	p.keys(kb.ArrowUp)
	p.wait(below + `.ariaValueNow === '58' && ` + inView)
	p.do(navigate(r.page + fmt.Sprintf("/live?sel=%d", places["SEL"])))
	p.wait(below + `?.ariaValueNow === '58' && ` + inView + ` && ` + menu)
	eval[bool](p, menu+`.click() ?? true`)
	p.click("Show beside the list")
	p.wait(`document.querySelector('.live:not(.below) > .divider[aria-orientation="vertical"]')?.ariaValueNow === '44'`)
}

// Bodies of every size open without holding up the page.
func TestHugeAndBinaryBodies(t *testing.T) {
	r := newRig(t)
	var big strings.Builder
	big.WriteString(`{"items":[`)
	for i := range 60000 {
		if i > 0 {
			big.WriteByte(',')
		}
		fmt.Fprintf(&big, `{"id":%d,"name":"item %d"}`, i, i)
	}
	big.WriteString(`]}`)
	deep := strings.Repeat("[", 100000) + strings.Repeat("]", 100000)
	r.send("POST", "/in/demo", "application/json", big.String())
	r.send("POST", "/in/demo", "application/json", deep)
	r.send("POST", "/in/demo", "text/plain", strings.Repeat("x", 250_000))
	png := "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89\x00\x00\x00\rIDATx\x9cc\xf8\xff\xff?\x00\x05\xfe\x02\xfe\xa7\x9a\xa0\xa0\x00\x00\x00\x00IEND\xaeB`\x82"
	r.send("POST", "/in/demo", "image/png", png)
	r.send("POST", "/in/demo", "application/json", "{\"a\": 1,\n \"b\": [1, 2,],\n}")

	p := r.open("/live?sel=1&tab=request")
	p.wait(`document.querySelector('.body')?.textContent.includes('First 66 kB of 2.2 MB') || document.querySelector('.body')?.textContent.includes('First 66 kB of')`)
	p.click("Open as tree")
	p.wait(`document.querySelectorAll('[role="treeitem"]').length > 5`)
	p.click("Expand all")
	p.wait(`document.querySelector('.virtual-canvas').offsetHeight > 4000000`)
	if n := eval[int](p, `document.querySelectorAll('[role="treeitem"]').length`); n > 80 {
		t.Errorf("%d rows of the tree are drawn", n)
	}
	p.do(sendKeys(`.tree-find input`, "item 59999"))
	p.wait(`document.querySelector('.tree-find')?.textContent.includes('1 of 1')`)
	p.wait(`document.querySelector('.tree-row.hit')?.textContent.includes('item 59999')`)

	show := func(n int) {
		eval[bool](p, fmt.Sprintf(`(history.pushState(null, '', '/live?sel=%d&tab=request'), dispatchEvent(new PopStateEvent('popstate'))) || true`, n))
		p.wait(fmt.Sprintf(`document.querySelector('.detail h2')?.textContent.includes('#%d') && document.querySelector('.body .views .btn')`, n))
	}
	show(2)
	p.wait(`document.querySelectorAll('[role="treeitem"]').length > 5`)
	p.click("Expand all")
	p.wait(`document.querySelector('.virtual-canvas').offsetHeight > 2000000`)
	eval[bool](p, `(document.querySelector('.virtual').scrollTop = 1e7) > 0`)
	p.wait(`[...document.querySelectorAll('.level')].some((e) => e.textContent === 'level 99,999')`)

	show(3)
	p.wait(`document.querySelector('.line .btn')?.textContent === 'show 248 kB more'`)
	p.click("show 248 kB more")
	p.wait(`document.querySelector('.virtual-canvas').offsetHeight === 18 * 125`)

	show(4)
	p.wait(`document.querySelector('.preview img')?.naturalWidth === 1`)
	p.click("Hex")
	p.wait(`document.querySelector('.hex-row')?.textContent.includes('89 50 4e 47')`)

	show(5)
	p.wait(`document.querySelector('.body')?.textContent.includes('line 2, column 12: trailing comma')`)
	p.wait(`document.querySelector('.body .views .btn[aria-pressed="true"]')?.textContent === 'Text'`)
}

// What a file holds a request of and no answer was not left unanswered by anybody.
func TestImportedWithoutAnAnswer(t *testing.T) {
	r := newRig(t)
	res, err := http.Post(r.page+"/api/v1/import?format=curl", "application/octet-stream", strings.NewReader("curl -d '{\"a\":1}' http://127.0.0.1:4601/hooks\n"))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != 200 {
		t.Fatalf("import = %s", res.Status)
	}
	p := r.open("/live?sel=1")
	p.wait(`document.querySelector('.sentence')?.textContent.trim() === 'POST /hooks (7\u00a0B) was read from a file. The file has no answer to it.'`)
}
