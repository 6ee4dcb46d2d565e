package badgerstore

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/inspector/badgerstore/journal"
)

// body reads a body from the journal and checks the checksum of every record
// it reads. What was opened stays readable when its segment is dropped; when
// the delivery is erased, reading ends with inspector.ErrNotFound.
type body struct {
	key    inspector.BodyKey
	chunks []journal.Placed
	size   int64

	mu   sync.Mutex
	r    *journal.Reader
	buf  []byte
	have int // chunk whose data is in data, -1 if none
	data []byte
}

// Body opens a body.
func (s *Store) Body(ctx context.Context, ws inspector.Workspace, key inspector.BodyKey) (inspector.Body, error) {
	end, err := s.begin(ctx)
	if err != nil {
		return nil, err
	}
	defer end()
	e, err := s.lookup(ws, key.Delivery)
	if err != nil {
		return nil, fmt.Errorf("body %s: %w", key, err)
	}
	b, err := openBody(s.journal.Reader(), &e, key)
	if err != nil {
		return nil, s.explain(ws, key.Delivery, fmt.Errorf("body %s: %w", key, err))
	}
	return b, nil
}

func openBody(r *journal.Reader, e *entry, key inspector.BodyKey) (*body, error) {
	b := &body{key: key, r: r, have: -1, chunks: chunksOf(e, key)}
	known := slices.ContainsFunc(e.items, func(it item) bool { return it.kind == attemptItem && int(it.k) == key.Attempt })
	if len(b.chunks) == 0 || !known {
		r.Close()
		return nil, inspector.ErrNotFound
	}
	for _, c := range b.chunks {
		if err := r.Hold(c.Pos.Segment()); err != nil {
			r.Close()
			return nil, err
		}
	}
	// All chunks but the last are full.
	last := len(b.chunks) - 1
	data, err := b.chunk(last)
	if err != nil {
		r.Close()
		return nil, err
	}
	b.size = int64(last)*inspector.ChunkBytes + int64(len(data))
	return b, nil
}

// chunksOf lists the records of a body's chunks up to the first one that is
// missing.
func chunksOf(e *entry, key inspector.BodyKey) []journal.Placed {
	var found []item
	for _, it := range e.items {
		if it.kind == chunkItem && int(it.k) == key.Attempt && it.part == key.Part {
			found = append(found, it)
		}
	}
	slices.SortFunc(found, func(a, b item) int { return int(a.seq) - int(b.seq) })
	var chunks []journal.Placed
	for i, it := range found {
		if int(it.seq) != i {
			break
		}
		chunks = append(chunks, e.pieces[it.piece])
	}
	return chunks
}

func (b *body) Size() int64 { return b.size }

// Close lets go of the journal.
func (b *body) Close() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.r.Close()
	b.chunks = nil
	return nil
}

// chunk returns the data of a chunk, which is valid until the next call.
func (b *body) chunk(seq int) ([]byte, error) {
	if b.have == seq {
		return b.data, nil
	}
	b.have = -1
	rec, buf, err := b.r.Read(b.chunks[seq], b.buf)
	b.buf = buf
	if err != nil {
		return nil, err
	}
	found := false
	_, id, err := eachPart(rec.Data, func(tag byte, data []byte) error {
		if tag != groupChunk {
			return nil
		}
		d := &decoder{b: data}
		it := d.chunkHead()
		if int(it.k) == b.key.Attempt && it.part == b.key.Part && int(it.seq) == seq {
			b.data, found = d.b, true
		}
		return d.err
	})
	if err != nil {
		return nil, err
	}
	if !found || id != b.key.Delivery {
		return nil, journal.ErrDamaged
	}
	b.have = seq
	return b.data, nil
}

// ReadAt reads from the body.
func (b *body) ReadAt(p []byte, off int64) (n int, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if off < 0 {
		return 0, fmt.Errorf("read body %s at %d: negative offset", b.key, off)
	}
	if b.chunks == nil {
		return 0, fmt.Errorf("read body %s: %w", b.key, inspector.ErrClosed)
	}
	for n < len(p) && off < b.size {
		data, err := b.chunk(int(off / inspector.ChunkBytes))
		if err != nil {
			return n, fmt.Errorf("read body %s at %d: %w", b.key, off, bodyError(err))
		}
		at := int(off % inspector.ChunkBytes)
		if at >= len(data) {
			return n, fmt.Errorf("read body %s at %d: %w", b.key, off, journal.ErrDamaged)
		}
		m := copy(p[n:], data[at:])
		n += m
		off += int64(m)
	}
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

// bodyError says that the bytes are gone on purpose when they are.
func bodyError(err error) error {
	if errors.Is(err, journal.ErrWiped) || errors.Is(err, journal.ErrDropped) {
		return inspector.ErrNotFound
	}
	return err
}
