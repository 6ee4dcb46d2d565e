package proxy

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/proxy/wire"
)

// maxEchoBytes bounds what a template may grow to.
const maxEchoBytes = 1 << 20

// maxEchoReadBytes is how much of a request body templates and rules look at.
const maxEchoReadBytes = 1 << 20

// templateNames is what a template may hold between {{ and }}. Names that end
// in a dot are followed by a key.
var templateNames = []string{
	"method", "path", "query.", "header.", "body", "body.", "id", "n", "now", "uuid",
}

// template is text with places for parts of the request.
type template []segment

// segment is literal text, or the name of a part of the request.
type segment struct {
	text string
	name string // one of templateNames, "" for literal text
	key  string
}

// parseTemplate reads text. What stands between {{ and }} must be a known name;
// a single brace is text.
func parseTemplate(text string) (template, *InvalidError) {
	var t template
	for pos := 0; pos < len(text); {
		open := strings.Index(text[pos:], "{{")
		if open < 0 {
			return append(t, segment{text: text[pos:]}), nil
		}
		open += pos
		if open > pos {
			t = append(t, segment{text: text[pos:open]})
		}
		length := strings.Index(text[open:], "}}")
		if length < 0 {
			return nil, &InvalidError{Text: fmt.Sprintf("has {{ without }} at byte %d", open), Hint: "close it, or turn template off to send the braces", Pos: open, End: open + 2}
		}
		end := open + length + 2
		s, ok := templateSegment(strings.TrimSpace(text[open+2 : end-2]))
		if !ok {
			return nil, &InvalidError{
				Text: fmt.Sprintf("has the unknown name %.60s at byte %d", text[open:end], open),
				Hint: "use method, path, query.NAME, header.NAME, body, body.KEY.KEY, id, n, now or uuid", Pos: open, End: end,
			}
		}
		t = append(t, s)
		pos = end
	}
	return t, nil
}

func templateSegment(name string) (segment, bool) {
	for _, known := range templateNames {
		if !strings.HasSuffix(known, ".") {
			if name == known {
				return segment{name: known}, true
			}
			continue
		}
		if key, found := strings.CutPrefix(name, known); found && key != "" {
			return segment{name: known, key: key}, true
		}
	}
	return segment{}, false
}

// needsNumber reports whether the running number is asked for.
func (t template) needsNumber() bool {
	for _, s := range t {
		if s.name == "n" {
			return true
		}
	}
	return false
}

// echo gives templates the parts of one request.
type echo struct {
	row  *inspector.Row
	head *wire.RequestHead
	n    uint64
	now  time.Time
	// body returns the request body, at most maxEchoReadBytes of it.
	body func() []byte
}

// append writes the filled-in template to dst, at most maxEchoBytes of it, and
// says whether all of it fitted. Values stand in it as they were received.
func (t template) append(dst []byte, e *echo) ([]byte, bool) {
	start := len(dst)
	for _, s := range t {
		if s.name == "" {
			dst = append(dst, s.text...)
		} else {
			dst = e.append(dst, s)
		}
		if len(dst)-start > maxEchoBytes {
			return dst[:start+maxEchoBytes], false
		}
	}
	return dst, true
}

func (e *echo) append(dst []byte, s segment) []byte {
	switch s.name {
	case "method":
		return append(dst, e.head.Method...)
	case "path":
		path, _, _ := strings.Cut(e.head.Target, "?")
		return append(dst, path...)
	case "query.":
		_, query, _ := strings.Cut(e.head.Target, "?")
		return append(dst, queryValue(query, s.key)...)
	case "header.":
		return append(dst, e.head.Fields.Value(s.key)...)
	case "body":
		return append(dst, e.body()...)
	case "body.":
		return append(dst, jsonValue(e.body(), s.key)...)
	case "id":
		return append(dst, e.row.ID.String()...)
	case "n":
		return strconv.AppendUint(dst, e.n, 10)
	case "now":
		return e.now.UTC().AppendFormat(dst, time.RFC3339Nano)
	case "uuid":
		return append(dst, uuid.NewString()...)
	}
	return dst
}

// queryValue is the first value of a query parameter, decoded; as it stands if
// it cannot be decoded.
func queryValue(query, name string) string {
	for query != "" {
		var pair string
		pair, query, _ = strings.Cut(query, "&")
		key, value, _ := strings.Cut(pair, "=")
		if decoded, err := url.QueryUnescape(key); err == nil {
			key = decoded
		}
		if key != name {
			continue
		}
		if decoded, err := url.QueryUnescape(value); err == nil {
			return decoded
		}
		return value
	}
	return ""
}

// jsonValue is the value at a path such as data.items.0.id in a JSON text: a
// string without its quotes, anything else as it stands. It is "" if there is no
// such value.
func jsonValue(body []byte, path string) string {
	raw := json.RawMessage(body)
	for _, key := range strings.Split(path, ".") {
		next, ok := jsonMember(raw, key)
		if !ok {
			return ""
		}
		raw = next
	}
	raw = bytes.TrimSpace(raw)
	if len(raw) > 0 && raw[0] == '"' {
		var s string
		if json.Unmarshal(raw, &s) == nil {
			return s
		}
	}
	return string(raw)
}

// jsonMember is the member of an object, or the element of an array, without
// reading what else it holds more than once.
func jsonMember(raw json.RawMessage, key string) (json.RawMessage, bool) {
	raw = bytes.TrimSpace(raw)
	if len(raw) == 0 {
		return nil, false
	}
	switch raw[0] {
	case '{':
		var object map[string]json.RawMessage
		if json.Unmarshal(raw, &object) != nil {
			return nil, false
		}
		v, ok := object[key]
		return v, ok
	case '[':
		i, err := strconv.Atoi(key)
		var array []json.RawMessage
		if err != nil || json.Unmarshal(raw, &array) != nil || i < 0 || i >= len(array) {
			return nil, false
		}
		return array[i], true
	}
	return nil, false
}
