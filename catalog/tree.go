package catalog

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"
)

// maxDepth bounds how deep a payload may be nested.
const maxDepth = 500

// SyntaxError says where a text stops being JSON.
type SyntaxError struct {
	Offset       int // in bytes
	Line, Column int // from 1; the column counts characters
	Text         string
}

func (e *SyntaxError) Error() string {
	return fmt.Sprintf("line %d, column %d: %s", e.Line, e.Column, e.Text)
}

// node is a JSON value and where it stands. Order and repeats are kept.
type node struct {
	kind       byte // one of { [ " 0 t f n
	start, end int
	members    []member
}

// member is a member of an object, or an element of a list, which has no key.
type member struct {
	key                string
	keyStart, keyAfter int // of the key with its quotes
	value              node
}

// treeParser reads JSON strictly, with positions.
type treeParser struct {
	text []byte
	at   int
}

// parseTree reads one JSON value, the whole of text.
func parseTree(text []byte) (node, error) {
	p := treeParser{text: text}
	if bytes.HasPrefix(text, []byte("\xef\xbb\xbf")) {
		return node{}, p.fail("a byte order mark is not JSON")
	}
	n, err := p.value(0)
	if err != nil {
		return node{}, err
	}
	if p.space(); p.at < len(text) {
		return node{}, p.fail("text after the end of the JSON value")
	}
	return n, nil
}

func (p *treeParser) fail(text string) error {
	line, column := position(p.text, p.at)
	return &SyntaxError{Offset: p.at, Line: line, Column: column, Text: text}
}

// position turns an offset into a line and a column.
func position(text []byte, at int) (line, column int) {
	at = min(at, len(text))
	before := text[:at]
	line = bytes.Count(before, []byte("\n")) + 1
	column = utf8.RuneCount(before[bytes.LastIndexByte(before, '\n')+1:]) + 1
	return line, column
}

func (p *treeParser) space() {
	for p.at < len(p.text) {
		switch p.text[p.at] {
		case ' ', '\t', '\r', '\n':
			p.at++
		default:
			return
		}
	}
}

func (p *treeParser) peek() byte {
	if p.at < len(p.text) {
		return p.text[p.at]
	}
	return 0
}

func (p *treeParser) value(depth int) (node, error) {
	p.space()
	if depth > maxDepth {
		return node{}, p.fail(fmt.Sprintf("nested deeper than %d levels", maxDepth))
	}
	n := node{kind: p.peek(), start: p.at}
	var err error
	switch c := n.kind; {
	case p.at >= len(p.text):
		err = p.fail("the text ends where a value is expected")
	case c == '{', c == '[':
		err = p.members(&n, depth)
	case c == '"':
		err = p.str()
	case c == '-', c >= '0' && c <= '9':
		n.kind = '0'
		err = p.number()
	case c == 't':
		err = p.word("true")
	case c == 'f':
		err = p.word("false")
	case c == 'n':
		err = p.word("null")
	default:
		err = p.unfit(true)
	}
	n.end = p.at
	return n, err
}

// show names the first character of a text.
func show(text []byte) string {
	r, size := utf8.DecodeRune(text)
	if r == utf8.RuneError && size <= 1 {
		return fmt.Sprintf("byte 0x%02x", text[0])
	}
	return fmt.Sprintf("%q", r)
}

// unfit says what is wrong with a character that no value begins with, or no name.
func (p *treeParser) unfit(value bool) error {
	r, _ := utf8.DecodeRune(p.text[p.at:])
	switch {
	case r == '+' || r == '.':
		return p.fail(fmt.Sprintf("a number does not begin with %q", r))
	case r == '/' || r == '#':
		return p.fail("a comment; JSON has none")
	case strings.ContainsRune("'`‘’‚“”„«»", r):
		return p.fail(fmt.Sprintf("names and texts stand in double quotes, not in %q", r))
	case value && isLetter(p.peek()):
		return p.strange()
	case value:
		return p.fail(fmt.Sprintf("%s where a value is expected", show(p.text[p.at:])))
	}
	return p.fail(fmt.Sprintf("%s where a name in quotes is expected", show(p.text[p.at:])))
}

