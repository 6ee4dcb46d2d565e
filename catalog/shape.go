package catalog

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// shape is what is known of one place in a payload: the fields of an event type
// and its samples as a tree.
type shape struct {
	name     string
	types    []string // JSON Schema's; empty: any
	field    *Field   // nil for what only lies on the way to a field
	props    []*shape // of an object
	items    *shape   // of a list
	rest     *shape   // of an object's members under names that nobody lists
	required bool
	free     bool // whatever stands inside is right
	sampled  bool // no list names it, a sample has it
	null     bool // a sample has null here
}

// schemaTypes are the types a field may have.
var schemaTypes = []string{"string", "integer", "number", "boolean", "object", "array", "null"}

// splitField reads a field's name. A list is followed by "[]" as a part of its
// own, a dot in a name is written \. and * stands for any name.
func splitField(name string) ([]string, error) {
	var parts []string
	for i, part := range strings.Split(strings.ReplaceAll(name, `\.`, "\x00"), ".") {
		part = strings.ReplaceAll(part, "\x00", ".")
		lists := 0
		for strings.HasSuffix(part, "[]") {
			part, lists = strings.TrimSuffix(part, "[]"), lists+1
		}
		if part == "" && (i > 0 || lists == 0) {
			return nil, fmt.Errorf("%q has an empty part", name)
		}
		if part != "" {
			parts = append(parts, part)
		}
		for range lists {
			parts = append(parts, "[]")
		}
	}
	return parts, nil
}

// child finds or adds the shape of one part of a name.
func (s *shape) child(part string) *shape {
	switch part {
	case "[]":
		if s.items == nil {
			s.items = &shape{name: "[]"}
			s.addType("array")
		}
		return s.items
	case "*":
		if s.rest == nil {
			s.rest = &shape{name: "*"}
			s.addType("object")
		}
		return s.rest
	}
	for _, p := range s.props {
		if p.name == part {
			return p
		}
	}
	p := &shape{name: part}
	s.props = append(s.props, p)
	s.addType("object")
	return p
}

func (s *shape) addType(t string) {
	if !slices.Contains(s.types, t) && !(s.field != nil && len(s.types) == 0) {
		s.types = append(s.types, t)
	}
}

// allTypes are the types with null where a sample has it; none: any.
func (s *shape) allTypes() []string {
	if s.null && len(s.types) > 0 && !slices.Contains(s.types, "null") {
		return append(slices.Clone(s.types), "null")
	}
	return s.types
}

// add puts a field into the tree.
func (s *shape) add(f *Field) error {
	parts, err := splitField(f.Name)
	if err != nil {
		return err
	}
	at := s
	var above []*shape
	for _, part := range parts {
		above = append(above, at)
		at = at.child(part)
	}
	if at.field != nil {
		return fmt.Errorf("the field %s is listed already", f.Name)
	}
	at.field, at.required, at.free = f, f.Required, f.Custom
	if f.Type != "" && f.Type != "any" {
		at.types = strings.Split(f.Type, "|")
		for _, t := range at.types {
			if !slices.Contains(schemaTypes, t) {
				return fmt.Errorf("%q is no type; use %s or any, or several with | between them", t, strings.Join(schemaTypes, ", "))
			}
		}
	}
	// What lies on the way to a required field is required, up to a list, which
	// may be empty.
	for i := len(above) - 1; i > 0 && f.Required && parts[i] != "[]" && above[i].field == nil; i-- {
		above[i].required = true
	}
	return nil
}

// learn adds what a sample has. Types of listed fields stay, except that null is
// allowed where a sample has it.
func (s *shape) learn(n *node, text []byte) {
	if s.free {
		return
	}
	if n.kind == 'n' {
		s.null = true
		return
	}
	if s.field == nil {
		if t := typeOf(n); t != "object" && t != "array" || len(s.props)+len(n.members) == 0 {
			s.addType(t)
		}
	}
	for i := range n.members {
		m := &n.members[i]
		part := m.key
		if n.kind == '[' {
			part = "[]"
		}
		c := s.find(part)
		if c == nil {
			if s.rest != nil && n.kind == '{' {
				c = s.rest
			} else if c = s.child(part); part != "[]" {
				c.sampled = true
			}
		}
		c.learn(&m.value, text)
	}
}

