//go:build browser

package browser

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// chrome is the one browser of all tests.
var chrome context.Context

// throttle says how many times slower than this machine the page shall run. What
// waits for a time instead of a state shows itself then.
var throttle, _ = strconv.ParseFloat(os.Getenv("BOATHOOK_THROTTLE"), 64)

func TestMain(m *testing.M) {
	os.Exit(run(m))
}

func run(m *testing.M) int {
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	if path == "" {
		fmt.Fprintln(os.Stderr, "these tests need Chromium: install it (apt-get install chromium, brew install --cask chromium) and run them again")
		return 1
	}
	dir, err := os.MkdirTemp("", "boathook-chrome-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer removeAll(dir)
	if err := ownFonts(dir); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	opts := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.UserDataDir(dir), chromedp.DisableGPU,
		// A name of another site that is reached on this machine.
		chromedp.Flag("host-resolver-rules", "MAP hostile.test 127.0.0.1"),
		chromedp.Flag("font-render-hinting", "none"), chromedp.Flag("disable-lcd-text", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("enable-precise-memory-info", true))
	if os.Geteuid() == 0 {
		opts = append(opts, chromedp.NoSandbox)
	}
	alloc, stop := chromedp.NewExecAllocator(context.Background(), opts...)
	defer stop()
	ctx, cancel := chromedp.NewContext(alloc)
	defer cancel()
	if err := chromedp.Do(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "start the browser:", err)
		return 1
	}
	chrome = ctx
	return m.Run()
}

// removeAll tries for a while: children of the browser may still write.
func removeAll(dir string) {
	for range 50 {
		if os.RemoveAll(dir) == nil {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
}

// tab is one page in the browser. It notes everything that must never happen.
type tab struct {
	t    *testing.T
	ctx  context.Context
	rig  *rig
	done sync.WaitGroup
	// close ends the tab before the test ends, and reports what went wrong in it.
	close func()

	mu       sync.Mutex
	faults   []string // exceptions, refused by policy, dialogs
	requests []string // addresses that were asked for
	previews bool     // a hostile body is being looked at: what the browser refuses it is no fault
}

type view struct {
	width, height int64
	dark          bool
	touch         bool
}

func (r *rig) open(path string, views ...view) *tab {
	r.t.Helper()
	v := view{width: 1440, height: 900}
	if len(views) > 0 {
		v = views[0]
	}
	ctx, cancel := chromedp.NewContext(chrome)
	p := &tab{t: r.t, ctx: ctx, rig: r}
	p.close = sync.OnceFunc(func() {
		cancel()
		p.done.Wait()
		for _, f := range p.noted() {
			r.t.Errorf("the page: %s", f)
		}
	})
	r.t.Cleanup(p.close)
	// The first call binds the tab's life to its context, so it has no timeout.
	if err := chromedp.Do(ctx); err != nil {
		r.t.Fatal(err)
	}
	p.watch()
	p.before(settling)
	scheme := "light"
	if v.dark {
		scheme = "dark"
	}
	p.media(scheme, "none")
	if throttle > 1 {
		if _, err := chromedp.Call(ctx, emulation.SetCPUThrottlingRate, emulation.SetCPUThrottlingRateParams{Rate: throttle}); err != nil {
			r.t.Fatal(err)
		}
	}
	p.do(chromedp.EmulateViewport(v.width, v.height), chromedp.Navigate(r.page+path))
	p.wait(`document.querySelector('.main') !== null`)
	return p
}

// settling runs before the scripts of the page. It counts what is on its way, notes
// when something changed last and what takes a click, and makes a fault of what the
// policy refuses.
const settling = `(() => {
	let open = 0, changed = performance.now();
	window.pointed = new WeakSet();
	EventTarget.prototype.addEventListener = ((add) => function (type, ...a) {
		if (this instanceof Element && /^(click|dblclick|mousedown|pointerdown)$/.test(type)) window.pointed.add(this);
		return add.call(this, type, ...a);
	})(EventTarget.prototype.addEventListener);
	const count = (f) => function (...a) { open++; return f.apply(this, a).finally(() => open--); };
	window.fetch = count(window.fetch);
	for (const name of ['json', 'text', 'arrayBuffer', 'blob']) Response.prototype[name] = count(Response.prototype[name]);
	new MutationObserver(() => { changed = performance.now(); }).observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
	document.addEventListener('securitypolicyviolation', (e) => console.error('refused by policy: ' + e.violatedDirective + ' ' + e.blockedURI));
	const busy = () => document.querySelector('[aria-busy="true"]');
	const quiet = () => open === 0 && performance.now() - changed > 60 && !busy() && document.querySelector('.main')?.childElementCount > 0 && document.querySelector('h1');
	window.settled = async (most = 45000) => {
		const end = performance.now() + most;
		while (performance.now() < end) {
			await new Promise((done) => requestAnimationFrame(() => setTimeout(done, 10)));
			if (quiet()) return '';
		}
		return open + ' requests open, busy: ' + (busy()?.outerHTML.slice(0, 100) ?? 'no') + (document.querySelector('h1') ? '' : ', no h1');
	};
})()`

// before has a script run before those of each page that is loaded from now on.
func (p *tab) before(script string) {
	p.t.Helper()
	if _, err := chromedp.Call(p.ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: script}); err != nil {
		p.t.Fatal(err)
	}
}

// settle waits until nothing is on its way and nothing changes any more.
func (p *tab) settle() {
	p.t.Helper()
	if still := eval[string](p, `window.settled()`); still != "" {
		p.t.Fatalf("%s never settles: %s", eval[string](p, `location.pathname + location.search`), still)
	}
}

// to goes to an address as a link of the page does, without loading it anew.
func (p *tab) to(path string) {
	p.t.Helper()
	eval[bool](p, fmt.Sprintf(`(history.pushState({ own: true }, '', %s), dispatchEvent(new PopStateEvent('popstate'))) || true`, quote(path)))
	p.settle()
}

// media emulates what the system of a person asks for.
func (p *tab) media(scheme, forced string) {
	p.t.Helper()
	if _, err := chromedp.Call(p.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"},
		{Name: "pointer", Value: "fine"}, {Name: "hover", Value: "hover"}, {Name: "forced-colors", Value: forced},
	}}); err != nil {
		p.t.Fatal(err)
	}
}

