package inspector

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// value is one value of a term as it was read.
type value struct {
	op       string  // ">=", ">", "<=", "<", "=" or ""
	pat      pattern // what follows the operator
	plain    bool    // pat is one literal without quotes
	pos, end int     // with the operator
}

// text is the literal of a plain value.
func (v *value) text() string { return v.pat.pieces[0] }

// lexer steps through the text of a filter.
type lexer struct {
	src string
	pos int
}

// space is the length of the white space at i, 0 if there is none.
func (l *lexer) space(i int) int {
	if i >= len(l.src) {
		return 0
	}
	if c := l.src[i]; c < utf8.RuneSelf {
		if c == ' ' || c >= '\t' && c <= '\r' {
			return 1
		}
		return 0
	}
	if r, n := utf8.DecodeRuneInString(l.src[i:]); unicode.IsSpace(r) {
		return n
	}
	return 0
}

func (l *lexer) skipSpace() {
	for n := l.space(l.pos); n > 0; n = l.space(l.pos) {
		l.pos += n
	}
}

func (l *lexer) peek() byte {
	if l.pos < len(l.src) {
		return l.src[l.pos]
	}
	return 0
}

// ends reports whether a word ends at i.
func (l *lexer) ends(i int, inField bool) bool {
	if i >= len(l.src) || l.space(i) > 0 {
		return true
	}
	c := l.src[i]
	return c == ')' || c == ',' && inField
}

// word is the end of the run of characters from i up to white space or a
// closing parenthesis.
func (l *lexer) word(i int) int {
	for !l.ends(i, false) {
		i++
	}
	return i
}

// operator reads a comparison sign.
func (l *lexer) operator() string {
	for _, op := range []string{">=", "<=", ">", "<", "="} {
		if strings.HasPrefix(l.src[l.pos:], op) {
			l.pos += len(op)
			return op
		}
	}
	return ""
}

// regex reads /regex/ if it stands here: it reaches to the next slash without a
// backslash, and there the value must end. In a path field, where slashes are
// usual, it holds neither spaces nor commas, and /word/ is a path.
func (l *lexer) regex(f *field) (source string, ok bool) {
	i := l.pos + 1
	for ; i < len(l.src) && l.src[i] != '/'; i++ {
		if l.src[i] == '\\' {
			i++
		}
	}
	if i >= len(l.src) || i == l.pos+1 || !l.ends(i+1, f != nil) {
		return "", false
	}
	source = l.src[l.pos+1 : i]
	if f != nil && f.kind == kindPath && (!strings.ContainsAny(source, `\^$*+?()[]{}|`) || strings.ContainsAny(source, ", \t\r\n")) {
		return "", false
	}
	l.pos = i + 1
	return source, true
}

// pattern reads a literal with stars: characters as they are, quoted pieces
// beside stars. f is nil for text, where commas are ordinary characters.
func (l *lexer) pattern(f *field) (p pattern, plain bool, qerr *QueryError) {
	start := l.pos
	pieces := []string{""}
	quotes, stars, bare := 0, 0, 0
	afterStar := true
	for !l.ends(l.pos, f != nil) {
		last := len(pieces) - 1
		switch c := l.src[l.pos]; c {
		case '*':
			l.pos++
			stars++
			afterStar = true
			if stars > 64 {
				return p, false, errAt(start, l.pos, "a value may have at most 64 stars")
			}
			if pieces[last] != "" || last == 0 {
				pieces = append(pieces, "")
			}
			continue
		case '"':
			open := l.pos
			piece, ok := l.quoted()
			if !ok {
				return p, false, errAt(open, len(l.src), "this quote is not closed")
			}
			if !afterStar || !l.ends(l.pos, f != nil) && l.peek() != '*' {
				end := l.word(l.pos)
				e := errAt(start, end, `a quote inside a word: put all of it in quotes, and write \" for a quote`)
				return p, false, e
			}
			quotes++
			pieces[last] += piece
		case '(':
			end := l.word(l.pos)
			if end < len(l.src) && l.src[end] == ')' {
				end++
			}
			e := errAt(start, end, "a parenthesis inside a word: put it in quotes if it is part of the text, or a space before it if it opens a group")
			e.Suggestion = quoteString(l.src[start:end])
			return p, false, e
		default:
			bare++
			pieces[last] += l.src[l.pos : l.pos+1]
			l.pos++
		}
		afterStar = false
	}
	p.pieces = pieces
	p.lower = make([]string, len(pieces))
	for i, s := range pieces {
		p.lower[i] = lowerASCII(s)
	}
	p.quoted = quotes > 0 && stars == 0
	return p, quotes == 0 && stars == 0, nil
}

// quoted reads "…" with \" and \\ inside; any other backslash is itself.
func (l *lexer) quoted() (string, bool) {
	var b strings.Builder
	for i := l.pos + 1; i < len(l.src); i++ {
		switch c := l.src[i]; {
		case c == '"':
			l.pos = i + 1
			return b.String(), true
		case c == '\\' && i+1 < len(l.src) && (l.src[i+1] == '"' || l.src[i+1] == '\\'):
			i++
			b.WriteByte(l.src[i])
		default:
			b.WriteByte(c)
		}
	}
	return "", false
}

// fieldName finds NAME: here, where a name is letters and may go on with a path
// such as .a[0]."b c". It does not move.
func (l *lexer) fieldName() (end int, ok bool) {
	i := l.pos
	for i < len(l.src) && nameByte(l.src[i], i == l.pos) {
		i++
	}
	if i == l.pos {
		return 0, false
	}
	for i < len(l.src) && (l.src[i] == '.' || l.src[i] == '[') {
		bracket := l.src[i] == '['
		i++
		if i < len(l.src) && l.src[i] == '"' {
			sub := lexer{src: l.src, pos: i}
			if _, ok := sub.quoted(); !ok {
				return 0, false
			}
			i = sub.pos
		} else {
			for i < len(l.src) && keyByte(l.src[i]) && l.space(i) == 0 {
				i++
			}
		}
		if bracket {
			if i >= len(l.src) || l.src[i] != ']' {
				return 0, false
			}
			i++
		}
	}
	return i, i < len(l.src) && l.src[i] == ':'
}

func nameByte(c byte, first bool) bool {
	c = lowerByte(c)
	return c >= 'a' && c <= 'z' || !first && (c >= '0' && c <= '9' || c == '-' || c == '_')
}

// keyByte reports whether c may stand in a path without quotes.
func keyByte(c byte) bool {
	switch c {
	case '.', '[', ']', ':', '"', '(', ')', ',', '\\':
		return false
	}
	return c > ' '
}

func quoteString(s string) string {
	var b strings.Builder
	quote(&b, s)
	return b.String()
}
