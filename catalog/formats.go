package catalog

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// formatOf is the format of a body: JSON if it looks like that, because payloads are
// that until they are sent; else the provider's, or what it looks like if the provider
// has several.
func (e *EventType) formatOf(body []byte) string {
	p := e.Provider
	start := bytes.TrimLeft(body, " \t\r\n")
	switch {
	case bytes.HasPrefix(start, []byte("{")), bytes.HasPrefix(start, []byte("[")):
		return "json"
	case len(p.Formats) < 2:
		return p.Format
	case bytes.HasPrefix(start, []byte("<")):
		return "xml"
	}
	if slices.Contains(p.Formats, "form") {
		return "form"
	}
	return p.Format
}

// fieldOf is the JSON in the one field of a form, if the provider puts it there.
func (p *Provider) fieldOf(body []byte, format string) ([]byte, bool) {
	name, text, _ := strings.Cut(string(bytes.TrimSpace(body)), "=")
	if p.FormField == "" || format != "form" || name != p.FormField || strings.Contains(text, "&") {
		return nil, false
	}
	text, err := url.QueryUnescape(text)
	return []byte(text), err == nil
}

// parseAs reads a body that is not JSON. Every single value in it is a text.
func parseAs(format string, body []byte) (*value, error) {
	if format == "xml" {
		return parseXML(body)
	}
	return parseForm(body)
}

// maxFormFields bounds a form; each name is looked up among those before it.
const maxFormFields = 5000

// parseForm reads form data. Names may lead into objects and lists:
// data[total]=1, data.total=1, items[0][name]=x, items[]=x.
func parseForm(body []byte) (*value, error) {
	root := &value{kind: '{'}
	fields := 0
	for at := 0; at <= len(body); {
		pair, _, _ := bytes.Cut(body[at:], []byte("&"))
		begin := at
		at += len(pair) + 1
		if len(pair) == 0 {
			continue
		}
		if fields++; fields > maxFormFields {
			return nil, fmt.Errorf("more than %d fields", maxFormFields)
		}
		name, text, _ := strings.Cut(string(pair), "=")
		name, err := url.QueryUnescape(name)
		if err == nil {
			text, err = url.QueryUnescape(text)
		}
		if err != nil {
			line, column := position(body, begin)
			return nil, &SyntaxError{begin, line, column, "not form data: " + err.Error()}
		}
		root.putText(formPath(name), text)
	}
	return root, nil
}

// formPath splits the name of a form field.
func formPath(name string) []string {
	name = strings.ReplaceAll(strings.ReplaceAll(name, "[]", "[+]"), "]", "")
	parts := strings.FieldsFunc(name, func(r rune) bool { return r == '[' || r == '.' })
	if len(parts) == 0 || len(parts) > 50 {
		return []string{name}
	}
	return parts
}

// putText adds a text below a path; numbers and + are elements of a list.
func (v *value) putText(path []string, text string) {
	for i, part := range path {
		var next *value
		for k := len(v.keys) - 1; k >= 0 && part != "+"; k-- {
			if v.keys[k] == part {
				next = v.items[k]
				break
			}
		}
		if next == nil || i == len(path)-1 && next.kind == '"' {
			next = &value{kind: '{'}
			v.keys, v.items = append(v.keys, part), append(v.items, next)
		}
		if i == len(path)-1 {
			*next = value{kind: '"', text: text}
		} else if next.kind == '"' {
			*next = value{kind: '{'}
		}
		v = next
	}
}

// parseXML reads an XML document: the root's children are the members, attributes
// too, elements of the same name are a list.
func parseXML(body []byte) (*value, error) {
	d := xml.NewDecoder(bytes.NewReader(body))
	d.Strict = true
	stack := []*value{{kind: '{'}}
	root := stack[0]
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			line, column := d.InputPos()
			return nil, &SyntaxError{int(d.InputOffset()), line, column, "not XML: " + err.Error()}
		}
		top := stack[len(stack)-1]
		switch t := token.(type) {
		case xml.StartElement:
			if len(stack) > maxDepth {
				return nil, fmt.Errorf("nested deeper than %d levels", maxDepth)
			}
			child := &value{kind: '{'}
			for _, a := range t.Attr {
				child.keys, child.items = append(child.keys, a.Name.Local), append(child.items, &value{kind: '"', text: a.Value})
			}
			top.keys, top.items = append(top.keys, t.Name.Local), append(top.items, child)
			stack = append(stack, child)
		case xml.CharData:
			top.text += string(t)
		case xml.EndElement:
			if len(top.keys) == 0 {
				top.kind, top.text = '"', strings.TrimSpace(top.text)
			}
			stack = stack[:len(stack)-1]
		}
	}
	if len(root.items) == 0 {
		return nil, errors.New("not XML: there is no element")
	}
	return root.items[0], nil
}

// coerce gives texts the types that the schema has: what form data and XML cannot
// say. What does not fit stays a text.
func coerce(v *value, s schemaWalk, schemas []*node) {
	switch v.kind {
	case '"':
		coerceText(v, s.types(schemas))
	case '[':
		for _, item := range v.items {
			coerce(item, s, s.items(schemas))
		}
	case '{':
		v.gather(func(key string) bool {
			below, _ := s.property(schemas, key)
			types := s.types(below)
			return slices.Contains(types, "array") && !slices.Contains(types, "object")
		})
		for i, item := range v.items {
			below, _ := s.property(schemas, v.keys[i])
			coerce(item, s, below)
		}
	}
}

// gather makes lists out of members that are there several times, of those that
// must be lists, and of objects whose members are numbered.
func (v *value) gather(mustBeList func(key string) bool) {
	first := make(map[string]int, len(v.keys))
	var keys []string
	var same [][]*value
	for i, key := range v.keys {
		at, there := first[key]
		if !there {
			at = len(keys)
			first[key] = at
			keys, same = append(keys, key), append(same, nil)
		}
		same[at] = append(same[at], v.items[i])
	}
	v.keys, v.items = keys, make([]*value, len(keys))
	for i, items := range same {
		must := mustBeList(keys[i])
		only := items[0]
		switch {
		case len(items) == 1 && only.kind == '{' && only.numbered(must):
			v.items[i] = &value{kind: '[', items: only.items}
		case len(items) > 1, must && !(only.kind == '"' && only.text == ""):
			v.items[i] = &value{kind: '[', items: items}
		case must:
			v.items[i] = &value{kind: '['}
		default:
			v.items[i] = only
		}
	}
}

// numbered reports whether an object's members are elements: called by numbers,
// or all the same if a list must be here.
func (v *value) numbered(must bool) bool {
	for _, key := range v.keys {
		if _, err := strconv.Atoi(key); err != nil && key != "+" && !(must && key == v.keys[0]) {
			return false
		}
	}
	return len(v.keys) > 0
}

func coerceText(v *value, types []string) {
	if len(types) == 0 || slices.Contains(types, "string") {
		return
	}
	number, err := parseTree([]byte(v.text))
	switch {
	case err == nil && number.kind == '0' && (slices.Contains(types, "number") || slices.Contains(types, "integer")):
		v.kind = '0'
	case slices.Contains(types, "boolean") && slices.Contains([]string{"true", "1", "on"}, v.text):
		v.kind, v.text = 't', "true"
	case slices.Contains(types, "boolean") && slices.Contains([]string{"false", "0", "off"}, v.text):
		v.kind, v.text = 'f', "false"
	case slices.Contains(types, "null") && v.text == "":
		v.kind, v.text = 'n', "null"
	case slices.Contains(types, "object") && v.text == "":
		v.kind = '{'
	}
}
