//go:build browser

package browser

import (
	"bytes"
	stdjson "encoding/json"
	"fmt"
	"image"
	"image/png"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/boathook/boathook/proxy"
)

// scene is one picture of the page.
type scene struct {
	name  string
	path  string
	view  view
	ready string // true once what is to be seen is there
	steps []string
}

// TestScreenshots takes pictures of the page in many states and looks whether
// they show something. BOATHOOK_SCREENSHOTS names a folder to keep those of the
// README in; BOATHOOK_SCENES adds others by words of their names, or "all".
func TestScreenshots(t *testing.T) {
	dir, only := os.Getenv("BOATHOOK_SCREENSHOTS"), strings.Fields(os.Getenv("BOATHOOK_SCENES"))
	switch {
	case dir == "":
		// Every page is looked at by TestEveryPage; here is what it cannot see.
		dir, only = t.TempDir(), []string{"page-", "first-run", "scrolled", "reconnecting"}
	case slices.Contains(only, "all"):
		only = nil
	default:
		only = append(only, "page-")
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	r := newRig(t)
	shoot(t, r, dir, only, []scene{
		{name: "first-run", path: "/live", view: view{width: 1440, height: 900}, ready: `document.querySelector('.first code')?.textContent.includes('/in/demo')`},
		{name: "first-run-phone-dark", path: "/live", view: view{width: 390, height: 844, dark: true}, ready: `document.querySelector('.first code')?.textContent.includes('/in/demo')`},
	})
	furnish(t, r)
	wide, dark, phone, tablet := view{width: 1440, height: 900}, view{width: 1440, height: 900, dark: true}, view{width: 390, height: 844}, view{width: 820, height: 1100}
	list := `boathook.state().complete && document.querySelectorAll('.tr').length > 5`
	body := list + ` && document.querySelectorAll('[role="treeitem"] .k').length > 5`
	scenes := []scene{
		{name: "page-light", path: "/live?sel=SEL&tab=request", view: view{width: 1440, height: 860}, ready: body, steps: []string{`document.querySelector('.tab-panel').scrollTop = 420`}},
		{name: "page-dark", path: "/live?sel=FAIL", view: view{width: 1440, height: 860, dark: true}, ready: list + ` && document.querySelector('.card')`},
		{name: "page-phone", path: "/live", view: phone, ready: list},
		{name: "live", path: "/live", view: wide, ready: list},
		{name: "live-dark", path: "/live", view: dark, ready: list},
		{name: "live-tablet", path: "/live", view: tablet, ready: list},
		{name: "live-phone", path: "/live", view: phone, ready: list},
		{name: "overview", path: "/live?sel=SEL", view: wide, ready: list + ` && document.querySelector('.sentence')`},
		{name: "request", path: "/live?sel=SEL&tab=request", view: wide, ready: body},
		{name: "request-dark", path: "/live?sel=SEL&tab=request", view: dark, ready: body},
		{name: "tree", path: "/live?sel=SEL&tab=request", view: wide, ready: body, steps: []string{`document.querySelector('.tab-panel').scrollTop = 5000`}},
		{name: "attempts", path: "/live?sel=FAIL&tab=attempts", view: wide, ready: list + ` && document.querySelectorAll('.attempt').length > 1`},
		{name: "failed-dark", path: "/live?sel=FAIL", view: dark, ready: list + ` && document.querySelector('.card')`},
		{name: "signature", path: "/live?sel=FAIL&tab=signature", view: wide, ready: list + ` && document.querySelector('pre.code')`},
		{name: "signature-dark", path: "/live?sel=AUTH&tab=signature", view: dark, ready: list + ` && document.querySelector('.ladder')`},
		{name: "signature-lost", path: "/live?sel=LOST&tab=signature", view: wide, ready: list + ` && document.querySelector('.ladder')`},
		{name: "signature-unchecked", path: "/live?sel=PLAIN&tab=signature", view: wide, ready: list + ` && document.querySelector('form.card')`},
		{name: "signature-phone", path: "/live?sel=FAIL&tab=signature", view: phone, ready: `document.querySelector('pre.code')`},
		{name: "signing", path: "/settings/signing", view: wide, ready: `document.querySelectorAll('.scheme-item').length > 100`},
		{name: "builder-dark", path: "/settings/signing/new?from=stripe.v1", view: dark, ready: `document.querySelector('.builder-try')`},
		{name: "inbox-verify", path: "/inboxes/demo/verify", view: wide, ready: `document.querySelector('.secret-list')`},
		{name: "raw", path: "/live?sel=SEL&tab=raw", view: wide, ready: list + ` && document.querySelector('.line')`},
		{name: "hex", path: "/live?sel=BIN&tab=request", view: wide, ready: list + ` && document.querySelector('.hex-row')`, steps: []string{`document.querySelector('.tab-panel').scrollTop = 5000`}},
		{name: "huge", path: "/live?sel=HUGE&tab=request", view: wide, ready: list + ` && document.querySelector('.line')`, steps: []string{`document.querySelector('.tab-panel').scrollTop = 5000`}},
		{name: "detail-phone", path: "/live?sel=SEL&tab=request", view: phone, ready: `document.querySelectorAll('[role="treeitem"] .k').length > 5`},
		{name: "own-page", path: "/d/FAIL/attempts", view: wide, ready: `document.querySelectorAll('.attempt').length > 1`},
		{name: "filter-fault", path: "/live?q=staus:503", view: wide, ready: `document.querySelector('.filter-problem')`},
		{name: "filter-empty", path: "/live?q=is:failed+event:nothing", view: wide, ready: `document.querySelector('.empty-card')`},
		{name: "complete", path: "/live", view: wide, ready: list, steps: []string{`document.querySelector('.filter input').focus() ?? document.execCommand('insertText', false, 's')`}},
		{name: "palette", path: "/live", view: wide, ready: list, steps: []string{`document.dispatchEvent(new KeyboardEvent('keydown', { key: 'k', ctrlKey: true, bubbles: true }))`}},
		{name: "help-dark", path: "/live?sel=SEL", view: dark, ready: list, steps: []string{`document.querySelector('.nav-end button').click()`}},
		{name: "inboxes", path: "/inboxes", view: wide, ready: `document.querySelectorAll('.inbox-item').length > 2`},
		{name: "inbox", path: "/inboxes/demo", view: wide, ready: `document.querySelector('form')`},
		{name: "inbox-phone-dark", path: "/inboxes/demo", view: view{width: 390, height: 844, dark: true}, ready: `document.querySelector('form')`},
		{name: "settings", path: "/settings/about", view: wide, ready: `document.querySelector('.facts dd')`, steps: []string{`[...document.querySelectorAll('button')].find((b) => b.textContent === 'Run the checks').click()`}},
		{name: "scrolled", path: "/live", view: wide, ready: list, steps: []string{`(document.querySelector('.grid-scroll').scrollTop = 300) > 0`, "SEND"}},
		{name: "reconnecting", path: "/live", view: wide, ready: list, steps: []string{"CUT"}},
	}
	shoot(t, r, dir, only, scenes)
}

func shoot(t *testing.T, r *rig, dir string, only []string, scenes []scene) {
	t.Helper()
	for _, s := range scenes {
		if len(only) > 0 && !containsAny(s.name, only...) {
			continue
		}
		path := s.path
		for word, n := range places {
			path = strings.ReplaceAll(path, word, fmt.Sprint(n))
		}
		p := r.open(path, s.view)
		p.wait(s.ready)
		for _, step := range s.steps {
			if step == "SEND" {
				for range 3 {
					r.send("POST", "/in/demo/hooks", "text/plain", "one more")
				}
				p.wait(`document.querySelector('.new-chip')`)
				continue
			}
			if step == "CUT" {
				r.relay.tear(true)
				r.relay.ln.Close()
				p.wait(`document.querySelector('[data-link="reconnecting"]')`)
				continue
			}
			eval[any](p, step+` ?? true`)
			p.settle()
		}
		if !slices.Contains(s.steps, "CUT") {
			p.settle()
		}
		shot, err := chromedp.Run(p.ctx, chromedp.CaptureScreenshot())
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, s.name+".png"), shot, 0o644); err != nil {
			t.Fatal(err)
		}
		picture, err := png.Decode(bytes.NewReader(shot))
		if err != nil {
			t.Fatal(err)
		}
		if size := picture.Bounds().Size(); size.X != int(s.view.width) || size.Y != int(s.view.height) {
			t.Errorf("%s is %v", s.name, size)
		}
		if n := colours(picture); n < 20 {
			t.Errorf("%s shows %d colours: it is blank", s.name, n)
		}
		p.close()
	}
}

