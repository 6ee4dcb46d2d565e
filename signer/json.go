package signer

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// node is a JSON value that remembers how it was written: the order of members,
// the spelling of numbers and strings, and where it stands.
type node struct {
	kind       byte // '{', '[', '"', '0' for a number, 't' for true, false and null
	start, end int  // bytes of the value in the text
	members    []member
}

// member is a member of an object, or with no key an element of an array.
type member struct {
	key   node
	value node
}

// maxDepth of nesting that is read; deeper text is no webhook.
const maxDepth = 200

// parseJSON reads one value with nothing but white space after it. The text must
// be valid JSON, which is checked first.
func parseJSON(text []byte) (node, error) {
	if !json.Valid(text) {
		var raw json.RawMessage
		return node{}, notJSON{text, json.Unmarshal(text, &raw)}
	}
	p := jsonReader{text: text}
	n, ok := p.value(0)
	if !ok {
		return node{}, fmt.Errorf("the body is nested deeper than %d", maxDepth)
	}
	return n, nil
}

// notJSON is the error for a body that is no JSON. It says where, in words of its own.
type notJSON struct {
	text []byte
	err  error // of encoding/json
}

func (e notJSON) Error() string {
	at := len(e.text)
	var syntax *json.SyntaxError
	if errors.As(e.err, &syntax) {
		at = int(syntax.Offset) - 1
	}
	place := placed(&FieldError{}, e.text, at)
	return fmt.Sprintf("the body is no valid JSON from line %d, column %d on", place.Line, place.Column)
}

func (e notJSON) Unwrap() error { return e.err }

type jsonReader struct {
	text []byte
	at   int
}

func (p *jsonReader) space() {
	for p.at < len(p.text) && (p.text[p.at] == ' ' || p.text[p.at] == '\n' || p.text[p.at] == '\r' || p.text[p.at] == '\t') {
		p.at++
	}
}

func (p *jsonReader) value(depth int) (node, bool) {
	p.space()
	if depth > maxDepth {
		return node{}, false
	}
	n := node{start: p.at}
	switch c := p.text[p.at]; c {
	case '{', '[':
		n.kind = c
		if !p.members(&n, depth) {
			return n, false
		}
	case '"':
		n.kind = '"'
		p.skipString()
	case 't', 'f', 'n':
		n.kind = 't'
		p.skipWord()
	default:
		n.kind = '0'
		p.skipWord()
	}
	n.end = p.at
	return n, true
}

func (p *jsonReader) members(n *node, depth int) bool {
	p.at++
	for p.space(); p.text[p.at] != '}' && p.text[p.at] != ']'; p.space() {
		if p.text[p.at] == ',' {
			p.at++
			p.space()
		}
		var m member
		if n.kind == '{' {
			m.key = node{kind: '"', start: p.at}
			p.skipString()
			m.key.end = p.at
			p.space()
			p.at++ // the colon
		}
		var ok bool
		if m.value, ok = p.value(depth + 1); !ok {
			return false
		}
		n.members = append(n.members, m)
	}
	p.at++
	return true
}

func (p *jsonReader) skipString() {
	for p.at++; p.text[p.at] != '"'; p.at++ {
		if p.text[p.at] == '\\' {
			p.at++
		}
	}
	p.at++
}

func (p *jsonReader) skipWord() {
	for ; p.at < len(p.text); p.at++ {
		switch p.text[p.at] {
		case ',', ']', '}', ' ', '\t', '\r', '\n':
			return
		}
	}
}

// text is a scalar as a string: a string decoded, anything else as written.
func (n *node) text(body []byte) (string, bool) {
	switch n.kind {
	case '"':
		var s string
		err := json.Unmarshal(body[n.start:n.end], &s)
		return s, err == nil
	case '0':
		return string(body[n.start:n.end]), true
	case 't':
		word := string(body[n.start:n.end])
		return word, word != "null"
	}
	return "", false
}

