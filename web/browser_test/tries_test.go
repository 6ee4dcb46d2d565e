//go:build browser

package browser

import (
	"fmt"
	"sync/atomic"
	"testing"

	"net/http"
	"net/http/httptest"

	"github.com/chromedp/chromedp"

	"github.com/boathook/boathook/proxy"
)

// emit sends an event and returns the running number of its first delivery.
func (p *tab) emit(event, more string) int {
	p.t.Helper()
	return eval[int](p, fmt.Sprintf(`fetch('/api/v1/events', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ type: %s, ...%s }) }).then((r) => r.json()).then((r) => r.deliveries[0].n)`, quote(event), more))
}

// What was sent says when it is tried again, and a person can hurry that, end it, and
// send it once more as its provider does.
func TestTriesOfWhatWasSent(t *testing.T) {
	r := newRig(t)
	var status atomic.Int32
	status.Store(503)
	app := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(int(status.Load())) }))
	t.Cleanup(app.Close)
	r.endpoint(proxy.Endpoint{Name: "crm", URL: app.URL, Provider: "sitestacker", Events: []string{"sitestacker/*"}})
	r.endpoint(proxy.Endpoint{Name: "shop", URL: app.URL, Provider: "webconnex", Events: []string{"webconnex/coupon"}})
	p := r.open("/live")
	plan := `(document.querySelector('.plan-words')?.textContent || '')`
	attempts := func(n int) string {
		return fmt.Sprintf(`document.querySelectorAll('section.attempt').length === %d`, n)
	}
	n := p.emit("sitestacker/person_create", "{}")
	p.do(navigate(fmt.Sprintf("%s/d/%d/attempts", r.page, n)))
	p.wait(plan + `.match(/Try 2 of 11 in \d+ s/) && ` + attempts(1))
	before := eval[string](p, plan)
	p.wait(plan + ` !== ` + quote(before)) // it counts down
	p.wait(plan + `.includes('up to 9 more tries follow, the last in about 10 min')`)

	p.click("Try now")
	p.wait(attempts(2) + ` && ` + plan + `.includes('Try 3 of 11')`)
	p.wait(`[...document.querySelectorAll('.attempt h3')].map((x) => x.textContent).join() === 'Try 1 of 11,Try 2 of 11'`)
	p.click("Stop retrying")
	p.wait(plan + `.includes('Given up after 2 of 11 tries It was stopped by hand.')`)
	p.wait(plan + `.includes('Resent as Site Stacker does it: the same body, the same signature, the same delivery id, a failure is not tried again.')`)

	status.Store(200)
	p.keys("r")
	p.wait(attempts(3) + ` && ` + plan + `.includes('Delivered at try 3')`)
	eval[bool](p, `document.querySelector('.tab-panel .check input').click() ?? true`)
	p.wait(attempts(2))
	p.keys("1")
	p.wait(`document.querySelector('.sentence')?.textContent.match(/^sitestacker\/person_create was sent to crm \([^)]+\)\. Try 3 was answered 200 in /)`)
	p.wait(`document.querySelector('.facts a[href="/endpoints/crm"]') && document.querySelector('.facts a[href="/send/sitestacker/person_create"]')`)

	// The provider's own word for it.
	n = p.emit("webconnex/coupon", "{}")
	p.do(navigate(fmt.Sprintf("%s/d/%d", r.page, n)))
	p.wait(plan + `.includes('Resent as Webconnex does it (“Re-Send”): the same body, the same signature, a new delivery id')`)

	// Sending that is switched off is named, and where it is switched on.
	status.Store(500)
	n = p.emit("sitestacker/person_create", "{}")
	p.do(navigate(fmt.Sprintf("%s/d/%d", r.page, n)))
	p.wait(plan + `.includes('Try 2 of 11 in')`)
	set := r.settings.Get()
	set.Sending = false
	if _, err := r.settings.Update(t.Context(), set); err != nil {
		t.Fatal(err)
	}
	p.do(navigate(fmt.Sprintf("%s/d/%d", r.page, n)))
	p.wait(plan + `.includes('Sending is switched off') && document.querySelector('.plan-words a[href="/settings/sending"]') && document.querySelector('.plan-acts .primary:disabled')`)

	// However many tries there were, they go sideways in their own place and not with
	// the whole window.
	set = r.settings.Get()
	set.Sending = true
	if _, err := r.settings.Update(t.Context(), set); err != nil {
		t.Fatal(err)
	}
	r.endpoint(proxy.Endpoint{Name: "tired", URL: app.URL, Provider: "sitestacker", Events: []string{"sitestacker/tag_create"}, Speed: 1_000_000})
	n = p.emit("sitestacker/tag_create", `{ to: ['tired'] }`)
	p.do(chromedp.EmulateViewport(390, 844), navigate(fmt.Sprintf("%s/d/%d/attempts", r.page, n)))
	p.wait(attempts(11) + ` && document.querySelectorAll('.timeline .mark').length === 11`)
	p.looksRight("eleven tries")
	p.do(chromedp.EmulateViewport(1440, 900))

	// What nobody wanted says so, and where an endpoint for it is made.
	n = p.emit("stripe/payment_intent.succeeded", "{}")
	p.do(navigate(fmt.Sprintf("%s/d/%d", r.page, n)))
	p.wait(`document.querySelector('.sentence')?.textContent.includes('No endpoint subscribes to stripe/payment_intent.succeeded') && document.querySelector('.card a[href^="/endpoints/new?event=stripe"]')`)
}

