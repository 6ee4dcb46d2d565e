package inspector

import (
	"strings"
	"time"
)

const (
	maxQueryBytes = 8 << 10
	maxQueryDepth = 64  // nested parentheses
	maxQueryTerms = 512 // values in all
)

// parser reads a filter by recursive descent:
//
//	query = and { "OR" and }
//	and   = not { ["AND"] not }
//	not   = { "-" | "NOT" } part
//	part  = "(" query ")" | [ NAME ":" ] value { "," value }
type parser struct {
	lexer
	src   string
	now   time.Time
	depth int
	terms int
	trash bool // it names the trash
}

func (p *parser) query() (node, *QueryError) {
	if len(p.src) > maxQueryBytes {
		return nil, errAt(maxQueryBytes, len(p.src), "a filter may have at most %d bytes", maxQueryBytes)
	}
	p.lexer = lexer{src: p.src}
	p.skipSpace()
	if p.pos == len(p.src) {
		return all{}, nil
	}
	n, err := p.or()
	if err != nil {
		return nil, err
	}
	if p.pos < len(p.src) {
		return nil, errAt(p.pos, p.pos+1, "this closing parenthesis has no opening one")
	}
	return n, nil
}

// keyword reports whether the word w stands here alone.
func (p *parser) keyword(w string) bool {
	rest, ok := strings.CutPrefix(p.src[p.pos:], w)
	return ok && (p.ends(len(p.src)-len(rest), false) || rest[0] == '(')
}

func (p *parser) or() (node, *QueryError) {
	var parts or
	for {
		n, err := p.and()
		if err != nil {
			return nil, err
		}
		if sub, ok := n.(or); ok {
			parts = append(parts, sub...)
		} else {
			parts = append(parts, n)
		}
		if !p.keyword("OR") {
			break
		}
		p.pos += len("OR")
		p.skipSpace()
	}
	if len(parts) == 1 {
		return parts[0], nil
	}
	return parts, nil
}

func (p *parser) and() (node, *QueryError) {
	var parts and
	for {
		n, err := p.not()
		if err != nil {
			return nil, err
		}
		if sub, ok := n.(and); ok {
			parts = append(parts, sub...)
		} else {
			parts = append(parts, n)
		}
		p.skipSpace()
		if p.pos == len(p.src) || p.peek() == ')' || p.keyword("OR") {
			break
		}
		if p.keyword("AND") {
			p.pos += len("AND")
			p.skipSpace()
		}
	}
	if len(parts) == 1 {
		return parts[0], nil
	}
	return parts, nil
}

func (p *parser) not() (node, *QueryError) {
	negated := false
	for {
		start := p.pos
		if p.peek() == '-' {
			p.pos++
			if p.pos == len(p.src) || p.space(p.pos) > 0 {
				return nil, errAt(start, p.pos, "nothing follows this minus; it stands directly before what it excludes, as in -is:ping")
			}
		} else if p.keyword("NOT") {
			p.pos += len("NOT")
			p.skipSpace()
		} else {
			break
		}
		negated = !negated
	}
	n, err := p.part()
	if err != nil || !negated {
		return n, err
	}
	if inner, ok := n.(not); ok {
		return inner.of, nil
	}
	return not{n}, nil
}

func (p *parser) part() (node, *QueryError) {
	if p.pos == len(p.src) || p.peek() == ')' || p.keyword("OR") || p.keyword("AND") {
		return nil, p.missing()
	}
	if p.peek() == '(' {
		return p.group()
	}
	start := p.pos
	end, ok := p.fieldName()
	if !ok || strings.HasPrefix(p.src[end:], "://") && !strings.ContainsAny(p.src[start:end], ".[") {
		return p.text()
	}
	f, head, err := p.lookup(start, end)
	if err != nil {
		return nil, err
	}
	p.pos = end + 1
	return p.values(f, head)
}

