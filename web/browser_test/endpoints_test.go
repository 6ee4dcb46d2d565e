//go:build browser

package browser

import (
	"fmt"
	"testing"

	"github.com/boathook/boathook/proxy"
)

// An endpoint is made by a form that has the switches of the provider's own.
func TestEndpointForm(t *testing.T) {
	r := newRig(t)
	url, requests := receiver(t, 200)
	p := r.open("/endpoints/new")
	p.wait(`document.querySelector('.event-grid')`)
	p.fill("Name", "crm")
	p.choose("Provider", "stockcrowd")
	p.wait(`document.querySelector('.event-grid')?.textContent.includes('INVERSOR_CREATED')`)
	p.fill("URL", "http://crm.example.org/hooks")
	p.wait(`document.querySelector('.card.warn')?.textContent.includes('crm.example.org has not been sent to')`)
	// What is wrong is marked where it stands, until it is tried again.
	p.fill("URL", "htp://crm")
	p.click("Create endpoint")
	p.wait(`document.activeElement.dataset.field === 'url' && document.activeElement.getAttribute('aria-invalid') === 'true' && document.querySelector('#save-problem').textContent.includes('htp')`)
	p.fill("URL", url)
	p.wait(`!document.querySelector('.card.warn')`)
	tick := func(label string) {
		t.Helper()
		find := fmt.Sprintf(`[...document.querySelectorAll('.endpoint-form label.check')].find((x) => x.textContent.trim() === %s)`, quote(label))
		p.wait(find)
		eval[bool](p, find+`.querySelector('input').click() ?? true`)
	}
	tick("INVERSOR_CREATED")
	tick("Skip offline contributions")
	tick("Skip CRM transactions")
	p.choose("Format", "form")
	p.choose("API key", "header")
	p.fill("Key", "swordfish")
	p.wait(`document.querySelector('[data-field="auth.name"]')?.value === 'X-Api-Key'`)
	const name = `document.querySelector('[data-field="auth.name"]')`
	p.put(name, "no name")
	p.click("Create endpoint")
	p.wait(`document.activeElement === ` + name + ` && ` + name + `.getAttribute('aria-invalid') === 'true'`)
	p.put(name, "X-Api-Key")
	// Only these, and none of them, is not all.
	p.choose("Campaign", "only")
	p.wait(`document.querySelector('.endpoint-form input:invalid')`)
	p.click("Create endpoint")
	p.wait(`document.activeElement.matches(':invalid') && location.pathname === '/endpoints/new'`)
	p.choose("Campaign", "all")
	p.choose("Rule", "3x24h")
	p.choose("Speed of its clock", "3600")
	p.wait(`[...document.querySelectorAll('.tries li')].map((x) => x.textContent).join() === '1 at once,2 after 24 h (24 s of your time),3 after 2 days (48 s of your time)'`)
	p.click("Create endpoint")
	p.wait(`location.pathname === '/endpoints/crm' && document.querySelector('h1')?.textContent === 'crm'`)
	ep, err := r.endpoints.Get("crm")
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(ep.Provider, ep.Events, ep.Skip, ep.Format, ep.Auth.Kind, ep.Auth.Name, ep.Retry.Preset, ep.Speed); got != "stockcrowd[stockcrowd/INVERSOR_CREATED]tag:offline OR tag:crmformheaderX-Api-Key3x24h3600" {
		t.Errorf("stored %s", got)
	}
	p.click("Ping")
	if g := next(t, requests); g.head.Get("X-Api-Key") != "swordfish" {
		t.Errorf("key = %q", g.head.Get("X-Api-Key"))
	}
	p.wait(`[...document.querySelectorAll('.toast')].some((x) => x.textContent.includes('crm answered 200'))`)

	// Somebody else changes it meanwhile: nothing is overwritten.
	ep.Note = "changed elsewhere"
	if _, err := r.endpoints.Update(t.Context(), ep); err != nil {
		t.Fatal(err)
	}
	p.click("* every event")
	p.fill("Note", "mine")
	p.click("Save")
	p.wait(`document.querySelector('[role="alert"]')?.textContent.includes('Somebody else changed')`)
	p.click("Load what is stored")
	p.wait(`[...document.querySelectorAll('input')].some((i) => i.value === 'changed elsewhere')`)
	// What is wrong is said, and its part of the form opens.
	p.fill("Further filter", "staus:1")
	p.click("Save")
	p.wait(`document.querySelector('.save-bar [role="alert"]')?.textContent.includes('staus')`)
}

