//go:build browser

package browser

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// The snippets are programs: run, they send the recorded request again.
func TestSnippetsRun(t *testing.T) {
	var got string
	app := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, req *http.Request) {
		body, _ := io.ReadAll(req.Body)
		got = fmt.Sprintf("%s %s|%s|%s|%v|%s|%s", req.Method, req.RequestURI, req.Header.Get("Content-Type"), req.Header.Get("Authorization"), req.Header["X-Two"], req.Header.Get("X-Quote"), body)
	}))
	defer app.Close()
	const body = `{"name":"it's \"q\" $HOME 日本 \\n","at":"@x"}` + "\n"
	const want = `PUT /in/demo/a%20b?x=1&y=it's|application/json|Bearer swordfish|[1 2]|say "hi" $HOME|` + body
	r := newRig(t)
	r.send("PUT", "/in/demo/a%20b?x=1&y=it's", "application/json", body, "Authorization: Bearer swordfish", "X-Two: 1", "X-Two: 2", `X-Quote: say "hi" $HOME`)
	p := r.open("/d/1/code")
	p.wait(`document.querySelector('pre.code')?.textContent.includes('curl')`)
	for name, run := range map[string]func(dir, text string) *exec.Cmd{
		"curl":   func(_, text string) *exec.Cmd { return exec.Command("sh", "-c", text) },
		"Python": func(_, text string) *exec.Cmd { return exec.Command("python3", "-c", text) },
		"Go": func(dir, text string) *exec.Cmd {
			file := filepath.Join(dir, "main.go")
			if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			return exec.Command("go", "run", file)
		},
	} {
		for _, asFile := range []bool{false, true} {
			p.click(name)
			if eval[bool](p, `document.querySelectorAll('.tab-panel [type="checkbox"]')[1].checked`) != asFile {
				eval[bool](p, `document.querySelectorAll('.tab-panel [type="checkbox"]')[1].click() ?? true`)
			}
			p.wait(fmt.Sprintf(`document.querySelectorAll('.tab-panel [type="checkbox"]')[1].checked === %v && document.querySelector('pre.code').getAttribute('aria-label').endsWith(%s)`, asFile, quote(name)))
			text := eval[string](p, fmt.Sprintf(`(async () => { const { snippets } = await import('/static/detail/snippets.js'); const d = await (await fetch('/api/v1/deliveries/1')).json(); const m = d.attempts[0].request;
				const text = snippets[%s]({ method: 'PUT', url: %s + d.target, start: m.start, headers: m.headers, body: %v ? null : %s, size: m.size, file: '1.body', env: true }); return text; })()`,
				quote(map[string]string{"curl": "curl", "Python": "python", "Go": "go"}[name]), quote(app.URL), asFile, quote(body)))
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, "1.body"), []byte(body), 0o600); err != nil {
				t.Fatal(err)
			}
			cmd := run(dir, text)
			if _, err := exec.LookPath(cmd.Path); err != nil {
				t.Logf("%s is not here", cmd.Path)
				continue
			}
			cmd.Dir = dir
			cmd.Env = append(os.Environ(), "AUTHORIZATION=Bearer swordfish")
			got = ""
			if out, err := cmd.CombinedOutput(); err != nil || got != want {
				t.Errorf("%s, as a file %v: %v %s\n%s\ngot  %s\nwant %s", name, asFile, err, out, text, got, want)
			}
		}
	}
	if shown := p.text("pre.code"); shown == "" || len(shown) < 50 {
		t.Errorf("the tab shows %q", shown)
	}
	if eval[bool](p, `document.querySelector('.tab-panel').textContent.includes('swordfish')`) {
		t.Error("a credential is shown")
	}
	eval[bool](p, `document.querySelectorAll('.tab-panel [type="checkbox"]')[0].click() ?? true`)
	p.wait(`document.querySelector('pre.code').textContent.includes('swordfish')`)
}
