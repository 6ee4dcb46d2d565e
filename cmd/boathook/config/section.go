package config

// sections are the keys of a file that describe things which are stored when the
// server starts, in the order in which they are.
var sections = []string{"inboxes", "schemes", "endpoints", "sending"}

// applySection keeps what a section describes; a stronger file replaces what has
// the same name.
func (v *Values) applySection(name string, n *node) error {
	if n.kind == null {
		return nil
	}
	if err := n.want(mapping, name); err != nil {
		return err
	}
	if name == "sending" {
		s, err := readSending(n)
		v.sending = append(v.sending, s)
		return err
	}
	for _, e := range n.keys {
		var err error
		switch name {
		case "inboxes":
			v.inboxes, err = keep(v.inboxes, e, readInbox)
		case "schemes":
			v.schemes, err = keep(v.schemes, e, readScheme)
		case "endpoints":
			v.endpoints, err = keep(v.endpoints, e, readEndpoint)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// keep reads an entry and puts it in the place of one with the same name.
func keep[T interface{ name() string }](all []T, e entry, read func(entry) (T, error)) ([]T, error) {
	one, err := read(e)
	if err != nil {
		return all, err
	}
	var kept []T
	for _, old := range all {
		if old.name() != e.name {
			kept = append(kept, old)
		}
	}
	return append(kept, one), nil
}

func (p Place) name() string { return p.key.name }