func colours(m image.Image) int {
	seen := map[[3]uint32]bool{}
	b := m.Bounds()
	for y := b.Min.Y; y < b.Max.Y; y += 2 {
		for x := b.Min.X; x < b.Max.X; x += 2 {
			r, g, bl, _ := m.At(x, y).RGBA()
			seen[[3]uint32{r, g, bl}] = true
		}
	}
	return len(seen)
}

// shopSecret is the secret of the inbox demo.
const shopSecret = "checkout-secret-0123456789"

// places are the running numbers of the deliveries that pictures are of.
var places = map[string]int{}

const registration = `{"eventId":"e_7f21c9","eventType":"registration","accountId":2,"formId":15098,"eventDate":"2026-11-22T10:42:07Z","data":{"orderNumber":"WBX-20441","orderStatus":"completed","currency":"USD","total":125.50,"coupon":null,"billing":{"name":{"first":"Ada","last":"Lovelace"},"address":{"street1":"12 St James's Square","city":"London","country":"GB"}},"registrants":[{"id":88,"email":"ada@example.org","amount":"62.75","fields":[{"label":"T-shirt","value":"M"},{"label":"Diet","value":"none"}]},{"id":89,"email":"charles@example.org","amount":"62.75","fields":[]}]},"meta":{"appKey":"checkout","live":true}}`

