package signer

import (
	"net/url"
	"sort"
	"strings"
)

// Field is one header line: its name in any case and its value.
type Field struct{ Name, Value string }

// Message is what was signed, as it crossed the wire.
type Message struct {
	Method string
	// URL is the address as the sender has it configured, for schemes that sign it.
	URL    string
	Header []Field
	// Body is the raw body, freed of chunk framing, not of a content coding.
	Body []byte
	// Cut says that the body is not whole, so that nothing over it can be checked.
	Cut bool
	// Context holds values that are not in the message, such as PayPal's
	// webhook_id. See Scheme.Needs.
	Context map[string]string
}

// Value is the value of the first header line with the name, and whether there
// is one.
func (m *Message) Value(name string) (string, bool) {
	for _, f := range m.Header {
		if strings.EqualFold(f.Name, name) {
			return f.Value, true
		}
	}
	return "", false
}

// first is the value of the first of the names that is present.
func (m *Message) first(names []string) (value, name string, ok bool) {
	for _, n := range names {
		if v, ok := m.Value(n); ok {
			return v, n, true
		}
	}
	return "", "", false
}

// form reads an application/x-www-form-urlencoded body in its order.
func (m *Message) form() []Field { return parseForm(string(m.Body)) }

func parseForm(text string) []Field {
	var fields []Field
	for text != "" {
		var pair string
		pair, text, _ = strings.Cut(text, "&")
		if pair == "" {
			continue
		}
		name, value, _ := strings.Cut(pair, "=")
		fields = append(fields, Field{unescape(name), unescape(value)})
	}
	return fields
}

// formEscape is how browsers and most languages write a form value.
func formEscape(s string) string {
	return strings.NewReplacer("%2A", "*", "~", "%7E").Replace(url.QueryEscape(s))
}

// unescape decodes a form value; what is no escape stays as it is.
func unescape(s string) string {
	if out, err := url.QueryUnescape(s); err == nil {
		return out
	}
	return s
}

// target is the path and query of the URL as they are written.
func (m *Message) target() string {
	rest := m.URL
	if _, after, ok := strings.Cut(rest, "://"); ok {
		i := strings.IndexAny(after, "/?#")
		if i < 0 {
			return "/"
		}
		rest = after[i:]
	}
	rest, _, _ = strings.Cut(rest, "#")
	if !strings.HasPrefix(rest, "/") {
		rest = "/" + rest
	}
	return rest
}

// query is the part of the URL behind the first question mark.
func (m *Message) query() string {
	_, q, _ := strings.Cut(m.URL, "?")
	q, _, _ = strings.Cut(q, "#")
	return q
}

// sorted orders fields by name, keeping the order of equal names.
func sorted(fields []Field) []Field {
	fields = append([]Field(nil), fields...)
	sort.SliceStable(fields, func(i, j int) bool { return fields[i].Name < fields[j].Name })
	return fields
}
