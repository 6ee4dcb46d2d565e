package wire

import "strings"

// Field is one header or trailer line.
type Field struct {
	Name  string // as it was written
	Value string // freed of the spaces and tabs around it
	Line  string // the whole line as it was, without its CRLF
}

// Fields is a list of header lines in the order they were in.
type Fields []Field

// Value is the value of the first field with the name, in any case; "" if there
// is none.
func (fs Fields) Value(name string) string {
	v, _ := fs.Lookup(name)
	return v
}

// Lookup is the value of the first field with the name, in any case, and
// whether there is one.
func (fs Fields) Lookup(name string) (string, bool) {
	for i := range fs {
		if len(fs[i].Name) == len(name) && strings.EqualFold(fs[i].Name, name) {
			return fs[i].Value, true
		}
	}
	return "", false
}

// Count is how many fields have the name, in any case.
func (fs Fields) Count(name string) int {
	n := 0
	for i := range fs {
		if len(fs[i].Name) == len(name) && strings.EqualFold(fs[i].Name, name) {
			n++
		}
	}
	return n
}

// HasToken reports whether a comma-separated list field, such as Connection,
// holds the token, in any case, in any of its lines.
func (fs Fields) HasToken(name, token string) bool {
	for i := range fs {
		if len(fs[i].Name) != len(name) || !strings.EqualFold(fs[i].Name, name) {
			continue
		}
		for rest := fs[i].Value; rest != ""; {
			var item string
			item, rest, _ = strings.Cut(rest, ",")
			if strings.EqualFold(strings.Trim(item, " \t"), token) {
				return true
			}
		}
	}
	return false
}

// reuse is an empty list in the same memory, without what it pointed to.
func (fs Fields) reuse() Fields {
	if cap(fs) > 64 {
		return nil
	}
	clear(fs)
	return fs[:0]
}

// RequestHead is the parsed head of a request. Its strings share the memory of
// the raw head.
type RequestHead struct {
	Method string
	Target string // as it stood in the start line
	Proto  string // HTTP/1.0 or HTTP/1.1
	Fields Fields
}

// ResponseHead is the parsed head of a response. Its strings share the memory
// of the raw head.
type ResponseHead struct {
	Proto  string // HTTP/1.0 or HTTP/1.1
	Status int    // 100 to 599
	Reason string // may be empty
	Fields Fields
}
