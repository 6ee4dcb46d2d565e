//go:build browser

package browser

import (
	"fmt"
	"strings"
	"testing"

	"github.com/boathook/boathook/proxy"
)

// What was sent to an inbox of ours is signed by the inbox's secret: the page says so, and
// leads to where that is set.
func TestSignatureOfWhatWentToAnInbox(t *testing.T) {
	r := newRig(t)
	r.setInbox("demo", func(in *proxy.Inbox) { in.Secrets = []proxy.Secret{{Name: "current", Value: "a-secret-of-the-inbox"}} })
	n := r.emit(map[string]any{"type": "webconnex/registration", "to": []string{"inbox:demo"}})[0]
	p := r.open(fmt.Sprintf("/d/%d/signature", n))
	const block = `document.querySelector('.verdict-line')?.closest('section')`
	p.wait(block)
	if got := eval[string](p, block+`.innerText`); !strings.Contains(got, "Signed as the receiver expects it") {
		t.Errorf("it says %q", got)
	}
	if got := eval[string](p, block+`.querySelector('a').getAttribute('href')`); got != "/inboxes/demo" {
		t.Errorf("how it is signed is set at %q", got)
	}
}
