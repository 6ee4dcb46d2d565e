package inspector

import (
	"context"
	"errors"
	"io"
)

// StoreContent reads the content of one delivery from a store, for
// [Query.Match]. What is no longer there reads as empty.
func StoreContent(ctx context.Context, s Store, ws Workspace, id ID) Content {
	return &storeContent{ctx: ctx, store: s, ws: ws, id: id}
}

// storeContent lives for one match, which is why it may hold a context.
type storeContent struct {
	ctx   context.Context
	store Store
	ws    Workspace
	id    ID

	asked    bool
	attempts []Attempt
	err      error
}

func (c *storeContent) Attempts() ([]Attempt, error) {
	if !c.asked {
		c.asked = true
		c.attempts, c.err = c.store.Attempts(c.ctx, c.ws, c.id)
		if errors.Is(c.err, ErrNotFound) {
			c.attempts, c.err = nil, nil
		}
	}
	return c.attempts, c.err
}

func (c *storeContent) Body(attempt int, part Part, limit int) ([]byte, error) {
	b, err := c.store.Body(c.ctx, c.ws, BodyKey{Delivery: c.id, Attempt: attempt, Part: part})
	if errors.Is(err, ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer b.Close()
	data := make([]byte, min(int64(max(limit, 0)), b.Size()))
	n, err := b.ReadAt(data, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	return data[:n], nil
}
