package main

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/boathook/boathook/web"
)

// outputText says what each command writes with --json: schemas of its own, and by
// reference those of the API.
//
//go:embed output.json
var outputText []byte

// output is what outputText holds.
type output struct {
	Shapes   map[string]*shape  `json:"shapes"`
	Commands map[string]written `json:"commands"`
	api      map[string]*shape
}

// written is what one command writes.
type written struct {
	Shapes []string `json:"shapes"` // by name; which of them depends on the flags
	Each   bool     `json:"each"`   // one a line, as many as there are
	With   members  `json:"with"`   // fields beside those of its first shape
}

// shape is as much of a JSON Schema as is told in words.
type shape struct {
	Ref         string       `json:"$ref"`
	Type        any          `json:"type"` // a text or a list of them
	Description string       `json:"description"`
	Format      string       `json:"format"`
	Enum        []any        `json:"enum"`
	Properties  members      `json:"properties"`
	Required    []string     `json:"required"`
	Items       *shape       `json:"items"`
	AnyOf       []*shape     `json:"anyOf"`
	OneOf       []*shape     `json:"oneOf"`
	Other       *otherValues `json:"additionalProperties"`
}

// UnmarshalJSON reads true as well, which is any value.
func (s *shape) UnmarshalJSON(data []byte) error {
	type fields shape
	if data[0] != '{' {
		return nil
	}
	return json.Unmarshal(data, (*fields)(s))
}

// otherValues are the values of an object whose keys are free, nil if there are none.
type otherValues struct{ *shape }

func (o *otherValues) UnmarshalJSON(data []byte) error {
	if data[0] != '{' {
		return nil
	}
	return json.Unmarshal(data, &o.shape)
}

// members are properties in their order.
type members []member

type member struct {
	name string
	*shape
}

func (m *members) UnmarshalJSON(data []byte) error {
	dec := json.NewDecoder(strings.NewReader(string(data)))
	if _, err := dec.Token(); err != nil {
		return err
	}
	for dec.More() {
		name, err := dec.Token()
		if err != nil {
			return err
		}
		s := &shape{}
		if err := dec.Decode(s); err != nil {
			return err
		}
		*m = append(*m, member{fmt.Sprint(name), s})
	}
	return nil
}

// readOutput reads what commands write.
func readOutput() (*output, error) {
	var o output
	if err := json.Unmarshal(outputText, &o); err != nil {
		return nil, fmt.Errorf("read output.json: %w", err)
	}
	var doc struct {
		Components struct {
			Schemas map[string]*shape `json:"schemas"`
		} `json:"components"`
	}
	if err := json.Unmarshal(web.OpenAPI(), &doc); err != nil {
		return nil, fmt.Errorf("read openapi.json: %w", err)
	}
	o.api = doc.Components.Schemas
	return &o, nil
}

// find follows references; name is that of the shape it ends at, "" if it has none.
func (o *output) find(s *shape) (name string, at *shape) {
	at = s
	for at != nil && at.Ref != "" {
		parts := strings.Split(at.Ref[strings.Index(at.Ref, "#/")+2:], "/")
		if parts[0] == "shapes" {
			name, at = parts[1], o.Shapes[parts[1]]
			continue
		}
		name, at = parts[2], o.api[parts[2]]
		for i := 3; i < len(parts) && at != nil; i++ {
			name = ""
			switch parts[i] {
			case "items":
				at = at.Items
			case "properties":
				i++
				at = at.Properties.find(parts[i])
			}
		}
	}
	return name, at
}

func (m members) find(name string) *shape {
	for _, p := range m {
		if p.name == name {
			return p.shape
		}
	}
	return nil
}

// named is a shape by its name: one of the command line's own, or one of the API.
func (o *output) named(name string) *shape {
	if s := o.Shapes[name]; s != nil {
		if _, at := o.find(s); at != nil && s.Description != "" {
			described := *at
			described.Description = s.Description
			return &described
		}
		return s
	}
	return o.api[name]
}

