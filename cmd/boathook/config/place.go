package config

import (
	"fmt"
	"strconv"
	"strings"
)

// Place is where something that a file describes stands.
type Place struct {
	File    string
	Line    int
	section string
	key     entry
}

func placeOf(section string, e entry) Place {
	return Place{File: e.value.file, Line: e.line, section: section, key: e}
}

// String is the file and the line: "boathook.yaml:3".
func (p Place) String() string { return fmt.Sprintf("%s:%d", p.File, p.Line) }

// Described is what the files say of what is stored, by its name in the store or in
// the settings of sending, with where it stands: "inbox/demo", "sending.cap".
func (v *Values) Described() map[string]string {
	places := map[string]string{}
	for i := range v.Schemes() {
		s := &v.Schemes()[i]
		places["scheme/"+s.ID] = s.Place.String()
	}
	for i := range v.Inboxes() {
		in := &v.Inboxes()[i]
		places["inbox/"+in.Name] = in.Place.String()
	}
	for i := range v.Endpoints() {
		ep := &v.Endpoints()[i]
		places["endpoint/"+ep.Name] = ep.Place.String()
	}
	for i := range v.Sending() {
		s := &v.Sending()[i]
		for name, said := range map[string]bool{"enabled": s.enabled != nil, "allow": s.allow != nil, "cap": s.cap != nil, "retry": s.retry != nil} {
			if said {
				places["sending."+name] = s.Place.String()
			}
		}
	}
	return places
}

// fileKeys are keys of a file whose names are others than in the API.
var fileKeys = map[string]string{"secrets": "secret", "timeout_ms": "timeout", "delay_ms": "delay", "tolerance_s": "tolerance", "preset": "", "delays": "", "value": ""}

// Error says what is wrong with a field, named as in the API: "retry.delays[0]".
// It points as closely to it as the file goes.
func (p Place) Error(field, text, hint string) *Error {
	at := &node{file: p.File, line: p.key.line, col: p.key.col}
	if p.key.value != nil && p.key.value.kind != null {
		at = at.descend(p.key.value, field)
	}
	name := p.section
	if p.key.name != "" {
		name = join(p.section, p.key.name)
	}
	return at.errorf(hint, name+": "+strings.TrimSpace(field+" "+text))
}

// descend follows the path of a field from a value as far as it goes. n is where
// the value's key stands.
func (n *node) descend(value *node, path string) *node {
	step, rest := cutStep(path)
	if path == "" || value == nil {
		return n
	}
	if file, other := fileKeys[step]; other {
		step = file
	}
	if i, err := strconv.Atoi(step); err == nil && value.kind == list && i < len(value.items) {
		return value.items[i].descend(value.items[i], rest)
	}
	if step == "" || value.kind != mapping {
		return n.descend(value, rest)
	}
	for _, e := range value.keys {
		if e.name == step {
			return (&node{file: value.file, line: e.line, col: e.col}).descend(e.value, rest)
		}
	}
	return n
}

// cutStep takes the first step off a path such as "answer.rules[0].when".
func cutStep(path string) (step, rest string) {
	path = strings.TrimPrefix(path, ".")
	if inner, found := strings.CutPrefix(path, "["); found {
		step, rest, _ = strings.Cut(inner, "]")
		return step, rest
	}
	if i := strings.IndexAny(path, ".["); i >= 0 {
		return path[:i], path[i:]
	}
	return path, ""
}
