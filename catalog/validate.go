package catalog

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
)

// Bounds of a check. A longer body is not checked, further problems are not named.
const (
	maxCheckedBytes = 16 << 20
	maxProblems     = 500
)

// Kinds of problems.
const (
	KindMissing    = "missing"    // a required field is not there
	KindUnexpected = "unexpected" // a field that the event type does not have
	KindType       = "type"       // another type than it has
	KindFormat     = "format"     // a text that is not of its format: a time, an address
	KindValue      = "value"      // outside of the values, lengths or bounds it may have
	KindSyntax     = "syntax"     // not JSON, form data or XML at all
)

// Problem is one way in which a body does not fit its event type.
type Problem struct {
	Path string `json:"path"` // as in [ParseAssignment]; "" for the body itself
	Kind string `json:"kind"`
	Text string `json:"text"`
	// Line and Column, from 1, are set for a problem of syntax.
	Line   int `json:"line,omitempty"`
	Column int `json:"column,omitempty"`
}

// Validate compares a body with the event type: in the provider's format, or as
// what it looks like if the provider has several. None found: it fits.
func (e *EventType) Validate(body []byte) []Problem {
	if len(body) > maxCheckedBytes {
		return []Problem{{Kind: KindSyntax, Text: fmt.Sprintf("%d bytes long; at most %d MiB are checked", len(body), maxCheckedBytes>>20)}}
	}
	root, err := parseTree(e.Schema)
	if err != nil {
		return []Problem{{Kind: KindSyntax, Text: "the schema: " + err.Error()}}
	}
	v := validator{s: schemaWalk{&root, e.Schema}, batch: e.Provider.Batch}
	format := e.formatOf(body)
	if inner, ok := e.Provider.fieldOf(body, format); ok {
		body, format = inner, "json"
	}
	if problem := v.read(body, format); problem != nil {
		return []Problem{*problem}
	}
	v.unknown(&v.body, []*node{&root}, "")
	v.check(e)
	slices.SortStableFunc(v.problems, func(a, b Problem) int { return cmp.Compare(a.Path, b.Path) })
	return slices.Compact(v.problems)
}

// validator collects what is wrong with a body.
type validator struct {
	s        schemaWalk
	batch    bool
	text     []byte // JSON; for other formats, what they say as JSON
	body     node
	problems []Problem
}

func (v *validator) add(path, kind, format string, args ...any) {
	if len(v.problems) < maxProblems {
		v.problems = append(v.problems, Problem{Path: path, Kind: kind, Text: fmt.Sprintf(format, args...)})
	}
}

// read makes JSON of the body.
func (v *validator) read(body []byte, format string) *Problem {
	v.text = body
	if format != "json" {
		tree, err := parseAs(format, body)
		if err != nil {
			return syntaxProblem(err)
		}
		coerce(tree, v.s, []*node{v.s.root})
		v.text = JSONStyle{}.print(tree)
	}
	var err error
	if v.body, err = parseTree(v.text); err != nil {
		return syntaxProblem(err)
	}
	return nil
}

func syntaxProblem(err error) *Problem {
	p := &Problem{Kind: KindSyntax, Text: err.Error()}
	var at *SyntaxError
	if errors.As(err, &at) {
		p.Text, p.Line, p.Column = at.Text, at.Line, at.Column
	}
	return p
}

// unknown finds members that no schema lists, and numbers that nothing can hold.
func (v *validator) unknown(n *node, schemas []*node, path string) {
	if len(schemas) == 0 || len(v.problems) >= maxProblems {
		return
	}
	switch n.kind {
	case '{':
		for i := range n.members {
			m := &n.members[i]
			at := joinPath(path, m.key)
			below, known := v.s.property(schemas, m.key)
			if !known {
				v.add(at, KindUnexpected, "is no field of this event type")
				continue
			}
			v.unknown(&m.value, below, at)
		}
	case '[':
		items := v.s.items(schemas)
		for i := range n.members {
			v.unknown(&n.members[i].value, items, joinIndex(path, i))
		}
	}
}

// check runs the schema over the body.
func (v *validator) check(e *EventType) {
	if path, raw := hugeNumber(&v.body, v.text, ""); raw != "" {
		v.add(path, KindValue, "%.40s is larger than programs can hold; nothing else was checked", raw)
		return
	}
	schema, err := e.compiled()
	if err != nil {
		v.add("", KindSyntax, "%v", err)
		return
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(v.text))
	if err != nil {
		v.add("", KindSyntax, "%v", err)
		return
	}
	var failed *jsonschema.ValidationError
	if err := schema.Validate(doc); errors.As(err, &failed) {
		v.explain(failed)
	} else if err != nil {
		v.add("", KindSyntax, "%v", err)
	}
}

