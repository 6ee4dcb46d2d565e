//go:build browser

package browser

import (
	"fmt"
	"image"
	"image/color"
	"math"
	"slices"
	"testing"
)

// part is something of the page and where it stands.
type part struct {
	What       string
	X, Y, W, H int
}

func (a part) rect() image.Rectangle { return image.Rect(a.X, a.Y, a.X+a.W, a.Y+a.H) }

// partsOf finds what is to be seen on the page: texts, controls, and marks, which are a
// drawing or a ground without a text. What is covered, cut off or out of the window is
// left out. Each has a number, by which it is found again in other colours.
const partsOf = `(kind) => {
	const out = [];
	const add = (what, el, { left, top, right, bottom }) => {
		const [x, y, z, w] = [left, top, right, bottom].map(Math.round);
		if (z - x < 2 || w - y < 1 || x < 4 || y < 4 || z > innerWidth - 4 || w > innerHeight - 4) return;
		const hit = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
		if (hit && el.contains(hit) && el.checkVisibility({ opacityProperty: true, visibilityProperty: true })) out.push({ What: what, X: x, Y: y, W: z - x, H: w - y });
	};
	const name = (el) => el.tagName.toLowerCase() + '.' + el.getAttribute('class') + ' ' + (el.getAttribute('aria-label') || el.textContent.trim()).slice(0, 30);
	if (kind === 'texts') {
		const all = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
		for (let at = all.nextNode(); at; at = all.nextNode()) {
			if (at.data.includes('\n') || !/[\p{L}\p{N}\p{S}]/u.test(at.data)) continue; // the lines of a text that is set as it is have spaces of their own
			const box = at.parentElement.getBoundingClientRect();
			const range = document.createRange();
			range.selectNodeContents(at);
			for (const r of range.getClientRects()) add(name(at.parentElement), at.parentElement, { left: Math.max(r.left, box.left), top: r.top, right: Math.min(r.right, box.right), bottom: r.bottom });
		}
		return out;
	}
	for (const el of document.querySelectorAll('#app :not([data-part], svg *)')) el.dataset.part = window.numbered = (window.numbered ?? 0) + 1;
	const clear = 'rgba(0, 0, 0, 0)';
	for (const el of document.querySelectorAll('[data-part]')) {
		const what = el.dataset.part + ' ' + name(el);
		const box = el.getBoundingClientRect();
		if (el.matches('button, select, textarea, input, a.btn')) {
			if (kind === 'controls') add(what, el, box);
			continue;
		}
		if (kind !== 'marks') continue;
		const before = getComputedStyle(el, '::before');
		if (before.content === '""' && before.backgroundColor !== clear) add(what + ' ::before', el, { left: box.left, top: box.top, right: box.left + parseFloat(before.width), bottom: box.bottom });
		if (el.matches('svg, canvas') || (!el.firstChild && getComputedStyle(el).backgroundColor !== clear)) add(what, el, box);
	}
	return out;
}`

func (p *tab) parts(kind string) []part {
	p.t.Helper()
	return eval[[]part](p, "("+partsOf+")("+quote(kind)+")")
}

// contrast is that of two colours as WCAG 2.2 defines it.
func contrast(a, b color.RGBA) float64 {
	luminance := func(c color.RGBA) float64 {
		var sum float64
		for i, v := range []uint8{c.R, c.G, c.B} {
			s := float64(v) / 255
			if s <= 0.04045 {
				s /= 12.92
			} else {
				s = math.Pow((s+0.055)/1.055, 2.4)
			}
			sum += s * []float64{0.2126, 0.7152, 0.0722}[i]
		}
		return sum + 0.05
	}
	x, y := luminance(a), luminance(b)
	return max(x/y, y/x)
}

// commonest is the colour that most pixels of a place have, but for those of another.
func commonest(shot *image.RGBA, at, but image.Rectangle) (best color.RGBA) {
	n := map[color.RGBA]int{}
	for y := at.Min.Y; y < at.Max.Y; y++ {
		for x := at.Min.X; x < at.Max.X; x++ {
			if image.Pt(x, y).In(but) {
				continue
			}
			c := shot.RGBAAt(x, y)
			if n[c]++; n[c] > n[best] {
				best = c
			}
		}
	}
	return best
}

// around is the colour around a place.
func around(shot *image.RGBA, at image.Rectangle) color.RGBA {
	return commonest(shot, at.Inset(-3), at.Inset(-2))
}

// standingOut counts the pixels of a place that have a contrast to its ground.
func standingOut(shot *image.RGBA, at image.Rectangle, ground color.RGBA, least float64) (n int) {
	seen := map[color.RGBA]bool{}
	for y := at.Min.Y; y < at.Max.Y; y++ {
		for x := at.Min.X; x < at.Max.X; x++ {
			c := shot.RGBAAt(x, y)
			if _, known := seen[c]; !known {
				seen[c] = contrast(c, ground) >= least
			}
			if seen[c] {
				n++
			}
		}
	}
	return n
}

