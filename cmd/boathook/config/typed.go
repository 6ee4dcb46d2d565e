package config

import (
	"fmt"
	"slices"
	"strconv"
)

// each calls take for every key of a group that has a value.
func (n *node) each(path string, names []string, take func(name string, v *node) error) error {
	if err := n.want(mapping, path); err != nil {
		return err
	}
	for _, e := range n.keys {
		if !slices.Contains(names, e.name) {
			return e.unknown(n, path, names)
		}
		if e.value.kind == null {
			continue
		}
		if err := take(e.name, e.value); err != nil {
			return err
		}
	}
	return nil
}

func (n *node) string(path string) (string, error) {
	return n.text, n.want(scalar, path)
}

// strings takes a list, or a single value as a list of one.
func (n *node) strings(path string) ([]string, error) {
	if n.kind == scalar {
		return []string{n.text}, nil
	}
	if err := n.want(list, path); err != nil {
		return nil, err
	}
	var texts []string
	for _, item := range n.items {
		text, err := item.string(path)
		if err != nil {
			return nil, err
		}
		texts = append(texts, text)
	}
	return texts, nil
}

// pairs is a group of keys with a single value each.
func (n *node) pairs(path string) (map[string]string, error) {
	if err := n.want(mapping, path); err != nil {
		return nil, err
	}
	all := map[string]string{}
	for _, e := range n.keys {
		text, err := e.value.string(join(path, e.name))
		if err != nil {
			return nil, err
		}
		all[e.name] = text
	}
	return all, nil
}

func (n *node) bool(path string) (bool, error) {
	return n.text == "true", n.checked(path, checkBool)
}

func (n *node) int(path string) (int, error) {
	v, err := strconv.Atoi(n.text)
	if err != nil {
		return 0, n.checked(path, func(s string) error { return fmt.Errorf("want a whole number, got %q", clip(s)) })
	}
	return v, n.want(scalar, path)
}

// share is a number from 0 to 1.
func (n *node) share(path string) (float64, error) {
	v, err := plainNumber(n.text)
	if err != nil || v > 1 {
		return 0, n.checked(path, func(s string) error { return fmt.Errorf("want a number from 0 to 1, got %q", clip(s)) })
	}
	return v, n.want(scalar, path)
}

func (n *node) millis(path string) (int, error) {
	v, err := Millis(n.text)
	return v, n.checked(path, func(string) error { return err })
}

// checked says what is wrong with a single value, and where.
func (n *node) checked(path string, check func(string) error) error {
	if err := n.want(scalar, path); err != nil {
		return err
	}
	if err := check(n.text); err != nil {
		return n.errorf("", path+": "+err.Error())
	}
	return nil
}