// strange says that a word is none of JSON.
func (p *treeParser) strange() error {
	end := p.at
	for end < len(p.text) && end < p.at+20 && isLetter(p.text[end]) {
		end++
	}
	return p.fail(fmt.Sprintf("the word %s; as words there are true, false and null", p.text[p.at:end]))
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

func (p *treeParser) members(n *node, depth int) error {
	closing := byte('}')
	if n.kind == '[' {
		closing = ']'
	}
	p.at++
	if p.space(); p.peek() == closing {
		p.at++
		return nil
	}
	for {
		var m member
		var err error
		if n.kind == '{' {
			if err = p.key(&m); err != nil {
				return err
			}
		}
		if m.value, err = p.value(depth + 1); err != nil {
			return err
		}
		n.members = append(n.members, m)
		p.space()
		switch p.peek() {
		case closing:
			p.at++
			return nil
		case ',':
			comma := p.at
			p.at++
			if p.space(); p.peek() == closing {
				p.at = comma
				return p.fail("a comma before the end; nothing follows it")
			}
		default:
			if p.at >= len(p.text) {
				return p.fail(fmt.Sprintf("the text ends before %q", closing))
			}
			return p.fail(fmt.Sprintf("%s where a comma or %q is expected", show(p.text[p.at:]), closing))
		}
	}
}

func (p *treeParser) key(m *member) error {
	p.space()
	m.keyStart = p.at
	if p.at >= len(p.text) {
		return p.fail("the text ends where a name is expected")
	}
	if p.peek() != '"' {
		return p.unfit(false)
	}
	if err := p.str(); err != nil {
		return err
	}
	m.keyAfter = p.at
	m.key = unquote(p.text[m.keyStart:m.keyAfter])
	if p.space(); p.peek() != ':' {
		return p.fail(fmt.Sprintf("no colon after the name %.40q", m.key))
	}
	p.at++
	return nil
}

func (p *treeParser) str() error {
	for p.at++; p.at < len(p.text); p.at++ {
		switch c := p.text[p.at]; {
		case c == '"':
			p.at++
			return nil
		case c == '\n':
			return p.fail(`a line break inside of a string; write \n`)
		case c < 0x20:
			return p.fail(fmt.Sprintf("control character 0x%02x inside of a string", c))
		case c == '\\':
			if err := p.escape(); err != nil {
				return err
			}
		}
	}
	return p.fail("the text ends inside of a string")
}

// escape reads what follows a backslash and stops on its last byte.
func (p *treeParser) escape() error {
	p.at++
	switch p.peek() {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return nil
	case 'u':
		for i := 1; i <= 4; i++ {
			if p.at+i >= len(p.text) || !isHex(p.text[p.at+i]) {
				return p.fail(`\u without four hexadecimal digits`)
			}
		}
		p.at += 4
		return nil
	}
	return p.fail("a backslash before a character that it cannot escape")
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'f'
}

func (p *treeParser) number() error {
	if p.peek() == '-' {
		p.at++
	}
	if p.peek() == '0' {
		if p.at++; p.peek() >= '0' && p.peek() <= '9' {
			p.at--
			return p.fail("a number does not begin with zeros")
		}
	} else if !p.digits() {
		return p.fail("a minus without a number")
	}
	if p.peek() == '.' {
		if p.at++; !p.digits() {
			return p.fail("no digit after the decimal point")
		}
	}
	if p.peek()|0x20 == 'e' {
		if p.at++; p.peek() == '+' || p.peek() == '-' {
			p.at++
		}
		if !p.digits() {
			return p.fail("no digit in the exponent")
		}
	}
	return nil
}

func (p *treeParser) digits() bool {
	start := p.at
	for c := p.peek(); c >= '0' && c <= '9'; c = p.peek() {
		p.at++
	}
	return p.at > start
}

func (p *treeParser) word(word string) error {
	if !bytes.HasPrefix(p.text[p.at:], []byte(word)) {
		return p.strange()
	}
	p.at += len(word)
	return nil
}

// unquote decodes a JSON string that has been read before.
func unquote(raw []byte) string {
	if bytes.IndexByte(raw, '\\') < 0 && utf8.Valid(raw) {
		return string(raw[1 : len(raw)-1])
	}
	var s string
	if json.Unmarshal(raw, &s) != nil {
		return string(raw[1 : len(raw)-1])
	}
	return s
}

// str is the text of a string.
func (n *node) str(text []byte) string { return unquote(text[n.start:n.end]) }

// raw is the value as it is spelled.
func (n *node) raw(text []byte) []byte { return text[n.start:n.end] }

// member finds a member by its name, the last of equal names as most readers do.
func (n *node) member(name string) *node {
	if n == nil || n.kind != '{' {
		return nil
	}
	for i := len(n.members) - 1; i >= 0; i-- {
		if n.members[i].key == name {
			return &n.members[i].value
		}
	}
	return nil
}