// The secret is shown once; a rotation shows the new one, and lets the old one count on.
func TestEndpointSecret(t *testing.T) {
	r := newRig(t)
	p := r.open("/endpoints/new?provider=webconnex")
	p.fill("Name", "shop")
	p.fill("URL", "http://localhost:1")
	p.click("Create endpoint")
	p.wait(`document.querySelector('.card.good code')?.textContent.length > 20`)
	first := p.text(".card.good code")
	p.do(navigate(r.page + "/endpoints/shop/signing"))
	p.wait(`document.querySelector('.secret-list li') && document.querySelector('pre.code')?.textContent.includes('X-Webconnex-Signature')`)
	if eval[bool](p, fmt.Sprintf(`document.body.textContent.includes(%s)`, quote(first))) {
		t.Error("the secret is shown again")
	}
	// A mistyped time does not end the old one at once.
	p.put(`document.querySelector('form .field input[inputmode="decimal"]')`, "2 days")
	p.wait(`document.querySelector('[aria-invalid="true"]')`)
	p.click("Make a new secret")
	p.wait(`document.activeElement.matches(':invalid') && document.querySelectorAll('.secret-list li').length === 1`)
	p.put(`document.querySelector('form .field input[inputmode="decimal"]')`, "24")
	p.wait(`!document.querySelector('[aria-invalid="true"]')`)
	p.click("Make a new secret")
	p.wait(`document.querySelectorAll('.secret-list li').length === 2 && document.querySelector('.card.good code')`)
	if second := p.text(".card.good code"); second == first || len(second) < 20 {
		t.Errorf("new secret %q", second)
	}
}

// The list tells how endpoints fare; a deletion asks nothing and can be undone.
func TestEndpointList(t *testing.T) {
	r := newRig(t)
	good, _ := receiver(t, 200)
	bad, _ := receiver(t, 500)
	r.endpoint(proxy.Endpoint{Name: "good", URL: good, Events: []string{"*"}})
	r.endpoint(proxy.Endpoint{Name: "bad", URL: bad, Provider: "webconnex", Events: []string{"webconnex/*"}, Channels: []string{"client_42"}})
	p := r.open("/endpoints")
	p.wait(`document.querySelectorAll('section.ep').length === 2`)
	p.click("Ping all")
	p.wait(`[...document.querySelectorAll('.toast')].some((x) => x.textContent.includes('1 of 2 endpoints'))`)
	p.wait(`document.querySelector('section.ep[aria-label="good"] .spark')?.getAttribute('aria-label') === '1 ok, 0 failed of the last 1' && document.querySelector('section.ep[aria-label="bad"] .ok-pct').textContent === '0 %'`)
	eval[bool](p, `document.querySelector('section.ep[aria-label="bad"] input').click() ?? true`)
	p.wait(`document.querySelector('section.ep[aria-label="bad"].is-off')`)
	if ep, err := r.endpoints.Get("bad"); err != nil || ep.On {
		t.Errorf("switched off: %v, %v", ep.On, err)
	}
	p.do(navigate(r.page + "/endpoints/good/deliveries"))
	const resend = `document.querySelector('.sent-table button[aria-label^="Resend #"]')`
	p.wait(resend)
	eval[bool](p, resend+`.click() ?? true`)
	p.wait(`document.querySelectorAll('.sent-table tbody tr').length === 2 || document.querySelector('.sent-table tbody td:nth-of-type(3)')?.textContent.startsWith('2')`)
	p.click("Health")
	p.wait(`location.pathname === '/endpoints/good/health' && document.querySelector('.numbers')?.textContent.includes('100 %')`)
	p.click("Settings")
	p.do(navigate(r.page + "/endpoints/bad"))
	p.click("Delete endpoint")
	p.wait(`location.pathname === '/endpoints' && document.querySelectorAll('section.ep').length === 1`)
	p.click("Undo")
	p.wait(`location.pathname === '/endpoints/bad'`)
	if ep, err := r.endpoints.Get("bad"); err != nil || ep.Provider != "webconnex" || len(ep.Channels) != 1 {
		t.Errorf("undone: %+v, %v", ep, err)
	}
}

// An endpoint that its provider's rule switched off says why, in the list and on its
// page, and is switched on again there.
func TestEndpointSwitchedOffByARule(t *testing.T) {
	r := newRig(t)
	bad, requests := receiver(t, 500)
	r.endpoint(proxy.Endpoint{Name: "shop", URL: bad, Provider: "woocommerce", Events: []string{"woocommerce/*"}})
	p := r.open("/endpoints")
	p.wait(`document.querySelector('section.ep[aria-label="shop"] input')?.checked`)
	for range 7 {
		p.click("Ping shop")
		next(t, requests)
	}
	p.do(navigate(r.page + "/endpoints/shop"))
	p.wait(`document.querySelector('.note.warn')?.textContent.includes('7 tries failed one after the other, after which WooCommerce switches an endpoint off')`)
	p.do(navigate(r.page + "/endpoints"))
	p.wait(`document.querySelector('section.ep.is-off[aria-label="shop"] .name .client')?.title.includes('7 tries failed') && !document.querySelector('section.ep input').checked`)
	p.do(navigate(r.page + "/endpoints/shop"))
	p.wait(`document.querySelector('.note.warn button')`)
	p.click("Switch on again")
	p.wait(`!document.querySelector('.note.warn')`)
	if ep, err := r.endpoints.Get("shop"); err != nil || !ep.On || ep.Disabled != nil {
		t.Errorf("%v, %+v, %v", ep.On, ep.Disabled, err)
	}
}
