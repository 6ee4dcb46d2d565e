package catalog

import (
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// value is a JSON value that can be changed. Order and repeats of members are
// kept; numbers keep their spelling.
type value struct {
	kind  byte // as of a node
	text  string
	keys  []string // of an object, as many as items
	items []*value
}

func toValue(n *node, text []byte) *value {
	v := &value{kind: n.kind}
	switch n.kind {
	case '"':
		v.text = n.str(text)
	case '{', '[':
		v.items = make([]*value, len(n.members))
		if n.kind == '{' {
			v.keys = make([]string, len(n.members))
		}
		for i := range n.members {
			v.items[i] = toValue(&n.members[i].value, text)
			if n.kind == '{' {
				v.keys[i] = n.members[i].key
			}
		}
	default:
		v.text = string(n.raw(text))
	}
	return v
}

// parseValue reads a JSON text.
func parseValue(text []byte) (*value, error) {
	n, err := parseTree(text)
	if err != nil {
		return nil, err
	}
	return toValue(&n, text), nil
}

func (v *value) clone() *value {
	c := *v
	c.keys = slices.Clone(v.keys)
	c.items = make([]*value, len(v.items))
	for i, item := range v.items {
		c.items[i] = item.clone()
	}
	return &c
}

// at calls f for each value that a path leads to and that is there.
func (v *value) at(steps []step, f func(*value)) {
	if len(steps) == 0 {
		f(v)
		return
	}
	for i, item := range v.items {
		switch first := steps[0]; {
		case v.kind == '{' && first.index == -1 && v.keys[i] == first.name,
			v.kind == '[' && (first.index == i || first.index == eachItem):
			item.at(steps[1:], f)
		}
	}
}

// size is about how many bytes the value has when printed.
func (v *value) size() int {
	n := len(v.text) + 3
	for i, item := range v.items {
		if v.kind == '{' {
			n += len(v.keys[i]) + 3
		}
		n += item.size()
	}
	return n
}

// printer writes values in the style of a provider.
type printer struct {
	JSONStyle
	out           []byte
	comma, colon  string
	indent, depth int
	tab           bool
}

// print writes a body.
func (s JSONStyle) print(v *value) []byte {
	p := printer{JSONStyle: s, comma: ",", colon: ":", out: make([]byte, 0, v.size())}
	switch s.Style {
	case "spaced":
		p.comma, p.colon = ", ", ": "
	case "indent2":
		p.indent, p.colon = 2, ": "
	case "indent4":
		p.indent, p.colon = 4, ": "
	case "tab":
		p.indent, p.colon, p.tab = 1, ": ", true
	}
	p.value(v, s.SortKeys)
	if s.Newline {
		p.out = append(p.out, '\n')
	}
	return p.out
}

func (p *printer) value(v *value, sorted bool) {
	switch v.kind {
	case '"':
		p.string(v.text)
	case '{', '[':
		p.members(v, sorted)
	default:
		p.out = append(p.out, v.text...)
	}
}

func (p *printer) members(v *value, sorted bool) {
	p.out = append(p.out, v.kind)
	var order []int // nil: as they are
	if sorted && v.kind == '{' {
		order = make([]int, len(v.items))
		for i := range order {
			order[i] = i
		}
		slices.SortStableFunc(order, func(a, b int) int { return strings.Compare(v.keys[a], v.keys[b]) })
	}
	p.depth++
	for n := range v.items {
		i := n
		if order != nil {
			i = order[n]
		}
		if n > 0 {
			p.out = append(p.out, p.comma...)
		}
		p.line()
		below := sorted
		if v.kind == '{' {
			p.string(v.keys[i])
			p.out = append(p.out, p.colon...)
			below = sorted || p.depth == 1 && slices.Contains(p.SortBelow, v.keys[i])
		}
		p.value(v.items[i], below)
	}
	p.depth--
	if len(v.items) > 0 {
		p.line()
	}
	p.out = append(p.out, v.kind+2) // } and ] stand two behind { and [
}

// line begins a line, if the style has lines.
func (p *printer) line() {
	if p.indent == 0 {
		return
	}
	fill := byte(' ')
	if p.tab {
		fill = '\t'
	}
	p.out = append(p.out, '\n')
	for range p.indent * p.depth {
		p.out = append(p.out, fill)
	}
}

func (p *printer) string(s string) {
	p.out = append(p.out, '"')
	for i := 0; i < len(s); {
		plain := i
		for plain < len(s) && p.plain(s[plain]) {
			plain++
		}
		if p.out = append(p.out, s[i:plain]...); plain == len(s) {
			break
		}
		i = plain
		r, size := utf8.DecodeRuneInString(s[i:])
		p.rune(r, s[i:i+size])
		i += size
	}
	p.out = append(p.out, '"')
}

// plain reports whether a byte stands for itself in every style.
func (printer) plain(c byte) bool {
	return c >= 0x20 && c < 0x7f && c != '"' && c != '\\' && c != '/' && c != '<' && c != '>' && c != '&'
}

const lowerHex = "0123456789abcdef"

func (p *printer) rune(r rune, text string) {
	switch {
	case r == '"', r == '\\', r == '/' && p.EscapeSlashes:
		p.out = append(p.out, '\\', byte(r))
	case r < 0x20:
		if i := strings.IndexRune("\b\f\n\r\t", r); i >= 0 {
			p.out = append(p.out, '\\', "bfnrt"[i])
			return
		}
		p.unicode(uint16(r))
	case r == utf8.RuneError && len(text) == 1: // no text: the usual sign for it
		p.out = append(p.out, "\uFFFD"...)
	case r >= 0x10000 && p.EscapeUnicode:
		high, low := utf16.EncodeRune(r)
		p.unicode(uint16(high))
		p.unicode(uint16(low))
	case r > 0x7e && p.EscapeUnicode, p.EscapeHTML && strings.ContainsRune("<>&\u2028\u2029", r):
		p.unicode(uint16(r))
	default:
		p.out = append(p.out, text...)
	}
}

func (p *printer) unicode(u uint16) {
	p.out = append(p.out, '\\', 'u', lowerHex[u>>12], lowerHex[u>>8&15], lowerHex[u>>4&15], lowerHex[u&15])
}
