//go:build browser

package browser

import (
	"slices"
	"strings"
	"testing"

	"github.com/boathook/boathook/proxy"
)

// The list of what is hidden is edited in the page, which says at the field what is
// wrong, and holds at once in all of it.
func TestHiddenValuesInSettings(t *testing.T) {
	r := newRig(t)
	p := r.open("/settings/capture")
	box := `document.querySelector('.hidden-values')`
	input := box + `?.querySelector('input[name=entry]')`
	entries := `JSON.stringify([...` + box + `.querySelectorAll('.host-list code')].map((x) => x.textContent))`
	button := `[...` + box + `.querySelectorAll('form button')][0]`
	p.wait(input)
	p.axe("nothing listed")
	add := func(entry string) {
		t.Helper()
		p.put(input, entry)
		p.wait(button + `.disabled === false`)
		eval[bool](p, button+`.click() ?? true`)
	}
	for i, entry := range []string{"X-Door", "query.pin", "body.card.number", "-header.x-token-count"} {
		add(entry)
		p.wait(input + `.value === '' && ` + box + `.querySelectorAll('.host-list li').length === ` + string(rune('1'+i)))
	}
	want := []string{"header.x-door", "query.pin", "body.card.number", "-header.x-token-count"}
	if v := r.masks.Get(); !slices.Equal(v.Entries, want) {
		t.Fatalf("kept %q", v.Entries)
	}
	for entry, says := range map[string]string{"^auth.*$": "names no header line", "body.a..b": "a name is missing", "header.é": "no name of a header line"} {
		add(entry)
		p.wait(input + `.getAttribute('aria-invalid') === 'true' && ` + box + `.querySelector('[role="alert"]')?.textContent.includes(` + quote(says) + `)`)
	}
	p.axe("a wrong entry")
	if got := eval[string](p, entries); got != `["header.x-door","query.pin","body.card.number","-header.x-token-count"]` {
		t.Errorf("listed %s", got)
	}
	p.click("Remove query.pin")
	p.wait(box + `.querySelectorAll('.host-list li').length === 3`)
	toggle := box + `.querySelector('input[role="switch"]')`
	eval[bool](p, toggle+`.click() ?? true`)
	p.wait(`!` + toggle + `.checked && ` + box + `.querySelector('.note.warn')`)
	if v := r.masks.Get(); !slices.Equal(v.Entries, []string{"header.x-door", "body.card.number", "-header.x-token-count", "-defaults"}) {
		t.Errorf("kept %q", v.Entries)
	}
	p.click("Back to the defaults")
	p.wait(toggle + `.checked && !` + box + `.querySelector('.host-list')`)
	if v := r.masks.Get(); len(v.Entries) != 0 {
		t.Errorf("kept %q", v.Entries)
	}
}

// A list that changes holds for what is shown already.
func TestChangedListHoldsForWhatIsShown(t *testing.T) {
	r := newRig(t)
	const one, two = "4111-perch-4111", "4222-perch-4222"
	for _, number := range []string{one, two} {
		r.send("POST", "/in/demo/pay", "application/json", `{"card":{"number":"`+number+`","brand":"visa"}}`, "X-Door: visa-perch")
	}
	p := r.open("/live")
	p.wait(`document.querySelectorAll('.tr[aria-rowindex]').length >= 2`)
	// Only a list that is known already can be another one.
	known := func() {
		t.Helper()
		eval[bool](p, `import('/static/detail/secrets.js').then(async ({ rules }) => { while (!rules.value) await new Promise((done) => setTimeout(done, 20)); return true; })`)
		p.settle()
	}
	for _, tt := range []struct{ address, where string }{
		{"/live?sel=1&tab=request", ".tree, .tree-view, [role=tree]"},
		{"/live?sel=1&tab=raw", ".fill-body"},
		{"/live?sel=1&tab=code&code=curl", ".program-code pre"},
		{"/compare?a=1&b=2", ".changes"},
	} {
		text := `document.querySelector(` + quote(tt.where) + `)?.textContent`
		p.do(navigate(r.page + tt.address))
		p.wait(text + `?.includes('4111-perch')`)
		known()
		list := func(entries ...string) {
			t.Helper()
			if _, err := r.masks.Update(t.Context(), proxy.MaskValues{Rev: r.masks.Get().Rev, Entries: entries}); err != nil {
				t.Fatal(err)
			}
		}
		list("body.card.number")
		p.wait(text + `?.includes('number') && !document.body.innerText.includes('4111-perch')`)
		list()
		p.wait(text + `?.includes('4111-perch')`)
	}
	p.do(navigate(r.page + "/live?sel=1&tab=request"))
	headers := `document.querySelector('table.pairs')?.textContent`
	p.wait(headers + `?.includes('visa-perch')`)
	known()
	if _, err := r.masks.Update(t.Context(), proxy.MaskValues{Rev: r.masks.Get().Rev, Entries: []string{"x-door"}}); err != nil {
		t.Fatal(err)
	}
	p.wait(headers + `?.includes('X-Door') && !document.body.innerText.includes('visa-perch')`)
}

