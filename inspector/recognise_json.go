package inspector

import (
	"bytes"
	"unsafe"
)

// top is what the first level of a JSON object says about its event.
type top struct {
	names      [5]string // values of eventKeys
	upperEvent string    // value of "EVENT"
	id         string
}

// eventKeys are the keys that name an event type, the likeliest first.
var eventKeys = [...]string{"event", "eventType", "event_type", "type", "topic"}

func (t *top) event() string {
	for _, name := range t.names {
		if name != "" {
			return name
		}
	}
	return ""
}

// scanTop reads the keys and plain string values of the first level of a JSON
// object. It is no check: of what is no object, or breaks off, it returns what
// it found until then.
func scanTop(b []byte) (t top) {
	b = bytes.TrimPrefix(b, []byte("\xef\xbb\xbf"))
	b = skipSpace(b)
	if len(b) == 0 || b[0] != '{' {
		return t
	}
	b = skipSpace(b[1:])
	for len(b) > 0 && b[0] == '"' {
		key, rest, ok := cutString(b)
		if !ok {
			return t
		}
		rest = skipSpace(rest)
		if len(rest) == 0 || rest[0] != ':' {
			return t
		}
		rest = skipSpace(rest[1:])
		if len(rest) > 0 && rest[0] == '"' {
			value, after, ok := cutString(rest)
			if !ok {
				return t
			}
			t.take(key, value)
			rest = after
		} else {
			rest = skipValue(rest)
		}
		rest = skipSpace(rest)
		if len(rest) == 0 || rest[0] != ',' {
			return t
		}
		b = skipSpace(rest[1:])
	}
	return t
}

// take keeps a value without escapes.
func (t *top) take(key, value []byte) {
	if len(value) == 0 || len(value) > maxName || bytes.IndexByte(value, '\\') >= 0 {
		return
	}
	for i, name := range eventKeys {
		if string(key) == name {
			t.names[i] = viewString(value)
			return
		}
	}
	switch string(key) {
	case "EVENT":
		t.upperEvent = viewString(value)
	case "id":
		t.id = viewString(value)
	}
}

func viewString(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

func skipSpace(b []byte) []byte {
	for len(b) > 0 && (b[0] == ' ' || b[0] == '\n' || b[0] == '\r' || b[0] == '\t') {
		b = b[1:]
	}
	return b
}

// cutString takes a string literal off b, which begins with a quote. in is what
// is between the quotes, with escapes as they are.
func cutString(b []byte) (in, rest []byte, ok bool) {
	for i := 1; i < len(b); {
		n := bytes.IndexByte(b[i:], '"')
		if n < 0 {
			return nil, nil, false
		}
		end := i + n
		slashes := 0
		for b[end-1-slashes] == '\\' {
			slashes++
		}
		if slashes%2 == 0 {
			return b[1:end], b[end+1:], true
		}
		i = end + 1
	}
	return nil, nil, false
}

// skipValue goes past a value that is no string: to the comma or brace that
// follows it on the same level.
func skipValue(b []byte) []byte {
	depth := 0
	for i := 0; i < len(b); i++ {
		switch b[i] {
		case '"':
			_, rest, ok := cutString(b[i:])
			if !ok {
				return nil
			}
			i = len(b) - len(rest) - 1
		case '{', '[':
			depth++
		case '}', ']':
			if depth == 0 {
				return b[i:]
			}
			depth--
		case ',':
			if depth == 0 {
				return b[i:]
			}
		}
	}
	return nil
}
