//go:build browser

package browser

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"github.com/boathook/boathook/inspector"
)

// The language is the first of the browser's that there is, unless one is chosen.
func TestLanguageOfThePage(t *testing.T) {
	r := newRig(t)
	p := r.open("/settings")
	agent := eval[string](p, `navigator.userAgent`)
	heading := func(want string) {
		t.Helper()
		p.waitThrough(`document.querySelector('h1')?.textContent === ` + quote(want))
	}
	for _, tt := range []struct{ languages, lang, heading, number string }{
		{"es-MX,es,en", "es", "Ajustes", "12,408.5"},
		{"es", "es", "Ajustes", "12.408,5"},
		{"fr,es,en", "es", "Ajustes", "12.408,5"},
		{"en-GB,es", "en", "Settings", "12,408.5"},
		{"fr,de", "en", "Settings", "12,408.5"},
	} {
		if _, err := chromedp.Call(p.ctx, emulation.SetUserAgentOverride, emulation.SetUserAgentOverrideParams{UserAgent: agent, AcceptLanguage: tt.languages}); err != nil {
			t.Fatal(err)
		}
		p.do(navigate(r.page + "/settings"))
		heading(tt.heading)
		p.wait(`document.documentElement.lang === ` + quote(tt.lang) + ` && document.title.startsWith(` + quote(tt.heading) + `)`)
		if got := eval[string](p, `import('/static/format.js').then((f) => f.decimal(12408.5, 1))`); got != tt.number {
			t.Errorf("%s: a number is written %s, want %s", tt.languages, got, tt.number)
		}
	}
	if got := eval[[]string](p, `import('/static/format.js').then((f) => [1, 2, 1e6].map((n) => f.plural(n, 'entrega', 'entregas', 'de entregas')))`); got[2] != "1,000,000 entregas" {
		t.Errorf("numbers and words in English = %q", got)
	}
	// A choice counts for every page, and can be taken back.
	p.oneOf("Español")
	heading("Ajustes")
	if got := eval[[]string](p, `import('/static/format.js').then((f) => [f.plural(1, 'entrega', 'entregas', 'de entregas'), f.plural(1e6, 'entrega', 'entregas', 'de entregas'), f.span(864000), f.bytes(2114), f.duration(1500), f.time(1318).slice(-6)])`); strings.Join(got, "; ") != "1 entrega; 1.000.000 de entregas; 10 días; 2,1 kB; 1,5 s; 01,318" {
		t.Errorf("numbers in Spanish = %q", got)
	}
	p.do(navigate(r.page + "/inboxes"))
	heading("Buzones")
	p.axe("Inboxes in Spanish")
	p.do(navigate(r.page + "/settings"))
	p.oneOf("El del navegador")
	heading("Settings")
	if got := eval[string](p, `localStorage.getItem('boathook.lang') ?? 'none'`); got != "none" {
		t.Errorf("the language of the browser is kept as %s", got)
	}
}

// Every language has every word; the same is held where node is at hand without a
// browser, so that it is noticed sooner.
func TestLanguagesAreComplete(t *testing.T) {
	script, err := os.ReadFile("../testdata/languages.mjs")
	if err != nil {
		t.Fatal(err)
	}
	r := newRig(t)
	p := r.open("/settings?lang=en")
	for _, code := range eval[[]string](p, `import('/static/i18n/language.js').then((m) => m.languages.slice(1))`) {
		for _, fault := range eval[[]string](p, fmt.Sprintf(`(() => { %s; return check('/static/', %s, %s); })()`, strings.ReplaceAll(string(script), "\nexport ", "\n"), englishFiles(t), quote(code))) {
			t.Errorf("%s: %s", code, fault)
		}
	}
}