// furnish fills a store with what a day of work leaves behind.
func furnish(t *testing.T, r *rig) {
	t.Helper()
	app := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		switch {
		case strings.Contains(req.URL.Path, "orders"):
			time.Sleep(90 * time.Millisecond)
			w.WriteHeader(http.StatusServiceUnavailable)
			fmt.Fprint(w, `{"error":"database is locked"}`)
		case strings.Contains(req.URL.Path, "auth"):
			w.WriteHeader(http.StatusUnauthorized)
			fmt.Fprint(w, `{"error":"signature mismatch"}`)
		default:
			fmt.Fprint(w, `{"ok":true}`)
		}
	}))
	t.Cleanup(app.Close)
	r.fill(180)
	set := func(name string, change func(*proxy.Inbox)) {
		t.Helper()
		in, err := r.inboxes.Get(name)
		if err != nil {
			t.Fatal(err)
		}
		change(&in)
		if _, err := r.inboxes.Update(t.Context(), in); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := r.inboxes.Create(t.Context(), proxy.Inbox{Name: "billing", Note: "the shop in staging"}); err != nil {
		t.Fatal(err)
	}
	set("billing", func(in *proxy.Inbox) { in.Answer.Sequence = []string{"503", "503", "200"} })
	set("demo", func(in *proxy.Inbox) {
		in.Forward = []proxy.Target{{Name: "app", URL: app.URL}}
		in.Secrets = []proxy.Secret{{Name: "current", Value: shopSecret}}
	})
	const json = "application/json; charset=utf-8"
	// Signed over a body, and perhaps written anew on the way.
	head := func(signed string) []string {
		return []string{"User-Agent: Webconnex/1.0", "X-Webconnex-Event: registration", "X-Webconnex-Signature: " + digest(shopSecret, signed), "Authorization: Bearer swordfish"}
	}
	var indented bytes.Buffer
	if err := stdjson.Indent(&indented, []byte(registration), "", "  "); err != nil {
		t.Fatal(err)
	}
	r.send("POST", "/in/billing/invoice?dry=1", json, `{"type":"invoice.paid","amount":1200}`)
	r.send("POST", "/in/billing/invoice", json, `{"type":"invoice.paid","amount":99}`)
	var huge strings.Builder
	huge.WriteString(`{"items":[`)
	for i := range 40000 {
		if i > 0 {
			huge.WriteByte(',')
		}
		fmt.Fprintf(&huge, `{"id":%d,"name":"item %d"}`, i, i)
	}
	huge.WriteString(`]}`)
	r.send("POST", "/in/demo/import", json, huge.String())
	places["HUGE"] = r.lastN()
	bin := make([]byte, 0, 4096)
	for i := range 4096 {
		bin = append(bin, byte(i*i>>3))
	}
	r.send("PUT", "/in/demo/upload/logo.bin", "application/octet-stream", "BHK\x00"+string(bin))
	places["BIN"] = r.lastN()
	r.send("POST", "/in/demo/orders?source=web", json, registration, head(indented.String())...)
	places["FAIL"] = r.lastN()
	r.send("POST", "/in/demo/auth", json, registration, head(registration)...)
	places["AUTH"] = r.lastN()
	r.send("POST", "/in/demo/auth", json, registration, head("something else")...)
	places["LOST"] = r.lastN()
	r.send("POST", "/in/demo/form", "application/x-www-form-urlencoded", "first=Ada&last=Lovelace&tags%5B%5D=a&tags%5B%5D=b")
	r.send("POST", "/in/demo/hooks/registration?campaign=spring&campaign=early", json, registration, head(registration)...)
	places["SEL"] = r.lastN()
	r.send("POST", "/in/demo/hooks", json, `{"hello":1}`)
	places["PLAIN"] = r.lastN()
}
