//go:build browser

package browser

import (
	"fmt"
	"image/color"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"

	"github.com/boathook/boathook/proxy"
	"github.com/boathook/boathook/web"
)

// canary is a server that nothing may reach before it is asked for /end.
type canary struct {
	*httptest.Server
	reached atomic.Int64 // a connection alone tells that somebody looks
	ended   atomic.Bool
}

func newCanary(t *testing.T) *canary {
	c := &canary{}
	c.Server = httptest.NewUnstartedServer(http.HandlerFunc(func(_ http.ResponseWriter, req *http.Request) {
		switch req.URL.Path {
		case "/end":
			c.ended.Store(true)
		case "/favicon.ico":
		default:
			t.Errorf("the canary is asked for %s", req.URL)
		}
	}))
	c.Config.ConnState = func(_ net.Conn, s http.ConnState) {
		if s == http.StateNew {
			c.reached.Add(1)
		}
	}
	c.Start()
	t.Cleanup(c.Close)
	return c
}

// What a stranger may try, in a page and in a drawing.
const (
	evilPage = `<!doctype html><html manifest="CANARY/m"><head>
<base href="CANARY/base/" target="_top"><meta http-equiv="refresh" content="0;url=CANARY/refresh"><meta http-equiv="Content-Security-Policy" content="default-src *">
<link rel="preconnect" href="CANARY"><link rel="dns-prefetch" href="CANARY"><link rel="prefetch" href="CANARY/prefetch"><link rel="preload" as="image" href="CANARY/preload">
<link rel="stylesheet" href="CANARY/sheet"><link rel="icon" href="CANARY/icon"><link rel="manifest" href="CANARY/manifest"><link rel="modulepreload" href="CANARY/module">
<script type="speculationrules">{"prerender":[{"urls":["CANARY/rules"]}]}</script>
<style>@import url("CANARY/import"); @font-face { font-family: f; src: url("CANARY/font") }
html { background: rgb(0 128 0) } body { margin: 0; font-family: f; cursor: url("CANARY/cursor"), auto; background-image: url("CANARY/background"); filter: url("CANARY/filter#f") }
p { list-style: url("CANARY/list"); mask: url("CANARY/mask#m"); color: white } p::after { content: url("CANARY/content") }</style>
<script src="CANARY/script"></script><script>alert(1); parent.pwned = 1; top.location = "CANARY/top"; fetch("CANARY/fetch"); document.documentElement.style.background = "red"</script></head>
<body onload="alert(2)" background="CANARY/bg"><p id="seen">seen</p><img src="CANARY/img" srcset="CANARY/set 2x" onerror="alert(3)"><picture><source srcset="CANARY/source"><img src="CANARY/img2"></picture>
<iframe src="CANARY/frame"></iframe><iframe srcdoc="<script>parent.alert(4)</script>"></iframe><object data="CANARY/object"></object><embed src="CANARY/embed"><video src="CANARY/video" poster="CANARY/poster" autoplay></video><audio src="CANARY/audio" autoplay></audio>
<form id="f" action="CANARY/form" method="post"><input name="a" autofocus onfocus="alert(5)"><button formaction="CANARY/button">b</button></form><script>document.forms[0].submit()</script>
<svg width="9" height="9"><script>alert(6)</script><image href="CANARY/svgimage" width="9" height="9"/><use href="CANARY/use#u"/><foreignObject width="9" height="9"><link xmlns="http://www.w3.org/1999/xhtml" rel="preconnect" href="CANARY"/></foreignObject></svg>
<noscript><link rel="preconnect" href="CANARY"><img src="CANARY/noscript"></noscript><details open ontoggle="alert(7)">d</details>
<a href="CANARY/link" ping="CANARY/ping" target="_top" style="position: fixed; inset: 0; display: block">link</a><a href="javascript:alert(8)">script</a></body></html>`
	evilDrawing = `<?xml version="1.0" encoding="utf-8"?><?xml-stylesheet href="CANARY/xsl"?><!DOCTYPE svg [<!ENTITY e SYSTEM "CANARY/entity">]>
<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="300" height="200" onload="alert(1)"><script>alert(2); top.pwned = 1; document.querySelector("rect").style.fill = "red"</script><script href="CANARY/script"/>
<style>@import url("CANARY/import"); rect { fill: rgb(0 128 0) } text { font-family: f } @font-face { font-family: f; src: url("CANARY/font") }</style>
<a href="CANARY/link" target="_top"><rect width="300" height="200"/></a><image href="CANARY/image" xlink:href="CANARY/image2" width="9" height="9"/><use href="CANARY/use#u"/><rect width="1" height="1" style="mask: url(CANARY/mask#m)"/>
<foreignObject width="99" height="99"><html xmlns="http://www.w3.org/1999/xhtml"><link rel="preconnect" href="CANARY"/><meta http-equiv="refresh" content="0;url=CANARY/refresh"/><iframe src="CANARY/frame"/><img src="CANARY/img" onerror="alert(3)"/><script>alert(4)</script></html></foreignObject>
<a href="javascript:alert(5)"><animate attributeName="href" values="CANARY/animate"/><text y="90" onclick="alert(6)">x</text></a></svg>`
)

