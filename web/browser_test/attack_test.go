//go:build browser

package browser

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/proxy"
)

// attack is what a hostile page tries against the page and API at TARGET. It
// resolves to the list of what it got hold of.
const attack = `(async () => {
  const base = 'TARGET', got = [];
  const read = async (name, path, options) => {
    try {
      const res = await fetch(base + path, options);
      const text = await res.text();
      if (res.type !== 'opaque' && res.ok) got.push(name + ' read ' + text.slice(0, 80));
    } catch { /* refused */ }
  };
  await read('get', '/api/v1/deliveries');
  await read('get with cookies', '/api/v1/deliveries', {credentials: 'include'});
  await read('status', '/api/v1/status');
  await read('raw', '/api/v1/deliveries/1/attempts/0/request.raw');
  await read('healthz', '/healthz');
  await read('page', '/live');
  const inbox = JSON.stringify({name: 'stolen'});
  for (const mode of ['cors', 'no-cors']) {
    for (const type of ['text/plain', 'application/json', 'application/x-www-form-urlencoded']) {
      await read(mode + ' ' + type, '/api/v1/inboxes', {method: 'POST', mode, headers: {'Content-Type': type}, body: inbox});
      await read(mode + ' ping ' + type, '/api/v1/ping', {method: 'POST', mode, headers: {'Content-Type': type}, body: '{"inbox":"demo"}'});
    }
  }
  await read('blob', '/api/v1/inboxes', {method: 'POST', mode: 'no-cors', body: new Blob([inbox])});
  await read('delete', '/api/v1/deliveries?q=*', {method: 'DELETE'});
  const frame = document.createElement('iframe');
  frame.name = 'sink';
  document.body.append(frame);
  const form = document.createElement('form');
  Object.assign(form, {method: 'POST', action: base + '/api/v1/inboxes', enctype: 'text/plain', target: 'sink'});
  const field = document.createElement('input');
  Object.assign(field, {name: '{"name":"stolen","x":"', value: '"}'});
  form.append(field);
  document.body.append(form);
  form.submit();
  const shown = document.createElement('iframe');
  shown.src = base + '/live';
  document.body.append(shown);
  await new Promise((done) => {
    const socket = new WebSocket(base.replace('http', 'ws') + '/api/v1/feed');
    socket.onopen = () => { got.push('socket opened'); done(); };
    socket.onerror = done;
  });
  await new Promise((done) => setTimeout(done, 500));
  try { if (shown.contentDocument?.querySelector('main')) got.push('framed'); } catch { /* another origin */ }
  return got;
})()`

// A page of another site, of another port, and one whose name was pointed at us
// reads nothing and changes nothing, even where no token is set.
func TestHostilePages(t *testing.T) {
	r := newRig(t)
	r.send("POST", "/in/demo/secret", "application/json", `{"secret":"canary"}`)
	_, port, _ := strings.Cut(strings.TrimPrefix(r.page, "http://"), ":")

	hostile := listen(t)
	server := &http.Server{ReadHeaderTimeout: 5 * time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprint(w, "<!doctype html><title>hostile</title><body>")
	})}
	go server.Serve(hostile) //nolint:errcheck // it ends when it is closed
	t.Cleanup(func() { check(t, server.Close()) })
	_, hostilePort, _ := strings.Cut(hostile.Addr().String(), ":")

	for _, tt := range []struct{ name, from, target string }{
		{"another port", "http://127.0.0.1:" + hostilePort, r.page},
		{"another site", "http://hostile.test:" + hostilePort, r.page},
		{"another site, by localhost", "http://hostile.test:" + hostilePort, "http://localhost:" + port},
		{"a name pointed at us", "http://hostile.test:" + port, "http://hostile.test:" + port},
	} {
		t.Run(tt.name, func(t *testing.T) {
			ctx, cancel := chromedp.NewContext(chrome)
			defer cancel()
			if err := chromedp.Do(ctx); err != nil {
				t.Fatal(err)
			}
			ctx, stop := context.WithTimeout(ctx, 30*time.Second)
			defer stop()
			if err := chromedp.Do(ctx, chromedp.Navigate(tt.from+"/")); err != nil {
				t.Fatal(err)
			}
			got, err := chromedp.Run(ctx, chromedp.Evaluate[[]string](strings.ReplaceAll(attack, "TARGET", tt.target), chromedp.EvalAwaitPromise))
			if err != nil {
				t.Fatal(err)
			}
			for _, what := range got {
				t.Errorf("the hostile page: %s", what)
			}
		})
	}

	if _, err := r.inboxes.Get("stolen"); err == nil {
		t.Error("a hostile page made an inbox")
	}
	stats, err := r.store.Stats(t.Context(), inspector.DefaultWorkspace)
	if err != nil {
		t.Fatal(err)
	}
	if stats.Deliveries != 1 {
		t.Errorf("%d deliveries after the attacks, want the 1 of before", stats.Deliveries)
	}
	if _, err := r.inboxes.Create(t.Context(), proxy.Inbox{Name: "stolen"}); err != nil {
		t.Errorf("the inbox that the attacks tried to make cannot be made at all: %v", err)
	}
}
