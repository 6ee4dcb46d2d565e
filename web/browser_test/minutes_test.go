//go:build browser

package browser

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/boathook/boathook/cmd/boathook/instance"
)

// unpack starts a boathook as `boathook serve` does, on a data folder that is new.
func unpack(t *testing.T) *rig {
	t.Helper()
	dir := t.TempDir() + "/boathook"
	if _, err := instance.Prepare(dir); err != nil {
		t.Fatal(err)
	}
	lock, err := instance.Acquire(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	s, err := instance.Open(t.Context(), instance.Options{Dir: dir, Page: []net.Listener{listen(t)}, Capture: []net.Listener{listen(t)}, Version: "test"})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ready, done := make(chan struct{}), make(chan error, 1)
	go func() { done <- s.Run(ctx, func() error { close(ready); return nil }) }()
	t.Cleanup(func() {
		cancel()
		check(t, <-done)
		check(t, s.Close())
		check(t, lock.Release())
	})
	select {
	case <-ready:
	case err := <-done:
		t.Fatal(err)
	}
	return &rig{t: t, page: s.Page(), capture: strings.TrimPrefix(s.Capture(), "http://")}
}

// The first five minutes of somebody who connects a CRM: from nothing to an event
// that the CRM has taken, seen as the CRM got it.
func TestFirstMinutesOfAnIntegrator(t *testing.T) {
	r := unpack(t)
	crm, requests := receiver(t, 201)
	p := r.open("/")
	p.wait(`document.querySelector('.first')`)
	p.click("Send")
	p.wait(`document.querySelectorAll('.good-list a').length > 3`)
	eval[bool](p, `[...document.querySelectorAll('.good-list a')].find((a) => a.textContent.startsWith('registration')).click() ?? true`)
	// First to oneself, which needs nothing.
	p.wait(`document.querySelector('.compose-bar')`)
	p.click("My own inbox")
	p.sendNow()
	p.wait(`document.querySelector('.outcomes')?.textContent.includes('200')`)
	// Then to the CRM.
	p.click("Subscribers")
	p.click("Add endpoint")
	p.wait(`location.pathname === '/endpoints/new' && document.querySelector('.event-grid')`)
	p.settle()
	p.fill("Name", "crm")
	p.fill("URL", crm+"/hooks")
	p.click("Create endpoint")
	p.wait(`location.pathname === '/endpoints/crm'`)
	secret := eval[string](p, `window.settled().then(() => document.querySelector('.card.good code, .note.good code')?.textContent ?? '')`)
	if len(secret) < 16 {
		t.Fatalf("the secret is shown once; the page shows %q", secret)
	}
	p.do(navigate(r.page + "/send/webconnex/registration?to=crm"))
	p.wait(`document.querySelector('.plan')?.textContent.includes('crm')`)
	p.fill("data.total", "125.5")
	p.sendNow()
	p.wait(`document.querySelector('.outcomes')?.textContent.includes('201')`)
	got := next(t, requests)
	for got.head.Get("X-Webconnex-Event") == "ping" { // the provider's own, when the endpoint is made
		got = next(t, requests)
	}
	if want := digest(secret, got.body); got.head.Get("X-Webconnex-Signature") != want || !strings.Contains(got.body, "125.5") {
		t.Errorf("the CRM got signature %q, want %q, with %s", got.head.Get("X-Webconnex-Signature"), want, got.body)
	}
	eval[bool](p, `document.querySelector('.outcomes a').click() ?? true`)
	p.wait(`location.pathname.startsWith('/d/') && document.querySelector('.sentence')?.textContent.includes('201')`)
	p.click("Request")
	p.wait(`document.querySelector('.pairs')?.textContent.includes('X-Webconnex-Signature')`)
}

// The first five minutes of somebody whose signatures fail: from nothing to the
// cause and the code that mends it.
func TestFirstMinutesOfADeveloper(t *testing.T) {
	r := unpack(t)
	app := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusUnauthorized) }))
	defer app.Close()
	p := r.open("/")
	p.wait(`document.querySelector('.first code')`)
	inbox := p.text(".first code")
	p.click("Send a ping to myself")
	p.wait(`document.querySelector('.sentence')?.textContent.includes('Signature valid.')`)
	p.click("break it and see why")
	p.wait(`document.querySelector('.card.found')?.textContent.includes('on purpose')`)
	// The app, where it listens.
	_, port, _ := strings.Cut(strings.TrimPrefix(app.URL, "http://"), ":")
	eval[bool](p, `(() => { const f = document.querySelector('.inline-port input'); f.focus(); f.select(); return document.execCommand('insertText', false, `+quote(port)+`); })()`)
	p.click("Forward")
	p.wait(`document.querySelectorAll('.strip .tick.done').length === 3`)
	// What the provider sends now, at the address that the page showed.
	r.send("POST", strings.TrimPrefix(inbox, "http://"+r.capture), "application/json", prettyIssue, "X-GitHub-Event: issues", hub(githubSecret, compactIssue))
	p.wait(`boathook.ids().length === 3`)
	p.click("Newer")
	p.wait(`boathook.state().selected === 3 && document.querySelector('.detail .detail-sum')?.textContent.includes('401')`)
	// The provider's secret is tried, and the cause is found.
	try := func() {
		p.put(`document.querySelector('.tool input[type="password"]')`, githubSecret)
		p.click("Check")
	}
	try()
	p.wait(`document.querySelector('.tool .card')?.textContent.includes('compact JSON')`)
	// A sender that signs the raw bytes is right; the secret is kept.
	r.send("POST", strings.TrimPrefix(inbox, "http://"+r.capture), "application/json", prettyIssue, "X-GitHub-Event: issues", hub(githubSecret, prettyIssue))
	p.wait(`boathook.ids().length === 4`)
	p.show(4, "signature")
	try()
	p.click("Keep this for demo")
	p.settle()
	p.keys(".") // what came in while an older one was read
	p.wait(`document.querySelector('#row-4 .c-sig')?.textContent === '✓' && document.querySelector('#row-3 .c-sig')?.textContent === '✕'`)
	p.show(3, "signature")
	p.wait(`document.querySelector('.card.found')?.textContent.includes('compact JSON') && document.querySelector('.card.found pre.code')?.textContent.length > 100`)
	p.secretFree(githubSecret)
	// The app refuses what is genuine.
	p.show(4, "signature")
	p.wait(`document.querySelector('.card.warn')?.textContent.includes('401') && document.querySelector('.card.warn input')`)
	// It says which digest it computed, and the mistake in it is found.
	p.put(`document.querySelector('.card.warn input')`, digest(githubSecret, compactIssue))
	eval[bool](p, `document.querySelector('.card.warn form button').click() ?? true`)
	p.wait(`document.querySelector('.card.warn .card')?.textContent.includes('compact JSON')`)
}

