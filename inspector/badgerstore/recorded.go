package badgerstore

import (
	"bytes"
	"cmp"
	"context"
	"slices"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/inspector/badgerstore/journal"
)

// bulkLook is how many entries are looked up before others may have the lock.
const bulkLook = 64

// Recorded is that of [inspector.BulkReader]: it reads the journal from front to
// back, many records at once.
func (s *Store) Recorded(ctx context.Context, ws inspector.Workspace, ids []inspector.ID, budget int64) ([]*inspector.Recorded, error) {
	end, err := s.begin(ctx)
	if err != nil {
		return nil, err
	}
	defer end()
	list := make([]*inspector.Recorded, len(ids))
	rows := make([]inspector.Recorded, len(ids)) // at once: they are also let go together
	wanted := make([]wantedPiece, 0, len(ids))
	for from := 0; from < len(ids) && budget > 0; from += bulkLook {
		f := walker{}
		s.mu.RLock()
		f.sp = s.peek(ws)
		for i := from; i < min(from+bulkLook, len(ids)) && budget > 0; i++ {
			var e entry
			if err := f.find(ids[i], &e); err != nil || e.state != live {
				continue
			}
			var ok bool
			if wanted, ok = wantedPieces(wanted, &e, i); !ok {
				continue
			}
			budget -= e.row.Size
			list[i] = &rows[i]
			rows[i].Row = cloneRow(&e.row)
		}
		s.mu.RUnlock()
	}
	s.readWanted(wanted, list)
	return list, nil
}

// walker finds entries whose ids follow each other. Store.mu must be held.
type walker struct {
	sp   *space
	view *view // of the block of the last one, if that is stored
	slot int   // of the last one
}

// find reads the entry of an id; its state is absent if there is none.
func (f *walker) find(id inspector.ID, e *entry) error {
	for near := f.slot + 1; f.view != nil && near < min(f.slot+8, f.view.slots); near++ {
		if f.view.id(near) == id {
			f.slot = near
			return f.view.entry(near, e)
		}
	}
	f.view = nil
	n, err := f.sp.find(id)
	if err != nil || n == 0 {
		return err
	}
	sum := f.sp.summary(blockOf(n))
	if sum == nil || sum.mem != nil {
		*e, err = f.sp.entry(n)
		return err
	}
	if f.view, err = f.sp.store.stored(f.sp.ws, sum.no, sum.version, sum.parts); err != nil {
		return err
	}
	f.slot = int(n % blockRows)
	return f.view.entry(f.slot, e)
}

// wantedPiece is a record that holds an attempt 0, the body of its request, or both.
type wantedPiece struct {
	journal.Placed
	of            int // which delivery
	attempt, body bool
}

// wantedPieces appends the records of the first attempt; ok is false if it is not known,
// or its body is of more than one chunk.
func wantedPieces(list []wantedPiece, e *entry, of int) (with []wantedPiece, ok bool) {
	attempt, body := -1, -1
	for _, it := range e.items {
		switch {
		case it.k != 0:
		case it.kind == attemptItem:
			attempt = int(it.piece)
		case it.part != inspector.Request:
		case it.seq > 0:
			return list, false
		default:
			body = int(it.piece)
		}
	}
	if attempt < 0 || body < 0 && e.row.Size > 0 {
		return list, false
	}
	list = append(list, wantedPiece{e.pieces[attempt], of, true, attempt == body})
	if body >= 0 && body != attempt {
		list = append(list, wantedPiece{e.pieces[body], of, false, true})
	}
	return list, true
}

// readWanted reads records into the list. What cannot be read is nil there.
func (s *Store) readWanted(wanted []wantedPiece, list []*inspector.Recorded) {
	slices.SortFunc(wanted, func(a, b wantedPiece) int { return cmp.Compare(a.Pos, b.Pos) })
	r := s.journal.Reader()
	defer r.Close()
	r.Ahead()
	var buf []byte
	var room slab
	for _, w := range wanted {
		into := list[w.of]
		if into == nil {
			continue
		}
		var rec journal.Record
		var err error
		if rec, buf, err = r.Read(w.Placed, buf); err != nil || !w.take(rec.Data, into, &room) {
			list[w.of] = nil
		}
	}
}

// slab is memory for many small pieces that are let go together.
type slab struct{ free []byte }

const slabBytes = 64 << 10

func (s *slab) clone(b []byte) []byte {
	if len(b) > len(s.free) {
		if len(b) > slabBytes/4 {
			return bytes.Clone(b)
		}
		s.free = make([]byte, slabBytes)
	}
	n := copy(s.free, b)
	b, s.free = s.free[:n:n], s.free[n:]
	return b
}

// take reads the parts of a record that are wanted.
func (w *wantedPiece) take(data []byte, into *inspector.Recorded, room *slab) bool {
	attempt, body := !w.attempt, !w.body
	_, id, err := eachPart(data, func(tag byte, data []byte) error {
		d := &decoder{b: data}
		switch {
		case tag == groupAttempt && w.attempt:
			d.b, d.lent = room.clone(data), true
			if a := d.attempt(); a.K == 0 && d.err == nil {
				a.Delivery = into.Row.ID
				into.Attempt, attempt = a, true
			}
		case tag == groupChunk && w.body:
			if it := d.chunkHead(); it.k == 0 && it.part == inspector.Request && it.seq == 0 && d.err == nil {
				into.Body, body = room.clone(d.b), int64(len(d.b)) == into.Row.Size
			}
		}
		return d.err
	})
	return err == nil && attempt && body && id == into.Row.ID
}
