package memstore

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"sort"
	"time"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/inspector/workqueue"
)

// space is one workspace. Rows are replaced, never changed in place, so a
// reader may keep a pointer after it let go of the lock.
type space struct {
	entries []*entry // in order of N
	byID    map[inspector.ID]*entry
	bodies  map[inspector.ID]*bodies // apart from entries: chunks may come first
	lastN   uint64
	lastID  inspector.ID
	bytes   int64
	trashed int

	feed     []change // the newest is feedNext-1
	feedNext uint64

	work *workqueue.Queue

	config    map[string]inspector.ConfigEntry
	configRev uint64
}

type entry struct {
	row      *inspector.Row
	attempts []inspector.Attempt // in order of K
	bytes    int64
}

func newSpace() *space {
	return &space{
		byID:     map[inspector.ID]*entry{},
		bodies:   map[inspector.ID]*bodies{},
		work:     workqueue.New(),
		config:   map[string]inspector.ConfigEntry{},
		feedNext: 1,
	}
}

// find returns the place of number n in entries, or where it would stand.
func (sp *space) find(n uint64) (int, bool) {
	i := sort.Search(len(sp.entries), func(i int) bool { return sp.entries[i].row.N >= n })
	return i, i < len(sp.entries) && sp.entries[i].row.N == n
}

func (e *entry) attempt(k int) *inspector.Attempt {
	for i := range e.attempts {
		if e.attempts[i].K == k {
			return &e.attempts[i]
		}
	}
	return nil
}

// inTrash is 1 for what is in the trash.
func inTrash(r *inspector.Row) int {
	if r.Trashed.IsZero() {
		return 0
	}
	return 1
}

// put adds an attempt or replaces the one with the same number. It reports
// whether that changed anything.
func (e *entry) put(a inspector.Attempt) bool {
	i, found := slices.BinarySearchFunc(e.attempts, a.K, func(have inspector.Attempt, k int) int { return have.K - k })
	if !found {
		e.attempts = slices.Insert(e.attempts, i, a)
		return true
	}
	if sameAttempt(&e.attempts[i], &a) {
		return false
	}
	e.attempts[i] = a
	return true
}

// drop removes entries with all they own and tells the feed. It returns the
// bytes that were freed.
func (sp *space) drop(gone func(e *entry) bool) (count int, freed int64) {
	before := sp.bytes
	kept := sp.entries[:0]
	for _, e := range sp.entries {
		if !gone(e) {
			kept = append(kept, e)
			continue
		}
		count++
		sp.trashed -= inTrash(e.row)
		id := e.row.ID
		delete(sp.byID, id)
		sp.bytes -= e.bytes + sp.bodies[id].bytes()
		delete(sp.bodies, id)
		sp.tell(change{kind: inspector.Gone, id: id, n: e.row.N})
	}
	clear(sp.entries[len(kept):])
	sp.entries = kept
	return count, before - sp.bytes
}

// bodies are the bodies of one delivery.
type bodies struct {
	list   []*body
	orphan time.Time // when a sweep first saw them without a delivery
}

type body struct {
	attempt int
	part    inspector.Part
	chunks  [][]byte // by Seq; nil where one has not come yet
	size    int64
}

func (bs *bodies) get(key inspector.BodyKey) *body {
	if bs == nil {
		return nil
	}
	for _, b := range bs.list {
		if b.attempt == key.Attempt && b.part == key.Part {
			return b
		}
	}
	return nil
}

func (bs *bodies) bytes() (n int64) {
	if bs == nil {
		return 0
	}
	for _, b := range bs.list {
		n += b.size
	}
	return n
}

// chunk stores a piece of a body unless it is there.
func (sp *space) chunk(c *inspector.Chunk) {
	bs := sp.bodies[c.Body.Delivery]
	if bs == nil {
		bs = &bodies{}
		sp.bodies[c.Body.Delivery] = bs
	}
	b := bs.get(c.Body)
	if b == nil {
		b = &body{attempt: c.Body.Attempt, part: c.Body.Part}
		bs.list = append(bs.list, b)
	}
	for len(b.chunks) <= c.Seq {
		b.chunks = append(b.chunks, nil)
	}
	if b.chunks[c.Seq] != nil {
		return
	}
	b.chunks[c.Seq] = bytes.Clone(c.Data)
	b.size += int64(len(c.Data))
	sp.bytes += int64(len(c.Data))
}

// opened is a view on a body that later writes do not touch.
type opened struct {
	chunks [][]byte
	size   int64
}

// open returns the chunks up to the first one that is missing.
func (b *body) open() *opened {
	o := &opened{}
	for _, c := range b.chunks {
		if c == nil {
			break
		}
		o.chunks = append(o.chunks, c)
		o.size += int64(len(c))
	}
	return o
}

func (o *opened) Size() int64  { return o.size }
func (o *opened) Close() error { return nil }

// ReadAt relies on all chunks but the last being full.
func (o *opened) ReadAt(p []byte, off int64) (n int, err error) {
	if off < 0 {
		return 0, fmt.Errorf("read a body at %d: negative offset", off)
	}
	for n < len(p) && off < o.size {
		c := o.chunks[off/inspector.ChunkBytes]
		m := copy(p[n:], c[off%inspector.ChunkBytes:])
		n += m
		off += int64(m)
	}
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}
