package journal

import (
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
)

// Wipe overwrites the data of records with zeros and marks them as [Wiped].
// Records that are gone already are passed over; those that are wiped are
// written again, as a wipe that failed may have left them in memory only. When
// it returns without an error the zeros are on the disk.
func (j *Journal) Wipe(records []Placed) error {
	j.physical.Lock()
	defer j.physical.Unlock()
	records = slices.Clone(records)
	slices.SortFunc(records, func(a, b Placed) int { return cmp.Compare(a.Pos, b.Pos) })
	for len(records) > 0 {
		n := records[0].Pos.Segment()
		end := slices.IndexFunc(records, func(p Placed) bool { return p.Pos.Segment() != n })
		if end < 0 {
			end = len(records)
		}
		if err := j.wipeIn(n, records[:end]); err != nil && !errors.Is(err, ErrDropped) {
			return fmt.Errorf("wipe records: %w", err)
		}
		records = records[end:]
	}
	return nil
}

func (j *Journal) wipeIn(n uint32, records []Placed) error {
	seg := j.segment(n)
	if seg == nil {
		return ErrDropped
	}
	// A file of its own: the kernel tells an open file only once of a write that
	// failed, and that may have been one of an append, which has to know.
	f, err := j.files.Open(seg.path, false)
	if err != nil {
		return fmt.Errorf("open journal segment: %w", err)
	}
	defer f.Close()
	var zeros []byte
	for _, p := range records {
		head := make([]byte, recordHead)
		if _, err := f.ReadAt(head, p.Pos.Offset()); err != nil {
			return err
		}
		r, _, ok := parseHead(seg.seed, p.Pos, head)
		if !ok || r.Size != p.Size {
			continue // never write over what is no record
		}
		if len(zeros) < r.Size {
			zeros = make([]byte, r.Size)
		}
		// The data goes first: a wipe that is cut short shows as damage of a
		// delivery that is known to be deleted, and is done again.
		if _, err := f.WriteAt(zeros[:r.Size], p.Pos.Offset()+recordHead); err != nil {
			return err
		}
		head[12] = byte(Wiped)
		binary.LittleEndian.PutUint32(head[4:], 0)
		binary.LittleEndian.PutUint32(head, headSum(seg.seed, p.Pos.Offset(), head))
		if _, err := f.WriteAt(head, p.Pos.Offset()); err != nil {
			return err
		}
	}
	return f.Sync()
}

// Drop removes all segments before the given one, but never the last.
// It returns how many bytes that freed.
func (j *Journal) Drop(before uint32) (freed int64, err error) {
	j.physical.Lock()
	defer j.physical.Unlock()
	j.mu.Lock()
	var gone []*segment
	for len(j.segments) > 1 && j.segments[0].n < before {
		gone = append(gone, j.segments[0])
		freed += j.segments[0].size
		j.segments = j.segments[1:]
	}
	j.mu.Unlock()
	if len(gone) == 0 {
		return 0, nil
	}
	var errs []error
	for _, s := range gone {
		errs = append(errs, s.close(), j.files.Remove(s.path))
	}
	return freed, errors.Join(append(errs, j.files.SyncDir(j.dir))...)
}

// Freeze keeps records from being wiped and segments from being dropped until
// the returned function is called.
func (j *Journal) Freeze() (release func()) {
	j.physical.RLock()
	return j.physical.RUnlock
}