// watch collects what the page says and does.
func (p *tab) watch() {
	console := chromedp.Console(p.ctx)
	p.done.Go(func() {
		for m, err := range console {
			if err != nil {
				return
			}
			text := m.String()
			// The browser itself notes answers that are no 2xx and sockets that
			// break; both are asked for by these tests.
			if strings.Contains(text, "Failed to load resource") || strings.Contains(text, "WebSocket connection to") {
				continue
			}
			if (m.IsException() || m.Type == "error") && !p.refusedToPreview(text) {
				p.fault("console: " + text)
			}
		}
	})
	dialogs := chromedp.Events(p.ctx, page.JavascriptDialogOpening)
	p.done.Go(func() {
		for ev, err := range dialogs {
			if err != nil {
				return
			}
			p.fault("dialog: " + ev.Message)
			chromedp.Call(p.ctx, page.HandleJavaScriptDialog, page.HandleJavaScriptDialogParams{Accept: true}) //nolint:errcheck // the test fails anyway
		}
	})
	requests := chromedp.Events(p.ctx, network.RequestWillBeSent)
	p.done.Go(func() {
		for ev, err := range requests {
			if err != nil {
				return
			}
			p.mu.Lock()
			p.requests = append(p.requests, ev.Request.URL)
			p.mu.Unlock()
		}
	})
}

// refusedToPreview reports whether the browser tells that it does not do what a body
// in a preview wants.
func (p *tab) refusedToPreview(text string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.previews && containsAny(text, `directive: "style-src 'unsafe-inline'"`, `directive: "img-src data:"`, `directive: "font-src data:"`, "/preview?as=html' because the document's frame is sandboxed", "/preview?as=svg' because the document's frame is sandboxed", "/preview?as=html. Domains, protocols and ports must match")
}

// looks notes that a hostile body is going to be looked at.
func (p *tab) looks() *tab {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.previews = true
	return p
}

func (p *tab) fault(text string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.faults = append(p.faults, text)
}

func (p *tab) noted() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]string(nil), p.faults...)
}

func (p *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, 60*time.Second)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		p.t.Fatal(err)
	}
}

// eval runs an expression, waits for it if it is a promise, and reads its value.
func eval[T any](p *tab, expression string) T {
	p.t.Helper()
	return evalFor[T](p, 60*time.Second, expression)
}

func evalFor[T any](p *tab, most time.Duration, expression string) T {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, most)
	defer cancel()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		p.t.Fatalf("%.200s: %v", expression, err)
	}
	return v
}

// wait waits until an expression is true.
func (p *tab) wait(expression string) { p.t.Helper(); p.waitFor(45*time.Second, expression) }

func (p *tab) waitFor(most time.Duration, expression string) {
	p.t.Helper()
	deadline := time.Now().Add(most)
	// A name that is not there yet is not true yet.
	asked := "(() => { try { return Boolean(" + expression + ") } catch (err) { window.why = String(err); return false } })()"
	for !eval[bool](p, asked) {
		if time.Now().After(deadline) {
			p.t.Fatalf("never true within %v: %s\nstate: %s", most, expression, eval[string](p, `[JSON.stringify(window.boathook?.state() ?? {}), location.pathname + location.search, document.activeElement?.outerHTML.slice(0, 100), window.why].join('\n')`))
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// keys presses keys on what has the focus.
func (p *tab) keys(keys ...string) {
	p.t.Helper()
	for _, k := range keys {
		if len(k) > 1 || k < " " || k > "~" {
			p.do(chromedp.KeyEvent(k))
			continue
		}
		// As a keyboard does it: the character is part of the press, so that a
		// page which takes the press gets no character.
		for _, typ := range []input.DispatchKeyEventType{input.DispatchKeyEventTypeKeyDown, input.DispatchKeyEventTypeKeyUp} {
			ev := input.DispatchKeyEventParams{Type: typ, Key: k}
			if typ == input.DispatchKeyEventTypeKeyDown {
				ev.Text = k
			}
			if _, err := chromedp.Call(p.ctx, input.DispatchKeyEvent, ev); err != nil {
				p.t.Fatal(err)
			}
		}
	}
}

// click clicks the first button or tab of that name.
func (p *tab) click(name string) {
	p.t.Helper()
	find := fmt.Sprintf(`[...document.querySelectorAll('button, a, [role="tab"]')].find((b) => b.textContent.trim() === %s || b.getAttribute('aria-label') === %[1]s)`, quote(name))
	p.wait(find)
	eval[bool](p, find+`.click() ?? true`)
}

func (p *tab) text(selector string) string {
	p.t.Helper()
	return eval[string](p, fmt.Sprintf(`document.querySelector(%s)?.textContent ?? ''`, quote(selector)))
}

// loaded waits until the list has everything.
func (p *tab) loaded() {
	p.t.Helper()
	p.waitFor(60*time.Second, `window.boathook?.state().complete && boathook.state().link === 'live'`)
}

func quote(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		panic(err) // a string is always JSON
	}
	return string(b)
}