// The first five minutes of somebody who tests: from nothing to a replay of what
// was recorded, its failures, and what differs between two of them.
func TestFirstMinutesOfATester(t *testing.T) {
	r := unpack(t)
	p := r.open("/")
	p.wait(`document.querySelector('.first code')`)
	for range 9 {
		r.send("POST", "/in/demo/orders", "application/json", `{"type":"order.paid","total":1}`)
	}
	r.send("POST", "/in/demo/orders", "application/json", `{"type":"order.paid","total":2,"coupon":"EARLY"}`)
	p.wait(`boathook.ids().length === 10`)
	app, requests := receiver(t, 500)
	eval[any](p, gridFocus)
	p.keys("j", "k")
	eval[bool](p, `!document.querySelector('.grid').dispatchEvent(new KeyboardEvent('keydown', { key: 'a', ctrlKey: true, bubbles: true, cancelable: true }))`)
	p.wait(selected + ` === '10 selected'`)
	eval[bool](p, `[...document.querySelectorAll('.selection button')].find((b) => b.textContent.startsWith('Replay')).click() ?? true`)
	p.wait(`document.querySelector('.replay')`)
	p.settle()
	eval[bool](p, `[...document.querySelectorAll('.replay label')].find((l) => l.textContent === 'a URL').click() ?? true`)
	p.put(`document.querySelector('.replay [type="url"]')`, app+"/again")
	p.click("Dry run")
	p.wait(`document.querySelector('.run-plan')?.textContent.includes('10 requests')`)
	p.click("Replay")
	p.wait(`document.querySelector('.runs-strip')?.textContent.includes('10 / 10')`)
	for range 10 {
		if got := next(t, requests); !strings.Contains(got.body, "order.paid") {
			t.Errorf("the app got %s", got.body)
		}
	}
	p.click("r1")
	p.wait(`location.pathname === '/runs/r1' && document.querySelector('.outcomes')?.textContent.includes('5xx')`)
	p.click("Failures in Live")
	p.wait(`boathook.state().q === 'run:r1 is:failed' && boathook.ids().length === 10`)
	p.do(navigate(r.page + "/compare?a=1&b=10"))
	p.wait(`document.querySelector('.changes')?.closest('.page').textContent.includes('EARLY')`)
	if got := p.text(".compare .counts"); !strings.Contains(got, "2 changed") || !strings.Contains(got, "1 added") {
		t.Errorf("counts are %q", got)
	}
}