// englishFiles are the names of the files with English words, as a list of JavaScript.
func englishFiles(t *testing.T) string {
	t.Helper()
	names, err := filepath.Glob("../static/i18n/en*.js")
	if err != nil || len(names) < 10 {
		t.Fatalf("%d files: %v", len(names), err)
	}
	for i := range names {
		names[i] = filepath.Base(names[i])
	}
	list, err := json.Marshal(names)
	if err != nil {
		t.Fatal(err)
	}
	return string(list)
}

// Without storage the language and the keys can still be chosen, for as long as the
// page is open.
func TestChoicesWithoutStorage(t *testing.T) {
	r := newRig(t)
	p := r.open("/settings")
	p.denyStorage()
	p.do(navigate(r.page + "/settings"))
	p.oneOf("Español")
	p.waitThrough(`document.querySelector('h1')?.textContent === 'Ajustes' && location.pathname === '/settings'`)
	p.click("Buzones")
	p.wait(`document.querySelector('h1')?.textContent === 'Buzones'`)
	p.do(navigate(r.page + "/settings/keys"))
	p.give("go to Inboxes", "v")
	p.keys("v")
	p.wait(`location.pathname === '/inboxes'`)
}

// Every page in Spanish: no word of the English table is left, nothing goes sideways.
func TestEveryPageInSpanish(t *testing.T) {
	script, err := os.ReadFile("testdata/english.js")
	if err != nil {
		t.Fatal(err)
	}
	texts := fmt.Sprintf("(async () => { %s; return JSON.stringify(await textsOf(%s)); })()", script, englishFiles(t))
	r := stock(t)
	p := r.open("/live?lang=en")
	english := eval[string](p, texts)
	eval[bool](p, `localStorage.setItem('boathook.lang', 'es') ?? true`)
	p.do(navigate(r.page + "/live"))
	p.loaded()
	shown := eval[string](p, texts)
	if english == shown || len(english) < 20_000 {
		t.Fatalf("the tables are not two: %d and %d bytes", len(english), len(shown))
	}
	left := fmt.Sprintf("(() => { %s; return leftInEnglish(%s, %s); })()", script, english, shown)
	seen := map[string]bool{}
	for _, width := range []int64{1440, 320} {
		p.do(chromedp.EmulateViewport(width, 844))
		for _, s := range states {
			if s.do != "" && s.do != gridFocus {
				continue // buttons are pressed by their English names
			}
			p.visit(s)
			where := fmt.Sprintf("%s at %d px in Spanish", strings.TrimSpace(s.path+" "+s.what), width)
			if s.what == "" {
				p.looksRight(where)
			}
			for _, text := range eval[[]string](p, left) {
				if !seen[text] {
					seen[text] = true
					t.Errorf("%s: %s", where, text)
				}
			}
		}
	}
}

// denyStorage makes the page's storage throw, as browsers do that forbid it.
func (p *tab) denyStorage() {
	p.t.Helper()
	p.before(`Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('denied', 'SecurityError'); } })`)
}

// waitThrough waits while the page is loaded anew.
func (p *tab) waitThrough(expression string) {
	p.t.Helper()
	for deadline := time.Now().Add(45 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if there, err := chromedp.Run(p.ctx, chromedp.Evaluate[bool]("Boolean("+expression+")")); err == nil && there {
			return
		}
	}
	p.t.Fatalf("never true: %s", expression)
}

// oneOf takes one of a few by its name.
func (p *tab) oneOf(name string) {
	p.t.Helper()
	find := `[...document.querySelectorAll('.segmented label')].find((x) => x.textContent === ` + quote(name) + `)`
	p.wait(find)
	eval[bool](p, find+`.click() ?? true`)
}

// give sets keys of an action on the page Settings › Keys, one key after the other.
func (p *tab) give(action string, keys ...string) {
	p.t.Helper()
	p.wait(`document.querySelector('.key-row')`)
	p.startsKeys(action)
	p.keys(keys...)
	if len(keys) == 1 {
		p.keys("\r")
	}
}

