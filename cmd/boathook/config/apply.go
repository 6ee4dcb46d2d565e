package config

import (
	"fmt"
	"slices"
	"strings"
)

// apply takes the settings of a file.
func (v *Values) apply(root *node, level Level) error {
	if err := root.want(mapping, "the file"); err != nil {
		return err
	}
	return v.applyGroup(root, "", level)
}

func (v *Values) applyGroup(n *node, path string, level Level) error {
	for _, e := range n.keys {
		key := join(path, e.name)
		switch s, known := Find(key); {
		case known && s.Key == key:
			if err := v.applyValue(s, e, level); err != nil {
				return err
			}
		case path == "" && slices.Contains(sections, key):
			if err := v.applySection(key, e.value); err != nil {
				return err
			}
		case len(children(key)) > 0:
			if e.value.kind == null {
				continue
			}
			if err := e.value.want(mapping, key); err != nil {
				return err
			}
			if err := v.applyGroup(e.value, key, level); err != nil {
				return err
			}
		default:
			return e.unknown(n, path, children(path))
		}
	}
	return nil
}

func (v *Values) applyValue(s Setting, e entry, level Level) error {
	texts, err := e.value.texts(s)
	if err != nil {
		return err
	}
	if texts == nil {
		return nil
	}
	for _, text := range texts {
		if s.Check == nil {
			continue
		}
		if err := s.Check(text); err != nil {
			return e.value.errorf("", s.Key+": "+err.Error())
		}
	}
	v.byFlag[s.Flag] = Value{Setting: s, Text: texts, Level: level, Origin: fmt.Sprintf("%s:%d", e.value.file, e.line)}
	return nil
}

// texts are the values of a setting, nil if the key stands there without one.
func (n *node) texts(s Setting) ([]string, error) {
	switch {
	case n.kind == null:
		return nil, nil
	case n.kind == scalar:
		return []string{n.text}, nil
	case n.kind != list || !s.List:
		return nil, n.want(scalar, s.Key)
	}
	texts := []string{}
	for _, item := range n.items {
		if err := item.want(scalar, s.Key); err != nil {
			return nil, err
		}
		texts = append(texts, item.text)
	}
	return texts, nil
}

// children lists the names that may stand under a path of the file.
func children(path string) []string {
	var names []string
	seen := map[string]bool{}
	add := func(name string) {
		if !seen[name] {
			seen[name] = true
			names = append(names, name)
		}
	}
	for _, s := range Settings {
		if s.Key == "" {
			continue
		}
		if rest, below := strings.CutPrefix("."+s.Key, strings.TrimSuffix("."+path, ".")+"."); below {
			name, _, _ := strings.Cut(rest, ".")
			add(name)
		}
	}
	if path == "" {
		names = append(names, sections...)
	}
	return names
}

// fields splits a list that stands in one variable.
func fields(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' })
}
