package badgerstore

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/inspector/badgerstore/journal"
)

// lookup returns a copy of the entry of a live delivery.
func (s *Store) lookup(ws inspector.Workspace, id inspector.ID) (entry, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	sp := s.peek(ws)
	n, err := sp.find(id)
	if err != nil {
		return entry{}, err
	}
	if n == 0 {
		return entry{}, inspector.ErrNotFound
	}
	return sp.liveEntry(n)
}

func (sp *space) liveEntry(n uint64) (entry, error) {
	e, err := sp.entry(n)
	if err != nil {
		return entry{}, err
	}
	switch e.state {
	case live:
	case dead:
		return entry{}, inspector.ErrErased
	default:
		return entry{}, inspector.ErrNotFound
	}
	// Pieces and items only grow, so a copy of the slices stays as it is.
	e.pieces, e.items = slices.Clip(e.pieces), slices.Clip(e.items)
	return e, nil
}

// Get returns the row of a delivery.
func (s *Store) Get(ctx context.Context, ws inspector.Workspace, id inspector.ID) (inspector.Row, error) {
	end, err := s.begin(ctx)
	if err != nil {
		return inspector.Row{}, err
	}
	defer end()
	e, err := s.lookup(ws, id)
	if err != nil {
		return inspector.Row{}, fmt.Errorf("delivery %s: %w", id, err)
	}
	return cloneRow(&e.row), nil
}

// Lookup returns the row with the running number n.
func (s *Store) Lookup(ctx context.Context, ws inspector.Workspace, n uint64) (inspector.Row, error) {
	end, err := s.begin(ctx)
	if err != nil {
		return inspector.Row{}, err
	}
	defer end()
	s.mu.RLock()
	defer s.mu.RUnlock()
	e, err := s.peek(ws).liveEntry(n)
	if err != nil {
		return inspector.Row{}, fmt.Errorf("delivery #%d: %w", n, err)
	}
	return cloneRow(&e.row), nil
}

// Attempts returns the attempts of a delivery in order of K. A delivery that is
// not known is ErrNotFound.
func (s *Store) Attempts(ctx context.Context, ws inspector.Workspace, id inspector.ID) ([]inspector.Attempt, error) {
	end, err := s.begin(ctx)
	if err != nil {
		return nil, err
	}
	defer end()
	e, err := s.lookup(ws, id)
	if err != nil {
		return nil, fmt.Errorf("attempts of delivery %s: %w", id, err)
	}
	r := s.journal.Reader()
	defer r.Close()
	list, _, err := readAttempts(r, &e, nil)
	if err != nil {
		return nil, s.explain(ws, id, fmt.Errorf("attempts of delivery %s: %w", id, err))
	}
	return list, nil
}

// explain turns an error of reading a delivery that was deleted meanwhile into
// ErrNotFound.
func (s *Store) explain(ws inspector.Workspace, id inspector.ID, err error) error {
	if errors.Is(err, journal.ErrDropped) || errors.Is(err, journal.ErrWiped) {
		return fmt.Errorf("delivery %s: %w", id, inspector.ErrNotFound)
	}
	if _, gone := s.lookup(ws, id); errors.Is(gone, inspector.ErrNotFound) {
		return fmt.Errorf("delivery %s: %w", id, inspector.ErrNotFound)
	}
	return err
}

// readAttempts reads the attempts of an entry; of several with one number the
// last counts.
func readAttempts(r *journal.Reader, e *entry, buf []byte) ([]inspector.Attempt, []byte, error) {
	var list []inspector.Attempt
	done := -1
	for _, it := range e.items {
		if it.kind != attemptItem || int(it.piece) == done {
			continue
		}
		done = int(it.piece)
		var rec journal.Record
		var err error
		if rec, buf, err = r.Read(e.pieces[done], buf); err != nil {
			return nil, buf, err
		}
		_, id, err := eachPart(rec.Data, func(tag byte, data []byte) error {
			if tag != groupAttempt {
				return nil
			}
			d := &decoder{b: data}
			a := d.attempt()
			a.Delivery = e.row.ID
			list = putInOrder(list, a)
			return d.err
		})
		if err == nil && id != e.row.ID {
			err = journal.ErrDamaged
		}
		if err != nil {
			return nil, buf, err
		}
	}
	return list, buf, nil
}

func putInOrder(list []inspector.Attempt, a inspector.Attempt) []inspector.Attempt {
	i, found := slices.BinarySearchFunc(list, a.K, func(have inspector.Attempt, k int) int { return cmp.Compare(have.K, k) })
	if found {
		list[i] = a
		return list
	}
	return slices.Insert(list, i, a)
}

// sameAttempt reports whether the stored attempt is the same to the byte.
func (s *Store) sameAttempt(e *entry, k int, encoded []byte, sum uint32) (bool, error) {
	for i := len(e.items) - 1; i >= 0; i-- {
		it := e.items[i]
		if it.kind != attemptItem || int(it.k) != k {
			continue
		}
		if it.sum != 0 && it.sum != sum {
			return false, nil
		}
		r := s.journal.Reader()
		defer r.Close()
		var stored []byte
		rec, _, err := r.Read(e.pieces[it.piece], nil)
		if err != nil {
			return false, nil // what cannot be read is written anew
		}
		_, _, err = eachPart(rec.Data, func(tag byte, data []byte) error {
			if d := (&decoder{b: data}); tag == groupAttempt && int(d.uvarint()) == k {
				stored = data
			}
			return nil
		})
		if err != nil {
			return false, err
		}
		return bytes.Equal(stored, encoded), nil
	}
	return false, nil
}