// startsKeys opens the field that takes keys of an action.
func (p *tab) startsKeys(action string) {
	p.t.Helper()
	eval[bool](p, `[...document.querySelectorAll('.key-row')].find((x) => x.querySelector('.key-name').textContent === `+quote(action)+`).querySelector('.btn').click() ?? true`)
	p.wait(`document.activeElement.matches('.key-field')`)
}

// Keys can be given to other actions; everything that shows or takes keys knows.
func TestKeysOfOnesOwn(t *testing.T) {
	r := newRig(t)
	r.fill(30)
	p := r.open("/settings/keys")
	p.wait(`document.querySelectorAll('.key-row').length > 40`)
	p.axe("keys")
	row := func(action string) string {
		return `[...document.querySelectorAll('.key-row')].find((x) => x.querySelector('.key-name').textContent === ` + quote(action) + `)`
	}

	// A key that is taken is named, and given only when that is wanted.
	p.startsKeys("next row")
	p.keys("n", "\r")
	p.wait(row("next row") + `.textContent.includes('already means: next difference')`)
	p.axe("a key that is taken")
	p.click("Use it here instead")
	p.wait(row("next row") + `.querySelector('.key-keys').textContent.trim() === 'n' && ` + row("next difference") + `.querySelector('.key-keys').textContent === 'no key'`)
	p.wait(`document.activeElement.textContent === 'Change'`)
	// Two keys after each other; one that begins a longer one is taken, too.
	p.give("go to Inboxes", "g", "b")
	p.startsKeys("help")
	p.keys("g", "\r")
	p.wait(row("help") + `.textContent.includes('already means: go to Live')`)
	p.click("Cancel")
	p.startsKeys("help")
	p.keys("\x1b")
	p.wait(`!document.querySelector('.key-field')`)
	// While a key is taken it does nothing else.
	if path := eval[string](p, `location.pathname`); path != "/settings/keys" {
		t.Fatalf("setting keys led to %s", path)
	}

	p.do(navigate(r.page + "/live"))
	p.loaded()
	p.keys("n", "n")
	p.wait(`boathook.state().active === 29`)
	p.keys("j")
	if got := eval[int](p, `boathook.state().active`); got != 29 {
		t.Errorf("a key that was given away moved to %d", got)
	}
	p.keys("?")
	p.wait(`document.querySelector('.keys-grid')?.textContent.includes('g b')`)
	if eval[bool](p, `[...document.querySelectorAll('.keys-grid kbd')].some((x) => x.textContent === 'j')`) {
		t.Error("help shows a key that does nothing")
	}
	p.keys("\x1b")
	p.keys("g", "b")
	p.wait(`location.pathname === '/inboxes'`)
	p.do(chromedp.KeyEvent("k", chromedp.KeyModifiers(2)))
	p.wait(`document.querySelector('.palette-input') === document.activeElement`)
	eval[bool](p, `document.execCommand('insertText', false, 'Inboxes')`)
	p.wait(`document.querySelector('.palette-list kbd')?.textContent === 'g b'`)
	p.keys("\x1b")

	p.do(navigate(r.page + "/settings/keys"))
	p.wait(row("next row") + `?.querySelector('.key-keys').textContent.trim() === 'n'`)
	p.click("Reset all")
	p.wait(row("next row") + `.querySelector('.key-keys').textContent.trim() === 'j' && ` + row("next difference") + `.querySelector('.key-keys').textContent.trim() === 'n'`)
	p.keys("g", "i")
	p.wait(`location.pathname === '/inboxes'`)
}