// edge is the contrast of a control's edge to what is around it, on the third best of its
// sides: one may lie against another edge.
func edge(shot *image.RGBA, at image.Rectangle) float64 {
	middle := at.Min.Add(at.Max).Div(2)
	var sides []float64
	for _, side := range []struct{ from, step image.Point }{
		{image.Pt(at.Min.X-3, middle.Y), image.Pt(1, 0)}, {image.Pt(at.Max.X+2, middle.Y), image.Pt(-1, 0)},
		{image.Pt(middle.X, at.Min.Y-3), image.Pt(0, 1)}, {image.Pt(middle.X, at.Max.Y+2), image.Pt(0, -1)},
	} {
		var most float64
		for i := range 6 {
			q := side.from.Add(side.step.Mul(i))
			most = max(most, contrast(shot.RGBAAt(q.X, q.Y), shot.RGBAAt(side.from.X, side.from.Y)))
		}
		sides = append(sides, most)
	}
	slices.Sort(sides)
	return sides[1]
}

// forcedViews are the pages with the most kinds of parts.
var forcedViews = []string{"/live?sel=OUT", "/live?cols=n,event,status,waterfall&group=id", "/settings", "/endpoints", "/send/webconnex/registration", "/d/OUT/attempts", "/activity", "/runs"}

// Whatever is seen in the page's own colours is seen where the system forces its own,
// light or dark, also when the page was told to be the other: each text, the edge of each
// control that has one, each mark and drawing, and where the keyboard is. It is told by
// the pixels.
func TestForcedColoursAreSeen(t *testing.T) {
	r := stock(t)
	p := r.open("/live")
	run := "/runs/" + eval[string](p, `fetch('/api/v1/runs').then((answer) => answer.json()).then((list) => list.runs[0].id)`)
	for _, theme := range []string{"light", "dark"} {
		eval[bool](p, `localStorage.setItem('boathook.theme', `+quote(theme)+`) ?? true`)
		for _, path := range append([]string{run}, forcedViews...) {
			eval[bool](p, `window.done = true`)
			p.media("light", "none")
			p.visit(state{path: path})
			shot := p.picture()
			edges, marks, lines := map[string]bool{}, map[string]bool{}, 0
			for _, c := range p.parts("controls") {
				edges[c.What] = edge(shot, c.rect()) >= 3
			}
			for _, m := range p.parts("marks") {
				marks[m.What] = standingOut(shot, m.rect(), around(shot, m.rect()), 1.5) > 2
			}
			for _, scheme := range []string{"light", "dark"} {
				p.media(scheme, "active")
				p.settle()
				shot := p.picture()
				where := fmt.Sprintf("%s, %s chosen, %s forced", path, theme, scheme)
				if got, want := commonest(shot, shot.Rect, image.Rectangle{}), map[string]color.RGBA{"light": {255, 255, 255, 255}, "dark": {0, 0, 0, 255}}[scheme]; got != want {
					t.Fatalf("%s: the ground is %v: no colours are forced", where, got)
				}
				for _, text := range p.parts("texts") {
					lines++
					if standingOut(shot, text.rect(), commonest(shot, text.rect(), image.Rectangle{}), 4.5) < 3 {
						t.Errorf("%s: the text %+v is not seen", where, text)
					}
				}
				for _, c := range p.parts("controls") {
					if got := edge(shot, c.rect()); edges[c.What] && got < 3 {
						t.Errorf("%s: the edge of %+v is not seen, its contrast is %.1f", where, c, got)
					}
				}
				for _, m := range p.parts("marks") {
					if marks[m.What] && standingOut(shot, m.rect(), around(shot, m.rect()), 3) < 3 {
						t.Errorf("%s: the mark %+v is not seen", where, m)
					}
				}
			}
			t.Logf("%s: %d lines of text, %d controls, %d marks", path, lines, len(edges), len(marks))
			if lines < 40 || len(edges) < 2 || len(marks) < 8 {
				t.Errorf("%s: hardly anything was looked at", path)
			}
		}
	}
}

// The keyboard's place is seen in forced colours at every stop.
func TestForcedFocusIsSeen(t *testing.T) {
	r := stock(t)
	p := r.open("/live")
	for _, path := range []string{"/live?sel=OUT", "/send/webconnex/registration"} {
		for _, scheme := range []string{"light", "dark"} {
			p.media(scheme, "active")
			eval[bool](p, `window.done = true`)
			p.visit(state{path: path})
			for range 12 {
				p.keys("\t")
				at := eval[part](p, `(({ left, top, right, bottom }) => ({ What: document.activeElement.outerHTML.slice(0, 120), X: Math.round(left), Y: Math.round(top), W: Math.round(right - left), H: Math.round(bottom - top) }))(document.activeElement.getBoundingClientRect())`)
				with := p.picture()
				eval[bool](p, `((el) => { el.blur(); window.left = el; })(document.activeElement) ?? true`)
				without := p.picture()
				eval[bool](p, `window.left.focus() ?? true`)
				var changed int
				place := at.rect().Inset(-5).Intersect(with.Rect)
				for y := place.Min.Y; y < place.Max.Y; y++ {
					for x := place.Min.X; x < place.Max.X; x++ {
						if a, b := with.RGBAAt(x, y), without.RGBAAt(x, y); a != b && contrast(a, b) >= 3 {
							changed++
						}
					}
				}
				if place = at.rect().Intersect(with.Rect); changed < place.Dx()+place.Dy() {
					t.Errorf("%s, %s forced: the focus is not seen on %+v: %d pixels", path, scheme, at, changed)
				}
			}
		}
	}
}
