//go:build browser

package browser

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/boathook/boathook/proxy"
)

// A received delivery that the app took when it was passed on again is failed no
// longer: the page says so, and asks for no cure, in both languages.
func TestMendedDelivery(t *testing.T) {
	var good atomic.Bool
	app := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if !good.Load() {
			w.WriteHeader(http.StatusInternalServerError)
		}
	}))
	defer app.Close()
	r := newRig(t)
	if _, err := r.inboxes.Create(t.Context(), proxy.Inbox{Name: "shop", Forward: []proxy.Target{{URL: app.URL}}}); err != nil {
		t.Fatal(err)
	}
	r.send("POST", "/in/shop/a", "application/json", `{"a":1}`)
	p := r.open("/live?q=is:failed&sel=1")
	const said, card = `document.querySelector('.sentence')?.textContent`, `document.querySelector('.card[aria-label="What went wrong"]')`
	p.wait(said + `?.includes('Your app answered 500') && ` + card)
	good.Store(true)
	p.click("Resend")
	p.wait(said + `.endsWith('Passed on again since then, it was accepted.') && !` + card)
	p.wait(`document.querySelectorAll('.rows .tr').length === 0`) // the filter finds it no longer
	if text := eval[string](p, said); !strings.Contains(text, "Your app answered 500") {
		t.Errorf("the sender's answer is gone: %q", text)
	}
	good.Store(false)
	p.click("Resend")
	p.wait(`!` + said + `.includes('accepted') && ` + card + ` && document.querySelectorAll('.rows .tr').length === 1`)
	good.Store(true)
	p.click("Resend")
	p.wait(said + `.includes('accepted')`)
	eval[bool](p, `localStorage.setItem('boathook.lang', 'es') ?? true`)
	p.do(navigate(r.page + "/d/1"))
	p.wait(said + `?.includes('Reenviada después a tu aplicación, fue aceptada.')`)
}
