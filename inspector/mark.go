package inspector

// Marker is a [Store] that can keep how far something came at nearly no cost, where no
// commit could follow.
type Marker interface {
	// OpenMark begins a mark, as nothing yet. name is of small letters and digits.
	// nil without an error: the store cannot keep one.
	OpenMark(name string) (Mark, error)
	// ReadMark returns what was set last by whoever had the mark, also if its process
	// was killed. False: nothing is known of it, since there is none, or since the
	// machine itself was started anew.
	ReadMark(name string) (ID, bool, error)
	// DropMark removes a mark, if there is one.
	DropMark(name string) error
}

// Mark is an open mark. One at a time may use it.
type Mark interface {
	// Set is kept when it returns unless the machine fails: it is not synced.
	Set(ID) error
	Close() error
}

// OpenMark is that of the store below, or nil.
func (c *Committer) OpenMark(name string) (Mark, error) {
	if m, ok := c.Store.(Marker); ok {
		return m.OpenMark(name)
	}
	return nil, nil
}

// ReadMark is that of the store below; without one nothing is known.
func (c *Committer) ReadMark(name string) (ID, bool, error) {
	if m, ok := c.Store.(Marker); ok {
		return m.ReadMark(name)
	}
	return ID{}, false, nil
}

// DropMark is that of the store below.
func (c *Committer) DropMark(name string) error {
	if m, ok := c.Store.(Marker); ok {
		return m.DropMark(name)
	}
	return nil
}
