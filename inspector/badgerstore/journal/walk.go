package journal

// Walk calls record for every sound record from a position on, oldest first,
// and damaged for what is not sound. Wiped records are passed on as well. The
// record's data is only valid during the call.
func (j *Journal) Walk(from Pos, record func(Record) error, damaged func(Damage)) error {
	j.mu.RLock()
	segments := append([]*segment(nil), j.segments...)
	sizes := make([]int64, len(segments))
	for i, s := range segments {
		sizes[i] = s.size
	}
	j.mu.RUnlock()
	for i, seg := range segments {
		if seg.n < from.Segment() {
			continue
		}
		if i > 0 && seg.n != segments[i-1].n+1 && segments[i-1].n >= from.Segment() {
			damaged(Damage{Pos: At(segments[i-1].n+1, 0), Size: -1})
		}
		off := int64(headBytes)
		if seg.n == from.Segment() {
			off = max(off, from.Offset())
		}
		if err := j.walkSegment(seg, off, sizes[i], record, damaged); err != nil {
			return err
		}
	}
	return nil
}

func (j *Journal) walkSegment(seg *segment, off, size int64, record func(Record) error, damaged func(Damage)) error {
	f, err := seg.acquire()
	if err != nil {
		return err
	}
	defer func() { _ = seg.idle() }() // it was only read
	defer seg.release()
	s := &scanner{f: f, seg: seg.n, seed: seg.seed, off: off, size: size}
	for {
		r, ok, err := s.next(damaged)
		if err != nil {
			return err
		}
		if !ok {
			break
		}
		if err := record(r); err != nil {
			return err
		}
	}
	if s.off < s.size {
		damaged(Damage{Pos: At(seg.n, s.off), Bytes: s.size - s.off, Size: -1})
	}
	return nil
}
