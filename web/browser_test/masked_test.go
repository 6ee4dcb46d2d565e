//go:build browser

package browser

import (
	"strconv"
	"strings"
	"testing"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/proxy"
)

// What a request carries to prove who sent it stands nowhere in the detail, its title
// or the list until it is asked for: in headers, in the query, and in a handshake.
func TestCredentialsAreHidden(t *testing.T) {
	r := newRig(t)
	url, _ := receiver(t, 200)
	r.endpoint(proxy.Endpoint{
		Name: "shop", URL: url + "/hooks", Events: []string{"sitestacker/*"}, Headers: []inspector.Field{{Name: "X-Auth-Token", Value: "tuna-header"}},
		Auth: proxy.Auth{Kind: proxy.AuthQuery, Name: "house", Secret: &proxy.Secret{Value: "trout-query"}},
	})
	in, err := r.inboxes.Get("demo")
	if err != nil {
		t.Fatal(err)
	}
	in.Challenges, in.ChallengeToken = proxy.Challenges{"asana", "meta"}, "salmon-verify"
	if _, err := r.inboxes.Update(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	secrets := []string{"tuna-header", "trout-query", "salmon-verify", "carp-hook"}

	p := r.open("/live")
	r.send("GET", "/in/demo/a?hub.mode=subscribe&hub.verify_token=salmon-verify&hub.challenge=11582", "", "")
	r.send("POST", "/in/demo/b", "application/json", "{}", "X-Hook-Secret: carp-hook")
	p.emit("sitestacker/person_create", `{}`)
	p.wait(`document.querySelectorAll('.tr[aria-rowindex]').length >= 3`)

	hidden := func(where string) {
		t.Helper()
		for _, secret := range secrets {
			if strings.Contains(eval[string](p, `document.documentElement.outerHTML`), secret) {
				t.Errorf("%s: %s is shown", where, secret)
			}
		}
	}
	// One press of each shows what it hides, and hides it again.
	reveals := func(where string, want ...string) {
		t.Helper()
		n := len(want)
		p.wait(`document.querySelectorAll('.reveal').length === ` + strconv.Itoa(n))
		hidden(where)
		for i, secret := range want {
			button := `document.querySelectorAll('.reveal')[` + strconv.Itoa(i) + `]`
			eval[bool](p, button+`.click() ?? true`)
			p.wait(button + `.getAttribute('aria-pressed') === 'true' && ` + button + `.parentElement.textContent.includes(` + quote(secret) + `)`)
			eval[bool](p, button+`.click() ?? true`)
			p.wait(button + `.getAttribute('aria-pressed') === 'false'`)
		}
		hidden(where + ", hidden again")
	}
	for _, tt := range []struct {
		n, tab string
		want   []string
	}{
		{"1", "request", []string{"salmon-verify", "salmon-verify"}}, // start line and query
		{"2", "request", []string{"carp-hook"}},
		{"2", "response", []string{"carp-hook"}}, // the handshake answers with it
		{"3", "request", []string{"trout-query", "tuna-header", "trout-query"}},
	} {
		at := r.page + "/live?sel=" + tt.n + "&tab="
		p.do(navigate(at + tt.tab))
		p.wait(`document.querySelector('#tab-` + tt.tab + `[aria-selected="true"]') && document.querySelector('.start')`)
		reveals("#"+tt.n+", "+tt.tab, tt.want...)
		p.do(navigate(at + "overview"))
		p.wait(`document.querySelector('.sentence') && document.querySelector('.facts')`)
		hidden("#" + tt.n + ", overview")
		p.do(navigate(at + "attempts"))
		p.wait(`document.querySelector('.attempt')`)
		hidden("#" + tt.n + ", attempts")
	}
}
