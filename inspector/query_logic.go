package inspector

import "strings"

// and holds at least two parts, none of them an and.
type and []node

func (a and) row(r *Row) Match {
	m := Yes
	for _, n := range a {
		switch n.row(r) {
		case No:
			return No
		case Undecided:
			m = Undecided
		}
	}
	return m
}

func (a and) full(r *Row, v *view) (bool, error) {
	for _, n := range a {
		if n.row(r) == Yes {
			continue
		}
		if ok, err := n.full(r, v); !ok || err != nil {
			return false, err
		}
	}
	return true, nil
}

func (a and) plan() Plan {
	var p Plan
	for _, n := range a {
		p = bothPlans(p, n.plan())
	}
	return p
}

func (a and) write(b *strings.Builder) {
	for i, n := range a {
		if i > 0 {
			b.WriteByte(' ')
		}
		writePart(b, n)
	}
}

// or holds at least two parts, none of them an or.
type or []node

func (o or) row(r *Row) Match {
	m := No
	for _, n := range o {
		switch n.row(r) {
		case Yes:
			return Yes
		case Undecided:
			m = Undecided
		}
	}
	return m
}

func (o or) full(r *Row, v *view) (bool, error) {
	for _, n := range o {
		if n.row(r) == No {
			continue
		}
		if ok, err := n.full(r, v); ok || err != nil {
			return ok, err
		}
	}
	return false, nil
}

func (o or) plan() Plan {
	p := o[0].plan()
	for _, n := range o[1:] {
		p = eitherPlan(p, n.plan())
	}
	return p
}

func (o or) write(b *strings.Builder) {
	for i, n := range o {
		if i > 0 {
			b.WriteString(" OR ")
		}
		writePart(b, n)
	}
}

// not negates a part that is no not itself.
type not struct{ of node }

func (n not) row(r *Row) Match {
	switch n.of.row(r) {
	case Yes:
		return No
	case No:
		return Yes
	}
	return Undecided
}

func (n not) full(r *Row, v *view) (bool, error) {
	ok, err := n.of.full(r, v)
	return !ok && err == nil, err
}

// plan gives nothing: a necessary condition turned round is not necessary.
func (n not) plan() Plan { return Plan{Content: n.of.plan().Content} }

func (n not) write(b *strings.Builder) {
	b.WriteByte('-')
	writePart(b, n.of)
}

// writePart writes a part of a larger expression, in parentheses if it has
// parts itself.
func writePart(b *strings.Builder, n node) {
	switch n.(type) {
	case and, or:
		b.WriteByte('(')
		n.write(b)
		b.WriteByte(')')
	case all:
		b.WriteByte('*')
	default:
		n.write(b)
	}
}

// term is one field with the values it may have, or one text to look for.
type term struct {
	head   string // field in normal form with its colon, "" for text
	values []leaf
}

// leaf is one value of a term.
type leaf interface {
	row(*Row) Match
	full(*Row, *view) (bool, error)
	plan() Plan
	String() string
}

func (t *term) row(r *Row) Match {
	m := No
	for _, v := range t.values {
		switch v.row(r) {
		case Yes:
			return Yes
		case Undecided:
			m = Undecided
		}
	}
	return m
}

func (t *term) full(r *Row, v *view) (bool, error) {
	for _, value := range t.values {
		switch value.row(r) {
		case No:
			continue
		case Yes:
			return true, nil
		}
		if ok, err := value.full(r, v); ok || err != nil {
			return ok, err
		}
	}
	return false, nil
}

func (t *term) plan() Plan {
	p := t.values[0].plan()
	for _, v := range t.values[1:] {
		p = eitherPlan(p, v.plan())
	}
	return p
}

func (t *term) write(b *strings.Builder) {
	b.WriteString(t.head)
	for i, v := range t.values {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(v.String())
	}
}

// rowLeaf gives a leaf that the row alone decides its full.
type rowLeaf struct{}

func (rowLeaf) full(*Row, *view) (bool, error) { return false, nil }

func yes(ok bool) Match {
	if ok {
		return Yes
	}
	return No
}
