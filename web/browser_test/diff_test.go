//go:build browser

package browser

import (
	"fmt"
	"strings"
	"testing"

	"github.com/boathook/boathook/proxy"
)

// The tab Diff compares with the delivery of the same event before, with the pinned
// one, with the catalogue's sample and with any other; names can be ignored.
func TestDiffTab(t *testing.T) {
	r := newRig(t)
	const json = "application/json"
	head := []string{"User-Agent: Webconnex/1.0", "X-Webconnex-Event: registration"}
	r.send("POST", "/in/demo/a", json, registration, head...)
	r.send("POST", "/in/demo/b", "text/plain", "something else")
	r.send("POST", "/in/demo/a", json, strings.Replace(registration, "125.50", "0", 1), head...)
	p := r.open("/live?sel=3&tab=diff&pin=2")
	p.wait(`document.querySelector('.changes-box:last-of-type') && document.querySelector('.tab-panel').textContent.includes('125.50')`)
	if text := p.text(".diff-bar [aria-pressed='true']"); text != "Same event before, #1" {
		t.Errorf("it compares with %q", text)
	}
	p.click("Ignore this: data.total")
	p.wait(`document.querySelector('.tab-panel').textContent.includes('1 ignored')`)
	p.click("Count data.total again")
	p.click("Pinned, #2")
	p.wait(`location.search.includes('against=base') && document.querySelector('.unified, .ranges')`)
	p.click("Sample of the catalogue")
	p.wait(`location.search.includes('against=sample') && document.querySelector('.changes')`)
	p.axe("diff")
	p.do(navigate(r.page + "/live?sel=3&tab=diff&against=2&part=response"))
	p.wait(`document.querySelector('.diff-other')?.value === '2' && document.querySelector('.counts[role="status"]')`)
}

// What has the same id stands in the overview.
func TestRelatedDeliveries(t *testing.T) {
	r := newRig(t)
	for range 2 {
		r.send("POST", "/in/demo/a", "application/json", `{"type":"invoice.paid"}`, "Webhook-Id: msg_1", "Webhook-Timestamp: 1700000000", "Webhook-Signature: v1,AAAA")
	}
	p := r.open("/live?sel=2")
	p.wait(`document.querySelector('.related')?.textContent.includes('#1') && document.querySelector('.related').textContent.includes('same delivery id')`)
	p.click("All in Live")
	p.wait(`location.search.includes('msg_1') && boathook.state().rows === 2`)
}

// What was sent says how it was signed, and how a receiver checks it; what was not
// signed says so.
func TestSignatureOfWhatWasSent(t *testing.T) {
	r := newRig(t)
	url, requests := receiver(t, 200)
	r.endpoint(proxy.Endpoint{Name: "crm", URL: url, Provider: "webconnex", Events: []string{"webconnex/*"}})
	r.endpoint(proxy.Endpoint{Name: "plain", URL: url, Provider: "webconnex", Events: []string{"webconnex/*"}, Scheme: "none"})
	signed, unsigned := r.emit(map[string]any{"type": "webconnex/coupon", "to": []string{"crm"}})[0], 0
	got := next(t, requests)
	unsigned = r.emit(map[string]any{"type": "webconnex/coupon", "to": []string{"plain"}})[0]
	if bare := next(t, requests); bare.head.Get("X-Webconnex-Signature") != "" {
		t.Errorf("what is not signed came with %q", bare.head.Get("X-Webconnex-Signature"))
	}
	p := r.open(fmt.Sprintf("/live?sel=%d&tab=signature", signed))
	p.wait(`document.querySelector('.verdict-line')?.textContent.includes('Signed as the receiver expects it')`)
	p.settle()
	if about := p.text(".sign-about"); !strings.Contains(about, "X-Webconnex-Signature") || !strings.Contains(about, "Webconnex") {
		t.Errorf("how it was signed: %q", about)
	}
	if shown := p.text(".digest code"); shown == "" || shown != got.head.Get("X-Webconnex-Signature") {
		t.Errorf("the page shows the signature %q, the receiver got %q", shown, got.head.Get("X-Webconnex-Signature"))
	}
	const code = `[aria-label="The code the receiver needs"] `
	for language, word := range map[string]string{"Go": "hmac.New(sha256.New", "PHP": "hash_hmac('sha256'"} {
		p.click(language)
		p.wait(`document.querySelector(` + quote(code+"pre.code") + `)?.textContent.includes(` + quote(word) + `) && document.querySelector(` + quote(code+"pre.code") + `).textContent.includes('X-Webconnex-Signature') || document.querySelector(` + quote(code+"pre.code") + `)?.textContent.includes('HTTP_X_WEBCONNEX_SIGNATURE')`)
	}
	p.click("crm")
	p.wait(`location.pathname === '/endpoints/crm'`)
	p.do(navigate(fmt.Sprintf("%s/live?sel=%d&tab=signature", r.page, unsigned)))
	p.wait(`document.querySelector('.verdict-line')?.textContent.includes('Sent without a signature')`)
	p.settle()
	if eval[bool](p, `document.querySelector(`+quote(code+"pre.code")+`) !== null`) {
		t.Error("code that checks a signature is shown where there is none")
	}
}
