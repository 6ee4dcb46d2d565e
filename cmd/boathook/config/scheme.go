package config

import (
	"encoding/json"
	"errors"

	"github.com/boathook/boathook/signer"
)

// Scheme is a signature scheme that a file describes: its id, and the fields of a
// row as boathook schemes view --row shows them.
type Scheme struct {
	*signer.Scheme
	Place
}

// Schemes are the schemes of the files, in their order.
func (v *Values) Schemes() []Scheme { return v.schemes }

func readScheme(e entry) (Scheme, error) {
	s := Scheme{Place: placeOf("schemes", e)}
	if err := e.value.want(mapping, "schemes."+e.name); err != nil {
		return s, err
	}
	row, err := e.value.plainValue("schemes." + e.name)
	if err != nil {
		return s, err
	}
	fields := row.(map[string]any) // it is a mapping
	if _, given := fields["id"]; given {
		return s, s.Error("id", "stands there already: it is the key of the scheme", "leave it out")
	}
	fields["id"] = e.name
	if fields["name"] == nil {
		fields["name"] = e.name
	}
	data, err := json.Marshal(fields)
	if err != nil {
		return s, s.Error("", err.Error(), "")
	}
	list, err := signer.Parse(data)
	var field *signer.FieldError
	if errors.As(err, &field) {
		return s, s.Error(field.Field, field.Text, "see boathook schemes view stripe --row for one that works")
	}
	if err != nil {
		return s, s.Error("", err.Error(), "")
	}
	s.Scheme = list[0]
	return s, nil
}

// plainValue is a value as JSON has it. A reference is refused: what has one is a
// secret, and a row holds none.
func (n *node) plainValue(path string) (any, error) {
	switch n.kind {
	case null:
		return nil, nil
	case scalar:
		if !n.plain {
			return nil, n.errorf("write the value out; secrets belong to inboxes and endpoints", path+": a scheme holds no reference")
		}
		if n.bare && json.Valid([]byte(n.text)) {
			return json.RawMessage(n.text), nil
		}
		return n.text, nil
	case list:
		all := []any{}
		for _, item := range n.items {
			v, err := item.plainValue(path)
			if err != nil {
				return nil, err
			}
			all = append(all, v)
		}
		return all, nil
	}
	all := map[string]any{}
	for _, e := range n.keys {
		v, err := e.value.plainValue(join(path, e.name))
		if err != nil {
			return nil, err
		}
		if v != nil {
			all[e.name] = v
		}
	}
	return all, nil
}
