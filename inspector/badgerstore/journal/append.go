package journal

import (
	"errors"
	"fmt"
)

// Append writes the batch with the given number, which must grow from batch to
// batch, and returns where its records are once they are durable.
//
// When writing fails, nothing of the batch stays and a later Append may work,
// e.g. after a full disk was cleared. When syncing fails, the journal is broken.
func (j *Journal) Append(seq uint64, b *Batch) ([]Placed, error) {
	if b.Len() == 0 {
		return nil, nil
	}
	j.write.Lock()
	defer j.write.Unlock()
	if j.broken != nil {
		return nil, j.broken
	}
	seg, fresh, err := j.target(int64(len(b.Buf)))
	if err != nil {
		return nil, err
	}
	offset := seg.size
	b.seal(seg.seed, offset, seq)
	if err := j.put(seg, fresh, offset, b.Buf); err != nil {
		if fresh {
			err = errors.Join(err, seg.close(), j.files.Remove(seg.path))
		}
		return nil, err
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if fresh {
		j.segments = append(j.segments, seg)
		j.cut = false
	}
	seg.size = offset + int64(len(b.Buf))
	return b.place(seg.n, offset), nil
}

// target is the segment that takes the next batch; a fresh one has its header
// but is not listed yet.
func (j *Journal) target(size int64) (seg *segment, fresh bool, err error) {
	j.mu.RLock()
	defer j.mu.RUnlock()
	if j.closed {
		return nil, false, errors.New("append to a closed journal")
	}
	next := uint32(1)
	if len(j.segments) > 0 {
		last := j.segments[len(j.segments)-1]
		if !j.cut && (last.size+size <= j.limit || last.size <= headBytes) {
			return last, false, nil
		}
		next = last.n + 1
	}
	seg = &segment{n: next, path: j.path(next), seed: j.seed(next), size: headBytes, files: j.files}
	if seg.file, err = j.files.Open(seg.path, true); err != nil {
		return nil, false, fmt.Errorf("start journal segment: %w", err)
	}
	return seg, true, nil
}

func (j *Journal) put(seg *segment, fresh bool, offset int64, data []byte) error {
	f, err := seg.acquire()
	if err != nil {
		return err
	}
	defer seg.release()
	if fresh {
		if _, err := f.WriteAt(j.segmentHead(seg.n), 0); err != nil {
			return fmt.Errorf("start journal segment: %w", err)
		}
	}
	if _, err := f.WriteAt(data, offset); err != nil {
		// What was written in part could be taken for records later on.
		if terr := f.Truncate(offset); terr != nil {
			j.broken = fmt.Errorf("%w: %w", ErrBroken, terr)
		}
		return fmt.Errorf("write to journal: %w", err)
	}
	if j.opt.NoSync {
		return nil
	}
	if err := f.Sync(); err != nil {
		j.broken = fmt.Errorf("%w: %w", ErrBroken, err)
		return j.broken
	}
	if !fresh {
		return nil
	}
	if err := j.files.SyncDir(j.dir); err != nil {
		j.broken = fmt.Errorf("%w: %w", ErrBroken, err)
		return j.broken
	}
	return nil
}

// Cut makes the next batch start a new segment.
func (j *Journal) Cut() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.cut = true
}

// Broken is why nothing is appended any more, nil while all is well.
func (j *Journal) Broken() error {
	j.write.Lock()
	defer j.write.Unlock()
	return j.broken
}
