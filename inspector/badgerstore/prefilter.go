package badgerstore

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"slices"
	"sort"
	"sync"

	"github.com/boathook/boathook/inspector/badgerstore/journal"
)

const (
	readBytes = 256 << 10 // read at once: stays in the processor's cache
	gapBytes  = 64 << 10  // what is rather read than jumped over
)

// span is a record of an undecided row on disk.
type span struct {
	from, to journal.Pos
	row      int
}

// prefilter tells which of count rows may have all texts, by the spans of their
// records. It reads the journal as it lies there, in order, without decoding
// anything.
func (w *walk) prefilter(r *journal.Reader, spans []span, count int) ([]uint64, error) {
	slices.SortFunc(spans, func(a, b span) int { return cmp.Compare(a.from, b.from) })
	buf := readBuffers.Get().(*[readBytes]byte)
	defer readBuffers.Put(buf)
	f := finder{texts: w.f.texts, have: make([]uint64, count), r: r, longest: 1, buf: buf[:]}
	for _, t := range f.texts {
		f.longest = max(f.longest, len(t))
	}
	if f.longest > readBytes/2 {
		for i := range f.have {
			f.have[i] = w.f.allTexts()
		}
		return f.have, nil
	}
	for len(spans) > 0 {
		n := 1
		for n < len(spans) && spans[n].from.Segment() == spans[0].from.Segment() && spans[n].from-spans[n-1].to <= gapBytes {
			n++
		}
		if err := f.run(spans[:n]); err != nil && !unreadable(err) {
			return nil, err
		}
		spans = spans[n:]
	}
	return f.have, nil
}

var readBuffers = sync.Pool{New: func() any { return new([readBytes]byte) }}

// allTexts has the bits of all texts set.
func (f *search) allTexts() uint64 { return uint64(1)<<len(f.texts) - 1 }

// spansOf appends the records of a row. They do not tell when a body is encoded
// or in several chunks, as a text may lie across two of them.
func spansOf(spans []span, e *entry, row int) []span {
	for _, p := range e.pieces {
		from, size := p.Span()
		spans = append(spans, span{from, from + journal.Pos(size), row})
	}
	return spans
}

// chunked reports whether a body has several chunks: a text may lie across two
// of them.
func (e *entry) chunked() bool {
	return slices.ContainsFunc(e.items, func(it item) bool { return it.kind == chunkItem && it.seq > 0 })
}

// finder looks for texts in a stretch of the journal.
type finder struct {
	r       *journal.Reader
	texts   [][]byte
	longest int
	have    []uint64 // by row: bit per text that was found
	buf     []byte
}

func (f *finder) run(spans []span) error {
	end := spans[len(spans)-1].to
	for at := spans[0].from; at < end; {
		want := int(min(journal.Pos(readBytes), end-at))
		n, err := f.r.Raw(at, f.buf[:want])
		if err != nil {
			return err
		}
		lower(f.buf[:n])
		for i, text := range f.texts {
			f.find(f.buf[:n], at, text, 1<<i, spans)
		}
		if n < want || at+journal.Pos(n) >= end {
			return nil
		}
		at += journal.Pos(n - f.longest + 1)
	}
	return nil
}

// find marks the rows whose records hold the text.
func (f *finder) find(buf []byte, at journal.Pos, text []byte, bit uint64, spans []span) {
	for from := 0; ; {
		i := bytes.Index(buf[from:], text)
		if i < 0 {
			return
		}
		hit := at + journal.Pos(from+i)
		s := sort.Search(len(spans), func(i int) bool { return spans[i].to > hit })
		if s == len(spans) {
			return
		}
		if spans[s].from > hit {
			from = max(from+i+1, int(min(spans[s].from-at, journal.Pos(len(buf)))))
			continue
		}
		if hit+journal.Pos(len(text)) <= spans[s].to {
			f.have[spans[s].row] |= bit
		}
		// One hit is enough: go on with the next record.
		from = max(from+i+1, int(min(spans[s].to-at, journal.Pos(len(buf)))))
	}
}

// lower turns A-Z into a-z in place, eight bytes at a time.
func lower(b []byte) {
	const (
		ones  = 0x0101010101010101
		highs = 0x8080808080808080
	)
	for len(b) >= 8 {
		w := binary.LittleEndian.Uint64(b)
		low := w &^ highs
		// The high bit of a byte tells: at least A, and above Z.
		atLeast := low + (0x80-'A')*ones
		above := low + (0x80-'Z'-1)*ones
		upper := atLeast &^ above &^ w & highs
		binary.LittleEndian.PutUint64(b, w|upper>>2)
		b = b[8:]
	}
	for i, c := range b {
		if c >= 'A' && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
}
