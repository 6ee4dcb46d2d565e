// Package journal is an append-only log of batches of checksummed records.
//
// A batch is written with one write and one sync, and is there as a whole or
// not at all. Records are read back by their [Pos], walked in order, and can be
// wiped in place: their bytes become zeros while everything around them stays
// readable. The log is cut into segment files, so that the oldest can be
// dropped.
//
// Damage is expected: a record whose checksum does not match is skipped and
// reported, and reading goes on at the next record that is sound.
package journal

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
)

var (
	// ErrBroken is returned by Append for ever after a sync failed: what reached
	// the disk is unknown, and asking again would not tell.
	ErrBroken = errors.New("journal stopped after a failed sync")
	// ErrDamaged is returned for a record that is not what was written.
	ErrDamaged = errors.New("damaged record")
	// ErrWiped is returned for a record that was wiped.
	ErrWiped = errors.New("wiped record")
	// ErrDropped is returned for a record whose segment is no longer there.
	ErrDropped = errors.New("dropped segment")
)

// Pos is where a record starts: the number of its segment and the offset in it.
type Pos uint64

// At makes the position of an offset in a segment.
func At(segment uint32, offset int64) Pos { return Pos(segment)<<32 | Pos(offset) }

// Segment is the number of the segment file, from 1.
func (p Pos) Segment() uint32 { return uint32(p >> 32) }

// Offset is the place within the segment file.
func (p Pos) Offset() int64 { return int64(p & 0xffffffff) }

func (p Pos) String() string { return fmt.Sprintf("%s+%d", segmentName(p.Segment()), p.Offset()) }

// Options set how a journal works. The zero value syncs every batch and cuts
// segments at 64 MiB.
type Options struct {
	SegmentBytes int64 // size at which a segment is full; a single batch may exceed it
	NoSync       bool  // leave it to the kernel when data reaches the disk
	Files        FS    // nil: the operating system's
}

// DefaultSegmentBytes is the size at which a segment is full unless told otherwise.
const DefaultSegmentBytes = 64 << 20

// Journal is an open log. Its methods are safe for concurrent use; there is
// one writer at a time.
type Journal struct {
	dir   string
	id    [16]byte
	opt   Options
	files FS

	write  sync.Mutex // held while appending
	broken error

	mu       sync.RWMutex // guards what follows
	segments []*segment   // in order; the last is written to
	limit    int64
	closed   bool
	cut      bool // the next batch starts a new segment

	physical sync.RWMutex // held for writing while bytes are wiped or files dropped
}

// Open opens the journal in dir, which must exist, or starts one. The id goes
// into every checksum, so that records of another journal are never taken for
// ours. The caller walks the journal with [Journal.Recover] before it appends.
func Open(dir string, id [16]byte, opt Options) (*Journal, error) {
	j := &Journal{dir: dir, id: id, opt: opt, files: opt.Files, limit: opt.SegmentBytes}
	if j.files == nil {
		j.files = OS{}
	}
	if j.limit <= 0 {
		j.limit = DefaultSegmentBytes
	}
	numbers, err := segmentNumbers(dir)
	if err != nil {
		return nil, err
	}
	for _, n := range numbers {
		seg, err := j.openSegment(n)
		if err != nil {
			return nil, errors.Join(err, j.Close())
		}
		j.segments = append(j.segments, seg)
	}
	return j, nil
}

func segmentName(n uint32) string { return fmt.Sprintf("%010d.log", n) }

func segmentNumbers(dir string) ([]uint32, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("list journal: %w", err)
	}
	var numbers []uint32
	for _, e := range entries {
		num, ok := strings.CutSuffix(e.Name(), ".log")
		if !ok || len(num) != 10 {
			continue
		}
		if n, err := strconv.ParseUint(num, 10, 32); err == nil && n > 0 {
			numbers = append(numbers, uint32(n))
		}
	}
	slices.Sort(numbers)
	return numbers, nil
}

func (j *Journal) path(n uint32) string { return filepath.Join(j.dir, segmentName(n)) }

// End is the position after the last record.
func (j *Journal) End() Pos {
	j.mu.RLock()
	defer j.mu.RUnlock()
	if len(j.segments) == 0 {
		return 0
	}
	last := j.segments[len(j.segments)-1]
	return At(last.n, last.size)
}

// Start is the position of the oldest record kept.
func (j *Journal) Start() Pos {
	j.mu.RLock()
	defer j.mu.RUnlock()
	if len(j.segments) == 0 {
		return 0
	}
	return At(j.segments[0].n, headBytes)
}

// Segment describes one file of the journal.
type Segment struct {
	N     uint32
	Bytes int64
}

// Segments lists the files, oldest first.
func (j *Journal) Segments() []Segment {
	j.mu.RLock()
	defer j.mu.RUnlock()
	list := make([]Segment, len(j.segments))
	for i, s := range j.segments {
		list[i] = Segment{s.n, s.size}
	}
	return list
}

// Bytes is the size of all segments.
func (j *Journal) Bytes() int64 {
	j.mu.RLock()
	defer j.mu.RUnlock()
	var n int64
	for _, s := range j.segments {
		n += s.size
	}
	return n
}

// Limit changes the size at which a segment is full.
func (j *Journal) Limit(bytes int64) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.limit = max(bytes, 4096)
}

// Close closes all files. Bodies that are still being read keep theirs.
func (j *Journal) Close() error {
	j.write.Lock()
	defer j.write.Unlock()
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.closed {
		return nil
	}
	j.closed = true
	var errs []error
	for _, s := range j.segments {
		errs = append(errs, s.close())
	}
	j.segments = nil
	return errors.Join(errs...)
}
