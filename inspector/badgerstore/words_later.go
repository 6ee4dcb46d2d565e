package badgerstore

import "slices"

// The filters of blocks are made after they are written: at once when little is stored
// or a search would be helped by them, or else when too many blocks are without. Making
// them takes a tenth of what it takes to send a delivery, and until then a search reads
// the rows of these blocks themselves.
const (
	unfiltered      = 2048 // how many blocks may be without a filter while much is stored
	quietChanges    = 256  // within a second, up to which little is stored
	filteredAtATime = 16   // blocks, after which others of the background have their turn
)

// lateWords decides when filters are made.
type lateWords struct {
	seq    uint64 // the newest change at the last tick
	quiet  bool   // little was stored since the tick before that
	urgent bool   // a search was without
}

// tick is called every second.
func (l *lateWords) tick(s *Store) {
	now := s.changes()
	l.quiet, l.seq = now-l.seq <= quietChanges, now
	s.nudge()
}

// round makes some filters if it is time; flushed says that there may be more blocks
// without.
func (l *lateWords) round(s *Store, flushed bool) error {
	l.quiet = l.quiet && s.changes()-l.seq <= quietChanges
	l.urgent = s.wanted.Swap(false) || l.urgent
	keep := unfiltered
	if l.quiet || l.urgent {
		keep = 0
	} else if !flushed {
		return nil
	}
	more, err := s.filterSome(keep)
	if err != nil {
		l.urgent = false
		return err
	}
	l.urgent = l.urgent && more
	if more {
		s.nudge()
	}
	return nil
}

// filterSome makes filters of the oldest blocks that have none, but for so many of the
// newest ones, and reports whether there is more to do.
func (s *Store) filterSome(keep int) (more bool, err error) {
	s.flushing.Lock()
	defer s.flushing.Unlock()
	s.mu.RLock()
	var todo []later
	for _, sp := range s.spaces {
		todo = sp.filterLater(todo)
	}
	s.mu.RUnlock()
	if len(todo) <= keep {
		return false, nil
	}
	if err := s.indexRoom(); err != nil {
		return false, err
	}
	more = len(todo)-keep > filteredAtATime
	todo = todo[:min(len(todo)-keep, filteredAtATime)]
	for i := range todo {
		todo[i].fill(s)
	}
	return more, s.index.update(func(w *writer) error {
		for i := range todo {
			if data := todo[i].settle(s); data != nil {
				if err := w.set(numberKey(keySummary, todo[i].sp.ws, todo[i].no), data); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// later is a stored block whose filter is missing.
type later struct {
	sp       *space
	sum      *summary
	no       uint64
	version  uint8
	parts    int
	complete bool
}

// filterLater appends the blocks without a filter.
func (sp *space) filterLater(list []later) []later {
	for _, s := range sp.blocks {
		if s.filterLater() && !sp.open(s) {
			list = append(list, later{sp: sp, sum: s, no: s.no, version: s.version, parts: s.parts})
		}
	}
	return list
}

// filterLater reports whether the filter of a block can be made. One in memory is
// written first.
func (s *summary) filterLater() bool {
	return !s.words && !s.unreadable && s.mem == nil && s.parts > 0 && s.live > 0
}

// fill makes the filter. Store.flushing must be held.
func (l *later) fill(s *Store) {
	v, err := s.load(l.sp.ws, l.no, l.version, l.parts)
	if err != nil {
		return
	}
	var pieces []wordPiece
	for slot := range v.slots {
		var e entry
		if err := v.entry(slot, &e); err != nil {
			return
		}
		if e.state == live {
			pieces = e.wordPieces(pieces)
		}
	}
	l.complete = s.fillWords(l.no, pieces)
}

// settle notes that the filter is complete, unless the block changed meanwhile, and
// returns its summary as it is stored then.
func (l *later) settle(s *Store) []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !l.sum.filterLater() || !slices.Contains(l.sp.blocks, l.sum) {
		return nil
	}
	if !l.complete {
		l.sum.unreadable = true
		return nil
	}
	l.sum.words = true
	return l.sum.encode()
}