// jsonReference tells the fields of what every command writes with --json.
func jsonReference() (string, error) {
	o, err := readOutput()
	if err != nil {
		return "", err
	}
	var b strings.Builder
	b.WriteString("# JSON of the commands\n\nMade by `make docs` of output.json and of the API's description; tests hold the commands to it.\n\n" +
		"With `--json` a command writes objects, one a line, each with `\"v\": 1` first; `--jq` writes what an expression makes of them.\n" +
		"An error is an [Error](#error) on standard error. Fields marked with ? may be left out. Commands that are not named here write nothing.\n\n" +
		"| command | writes |\n| --- | --- |\n")
	var names []string
	for name := range o.Commands {
		names = append(names, name)
	}
	slices.Sort(names)
	list := []string{"Error"}
	for _, name := range names {
		w := o.Commands[name]
		var links []string
		for _, s := range w.Shapes {
			links = append(links, link(s))
			list = append(list, s)
		}
		text := strings.Join(links, " or ")
		if w.Each {
			text += ", one a line"
		}
		for _, p := range w.With {
			kind, _, _ := o.kind(p.shape)
			text += fmt.Sprintf("; with `%s` (%s): %s", p.name, kind, cell(p.Description))
		}
		fmt.Fprintf(&b, "| `boathook %s` | %s |\n", name, text)
	}
	for i := 0; i < len(list); i++ { // it grows by what is referred to
		if slices.Contains(list[:i], list[i]) {
			continue
		}
		s := o.named(list[i])
		if s == nil {
			return "", fmt.Errorf("output.json names %s, which there is not", list[i])
		}
		fmt.Fprintf(&b, "\n## %s\n\n", list[i])
		if s.Description != "" {
			fmt.Fprintf(&b, "%s\n\n", cell(sentence(strings.TrimSuffix(s.Description, "."))))
		}
		if len(s.Properties) == 0 { // a text or a list
			continue
		}
		b.WriteString("| field | type | what it is |\n| --- | --- | --- |\n")
		list = o.fields(&b, s, "", list)
	}
	return b.String(), nil
}

// fields writes a row for each field, those of objects within it too.
func (o *output) fields(b *strings.Builder, s *shape, before string, list []string) []string {
	for _, p := range s.Properties {
		name := before + p.name
		mark := "?"
		if slices.Contains(s.Required, p.name) {
			mark = ""
		}
		kind, inner, more := o.kind(p.shape)
		list = append(list, more...)
		text := p.Description
		if _, at := o.find(p.shape); text == "" && at != nil {
			text = at.Description
		}
		fmt.Fprintf(b, "| `%s`%s | %s | %s |\n", name, mark, kind, cell(text))
		if inner != nil {
			list = o.fields(b, inner, name+strings.Repeat("[]", strings.Count(kind, "list of"))+".", list)
		}
	}
	return list
}

// kind says what a value is. inner is an object whose fields are told in the same
// table, more are shapes with tables of their own.
func (o *output) kind(s *shape) (text string, inner *shape, more []string) {
	name, at := o.find(s)
	switch {
	case at == nil:
		return "any value", nil, nil
	case name != "":
		return link(name), nil, []string{name}
	case len(at.Enum) > 0:
		var words []string
		for _, v := range at.Enum {
			if v == "" {
				v = `""`
			}
			words = append(words, fmt.Sprintf("`%v`", v))
		}
		return strings.Join(words, ", "), nil, nil
	case len(at.AnyOf)+len(at.OneOf) > 0:
		var texts []string
		for _, one := range append(slices.Clone(at.AnyOf), at.OneOf...) {
			t, in, m := o.kind(one)
			texts, more = append(texts, t), append(more, m...)
			if in != nil {
				inner = in
			}
		}
		return strings.Join(texts, " or "), inner, more
	}
	switch kind := at.Type.(type) {
	case []any:
		var texts []string
		for _, t := range kind {
			texts = append(texts, fmt.Sprint(t))
		}
		return strings.Join(texts, " or "), nil, nil
	case string:
		switch {
		case kind == "array":
			text, inner, more = o.kind(at.Items)
			return "list of " + text, inner, more
		case kind == "object" && at.Other != nil && at.Other.shape != nil:
			text, inner, more = o.kind(at.Other.shape)
			return "object of " + text, inner, more
		case kind == "object":
			return "object", at, nil
		case at.Format == "date-time":
			return "time, RFC 3339", nil, nil
		}
		return kind, nil, nil
	}
	return "any value", nil, nil
}

func link(name string) string { return "[" + name + "](#" + strings.ToLower(name) + ")" }

// cell is text within a table.
func cell(text string) string { return strings.ReplaceAll(prose(text), "|", `\|`) }
