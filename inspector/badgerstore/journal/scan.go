package journal

import (
	"errors"
	"fmt"
	"io"
)

// Damage is a stretch of the journal that is not what was written.
type Damage struct {
	Pos   Pos
	Bytes int64  // length of the stretch; 0 if the whole segment is missing
	N     uint64 // running number of the damaged record, 0 if that is lost too
	Kind  Kind   // 0 if that is lost too
	Size  int    // bytes of data when the header is sound, else -1
}

func (d Damage) String() string { return fmt.Sprintf("%d damaged bytes at %s", d.Bytes, d.Pos) }

// scanner reads the records of one segment in order.
type scanner struct {
	f    File
	seg  uint32
	seed uint32
	off  int64
	size int64 // bytes of the file to look at

	buf []byte // window on the file
	at  int64  // where the window starts
}

const windowBytes = 1 << 20

// view returns n bytes at off, or fewer at the end of the file.
func (s *scanner) view(off int64, n int) ([]byte, error) {
	n = int(min(int64(n), s.size-off))
	if n <= 0 {
		return nil, nil
	}
	if off >= s.at && off+int64(n) <= s.at+int64(len(s.buf)) {
		return s.buf[off-s.at:][:n], nil
	}
	want := int(min(int64(max(n, windowBytes)), s.size-off))
	if cap(s.buf) < want || cap(s.buf) > 8*windowBytes && want <= windowBytes {
		s.buf = make([]byte, want)
	}
	s.buf, s.at = s.buf[:want], off
	got, err := s.f.ReadAt(s.buf, off)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("read journal at %s: %w", At(s.seg, off), err)
	}
	s.buf = s.buf[:got]
	return s.buf[:min(n, got)], nil
}

// record reads the record at off. head says whether its header is sound, whole
// whether it ends within the file, sound whether its data is what was written.
func (s *scanner) record(off int64) (r Record, head, whole, sound bool, err error) {
	b, err := s.view(off, recordHead)
	if err != nil || len(b) < recordHead {
		return r, false, false, false, err
	}
	r, sum, ok := parseHead(s.seed, At(s.seg, off), b)
	if !ok {
		return r, false, false, false, nil
	}
	b, err = s.view(off, recordHead+padded(r.Size))
	if err != nil || len(b) < recordHead+padded(r.Size) {
		return r, true, false, false, err
	}
	r.Data = b[recordHead : recordHead+r.Size]
	return r, true, true, r.dataMatches(sum), nil
}

// next returns the next sound record, after it passed all damage before it to
// damaged. At the end ok is false and off stays where the last record ended.
func (s *scanner) next(damaged func(Damage)) (r Record, ok bool, err error) {
	r, head, whole, sound, err := s.record(s.off)
	if err != nil {
		return r, false, err
	}
	if sound {
		s.off = r.end()
		return r, true, nil
	}
	if head && whole {
		damaged(Damage{Pos: r.Pos, Bytes: r.end() - s.off, N: r.N, Kind: r.Kind, Size: r.Size})
		s.off = r.end()
		return s.next(damaged)
	}
	for off := s.off + 8; off+recordHead <= s.size; off += 8 {
		r, _, _, sound, err := s.record(off)
		if err != nil {
			return r, false, err
		}
		if sound {
			damaged(Damage{Pos: At(s.seg, s.off), Bytes: off - s.off, Size: -1})
			s.off = r.end()
			return r, true, nil
		}
	}
	return r, false, nil
}
