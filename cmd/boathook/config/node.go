package config

import "strings"

// node is a value of a file with the line it stands on. The tree has no aliases
// and no duplicate keys.
type node struct {
	file  string
	line  int
	col   int
	kind  kind
	text  string // of a scalar, with references replaced
	plain bool   // a scalar that holds no reference
	bare  bool   // a scalar that is a number, true or false
	items []*node
	keys  []entry
}

type entry struct {
	name  string
	line  int
	col   int
	value *node
}

type kind uint8

const (
	null kind = iota
	scalar
	list
	mapping
)

func (k kind) String() string {
	return [...]string{"nothing", "a single value", "a list", "a group of keys"}[k]
}

func (n *node) errorf(hint, text string) *Error {
	return &Error{File: n.file, Line: n.line, Column: n.col, Text: text, Hint: hint}
}

// want returns an error unless the node is of the kind.
func (n *node) want(k kind, name string) error {
	if n.kind == k {
		return nil
	}
	return n.errorf("", name+": want "+k.String()+", got "+n.kind.String())
}

// whole is the one setting whose last word is name, "" if there is none or another.
func whole(name string) (found string) {
	for _, s := range Names() {
		if strings.HasSuffix(s, "."+name) {
			if found != "" {
				return ""
			}
			found = s
		}
	}
	return found
}

// unknown is the error for a key that is none of the names.
func (e entry) unknown(n *node, path string, names []string) error {
	err := &Error{File: n.file, Line: e.line, Column: e.col, Text: "unknown key " + quoted(join(path, e.name))}
	if near := Nearest(e.name, names); near != "" {
		err.Hint = "did you mean " + join(path, near) + "?"
	} else if at := whole(e.name); path == "" && at != "" {
		err.Hint = "did you mean " + at + "?"
	} else {
		err.Hint = "known keys: " + strings.Join(names, ", ")
	}
	return err
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

func quoted(s string) string { return `"` + clip(s) + `"` }
