package inspector

import (
	"errors"
	"strings"
	"unicode/utf8"
)

const (
	columnBody = 1 << 20 // bytes of a body that a column looks at
	columnText = 200     // bytes of a value that are told
	columnName = 300     // bytes of a column's name
)

// ErrPick is returned by [ParsePick] for what names no column.
var ErrPick = errors.New("a column is header.NAME, body.PATH or query.NAME, or one of these after resp.")

// Pick names a value of a delivery's content that a list can show: a header, a
// parameter of the query, or a value of a JSON or form body.
type Pick struct {
	name   string
	part   Part
	header string   // name of a header, "" for others
	query  string   // name of a parameter, "" for others
	path   jsonPath // into the body
}

// ParsePick reads the name of such a value, written as the filter writes fields:
// header.x-webconnex-event, body.data.total, query.a, resp.body.error.
func ParsePick(text string) (Pick, error) {
	c := Pick{name: text}
	if len(text) > columnName || !utf8.ValidString(text) {
		return c, ErrPick
	}
	if rest, ok := strings.CutPrefix(text, "resp."); ok {
		text, c.part = rest, Response
	}
	kind, rest, _ := strings.Cut(text, ".")
	if list, ok := strings.CutPrefix(text, "body["); ok { // the body is a list
		kind, rest = "body", "["+list
	} else if rest == "" {
		return c, ErrPick
	} else if kind == "body" {
		rest = "." + rest
	}
	switch {
	case kind == "header":
		c.header = rest
	case kind == "query" && c.part == Request:
		c.query = rest
	case kind == "body":
		path, problem := parseJSONPath(rest)
		if problem != "" {
			return c, errors.New(c.name + ": " + problem)
		}
		c.path = path
	default:
		return c, ErrPick
	}
	return c, nil
}

// String is the name of the column, as it was given.
func (c Pick) String() string { return c.name }

// Header is the name of the header line that is picked, "" for other values.
func (c Pick) Header() string { return c.header }

// Query is the name of the parameter that is picked, "" for other values.
func (c Pick) Query() string { return c.query }

// OfBody reports whether a value of a body is picked.
func (c *Pick) OfBody() bool { return len(c.path) > 0 }

// Part is the message that is looked into.
func (c Pick) Part() Part { return c.part }

// PickValues reads the columns of one delivery, nil where it has no such
// value. A header or parameter that is repeated has its values joined by a comma;
// of values in a body the first is told. At most 1 MiB of a body is looked at.
func PickValues(row *Row, content Content, columns []Pick) ([]*string, error) {
	v := view{content: shortContent{content}}
	values := make([]*string, len(columns))
	for i := range columns {
		text, ok, err := columns[i].value(row, &v)
		if err != nil {
			return nil, err
		}
		if ok {
			text = clipText(text, columnText)
			values[i] = &text
		}
	}
	return values, nil
}

func (c *Pick) value(row *Row, v *view) (text string, ok bool, err error) {
	if c.query != "" {
		text, ok = c.parameter(row.Target)
		return text, ok, nil
	}
	_, err = v.messages(c.part, func(a *attemptView, m *messageView) (bool, error) {
		if c.header != "" {
			values := m.fields().Values(c.header)
			text, ok = strings.Join(values, ", "), len(values) > 0
			return ok, nil
		}
		_, body, err := v.body(a, c.part)
		if err != nil {
			return false, err
		}
		if isForm(m.fields()) {
			text, ok = c.formValue(body)
		} else {
			text, ok = c.jsonValue(body)
		}
		return ok, nil
	})
	return text, ok, err
}

func (c *Pick) parameter(target string) (string, bool) {
	_, query, _ := strings.Cut(target, "?")
	var values []string
	for pair := range strings.SplitSeq(query, "&") {
		if name, value, _ := strings.Cut(pair, "="); pair != "" && unescape(name) == c.query {
			values = append(values, unescape(value))
		}
	}
	return strings.Join(values, ", "), len(values) > 0
}

func (c *Pick) formValue(body []byte) (string, bool) {
	for pair := range strings.SplitSeq(string(body), "&") {
		name, value, _ := strings.Cut(pair, "=")
		if pair != "" && len(name) <= 1<<10 && c.path.names(unescape(name)) {
			return unescape(value), true
		}
	}
	return "", false
}

// jsonValue is a text without its quotes, and everything else as it is written.
func (c *Pick) jsonValue(body []byte) (string, bool) {
	found := false
	text := ""
	w := jsonWalk{data: body, pick: func(raw []byte) {
		found, text = true, string(raw[:min(len(raw), 4*columnText)])
		if raw[0] == '"' {
			text = unquoteJSON(raw[1 : len(raw)-1])
		}
	}}
	w.value(c.path)
	return text, found
}

// clipText cuts a text at a whole character, and says so.
func clipText(s string, most int) string {
	if len(s) <= most {
		return s
	}
	for most > 0 && !utf8.RuneStart(s[most]) {
		most--
	}
	return s[:most] + "…"
}

// shortContent reads less of bodies than filters do.
type shortContent struct{ Content }

func (c shortContent) Body(attempt int, part Part, limit int) ([]byte, error) {
	return c.Content.Body(attempt, part, min(limit, columnBody))
}

// Overlaps reports whether one of two picks of a body can hold the other.
func (c Pick) Overlaps(other Pick) bool {
	if len(c.path) == 0 || len(other.path) == 0 {
		return false
	}
	for i := range min(len(c.path), len(other.path)) {
		if !c.path[i].meets(other.path[i]) {
			return false
		}
	}
	return true
}

// meets reports whether two segments can lead to the same place, in JSON or in the
// name of a form field.
func (s segment) meets(other segment) bool {
	if s.kind == segMember || other.kind == segMember {
		return true
	}
	if s.kind == segEach || other.kind == segEach {
		return s.kind != segKey && other.kind != segKey
	}
	return s == other
}