// The table of Activity tells when something is tried next, and its numbers lead to
// what they count.
func TestActivityTellsTheNextTry(t *testing.T) {
	r := newRig(t)
	app := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(503) }))
	t.Cleanup(app.Close)
	r.endpoint(proxy.Endpoint{Name: "crm", URL: app.URL, Provider: "sitestacker", Events: []string{"sitestacker/*"}})
	p := r.open("/live")
	p.emit("sitestacker/person_create", "{}")
	p.do(navigate(r.page + "/activity"))
	p.wait(`[...document.querySelectorAll('.groups th')].some((x) => x.textContent === 'Next try') && document.querySelector('.groups time')?.textContent.match(/^in \d+ s$/)`)
	p.wait(`document.querySelector('.groups a[href*="is:retrying"]') && document.querySelector('.sums a[href*="is:failed"]')`)
	eval[bool](p, `document.querySelector('.sums a[href*="is:failed"]').click() ?? true`)
	p.loaded()
	p.wait(`location.pathname === '/live' && boathook.state().rows === 1`)
}

// Every page says when nothing is sent, and when boathook does not answer.
func TestPagesTellWhatIsWrong(t *testing.T) {
	r := newRig(t)
	r.endpoint(proxy.Endpoint{Name: "office", Kind: proxy.KindEmail, Events: []string{"*"}, Email: &proxy.Email{To: []string{"a@example.org"}}})
	set := r.settings.Get()
	set.Sending = false
	if _, err := r.settings.Update(t.Context(), set); err != nil {
		t.Fatal(err)
	}
	p := r.open("/endpoints")
	p.wait(`document.querySelector('.slim')?.textContent.includes('Sending is switched off')`)
	p.keys("g", "s")
	p.wait(`location.pathname === '/send' && document.querySelector('.slim')?.textContent.includes('Sending is switched off')`)
	p.click("Switch sending on")
	p.wait(`!document.querySelector('.slim')`)
	if !r.settings.Get().Sending {
		t.Error("sending is still off")
	}

	// A message without a mail server is kept, and nobody waits for it.
	n := p.emit("stockcrowd/INVERSOR_PAYMENT_SUCCEEDED", "{}")
	p.do(navigate(r.page + "/live"))
	p.loaded()
	p.wait(fmt.Sprintf(`document.querySelector('#row-%d .status')?.textContent === '●kept'`, n))

	p.do(navigate(r.page + "/runs"))
	p.wait(`document.querySelector('.card.plain')`)
	r.relay.close()
	p.wait(`document.querySelector('.slim')?.textContent.includes('boathook does not answer')`)
}

// What is new about sent deliveries has no barriers, in both themes and on a phone.
func TestSendingIsOpenToAll(t *testing.T) {
	r := newRig(t)
	app := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(503) }))
	t.Cleanup(app.Close)
	for _, v := range []view{{width: 1440, height: 900, dark: true}, {width: 390, height: 844}} {
		p := r.open("/live", v)
		p.emit("sitestacker/person_create", "{}") // kept, for a backfill
		if _, err := r.endpoints.Get("crm"); err != nil {
			r.endpoint(proxy.Endpoint{Name: "crm", URL: app.URL, Provider: "sitestacker", Events: []string{"sitestacker/*"}})
		}
		n := p.emit("sitestacker/person_create", "{}")
		for _, s := range []struct{ path, sees, do, then string }{
			{fmt.Sprintf("/d/%d", n), `document.querySelector('.plan-words')`, "", ""},
			{fmt.Sprintf("/d/%d/attempts", n), `document.querySelector('.timeline')`, "", ""},
			{fmt.Sprintf("/d/%d", n), `document.querySelector('.detail-acts')`, `document.querySelector('.detail-acts [aria-haspopup="menu"]').click() ?? true`, `document.querySelector('[role="menu"]')`},
			{"/endpoints/crm/events", `document.querySelector('.backfill [role="status"] b')`, "", ""},
			{"/endpoints/crm/health", `document.querySelector('.numbers')`, "", ""},
			{"/send/sitestacker/person_create?tab=drift", `document.querySelector('#send-panel .note, table.drift')`, "", ""},
			{"/activity", `document.querySelector('.groups time')`, "", ""},
		} {
			p.do(navigate(r.page + s.path))
			p.wait(s.sees)
			if s.do != "" {
				eval[bool](p, s.do)
				p.wait(s.then)
			}
			p.axe(fmt.Sprintf("%s at %d px", s.path, v.width))
			if eval[bool](p, `document.documentElement.scrollWidth > innerWidth`) {
				t.Errorf("%s goes sideways at %d px", s.path, v.width)
			}
		}
		if v.width < 768 {
			p.click("More")
			p.wait(`document.querySelector('.sheet .more')`)
			p.axe("the sheet of further pages")
		}
	}
}
