package compare

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"math/big"
	"strings"
)

// maxDepth is the deepest nesting that is compared as JSON.
const maxDepth = 500

// tree is a JSON value that keeps the order of keys and the spelling of numbers.
type tree struct {
	kind byte   // '{', '[' or 'v'
	text string // as it is written, without space outside of strings
	keys []string
	subs []tree
}

// parse reads a JSON object or array; false for anything else. A key that is
// there twice makes it no JSON to be compared: which of both counts differs
// between programs.
func parse(body []byte) (tree, bool) {
	trimmed := bytes.TrimLeft(body, " \t\r\n")
	if len(trimmed) == 0 || trimmed[0] != '{' && trimmed[0] != '[' {
		return tree{}, false
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	t, err := read(d, 0)
	if err != nil {
		return tree{}, false
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return tree{}, false
	}
	return t, true
}

var errShape = errors.New("no JSON that can be compared")

func read(d *json.Decoder, depth int) (tree, error) {
	if depth > maxDepth {
		return tree{}, errShape
	}
	token, err := d.Token()
	if err != nil {
		return tree{}, err
	}
	open, ok := token.(json.Delim)
	if !ok {
		return tree{kind: 'v', text: written(token)}, nil
	}
	t := tree{kind: byte(open)}
	seen := map[string]bool{}
	for d.More() {
		if t.kind == '{' {
			key, err := d.Token()
			if err != nil {
				return tree{}, err
			}
			name := key.(string) // what stands there in an object
			if seen[name] {
				return tree{}, errShape
			}
			seen[name] = true
			t.keys = append(t.keys, name)
		}
		sub, err := read(d, depth+1)
		if err != nil {
			return tree{}, err
		}
		t.subs = append(t.subs, sub)
	}
	if _, err := d.Token(); err != nil {
		return tree{}, err
	}
	t.text = t.join()
	return t, nil
}

// written is a value as compact JSON.
func written(v any) string {
	if n, ok := v.(json.Number); ok {
		return n.String()
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil { // a string, a bool or null can always be written
		return ""
	}
	return strings.TrimSuffix(b.String(), "\n")
}

func (t *tree) join() string {
	var b strings.Builder
	b.WriteByte(t.kind)
	for i := range t.subs {
		if i > 0 {
			b.WriteByte(',')
		}
		if t.kind == '{' {
			b.WriteString(written(t.keys[i]))
			b.WriteByte(':')
		}
		b.WriteString(t.subs[i].text)
	}
	b.WriteByte(t.kind + 2) // } and ] stand two after { and [
	return b.String()
}

func (t *tree) get(key string) *tree {
	for i, k := range t.keys {
		if k == key {
			return &t.subs[i]
		}
	}
	return nil
}

// same reports whether two values mean the same: numbers by their value, objects
// whatever the order of their keys.
func same(a, b *tree) bool {
	if a.text == b.text {
		return true
	}
	if a.kind != b.kind || len(a.subs) != len(b.subs) {
		return false
	}
	switch a.kind {
	case '{':
		for i, k := range a.keys {
			other := b.get(k)
			if other == nil || !same(&a.subs[i], other) {
				return false
			}
		}
		return true
	case '[':
		for i := range a.subs {
			if !same(&a.subs[i], &b.subs[i]) {
				return false
			}
		}
		return true
	}
	return sameNumber(a.text, b.text)
}

func sameNumber(a, b string) bool {
	if strings.ContainsAny(a[:1]+b[:1], `"tfn`) || len(a) > 60 || len(b) > 60 || exponent(a) || exponent(b) {
		return false
	}
	x, okX := new(big.Rat).SetString(a)
	y, okY := new(big.Rat).SetString(b)
	return okX && okY && x.Cmp(y) == 0
}

// exponent reports whether a number is too large or too small to be worked out.
func exponent(s string) bool {
	i := strings.IndexAny(s, "eE")
	return i >= 0 && len(s)-i > 5
}
