package portable

import (
	"io"
	"slices"

	"github.com/boathook/boathook/inspector"
)

// hiddenBody is a body with values hidden.
type hiddenBody struct {
	inspector.Body
	shown io.ReaderAt
}

func (b hiddenBody) ReadAt(p []byte, at int64) (int, error) { return b.shown.ReadAt(p, at) }

// hideBodies hides values within the bodies, and notes which.
func (it *Item) hideBodies(h *inspector.Hider) error {
	if h == nil {
		return nil
	}
	heads := map[inspector.BodyKey]*inspector.Head{}
	plain := it.body
	it.body = func(key inspector.BodyKey) (inspector.Body, error) {
		b, err := plain(key)
		if err != nil {
			return nil, err
		}
		head := heads[key]
		if head == nil {
			head = &inspector.Head{}
		}
		shown, _, err := h.Hide(head, b, b.Size())
		if err != nil {
			b.Close()
			return nil, err
		}
		return hiddenBody{b, shown}, nil
	}
	it.left = map[int][]string{}
	for i := range it.Attempts {
		a := &it.Attempts[i]
		for part, m := range []*inspector.Message{&a.Request, &a.Response} {
			key := a.BodyKey(inspector.Part(part))
			if heads[key] != nil || m.Head == nil || m.Size == 0 {
				continue // the tries of a delivery share the body of their requests
			}
			head := inspector.ParseHead(m.Head)
			heads[key] = &head
			names, err := it.hiddenIn(h, plain, key, &head)
			if err != nil {
				return err
			}
			for _, name := range names {
				if !slices.Contains(it.left[a.K], name) {
					it.left[a.K] = append(it.left[a.K], name)
				}
			}
		}
	}
	return nil
}

// hiddenIn names what is hidden in a body.
func (it *Item) hiddenIn(h *inspector.Hider, open func(inspector.BodyKey) (inspector.Body, error), key inspector.BodyKey, head *inspector.Head) ([]string, error) {
	opened := Item{body: open}
	b, err := opened.open(key)
	if b == nil || err != nil {
		return nil, err
	}
	defer b.Close()
	_, names, err := h.Hide(head, b, b.Size())
	return names, err
}