// What is listed is hidden in every view of a body, in the raw message and among the
// differences, until it is asked for.
func TestListedValuesAreHidden(t *testing.T) {
	r := newRig(t)
	if _, err := r.masks.Update(t.Context(), proxy.MaskValues{Entries: []string{"x-door", "query.pin", "body.card.number"}}); err != nil {
		t.Fatal(err)
	}
	const one, two = "4111-perch-4111", "4222-perch-4222"
	for _, number := range []string{one, two} {
		r.send("POST", "/in/demo/pay?pin=perch-pin", "application/json", `{"card":{"number":"`+number+`","brand":"visa"}}`, "X-Door: perch-door")
	}
	p := r.open("/live")
	p.wait(`document.querySelectorAll('.tr[aria-rowindex]').length >= 2`)
	hidden := func(where string) {
		t.Helper()
		if strings.Contains(eval[string](p, `document.body.innerText`), "perch") {
			t.Errorf("%s: it is shown", where)
		}
	}
	note := `document.querySelector('.hidden-note')`
	p.do(navigate(r.page + "/live?sel=1&tab=request"))
	p.wait(note + ` && document.querySelector('.tree, .tree-view, [role="tree"]')?.textContent.includes('visa')`)
	hidden("request")
	for _, view := range []string{"Pretty", "Hex", "Text"} { // a line of Hex would part the value
		p.click(view)
		p.wait(`[...document.querySelectorAll('.body-bar .views button')].find((x) => x.textContent === ` + quote(view) + `)?.getAttribute('aria-pressed') === 'true'`)
		hidden(view)
	}
	p.click("Tree")
	p.wait(`document.querySelector('[role="tree"]')`)
	eval[bool](p, note+`.querySelector('button').click() ?? true`)
	p.wait(`document.querySelector('.hidden-note button')?.getAttribute('aria-pressed') === 'true' && document.querySelector('.body').textContent.includes(` + quote(one) + `)`)
	// A filter by it would stand in the address.
	const offered = `[...document.querySelectorAll('.tree-acts button')].some((x) => x.textContent === 'Filter by this')`
	p.wait(`document.querySelector('[role="tree"]')?.textContent.includes(` + quote(one) + `) && !` + offered)
	eval[bool](p, note+`.querySelector('button').click() ?? true`)
	p.wait(`document.querySelector('.hidden-note button')?.getAttribute('aria-pressed') === 'false' && document.querySelector('.body').textContent.includes('visa') && ` + offered)
	hidden("request, hidden again")

	p.do(navigate(r.page + "/live?sel=1&tab=raw"))
	p.wait(note + ` && document.querySelector('.fill-body')?.textContent.includes('visa')`)
	hidden("raw")
	p.do(navigate(r.page + "/compare?a=1&b=2"))
	p.wait(`document.querySelector('.changes')?.textContent.includes('card.number')`)
	hidden("compare")
	eval[bool](p, `document.querySelector('.changes-box .reveal').click() ?? true`)
	p.wait(`document.querySelector('.changes').textContent.includes(` + quote(two) + `)`)
	p.do(navigate(r.page + "/live?cols=n,event,query.pin,body.card.number,body.card.brand"))
	p.wait(`[...document.querySelectorAll('.tr[aria-rowindex]')].filter((x) => x.textContent.includes('visa')).length === 2`)
	hidden("columns")
}
