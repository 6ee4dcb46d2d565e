package catalog

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
)

// JSONMistake says what is wrong with a text that is JSON, but not what is wanted.
type JSONMistake struct {
	Line, Column int    // from 1; 0 if the place is not known
	Field        string // its dotted path, "" if it is not known
	Text         string // what is wrong, for a person
}

func (m *JSONMistake) Error() string {
	if m.Line == 0 {
		return m.Text
	}
	return fmt.Sprintf("line %d, column %d: %s", m.Line, m.Column, m.Text)
}

// CheckJSON reports where a text stops being JSON, and what is expected there, as a
// [*SyntaxError].
func CheckJSON(text []byte) error {
	_, err := parseTree(text)
	return err
}

// ExplainJSON says in plain words why a text could not be read; err is what package
// encoding/json said. The error is a [*SyntaxError] if the text is no JSON, else a
// [*JSONMistake].
func ExplainJSON(text []byte, err error) error {
	tree, wrong := parseTree(text)
	if wrong != nil {
		return wrong
	}
	m := &JSONMistake{}
	at := -1
	var kind *json.UnmarshalTypeError
	var moment *time.ParseError
	var digits base64.CorruptInputError
	name, stranger := strings.CutPrefix(err.Error(), "json: unknown field ")
	switch {
	case errors.As(err, &kind):
		m.Field, m.Text = kind.Field, wanted(kind)
		at = tree.startAt(int(kind.Offset) - 1)
		// A type that reads itself counts from its own beginning.
		if f := tree.field(kind.Field); f != nil && (at < f.start || at >= f.end) {
			at = f.start
		}
	case stranger:
		if plain, err := strconv.Unquote(name); err == nil {
			name = plain
		}
		m.Field, m.Text = name, "there is no field "+name
		at = tree.keyAt(name)
	case errors.As(err, &digits):
		m.Text = fmt.Sprintf("a text in base64 is broken at its byte %d", int64(digits))
	case errors.As(err, &moment):
		m.Text = fmt.Sprintf("%q is no time; write it as in 2026-01-31T10:00:00Z", moment.Value)
	default:
		m.Text = strings.TrimPrefix(err.Error(), "json: ")
	}
	if at >= 0 {
		m.Line, m.Column = position(text, at)
	}
	return m
}

// wanted says what must stand in a field.
func wanted(e *json.UnmarshalTypeError) string {
	fail := func(form string) string { return fmt.Sprintf(form, cmp.Or(e.Field, "it")) }
	kind := reflect.Interface
	if e.Type != nil {
		for kind = e.Type.Kind(); kind == reflect.Pointer; kind = e.Type.Kind() {
			e.Type = e.Type.Elem()
		}
	}
	switch kind {
	case reflect.Bool:
		return fail("%s must be true or false")
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return fail("%s must be a whole number")
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return fail("%s must be a whole number from 0 on")
	case reflect.Float32, reflect.Float64:
		return fail("%s must be a number")
	case reflect.String:
		return fail("%s must be a text in quotes")
	case reflect.Slice, reflect.Array:
		if e.Type.Elem().Kind() == reflect.Uint8 {
			return fail("%s must be a text in base64")
		}
		return fail("%s must be a list")
	case reflect.Struct, reflect.Map:
		return fail("%s must be an object")
	}
	return fail("%s must be something else")
}

// field is the value at a dotted path, nil if none is there.
func (n *node) field(path string) *node {
	for name := range strings.SplitSeq(path, ".") {
		i := slices.IndexFunc(n.members, func(m member) bool { return m.keyAfter > 0 && m.key == name })
		if i < 0 {
			return nil
		}
		n = &n.members[i].value
	}
	return n
}

// startAt is where the innermost value begins that reaches over a byte.
func (n *node) startAt(at int) int {
	for i := range n.members {
		if v := &n.members[i].value; v.start <= at && at < v.end {
			return v.startAt(at)
		}
	}
	return n.start
}

// keyAt is where the first member of a name is, -1 if there is none.
func (n *node) keyAt(name string) int {
	for i := range n.members {
		m := &n.members[i]
		if m.key == name && m.keyAfter > 0 {
			return m.keyStart
		}
		if at := m.value.keyAt(name); at >= 0 {
			return at
		}
	}
	return -1
}