// child finds a member by name, the last of equal names as most readers do, or an
// element by its index.
func (n *node) child(body []byte, name string, index int) *node {
	if n.kind == '[' {
		if index < 0 || index >= len(n.members) {
			return nil
		}
		return &n.members[index].value
	}
	for i := len(n.members) - 1; i >= 0 && n.kind == '{'; i-- {
		if key, _ := n.members[i].key.text(body); key == name {
			return &n.members[i].value
		}
	}
	return nil
}

// step is one step of a path: the name of a member, or an index.
type step struct {
	name  string
	index int // -1 for a member
}

// parsePath reads a path such as "items[0].signature".
func parsePath(path string) []step {
	var steps []step
	for part := range strings.SplitSeq(path, ".") {
		name, index, indexed := strings.Cut(part, "[")
		steps = append(steps, step{name, -1})
		if indexed {
			i, err := strconv.Atoi(strings.TrimSuffix(index, "]"))
			if err != nil {
				i = 1 << 30 // no such element
			}
			steps = append(steps, step{"", i})
		}
	}
	return steps
}

// maxValues bounds the JSON that values are read out of; those that sign values
// send a few KB.
const maxValues = 4 << 20

// isJSON reports whether a body is meant as a JSON object or array.
func isJSON(body []byte) bool {
	text := bytes.TrimLeft(body, " \t\r\n")
	return len(text) > 0 && (text[0] == '{' || text[0] == '[')
}

// bodyValue reads a value out of a JSON or form body by a path such as
// "items[0].signature". Numbers keep their spelling. A missing value is "".
func (m *Message) bodyValue(path string) (value string, ok bool, err error) {
	if !isJSON(m.Body) {
		for _, f := range m.form() {
			if f.Name == path || strings.HasSuffix(path, "."+f.Name) {
				return f.Value, true, nil
			}
		}
		return "", false, nil
	}
	if len(m.Body) > maxValues {
		return "", false, malformed("the body of %d bytes is too long to read %s out of it", len(m.Body), path)
	}
	root, err := parseJSON(m.Body)
	if err != nil {
		return "", false, fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	at := &root
	for _, s := range parsePath(path) {
		if at = at.child(m.Body, s.name, s.index); at == nil {
			return "", false, nil
		}
	}
	value, ok = at.text(m.Body)
	return value, ok, nil
}

// setBodyValue writes a string at a path into a JSON or form body. Every other
// byte stays as it is. The objects and lists on the way are added at the end.
func setBodyValue(body []byte, path, value string) ([]byte, error) {
	if !isJSON(body) && len(body) > 0 {
		name := path[strings.LastIndexByte(path, '.')+1:]
		return append(append([]byte(nil), body...), "&"+formEscape(name)+"="+formEscape(value)...), nil
	}
	if len(body) == 0 {
		body = []byte("{}")
	}
	root, err := parseJSON(body)
	if err != nil {
		return nil, err
	}
	steps := parsePath(path)
	at := &root
	for i, s := range steps {
		next := at.child(body, s.name, s.index)
		if next != nil {
			at = next
			continue
		}
		if at.kind != '{' && at.kind != '[' || (at.kind == '[') != (s.index >= 0) {
			return nil, fmt.Errorf("the body has no place for %s", path)
		}
		text := wrap(steps[i:], value)
		if len(at.members) > 0 {
			text = "," + text
		}
		return splice(body, at.end-1, at.end-1, text), nil
	}
	return splice(body, at.start, at.end, quote(value)), nil
}

// wrap writes what is missing on the way to a value, as it stands inside of the
// object or list that is there.
func wrap(steps []step, value string) string {
	inner := quote(value)
	if len(steps) > 1 {
		inner = wrap(steps[1:], value)
		if steps[1].index >= 0 {
			inner = "[" + inner + "]"
		} else {
			inner = "{" + inner + "}"
		}
	}
	if steps[0].index >= 0 {
		return inner
	}
	return quote(steps[0].name) + ":" + inner
}

func splice(body []byte, from, to int, text string) []byte {
	out := make([]byte, 0, len(body)+len(text))
	out = append(out, body[:from]...)
	out = append(out, text...)
	return append(out, body[to:]...)
}

func quote(s string) string {
	raw, err := json.Marshal(s)
	if err != nil {
		return `""`
	}
	return string(raw)
}
