//go:build browser

package browser

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/proxy"
)

const (
	githubSecret  = "octocat-secret-0123456789"
	billingSecret = "another-secret-of-billing"
	compactIssue  = `{"action":"opened","number":2,"note":"one  two"}`
	prettyIssue   = "{\n  \"action\": \"opened\",\n  \"number\": 2,\n  \"note\": \"one  two\"\n}"
)

// digest is the HMAC-SHA256 of a body in hex.
func digest(secret, body string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	io.WriteString(mac, body) //nolint:errcheck // a hash takes everything
	return hex.EncodeToString(mac.Sum(nil))
}

// hub is the header of GitHub's signature over a body.
func hub(secret, body string) string {
	return "X-Hub-Signature-256: sha256=" + digest(secret, body)
}

func (r *rig) sendIssue(body string, header ...string) {
	r.t.Helper()
	r.send("POST", "/in/demo/github", "application/json", body, append([]string{"X-GitHub-Event: issues"}, header...)...)
}

// setInbox changes an inbox.
func (r *rig) setInbox(name string, change func(*proxy.Inbox)) {
	r.t.Helper()
	in, err := r.inboxes.Get(name)
	if err != nil {
		r.t.Fatal(err)
	}
	change(&in)
	if _, err := r.inboxes.Update(r.t.Context(), in); err != nil {
		r.t.Fatal(err)
	}
}

// setSecrets gives demo the secret of GitHub, and billing one of its own.
func (r *rig) setSecrets() {
	r.t.Helper()
	r.setInbox("demo", func(in *proxy.Inbox) {
		in.Secrets = []proxy.Secret{{Name: "current", Value: githubSecret}}
	})
	billing := proxy.Inbox{Name: "billing", Secrets: []proxy.Secret{{Name: "current", Value: billingSecret}}}
	if _, err := r.inboxes.Create(r.t.Context(), billing); err != nil {
		r.t.Fatal(err)
	}
}

// show opens a tab of a delivery without loading the page anew.
func (p *tab) show(n int, name string) {
	p.t.Helper()
	eval[bool](p, fmt.Sprintf(`(history.pushState(null, '', '/live?sel=%d&tab=%s'), dispatchEvent(new PopStateEvent('popstate'))) || true`, n, name))
	p.wait(fmt.Sprintf(`document.querySelector('.detail h2')?.textContent.includes('#%d') && document.querySelector('#tab-%s[aria-selected="true"]')`, n, name))
}

// put replaces what stands in a field, as typing does.
func (p *tab) put(field, value string) {
	p.t.Helper()
	p.wait(field)
	eval[bool](p, `(`+field+`.focus(), `+field+`.select(), document.execCommand('insertText', false, `+quote(value)+`), true)`)
}

// field is the input of the label that begins with a text.
func field(label string) string {
	return fmt.Sprintf(`[...document.querySelectorAll('.field')].find((f) => f.firstElementChild.textContent.startsWith(%s) && f.querySelector('input, textarea'))?.querySelector('input, textarea')`, quote(label))
}

func (p *tab) fold(title string) {
	p.t.Helper()
	find := fmt.Sprintf(`[...document.querySelectorAll('summary')].find((s) => s.textContent.startsWith(%s))`, quote(title))
	p.wait(find)
	eval[bool](p, `(`+find+`.parentElement.open = true)`)
}

// secretFree fails if a secret stands anywhere in the page.
func (p *tab) secretFree(secrets ...string) {
	p.t.Helper()
	html := eval[string](p, `document.documentElement.outerHTML`)
	for _, s := range secrets {
		if strings.Contains(html, s) {
			p.t.Errorf("the page holds the secret that ends in %s", s[len(s)-4:])
		}
	}
}

