//go:build browser

package browser

import (
	"strings"
	"testing"

	"github.com/boathook/boathook/proxy"
)

// An address that is signed and has something hidden in it is shown and copied without
// that on the Signature tab, until it is asked for.
func TestHiddenInASignedAddress(t *testing.T) {
	r := newRig(t)
	if _, err := r.masks.Update(t.Context(), proxy.MaskValues{Entries: []string{"query.pin"}}); err != nil {
		t.Fatal(err)
	}
	r.setInbox("demo", func(in *proxy.Inbox) {
		in.Scheme, in.Secrets = "twilio", []proxy.Secret{{Name: "current", Value: "0123456789abcdef0123456789abcdef"}}
	})
	r.send("POST", "/in/demo/call?pin=perch-pin&room=7", "application/x-www-form-urlencoded", "From=1", "X-Twilio-Signature: c2lnbmF0dXJlIG9mIG5vYm9keSE=")
	p := r.open("/live?sel=1&tab=signature")
	const reveal = `[...document.querySelectorAll('.detail .reveal')].find((b) => b.parentElement.querySelector('code')?.textContent.includes('room=7'))`
	const address = reveal + `?.parentElement.querySelector('code').textContent`
	p.wait(reveal)
	hidden := func(when string) {
		t.Helper()
		if strings.Contains(eval[string](p, `document.documentElement.outerHTML`), "perch-pin") {
			t.Errorf("%s: it is shown", when)
		}
	}
	hidden("at first")
	eval[bool](p, `(navigator.clipboard.writeText = async (s) => { window.copied = s; }) && true`)
	copies := func() string {
		t.Helper()
		eval[bool](p, `(delete window.copied, [...`+reveal+`.parentElement.querySelectorAll('button')].at(-1).click()) ?? true`)
		p.wait(`window.copied`)
		return eval[string](p, `window.copied`)
	}
	if got := copies(); strings.Contains(got, "perch-pin") || !strings.Contains(got, "room=7") {
		t.Errorf("copied %q", got)
	}
	eval[bool](p, reveal+`.click() ?? true`)
	p.wait(address + `.includes('perch-pin')`)
	if got := copies(); !strings.Contains(got, "pin=perch-pin&room=7") {
		t.Errorf("copied %q once it is shown", got)
	}
	eval[bool](p, reveal+`.click() ?? true`)
	p.wait(`!` + address + `.includes('perch-pin')`)
	hidden("hidden again")
}
