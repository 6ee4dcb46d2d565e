package catalog

import "slices"

// maxAlternatives bounds how many schemas are looked at for one place.
const maxAlternatives = 64

// schemaWalk looks into a schema beside a payload. A place may have several
// schemas, as allOf, anyOf and oneOf make them.
type schemaWalk struct {
	root *node
	text []byte
}

// all are the schemas of a place with what they refer to and combine.
func (w schemaWalk) all(schemas []*node) []*node {
	var list []*node
	var add func(n *node)
	add = func(n *node) {
		n = resolve(w.root, n, w.text)
		if n.kind != '{' || len(list) >= maxAlternatives || slices.Contains(list, n) {
			return
		}
		list = append(list, n)
		for _, group := range []string{"allOf", "anyOf", "oneOf"} {
			if g := n.member(group); g != nil {
				for i := range g.members {
					add(&g.members[i].value)
				}
			}
		}
		for _, word := range []string{"then", "else"} {
			if g := n.member(word); g != nil {
				add(g)
			}
		}
	}
	for _, n := range schemas {
		add(n)
	}
	return list
}

// property are the schemas of a member. It is not known if an object lists its
// members and this one is not among them.
func (w schemaWalk) property(schemas []*node, name string) (found []*node, known bool) {
	lists, open := false, false
	for _, n := range w.all(schemas) {
		if props := n.member("properties"); props != nil {
			lists = true
			if p := props.member(name); p != nil {
				found = append(found, p)
			}
		}
		if n.member("patternProperties") != nil || n.member("unevaluatedProperties") != nil {
			open = true
		}
		if rest := n.member("additionalProperties"); rest != nil {
			open = true
			if rest.kind == '{' && len(found) == 0 {
				found = append(found, rest)
			}
		}
	}
	return found, len(found) > 0 || open || !lists
}

// items are the schemas of a list's elements.
func (w schemaWalk) items(schemas []*node) []*node {
	var found []*node
	for _, n := range w.all(schemas) {
		if i := n.member("items"); i != nil {
			found = append(found, i)
		}
		if p := n.member("prefixItems"); p != nil {
			for k := range p.members {
				found = append(found, &p.members[k].value)
			}
		}
	}
	return found
}

func (w schemaWalk) requires(schemas []*node, name string) bool {
	for _, n := range w.all(schemas) {
		if slices.Contains(stringsOf(n.member("required"), w.text), name) {
			return true
		}
	}
	return false
}

// types are those that a value may have; none: any.
func (w schemaWalk) types(schemas []*node) []string {
	var types []string
	for _, n := range w.all(schemas) {
		t := n.member("type")
		if t != nil && t.kind == '"' {
			types = append(types, t.str(w.text))
		}
		types = append(types, stringsOf(t, w.text)...)
	}
	return types
}

// constrained reports whether a text must have a certain form.
func (w schemaWalk) constrained(schemas []*node) bool {
	for _, n := range w.all(schemas) {
		for _, word := range []string{"enum", "const", "format", "pattern", "maxLength", "minLength"} {
			if n.member(word) != nil {
				return true
			}
		}
	}
	return false
}
