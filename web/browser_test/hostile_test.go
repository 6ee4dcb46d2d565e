//go:build browser

package browser

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/boathook/boathook/proxy"
	"github.com/boathook/boathook/signer"
)

// Captured text is text: whatever it holds, nothing runs, nothing is fetched.
func TestHostilePayloads(t *testing.T) {
	var hits atomic.Int64
	canary := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { hits.Add(1) }))
	defer canary.Close()
	evil := []string{
		`<script>window.pwned=1;fetch('` + canary.URL + `')</script>`,
		`<img src=x onerror="window.pwned=1;new Image().src='` + canary.URL + `'">`,
		`<svg xmlns="http://www.w3.org/2000/svg" onload="window.pwned=1"><image href="` + canary.URL + `"/></svg>`,
		`javascript:window.pwned=1//`,
		`"><iframe src="` + canary.URL + `"></iframe>`,
		`{{constructor.constructor('window.pwned=1')()}}${window.pwned=1}`,
		"\u202egnp.exe\u2066\u200b\ufeff",
		"\x1b]0;pwned\x07\x1b[31mred\x1b[0m",
		`<link rel=stylesheet href="` + canary.URL + `"><style>@import '` + canary.URL + `'</style><base href="` + canary.URL + `">`,
		`<a href="javascript:window.pwned=1" id=app name=boathook>x</a><form id=app action="` + canary.URL + `">`,
	}
	all := strings.Join(evil, "\n")
	noControls := func(s string) string {
		return strings.Map(func(r rune) rune {
			if r < 0x20 || r == 0x7f {
				return -1
			}
			return r
		}, s)
	}

	r := newRig(t)
	in, err := r.inboxes.Get("demo")
	if err != nil {
		t.Fatal(err)
	}
	in.Note = strings.Join(evil[:6], " ")
	in.Answer.Body = evil[0]
	in.Context = map[string]string{"webhook_id": evil[1]}
	in.ChallengeToken = evil[2]
	for i := range 5 {
		in.Secrets = append(in.Secrets, proxy.Secret{Name: fmt.Sprintf("%.40s%d", noControls(evil[i]), i), Value: "0123456789abcdef" + noControls(evil[i])})
	}
	own := signer.Scheme{
		ID: "evil", Name: evil[1], Provider: evil[0], Source: evil[4], Unconfirmed: []string{evil[0]}, Algorithm: signer.HMACSHA256, Encoding: signer.Hex, Secret: signer.SecretText,
		Signature: signer.Signature{Headers: []string{"X-Evil-Signature"}, Layout: signer.Raw}, Content: evil[1] + "{body}",
	}
	if _, err := r.schemes.Put(t.Context(), own, 0); err != nil {
		t.Fatal(err)
	}
	if _, err := r.inboxes.Update(t.Context(), in); err != nil {
		t.Fatal(err)
	}

	n := 0
	for _, e := range evil {
		path := "/in/demo/" + strings.NewReplacer(" ", "%20", "\n", "").Replace(noControls(e)) + "?" + strings.ReplaceAll(noControls(e), " ", "+") + "=1"
		head := fmt.Sprintf("POST %s HTTP/1.1\r\nHost: %s\r\nX-Evil: %s\r\nUser-Agent: %s\r\nX-GitHub-Event: %s\r\nCookie: a=%s\r\n", path, r.capture, noControls(e), noControls(e), noControls(e), noControls(e))
		body := `{"` + strings.ReplaceAll(strings.ReplaceAll(noControls(e), `\`, `\\`), `"`, `\"`) + `": "` + strings.ReplaceAll(noControls(e), `"`, `\"`) + `", "type": "` + strings.ReplaceAll(noControls(e), `"`, `\"`) + `"}`
		head += fmt.Sprintf("X-Hub-Signature-256: sha256=%s\r\nX-%s-Signature: t=%s,v1=%s\r\n", noControls(e), "Evil", noControls(e), noControls(e))
		r.sendRaw(head + fmt.Sprintf("Content-Type: application/json\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s", len(body), body))
		n++
	}
	for _, ct := range []string{"text/html", "image/svg+xml", "text/plain", "application/xml", "application/octet-stream", "multipart/form-data; boundary=x", "image/png", "application/x-www-form-urlencoded"} {
		body := all + "\x00\x01"
		if ct == "text/html" || ct == "image/svg+xml" {
			body = evil[2]
		}
		if strings.HasPrefix(ct, "multipart") {
			body = "--x\r\nContent-Disposition: form-data; name=\"" + evil[1] + "\"\r\n\r\n" + all + "\r\n--x--\r\n"
		}
		r.send("POST", "/in/demo/kind", ct, body)
		n++
	}
	p := r.open("/live").looks()
	p.wait(fmt.Sprintf(`boathook.ids().length === %d`, n))
	p.clean("list")
	for i := 1; i <= n; i++ {
		for _, tab := range []string{"overview", "request", "response", "signature", "attempts", "raw"} {
			eval[bool](p, fmt.Sprintf(`(history.pushState(null, '', '/live?sel=%d&tab=%s'), dispatchEvent(new PopStateEvent('popstate'))) || true`, i, tab))
			p.wait(fmt.Sprintf(`document.querySelector('.detail h2')?.textContent.includes('#%d') && document.querySelector('.tab-panel')?.childElementCount > 0 && document.querySelector('#tab-%s[aria-selected="true"]')`, i, tab))
			if tab == "signature" {
				p.wait(`document.querySelector('.verdict-line')`)
				eval[bool](p, `[...document.querySelectorAll('details')].every((x) => (x.open = true))`)
				p.clean(fmt.Sprintf("#%d signature", i))
			}
			if tab != "request" {
				continue
			}
			p.wait(`document.querySelector('.body .views .btn')`)
			views := eval[int](p, `document.querySelectorAll('.body .views .btn').length`)
			for v := range views {
				eval[bool](p, fmt.Sprintf(`(document.querySelectorAll('.body .views .btn')[%d]?.click()) || true`, v))
				p.wait(fmt.Sprintf(`document.querySelectorAll('.body .views .btn')[%d]?.getAttribute('aria-pressed') === 'true'`, v))
				p.clean(fmt.Sprintf("#%d request, view %d", i, v))
			}
		}
		p.clean(fmt.Sprintf("#%d", i))
	}
	// Characters that would reorder or hide text are written out.
	p.do(navigate(r.page + "/live"))
	p.wait(fmt.Sprintf(`boathook.ids().length === %d`, n))
	if eval[bool](p, `/[\u202a-\u202e\u2066-\u2069\u200b\ufeff\u0000-\u0008\u001b]/.test(document.querySelector('.rows').textContent)`) {
		t.Error("the list shows characters that reorder or hide text as they are")
	}
	for _, path := range []string{"/inboxes", "/inboxes/demo", "/settings/signing", "/settings/signing/evil", "/settings/signing/new?from=" + "evil"} {
		p.do(navigate(r.page + path))
		p.wait(`document.querySelector('h1') && document.querySelector('.page-in')?.childElementCount > 1 && !document.querySelector('.page-in > .muted:only-child')`)
		if path == "/settings/signing" {
			p.wait(`document.querySelector('.scheme-item')?.textContent.includes('onerror')`)
		}
		p.clean(path)
	}

	if hits.Load() != 0 {
		t.Errorf("%d requests reached the canary", hits.Load())
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, u := range p.requests {
		if !strings.HasPrefix(u, r.page+"/") && !strings.HasPrefix(u, "data:image/") {
			t.Errorf("the page asked for %s", u)
		}
	}
	if len(p.requests) < n {
		t.Errorf("only %d requests were seen", len(p.requests))
	}
}
