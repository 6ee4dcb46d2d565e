package catalog

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestInfer(t *testing.T) {
	t.Parallel()
	var bodies [][]byte
	for i := range 20 {
		note := `,"note":null`
		if i%2 == 0 {
			note = `,"note":"text {{no template}}"`
		}
		if i == 7 {
			note = ""
		}
		bodies = append(bodies, fmt.Appendf(nil, `{"type":"order.paid","id":"%08d-0000-4000-8000-000000000000","n":%d,"total":%d.5,"at":"2026-01-02T03:04:%02dZ","state":"%s","lines":[{"sku":"s%d","qty":1},{"sku":"t"}]%s}`,
			i, i, i, i, []string{"open", "closed"}[i%2], i, note))
	}
	e, err := Infer("shop/order.paid", bodies)
	if err != nil {
		t.Fatal(err)
	}
	if needs := e.Provider.HeaderNeeds(); !slices.Equal(needs, []string{"content_type"}) {
		t.Errorf("its headers are made of %q, want content_type", needs)
	}
	want := `type string required [order.paid]
id string required uuid
n integer required
total number required
at string required date-time
state string required [closed open]
lines array required
lines[] object
lines[].sku string required
lines[].qty integer
note string|null`
	var got []string
	for _, f := range e.Fields {
		line := f.Name + " " + f.Type
		if f.Required {
			line += " required"
		}
		if f.Format != "" {
			line += " " + f.Format
		}
		if f.Enum != nil {
			line += " " + fmt.Sprint(f.Enum)
		}
		got = append(got, line)
	}
	if strings.Join(got, "\n") != want {
		t.Errorf("fields:\n%s\nwant\n%s", strings.Join(got, "\n"), want)
	}
	for _, body := range bodies {
		if problems := e.Validate(body); len(problems) > 0 {
			t.Errorf("%s does not fit what was learned from it: %v", body, problems)
		}
	}
	wantProblems(t, e, strings.Replace(string(bodies[0]), `"n":0`, `"m":"x"`, 1), "m unexpected", "n missing")

	text, err := e.YAML()
	if err != nil {
		t.Fatal(err)
	}
	again := eventOf(t, imported(t, string(text)), "order.paid")
	if string(again.Schema) != string(e.Schema) || string(again.Samples[0].Body) != string(bodies[19]) {
		t.Errorf("read again from\n%s\nschema %s\nwant   %s", text, again.Schema, e.Schema)
	}
	if body, err := again.Generate(Options{}); err != nil || string(body) != string(bodies[19]) {
		t.Errorf("Generate = %s, %v", body, err)
	}
}

func TestInferErrors(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, event, body, want string }{
		{"no provider", "order", "{}", `"order" is no name of an event type: write provider/name`},
		{"no JSON", "a/b", "{\n", "body 1 of 1 is not JSON: line 2, column 1: the text ends where a name is expected"},
		{"a number", "a/b", "1", "body 1 of 1 is a number; all of them must be objects, or all of them lists"},
	} {
		if _, err := Infer(tt.event, [][]byte{[]byte(tt.body)}); err == nil || err.Error() != tt.want {
			t.Errorf("%s: %v; want %s", tt.name, err, tt.want)
		}
	}
	if _, err := Infer("a/b", nil); err == nil {
		t.Error("nothing is enough to learn from")
	}
	// One body says nothing about what is required; names that are data are no fields.
	var b strings.Builder
	for i := range 1000 {
		fmt.Fprintf(&b, `,"k%d":1`, i)
	}
	e, err := Infer("a/b", [][]byte{[]byte("{" + b.String()[1:] + "}")})
	if err != nil || len(e.Fields) != 1 || e.Fields[0].Name != "*" {
		t.Errorf("fields = %v, %v", e.Fields, err)
	}
}

func FuzzInfer(f *testing.F) {
	f.Add([]byte(`{"a":[{"b":1},{"b":"x"}],"":null,"a.b":1,"c[]":2,"*":{}}`), []byte(`[1]`))
	f.Fuzz(func(t *testing.T, one, two []byte) {
		e, err := Infer("a/b", [][]byte{one, two})
		if err != nil {
			return
		}
		for _, body := range [][]byte{one, two} {
			for _, p := range e.Validate(body) {
				if p.Kind != KindValue && p.Kind != KindSyntax {
					t.Fatalf("Infer(%q, %q): %q has %+v\n%s", one, two, body, p, e.Schema)
				}
			}
		}
	})
}

func TestDrift(t *testing.T) {
	t.Parallel()
	e := eventOf(t, imported(t, orders), "paid")
	day := func(n int) time.Time { return time.Date(2026, 1, n, 0, 0, 0, 0, time.UTC) }
	bodies := []Recorded{
		{day(3), "c", []byte(`{"id":"x","customer":{"email":"a@b.c"},"lines":[{"sku":"a","new":1},{"sku":"b","new":2}]}`)},
		{day(1), "a", []byte(`{"id":1,"customer":{"email":"a@b.c"}}`)},
		{day(2), "b", []byte(`{"id":1,"customer":{"email":"a@b.c"},"lines":[{"sku":"a","new":1}]}`)},
	}
	got := Builtin().Drift(e, slices.Values(bodies))
	want := []DriftItem{
		{Path: "lines[].new", Kind: KindUnexpected, Text: "is no field of this event type", Count: 2, Of: 3, First: day(2), Last: day(3), FirstID: "b", LastID: "c"},
		{Path: "id", Kind: KindType, Text: "is string, not integer", Count: 1, Of: 3, First: day(3), Last: day(3), FirstID: "c", LastID: "c"},
	}
	if !slices.Equal(got, want) {
		t.Errorf("Drift =\n%+v\nwant\n%+v", got, want)
	}
}
