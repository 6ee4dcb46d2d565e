package inspector

import "strings"

// scalar tests one value of a body, header or parameter.
type scalar struct {
	pat     pattern
	present bool // any value will do
	null    bool // JSON null
	number  *decimal
	compare bool // with lo and hi, nil for no bound
	lo, hi  *decimal
	loOpen  bool // lo itself does not count
	hiOpen  bool
	write   string
}

func newScalar(f *field, v *value) (*scalar, *QueryError) {
	s := &scalar{pat: v.pat}
	if v.op != "" {
		n, ok := decimal{}, v.plain
		if ok {
			n, ok = parseDecimal(v.text())
		}
		if !ok {
			return nil, errAt(v.pos, v.end, "%s after %s needs a number, %s", v.op, f.title(), f.example)
		}
		s.compare, s.write = true, v.op+v.text()
		switch v.op {
		case ">", ">=":
			s.lo, s.loOpen = &n, v.op == ">"
		case "<", "<=":
			s.hi, s.hiOpen = &n, v.op == "<"
		default:
			s.lo, s.hi = &n, &n
		}
		return s, nil
	}
	if v.plain && s.readRange(v.text()) {
		return s, nil
	}
	s.present = v.pat.any()
	text, exact := v.pat.exact()
	n, isNumber := decimal{}, false
	if exact {
		n, isNumber = parseDecimal(text)
	}
	if v.plain {
		s.null = text == "null"
		if isNumber {
			s.number = &n
		}
	}
	s.pat.quoted = v.pat.quoted && (isNumber || text == "null")
	s.write = s.pat.String()
	return s, nil
}

func (s *scalar) readRange(text string) bool {
	left, right, ok := strings.Cut(text, "..")
	if !ok || left == "" && right == "" {
		return false
	}
	for _, side := range []struct {
		text string
		to   **decimal
	}{{left, &s.lo}, {right, &s.hi}} {
		if side.text == "" {
			continue
		}
		n, ok := parseDecimal(side.text)
		if !ok {
			s.lo, s.hi = nil, nil
			return false
		}
		*side.to = &n
	}
	s.compare, s.write = true, text
	return true
}

// isText tests a string.
func (s *scalar) isText(text string) bool {
	switch {
	case s.present:
		return true
	case s.null:
		return false
	case s.compare:
		return s.inRange(text)
	}
	return s.pat.match(text)
}

// isNumber tests a JSON number as it is written.
func (s *scalar) isNumber(text string) bool {
	if s.number != nil {
		n, ok := parseDecimal(text)
		return ok && n.compare(*s.number) == 0
	}
	return s.isText(text)
}

func (s *scalar) inRange(text string) bool {
	n, ok := parseDecimal(text)
	if !ok {
		return false
	}
	if s.lo != nil {
		if c := n.compare(*s.lo); c < 0 || c == 0 && s.loOpen {
			return false
		}
	}
	if s.hi != nil {
		if c := n.compare(*s.hi); c > 0 || c == 0 && s.hiOpen {
			return false
		}
	}
	return true
}

// headerLeaf matches a header of the request, or of any response.
type headerLeaf struct {
	*scalar
	name string // in lower case
	part Part
}

func headerValue(f *field, head string, v *value) (leaf, *QueryError) {
	s, err := newScalar(f, v)
	if err != nil {
		return nil, err
	}
	s.null = false // a header has no null, only the text
	l := &headerLeaf{scalar: s, name: headName(f, head)}
	if f.resp {
		l.part = Response
	}
	return l, nil
}

// headName is the name in the normal form of a field with a name.
func headName(f *field, head string) string {
	name, _ := parseName(strings.TrimSuffix(strings.TrimPrefix(head, f.name), ":"))
	return name
}

func (l *headerLeaf) row(*Row) Match { return Undecided }

func (l *headerLeaf) full(_ *Row, v *view) (bool, error) {
	return v.messages(l.part, func(_ *attemptView, m *messageView) (bool, error) {
		for _, f := range m.fields().Fields {
			if equalLower(f.Name, l.name) && l.isText(f.Value) {
				return true, nil
			}
		}
		return false, nil
	})
}

func (l *headerLeaf) String() string { return l.write }

// plan asks for the name, which a colon follows, and for the pieces of the
// value. A folded line has its break where the value has a space.
func (l *headerLeaf) plan() Plan {
	p := Plan{Content: true}
	if len(l.name) >= 2 {
		p.Substring = append(p.Substring, l.name+":")
	}
	if l.present || l.compare || l.pat.re != nil {
		return p
	}
	for _, piece := range l.pat.lower {
		for _, part := range strings.Split(piece, " ") {
			if len(part) >= 3 {
				p.Substring = union(p.Substring, []string{part})
			}
		}
		p.Words = union(p.Words, innerWords(piece))
	}
	if value, ok := l.pat.exact(); ok {
		p.Words = wordsOf(lowerASCII(value)) // nothing but padding is beside a value
	}
	return p
}

// paramLeaf matches a parameter of the target's query.
type paramLeaf struct {
	rowLeaf
	*scalar
	name string
}

func paramValue(f *field, head string, v *value) (leaf, *QueryError) {
	s, err := newScalar(f, v)
	if err != nil {
		return nil, err
	}
	s.null = false
	return &paramLeaf{scalar: s, name: headName(f, head)}, nil
}

func (l *paramLeaf) row(r *Row) Match {
	_, query, _ := strings.Cut(r.Target, "?")
	for query != "" {
		var pair string
		pair, query, _ = strings.Cut(query, "&")
		name, text, _ := strings.Cut(pair, "=")
		if pair != "" && unescape(name) == l.name && l.isText(unescape(text)) {
			return Yes
		}
	}
	return No
}

func (l *paramLeaf) String() string { return l.write }
func (l *paramLeaf) plan() Plan     { return Plan{} }

// bodyLeaf matches a value within a JSON or form body.
type bodyLeaf struct {
	*scalar
	path jsonPath
	part Part
}

func bodyValue(f *field, head string, v *value) (leaf, *QueryError) {
	part := Request
	if f.resp {
		part = Response
	}
	rest := strings.TrimSuffix(strings.TrimPrefix(head, f.name), ":")
	if rest == "" {
		s, exact := v.pat.exact()
		if v.op != "" || exact && s == "" {
			return nil, errAt(v.pos, v.end, "%s takes text to look for, or a path, %s", f.name+":", f.example)
		}
		pat := names(v.pat)
		if !pat.any() {
			pat = trimStars(pat)
		}
		return &textLeaf{pat: pat, only: &part}, nil
	}
	s, err := newScalar(f, v)
	if err != nil {
		return nil, err
	}
	path, _ := parseJSONPath(rest)
	return &bodyLeaf{scalar: s, path: path, part: part}, nil
}

func (l *bodyLeaf) row(*Row) Match { return Undecided }

func (l *bodyLeaf) full(_ *Row, v *view) (bool, error) {
	return v.messages(l.part, func(a *attemptView, m *messageView) (bool, error) {
		_, body, err := v.body(a, l.part)
		if err != nil || len(body) == 0 {
			return false, err
		}
		body = trimStart(body)
		if len(body) > 0 && body[0] != '{' && body[0] != '[' && isForm(m.fields()) {
			return l.inForm(body), nil
		}
		return l.inJSON(body), nil
	})
}

func (l *bodyLeaf) String() string { return l.write }

// plan knows little: any character of a JSON string, and of a form, may be
// written as an escape.
func (l *bodyLeaf) plan() Plan {
	p := Plan{Content: true}
	if l.null {
		p.Substring = []string{"null"}
	}
	return p
}
