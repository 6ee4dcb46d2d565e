//go:build browser

package browser

import (
	stdjson "encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// box is where a part of the page stands: left, top, width, height in px.
type box [4]int

// landmarks are the parts whose places make the page what it is.
var landmarks = []string{
	".nav", ".main", "#content", ".filter-box", ".bar-line", ".grid-head", ".rows .tr[aria-rowindex=\"3\"]", ".divider", ".detail-pane", ".detail-head", ".detail .tabs", ".tab-panel",
	".page-head", ".subnav", ".form-grid", ".inbox-list", ".send-side", ".send-head", ".compose-in", ".plan-pane", ".compose-bar", ".chart", ".sums", ".sides", ".compare-bar", ".run-list", ".runs-strip", ".sheet", ".veil",
}

// detailShown waits for a delivery, whose parts come one after the other.
const detailShown = `document.querySelector('.detail .tabs') && document.querySelector('.tab-panel')?.childElementCount > 0`

// layouts are the pages that are held, each at three widths.
var layouts = []state{
	{path: "/live"},
	{path: "/live?sel=SEL", sees: detailShown},
	{path: "/live", what: "replay", do: gridFocus, keys: []string{"j", "R"}, sees: dialogOpen + ` && document.querySelector('.replay')`},
	{path: "/d/SEL/request", sees: detailShown},
	{path: "/send/webconnex/registration"},
	{path: "/endpoints"},
	{path: "/endpoints/crm"},
	{path: "/inboxes"},
	{path: "/activity"},
	{path: "/compare?a=FAIL&b=SEL"},
	{path: "/runs"},
	{path: "/settings"},
}

const layoutFile = "testdata/layout.json"

// The parts of each page stand where they stood when somebody last looked at it, at
// three widths. What is compared is boxes and not pixels: fonts and their smoothing
// differ from machine to machine, and a picture that forgives them forgives a bar
// that slid as well. Sizes that follow the text have room; `make layout` renews them.
func TestLayout(t *testing.T) {
	write := os.Getenv("BOATHOOK_LAYOUT") == "write"
	want := map[string]map[string]box{}
	if !write {
		data, err := os.ReadFile(layoutFile)
		if err != nil {
			t.Fatal(err)
		}
		if err := stdjson.Unmarshal(data, &want); err != nil {
			t.Fatal(err)
		}
	}
	selectors, err := stdjson.Marshal(landmarks)
	if err != nil {
		t.Fatal(err)
	}
	r := stock(t)
	p := r.open("/live")
	p.loaded()
	got := map[string]map[string]box{}
	for _, width := range []int64{1440, 820, 390} {
		p.do(chromedp.EmulateViewport(width, 900))
		for _, s := range layouts {
			p.visit(s)
			name := fmt.Sprintf("%s at %d", strings.TrimSpace(s.path+" "+s.what), width)
			got[name] = eval[map[string]box](p, fmt.Sprintf(`(() => {
				for (const d of document.querySelectorAll('details')) d.open = false;
				for (const e of document.querySelectorAll('.page, .send-panel, .tab-panel')) e.scrollTop = 0;
				const out = {};
				for (const sel of %s) {
					const e = [...document.querySelectorAll(sel)].find((x) => x.checkVisibility());
					if (e) { const b = e.getBoundingClientRect(); out[sel] = [b.left, b.top, b.width, b.height].map(Math.round); }
				}
				return out;
			})()`, selectors))
		}
	}
	if write {
		data, err := stdjson.MarshalIndent(got, "", " ")
		if err != nil {
			t.Fatal(err)
		}
		text := strings.NewReplacer("[\n   ", "[", ",\n   ", ", ", "\n  ]", "]").Replace(string(data))
		if err := os.WriteFile(layoutFile, []byte(text+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	for _, name := range slices.Sorted(maps.Keys(got)) {
		if want[name] == nil {
			t.Errorf("%s is not held: run make layout", name)
		}
		for _, sel := range slices.Sorted(maps.Keys(want[name])) {
			now, ok := got[name][sel]
			if !ok {
				t.Errorf("%s: %s is not shown any more", name, sel)
			} else if moved := far(want[name][sel], now); moved != "" {
				t.Errorf("%s: %s %s: it was %v, is %v", name, sel, moved, want[name][sel], now)
			}
		}
		for sel := range got[name] {
			if _, ok := want[name][sel]; !ok {
				t.Errorf("%s: %s is new: look at it, then run make layout", name, sel)
			}
		}
	}
}

// far says what moved by more than other fonts explain. Left edges and widths follow
// the window; tops follow the lines of text above, and heights those within.
func far(was, is box) string {
	off := func(i int, room int) bool { return max(was[i]-is[i], is[i]-was[i]) > room }
	switch {
	case off(0, 16):
		return "moved sideways"
	case off(2, 16+was[2]/10):
		return "has another width"
	case off(1, 24+was[1]/8):
		return "moved up or down"
	case off(3, 32+was[3]/4):
		return "has another height"
	}
	return ""
}