// The sections of the settings have addresses, and times are written as chosen.
func TestSettingsAreComplete(t *testing.T) {
	r := newRig(t)
	r.fill(12)
	p := r.open("/settings")
	// A zone in which local time is never UTC.
	if _, err := chromedp.Call(p.ctx, emulation.SetTimezoneOverride, emulation.SetTimezoneOverrideParams{TimezoneID: "Asia/Tokyo"}); err != nil {
		t.Fatal(err)
	}
	for _, section := range []struct{ path, heading, group, sees string }{
		{"/settings", "General", "This browser", `document.querySelectorAll('.segmented').length === 5`},
		{"/settings/notices", "Notices", "This browser", `document.querySelector('.segmented') && document.querySelector('#said')`},
		{"/settings/keys", "Keys", "This browser", `document.querySelector('.key-row')`},
		{"/settings/capture", "Capture", "Server", `document.querySelector('.facts')?.textContent.includes(` + quote(r.capture) + `)`},
		{"/settings/sending", "Sending", "Server", `document.querySelector('.host-list')`},
		{"/settings/signing", "Signing", "Server", `document.querySelector('.scheme-item')`},
		{"/settings/data", "Data", "Server", `document.querySelector('.facts')?.textContent.includes('12 (#1 to #12)') && document.querySelector('a[href$="/backup"]')`},
		{"/settings/about", "About", "Server", `document.querySelector('.facts')?.textContent.includes('test')`},
	} {
		p.do(navigate(r.page + section.path))
		p.wait(`document.querySelector('.settings-nav [aria-current]')?.textContent === ` + quote(section.heading))
		p.wait(section.sees)
		if got := eval[string](p, `document.querySelector('.settings-nav [aria-current]').closest('[role="group"]').querySelector('h2').textContent`); got != section.group {
			t.Errorf("%s is one of %s", section.path, got)
		}
	}
	if got := eval[[]string](p, `[...document.querySelectorAll('.settings-nav a')].map((a) => a.getAttribute('href'))`); len(got) != 8 || !slices.Contains(got, "/settings/data") {
		t.Errorf("sections = %v", got)
	}
	// Times are written as they are chosen, at once and everywhere.
	p.do(navigate(r.page + "/settings"))
	p.oneOf("UTC")
	p.wait(`document.querySelector('.settings-body').textContent.includes(' UTC')`)
	p.do(navigate(r.page + "/live"))
	p.loaded()
	p.wait(`[...document.querySelectorAll('[role="columnheader"]')].some((x) => x.textContent === 'Time UTC')`)
	newest, err := r.store.List(t.Context(), inspector.ListQuery{Workspace: inspector.DefaultWorkspace, Limit: 1})
	if err != nil {
		t.Fatal(err)
	}
	want := newest.Rows[0].At.UTC().Format("15:04:05")
	if got := p.text(".tr .time"); !strings.HasPrefix(got, want) {
		t.Errorf("the list says %s, want %s", got, want)
	}
	p.do(navigate(r.page + "/settings"))
	p.oneOf("Relative")
	p.wait(`/ago/.test(document.querySelector('.settings-body b.num').textContent)`)
	p.do(navigate(r.page + "/live"))
	p.wait(`/ago|now/.test(document.querySelector('.tr .time')?.textContent)`)
	// An open delivery stands where it is wanted, also after the page was closed.
	for _, tt := range []struct{ choice, sees string }{
		{"Below the list", `document.querySelector('.live.below > .divider[aria-orientation="horizontal"]') && pane.top >= list.bottom && pane.width === list.width`},
		{"In place of the list", `document.querySelector('.detail-pane.over') && !document.querySelector('.divider')`},
		{"Beside the list", `document.querySelector('.live:not(.below) > .divider[aria-orientation="vertical"]') && pane.left >= list.right`},
	} {
		p.do(navigate(r.page + "/settings"))
		p.oneOf(tt.choice)
		p.do(navigate(r.page + "/live?sel=3"))
		p.wait(`document.querySelector('.detail-pane .sentence') && ((pane, list) => ` + tt.sees + `)(document.querySelector('.detail-pane').getBoundingClientRect(), document.querySelector('.list-pane')?.getBoundingClientRect())`)
	}
}
