// Package memstore keeps deliveries in memory: the store of tests and of
// boathook --memory. Nothing outlives the process.
//
// [New] makes a store; [Store.Handle] opens a further handle on the same data.
// What is kept is bounded by Sweep alone, so a caller that runs for long has to
// call it; the feed also bounds itself, see [FeedKeep].
package memstore

import (
	"context"
	"crypto/rand"
	"fmt"
	"sync"

	"github.com/boathook/boathook/inspector"
)

// FeedKeep is how many changes of a workspace the feed keeps. A reader that is
// further behind is told inspector.ErrCursorExpired.
const FeedKeep = 65_536

// Store is one handle. It satisfies [inspector.Store].
type Store struct {
	data *data

	mu     sync.RWMutex // held for reading during every call, so that Close waits
	closed bool
}

var _ inspector.Store = (*Store)(nil)

// data is what all handles share.
type data struct {
	mu     sync.RWMutex
	spaces map[inspector.Workspace]*space
	mark   string // tells the cursors of this store from those of another

	wakeMu sync.Mutex
	wake   chan struct{} // nil until somebody asks for it
}

// New makes an empty store and returns the first handle on it.
func New() *Store {
	return &Store{data: &data{
		spaces: map[inspector.Workspace]*space{},
		mark:   rand.Text(),
	}}
}

// Handle opens a further handle. Closing one leaves the others open; the data
// goes with the last.
func (s *Store) Handle() *Store { return &Store{data: s.data} }

// Close waits for running calls of this handle. Every later call returns
// inspector.ErrClosed, also a second Close.
func (s *Store) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return inspector.ErrClosed
	}
	s.closed = true
	return nil
}

// begin admits a call. The caller must call the returned function at its end.
func (s *Store) begin(ctx context.Context) (func(), error) {
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	s.mu.RLock()
	if s.closed {
		s.mu.RUnlock()
		return nil, inspector.ErrClosed
	}
	return s.mu.RUnlock, nil
}

// read runs f with the workspace locked for reading; sp is an empty space for
// a workspace that nothing was written to.
func (s *Store) read(ctx context.Context, ws inspector.Workspace, f func(sp *space) error) error {
	end, err := s.begin(ctx)
	if err != nil {
		return err
	}
	defer end()
	s.data.mu.RLock()
	defer s.data.mu.RUnlock()
	sp := s.data.spaces[ws]
	if sp == nil {
		sp = newSpace()
	}
	return f(sp)
}

// write runs f with the workspace locked for writing and wakes feed readers.
func (s *Store) write(ctx context.Context, ws inspector.Workspace, f func(sp *space)) error {
	end, err := s.begin(ctx)
	if err != nil {
		return err
	}
	defer end()
	s.data.mu.Lock()
	sp := s.data.spaces[ws]
	if sp == nil {
		sp = newSpace()
		s.data.spaces[ws] = sp
	}
	before := sp.feedNext
	f(sp)
	changed := sp.feedNext != before
	s.data.mu.Unlock()
	if changed {
		s.data.ring()
	}
	return nil
}

// Wake returns a channel that is closed at the next change of any workspace.
func (s *Store) Wake() <-chan struct{} {
	s.data.wakeMu.Lock()
	defer s.data.wakeMu.Unlock()
	if s.data.wake == nil {
		s.data.wake = make(chan struct{})
	}
	return s.data.wake
}

func (d *data) ring() {
	d.wakeMu.Lock()
	defer d.wakeMu.Unlock()
	if d.wake != nil {
		close(d.wake)
		d.wake = nil
	}
}

// Get returns the row of a delivery.
func (s *Store) Get(ctx context.Context, ws inspector.Workspace, id inspector.ID) (row inspector.Row, err error) {
	err = s.read(ctx, ws, func(sp *space) error {
		e := sp.byID[id]
		if e == nil {
			return fmt.Errorf("delivery %s: %w", id, inspector.ErrNotFound)
		}
		row = cloneRow(e.row)
		return nil
	})
	return row, err
}

// Lookup returns the row with the running number n.
func (s *Store) Lookup(ctx context.Context, ws inspector.Workspace, n uint64) (row inspector.Row, err error) {
	err = s.read(ctx, ws, func(sp *space) error {
		i, found := sp.find(n)
		if !found {
			return fmt.Errorf("delivery #%d: %w", n, inspector.ErrNotFound)
		}
		row = cloneRow(sp.entries[i].row)
		return nil
	})
	return row, err
}

// Attempts returns the attempts of a delivery in order of K. A delivery that
// is not known is ErrNotFound.
func (s *Store) Attempts(ctx context.Context, ws inspector.Workspace, id inspector.ID) (as []inspector.Attempt, err error) {
	err = s.read(ctx, ws, func(sp *space) error {
		e := sp.byID[id]
		if e == nil {
			return fmt.Errorf("attempts of delivery %s: %w", id, inspector.ErrNotFound)
		}
		for i := range e.attempts {
			as = append(as, cloneAttempt(&e.attempts[i]))
		}
		return nil
	})
	return as, err
}

// Body opens a body. What was opened stays readable when the delivery is
// deleted.
func (s *Store) Body(ctx context.Context, ws inspector.Workspace, key inspector.BodyKey) (b inspector.Body, err error) {
	err = s.read(ctx, ws, func(sp *space) error {
		e, body := sp.byID[key.Delivery], sp.bodies[key.Delivery].get(key)
		if e == nil || e.attempt(key.Attempt) == nil || body == nil || body.size == 0 {
			return fmt.Errorf("body %s: %w", key, inspector.ErrNotFound)
		}
		b = body.open()
		return nil
	})
	return b, err
}

// Stats counts what is kept. Bytes is an estimate of the memory held.
func (s *Store) Stats(ctx context.Context, ws inspector.Workspace) (st inspector.Stats, err error) {
	err = s.read(ctx, ws, func(sp *space) error {
		st = inspector.Stats{
			Deliveries: len(sp.entries) - sp.trashed, Trashed: sp.trashed, LastN: sp.lastN, LastID: sp.lastID,
			Bytes: sp.bytes, FreeBytes: -1,
		}
		if len(sp.entries) > 0 {
			st.FirstN = sp.entries[0].row.N
		}
		return nil
	})
	return st, err
}