// find is the shape of a part, nil if there is none.
func (s *shape) find(part string) *shape {
	if part == "[]" {
		return s.items
	}
	for _, p := range s.props {
		if p.name == part {
			return p
		}
	}
	return nil
}

// typeOf is the JSON Schema type of a value. A whole number in a sample is a
// number: the next one may have decimals.
func typeOf(n *node) string {
	switch n.kind {
	case '{':
		return "object"
	case '[':
		return "array"
	case '"':
		return "string"
	case '0':
		return "number"
	case 'n':
		return "null"
	}
	return "boolean"
}

// schema writes the JSON Schema of the shape.
func (s *shape) schema(b *jsonWriter) {
	b.open('{')
	b.keywords(s)
	if len(s.props) > 0 && !s.free {
		b.key("properties")
		b.open('{')
		var required []string
		for _, p := range s.props {
			b.key(p.name)
			p.schema(b)
			if p.required {
				required = append(required, p.name)
			}
		}
		b.close('}')
		if len(required) > 0 {
			b.set("required", required)
		}
	}
	if s.rest != nil {
		b.key("additionalProperties")
		s.rest.schema(b)
	}
	if s.items != nil && !s.free {
		b.key("items")
		s.items.schema(b)
	}
	b.close('}')
}

func (b *jsonWriter) keywords(s *shape) {
	if f := s.field; f != nil {
		if f.Description != "" {
			b.set("description", f.Description)
		}
		defer func() {
			if f.Format != "" {
				b.set("format", f.Format)
			}
			if len(f.Enum) > 0 {
				b.set("enum", f.Enum)
			}
			if f.MaxLength > 0 {
				b.set("maxLength", f.MaxLength)
			}
			if f.Example != nil {
				b.set("examples", []any{f.Example})
			}
		}()
	}
	switch types := s.allTypes(); len(types) {
	case 0:
	case 1:
		b.set("type", types[0])
	default:
		b.set("type", types)
	}
}

// fields lists what samples have and no list names, below a path.
func (s *shape) fields(path string, list []Field) []Field {
	if s.sampled {
		t := strings.Join(s.allTypes(), "|")
		if t == "" {
			t = "any"
		}
		list = append(list, Field{Name: path, Type: t, FromSample: true})
	}
	for _, p := range s.props {
		name := strings.ReplaceAll(p.name, ".", `\.`)
		if path != "" {
			name = path + "." + name
		}
		list = p.fields(name, list)
	}
	if s.items != nil {
		list = s.items.fields(path+"[]", list)
	}
	return list
}

// jsonWriter writes compact JSON in the order of the calls.
type jsonWriter struct {
	out   []byte
	comma bool
}

func (b *jsonWriter) open(c byte) {
	b.sep()
	b.out, b.comma = append(b.out, c), false
}

func (b *jsonWriter) close(c byte) { b.out, b.comma = append(b.out, c), true }

func (b *jsonWriter) sep() {
	if b.comma {
		b.out = append(b.out, ',')
	}
}

func (b *jsonWriter) key(name string) {
	b.sep()
	b.out, b.comma = append(append(append(append(b.out, '"'), inString(name)...), '"'), ':'), false
}

// set writes a member. The value is one of ours and can be encoded.
func (b *jsonWriter) set(name string, value any) {
	b.key(name)
	b.put(marshal(value))
}

// marshal writes a value that can be written: null if it cannot.
func marshal(value any) []byte {
	raw, err := json.Marshal(value)
	if err != nil {
		return []byte("null")
	}
	return raw
}

// put writes a value that is JSON already.
func (b *jsonWriter) put(raw []byte) {
	b.sep()
	b.out, b.comma = append(b.out, raw...), true
}
