//go:build browser

package browser

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/proxy"
	"github.com/boathook/boathook/signer"
)

// clean fails if a text became markup, ran, or leads elsewhere.
func (p *tab) clean(where string) {
	p.t.Helper()
	bad := eval[string](p, `(() => {
		const out = [];
		const all = (sel) => [...document.querySelectorAll(sel)];
		for (const e of all('#app script, #app iframe:not(.body-frame[sandbox=""]), #app link, #app base, #app style, #app object, #app embed, #app image, #app form[action], #app [onerror], #app [onload], body > :not(#app, noscript, textarea.copy-box)')) out.push('markup: ' + e.outerHTML.slice(0, 80));
		for (const a of all('#app a')) if (!a.href.startsWith(location.origin + '/')) out.push('link to ' + a.href.slice(0, 80));
		for (const i of all('#app img')) if (!i.src.startsWith('data:image/') && !i.src.startsWith('blob:' + location.origin) && !/^\/api\/v1\/deliveries\/[^?]*\/preview\?as=svg/.test(i.getAttribute('src'))) out.push('image from ' + i.src.slice(0, 80));
		if ('pwned' in window) out.push('it ran');
		// A copy of what is being typed lies under the filter, not to be seen.
		const shown = document.body.innerText.replace(document.querySelector('.filter-copy')?.innerText || ' ', '');
		const hidden = /[\u202a-\u202e\u2066-\u2069\u200b\ufeff\u0000-\u0008\u001b]/.exec(shown);
		if (hidden) out.push('a character that hides or turns text is shown as it is: U+' + hidden[0].codePointAt(0).toString(16) + ' near ' + JSON.stringify(shown.slice(Math.max(0, hidden.index - 30), hidden.index + 30)));
		return out.slice(0, 3).join('; ');
	})()`)
	if bad != "" {
		p.t.Errorf("%s: %s", where, bad)
	}
}

