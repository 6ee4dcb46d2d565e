package portable

import (
	"errors"

	"github.com/boathook/boathook/inspector"
)

// heldBody stays open until its item is released.
type heldBody struct{ inspector.Body }

func (heldBody) Close() error { return nil }

// heldBodies is how many bodies of a delivery are held at most: each takes a piece of memory.
const heldBodies = 64

// hold opens the bodies before anything is written of the delivery, so that one that
// is deleted meanwhile is written as a whole, or not at all. Those beyond heldBodies are
// opened when they are written. The error is inspector.ErrNotFound if one is not there;
// release in any case.
func (it *Item) hold() error {
	open := it.body
	it.held = map[inspector.BodyKey]inspector.Body{}
	var missing error
	for i := range it.Attempts {
		a := &it.Attempts[i]
		for part, m := range []*inspector.Message{&a.Request, &a.Response} {
			key := a.BodyKey(inspector.Part(part))
			if m.Size == 0 || it.held[key] != nil || len(it.held) == heldBodies {
				continue
			}
			b, err := open(key)
			switch {
			case err == nil:
				it.held[key] = b
			case errors.Is(err, inspector.ErrNotFound):
				missing = err
			default:
				return err
			}
		}
	}
	it.body = func(key inspector.BodyKey) (inspector.Body, error) {
		if b := it.held[key]; b != nil {
			return heldBody{b}, nil
		}
		return open(key)
	}
	return missing
}

// release closes what was held.
func (it *Item) release() {
	for _, b := range it.held {
		b.Close()
	}
}
