package signer

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// value is a decoded JSON value that can be written in many ways.
type jsonValue struct {
	kind byte // as in node
	key  string
	text string // a string decoded, a scalar as written
	list []jsonValue
}

func decodeTree(body []byte, n *node) jsonValue {
	v := jsonValue{kind: n.kind}
	if n.kind == '{' || n.kind == '[' {
		v.list = make([]jsonValue, len(n.members))
		for i := range n.members {
			v.list[i] = decodeTree(body, &n.members[i].value)
			if n.kind == '{' {
				v.list[i].key = decodeString(body[n.members[i].key.start:n.members[i].key.end])
			}
		}
		return v
	}
	if n.kind == '"' {
		v.text = decodeString(body[n.start:n.end])
		return v
	}
	v.text = string(body[n.start:n.end])
	return v
}

func decodeString(raw []byte) string {
	inner := string(raw[1 : len(raw)-1])
	if !strings.Contains(inner, `\`) {
		return inner
	}
	var s string
	if json.Unmarshal(raw, &s) != nil {
		return inner
	}
	return s
}

// numbers says how a writer spells numbers.
type numbers int

const (
	keepNumbers    numbers = iota
	shortNumbers           // 1.0 becomes 1, as in JavaScript
	decimalNumbers         // 12.50 becomes 12.5 and 1.0 stays, as in Python
)

// jsonStyle is how one writer of JSON spells.
type jsonStyle struct {
	name         string
	comma, colon string
	indent       string
	ascii        bool // everything beyond ASCII as \u
	upper        bool // the digits of \u in capitals
	slash        bool // / as \/
	markup       bool // < > & and line separators as \u
	quotes       bool // " ' + and ` as \u
	lineSeps     bool // U+2028 and U+2029 as \u
	longControl  bool // \b and \f as \u
	sort         bool // members by name
	numbers      numbers
	end          string
}

// jsonStyles are the writers in use, the commonest first.
var jsonStyles = []jsonStyle{
	{name: "compact JSON", comma: ",", colon: ":", numbers: shortNumbers},
	{name: "compact JSON with the numbers as they were", comma: ",", colon: ":"},
	{name: "JSON as Python writes it", comma: ", ", colon: ": ", ascii: true, numbers: decimalNumbers},
	{name: "JSON as Python writes it, without escapes", comma: ", ", colon: ": ", numbers: decimalNumbers},
	{name: "compact JSON with escapes, as Python writes it", comma: ",", colon: ":", ascii: true, numbers: decimalNumbers},
	{name: "JSON indented by 2", comma: ",", colon: ": ", indent: "  ", numbers: shortNumbers},
	{name: "JSON indented by 4", comma: ",", colon: ": ", indent: "    ", numbers: shortNumbers},
	{name: "JSON indented by tabs", comma: ",", colon: ": ", indent: "\t", numbers: shortNumbers},
	{name: "JSON indented by 1", comma: ",", colon: ": ", indent: " ", numbers: shortNumbers},
	{name: "JSON as PHP writes it", comma: ",", colon: ":", ascii: true, slash: true, numbers: decimalNumbers},
	{name: "JSON as PHP writes it, slashes plain", comma: ",", colon: ":", ascii: true, numbers: decimalNumbers},
	{name: "JSON as PHP writes it, letters plain", comma: ",", colon: ":", slash: true, numbers: decimalNumbers},
	{name: "JSON as PHP writes it, indented", comma: ",", colon: ": ", indent: "    ", ascii: true, slash: true, numbers: decimalNumbers},
	{name: "JSON as Go writes it", comma: ",", colon: ":", markup: true, lineSeps: true, sort: true, numbers: shortNumbers},
	{name: "JSON as Go writes it, in the order of the fields", comma: ",", colon: ":", markup: true, lineSeps: true},
	{name: "JSON sorted by name", comma: ",", colon: ":", sort: true, numbers: shortNumbers},
	{name: "JSON sorted by name, as Python writes it", comma: ", ", colon: ": ", ascii: true, sort: true, numbers: decimalNumbers},
	{name: "compact JSON sorted by name, with escapes", comma: ",", colon: ":", ascii: true, sort: true, numbers: decimalNumbers},
	{name: "JSON as Go writes it, indented by 2", comma: ",", colon: ": ", indent: "  ", markup: true, lineSeps: true, sort: true, numbers: shortNumbers},
	{name: "JSON with escapes in capitals", comma: ",", colon: ":", upper: true, longControl: true},
	{name: "JSON with all letters escaped in capitals", comma: ",", colon: ":", ascii: true, upper: true},
	{name: "JSON as .NET writes it", comma: ",", colon: ":", ascii: true, upper: true, markup: true, quotes: true},
	{name: "JSON as Rails writes it", comma: ",", colon: ":", markup: true, lineSeps: true, numbers: decimalNumbers},
	{name: "JSON as Python writes it, indented by 2", comma: ",", colon: ": ", indent: "  ", ascii: true, numbers: decimalNumbers},
	{name: "JSON as Python writes it, indented by 4", comma: ",", colon: ": ", indent: "    ", ascii: true, numbers: decimalNumbers},
	{name: "JSON indented by 2, with the numbers as they were", comma: ",", colon: ": ", indent: "  "},
	{name: "JSON indented by 4, with the numbers as they were", comma: ",", colon: ": ", indent: "    "},
	{name: "compact JSON and a line feed", comma: ",", colon: ":", numbers: shortNumbers, end: "\n"},
	{name: "JSON as Go's encoder writes it, with its line feed", comma: ",", colon: ":", markup: true, lineSeps: true, sort: true, numbers: shortNumbers, end: "\n"},
	{name: "JSON as Python writes it and a line feed", comma: ", ", colon: ": ", ascii: true, numbers: decimalNumbers, end: "\n"},
	{name: "JSON indented by 2 and a line feed", comma: ",", colon: ": ", indent: "  ", numbers: shortNumbers, end: "\n"},
	{name: "JSON indented by 4 and a line feed", comma: ",", colon: ": ", indent: "    ", numbers: shortNumbers, end: "\n"},
}

// write spells a value.
func (st *jsonStyle) write(out []byte, v *jsonValue, depth int) []byte {
	switch v.kind {
	case '"':
		return st.quote(out, v.text)
	case '0':
		return append(out, st.number(v.text)...)
	case 't':
		return append(out, v.text...)
	}
	shut := byte('}')
	if v.kind == '[' {
		shut = ']'
	}
	out = append(out, v.kind)
	list := v.list
	if st.sort && v.kind == '{' {
		list = slices.Clone(list)
		slices.SortStableFunc(list, func(a, b jsonValue) int { return strings.Compare(a.key, b.key) })
	}
	for i := range list {
		if i > 0 {
			out = append(out, st.comma...)
		}
		out = st.line(out, depth+1)
		if v.kind == '{' {
			out = append(st.quote(out, list[i].key), st.colon...)
		}
		out = st.write(out, &list[i], depth+1)
	}
	if len(list) > 0 {
		out = st.line(out, depth)
	}
	return append(out, shut)
}

func (st *jsonStyle) line(out []byte, depth int) []byte {
	if st.indent == "" {
		return out
	}
	out = append(out, '\n')
	for range depth {
		out = append(out, st.indent...)
	}
	return out
}

func (st *jsonStyle) number(text string) string {
	if st.numbers == keepNumbers || !strings.ContainsAny(text, ".eE") && len(text) < 16 && text != "-0" {
		return text
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return text
	}
	if st.numbers == decimalNumbers && !strings.ContainsAny(text, ".eE") {
		return text
	}
	short, err := json.Marshal(f)
	if err != nil {
		return text
	}
	if st.numbers == decimalNumbers && !strings.ContainsAny(string(short), ".e") {
		return string(short) + ".0"
	}
	return string(short)
}

func (st *jsonStyle) quote(out []byte, s string) []byte {
	out = append(out, '"')
	from := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= 0x20 && c < utf8.RuneSelf && c != '"' && c != '\\' && (c != '/' || !st.slash) &&
			(!st.markup || c != '<' && c != '>' && c != '&') && (!st.quotes || c != '\'' && c != '+' && c != '`') {
			i++
			continue
		}
		if c >= utf8.RuneSelf {
			r, n := utf8.DecodeRuneInString(s[i:])
			if !st.ascii && (!st.lineSeps || r != '\u2028' && r != '\u2029') {
				i += n
				continue
			}
			out = append(out, s[from:i]...)
			out = st.escape(out, r)
			i += n
			from = i
			continue
		}
		out = append(out, s[from:i]...)
		out = st.special(out, c)
		i++
		from = i
	}
	return append(append(out, s[from:]...), '"')
}

// special writes an ASCII character that does not stand for itself.
func (st *jsonStyle) special(out []byte, c byte) []byte {
	switch c {
	case '"':
		if st.quotes {
			return st.escape(out, '"')
		}
		return append(out, `\"`...)
	case '\\':
		return append(out, `\\`...)
	case '/':
		return append(out, `\/`...)
	case '\n':
		return append(out, `\n`...)
	case '\r':
		return append(out, `\r`...)
	case '\t':
		return append(out, `\t`...)
	case '\b', '\f':
		if !st.longControl {
			return append(out, '\\', map[byte]byte{'\b': 'b', '\f': 'f'}[c])
		}
	}
	return st.escape(out, rune(c))
}

func (st *jsonStyle) escape(out []byte, r rune) []byte {
	format := `\u%04x`
	if st.upper {
		format = `\u%04X`
	}
	if hi, lo := utf16.EncodeRune(r); hi != utf8.RuneError {
		return fmt.Appendf(out, format+format, hi, lo)
	}
	return fmt.Appendf(out, format, r)
}