// Whatever anybody wrote into any field, each page in each of its states shows it
// as text, and so does each address that holds it.
func TestEveryPageWithHostileText(t *testing.T) {
	var hits atomic.Int64
	canary := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { hits.Add(1) }))
	defer canary.Close()
	evil := `"><img src=x onerror="window.pwned=1;fetch('` + canary.URL + `')"><script>window.pwned=1</script><style>@import '` + canary.URL + `'</style>` + "\u202egnp\u2066\u200b"
	line := strings.Map(func(r rune) rune {
		if r > 0x7e {
			return -1
		}
		return r
	}, evil)

	// The answer, and the way a failure is told, come from a hostile app.
	app := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		w.Header().Set("X-Evil", line)
		w.Header().Set("Retry-After", line)
		w.WriteHeader(500)
		io.WriteString(w, evil) //nolint:errcheck // the client may be gone
	}))
	defer app.Close()

	r := stock(t)
	provider := fmt.Sprintf(`{"id":"evil","name":%[1]s,"description":%[1]s,"docs":"javascript:window.pwned=1","facts":[{"topic":%[1]s,"text":%[1]s,"source":%[1]s}],"events":[{"name":"x","description":%[1]s,"group":%[1]s,"source":%[1]s,"fields":[{"name":"a","type":"string","required":true,"custom":true,"example":%[1]s,"description":%[1]s}],"samples":[{"variant":"full","body":%[2]s,"source":%[1]s}]}]}`, quote(evil), quote(`{"a":`+quote(evil)+`}`))
	if _, err := r.providers.Put(t.Context(), proxy.ProviderText{Format: "yaml", Text: provider}, false); err != nil {
		t.Fatal(err)
	}
	if _, err := r.schemes.Put(t.Context(), signer.Scheme{
		ID: "evil", Name: evil, Provider: evil, Source: evil, Unconfirmed: []string{evil}, Algorithm: signer.HMACSHA256, Encoding: signer.Hex, Secret: signer.SecretText,
		Signature: signer.Signature{Headers: []string{"X-Evil-Signature"}, Layout: signer.Raw}, Content: evil + "{body}",
	}, 0); err != nil {
		t.Fatal(err)
	}
	r.setInbox("demo", func(in *proxy.Inbox) {
		in.Note, in.Answer.Body, in.ChallengeToken, in.Context = evil, evil, evil, map[string]string{"webhook_id": evil}
		in.Secrets = append(in.Secrets, proxy.Secret{Name: line[:40], Value: "0123456789abcdef" + line})
		in.Forward = []proxy.Target{{Name: "app", URL: app.URL + "/" + url.PathEscape(line)}}
		in.AnswerFrom = "app"
	})
	target := app.URL + "/" + url.PathEscape(line) + "?" + url.QueryEscape(line)
	r.endpoint(proxy.Endpoint{
		Name: "evil", URL: target, Provider: "evil", Events: []string{"evil/*"}, Note: evil, AppKey: evil, Skip: `body.a:"` + strings.ReplaceAll(line, `"`, `\"`) + `"`, Channels: []string{"c"},
		Headers: []inspector.Field{{Name: "X-Evil", Value: line}}, Scope: &proxy.Scope{Kind: "campaign", Except: []string{evil}},
	})
	places["OUT"] = r.emit(map[string]any{"type": "evil/x", "to": []string{"evil"}, "campaign": evil, "channels": []string{"c"}, "set": []string{"a=" + line}})[0]
	head := []string{"X-Evil: " + line, "User-Agent: " + line, "X-GitHub-Event: " + line, "X-Webconnex-Event: " + line, "X-Hub-Signature-256: sha256=" + line, "Cookie: a=" + line, "Webhook-Id: " + line}
	body := `{` + quote(evil) + `:` + quote(evil) + `,"type":` + quote(evil) + `,"id":` + quote(evil) + `}`
	for _, place := range []string{"SEL", "FAIL", "AUTH", "LOST", "PLAIN"} {
		r.send("POST", "/in/demo/"+url.PathEscape(line)+"?"+url.QueryEscape(line)+"="+url.QueryEscape(line), "application/json", body+strings.Repeat(" ", len(place)), head...)
		places[place] = r.lastN()
	}
	r.send("POST", "/in/demo/"+url.PathEscape(line), "multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"a\"; filename=\"../../"+strings.ReplaceAll(line, `"`, `\"`)+"\"\r\n\r\n"+evil+"\r\n--x--\r\n", head...)
	places["BIN"] = r.lastN()
	r.send("POST", "/in/demo/html", "text/html", evil, head...)
	places["HUGE"] = r.lastN()
	api[map[string]any](r, "POST", "/deliveries/marks", map[string]any{"q": fmt.Sprintf("n:>=%d", places["SEL"]), "add_tags": []string{"evil"}})
	api[any](r, "POST", "/recordings", map[string]any{"name": "evil", "note": evil, "expect": "body.a:" + quote(evil), "q": "tag:evil"})
	if _, err := r.filters.Put(t.Context(), proxy.SavedFilter{Name: line[:70], Query: "body.a:" + quote(line), Columns: "n,body." + quote(line)}, time.Now()); err != nil {
		t.Fatal(err)
	}
	run := api[proxy.Run](r, "POST", "/runs", map[string]any{"kind": "replay", "source": map[string]any{"q": fmt.Sprintf("n:%d", places["SEL"])}, "to": map[string]any{"url": target}, "headers": []map[string]string{{"name": "X-Evil", "value": line}}})
	eventually(t, "the run is done", func() bool { return api[proxy.Run](r, "GET", "/runs/"+run.ID, nil).State == "done" })

	hostile := []state{{path: "/send/evil/x"}, {path: "/send/evil/x?tab=fields"}, {path: "/send/evil/x?tab=about"}, {path: "/send/evil/x?tab=subscribers"}, {path: "/send/evil/x?tab=code"}, {path: "/endpoints/evil"}, {path: "/endpoints/evil/deliveries"}, {path: "/endpoints/evil/events"}, {path: "/endpoints/evil/signing"}, {path: "/endpoints/evil/health"}, {path: "/inboxes/demo/verify"}, {path: "/settings/signing/evil"}, {path: "/settings/signing/new?from=evil"}, {path: "/runs/" + run.ID}, {path: "/recordings/evil"}}
	part, query := url.PathEscape(evil), url.QueryEscape(evil)
	for _, path := range []string{
		"/live?q=Q", "/live?sel=Q&tab=Q&attempt=Q&path=Q&pin=Q", "/live?cols=Q&sort=Q&group=Q", "/live?lang=Q", "/d/P", "/d/SEL/P", "/send/P/P", "/send?to=Q", "/send/webconnex/registration?to=Q&variant=Q&set=Q&tab=Q&from=Q",
		"/endpoints/P", "/endpoints/evil/P", "/endpoints/new?provider=Q&event=Q", "/inboxes/P", "/inboxes/demo/P", "/recordings?q=Q", "/activity?by=Q&from=Q&to=Q&q=Q", "/compare?a=Q&b=Q&ignore=Q&part=Q", "/compare?a=SEL&b=FAIL&ignore=Q&only=no", "/runs/P", "/settings/P", "/settings/signing/P", "/P",
	} {
		hostile = append(hostile, state{path: strings.NewReplacer("Q", query, "/P", "/"+part).Replace(path)})
	}
	p := r.open("/live")
	p.loaded()
	for _, s := range append(append([]state{}, states...), hostile...) {
		if s.what == "menu" || s.what == "checks" {
			continue // they show words of the page's own
		}
		p.visit(s)
		p.clean(strings.TrimSpace(s.path + " " + s.what))
	}
	// What is typed into the palette and the filter is text, too.
	p.do(navigate(r.page + "/live"))
	p.loaded()
	p.put(`document.querySelector('.filter input')`, evil)
	p.settle()
	p.clean("the filter")
	eval[bool](p, `document.dispatchEvent(new KeyboardEvent('keydown', { key: 'k', ctrlKey: true, bubbles: true })) || true`)
	p.put(`document.querySelector('.palette-input')`, evil)
	p.settle()
	p.clean("the palette")

	// Files that are made of it have harmless names.
	for _, format := range []string{"jsonl", "har", "curl", "sh", "postman", "zip"} {
		res, err := http.Get(r.page + "/api/v1/export?format=" + format + "&q=" + "tag:evil")
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(res.Body)
		res.Body.Close() //nolint:errcheck // it was read
		if err != nil || res.StatusCode != http.StatusOK {
			t.Fatalf("%s: %s %v %.200s", format, res.Status, err, data)
		}
		_, params, err := mime.ParseMediaType(res.Header.Get("Content-Disposition"))
		if name := params["filename"]; err != nil || name == "" || strings.ContainsAny(name, "<>\"'/\\\r\n") || !filepath.IsLocal(name) {
			t.Errorf("%s: the file is called %q, %v", format, name, err)
		}
		if format != "zip" {
			continue
		}
		z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
		if err != nil || len(z.File) < 5 {
			t.Fatalf("zip of %d bytes: %v", len(data), err)
		}
		for _, f := range z.File {
			if !filepath.IsLocal(f.Name) || strings.ContainsAny(f.Name, "<>\"':\\\u202e") {
				t.Errorf("the archive holds a file called %q", f.Name)
			}
		}
	}

	if hits.Load() != 0 {
		t.Errorf("%d requests reached the canary", hits.Load())
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, u := range p.requests {
		if !strings.HasPrefix(u, r.page+"/") && !strings.HasPrefix(u, "data:image/") && !strings.HasPrefix(u, "blob:"+r.page) {
			t.Errorf("the page asked for %.200s", u)
		}
	}
}
