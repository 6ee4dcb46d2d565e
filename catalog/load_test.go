package catalog

import (
	"strings"
	"testing"
	"testing/fstest"
)

const acme = `id: acme
name: Acme
aliases: [acme-corp]
headers:
  - {name: Content-Type, value: "{{content_type}}"}
  - signature
retry: {delays: [5s, 2x10h], jitter: 0.2, min_after_429: 60s}
disable: {after: 8 failures}
facts:
  - {topic: Retry, text: three times, source: docs}
events:
  - name: order.paid
    description: An order was paid.
    fields:
      - {name: type, type: string, required: true, example: order.paid}
      - {name: "items[].price", type: number, required: true, example: 12.5}
    samples:
      - {variant: full, generated: true, body: '{"type":"order.paid","note":"{{first_name}}","items":[{"price":1}]}'}
`

func TestWith(t *testing.T) {
	t.Parallel()
	c, err := Builtin().With(File{"acme.yaml", []byte(acme)})
	if err != nil {
		t.Fatal(err)
	}
	p, ok := c.Provider("ACME-Corp")
	if !ok || !p.Custom || p.Method != "POST" || p.ContentType != "application/json" || p.Disable.Failures != 8 || len(p.Retry.Delays) != 3 || p.Retry.Delays[2].String() != "10h" {
		t.Errorf("provider = %+v, %v", p, ok)
	}
	e, err := c.Find("order.paid")
	if err != nil {
		t.Fatal(err)
	}
	body, err := e.Generate(Options{Seed: 1})
	if err != nil || strings.Contains(string(body), "{{") {
		t.Errorf("Generate = %s, %v", body, err)
	}
	if _, err := Builtin().Find("order.paid"); err == nil {
		t.Error("the built-in catalogue has changed")
	}
	if _, err := c.With(File{"acme.yaml", []byte(acme)}); err == nil || err.Error() != "provider acme: the name acme is taken by Acme (acme); choose another id" {
		t.Errorf("twice the same: %v", err)
	}
	if _, ok := c.Without("acme").Provider("acme-corp"); ok {
		t.Error("Without has left an alias")
	}
}

func TestFileErrors(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, old, new, want string }{
		{"an unknown key", "name: Acme\n", "nmae: Acme\n", "acme.yaml:2:1: unknown field \"nmae\""},
		{"an unknown key inside", "jitter: 0.2", "jiter: 0.2", "acme.yaml:7:30: unknown field \"jiter\""},
		{"an unknown key of a header", "{name: Content-Type,", "{nam: Content-Type,", "acme.yaml:5:6: unknown field \"nam\""},
		{"a bad id", "id: acme", "id: Acme!", `acme.yaml:1:5: "Acme!" is no id: use small letters, digits, hyphens and dots`},
		{"an unknown place", "- signature", "- signatur", `acme.yaml:6:5: "signatur" is neither signature nor content-length, or is there already`},
		{"a second signature by a scheme it does not name", "- signature", "- {beside: github.sha1}", `acme.yaml:6:14: "github.sha1" is none of schemes, is there already, or has a name, a value or a condition beside it`},
		{"an unknown name in a header", "{{content_type}}", "{{contnt_type}}", "acme.yaml:5:33: line 1, column 1: {{contnt_type}} is no known name; did you mean content_type?"},
		{"a fact from nowhere", ", source: docs", "", "acme.yaml:10:6: no source; give one, or write documented: false"},
		{"a bad delay", "2x10h", "2x10", `"10" is not a duration such as 5s, 30m, 2h or 3d`},
		{"a bad type", "type: string, required", "type: text, required", `acme.yaml:15:10: "text" is no type`},
		{"a sample that is no JSON", `[{"price":1}]}'`, `[{"price":1]}'`, "acme.yaml:18:10: the sample full is not JSON: line 1, column 65: ']' where a comma or '}' is expected"},
		{"a sample from a file", "body: '", "file: x.json, body: '", "acme.yaml:18:10: give either the file or the body of the sample"},
		{"an alias", "text: three times", "text: *three", "acme.yaml:10:26: an alias (*name) is not read here; write the text out"},
		{"two documents", "facts:", "---\nfacts:", "a second document; one is expected"},
		{"not text", "three times", "three\x00times", "acme.yaml:10:31: byte 0x00 is not text in UTF-8"},
		{"no YAML", "retry: {delays", "retry: {{delays", "acme.yaml:"},
		{"twice the same key", "name: Acme", "id: acme", `mapping key "id" already defined`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			text := strings.Replace(acme, tt.old, tt.new, 1)
			if text == acme {
				t.Fatal("nothing was replaced")
			}
			_, err := Parse(File{"acme.yaml", []byte(text)})
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("Parse = %v\nwant    %s", err, tt.want)
			}
		})
	}
}

