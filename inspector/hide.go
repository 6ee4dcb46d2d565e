package inspector

import "strings"

// Hider hides values of bodies by their paths: in JSON, in forms and their parts, in
// XML, and in text where a name and its value are on a line. A hidden value is as long
// as it was: lengths, offsets and chunk lines stay true, and so does everything around
// it. Safe for concurrent use.
type Hider struct {
	root  *hideNode
	forms map[string][]hiddenField // by what names of form fields begin with
	any   []hiddenField            // that begin with any name
}

// hiddenField is a path as forms have it.
type hiddenField struct {
	name string
	path jsonPath
}

// hideNode is the place in a JSON document that some paths lead to.
type hideNode struct {
	name   string // of the path that ends here
	end    bool
	keys   map[string]*hideNode
	index  map[int]*hideNode
	member *hideNode // of any name
	each   *hideNode // at any index
}

// NewHider hides what the picks of a body name, in requests and in answers; nil if
// there are none.
func NewHider(picks []Pick) *Hider {
	h := &Hider{root: &hideNode{}, forms: map[string][]hiddenField{}}
	some := false
	for _, p := range picks {
		if len(p.path) == 0 {
			continue
		}
		h.root.add(p.name, p.path)
		some = true
		switch s := p.path[0]; s.kind {
		case segKey:
			top := topName(s.key)
			h.forms[top] = append(h.forms[top], hiddenField{p.name, p.path})
		case segMember:
			h.any = append(h.any, hiddenField{p.name, p.path})
		}
	}
	if !some {
		return nil
	}
	return h
}

// topName is a name of a form field up to what it has within.
func topName(name string) string {
	if n := strings.IndexAny(name, ".["); n >= 0 {
		return name[:n]
	}
	return name
}

func (n *hideNode) add(name string, path jsonPath) {
	for _, s := range path {
		n = n.child(s)
	}
	if !n.end {
		n.end, n.name = true, name
	}
}

func (n *hideNode) child(s segment) *hideNode {
	switch s.kind {
	case segIndex:
		if n.index == nil {
			n.index = map[int]*hideNode{}
		}
		if n.index[s.index] == nil {
			n.index[s.index] = &hideNode{}
		}
		return n.index[s.index]
	case segEach:
		if n.each == nil {
			n.each = &hideNode{}
		}
		return n.each
	case segMember:
		if n.member == nil {
			n.member = &hideNode{}
		}
		return n.member
	}
	if n.keys == nil {
		n.keys = map[string]*hideNode{}
	}
	if n.keys[s.key] == nil {
		n.keys[s.key] = &hideNode{}
	}
	return n.keys[s.key]
}

// field is the path that a form field is hidden by, "" if it is not. What hides an
// object hides the fields in it.
func (h *Hider) field(name string) string {
	for _, list := range [...][]hiddenField{h.forms[topName(name)], h.any} {
		for _, f := range list {
			if _, inside, ok := f.path.leads(name); ok && inside {
				return f.name
			}
		}
	}
	return ""
}

// within are the places that lead into the value of a form field: those of a body, and
// where the paths go on that begin with its name.
func (h *Hider) within(name string) []*hideNode {
	from := []*hideNode{h.root}
	n, some := &hideNode{}, false
	for _, list := range [...][]hiddenField{h.forms[topName(name)], h.any} {
		for _, f := range list {
			if rest, inside, ok := f.path.leads(name); ok && !inside {
				n.add(f.name, rest)
				some = true
			}
		}
	}
	if some {
		from = append(from, n)
	}
	return from
}
