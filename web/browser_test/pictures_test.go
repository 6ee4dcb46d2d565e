//go:build browser

package browser

import (
	stdjson "encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	version "github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/proxy"
	"github.com/boathook/boathook/proxy/portable"
	"github.com/boathook/boathook/web"
)

const picturesDir = "testdata/pictures"

// pictured are the pages that are held to the pixel, in both themes and three widths.
var pictured = []struct {
	name string
	state
}{
	{"live", state{path: "/live"}},
	{"overview", state{path: "/live?sel=FAIL"}},
	{"request", state{path: "/live?sel=SEL&tab=request"}},
	{"response", state{path: "/live?sel=FAIL&tab=response"}},
	{"attempts", state{path: "/live?sel=OUT&tab=attempts"}},
	{"signature", state{path: "/live?sel=FAIL&tab=signature"}},
	{"raw", state{path: "/live?sel=SEL&tab=raw"}},
	{"diff", state{path: "/live?sel=SEL&tab=diff&against=FAIL"}},
	{"code", state{path: "/live?sel=SEL&tab=code"}},
	{"binary", state{path: "/live?sel=BIN&tab=request"}},
	{"huge", state{path: "/live?sel=HUGE&tab=request"}},
	{"compare", state{path: "/compare?a=FAIL&b=SEL"}},
	{"replay", state{path: "/live", what: "replay", do: gridFocus, keys: []string{"j", "R"}, sees: dialogOpen + ` && document.querySelector('.replay')`}},
	{"send", state{path: "/send/webconnex/registration"}},
	{"endpoints", state{path: "/endpoints"}},
	{"activity", state{path: "/activity?from=2026-03-04T10:00:00Z&to=2026-03-04T11:00:00Z"}},
}

var looks = []view{
	{width: 1440, height: 900}, {width: 1440, height: 900, dark: true},
	{width: 820, height: 1100}, {width: 820, height: 1100, dark: true},
	{width: 390, height: 844}, {width: 390, height: 844, dark: true},
}

func (v view) String() string {
	if v.dark {
		return fmt.Sprintf("%d-dark", v.width)
	}
	return fmt.Sprint(v.width)
}

// standing makes a page that shows the same whenever and wherever it is opened: its
// clock stands still.
const standing = `(() => {
	const now = Date.parse('2026-03-04T10:42:00Z'), Real = Date;
	window.Date = class extends Real {
		constructor(...a) { if (a.length) super(...a); else super(now); }
		static now() { return now; }
	};
})()`

// mask takes the ink from what is made by chance and from the clock of the server: the
// values of an event that is about to be sent. Their places stay.
const mask = `document.querySelectorAll('.set-grid .input, .body-edit, .plan-pane td').forEach((e) => e.style.setProperty('-webkit-text-fill-color', 'transparent'))`

// The page looks as it did when somebody last looked at it: each page in both themes
// and at three widths, pixel by pixel but for a little room. Its deliveries are a file,
// its clock stands still, and its fonts lie beside the pictures. Another Chromium draws
// some things otherwise, so that pictures are compared only by the one that took them;
// TestLayout holds the places of things for all. `make pictures` takes them anew.
func TestPictures(t *testing.T) {
	a := &album{dir: picturesDir, write: os.Getenv("BOATHOOK_PICTURES") == "write"}
	a.sameBrowser(t)
	first := newRig(t, fixedAddresses)
	p := first.stand("/live")
	for _, v := range looks {
		p.emulate(v)
		p.visit(state{path: "/live"})
		p.wait(`document.querySelector('.first code')?.textContent.includes('/in/demo')`)
		a.look(p, "first-run-"+v.String())
	}
	p.close()
	r := newRig(t, fixedAddresses)
	r.furnishFromFile()
	p = r.stand("/live")
	p.loaded()
	for _, v := range looks {
		p.emulate(v)
		for _, s := range pictured {
			p.visit(s.state)
			eval[any](p, mask)
			a.look(p, s.name+"-"+v.String())
		}
	}
	p.visit(state{path: "/live"})
	p.loaded()
	r.relay.ln.Close()
	r.relay.tear(true)
	p.wait(`document.querySelector('[data-link="reconnecting"]')`)
	for _, v := range looks {
		p.emulate(v)
		// How often it has tried, and when it tries next.
		eval[any](p, `Object.assign(document.querySelector('[data-link="reconnecting"]').style, { visibility: 'hidden', width: '180px', overflow: 'hidden', whiteSpace: 'nowrap' })`)
		a.look(p, "disconnected-"+v.String())
	}
}