// A page and a drawing of a stranger are seen on request, in the page and by
// themselves in a tab. They are drawn, and otherwise do nothing: what they would run,
// fetch, connect to or lead to stays undone, also when they are clicked.
func TestPreviewDoesNothing(t *testing.T) {
	r := newRig(t)
	for n, as := range []string{"html", "svg"} {
		c := newCanary(t)
		r.send("POST", "/in/demo/evil", map[string]string{"html": "text/html", "svg": "image/svg+xml"}[as], strings.ReplaceAll(map[string]string{"html": evilPage, "svg": evilDrawing}[as], "CANARY", c.URL))
		where := fmt.Sprintf("/d/%d/request", n+1)
		p := r.open(where).looks()
		p.clickInDetail("Preview")
		shown := map[string]string{"html": `.body-frame[sandbox=""]`, "svg": `.preview img`}[as]
		p.wait(fmt.Sprintf(`document.querySelector('.seen[aria-busy="false"] %s')`, shown))
		p.clean(as)
		p.axe(as)
		p.green(as, shown)
		p.poke(shown)
		p.green(as+" once it was clicked", shown)
		if got := eval[string](p, `location.pathname`); got != where {
			t.Errorf("%s: the page went to %s", as, got)
		}
		p.close()

		p = r.open("/live").looks()
		p.do(navigate(fmt.Sprintf("%s/api/v1/deliveries/%d/attempts/0/request/preview?as=%s", r.page, n+1, as)))
		p.green(as+" in a tab", "html")
		p.poke("html")
		p.green(as+" in a tab once it was clicked", "html")
		if n := c.reached.Load(); n != 0 {
			t.Errorf("%s: the canary was reached %d times", as, n)
		}
		// What was on its way is there before this.
		p.do(navigate(c.URL + "/end"))
		eventually(t, "the canary is asked", c.ended.Load)
		p.close()
	}
}

// clickInDetail clicks a button of the detail once it is there.
func (p *tab) clickInDetail(name string) {
	p.t.Helper()
	find := fmt.Sprintf(`[...document.querySelectorAll('.tab-panel .btn')].find((b) => b.textContent.trim() === %s)`, quote(name))
	p.wait(find)
	eval[bool](p, find+`.click() ?? true`)
}

// at is the middle of an element on the screen.
func (p *tab) at(selector string) (x, y float64) {
	p.t.Helper()
	at := eval[[]float64](p, fmt.Sprintf(`(() => { const e = document.querySelector(%s); e.scrollIntoView({ block: 'nearest' }); const b = e.getBoundingClientRect(); return [b.x + Math.min(b.width, innerWidth) / 2, b.y + Math.min(b.height, innerHeight) / 2]; })()`, quote(selector)))
	return at[0], at[1]
}

// green waits until an element is drawn in the colour that only styles of its own give.
func (p *tab) green(what, selector string) {
	p.t.Helper()
	x, y := p.at(selector)
	if selector == "html" {
		x, y = 60, 60
	}
	want := color.RGBA{0, 128, 0, 255}
	for end := time.Now().Add(45 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		img := p.picture()
		scale := float64(img.Bounds().Dx()) / 1440
		got := img.RGBAAt(int(x*scale), int(y*scale))
		if got == want {
			return
		}
		if time.Now().After(end) {
			p.t.Fatalf("%s is drawn in %v, want %v", what, got, want)
		}
	}
}

