//go:build browser

package browser

import (
	"fmt"
	"image"
	"image/color"
	"testing"
)

// Where the system forces its colours, a state is not told by a colour of the page's
// own: what is chosen, open, pressed, switched on or held by the keyboard has a
// colour of the system's that its neighbour lacks, and every shape of an outcome stays.
func TestForcedColours(t *testing.T) {
	r := stock(t)
	p := r.open("/live")
	p.loaded()
	mail, err := r.endpoints.Get("mail")
	if err != nil {
		t.Fatal(err)
	}
	mail.On = false
	if _, err := r.endpoints.Update(t.Context(), mail); err != nil {
		t.Fatal(err)
	}
	// What is compared may still be on its way into the window, so pictures are taken
	// until one shows it.
	differ := func(what, on, off string) {
		t.Helper()
		p.wait(on + ` && ` + off)
		eventually(t, what+" has a colour that its neighbour lacks", func() bool {
			eval[bool](p, `(`+on+`.scrollIntoView({ block: 'nearest' }), true)`)
			p.settle()
			shot := p.picture()
			with, without := p.inks(shot, on), p.inks(shot, off)
			for ink, n := range with {
				if n >= 16 && without[ink] < 4 {
					return len(without) > 0
				}
			}
			return false
		})
	}
	for _, scheme := range []string{"light", "dark"} {
		p.media(scheme, "active")
		p.do(navigate(fmt.Sprintf("%s/live?sel=%d", r.page, r.lastN()-2)))
		p.loaded()
		p.wait(detailShown)
		eval[bool](p, gridFocus)
		differ("the row that is open", `document.querySelector('.tr.sel')`, `document.querySelector('.tr:not(.sel, .active)')`)
		differ("the tab that is open", `document.querySelector('.tab[aria-selected="true"]')`, `document.querySelector('.tab[aria-selected="false"]')`)
		differ("the page that is open", `document.querySelector('.nav-item[aria-current="page"]')`, `document.querySelector('a.nav-item:not([aria-current])')`)
		p.keys("j", "j", "x")
		differ("the row that is chosen", `document.querySelector('.tr.chosen')`, `document.querySelector('.tr:not(.chosen, .sel, .active)')`)
		p.keys("j")
		differ("the row under the keyboard", `document.querySelector('.tr.active:not(.chosen)')`, `document.querySelector('.tr:not(.chosen, .sel, .active)')`)
		p.click("Pause")
		differ("a button that is pressed", `document.querySelector('.bar .btn[aria-pressed="true"]')`, `document.querySelector('.bar .btn[aria-pressed="false"]')`)
		for _, shape := range []string{"●", "■", "✕", "✓"} {
			p.wait(`[...document.querySelectorAll('.rows .tr')].some((x) => x.textContent.includes('` + shape + `'))`)
		}
		p.do(navigate(r.page + "/settings"))
		differ("one of a few", `document.querySelector('.segmented label:has(:checked)')`, `document.querySelector('.segmented label:not(:has(:checked))')`)
		p.do(navigate(r.page + "/endpoints"))
		differ("a switch that is on", `document.querySelector('input[role="switch"]:checked')`, `document.querySelector('input[role="switch"]:not(:checked)')`)
		p.do(navigate(r.page + "/send/webconnex/registration"))
		p.click("stale")
		differ("a fault that is on", `document.querySelector('.chip-toggle.warn[aria-pressed="true"]')`, `document.querySelector('.chip-toggle.warn[aria-pressed="false"]')`)
	}
}

// inks counts the pixels of each colour, coarsely, where an element stands.
func (p *tab) inks(shot *image.RGBA, element string) map[color.RGBA]int {
	p.t.Helper()
	at := eval[[]int](p, `(({ left, top, right, bottom }) => [left - 2, top - 2, right + 2, bottom + 2].map(Math.round))(`+element+`.getBoundingClientRect())`)
	place := image.Rect(at[0], at[1], at[2], at[3]).Intersect(shot.Rect)
	out := map[color.RGBA]int{}
	for y := place.Min.Y; y < place.Max.Y; y++ {
		for x := place.Min.X; x < place.Max.X; x++ {
			c := shot.RGBAAt(x, y)
			out[color.RGBA{c.R &^ 0x3f, c.G &^ 0x3f, c.B &^ 0x3f, 0xff}]++
		}
	}
	return out
}
