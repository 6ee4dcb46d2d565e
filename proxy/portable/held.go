package portable

import (
	"errors"

	"github.com/boathook/boathook/inspector"
)

// heldBody stays open until its item is released.
type heldBody struct{ inspector.Body }

func (heldBody) Close() error { return nil }

// hold opens the bodies before anything is written of the delivery, so that one that
// is deleted meanwhile is written as a whole, or not at all. The error is
// inspector.ErrNotFound if one is not there; release in any case.
func (it *Item) hold() error {
	open := it.body
	it.held = map[inspector.BodyKey]inspector.Body{}
	var missing error
	for i := range it.Attempts {
		a := &it.Attempts[i]
		for part, m := range []*inspector.Message{&a.Request, &a.Response} {
			key := a.BodyKey(inspector.Part(part))
			if m.Size == 0 || it.held[key] != nil {
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
		return nil, inspector.ErrNotFound
	}
	return missing
}

// release closes what was held.
func (it *Item) release() {
	for _, b := range it.held {
		b.Close()
	}
}
