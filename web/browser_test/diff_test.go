//go:build browser

package browser

import (
	"strings"
	"testing"

	"github.com/boathook/boathook/web"
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

// What was sent says how it was signed, and how a receiver checks it.
func TestSignatureOfWhatWasSent(t *testing.T) {
	r := newRig(t, func(*web.Options) {})
	p := r.open("/live")
	p.wait(`window.boathook`)
	eval[any](p, `fetch('/api/v1/events', {method:'POST', headers:{'Content-Type':'application/json'}, body: JSON.stringify({type:'standard-webhooks/'+'invoice.paid', to:['inbox:demo']})}).then((r) => r.json())`)
	p.wait(`boathook.ids().length > 0`)
	p.keys("j")
	n := eval[string](p, `String([...document.querySelectorAll('.rows .tr')].find((x) => x.textContent.includes('→'))?.querySelector('.n')?.textContent ?? '')`)
	if n == "" {
		t.Fatal("nothing was sent")
	}
	p.do(navigate(r.page + "/live?sel=" + n + "&tab=signature"))
	p.wait(`document.querySelector('.verdict-line')?.textContent.includes('Sent without a signature') || document.querySelector('[aria-label="The code the receiver needs"] pre.code')`)
}
