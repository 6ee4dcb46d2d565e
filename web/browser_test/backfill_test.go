//go:build browser

package browser

import (
	"strings"
	"testing"
	"time"

	"github.com/boathook/boathook/proxy"
)

// An endpoint is given the events from before it was made: they are counted first,
// then a run sends them.
func TestBackfillOfEndpoint(t *testing.T) {
	r := newRig(t)
	url, requests := receiver(t, 200)
	p := r.open("/live")
	for range 3 {
		p.emit("sitestacker/person_create", "{}")
	}
	p.emit("stripe/payment_intent.succeeded", "{}")
	r.endpoint(proxy.Endpoint{Name: "crm", URL: url, Provider: "sitestacker", Events: []string{"sitestacker/*"}})
	p.do(navigate(r.page + "/endpoints/crm/events"))
	p.wait(`document.querySelector('.backfill')?.textContent.includes('3 earlier events match.')`)
	// An example says what would be sent: to this endpoint, and signed by it.
	p.wait(`document.querySelector('.example summary')?.textContent.includes('The first request')`)
	if eval[bool](p, `document.querySelector('.example').open`) {
		t.Error("the example is open before it is asked for")
	}
	eval[bool](p, `document.querySelector('.example summary').click() ?? true`)
	p.wait(`document.querySelector('.example').open && document.querySelector('.example .start')?.textContent.includes('POST / HTTP/1.1')`)
	example := p.text(".example")
	for _, want := range []string{"SiteStacker-Event", "person_create", "SiteStacker-Signature", "Host", strings.TrimPrefix(url, "http://"), `"fullname":"Full Person"`} {
		if !strings.Contains(example, want) {
			t.Errorf("the example lacks %s: %s", want, example)
		}
	}
	if n := len(requests); n != 0 {
		t.Fatalf("counting sent %d requests", n)
	}
	p.fill("At most", "2")
	p.wait(`document.querySelector('.backfill')?.textContent.includes('2 earlier events match.') && document.querySelector('.backfill code').textContent.endsWith('--limit 2')`)
	p.fill("At most", "")
	p.wait(`document.querySelector('.backfill')?.textContent.includes('3 earlier events match.')`)
	// What is no number does not stand for all: nothing is sent.
	p.fill("At most", "1o")
	p.wait(`document.querySelector('.backfill [aria-invalid="true"]')`)
	p.click("Send 3 earlier events")
	p.wait(`document.activeElement.matches('.backfill [aria-invalid="true"]')`)
	if n := len(requests); n != 0 {
		t.Fatalf("%d requests were sent", n)
	}
	p.fill("At most", "")
	p.wait(`!document.querySelector('.backfill [aria-invalid="true"]')`)
	p.click("Send 3 earlier events")
	for range 3 {
		if got := next(t, requests); got.head.Get("SiteStacker-Event") != "person_create" {
			t.Errorf("headers are %v", got.head)
		}
	}
	p.wait(`document.querySelector('.run-big a[href="/runs/r1"]') && document.querySelector('.run-big')?.textContent.includes('3 / 3') && document.querySelector('.backfill')?.textContent.includes('No earlier event is left to send.')`)

	p.fill("Only those that match", "status:>")
	p.wait(`document.querySelector('.backfill .card[role="alert"]')`)
}

// An endpoint that its provider would have switched off says why, and is switched on
// with one press.
func TestSwitchedOffEndpoint(t *testing.T) {
	r := newRig(t)
	r.endpoint(proxy.Endpoint{Name: "shop", URL: "http://127.0.0.1:1", Events: []string{"shopify/*"}})
	if err := r.endpoints.Disable(t.Context(), "shop", "8 tries failed", time.Now()); err != nil {
		t.Fatal(err)
	}
	p := r.open("/endpoints/shop/events")
	p.wait(`document.querySelector('.note.warn')?.textContent.includes('8 tries failed') && document.body.textContent.includes('earlier events can be sent to it once it is on')`)
	p.click("Switch on again")
	p.wait(`!document.querySelector('.note.warn') && document.querySelector('.backfill')`)
	if ep, err := r.endpoints.Get("shop"); err != nil || ep.Disabled != nil || !ep.On {
		t.Errorf("endpoint = %+v, %v", ep, err)
	}
}

// Bodies that differ from what is known of their event are told of, with the first and
// the last one.
func TestDriftOfAnEvent(t *testing.T) {
	r := newRig(t)
	for range 2 {
		r.send("POST", "/in/demo/", "application/json", `{"eventType":"registration","novel":{"<b>":1},"data":{}}`, "X-Webconnex-Event: registration", "User-Agent: Webconnex-Divvy", "X-Webconnex-Delivery: 7f21")
	}
	p := r.open("/send/webconnex/registration?tab=drift")
	p.wait(`[...document.querySelectorAll('table.drift tr')].some((x) => x.textContent.includes('novel') && x.textContent.includes('unexpected') && x.textContent.includes('2 of 2') && x.querySelectorAll('a[href^="/d/"]').length === 2)`)
	if strings.Contains(eval[string](p, `document.querySelector('table.drift').innerHTML`), "<b>1") {
		t.Error("a name became markup")
	}
	// What was found, as it was received.
	p.wait(`document.querySelector('.example summary')?.textContent.includes('The newest request with')`)
	eval[bool](p, `document.querySelector('.example summary').click() ?? true`)
	p.wait(`document.querySelector('.example .start')?.textContent.includes('POST /in/demo/ HTTP/1.1') && [...document.querySelectorAll('.example .tree-row')].some((x) => x.textContent.includes('novel'))`)
	p.fill("Only deliveries that match", "status:500")
	p.click("Look")
	p.wait(`document.querySelector('#send-panel .note')?.textContent.includes('No recorded body differs')`)
}