func TestSignatureTab(t *testing.T) {
	r := newRig(t)
	r.setSecrets()
	p := r.open("/live")
	r.sendIssue(compactIssue, hub(githubSecret, compactIssue))
	r.sendIssue(prettyIssue, hub(githubSecret, compactIssue))
	r.sendIssue(compactIssue, hub(billingSecret, compactIssue))
	r.sendIssue(compactIssue, hub("nobody knows this one", compactIssue))

	// The list learns verdict and cause while it is looked at.
	title := func(n int) string {
		return fmt.Sprintf(`document.querySelector('#row-%d .c-sig')?.title`, n)
	}
	p.wait(title(1) + ` === 'signature valid'`)
	p.wait(title(2) + ` === 'signature invalid: re-serialised JSON'`)
	p.wait(title(3) + ` === 'signature invalid: another secret'`)
	p.wait(title(4) + ` === 'signature invalid: cause not found'`)

	p.show(2, "signature")
	p.wait(`document.querySelector('.verdict-line')?.textContent.includes('does not match')`)
	for _, want := range []string{"proved", "compact JSON", "re-serialised JSON", "What to do"} {
		if text := p.text(".card.found"); !strings.Contains(text, want) {
			t.Errorf("the card lacks %q: %s", want, text)
		}
	}
	steps := eval[string](p, `[...document.querySelectorAll('.ladder li')].map((li) => li.firstElementChild.textContent).join('')`)
	if steps != "✓✓✓–✕" {
		t.Errorf("steps = %s, want ✓✓✓–✕", steps)
	}
	p.click("Express")
	p.wait(`document.querySelector('pre.code')?.textContent.includes('express')`)
	p.fold("Signed bytes")
	p.wait(`document.querySelector('details pre.code')?.textContent.includes('{␊\n··"action":·"opened"')`)

	p.show(3, "signature")
	p.wait(`document.querySelector('.card.found')?.textContent.includes('billing')`)
	// The language is kept from one delivery to the next.
	p.wait(`document.querySelector('pre.code')?.textContent.includes('express')`)
	p.show(4, "signature")
	p.wait(`document.querySelector('.card.warn')?.textContent.includes('Cause not found')`)
	p.fold("All that was tried")
	p.wait(`document.querySelectorAll('details .findings li').length > 5`)
	p.show(1, "signature")
	p.wait(`document.querySelector('.verdict-line')?.textContent.includes('is valid')`)
	p.secretFree(githubSecret, billingSecret)

	// Cause and scheme lead to others of their kind.
	p.show(2, "signature")
	p.click("re-serialised JSON. Deliveries with this cause")
	p.wait(`boathook.state().q === 'cause:reserialized' && boathook.ids().length === 1`)
	p.do(navigate(r.page + "/d/1"))
	p.wait(`document.querySelector('.sentence')?.textContent.includes('Signature valid.')`)
	p.click("GitHub")
	p.wait(`location.pathname === '/live' && boathook.state().q.startsWith('scheme:github') && boathook.ids().length === 4`)
}

// What is not checked says why, and one form gives everything received a verdict.
func TestUncheckedBecomesChecked(t *testing.T) {
	r := newRig(t)
	r.setInbox("demo", func(in *proxy.Inbox) { in.Secrets = nil })
	r.sendIssue(compactIssue, hub(githubSecret, compactIssue))
	r.sendIssue(prettyIssue, hub(githubSecret, compactIssue))
	p := r.open("/live?sel=1&tab=signature")
	p.wait(`document.querySelector('.verdict-line')?.textContent.includes('not checked')`)
	p.wait(`document.querySelector('form.card')?.textContent.includes('GitHub')`)
	p.put(`document.querySelector('form.card input[type="password"]')`, githubSecret)
	p.click("Save to demo and check again")
	p.wait(`document.querySelector('.verdict-line')?.textContent.includes('is valid')`)
	p.wait(`document.querySelector('.toast')?.textContent.includes('2 deliveries checked')`)
	p.wait(`document.querySelector('#row-1 .c-sig')?.textContent === '✓' && document.querySelector('#row-2 .c-sig')?.textContent === '✕'`)
	p.secretFree(githubSecret)
	in, err := r.inboxes.Get("demo")
	if err != nil {
		t.Fatal(err)
	}
	if len(in.Secrets) != 1 || in.Secrets[0].Name != "current" || in.Secrets[0].Hint != "…6789" {
		t.Errorf("secrets = %v", in.Secrets)
	}
}