func (p *parser) missing() *QueryError {
	at := p.pos
	switch {
	case p.peek() == ')' && p.depth == 0:
		return errAt(at, at+1, "this closing parenthesis has no opening one")
	case p.pos < len(p.src):
		return errAt(at, p.word(at)+btoi(p.peek() == ')'), "a term is missing before this; to search for the word itself put it in quotes")
	}
	return errAt(len(strings.TrimRight(p.src, " ")), len(p.src), "a term is missing at the end")
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

func (p *parser) group() (node, *QueryError) {
	open := p.pos
	if p.depth++; p.depth > maxQueryDepth {
		return nil, errAt(open, open+1, "parentheses may be nested at most %d deep", maxQueryDepth)
	}
	p.pos++
	p.skipSpace()
	n, err := p.or()
	if err != nil {
		return nil, err
	}
	if p.peek() != ')' {
		return nil, errAt(open, open+1, "this parenthesis is not closed")
	}
	p.pos++
	p.depth--
	return n, nil
}

// text reads a term without a field.
func (p *parser) text() (node, *QueryError) {
	if err := p.count(); err != nil {
		return nil, err
	}
	start := p.pos
	if p.peek() == '/' {
		if source, ok := p.regex(nil); ok {
			pat, err := p.compile(source, start)
			if err != nil {
				return nil, err
			}
			return &term{values: []leaf{&textLeaf{pat: pat}}}, nil
		}
	}
	pat, plain, err := p.pattern(nil)
	if err != nil {
		return nil, err
	}
	if pat.any() {
		return all{}, nil
	}
	if err := p.forgottenColon(start, plain, &pat); err != nil {
		return nil, err
	}
	if s, ok := pat.exact(); ok && s == "" {
		return nil, errAt(start, p.pos, "there is nothing between these quotes to search for")
	}
	return &term{values: []leaf{&textLeaf{pat: trimStars(names(pat))}}}, nil
}

// trimStars takes stars off the ends: a text is found anywhere.
func trimStars(p pattern) pattern {
	for len(p.pieces) > 1 && p.pieces[0] == "" {
		p.pieces, p.lower = p.pieces[1:], p.lower[1:]
	}
	for n := len(p.pieces); n > 1 && p.pieces[n-1] == ""; n = len(p.pieces) {
		p.pieces, p.lower = p.pieces[:n-1], p.lower[:n-1]
	}
	return p
}

// forgottenColon finds status>=400, which would be a search for that text.
func (p *parser) forgottenColon(start int, plain bool, pat *pattern) *QueryError {
	if !plain {
		return nil
	}
	i := strings.IndexAny(pat.pieces[0], "<>")
	if i <= 0 {
		return nil
	}
	if f := fieldByName[lowerASCII(pat.pieces[0][:i])]; f == nil || f.named {
		return nil
	}
	e := errAt(start, p.pos, "a colon is missing between field and comparison")
	e.Suggestion = pat.pieces[0][:i] + ":" + pat.pieces[0][i:]
	return e
}

func (p *parser) compile(source string, start int) (pattern, *QueryError) {
	re, steps, problem := compileRegex(source)
	if problem != "" {
		return pattern{}, errAt(start, p.pos, "%s", problem)
	}
	return pattern{re: re, steps: steps}, nil
}

func (p *parser) values(f *field, head string) (node, *QueryError) {
	t := &term{head: head}
	for {
		v, err := p.value(f)
		if err != nil {
			return nil, err
		}
		l, err := newLeaf(p, f, head, &v)
		if err != nil {
			return nil, err
		}
		t.values = append(t.values, l)
		if p.peek() != ',' {
			return t, nil
		}
		p.pos++
	}
}

func (p *parser) count() *QueryError {
	if p.terms++; p.terms > maxQueryTerms {
		return errAt(p.pos, p.pos+1, "a filter may have at most %d values", maxQueryTerms)
	}
	return nil
}

func (p *parser) value(f *field) (v value, err *QueryError) {
	if err := p.count(); err != nil {
		return v, err
	}
	v.pos = p.pos
	v.op = p.operator()
	if p.ends(p.pos, true) {
		e := errAt(v.pos, max(p.pos, v.pos), "%s needs a value here, %s", f.title(), f.example)
		if n := p.space(p.pos); n > 0 && p.pos+n < len(p.src) {
			e.Text += ", without a space before it"
		}
		return v, e
	}
	if p.peek() == '/' && f.regex {
		if source, ok := p.regex(f); ok {
			v.pat, err = p.compile(source, v.pos)
			v.end = p.pos
			if err == nil && v.op != "" {
				err = errAt(v.pos, v.end, "a comparison needs a number, not a regular expression")
			}
			return v, err
		}
	}
	v.pat, v.plain, err = p.pattern(f)
	v.end = p.pos
	return v, err
}
