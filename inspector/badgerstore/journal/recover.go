package journal

import (
	"bytes"
	"fmt"
)

// Recover looks at the end of the journal and cuts off a batch whose writing
// did not come to its end. It returns how many bytes that was. What is damaged
// but was written in full stays where it is, for [Journal.Walk] to report.
func (j *Journal) Recover() (torn int64, err error) {
	j.write.Lock()
	defer j.write.Unlock()
	j.mu.Lock()
	defer j.mu.Unlock()
	if len(j.segments) == 0 {
		return 0, nil
	}
	seg := j.segments[len(j.segments)-1]
	f, err := seg.acquire()
	if err != nil {
		return 0, err
	}
	defer seg.release()
	if seg.size < headBytes {
		torn = seg.size
		if err := j.restart(seg, f); err != nil {
			return 0, fmt.Errorf("repair journal segment %s: %w", seg.path, err)
		}
		return torn, nil
	}
	end, keep, err := j.tail(seg, f)
	if err != nil || end == seg.size {
		return 0, err
	}
	if keep {
		// The bytes are evidence: leave them, and go on after them.
		seg.size = (seg.size + 7) &^ 7
		return 0, nil
	}
	torn = seg.size - end
	if err := f.Truncate(end); err != nil {
		return 0, fmt.Errorf("cut off torn end of journal: %w", err)
	}
	if err := j.flush(f); err != nil {
		return 0, fmt.Errorf("cut off torn end of journal: %w", err)
	}
	seg.size = end
	return torn, nil
}

// restart writes the header of a segment whose creation was cut short.
func (j *Journal) restart(seg *segment, f File) error {
	if err := f.Truncate(0); err != nil {
		return err
	}
	if _, err := f.WriteAt(j.segmentHead(seg.n), 0); err != nil {
		return err
	}
	seg.size = headBytes
	return j.flush(f)
}

func (j *Journal) flush(f File) error {
	if j.opt.NoSync {
		return nil
	}
	return f.Sync()
}

// tail finds where the last whole batch ends. keep is set when what follows
// was written in full and damaged afterwards.
func (j *Journal) tail(seg *segment, f File) (end int64, keep bool, err error) {
	s := &scanner{f: f, seg: seg.n, seed: seg.seed, off: headBytes, size: seg.size}
	start := s.off                 // of the batch of the last record
	var last Record                // last sound record
	note := func(damaged Damage) { // damage has an owner of its own, see Walk
		if damaged.Size >= 0 {
			last = Record{}
		}
	}
	for {
		from := s.off
		r, ok, err := s.next(note)
		if err != nil {
			return 0, false, err
		}
		if !ok {
			break
		}
		if r.Seq != last.Seq || last.Total == 0 {
			start = min(from, r.Pos.Offset())
		}
		last, last.Data = r, nil
	}
	whole := last.Total == 0 || last.Index == last.Total-1
	if s.off == s.size {
		if whole {
			return s.size, false, nil
		}
		return start, false, nil
	}
	torn, err := s.torn()
	if err != nil {
		return 0, false, err
	}
	if !torn {
		return s.off, true, nil
	}
	if !whole {
		return start, false, nil
	}
	return s.off, false, nil
}

// torn reports whether what is left after the last record looks like a write
// that did not come to its end: too short, or never filled.
func (s *scanner) torn() (bool, error) {
	if s.size-s.off < recordHead {
		return true, nil
	}
	_, head, whole, _, err := s.record(s.off)
	if err != nil || head && !whole {
		return head && !whole, err
	}
	for off := s.off; off < s.size; off += windowBytes {
		b, err := s.view(off, windowBytes)
		if err != nil {
			return false, err
		}
		if len(bytes.TrimLeft(b, "\x00")) > 0 {
			return false, nil
		}
	}
	return true, nil
}