// poke clicks the middle of an element with a real pointer.
func (p *tab) poke(selector string) {
	p.t.Helper()
	x, y := p.at(selector)
	if selector == "html" {
		x, y = 60, 60
	}
	for _, typ := range []input.DispatchMouseEventType{input.DispatchMouseEventTypeMouseMoved, input.DispatchMouseEventTypeMousePressed, input.DispatchMouseEventTypeMouseReleased} {
		ev := input.DispatchMouseEventParams{Type: typ, X: x, Y: y, Button: input.MouseButtonLeft, ClickCount: 1}
		if _, err := chromedp.Call(p.ctx, input.DispatchMouseEvent, ev); err != nil {
			p.t.Fatal(err)
		}
	}
}

// A preview is told to everybody: it has a name, says what is off, and is reached and
// left with the keyboard. What cannot be shown says so.
func TestPreviewForEverybody(t *testing.T) {
	r := newRig(t)
	r.send("POST", "/in/demo/page", "text/html; charset=iso-8859-1", "<!doctype html><h1>Caf\xe9</h1>"+strings.Repeat("<p>line", 200))
	r.send("POST", "/in/demo/drawing", "image/svg+xml", "<svg>")
	r.send("POST", "/in/demo/large", "text/html", "<!doctype html>"+strings.Repeat(" ", 2_000_000))
	p := r.open("/d/1/request")
	p.clickInDetail("Preview")
	p.wait(`document.querySelector('.seen[aria-busy="false"] iframe')`)
	if got := p.text(".seen p"); !strings.Contains(got, "scripts, links, forms and remote pictures are off") {
		t.Errorf("it says %q", got)
	}
	if got := eval[string](p, `document.querySelector('.seen iframe').title`); got != "Preview of the body" {
		t.Errorf("the frame is called %q", got)
	}
	eval[bool](p, `[...document.querySelectorAll('.body-bar a, .body-bar button')].at(-1).focus() ?? true`)
	p.keys("\t")
	p.wait(`document.activeElement.matches('.body-frame')`)
	for range 3 {
		p.keys("\t")
		if eval[bool](p, `!document.activeElement.matches('.body-frame')`) {
			break
		}
	}
	p.wait(`!document.activeElement.matches('.body-frame')`)

	p.do(navigate(r.page + "/d/2/request"))
	p.clickInDetail("Preview")
	p.wait(`document.querySelector('.body .note.warn')?.textContent.includes('not well-formed SVG')`)
	p.do(navigate(r.page + "/d/3/request"))
	p.clickInDetail("Preview")
	p.wait(`document.querySelector('.body .note')?.textContent.includes('up to 2 MB')`)
}

// lateMasks tells what is hidden only once it may.
type lateMasks struct {
	web.Masks
	may chan struct{}
}

func (m lateMasks) Get() proxy.MaskValues {
	<-m.may
	return m.Masks.Get()
}

// What is shown of a body stays as it was chosen when the page hears what is hidden, and
// the body is fetched once.
func TestBodyStaysWhenRulesCome(t *testing.T) {
	may := make(chan struct{})
	r := newRig(t, func(o *web.Options) { o.Masks = lateMasks{o.Masks, may} })
	r.send("POST", "/in/demo/page", "text/html", "<!doctype html><h1>Hello</h1>")
	p := r.open("/d/1/request")
	p.clickInDetail("Preview")
	p.wait(`document.querySelector('.seen[aria-busy="false"] iframe')`)
	p.wait(`document.querySelector('.pairs .reveal')`) // everything that could be hidden is
	close(may)
	p.wait(`!document.querySelector('.pairs .reveal')`)
	if !eval[bool](p, `Boolean(document.querySelector('.seen iframe'))`) {
		t.Error("the preview is gone")
	}
	if n := eval[int](p, `performance.getEntriesByType('resource').filter((x) => x.name.includes('/request/body')).length`); n != 1 {
		t.Errorf("the body was fetched %d times", n)
	}
}
