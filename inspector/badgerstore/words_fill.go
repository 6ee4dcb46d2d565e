package badgerstore

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"runtime"
	"slices"
	"unsafe"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/inspector/badgerstore/journal"
)

func leUint64(b []byte) uint64 { return binary.LittleEndian.Uint64(b) }

// fillWords makes the filter of a block from the journal and reports whether
// it is complete.
func (s *Store) fillWords(no uint64, pieces []wordPiece) bool {
	r := s.journal.Reader()
	defer r.Close()
	r.Ahead()
	slices.SortFunc(pieces, func(a, b wordPiece) int { return cmp.Compare(a.Pos, b.Pos) })
	w := wordScan{seams: map[inspector.BodyKey]*seam{}}
	var buf []byte
	for i, p := range pieces {
		var rec journal.Record
		var err error
		if rec, buf, err = r.Read(p.Placed, buf); err != nil {
			return false
		}
		if err := w.record(rec.Data, p.replaced); err != nil {
			return false
		}
		if i%16 == 0 {
			runtime.Gosched() // captures come first
		}
	}
	w.finish()
	data := make([]byte, 0, filterBytes)
	for i := range w.filter {
		for _, bits := range w.filter[i] {
			data = binary.LittleEndian.AppendUint64(data, bits)
		}
	}
	_, err := s.words.file.WriteAt(data, int64(no)*filterBytes)
	return err == nil
}

// wordPiece is a record whose words are wanted.
type wordPiece struct {
	journal.Placed
	replaced bool // its attempts were recorded anew later on, so they count no more
}

// wordPieces appends the records of a delivery.
func (e *entry) wordPieces(list []wordPiece) []wordPiece {
	first := len(list)
	for _, p := range e.pieces {
		list = append(list, wordPiece{p, true})
	}
	for i, it := range e.items {
		later := e.items[i+1:]
		if it.kind == attemptItem && !slices.ContainsFunc(later, func(l item) bool { return l.kind == attemptItem && l.k == it.k }) {
			list[first+int(it.piece)].replaced = false
		}
	}
	return list
}

// wordScan collects the words of records. What one record shares with the one before it
// is looked at once: most are alike but for their bodies.
type wordScan struct {
	filter filter
	seams  map[inspector.BodyKey]*seam

	// The texts before, at the same places.
	inRow     [16][]byte
	inColumn  [inspector.NumColumns][]byte
	inAttempt [11][]byte
	columns   bool // inColumn is that of a row
}

// seam holds the ends of the chunks of a large body, as a word may lie across
// two of them.
type seam struct{ heads, tails map[uint32][]byte }

const seamBytes = 64 // of a word, more do not count

func (w *wordScan) text(b []byte) { w.filter.addWords(b) }

func (w *wordScan) string(s string) { w.text(bytesOf(s)) }

// bytesOf is a string without a copy of it.
func bytesOf(s string) []byte { return unsafe.Slice(unsafe.StringData(s), len(s)) }

// alike adds the words of a text, but for the lines that it begins with as the one
// before it at the same place. No word reaches over the end of a line.
func (w *wordScan) alike(before *[]byte, text []byte) {
	same := commonStart(*before, text)
	if same == len(text) && same == len(*before) {
		return
	}
	*before = append((*before)[:0], text...)
	w.text(text[bytes.LastIndexByte(text[:same], '\n')+1:])
}

// commonStart is how many bytes two texts begin with alike.
func commonStart(a, b []byte) int {
	n := min(len(a), len(b))
	i := 0
	for ; i+8 <= n; i += 8 {
		if leUint64(a[i:]) != leUint64(b[i:]) {
			break
		}
	}
	for ; i < n && a[i] == b[i]; i++ {
	}
	return i
}

func (w *wordScan) strings(list []string) {
	for _, s := range list {
		w.string(s)
	}
}

func (w *wordScan) record(data []byte, replaced bool) error {
	var key inspector.BodyKey
	copy(key.Delivery[:], idOf(data))
	_, _, err := eachPart(data, func(tag byte, data []byte) error {
		d := &decoder{b: data, lent: true} // the words are taken at once
		switch tag {
		case groupRow:
			row := d.row()
			w.row(&row)
		case groupAttempt:
			if !replaced {
				a := d.attempt()
				w.attempt(&a)
			}
		case groupPatch:
			p := d.patch()
			w.patch(&p)
		case groupChunk:
			it := d.chunkHead()
			key.Attempt, key.Part = int(it.k), it.part
			w.chunk(key, it.seq, d.b)
		}
		return d.err
	})
	return err
}

func idOf(data []byte) []byte {
	d := &decoder{b: data}
	d.workspace()
	return d.take(16)
}

func (w *wordScan) row(r *inspector.Row) {
	for i, s := range rowStrings(r) {
		w.alike(&w.inRow[i], bytesOf(*s))
	}
	w.strings(r.Tags)
	for c := range inspector.NumColumns {
		v := r.Value(c)
		if before := w.inColumn[c]; !w.columns || string(before) != v {
			w.inColumn[c] = append(before[:0], v...)
			w.filter.add(hashValue(c, v))
		}
	}
	w.columns = true
}

func (w *wordScan) attempt(a *inspector.Attempt) {
	f := &a.Failure
	for i, text := range [...][]byte{
		a.Request.Head, a.Request.Framing, a.Request.Interim, a.Response.Head, a.Response.Framing, a.Response.Interim,
		bytesOf(a.Target), bytesOf(a.Remote), bytesOf(f.Class), bytesOf(f.Phase), bytesOf(f.Text),
	} {
		w.alike(&w.inAttempt[i], text)
	}
	w.strings(a.Dropped)
	w.strings(a.Notes)
}

// patch takes in what a patch may turn a row into. The columns of the row
// before it stay, so the filter claims too much rather than too little.
func (w *wordScan) patch(p *inspector.Patch) {
	w.strings(p.AddTags)
	var r inspector.Row
	p.Apply(&r)
	if p.Outcome != nil {
		w.string(r.Failure)
		w.filter.add(hashValue(inspector.ColOutcome, r.Value(inspector.ColOutcome)))
	}
	if p.Verdict != nil {
		w.strings([]string{string(r.Verdict), r.Scheme, r.Cause})
		for _, c := range verdictColumns {
			w.filter.add(hashValue(c, r.Value(c)))
		}
	}
}

func (w *wordScan) chunk(key inspector.BodyKey, seq uint32, data []byte) {
	w.text(data)
	if len(data) < inspector.ChunkBytes && seq == 0 {
		return
	}
	s := w.seams[key]
	if s == nil {
		s = &seam{map[uint32][]byte{}, map[uint32][]byte{}}
		w.seams[key] = s
	}
	s.heads[seq] = append([]byte{}, data[:min(len(data), seamBytes)]...)
	s.tails[seq] = append([]byte{}, data[max(0, len(data)-seamBytes):]...)
}

func (w *wordScan) finish() {
	for _, s := range w.seams {
		for seq, tail := range s.tails {
			if head := s.heads[seq+1]; head != nil {
				w.text(append(tail, head...))
			}
		}
	}
}
