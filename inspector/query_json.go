package inspector

import (
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

type segKind uint8

const (
	segKey    segKind = iota // .key or ."key" or ["key"]
	segIndex                 // [2]
	segEach                  // [*]: any element
	segMember                // .*: any member
)

type segment struct {
	kind  segKind
	key   string
	index int
}

// jsonPath leads to values within a JSON document, from its top.
type jsonPath []segment

const maxPathSegments = 32

// parseJSONPath reads .a."b c"[0][*].*
func parseJSONPath(text string) (path jsonPath, problem string) {
	for rest := text; rest != ""; {
		bracket := rest[0] == '['
		rest = rest[1:]
		var s segment
		if strings.HasPrefix(rest, `"`) {
			l := lexer{src: rest}
			s.key, _ = l.quoted()
			rest = rest[l.pos:]
		} else {
			n := strings.IndexAny(rest, ".[]")
			if n < 0 {
				n = len(rest)
			}
			s.key, rest = rest[:n], rest[n:]
			index, isIndex := atoi(s.key)
			switch {
			case s.key == "":
				return nil, "a name is missing in the path"
			case s.key == "*" && bracket:
				s = segment{kind: segEach}
			case s.key == "*":
				s = segment{kind: segMember}
			case bracket && isIndex:
				s = segment{kind: segIndex, index: int(index)}
			}
		}
		if bracket {
			rest = strings.TrimPrefix(rest, "]")
		}
		if path = append(path, s); len(path) > maxPathSegments {
			return nil, "a path may have at most 32 parts"
		}
		if rest != "" && rest[0] != '.' && rest[0] != '[' {
			return nil, "this is no path"
		}
	}
	return path, ""
}

func (p jsonPath) String() string {
	var b strings.Builder
	for _, s := range p {
		switch s.kind {
		case segKey:
			b.WriteString("." + writeKey(s.key, false))
		case segIndex:
			b.WriteString("[" + strconv.Itoa(s.index) + "]")
		case segEach:
			b.WriteString("[*]")
		case segMember:
			b.WriteString(".*")
		}
	}
	return b.String()
}

// inJSON reports whether a value at the path passes the test. All members with
// the same key count. Where the text stops being JSON, the search ends with
// what was seen so far. Values off the path are skipped without a stack, so
// depth costs nothing.
func (l *bodyLeaf) inJSON(body []byte) bool {
	w := jsonWalk{data: body, test: l.scalar}
	w.value(l.path)
	return w.found
}

type jsonWalk struct {
	data  []byte
	pos   int
	test  *scalar
	found bool
	pick  func(raw []byte) // instead of a test: takes the first value as it is written
}

// value looks at the value here and steps over it. It is false when the search
// is over: found, or no JSON.
func (w *jsonWalk) value(path jsonPath) bool {
	w.space()
	if w.pos >= len(w.data) {
		return false
	}
	if len(path) == 0 && w.pick != nil {
		start := w.pos
		if w.skip() {
			w.pick(w.data[start:w.pos])
		}
		return false
	}
	if len(path) == 0 {
		return w.leaf()
	}
	switch s := path[0]; {
	case w.data[w.pos] == '{' && (s.kind == segKey || s.kind == segMember):
		return w.object(s, path[1:])
	case w.data[w.pos] == '[' && (s.kind == segIndex || s.kind == segEach):
		return w.array(s, path[1:])
	}
	return w.skip()
}

func (w *jsonWalk) object(s segment, rest jsonPath) bool {
	w.pos++
	for first := true; ; first = false {
		w.space()
		if w.take('}') {
			return true
		}
		if !first && !w.take(',') {
			return false
		}
		w.space()
		raw, escaped, ok := w.str()
		if !ok {
			return false
		}
		w.space()
		if !w.take(':') {
			return false
		}
		hit := s.kind == segMember
		if !hit && escaped {
			hit = unquoteJSON(raw) == s.key
		} else if !hit {
			hit = string(raw) == s.key
		}
		if hit {
			if !w.value(rest) {
				return false
			}
		} else if !w.skip() {
			return false
		}
	}
}

func (w *jsonWalk) array(s segment, rest jsonPath) bool {
	w.pos++
	for i := 0; ; i++ {
		w.space()
		if w.take(']') {
			return true
		}
		if i > 0 && !w.take(',') {
			return false
		}
		if s.kind == segEach || s.index == i {
			if !w.value(rest) {
				return false
			}
		} else if !w.skip() {
			return false
		}
	}
}

// leaf tests the value here.
func (w *jsonWalk) leaf() bool {
	switch c := w.data[w.pos]; {
	case c == '{' || c == '[':
		w.found = w.test.present
		return !w.found && w.skip()
	case c == '"':
		raw, escaped, ok := w.str()
		if !ok {
			return false
		}
		if escaped {
			w.found = w.test.isText(unquoteJSON(raw))
		} else {
			w.found = w.test.isText(string(raw))
		}
		return !w.found
	}
	word := string(w.bare())
	switch {
	case word == "null":
		w.found = w.test.present || w.test.null
	case word == "true" || word == "false":
		w.found = w.test.isText(word)
	default:
		if _, ok := parseDecimal(word); !ok {
			return false
		}
		w.found = w.test.isNumber(word)
	}
	return !w.found
}

// skip steps over the value here, counting brackets.
func (w *jsonWalk) skip() bool {
	depth := 0
	for {
		w.space()
		if w.pos >= len(w.data) {
			return false
		}
		switch c := w.data[w.pos]; c {
		case '{', '[':
			depth++
			w.pos++
		case '}', ']':
			if depth == 0 {
				return false
			}
			depth--
			w.pos++
		case '"':
			if _, _, ok := w.str(); !ok {
				return false
			}
		case ',', ':':
			if depth == 0 {
				return false
			}
			w.pos++
			continue // the value is not over
		default:
			if len(w.bare()) == 0 {
				return false
			}
		}
		if depth == 0 {
			return true
		}
	}
}

// str reads a string; raw is what stands between the quotes.
func (w *jsonWalk) str() (raw []byte, escaped, ok bool) {
	if !w.take('"') {
		return nil, false, false
	}
	start := w.pos
	for ; w.pos < len(w.data); w.pos++ {
		switch w.data[w.pos] {
		case '"':
			w.pos++
			return w.data[start : w.pos-1], escaped, true
		case '\\':
			escaped = true
			w.pos++
		}
	}
	return nil, false, false
}

// bare reads a number or a word.
func (w *jsonWalk) bare() []byte {
	start := w.pos
	for w.pos < len(w.data) {
		switch w.data[w.pos] {
		case ' ', '\t', '\r', '\n', ',', ':', '{', '}', '[', ']', '"':
			return w.data[start:w.pos]
		}
		w.pos++
	}
	return w.data[start:]
}

func (w *jsonWalk) space() {
	for w.pos < len(w.data) {
		switch w.data[w.pos] {
		case ' ', '\t', '\r', '\n':
			w.pos++
		default:
			return
		}
	}
}

func (w *jsonWalk) take(c byte) bool {
	if w.pos < len(w.data) && w.data[w.pos] == c {
		w.pos++
		return true
	}
	return false
}

// unquoteJSON resolves the escapes of a JSON string. A lone surrogate becomes
// U+FFFD; an unknown escape stands for its letter.
func unquoteJSON(raw []byte) string {
	out := make([]byte, 0, len(raw))
	for i := 0; i < len(raw); i++ {
		if raw[i] != '\\' || i+1 == len(raw) {
			out = append(out, raw[i])
			continue
		}
		i++
		switch c := raw[i]; c {
		case 'b':
			out = append(out, '\b')
		case 'f':
			out = append(out, '\f')
		case 'n':
			out = append(out, '\n')
		case 'r':
			out = append(out, '\r')
		case 't':
			out = append(out, '\t')
		case 'u':
			r := hex4(raw[i+1:])
			if r < 0 {
				out = append(out, c)
				continue
			}
			i += 4
			if utf16.IsSurrogate(r) {
				low := rune(-1)
				if i+2 < len(raw) && raw[i+1] == '\\' && raw[i+2] == 'u' {
					low = hex4(raw[i+3:])
				}
				if r = utf16.DecodeRune(r, low); r != utf8.RuneError {
					i += 6
				}
			}
			out = utf8.AppendRune(out, r)
		default:
			out = append(out, c)
		}
	}
	return string(out)
}

func hex4(b []byte) rune {
	if len(b) < 4 {
		return -1
	}
	n, err := strconv.ParseUint(string(b[:4]), 16, 16)
	if err != nil {
		return -1
	}
	return rune(n)
}

// trimStart drops a byte order mark and white space.
func trimStart(b []byte) []byte {
	if len(b) >= 3 && b[0] == 0xEF && b[1] == 0xBB && b[2] == 0xBF {
		b = b[3:]
	}
	for len(b) > 0 && (b[0] == ' ' || b[0] >= '\t' && b[0] <= '\r') {
		b = b[1:]
	}
	return b
}
