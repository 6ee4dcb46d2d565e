package inspector

import "strings"

// textLeaf finds text in heads and bodies of all attempts; with only set, in
// the bodies of one side.
type textLeaf struct {
	pat  pattern
	only *Part
}

func (l *textLeaf) row(*Row) Match { return Undecided }

func (l *textLeaf) full(_ *Row, v *view) (bool, error) {
	if l.only != nil {
		return v.messages(*l.only, func(a *attemptView, _ *messageView) (bool, error) {
			return findInBody(v, a, *l.only, l.pat.in)
		})
	}
	return findAnywhere(v, l.pat.in)
}

// findAnywhere tries heads first: they are at hand.
func findAnywhere(v *view, in func([]byte) bool) (bool, error) {
	attempts, err := v.load()
	if err != nil {
		return false, err
	}
	for _, a := range attempts {
		if in(a.Request.Head) || in(a.Response.Head) {
			return true, nil
		}
	}
	for _, a := range attempts {
		for _, part := range []Part{Request, Response} {
			if ok, err := findInBody(v, a, part, in); ok || err != nil {
				return ok, err
			}
		}
	}
	return false, nil
}

func findInBody(v *view, a *attemptView, part Part, in func([]byte) bool) (bool, error) {
	raw, decoded, err := v.body(a, part)
	if err != nil || len(raw) == 0 {
		return false, err
	}
	if in(raw) {
		return true, nil
	}
	same := len(raw) == len(decoded) && &raw[0] == &decoded[0]
	return !same && in(decoded), nil
}

// String quotes what would read as something else than text.
func (l *textLeaf) String() string {
	if l.only != nil {
		return l.pat.String()
	}
	if l.pat.re != nil {
		return l.pat.String()
	}
	p := l.pat
	first := p.pieces[0]
	special := strings.ContainsAny(strings.Join(p.pieces, ""), ":<>") || first == "OR" || first == "AND" || first == "NOT" ||
		strings.HasPrefix(first, "-")
	if !special {
		return p.String()
	}
	var b strings.Builder
	for i, piece := range p.pieces {
		if i > 0 {
			b.WriteByte('*')
		}
		if piece != "" {
			quote(&b, piece)
		}
	}
	return b.String()
}

func (l *textLeaf) plan() Plan {
	p := Plan{Content: true}
	if l.pat.re != nil {
		return p
	}
	for _, piece := range l.pat.lower {
		if len(piece) >= 3 {
			p.Substring = union(p.Substring, []string{piece})
		}
		p.Words = union(p.Words, innerWords(piece))
	}
	return p
}

// innerWords are the words of a piece that have other bytes on both sides within
// the piece, so they stand alone wherever the piece is found.
func innerWords(s string) []string {
	start := 0
	for start < len(s) && wordByte(s[start]) {
		start++
	}
	end := len(s)
	for end > start && wordByte(s[end-1]) {
		end--
	}
	return wordsOf(s[start:end])
}

func wordsOf(s string) []string {
	var words []string
	ScanWords([]byte(s), func(w []byte) { words = union(words, []string{string(w)}) })
	return words
}

// wordByte reports whether ScanWords counts c to a word.
func wordByte(c byte) bool {
	c = lowerByte(c)
	return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '_' || c >= 0x80
}

// wordLeaf finds text that is no part of a longer word.
type wordLeaf struct {
	lower string
	write string
}

func wordValue(f *field, v *value) (leaf, *QueryError) {
	s, ok := v.pat.exact()
	if !ok || s == "" || v.op != "" {
		return nil, f.refuse(v, "a whole word or a phrase")
	}
	pat := names(v.pat)
	return &wordLeaf{lower: lowerASCII(s), write: pat.String()}, nil
}

func (l *wordLeaf) row(*Row) Match                     { return Undecided }
func (l *wordLeaf) full(_ *Row, v *view) (bool, error) { return findAnywhere(v, l.in) }
func (l *wordLeaf) String() string                     { return l.write }

func (l *wordLeaf) in(s []byte) bool {
	first, last := wordByte(l.lower[0]), wordByte(l.lower[len(l.lower)-1])
	return findLower(s, l.lower, func(start int) bool {
		end := start + len(l.lower)
		return !(first && start > 0 && wordByte(s[start-1])) && !(last && end < len(s) && wordByte(s[end]))
	}) >= 0
}

func (l *wordLeaf) plan() Plan {
	p := Plan{Content: true, Words: wordsOf(l.lower)}
	if len(l.lower) >= 3 {
		p.Substring = []string{l.lower}
	}
	return p
}

// errorLeaf finds text in what is known of failures.
type errorLeaf struct{ pat pattern }

func errorValue(f *field, v *value) (leaf, *QueryError) {
	pat := trimStars(names(v.pat))
	if v.pat.any() {
		pat = v.pat
	}
	return &errorLeaf{pat: pat}, f.noCompare(v)
}

func (l *errorLeaf) in(s string) bool {
	return s != "" && l.pat.inString(s)
}

func (l *errorLeaf) row(r *Row) Match {
	if l.in(r.Failure) {
		return Yes
	}
	return Undecided
}

func (l *errorLeaf) full(_ *Row, v *view) (bool, error) {
	attempts, err := v.load()
	if err != nil {
		return false, err
	}
	for _, a := range attempts {
		if l.in(a.Failure.Class) || l.in(a.Failure.Phase) || l.in(a.Failure.Text) {
			return true, nil
		}
	}
	return false, nil
}

func (l *errorLeaf) String() string { return l.pat.String() }
func (l *errorLeaf) plan() Plan     { return Plan{Content: true} }
