//go:build browser

package browser

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/boathook/boathook/proxy"
)

// pick chooses a scheme by typing a part of its name.
func (p *tab) pick(within, name, want string) {
	p.t.Helper()
	input := fmt.Sprintf(`document.querySelector(%s)`, quote(within+` .pick input`))
	p.wait(input)
	eval[bool](p, `(`+input+`.focus(), true)`)
	p.wait(`document.querySelectorAll('.pick [role="option"]').length > 50`)
	p.put(input, name)
	p.wait(fmt.Sprintf(`document.querySelector('.pick [role="option"][aria-selected="true"] span')?.textContent === %s`, quote(want)))
	p.keys("\r")
	p.wait(input + `.value === ` + quote(want))
}

// A scheme is found by its name, a secret is made, shown once, rotated and removed.
func TestInboxVerify(t *testing.T) {
	r := newRig(t)
	if _, err := r.inboxes.Create(t.Context(), proxy.Inbox{Name: "shop"}); err != nil {
		t.Fatal(err)
	}
	shop := func() proxy.Inbox {
		t.Helper()
		in, err := r.inboxes.Get("shop")
		if err != nil {
			t.Fatal(err)
		}
		return in
	}
	p := r.open("/inboxes/shop/verify")
	p.pick("#verify", "strip", "Stripe")
	p.click("Generate")
	p.wait(`document.querySelector('.secret-list')?.textContent.includes('shown once')`)
	p.click("Save")
	p.settle()
	p.wait(`document.querySelector('.card.good code')?.textContent.length > 16`)
	made := p.text(".card.good code")
	in := shop()
	if in.Scheme != "stripe.v1" || len(in.Secrets) != 1 || in.Secrets[0].Hint != "…"+made[len(made)-4:] {
		t.Errorf("stored %q %v", in.Scheme, in.Secrets)
	}
	p.click("Close")
	p.wait(`!document.querySelector('.card.good')`)
	p.secretFree(made)
	p.do(navigate(r.page + "/inboxes/shop"))
	p.wait(`document.querySelector('.secret-list')?.textContent.includes(` + quote(in.Secrets[0].Hint) + `)`)
	p.secretFree(made)

	p.click("Rotate…")
	p.put(field("The old one counts for"), "2")
	p.put(`document.querySelector('.inset input[type="password"]')`, "whsec_the-next-one-0123456789")
	p.click("Rotate")
	p.wait(`document.querySelectorAll('.secret-list li').length === 2`)
	p.click("Save")
	p.settle()
	p.wait(`[...document.querySelectorAll('.toast')].some((x) => x.textContent.includes('Saved'))`)
	in = shop()
	if len(in.Secrets) != 2 || in.Secrets[0].Name != "current" || in.Secrets[1].Name != "previous" || in.Secrets[1].Until == nil {
		t.Fatalf("after a rotation: %v", in.Secrets)
	}
	if left := time.Until(*in.Secrets[1].Until); left < 110*time.Minute || left > 2*time.Hour {
		t.Errorf("the old one counts for %v more, want 2 h", left)
	}
	p.wait(`document.querySelector('.secret-list')?.textContent.includes('stops counting in 2 h') || document.querySelector('.secret-list')?.textContent.includes('stops counting in 120 min')`)
	p.secretFree("whsec_the-next-one-0123456789")

	p.click("Remove the secret previous")
	p.wait(`document.querySelectorAll('.secret-list li').length === 1`)
	// A wrong secret is refused with the reason, and nothing is lost.
	p.pick("#verify", "twilio", "Twilio")
	p.wait(field("Public address"))
	p.put(field("Public address"), "ftp://no")
	p.click("Save")
	p.settle()
	p.wait(`document.querySelector('[role="alert"]')?.textContent.includes('url_base')`)
	p.put(field("Public address"), "https://hooks.example.org")
	p.click("Save")
	p.settle()
	p.wait(`document.querySelector('.save-bar .primary').disabled`)
	if in = shop(); in.URLBase != "https://hooks.example.org" || len(in.Secrets) != 1 || !strings.HasPrefix(in.Scheme, "twilio") {
		t.Errorf("stored %q %q %v", in.Scheme, in.URLBase, in.Secrets)
	}
}

// The answer form says when it has no effect.
func TestAnswerOfAnAppGoesFirst(t *testing.T) {
	r := newRig(t)
	p := r.open("/inboxes/demo")
	p.wait(`document.querySelector('#answer')`)
	if strings.Contains(p.text("#answer"), "goes back to the sender now") {
		t.Error("the inbox answers itself")
	}
	r.setInbox("demo", func(in *proxy.Inbox) {
		in.Forward, in.AnswerFrom = []proxy.Target{{Name: "shop", URL: "http://localhost:3000"}}, "shop"
	})
	p.do(navigate(r.page + "/inboxes/demo/answer"))
	p.wait(`document.querySelector('#answer .note')?.textContent.includes('The answer of shop goes back to the sender now')`)
}

