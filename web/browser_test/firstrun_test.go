//go:build browser

package browser

import (
	"os"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"github.com/boathook/boathook/web"
)

func TestFirstRun(t *testing.T) {
	r := newRig(t)
	p := r.open("/live")
	p.wait(`document.querySelector('.first code')?.textContent === ` + quote("http://"+r.capture+"/in/demo"))
	// What cannot be done yet is named, not offered.
	p.wait(`document.querySelector('.ticks')?.textContent.includes('break it')`)
	if eval[bool](p, `[...document.querySelectorAll('.ticks button')].some((b) => b.textContent.includes('break'))`) {
		t.Error("there is nothing to break yet")
	}
	p.click("Send a ping to myself")
	p.wait(`boathook.ids().length === 1 && boathook.state().selected === 1`)
	p.wait(`document.querySelector('.detail h2')?.textContent.includes('#1')`)
	p.wait(`document.querySelector('.sentence')?.textContent.includes('demo received')`)
	p.wait(`document.querySelector('.strip .tick.done')?.textContent.includes('receive')`)
	// It came signed, and what is broken next says why.
	p.wait(`document.querySelector('#row-1 .c-sig')?.textContent === '✓' && document.querySelector('.sentence')?.textContent.includes('Signature valid.')`)
	p.click("break it and see why")
	p.wait(`boathook.state().selected === 2 && document.querySelector('#tab-signature[aria-selected="true"]')`)
	p.wait(`document.querySelector('.verdict-line')?.textContent.includes('does not match') && document.querySelector('.card.found')?.textContent.includes('on purpose')`)
	p.wait(`document.querySelector('#row-2 .c-sig')?.textContent === '✕' && document.querySelectorAll('.strip .tick.done').length === 2`)
	// The next step is a setting of the inbox.
	p.click("Forward")
	p.wait(`document.querySelectorAll('.strip .tick.done').length === 3`)
	in, err := r.inboxes.Get("demo")
	if err != nil {
		t.Fatal(err)
	}
	if len(in.Forward) != 1 || in.Forward[0].URL != "http://localhost:3000" {
		t.Errorf("forward = %+v, want http://localhost:3000", in.Forward)
	}
	if title := eval[string](p, `document.title`); !containsAny(title, "#2 – boathook") {
		t.Errorf("title = %q", title)
	}
}

// Samples fill an empty list with every state, say what they are, and go again.
func TestSamples(t *testing.T) {
	axe, err := os.ReadFile("testdata/axe/axe.min.js")
	if err != nil {
		t.Fatal(err)
	}
	r := newRig(t)
	p := r.open("/live")
	p.click("Load 200 samples")
	p.wait(`boathook.ids().length === 200 && document.querySelector('.strip.samples')`)
	p.wait(`['✓', '✕'].every((sign) => [...document.querySelectorAll('.c-sig')].some((e) => e.textContent === sign))`)
	p.barriers(string(axe), "samples")
	p.do(navigate(r.page + "/live?q=cause:reserialized+tag:sample&tab=signature"))
	p.loaded()
	eval[bool](p, `document.querySelector('.grid').focus() ?? true`)
	p.keys(kb.Home, kb.Enter)
	p.wait(`document.querySelector('.card.found')?.textContent.includes('re-serialised')`)
	p.click("Remove the samples")
	p.wait(`boathook.ids().length === 0 && !document.querySelector('.strip.samples') && document.querySelector('.toast')?.textContent === '200 samples removed'`)
	if n := len(r.stored()); n != 0 {
		t.Errorf("%d are left", n)
	}
	p.do(navigate(r.page + "/live"))
	p.wait(`document.querySelector('.first')`)
}

func TestLogin(t *testing.T) {
	r := newRig(t, func(o *web.Options) { o.Token = "token-of-this-test-0123456789-abcdefghij" })
	r.fill(3)
	p := r.open("/live")
	p.wait(`document.querySelector('.lock')?.textContent.includes('boathook open')`)
	link := r.web.LoginLink()
	eval[bool](p, `(location.href = `+quote(link)+`) && true`)
	p.wait(`location.pathname === '/live' && window.boathook?.ids().length === 3`)
}
