package badgerstore

import (
	"slices"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/inspector/badgerstore/journal"
)

// blockRows is how many consecutive running numbers share a block.
const blockRows = 256

func blockOf(n uint64) uint64 { return n / blockRows }

type state uint8

const (
	absent state = iota // never given, or lost
	live
	dead // deleted or pruned; id and number are kept so that it stays deleted
)

// entry is one delivery: its row and where its records are in the journal.
type entry struct {
	row    inspector.Row
	state  state
	pieces []journal.Placed // in the order they were written
	items  []item
}

type itemKind uint8

const (
	attemptItem itemKind = 1
	chunkItem   itemKind = 2
)

// item says which piece holds an attempt or a chunk. Of several attempts with
// one number the last counts.
type item struct {
	kind  itemKind
	part  inspector.Part
	k     uint32
	seq   uint32
	piece uint32
	sum   uint32 // checksum of the attempt, 0 if it is not known
}

// applied reports whether the record at pos is part of the entry already.
func (e *entry) applied(pos journal.Pos) bool {
	return len(e.pieces) > 0 && pos <= e.pieces[len(e.pieces)-1].Pos
}

// add notes a record and what it holds.
func (e *entry) add(at journal.Placed, items []item) {
	piece := uint32(len(e.pieces))
	if piece == 0 && e.row.Dir == inspector.Out { // its try begins and ends in records of their own
		e.pieces, e.items = make([]journal.Placed, 0, 3), make([]item, 0, len(items)+3)
	}
	e.pieces = append(e.pieces, at)
	e.items = slices.Grow(e.items, len(items))
	for _, it := range items {
		it.piece = piece
		e.items = append(e.items, it)
	}
}

func (e *entry) has(want item) bool {
	return slices.ContainsFunc(e.items, func(it item) bool {
		return it.kind == want.kind && it.k == want.k && it.part == want.part && it.seq == want.seq
	})
}

// adopt puts pieces that came before the delivery in front.
func (e *entry) adopt(early *entry) {
	shift := uint32(len(early.pieces))
	for i := range e.items {
		e.items[i].piece += shift
	}
	e.pieces = append(early.pieces, e.pieces...)
	e.items = append(early.items, e.items...)
}

// block holds the entries of blockRows numbers in memory, to be changed.
type block struct {
	no      uint64
	entries []entry // by n % blockRows
	changes uint64  // counts changes, to see whether a written copy is current
	dirty   bool    // the stored block, if any, is older
	// since is a place in the journal before all that the stored block does not have,
	// while it is dirty.
	since   journal.Pos
	waiting int // deliveries that wait for their first try
	// adopted says that chunks which came before their delivery are in it and not in the
	// stored block: they may lie before since.
	adopted bool
}

func newBlock(no uint64) *block { return &block{no: no, entries: make([]entry, blockRows)} }

func (b *block) at(n uint64) *entry { return &b.entries[n%blockRows] }

// touch marks the block as changed by what comes after a place in the journal.
func (b *block) touch(after journal.Pos) {
	if !b.dirty {
		b.since = after
	}
	b.changes++
	b.dirty = true
}

// waits is 1 for a delivery that waits for its first try, else 0.
func (e *entry) waits() int {
	if r := &e.row; e.state == live && r.Dir == inspector.Out && r.Endpoint != "" && r.Tries == 0 && r.Status == 0 && r.Failure == "" {
		return 1
	}
	return 0
}

// summarise computes the summary of a block from scratch.
func (b *block) summarise() summary {
	s := summary{no: b.no}
	for i := range b.entries {
		s.count(&b.entries[i])
	}
	s.before = nil
	return s
}