// A scheme of one's own: tried as it is written, its mistake at its place, used by
// an inbox, deleted.
func TestSchemeBuilder(t *testing.T) {
	r := newRig(t)
	p := r.open("/settings/signing")
	p.wait(`document.querySelectorAll('.scheme-item').length > 100`)
	p.put(`document.querySelector('input[type="search"]')`, "chargebee")
	p.wait(`document.querySelectorAll('.scheme-item').length === 1 && document.querySelector('.scheme-item')?.textContent.includes('Unconfirmed')`)
	p.click("New scheme")
	p.wait(`location.pathname === '/settings/signing/new'`)
	secret := `document.querySelector('.builder-try input')`
	p.put(secret, "open-sesame-0123456789")
	p.wait(`document.querySelector('.builder-try')?.textContent.includes('Signs and verifies')`)
	before := p.text(".builder-try .pairs td")
	p.put(field("Signed content"), "{timestamp}.{boddy}")
	p.wait(`document.querySelector('.builder-row [aria-invalid="true"]')?.value === '{timestamp}.{boddy}' && document.querySelector('.builder-row .error-text')?.textContent.includes('boddy')`)
	if !eval[bool](p, `document.querySelector('.builder-save .primary').disabled`) {
		t.Error("a scheme with a mistake can be saved")
	}
	p.put(field("Signed content"), "v0:{body}")
	p.wait(`document.querySelector('.builder-try')?.textContent.includes('Signs and verifies') && !document.querySelector('.builder-try')?.textContent.includes(` + quote(before) + `)`)

	// As JSON, with line and column.
	eval[bool](p, `document.querySelectorAll('.segmented input')[1].click() ?? true`)
	row := `document.querySelector('.json-row')`
	p.wait(row)
	text := eval[string](p, row+`.value`)
	p.put(row, strings.Replace(text, "hmac-sha256", "hmac-md5", 1))
	p.wait(`document.querySelector('#json-mistake .btn')?.textContent.startsWith('line ')`)
	p.put(row, text[:len(text)-2])
	p.wait(`document.querySelector('#json-mistake')`)
	p.put(row, strings.Replace(text, `"Acme"`, `"Acme Corp"`, 1))
	p.wait(`!document.querySelector('#json-mistake')`)
	p.click("Save")
	p.wait(`location.pathname === '/settings/signing' && document.querySelector('[aria-label="Your own schemes"] .scheme-item')?.textContent.includes('Acme Corp')`)
	own, ok := r.schemes.Lookup("acme")
	if !ok || own.Content != "v0:{body}" || own.Name != "Acme Corp" {
		t.Fatalf("stored %+v", own)
	}

	p.do(navigate(r.page + "/inboxes/demo"))
	p.pick("#verify", "acme", "Acme Corp")
	p.do(navigate(r.page + "/settings/signing/acme"))
	p.wait(field("Name") + `?.value === 'Acme Corp'`)
	p.put(field("Name"), "Acme Inc")
	p.click("Save")
	p.wait(`document.querySelector('[aria-label="Your own schemes"]')?.textContent.includes('Acme Inc')`)
	p.do(navigate(r.page + "/settings/signing/acme"))
	p.click("Delete scheme")
	p.wait(`document.querySelector('.confirm')?.textContent.includes('Delete the scheme acme')`)
	p.click("Delete it")
	p.wait(`location.pathname === '/settings/signing' && document.querySelector('[aria-label="Your own schemes"]')?.textContent.includes('None yet')`)
	p.secretFree("open-sesame-0123456789")
}

// Which questions of senders an inbox answers is chosen by name.
func TestChallenges(t *testing.T) {
	r := newRig(t)
	p := r.open("/inboxes/demo")
	only := `[...document.querySelectorAll('.choices label')].find((l) => l.textContent === 'Only these')?.querySelector('input')`
	p.wait(only)
	eval[bool](p, only+`.click() ?? true`)
	p.wait(`document.querySelectorAll('.challenge-list input:checked').length > 5`)
	eval[bool](p, `[...document.querySelectorAll('.challenge-list li')].forEach((li) => { if (!/slack|meta/i.test(li.querySelector('b').textContent)) li.querySelector('input').click(); }) ?? true`)
	p.put(field("Verify token"), "my token")
	p.click("Save")
	p.wait(`[...document.querySelectorAll('.toast')].some((x) => x.textContent.includes('Saved'))`)
	in, err := r.inboxes.Get("demo")
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(in.Challenges, " "); !strings.Contains(got, "slack") || strings.Contains(got, "zoom") || in.ChallengeToken != "my token" {
		t.Errorf("stored %q, token %q", got, in.ChallengeToken)
	}
}
