//go:build browser

package browser

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// Nothing moves longer than the tokens say, and nothing at all for those who have asked
// their system for less motion: in every style sheet, and in what opens over a page.
func TestMotion(t *testing.T) {
	files, err := os.ReadDir("../static/css")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range files {
		names = append(names, quote(f.Name()))
	}
	r := newRig(t)
	r.send("POST", "/in/demo/a", "application/json", `{}`)
	p := r.open("/live")
	for motion, most := range map[string]float64{"no-preference": 200, "reduce": 0} {
		if _, err := chromedp.Call(p.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-reduced-motion", Value: motion}}}); err != nil {
			t.Fatal(err)
		}
		p.do(navigate(r.page + "/live"))
		p.loaded()
		found := eval[[]float64](p, `(async () => {
			const all = [];
			const root = getComputedStyle(document.documentElement);
			const read = (text) => text.replace(/var\((--[a-z]+)\)/g, (_, name) => root.getPropertyValue(name));
			const walk = (rules) => { for (const rule of rules) {
				if (rule.cssRules) walk(rule.cssRules);
				if (rule instanceof CSSStyleRule && rule.style.scrollBehavior === 'smooth') all.push(Infinity);
				for (const [, value] of rule.style?.cssText.matchAll(/(?:transition|animation)[a-z-]*:([^;]*)/g) ?? [])
					for (const [, n, unit] of read(value).matchAll(/(\d*\.?\d+)(m?s)\b/g)) all.push(n * (unit === 's' ? 1000 : 1));
			} };
			for (const name of [`+strings.Join(names, ",")+`]) {
				const sheet = new CSSStyleSheet();
				sheet.replaceSync(await (await fetch('/static/css/' + name)).text());
				walk(sheet.cssRules);
			}
			return all;
		})()`)
		if len(found) < 5 || slices.Max(found) != most {
			t.Errorf("%s: the times in the style sheets are %v, want several, at most %g", motion, found, most)
		}
		// What opens over the page is asked what it is going to do.
		eval[bool](p, gridFocus)
		p.keys("j", "R")
		p.wait(dialogOpen)
		eval[bool](p, `import('/static/components/notices.js').then((m) => m.toast('moved')) && true`)
		p.wait(`document.querySelector('.toast')`)
		for _, ms := range eval[[]float64](p, `document.getAnimations().map((a) => Number(a.effect.getComputedTiming().endTime))`) {
			if ms > most {
				t.Errorf("%s: something moves for %g ms, want at most %g", motion, ms, most)
			}
		}
	}
	// Scripts move nothing by themselves.
	moves := regexp.MustCompile(`\.animate\(|['"]smooth['"]|\.style\.(transition|animation)\b`)
	err = filepath.WalkDir("../static", func(name string, d fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(name) != ".js" || strings.Contains(name, "/lib/") {
			return err
		}
		text, err := os.ReadFile(name)
		if found := moves.Find(text); found != nil {
			t.Errorf("%s has %s, which the tokens do not rule", name, found)
		}
		return err
	})
	check(t, err)
}
