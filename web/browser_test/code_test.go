//go:build browser

package browser

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/proxy"
)

// The tab Code shows what the server writes, keeps what is chosen in the URL, and
// what it shows can be run. That every program sends what was recorded is held by
// the tests of proxy/snippet.
func TestCodeTab(t *testing.T) {
	const body = `{"name":"it's \"q\" $HOME 日本 \\n","at":"@x"}` + "\n"
	r := newRig(t)
	r.send("PUT", "/in/demo/a%20b?x=1&token=hidden-word", "application/json", body, "Authorization: Bearer swordfish", "X-Two: 1", "X-Two: 2", `X-Quote: say "hi" $HOME`)
	p := r.open("/d/1/code")
	shows := func(label, has string) {
		t.Helper()
		p.wait(fmt.Sprintf(`document.querySelector('pre.code')?.getAttribute('aria-label').endsWith(%s) && document.querySelector('pre.code').textContent.includes(%s)`, quote(label), quote(has)))
	}
	shows("curl", "$AUTHORIZATION")
	for label, has := range map[string]string{"HTTPie": "http ", "Go": "package main", "Python": "import http.client", "fetch": "import http from", "Raw HTTP": "PUT /in/demo/a%20b", "curl": "curl -X PUT"} {
		p.click(label)
		shows(label, has)
		if text := p.text(".tab-panel"); containsAny(text, "swordfish", "hidden-word") {
			t.Errorf("%s: a credential is shown in\n%s", label, text)
		}
	}

	// The command, as it is shown, sends the request once more.
	p.click("curl")
	shows("curl", "curl -X PUT")
	cmd := exec.Command("sh", "-c", p.text("pre.code"))
	cmd.Env = append(os.Environ(), "AUTHORIZATION=Bearer swordfish", "QUERY_TOKEN=hidden-word")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	ids := r.stored()
	if len(ids) != 2 {
		t.Fatalf("%d deliveries are stored, want 2", len(ids))
	}
	if a, b := r.recorded(ids[1]), r.recorded(ids[0]); a != b || !strings.HasSuffix(a, body) {
		t.Errorf("sent\n%s\nwant\n%s", b, a)
	}

	// What is chosen stands in the URL: a link shows it, and Back undoes it.
	p.click("Python")
	shows("Python", "os.environ")
	eval[bool](p, `document.querySelector('.program [type="checkbox"]').click() ?? true`)
	shows("Python", "swordfish")
	if got := eval[string](p, "location.pathname + location.search"); got != "/d/1/code?code=python&secrets=1" {
		t.Errorf("address %s", got)
	}
	eval[bool](p, "history.back() ?? true")
	p.wait(`!document.querySelector('pre.code')?.textContent.includes('swordfish')`)
	eval[bool](p, "history.back() ?? true")
	shows("curl", "curl")
	p = r.open("/d/1/code?code=go&body=file&to=http://localhost:3000/hooks")
	shows("Go", "http://localhost:3000/hooks")
	shows("Go", `os.ReadFile("1.body")`)
	if href := eval[string](p, `document.querySelector('.program a[download]')?.download ?? ''`); href != "1.body" {
		t.Errorf("the body is not offered: %q", href)
	}
	// No scheme is known, so it cannot sign; the tab says so.
	if text := p.text(".tab-panel"); !strings.Contains(text, "no scheme is known") || !eval[bool](p, `document.querySelectorAll('.program [type="checkbox"]')[2].disabled`) {
		t.Errorf("the tab does not say why it cannot sign:\n%s", text)
	}
}

// With a scheme, the code signs when it runs: the inbox takes it as valid although
// the recorded signature is none.
func TestCodeTabSigns(t *testing.T) {
	r := newRig(t)
	in := proxy.Inbox{Name: "signed", Scheme: "stripe", Secrets: []proxy.Secret{{Name: "current", Value: "whsec_secret-of-the-inbox"}}}
	if _, err := r.inboxes.Create(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	r.send("POST", "/in/signed", "application/json", `{"id":"evt_1"}`, "Stripe-Signature: t=1700000000,v1=00")
	p := r.open("/d/1/code")
	p.wait(`document.querySelectorAll('.program [type="checkbox"]')[2]?.disabled === false`)
	eval[bool](p, `document.querySelectorAll('.program [type="checkbox"]')[2].click() ?? true`)
	p.wait(`document.querySelector('pre.code')?.textContent.includes('WEBHOOK_SECRET')`)
	cmd := exec.Command("sh", "-c", p.text("pre.code"))
	cmd.Env = append(os.Environ(), "WEBHOOK_SECRET=whsec_secret-of-the-inbox")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	page, err := r.store.List(t.Context(), inspector.ListQuery{Workspace: inspector.DefaultWorkspace, Limit: 1})
	if err != nil || len(page.Rows) != 1 || page.Rows[0].Verdict != inspector.Valid {
		t.Errorf("%+v, %v", page.Rows, err)
	}
}

// recorded is what a delivery brought: the start line, the header lines in the order
// of their names, the body.
func (r *rig) recorded(id string) string {
	r.t.Helper()
	parsed, err := inspector.ParseID(id)
	if err != nil {
		r.t.Fatal(err)
	}
	attempts, err := r.store.Attempts(context.Background(), inspector.DefaultWorkspace, parsed)
	if err != nil || len(attempts) == 0 {
		r.t.Fatalf("%v of %s", err, id)
	}
	body, err := r.store.Body(context.Background(), inspector.DefaultWorkspace, attempts[0].BodyKey(inspector.Request))
	if err != nil {
		r.t.Fatal(err)
	}
	defer body.Close()
	text := make([]byte, body.Size())
	if _, err := body.ReadAt(text, 0); err != nil && !errors.Is(err, io.EOF) {
		r.t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(attempts[0].Request.Head)), "\r\n")
	slices.Sort(lines[1:])
	return strings.Join(lines, "\n") + "\n\n" + string(text)
}
