package badgerstore

import (
	"encoding/binary"
	"errors"
	"slices"
	"time"

	"github.com/cespare/xxhash/v2"

	"github.com/boathook/boathook/inspector"
)

// maxValues is how many values of a column a summary keeps. With more, the
// column tells nothing about the block, and the values are words of it.
const maxValues = 16

// summary says enough of a block to leave it out of a search. It may claim
// more than the block holds, never less.
type summary struct {
	no           uint64
	live, dead   int
	minID, maxID inspector.ID
	minAt, maxAt int64 // seconds
	flags        inspector.Flags
	values       [inspector.NumColumns][]uint32 // hashes, nil if there are too many
	any          uint32                         // bit per column with too many
	minSegment   uint32                         // oldest segment that it needs, 0 if none
	unwiped      int                            // dead entries whose bytes are still there
	trashed      int                            // live entries that are in the trash
	words        bool                           // the word filter is complete
	unreadable   bool                           // it cannot be made of what is stored

	version uint8 // of the stored block
	parts   int   // of the stored block, 0 if it was not stored yet

	recordings blockSums // of the stored block; nil: not counted since it was stored

	mem *block // nil unless the block is in memory
	// before are the texts that were taken in last, which the next row mostly has too; nil
	// if none were since the block is in memory.
	before *lastTexts
}

// lastTexts are the texts whose values were taken in last of the columns that are set.
type lastTexts struct {
	set   uint32 // bit per column
	texts [inspector.NumColumns]string
}

func valueHash(v string) uint32 { return uint32(xxhash.Sum64String(v)) }

// count takes an entry in.
func (s *summary) count(e *entry) {
	if e.state == absent {
		return
	}
	id := e.row.ID
	if s.live+s.dead == 0 || id.Compare(s.minID) < 0 {
		s.minID = id
	}
	if s.live+s.dead == 0 || id.Compare(s.maxID) > 0 {
		s.maxID = id
	}
	if e.state == dead {
		s.dead++
		if len(e.pieces) > 0 {
			s.unwiped++
			s.need(e)
		}
		return
	}
	s.live++
	s.trashed += inTrash(&e.row)
	at := e.row.At.Unix()
	if s.live == 1 {
		s.minAt, s.maxAt = at, at
	}
	s.minAt, s.maxAt = min(s.minAt, at), max(s.maxAt, at)
	s.widen(&e.row)
	s.need(e)
}

// need takes in which segments an entry lives in.
func (s *summary) need(e *entry) {
	for _, p := range e.pieces {
		if seg := p.Pos.Segment(); s.minSegment == 0 || seg < s.minSegment {
			s.minSegment = seg
		}
	}
}

// widen takes in the values of a row.
func (s *summary) widen(r *inspector.Row) {
	s.flags |= r.Flags
	for c := range inspector.NumColumns {
		s.widenColumn(c, r)
	}
}

// widenBy takes in what patches have changed in a row that was taken in before.
func (s *summary) widenBy(r *inspector.Row, patches []inspector.Patch) {
	s.flags |= r.Flags
	for i := range patches {
		if patches[i].Outcome != nil {
			s.widenColumn(inspector.ColOutcome, r)
		}
		if patches[i].Verdict != nil {
			for _, c := range verdictColumns {
				s.widenColumn(c, r)
			}
		}
	}
}

// verdictColumns are those that an [inspector.VerdictPatch] changes.
var verdictColumns = []inspector.Column{inspector.ColVerdict, inspector.ColScheme, inspector.ColCause}

func (s *summary) widenColumn(c inspector.Column, r *inspector.Row) {
	if s.any&(1<<c) != 0 {
		return
	}
	text := r.Text(c)
	if s.before == nil {
		s.before = &lastTexts{}
	}
	last := s.before
	if last.set&(1<<c) != 0 && last.texts[c] == text {
		return
	}
	last.texts[c], last.set = text, last.set|1<<c
	h := valueHash(r.Value(c))
	i, found := slices.BinarySearch(s.values[c], h)
	if found {
		return
	}
	if len(s.values[c]) == maxValues {
		s.values[c], s.any = nil, s.any|1<<c
		return
	}
	s.values[c] = slices.Insert(s.values[c], i, h)
}

// mayHave reports whether a row of the block may have one of the values.
func (s *summary) mayHave(n *needed) bool {
	if s.any&(1<<n.column) != 0 {
		return true
	}
	for _, h := range n.hashes {
		if _, found := slices.BinarySearch(s.values[n.column], h); found {
			return true
		}
	}
	return false
}

// mayOverlap reports whether a row may lie between two times; zero is open.
func (s *summary) mayOverlap(after, before time.Time) bool {
	return (after.IsZero() || s.maxAt >= after.Unix()) && (before.IsZero() || s.minAt <= before.Unix())
}

// summaryForm is that of summaries that are written: 2 since there is a trash, 3 since
// blocks are packed, so that what cannot unpack them makes the index anew.
const summaryForm = 3

var errSummary = errors.New("not a block summary")

func (s *summary) encode() []byte {
	b := []byte{summaryForm}
	b = binary.AppendUvarint(b, s.no)
	b = binary.AppendUvarint(b, uint64(s.live))
	b = binary.AppendUvarint(b, uint64(s.dead))
	b = append(append(b, s.minID[:]...), s.maxID[:]...)
	b = binary.AppendVarint(b, s.minAt)
	b = binary.AppendVarint(b, s.maxAt)
	b = binary.AppendUvarint(b, uint64(s.flags))
	b = binary.AppendUvarint(b, uint64(s.any))
	for _, values := range s.values {
		b = binary.AppendUvarint(b, uint64(len(values)))
		for _, h := range values {
			b = binary.LittleEndian.AppendUint32(b, h)
		}
	}
	b = binary.AppendUvarint(b, uint64(s.minSegment))
	b = binary.AppendUvarint(b, uint64(s.unwiped))
	b = putBool(b, s.words)
	b = append(b, s.version)
	b = binary.AppendUvarint(b, uint64(s.parts))
	return binary.AppendUvarint(b, uint64(s.trashed))
}

func decodeSummary(data []byte) (*summary, error) {
	d := &decoder{b: data}
	form := d.byte()
	if form < 1 || form > summaryForm {
		return nil, errSummary
	}
	s := &summary{no: d.uvarint(), live: int(d.uvarint()), dead: int(d.uvarint())}
	s.minID, s.maxID = d.id(), d.id()
	s.minAt, s.maxAt = d.varint(), d.varint()
	s.flags, s.any = inspector.Flags(d.uvarint()), uint32(d.uvarint())
	for c := range s.values {
		n := d.count()
		for range min(n, maxValues) {
			p := d.take(4)
			if p == nil {
				return nil, errSummary
			}
			s.values[c] = append(s.values[c], binary.LittleEndian.Uint32(p))
		}
	}
	s.minSegment, s.unwiped = uint32(d.uvarint()), int(d.uvarint())
	s.words, s.version, s.parts = d.bool(), d.byte(), int(d.uvarint())
	if form > 1 { // before that there was no trash
		s.trashed = int(d.uvarint())
	}
	if d.err != nil || s.live+s.dead > blockRows || s.live < 0 || s.dead < 0 || s.trashed < 0 || s.trashed > s.live {
		return nil, errSummary
	}
	return s, nil
}
