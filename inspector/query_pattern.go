package inspector

import (
	"regexp"
	"regexp/syntax"
	"strings"
)

const (
	maxRegexBytes = 1 << 10 // longest regular expression
	maxRegexProg  = 2000    // most steps of its program
)

// pattern is a value as it was written: a literal, a literal with stars, or a
// regular expression. Letters A to Z match in both cases, but not in a regular
// expression.
type pattern struct {
	pieces []string // literal text between the stars; one piece if there is no star
	lower  []string // pieces in lower case
	quoted bool     // all of it stood in quotes
	path   bool     // it is a path, where a slash at the start is usual
	re     *regexp.Regexp
	steps  int // size of the program of re
}

func literal(s string) pattern {
	return pattern{pieces: []string{s}, lower: []string{lowerASCII(s)}}
}

// exact reports whether the pattern is one literal, and which.
func (p *pattern) exact() (string, bool) {
	if p.re != nil || len(p.pieces) != 1 {
		return "", false
	}
	return p.pieces[0], true
}

// any reports whether the pattern is a star alone.
func (p *pattern) any() bool {
	return p.re == nil && len(p.pieces) == 2 && p.pieces[0] == "" && p.pieces[1] == ""
}

// match reports whether the pattern fits all of s; a regular expression may fit
// any part.
func (p *pattern) match(s string) bool {
	if p.re != nil {
		return p.re.MatchString(s)
	}
	return matchPieces(s, p.lower)
}

// matchPieces reports whether s is the pieces with anything between them.
func matchPieces[T string | []byte](s T, lower []string) bool {
	if len(lower) == 1 {
		return equalLower(s, lower[0])
	}
	first, last := lower[0], lower[len(lower)-1]
	if len(s) < len(first)+len(last) || !equalLower(s[:len(first)], first) || !equalLower(s[len(s)-len(last):], last) {
		return false
	}
	return containsInOrder(s[len(first):len(s)-len(last)], lower[1:len(lower)-1])
}

// in reports whether the pattern fits a part of s.
func (p *pattern) in(s []byte) bool {
	if p.re != nil {
		return p.re.Match(s[:min(len(s), p.reach())])
	}
	return containsInOrder(s, p.lower)
}

// inString is in for a string.
func (p *pattern) inString(s string) bool {
	if p.re != nil {
		return p.re.MatchString(s[:min(len(s), p.reach())])
	}
	return containsInOrder(s, p.lower)
}

// reach is how many bytes of a body a regular expression may look at. Its cost
// is at most bytes times steps, so a large expression sees less.
func (p *pattern) reach() int {
	return min(max((64<<20)/max(p.steps, 1), 64<<10), maxTextBytes)
}

// String writes the pattern so that it reads back the same as a value.
func (p *pattern) String() string {
	if p.re != nil {
		return "/" + p.re.String() + "/"
	}
	var b strings.Builder
	for i, piece := range p.pieces {
		if i > 0 {
			b.WriteByte('*')
		}
		if piece == "" && len(p.pieces) > 1 {
			continue
		}
		if p.quoted || !plainValue(piece) || i == 0 && !p.plainStart() {
			quote(&b, piece)
			continue
		}
		b.WriteString(piece)
	}
	return b.String()
}

// plainValue reports whether s needs no quotes within a value.
func plainValue(s string) bool {
	if s == "" || strings.Contains(s, "..") {
		return false
	}
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9':
		case strings.IndexByte("_@./+%#=~:?&;!$^-<>|'`{}[]", c) >= 0:
		default:
			return false
		}
	}
	return true
}

// plainStart reports whether the pattern needs no quotes at its start: it must
// not read as a comparison or a regular expression.
func (p *pattern) plainStart() bool {
	s := strings.Join(p.pieces, "*")
	if s == "" || strings.IndexByte("/<>=", s[0]) < 0 {
		return true
	}
	if s[0] != '/' {
		return false
	}
	i := strings.IndexByte(s[1:], '/')
	if i < 0 {
		return p.path
	}
	return i+1 != len(s)-1
}

func quote(b *strings.Builder, s string) {
	b.WriteByte('"')
	for i := 0; i < len(s); i++ {
		if s[i] == '"' || s[i] == '\\' {
			b.WriteByte('\\')
		}
		b.WriteByte(s[i])
	}
	b.WriteByte('"')
}

// compileRegex reads a regular expression in Go's syntax, bounded in size.
func compileRegex(source string) (*regexp.Regexp, int, string) {
	if len(source) > maxRegexBytes {
		return nil, 0, "a regular expression may have at most 1,024 bytes"
	}
	parsed, err := syntax.Parse(source, syntax.Perl)
	if err != nil {
		return nil, 0, "this is no regular expression in Go's syntax: " + strings.TrimPrefix(err.Error(), "error parsing regexp: ")
	}
	prog, err := syntax.Compile(parsed.Simplify())
	if err != nil {
		return nil, 0, "this is no regular expression in Go's syntax: " + err.Error()
	}
	if len(prog.Inst) > maxRegexProg {
		return nil, 0, "this regular expression is too large; use smaller repeat counts"
	}
	re, err := regexp.Compile(source)
	if err != nil {
		return nil, 0, err.Error()
	}
	return re, len(prog.Inst), ""
}
