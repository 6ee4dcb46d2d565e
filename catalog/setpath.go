package catalog

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
)

// SetPath changes one place in a JSON text. Every other byte stays: order,
// spacing, and how numbers and strings are spelled. Objects and lists that are
// missing on the way are added at the end of what holds them; the element after
// the last one may be set. A path with [] sets every element.
func SetPath(body []byte, a Assignment) ([]byte, error) {
	steps, err := parsePath(a.Path)
	if err != nil {
		return nil, err
	}
	root, err := parseTree(body)
	if err != nil {
		return nil, fmt.Errorf("set %s: the body is not JSON: %w", a.Path, err)
	}
	if !a.Remove {
		if _, err := parseTree([]byte(a.Value)); err != nil {
			return nil, fmt.Errorf("set %s: the value is not JSON: %w", a.Path, err)
		}
	}
	s := setter{text: body, a: a}
	if err := s.set(&root, steps, ""); err != nil {
		return nil, err
	}
	return s.apply(), nil
}

// edit replaces a part of a text.
type edit struct {
	from, to int
	text     string
}

// setter collects the edits of one assignment.
type setter struct {
	text  []byte
	a     Assignment
	edits []edit
}

// apply makes the edits, which do not overlap.
func (s *setter) apply() []byte {
	slices.SortFunc(s.edits, func(a, b edit) int { return a.from - b.from })
	size := len(s.text)
	for _, e := range s.edits {
		size += len(e.text) - (e.to - e.from)
	}
	out := make([]byte, 0, size)
	at := 0
	for _, e := range s.edits {
		out = append(append(out, s.text[at:e.from]...), e.text...)
		at = e.to
	}
	return append(out, s.text[at:]...)
}

func (s *setter) set(n *node, steps []step, path string) error {
	if len(steps) == 0 {
		s.edits = append(s.edits, edit{n.start, n.end, s.a.Value})
		return nil
	}
	first := steps[0]
	switch {
	case first.index == eachItem && n.kind == '[':
		for i := range n.members {
			if s.a.Remove && len(steps) == 1 {
				s.edits = []edit{{n.start, n.end, "[]"}}
				return nil
			}
			if err := s.set(&n.members[i].value, steps[1:], joinIndex(path, i)); err != nil {
				return err
			}
		}
		return nil
	case first.index >= 0 && n.kind == '[':
		if first.index < len(n.members) {
			return s.enter(n, first.index, steps, joinIndex(path, first.index))
		}
		if first.index > len(n.members) && !s.a.Remove {
			return fmt.Errorf("set %s: %s ends before; the next element to set is [%d]", s.a.Path, shownPath(path), len(n.members))
		}
	case first.index == -1 && n.kind == '{':
		for i := len(n.members) - 1; i >= 0; i-- {
			if n.members[i].key == first.name {
				return s.enter(n, i, steps, joinPath(path, first.name))
			}
		}
	default:
		if s.a.Remove {
			return nil
		}
		want := "an object"
		if first.index != -1 {
			want = "a list"
		}
		return fmt.Errorf("set %s: %s is %s, not %s", s.a.Path, shownPath(path), kindName(n.kind), want)
	}
	if s.a.Remove {
		return nil // nothing is there
	}
	value, err := wrap(steps[1:], s.a)
	if err != nil {
		return err
	}
	s.insert(n, first, value)
	return nil
}

func shownPath(path string) string {
	if path == "" {
		return "the body"
	}
	return path
}

func kindName(kind byte) string {
	switch kind {
	case '{':
		return "an object"
	case '[':
		return "a list"
	case '"':
		return "a string"
	case '0':
		return "a number"
	case 'n':
		return "null"
	}
	return "true or false"
}

// enter goes on in a member that is there, or removes it.
func (s *setter) enter(n *node, i int, steps []step, path string) error {
	if len(steps) > 1 || !s.a.Remove {
		return s.set(&n.members[i].value, steps[1:], path)
	}
	from, to := memberStart(n, i), n.members[i].value.end
	switch {
	case i > 0: // with the comma before it
		from = n.members[i-1].value.end
	case len(n.members) > 1: // with the comma after it
		to = memberStart(n, 1)
	}
	s.edits = append(s.edits, edit{from, to, ""})
	return nil
}

// memberStart is where a member's key, or an element, begins.
func memberStart(n *node, i int) int {
	if n.kind == '{' {
		return n.members[i].keyStart
	}
	return n.members[i].value.start
}

// wrap writes the value inside of the objects and lists that are missing.
func wrap(steps []step, a Assignment) (string, error) {
	var before strings.Builder
	var closing []byte
	for _, st := range steps {
		switch {
		case st.index == -1:
			before.WriteString("{" + quote(st.name) + ":")
			closing = append(closing, '}')
		case st.index == 0:
			before.WriteString("[")
			closing = append(closing, ']')
		default:
			return "", fmt.Errorf("set %s: there is no list yet; its first element is [0]", a.Path)
		}
	}
	slices.Reverse(closing)
	return before.String() + a.Value + string(closing), nil
}

// insert adds a member at the end, or where it sorts, spaced as the others are.
func (s *setter) insert(n *node, st step, value string) {
	colon, gap, at, after := ":", "", n.end-1, ""
	if k := len(n.members); k > 0 {
		last := &n.members[k-1]
		at = last.value.end
		space := s.text[n.start+1 : memberStart(n, 0)]
		if k > 1 {
			_, space, _ = bytes.Cut(s.text[n.members[k-2].value.end:memberStart(n, k-1)], []byte(","))
		}
		gap = "," + string(space)
		if n.kind == '{' {
			colon = string(s.text[last.keyAfter:last.value.start])
		}
		next := slices.IndexFunc(n.members, func(m member) bool { return m.key > st.name })
		if s.a.Sorted && n.kind == '{' && next >= 0 {
			at, gap, after = memberStart(n, next), "", gap
		}
	}
	text := value
	if n.kind == '{' {
		text = quote(st.name) + colon + value
	}
	s.edits = append(s.edits, edit{at, at, gap + text + after})
}