// A request that is genuine here and refused by the app: the digest of the app
// tells what its code does.
func TestReverseLookUp(t *testing.T) {
	app := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusUnauthorized)
		fmt.Fprint(w, `{"error":"signature mismatch"}`)
	}))
	defer app.Close()
	r := newRig(t)
	r.setSecrets()
	r.setInbox("demo", func(in *proxy.Inbox) { in.Forward = []proxy.Target{{Name: "app", URL: app.URL}} })
	r.sendIssue(compactIssue, hub(githubSecret, compactIssue))

	p := r.open("/live?sel=1")
	p.wait(`document.querySelector('.answer-start')?.textContent.includes('signature mismatch')`)
	p.show(1, "signature")
	p.wait(`document.querySelector('.card.warn')?.textContent.includes('Valid here, but your app answered 401')`)
	p.put(field("Digest your code computed"), digest(githubSecret, prettyIssue))
	p.click("Find the mistake")
	p.wait(`document.querySelector('.card .card.good')?.textContent.includes('Your code parses the JSON')`)
	p.put(field("Digest your code computed"), "not a digest!")
	p.click("Find the mistake")
	p.wait(`document.querySelector('.tool .note.bad')?.textContent.length > 5`)
}

// Another secret is tried without being stored, and stored when one says so.
func TestTryAnotherSecret(t *testing.T) {
	r := newRig(t)
	r.setSecrets()
	const late = "a-secret-that-came-later-42"
	r.sendIssue(compactIssue, hub(late, compactIssue))
	p := r.open("/live?sel=1&tab=signature")
	p.wait(`document.querySelector('.verdict-line')?.textContent.includes('does not match')`)
	p.put(`document.querySelector('.card.warn input[type="password"]')`, late)
	p.click("Check")
	p.wait(`document.querySelector('.card .card.good .verdict-line')?.textContent.includes('is valid')`)
	in, err := r.inboxes.Get("demo")
	if err != nil {
		t.Fatal(err)
	}
	row, err := r.store.Lookup(t.Context(), inspector.DefaultWorkspace, 1)
	if err != nil {
		t.Fatal(err)
	}
	if len(in.Secrets) != 1 || row.Verdict != inspector.Invalid {
		t.Errorf("trying stored something: %d secrets, verdict %v", len(in.Secrets), row.Verdict)
	}
	p.click("Keep this for demo")
	p.wait(`document.querySelector('.tab-panel > section .verdict-line')?.textContent.includes('is valid')`)
	if in, err = r.inboxes.Get("demo"); err != nil || len(in.Secrets) != 2 {
		t.Errorf("%d secrets are kept, want 2 (%v)", len(in.Secrets), err)
	}
	p.secretFree(githubSecret)
}

// After a change of the setting the tab says what the list still has, and brings it
// up to date.
func TestCheckedOnceMore(t *testing.T) {
	r := newRig(t)
	r.setSecrets()
	r.sendIssue(compactIssue, hub("the-right-one-0123456789", compactIssue))
	p := r.open("/live?sel=1&tab=signature")
	p.wait(`document.querySelector('.card.warn')?.textContent.includes('Cause not found')`)
	r.setInbox("demo", func(in *proxy.Inbox) {
		in.Secrets = []proxy.Secret{{Name: "current", Value: "the-right-one-0123456789"}}
	})
	p.do(navigate(r.page + "/live?sel=1&tab=signature"))
	p.wait(`document.querySelector('.note.warn')?.textContent.includes('When it arrived: signature invalid')`)
	p.click("Check stored deliveries again")
	p.wait(`!document.querySelector('.note.warn') && document.querySelector('#row-1 .c-sig')?.textContent === '✓'`)
}