func TestFolders(t *testing.T) {
	t.Parallel()
	fsys := fstest.MapFS{
		"acme/provider.yaml":           {Data: []byte("id: acme\n")},
		"acme/events.yaml":             {Data: []byte("- name: a\n  samples: [{file: a.json, source: us}]\n  schema: a.schema.json\n- {name: b, like: a}\n")},
		"acme/samples/a.json":          {Data: []byte(`{"x": 1}`)},
		"acme/a.schema.json":           {Data: []byte(`{"type":"object","properties":{"x":{"type":"integer","description":"the x"}},"required":["x"]}`)},
		"single.yaml":                  {Data: []byte(strings.Replace(acme, "id: acme\nname: Acme\naliases: [acme-corp]", "id: single", 1))},
		"notes.txt":                    {Data: []byte("not read")},
		"empty-folder/other/thing.txt": {Data: []byte("not read")},
	}
	c, err := (&Catalog{}).WithFolders(fsys)
	if err != nil || len(c.Providers()) != 2 {
		t.Fatalf("WithFolders = %v, %v", c, err)
	}
	b, err := c.Find("acme/b")
	if err != nil {
		t.Fatal(err)
	}
	if len(b.Fields) != 1 || b.Fields[0].Description != "the x" || !b.Fields[0].Required {
		t.Errorf("fields of the schema = %+v", b.Fields)
	}
	if problems := b.Validate([]byte(`{}`)); len(problems) != 1 || problems[0] != (Problem{Path: "x", Kind: KindMissing, Text: "is required and not there"}) {
		t.Errorf("problems = %+v", problems)
	}
	for name, want := range map[string]string{
		"../single.yaml": `"samples/../single.yaml" leads out of the provider's folder`,
		"none.json":      "acme/samples/none.json",
	} {
		fsys["acme/events.yaml"] = &fstest.MapFile{Data: []byte("- name: a\n  samples: [{file: " + name + ", source: us}]\n")}
		if _, err := (&Catalog{}).WithFolders(fsys); err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "acme/events.yaml:2:") {
			t.Errorf("a sample in %s: %v", name, err)
		}
	}
}

// Files that are made to hurt end in an error, soon.
func TestHostileFiles(t *testing.T) {
	t.Parallel()
	deep := func(open string) string { return "id: x\nvars: " + strings.Repeat(open, 100000) }
	var stairs strings.Builder
	for i := range 300 {
		stairs.WriteString(strings.Repeat(" ", i) + "a:\n")
	}
	for _, tt := range []struct{ name, text, want string }{
		{"brackets", deep("["), "nested deeper than 64 levels"},
		{"braces", deep("{a: "), "nested deeper than 64 levels"},
		{"dashes", "id: x\nfacts:\n" + strings.Repeat("- ", 100000), "nested deeper than 64 levels"},
		{"stairs", stairs.String(), "nested deeper than 64 levels"},
		{"ten megabytes", "id: x\nname: " + strings.Repeat("x", 10<<20), "10485772 bytes long; at most 4 MiB are read"},
		{"a bomb of aliases", "a: &a [x,x]\nb: &b [*a,*a]\nid: x", "an alias (*name) is not read here"},
		{"nothing", "", "empty"},
		{"a list", "[1,2]", "x.yaml:"},
		{"long JSON", "{" + strings.Repeat(" ", 17<<20) + "}", "bytes long; at most 16 MiB are read"},
		{"deep JSON", `{"openapi":"3.1.0","webhooks":` + strings.Repeat(`{"a":`, 100000), "x.yaml:1:"},
		{"many delays", "id: x\nretry: {delays: 2000x1s}", "more than 1000 delays"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if _, err := Parse(File{"x.yaml", []byte(tt.text)}); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("Parse = %.300v; want %s", err, tt.want)
			}
		})
	}
}

// Whatever a file holds, it is an error with its name, or a provider whose events
// can be made and checked.
func FuzzParse(f *testing.F) {
	f.Add(acme)
	f.Add(openAPIDocument)
	f.Add(asyncAPI2)
	f.Add(asyncAPI3)
	f.Add("id: x\nevents: [{name: a, fields: [{name: 'a.*.b[]', type: string|null, enum: [x]}]}]")
	f.Fuzz(func(t *testing.T, text string) {
		p, err := Parse(File{"x.yaml", []byte(text)})
		if err != nil {
			return
		}
		for _, e := range p.Events {
			body, err := e.Generate(Options{Seed: 1, Variant: VariantMinimal})
			if err != nil {
				return
			}
			e.Validate(body)
		}
	})
}