// sameBrowser leaves the test out where pictures cannot be the same.
func (a *album) sameBrowser(t *testing.T) {
	t.Helper()
	if runtime.GOOS != "linux" {
		t.Skip("the pictures that are kept were taken on Linux, with the fonts of testdata/fonts")
	}
	v, err := chromedp.CallBrowser(chrome, version.GetVersion, cdp.Empty{})
	if err != nil {
		t.Fatal(err)
	}
	major, _, _ := strings.Cut(v.Product, ".")
	file := filepath.Join(a.dir, "browser.txt")
	if a.write {
		if err := os.WriteFile(file, []byte(major+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	kept, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if was := strings.TrimSpace(string(kept)); was != major {
		t.Skipf("the pictures that are kept were taken with %s, this is %s: look at the page, then run make pictures", was, major)
	}
}

// fixedAddresses makes the page tell the addresses it has out of the box.
func fixedAddresses(o *web.Options) {
	o.PageURL = func() string { return "http://localhost:4600" }
	o.CaptureURL = func() string { return "http://localhost:4601" }
	o.Version = "1.0.0"
}

// stand opens a page whose clock stands still.
func (r *rig) stand(path string) *tab {
	r.t.Helper()
	p := r.open("/settings/about")
	p.before(standing)
	if _, err := chromedp.Call(p.ctx, emulation.SetTimezoneOverride, emulation.SetTimezoneOverrideParams{TimezoneID: "UTC"}); err != nil {
		r.t.Fatal(err)
	}
	p.do(navigate(r.page + path))
	p.settle()
	return p
}

// emulate shows the page in another window.
func (p *tab) emulate(v view) {
	p.t.Helper()
	scheme := "light"
	if v.dark {
		scheme = "dark"
	}
	p.media(scheme, "none")
	p.do(chromedp.EmulateViewport(v.width, v.height))
	p.settle()
}

// furnishFromFile fills a store with deliveries that are the same each time.
func (r *rig) furnishFromFile() {
	r.t.Helper()
	data, err := os.ReadFile(filepath.Join(picturesDir, "stock.jsonl"))
	if err != nil {
		r.t.Fatal(err)
	}
	var huge strings.Builder
	for i := range 40000 {
		fmt.Fprintf(&huge, `,{"id":%d,"name":"item %d"}`, i, i)
	}
	body, err := stdjson.Marshal(`{"items":[` + huge.String()[1:] + `]}`)
	if err != nil {
		r.t.Fatal(err)
	}
	text := strings.Replace(string(data), `"HUGE"`, string(body), 1)
	in, err := r.inboxes.Get("demo")
	if err != nil {
		r.t.Fatal(err)
	}
	in.Forward = []proxy.Target{{Name: "app", URL: "http://127.0.0.1:3000"}}
	in.Secrets = []proxy.Secret{{Name: "current", Value: shopSecret}}
	if _, err := r.inboxes.Update(r.t.Context(), in); err != nil {
		r.t.Fatal(err)
	}
	if _, err := r.inboxes.Create(r.t.Context(), proxy.Inbox{Name: "billing", Note: "the shop in staging"}); err != nil {
		r.t.Fatal(err)
	}
	r.endpoint(proxy.Endpoint{Name: "crm", URL: "http://127.0.0.1:8069/", Provider: "webconnex", Events: []string{"webconnex/*"}, Note: "the shop"})
	r.endpoint(proxy.Endpoint{Name: "mail", Kind: "email", Events: []string{"stockcrowd/*"}, Email: &proxy.Email{To: []string{"a@example.org"}, SMTP: &proxy.SMTP{Host: "mail.example.org"}}})
	got, err := portable.Import(r.t.Context(), strings.NewReader(text), r.store, inspector.DefaultWorkspace, r.ids, portable.ImportOptions{Now: time.Now()})
	if err != nil || got.Failed > 0 {
		r.t.Fatalf("import: %v %v", err, got.Errors)
	}
	api[any](r, "POST", "/recheck", map[string]any{"q": "inbox:demo"})
	for word, n := range map[string]int{"HUGE": 49, "BIN": 50, "FAIL": 51, "AUTH": 52, "LOST": 53, "SEL": 55, "PLAIN": 56, "LONG": 57, "OUT": 58} {
		places[word] = n
	}
}
