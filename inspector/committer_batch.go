package inspector

import (
	"errors"
	"fmt"
)

// ErrInvalid is returned by Commit for a batch that breaks a rule written on
// its types. Nothing of it was stored.
var ErrInvalid = errors.New("batch is not valid")

// Check reports a batch that breaks a rule written on its types.
func (b *Batch) Check() error {
	if b.Workspace == "" {
		return fmt.Errorf("no workspace: %w", ErrInvalid)
	}
	for i := range b.Deliveries {
		if b.Deliveries[i].ID.Zero() {
			return fmt.Errorf("a delivery without id: %w", ErrInvalid)
		}
	}
	for i := range b.Attempts {
		if a := &b.Attempts[i]; a.Delivery.Zero() || a.K < 0 {
			return fmt.Errorf("attempt %s/%d: %w", a.Delivery, a.K, ErrInvalid)
		}
	}
	for i := range b.Chunks {
		c := &b.Chunks[i]
		if c.Body.Delivery.Zero() || c.Body.Attempt < 0 || c.Seq < 0 || len(c.Data) == 0 || len(c.Data) > ChunkBytes {
			return fmt.Errorf("chunk %d of %s with %d bytes: %w", c.Seq, c.Body, len(c.Data), ErrInvalid)
		}
	}
	for i := range b.Schedule {
		if b.Schedule[i].ID == "" {
			return fmt.Errorf("work without id: %w", ErrInvalid)
		}
	}
	for i := range b.Config {
		if b.Config[i].Key == "" {
			return fmt.Errorf("config entry without key: %w", ErrInvalid)
		}
	}
	return nil
}

// Size estimates the bytes of a batch, for the bounds of what waits to be stored.
func (b *Batch) Size() int {
	n := 64
	for i := range b.Deliveries {
		r := &b.Deliveries[i]
		n += 256 + len(r.Target) + len(r.Host)
	}
	for i := range b.Attempts {
		a := &b.Attempts[i]
		n += 256 + len(a.Request.Head) + len(a.Request.Framing) +
			len(a.Response.Head) + len(a.Response.Framing) + len(a.Response.Interim)
	}
	for i := range b.Chunks {
		n += 64 + len(b.Chunks[i].Data)
	}
	n += 128*len(b.Patches) + 16*len(b.Erase) + 64*len(b.Finish)
	for i := range b.Schedule {
		n += 128 + len(b.Schedule[i].Payload)
	}
	for i := range b.Config {
		n += 64 + len(b.Config[i].Value)
	}
	return n
}

// alone says that a batch must not be merged with others: parts of its result
// cannot be told apart afterwards, or its order against theirs matters.
func (b *Batch) alone() bool { return len(b.Config) > 0 || len(b.Erase) > 0 }

// work calls f with the ids of scheduled work that the batch names, as long as it
// returns true, and reports whether all were.
func (b *Batch) work(f func(id string) bool) bool {
	for i := range b.Schedule {
		if !f(b.Schedule[i].ID) {
			return false
		}
	}
	for i := range b.Finish {
		if !f(b.Finish[i].ID) {
			return false
		}
	}
	return true
}

// add appends the parts of another batch that is not alone.
func (b *Batch) add(o *Batch) {
	b.Deliveries = append(b.Deliveries, o.Deliveries...)
	b.Attempts = append(b.Attempts, o.Attempts...)
	b.Chunks = append(b.Chunks, o.Chunks...)
	b.Patches = append(b.Patches, o.Patches...)
	b.Schedule = append(b.Schedule, o.Schedule...)
	b.Finish = append(b.Finish, o.Finish...)
}

// Reset empties b and keeps its memory, without holding on to what it named.
func (b *Batch) Reset() {
	clear(b.Deliveries)
	clear(b.Attempts)
	clear(b.Chunks)
	clear(b.Patches)
	clear(b.Schedule)
	clear(b.Finish)
	*b = Batch{
		Deliveries: b.Deliveries[:0], Attempts: b.Attempts[:0], Chunks: b.Chunks[:0],
		Patches: b.Patches[:0], Schedule: b.Schedule[:0], Finish: b.Finish[:0],
	}
}
