package inspector

import "context"

// Recorded is a delivery with what its first attempt sent.
type Recorded struct {
	Row     Row
	Attempt Attempt // number 0
	Body    []byte  // of its request, all of it
}

// BulkReader is a [Store] that reads many deliveries with less work than one by one.
type BulkReader interface {
	// Recorded reads deliveries in the order of ids, until their bodies are budget
	// bytes. Those that it does not find, that have no attempt 0, that have a body of
	// more than a chunk, or that cannot be read, are nil: reading them one by one says
	// why.
	Recorded(ctx context.Context, ws Workspace, ids []ID, budget int64) ([]*Recorded, error)
}

// Recorded is that of the store below, or nothing but nil.
func (c *Committer) Recorded(ctx context.Context, ws Workspace, ids []ID, budget int64) ([]*Recorded, error) {
	if b, ok := c.Store.(BulkReader); ok {
		return b.Recorded(ctx, ws, ids, budget)
	}
	return make([]*Recorded, len(ids)), nil
}
