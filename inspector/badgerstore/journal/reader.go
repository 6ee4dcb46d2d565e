package journal

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"sort"
)

// Reader reads records by position. It keeps the segments it has touched, so
// that they stay readable after they were dropped. It is not safe for
// concurrent use.
type Reader struct {
	j     *Journal
	held  []*segment
	open  []File
	ahead []byte // what was read ahead from start on
	start Pos
}

// Reader returns a new reader. The caller must close it.
func (j *Journal) Reader() *Reader { return &Reader{j: j} }

// aheadBytes is how much a reader that reads ahead reads at once.
const aheadBytes = 32 << 10

// Ahead has the reader read more than one small record at once, for one that is
// asked for records in the order of their positions, or the other way round.
func (r *Reader) Ahead() { r.ahead = make([]byte, 0, aheadBytes) }

// fetch returns bytes of a segment, in buf or in what was read ahead.
func (r *Reader) fetch(f File, at Pos, buf []byte) ([]byte, error) {
	if cap(r.ahead) == 0 || len(buf) > cap(r.ahead)/4 {
		_, err := f.ReadAt(buf, at.Offset())
		return buf, err
	}
	if from := int64(at) - int64(r.start); at >= r.start && from+int64(len(buf)) <= int64(len(r.ahead)) {
		return r.ahead[from:][:len(buf)], nil
	}
	before := 0
	if at < r.start && at.Segment() == r.start.Segment() {
		before = int(min(at.Offset(), int64(cap(r.ahead)-len(buf))))
	}
	n, err := f.ReadAt(r.ahead[:cap(r.ahead)], at.Offset()-int64(before))
	r.ahead, r.start = r.ahead[:n], at-Pos(before)
	if n < before+len(buf) {
		return nil, cmp.Or(err, io.ErrUnexpectedEOF)
	}
	return r.ahead[before:][:len(buf)], nil
}

// Close lets go of the segments.
func (r *Reader) Close() {
	for _, s := range r.held {
		s.release()
	}
	r.held, r.open = nil, nil
}

// Hold makes sure that a segment can be read until Close.
func (r *Reader) Hold(n uint32) error {
	_, _, err := r.file(n)
	return err
}

func (r *Reader) file(n uint32) (*segment, File, error) {
	for i, s := range r.held {
		if s.n == n {
			return s, r.open[i], nil
		}
	}
	s := r.j.segment(n)
	if s == nil {
		return nil, nil, fmt.Errorf("journal segment %d: %w", n, ErrDropped)
	}
	f, err := s.acquire()
	if err != nil {
		return nil, nil, err
	}
	r.held, r.open = append(r.held, s), append(r.open, f)
	r.j.spare(s)
	return s, f, nil
}

func (j *Journal) segment(n uint32) *segment {
	j.mu.RLock()
	defer j.mu.RUnlock()
	i := sort.Search(len(j.segments), func(i int) bool { return j.segments[i].n >= n })
	if i < len(j.segments) && j.segments[i].n == n {
		return j.segments[i]
	}
	return nil
}

// maxOpen is how many segment files stay open while nobody reads them.
const maxOpen = 16

// spare closes files that nobody reads when there are many.
func (j *Journal) spare(but *segment) {
	j.mu.RLock()
	defer j.mu.RUnlock()
	if len(j.segments) <= maxOpen {
		return
	}
	open := 0
	for _, s := range j.segments[:len(j.segments)-1] {
		s.mu.Lock()
		if s.file != nil {
			open++
		}
		s.mu.Unlock()
	}
	for _, s := range j.segments[:len(j.segments)-1] {
		if open <= maxOpen {
			return
		}
		if s != but && s.idle() == nil {
			open--
		}
	}
}

// Read reads one record into buf, which grows as needed and is returned for the
// next call. The record's data is valid until then.
func (r *Reader) Read(p Placed, buf []byte) (Record, []byte, error) {
	seg, f, err := r.file(p.Pos.Segment())
	if err != nil {
		return Record{}, buf, err
	}
	want := recordHead + p.Size
	if cap(buf) < want {
		buf = make([]byte, want)
	}
	raw, err := r.fetch(f, p.Pos, buf[:want])
	if err != nil {
		if errors.Is(err, io.EOF) {
			err = ErrDamaged
		}
		return Record{}, buf, fmt.Errorf("read journal at %s: %w", p.Pos, err)
	}
	rec, sum, ok := parseHead(seg.seed, p.Pos, raw)
	if !ok || rec.Size != p.Size {
		return Record{}, buf, fmt.Errorf("read journal at %s: %w", p.Pos, ErrDamaged)
	}
	if rec.Kind == Wiped {
		return rec, buf, fmt.Errorf("read journal at %s: %w", p.Pos, ErrWiped)
	}
	rec.Data = raw[recordHead:]
	if !rec.dataMatches(sum) {
		return rec, buf, fmt.Errorf("read journal at %s: %w", p.Pos, ErrDamaged)
	}
	return rec, buf, nil
}

// Raw reads bytes as they are on disk, without looking at checksums, for a
// search that checks what it finds. It may return fewer bytes than asked.
func (r *Reader) Raw(pos Pos, p []byte) (int, error) {
	_, f, err := r.file(pos.Segment())
	if err != nil {
		return 0, err
	}
	n, err := f.ReadAt(p, pos.Offset())
	if err != nil && !errors.Is(err, io.EOF) {
		return n, fmt.Errorf("read journal at %s: %w", pos, err)
	}
	return n, nil
}

// Span is where a record begins and how many bytes it takes on disk.
func (p Placed) Span() (Pos, int) { return p.Pos, recordHead + padded(p.Size) }
