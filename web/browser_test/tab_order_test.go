//go:build browser

package browser

import (
	stdjson "encoding/json"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// tabbed are the pages whose order of Tab is held.
var tabbed = []struct {
	state
	width int64
}{
	{state{path: "/live"}, 1440},
	{state{path: "/live?sel=SEL&tab=request", sees: detailShown}, 1440},
	{state{path: "/live?sel=FAIL&tab=signature", sees: detailShown}, 1440},
	{state{path: "/live?sel=OUT&tab=attempts", sees: detailShown}, 1440},
	{state{path: "/live?sel=SEL&tab=code", sees: detailShown}, 1440},
	{state{path: "/live", what: "choosing", do: gridFocus, keys: []string{"j", "x", "j", "x"}, sees: `document.querySelector('.selection')`}, 1440},
	{state{path: "/live", what: "replay", do: gridFocus, keys: []string{"j", "R"}, sees: dialogOpen + ` && document.querySelector('.replay')`}, 1440},
	{state{path: "/live"}, 390},
	{state{path: "/d/SEL/request", sees: detailShown}, 390},
	{state{path: "/send/webconnex/registration"}, 1440},
	{state{path: "/endpoints"}, 1440},
	{state{path: "/endpoints/new?provider=webconnex"}, 1440},
	{state{path: "/inboxes"}, 1440},
	{state{path: "/inboxes/demo"}, 1440},
	{state{path: "/recordings"}, 1440},
	{state{path: "/activity"}, 1440},
	{state{path: "/compare?a=FAIL&b=SEL"}, 1440},
	{state{path: "/runs"}, 1440},
	{state{path: "/settings"}, 1440},
	{state{path: "/settings/capture"}, 1440},
	{state{path: "/settings/sending"}, 1440},
}

const tabOrderFile = "testdata/tab-order.txt"

// Tab leads through each page in the order that is kept, and every place it stops at
// has a name for those who do not see it: the one that the browser tells them.
// `make layout` writes the order anew.
func TestTabOrder(t *testing.T) {
	r := newRig(t, fixedAddresses)
	r.furnishFromFile()
	p := r.stand("/live")
	p.loaded()
	var got strings.Builder
	for i, s := range tabbed {
		p.do(chromedp.EmulateViewport(s.width, 900))
		s.state.what += " " // loaded anew, so that nothing has the focus
		p.visit(s.state)
		if i > 0 && s.width == 1440 && s.do == "" {
			eval[bool](p, `document.getElementById('content').focus() ?? true`) // what is before it, the first has shown
		}
		where := strings.TrimSpace(fmt.Sprintf("%s %s", s.path, strings.TrimSpace(s.what))) + fmt.Sprintf(" at %d px", s.width)
		fmt.Fprintf(&got, "== %s\n%s\n\n", where, strings.Join(p.tabStops(where), "\n"))
	}
	if os.Getenv("BOATHOOK_LAYOUT") == "write" {
		check(t, os.WriteFile(tabOrderFile, []byte(got.String()), 0o644))
		return
	}
	kept, err := os.ReadFile(tabOrderFile)
	if err != nil {
		t.Fatal(err)
	}
	want := pagesOf(string(kept))
	for where, stops := range pagesOf(got.String()) {
		if fault := firstDifference(want[where], stops); fault != "" {
			t.Errorf("%s: %s; if that is meant, run make layout", where, fault)
		}
	}
}

// pagesOf are the stops by the name of their page.
func pagesOf(text string) map[string][]string {
	out := map[string][]string{}
	for part := range strings.SplitSeq(text, "\n\n") {
		if where, stops, ok := strings.Cut(strings.TrimPrefix(part, "== "), "\n"); ok {
			out[where] = strings.Split(stops, "\n")
		}
	}
	return out
}

// firstDifference says where two lists part, "" if they do not.
func firstDifference(want, got []string) string {
	for i := range max(len(want), len(got)) {
		switch {
		case i >= len(want):
			return fmt.Sprintf("after the last stop Tab goes on to %q", got[i])
		case i >= len(got):
			return fmt.Sprintf("Tab never comes to %q", want[i])
		case want[i] != got[i] && slices.Contains(got[i:], want[i]):
			return fmt.Sprintf("stop %d is %q, before %q", i+1, got[i], want[i])
		case want[i] != got[i]:
			return fmt.Sprintf("stop %d is %q, it was %q", i+1, got[i], want[i])
		}
	}
	return ""
}

// tabStops presses Tab from where it stands to the end of the page, or once around what
// keeps the focus inside, and tells role and name of each stop as the browser tells them
// to a screen reader.
func (p *tab) tabStops(where string) []string {
	p.t.Helper()
	var out []string
	eval[bool](p, `(window.stops = new Set()) && true`)
	for range 150 {
		p.keys(kb.Tab)
		// A field of a time has several stops, and what only scrolls is one in some versions
		// of the browser.
		next := eval[string](p, `(() => {
			const a = document.activeElement;
			if (a === window.stop) return 'within';
			window.stop = a;
			if (a === document.body || stops.has(a)) return 'end';
			stops.add(a);
			return a.tabIndex < 0 ? 'scrolls' : '';
		})()`)
		if next == "end" {
			return out
		}
		if next == "" {
			role, name := p.spoken()
			if name == "" {
				p.t.Errorf("%s: stop %d, a %s, has no name: %s", where, len(out)+1, role, eval[string](p, `document.activeElement.outerHTML.slice(0, 120)`))
			}
			out = append(out, role+": "+name)
		}
	}
	p.t.Fatalf("%s: Tab never comes to an end: %q", where, out[len(out)-6:])
	return nil
}

// spoken are role and name of what has the focus.
func (p *tab) spoken() (role, name string) {
	p.t.Helper()
	got, err := chromedp.Call(p.ctx, runtime.Evaluate, runtime.EvaluateParams{Expression: "document.activeElement"})
	if err != nil {
		p.t.Fatal(err)
	}
	no := false
	tree, err := chromedp.Call(p.ctx, accessibility.GetPartialAXTree, accessibility.GetPartialAXTreeParams{ObjectID: got.Result.ObjectID, FetchRelatives: &no})
	if err != nil {
		p.t.Fatal(err)
	}
	if len(tree.Nodes) == 0 || tree.Nodes[0].Ignored {
		return "nothing", ""
	}
	role = word(tree.Nodes[0].Role)
	if unicode.IsUpper(rune(role[0])) {
		role = eval[string](p, `document.activeElement.localName`) // the browser's own word, which is no role
	}
	return role, word(tree.Nodes[0].Name)
}

var spaces = regexp.MustCompile(`\s+`)

func word(v *accessibility.Value) string {
	if v == nil {
		return ""
	}
	var s string
	if err := stdjson.Unmarshal(v.Value, &s); err != nil {
		return ""
	}
	return strings.TrimSpace(spaces.ReplaceAllString(s, " "))
}
