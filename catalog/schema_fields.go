package catalog

import (
	"encoding/json"
	"slices"
	"strings"
)

// Bounds of the list of fields that a schema is shown as. Validation uses all of
// the schema.
const (
	maxListedFields = 1000
	maxListedDepth  = 12
)

// fieldLister lists the fields of a schema that was not written as fields.
type fieldLister struct {
	text []byte
	root *node
	list []Field
	seen map[string]bool
	way  []*node // schemas from the root to where the walk is
}

func schemaFields(root *node, text []byte) []Field {
	l := fieldLister{text: text, root: root, seen: map[string]bool{}}
	l.walk(root, "", false, 0)
	return l.list
}

// resolve follows references inside of the schema, a few in a row.
func resolve(root, n *node, text []byte) *node {
	for range 16 {
		ref := n.member("$ref")
		if ref == nil || ref.kind != '"' {
			return n
		}
		target := pointer(root, ref.str(text))
		if target == nil {
			return n
		}
		n = target
	}
	return n
}

// pointer finds what a reference such as #/$defs/person names, nil if it is
// outside of the text or missing.
func pointer(root *node, ref string) *node {
	path, local := strings.CutPrefix(ref, "#")
	if !local {
		return nil
	}
	n := root
	for part := range strings.SplitSeq(strings.TrimPrefix(path, "/"), "/") {
		if path == "" {
			break
		}
		part = strings.NewReplacer("~1", "/", "~0", "~", "%24", "$", "%7B", "{", "%7D", "}").Replace(part)
		if n.kind == '[' {
			if n = elementNamed(n, part); n == nil {
				return nil
			}
			continue
		}
		if n = n.member(part); n == nil {
			return nil
		}
	}
	return n
}

func elementNamed(n *node, index string) *node {
	var i int
	if json.Unmarshal([]byte(index), &i) != nil || i < 0 || i >= len(n.members) {
		return nil
	}
	return &n.members[i].value
}

func (l *fieldLister) walk(n *node, path string, required bool, depth int) {
	if depth > maxListedDepth || len(l.list) >= maxListedFields {
		return
	}
	n = resolve(l.root, n, l.text)
	if path != "" && !l.seen[path] {
		l.seen[path] = true
		l.list = append(l.list, l.field(n, path, required))
	}
	if slices.Contains(l.way, n) {
		return // what holds itself is listed once
	}
	l.way = append(l.way, n)
	defer func() { l.way = l.way[:len(l.way)-1] }()
	for _, group := range []string{"allOf", "anyOf", "oneOf"} {
		if g := n.member(group); g != nil && g.kind == '[' {
			for i := range g.members {
				l.walk(&g.members[i].value, path, required, depth+1)
			}
		}
	}
	names := stringsOf(n.member("required"), l.text)
	if props := n.member("properties"); props != nil {
		for i := range props.members {
			m := &props.members[i]
			name := strings.ReplaceAll(m.key, ".", `\.`)
			if path != "" {
				name = path + "." + name
			}
			l.walk(&m.value, name, slices.Contains(names, m.key), depth+1)
		}
	}
	if items := n.member("items"); items != nil && items.kind == '{' {
		l.walk(items, path+"[]", false, depth+1)
	}
}

func (l *fieldLister) field(n *node, path string, required bool) Field {
	f := Field{Name: path, Required: required}
	if t := n.member("type"); t != nil && t.kind == '"' {
		f.Type = t.str(l.text)
	} else {
		f.Type = strings.Join(stringsOf(t, l.text), "|")
	}
	if f.Type == "" {
		f.Type = "any"
	}
	for key, to := range map[string]*string{"format": &f.Format, "description": &f.Description} {
		if v := n.member(key); v != nil && v.kind == '"' {
			*to = v.str(l.text)
		}
	}
	if e := n.member("enum"); e != nil {
		_ = json.Unmarshal(e.raw(l.text), &f.Enum)
	}
	for _, key := range []string{"example", "const"} {
		if v := n.member(key); v != nil {
			_ = json.Unmarshal(v.raw(l.text), &f.Example)
		}
	}
	return f
}

// stringsOf are the strings of a list.
func stringsOf(n *node, text []byte) []string {
	if n == nil || n.kind != '[' {
		return nil
	}
	var list []string
	for i := range n.members {
		if v := &n.members[i].value; v.kind == '"' {
			list = append(list, v.str(text))
		}
	}
	return list
}