// hugeNumber finds a number whose digits nobody should write out.
func hugeNumber(n *node, text []byte, path string) (string, string) {
	if n.kind == '0' {
		raw := string(n.raw(text))
		_, exponent, _ := strings.Cut(strings.ToLower(raw), "e")
		if e, err := strconv.Atoi(exponent); exponent != "" && (err != nil || e > 400 || e < -400) || len(raw) > 1000 {
			return path, raw
		}
		return "", ""
	}
	for i := range n.members {
		at := joinIndex(path, i)
		if n.kind == '{' {
			at = joinPath(path, n.members[i].key)
		}
		if found, raw := hugeNumber(&n.members[i].value, text, at); raw != "" {
			return found, raw
		}
	}
	return "", ""
}

// explain turns the library's tree of failures into problems.
func (v *validator) explain(failed *jsonschema.ValidationError) {
	switch failed.ErrorKind.(type) {
	case *kind.AnyOf, *kind.OneOf:
		if branch := nearest(failed.Causes, len(failed.InstanceLocation)); branch != nil {
			v.explain(branch)
			return
		}
	}
	if len(failed.Causes) > 0 {
		for _, cause := range failed.Causes {
			v.explain(cause)
		}
		return
	}
	v.explainLeaf(v.place(failed.InstanceLocation), failed.ErrorKind)
}

// nearest is the alternative that the value was most likely meant as: not one of
// another type, and the one with the fewest failures.
func nearest(causes []*jsonschema.ValidationError, depth int) *jsonschema.ValidationError {
	var best *jsonschema.ValidationError
	least := 0
	for _, c := range causes {
		if n, wrong := failures(c, depth); !wrong && (best == nil || n < least) {
			best, least = c, n
		}
	}
	return best
}

// failures counts, and reports whether the value at depth itself has a wrong type.
func failures(c *jsonschema.ValidationError, depth int) (n int, wrong bool) {
	if _, is := c.ErrorKind.(*kind.Type); is && len(c.InstanceLocation) == depth {
		return 1, true
	}
	if len(c.Causes) == 0 {
		return 1, false
	}
	for _, below := range c.Causes {
		m, w := failures(below, depth)
		n, wrong = n+m, wrong || w
	}
	return n, wrong
}

func listed(values []any) string {
	texts := make([]string, len(values))
	for i, v := range values {
		texts[i] = fmt.Sprint(v)
	}
	return strings.Join(texts, ", ")
}

// place writes a location as a path.
func (v *validator) place(location []string) string {
	path, at := "", &v.body
	for _, part := range location {
		if at != nil && at.kind == '[' {
			i, err := strconv.Atoi(part)
			if err != nil || i >= len(at.members) {
				return path
			}
			path, at = joinIndex(path, i), &at.members[i].value
			continue
		}
		path, at = joinPath(path, part), at.member(part)
	}
	return path
}

func (v *validator) explainLeaf(path string, failed jsonschema.ErrorKind) {
	switch k := failed.(type) {
	case *kind.Required:
		for _, name := range k.Missing {
			v.add(joinPath(path, name), KindMissing, "is required and not there")
		}
	case *kind.AdditionalProperties:
		for _, name := range k.Properties {
			v.add(joinPath(path, name), KindUnexpected, "is no field of this event type")
		}
	case *kind.Type:
		v.add(path, KindType, "is %s, not %s", k.Got, strings.Join(k.Want, " or "))
	case *kind.Format:
		v.add(path, KindFormat, "%.80q is not of the format %s", fmt.Sprint(k.Got), k.Want)
	case *kind.Enum:
		v.add(path, KindValue, "%.80q is none of %.200s", fmt.Sprint(k.Got), listed(k.Want))
	case *kind.Const:
		v.add(path, KindValue, "%.80q is not %.80q", fmt.Sprint(k.Got), fmt.Sprint(k.Want))
	case *kind.Pattern:
		v.add(path, KindFormat, "%.80q does not fit the pattern %.200s", k.Got, k.Want)
	case *kind.FalseSchema:
		v.add(path, KindUnexpected, "may not be there")
	case *kind.AnyOf, *kind.OneOf:
		v.add(path, KindType, "fits none of the forms it may have")
	default:
		rule := strings.Join(failed.KeywordPath(), "/")
		v.add(path, KindValue, "breaks the rule %s of the schema", rule)
	}
}
