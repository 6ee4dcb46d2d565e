package inspector

import (
	"bytes"
	"strings"
)

func isForm(h *Head) bool {
	media, _, _ := strings.Cut(h.Value("Content-Type"), ";")
	return equalLower(strings.TrimSpace(media), "application/x-www-form-urlencoded")
}

// inForm reports whether a field that the path names passes the test.
func (l *bodyLeaf) inForm(body []byte) bool {
	for len(body) > 0 {
		var pair []byte
		pair, body, _ = bytes.Cut(body, []byte{'&'})
		name, text, _ := bytes.Cut(pair, []byte{'='})
		if len(pair) == 0 || len(name) > 1<<10 {
			continue
		}
		if l.path.names(unescape(string(name))) && l.isText(unescape(string(text))) {
			return true
		}
	}
	return false
}

// names reports whether the path fits the name of a form field: a.b is the
// field "a.b" or "a[b]", and a[0] is "a[0]".
func (p jsonPath) names(name string) bool {
	rest, left, ok := p.follows(name, true)
	return ok && len(rest) == 0 && left == ""
}

// leads reports whether the path leads to the value of a form field: into it by the
// rest, or inside, where the path ends at the field or at what holds it.
func (p jsonPath) leads(name string) (rest jsonPath, inside, ok bool) {
	rest, left, ok := p.follows(name, true)
	ok = ok && (left == "" || left[0] == '.' || left[0] == '[')
	return rest, len(rest) == 0, ok
}

// follows steps along the path and the name until one of them is over; ok is false
// where they part.
func (p jsonPath) follows(name string, first bool) (rest jsonPath, left string, ok bool) {
	if len(p) == 0 || name == "" {
		return p, name, !first
	}
	s := p[0]
	if !first && name[0] == '[' {
		inside, more, ok := strings.Cut(name[1:], "]")
		if !ok || !s.fits(inside) {
			return nil, "", false
		}
		return p[1:].follows(more, false)
	}
	if !first {
		if name[0] != '.' {
			return nil, "", false
		}
		name = name[1:]
	}
	switch s.kind {
	case segKey:
		if more, ok := strings.CutPrefix(name, s.key); ok {
			return p[1:].follows(more, false)
		}
	case segMember:
		end := strings.IndexAny(name, ".[")
		if end < 0 {
			end = len(name)
		}
		if end > 0 {
			return p[1:].follows(name[end:], false)
		}
	}
	return nil, "", false
}

// fits reports whether the segment is the text in brackets.
func (s segment) fits(inside string) bool {
	switch s.kind {
	case segKey:
		return inside == s.key
	case segIndex:
		n, ok := atoi(inside)
		return ok && int(n) == s.index
	case segEach:
		_, ok := atoi(inside)
		return ok || inside == ""
	}
	return inside != ""
}

// unescape resolves + and %XX. What is no escape stays as it is.
func unescape(s string) string {
	if !strings.ContainsAny(s, "+%") {
		return s
	}
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '+':
			out = append(out, ' ')
		case c == '%' && i+2 < len(s) && hexDigit(s[i+1]) >= 0 && hexDigit(s[i+2]) >= 0:
			out = append(out, byte(hexDigit(s[i+1])<<4|hexDigit(s[i+2])))
			i += 2
		default:
			out = append(out, c)
		}
	}
	return string(out)
}

func hexDigit(c byte) int {
	switch c = lowerByte(c); {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	}
	return -1
}
