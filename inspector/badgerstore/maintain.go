package badgerstore

import (
	"cmp"
	"errors"
	"slices"
	"time"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/inspector/badgerstore/journal"
)

const (
	flushEvery  = 30 * time.Second // all that changed
	ledgerEvery = time.Second
	vacuumDelay = 5 * time.Second // after the last deletion
	vacuumLimit = 30 * time.Second
)

// nudge wakes the background work.
func (s *Store) nudge() {
	select {
	case s.work <- struct{}{}:
	default:
	}
}

// maintain does the background work until the store closes: it writes the
// index and the ledger, wipes what was erased and frees the index of it.
func (s *Store) maintain() {
	defer close(s.done)
	tick := time.NewTicker(ledgerEvery)
	defer tick.Stop()
	flushed, first, away := time.Now(), time.Time{}, false
	var late lateWords
	for {
		select {
		case <-s.stop:
			return
		case <-s.work:
			s.mu.RLock()
			many := s.ripeBlocks() > flushBlocks
			wipe := s.toWipe() > 0
			s.mu.RUnlock()
			if wipe {
				s.report(s.wipeErased())
			}
			if many {
				s.report(s.flushRipe())
			}
			s.report(late.round(s, many))
			continue
		case <-tick.C:
		}
		switch err := s.volume.away(); {
		case err != nil && !away:
			away = true
			s.logf("nothing is stored: %v", err)
			continue
		case err != nil:
			continue
		case away:
			away = false
			s.logf("the data folder is back")
		}
		late.tick(s)
		s.report(s.writeLedger())
		if time.Since(flushed) > cmp.Or(s.opt.flushEvery, flushEvery) {
			s.report(s.flush())
			flushed = time.Now()
		}
		due := s.vacuumAt.Load()
		if due == 0 {
			first = time.Time{}
			continue
		}
		if first.IsZero() {
			first = time.Now()
		}
		if time.Now().UnixNano() >= due || time.Since(first) > vacuumLimit {
			s.report(s.vacuum())
			first = time.Time{}
		}
	}
}

// changes is the number of the newest change.
func (s *Store) changes() uint64 {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.seq
}

func (s *Store) report(err error) {
	if err != nil && !errors.Is(err, inspector.ErrNoSpace) && !errors.Is(err, inspector.ErrAway) {
		s.logf("%v", err)
	}
}

func (s *Store) toWipe() int {
	n := 0
	for _, sp := range s.spaces {
		n += len(sp.wipe)
	}
	return n
}

// wipeErased overwrites the bytes of erased deliveries, and then forgets where
// they were. A crash in between is made good at the next start.
func (s *Store) wipeErased() error {
	s.wiping.Lock()
	defer s.wiping.Unlock()
	for {
		s.mu.Lock()
		var sp *space
		var list []wiping
		for _, sp = range s.spaces {
			if len(sp.wipe) > 0 {
				list = slices.Clone(sp.wipe[:min(len(sp.wipe), 1024)])
				break
			}
		}
		s.mu.Unlock()
		if len(list) == 0 {
			return nil
		}
		var pieces []journal.Placed
		for _, w := range list {
			pieces = append(pieces, w.pieces...)
		}
		if err := s.journal.Wipe(pieces); err != nil {
			return err
		}
		if err := s.forget(sp, list); err != nil {
			return err
		}
	}
}

// forget notes that bytes were wiped. From then on nothing but the file and
// vacuumAt says that the index still holds the rows in its old tables.
func (s *Store) forget(sp *space, list []wiping) error {
	s.erasing.Lock()
	defer s.erasing.Unlock()
	if err := markErased(s.indexDir()); err != nil {
		return err
	}
	s.mu.Lock()
	err := sp.wiped(list)
	s.mu.Unlock()
	s.vacuumAt.Store(time.Now().Add(vacuumDelay).UnixNano())
	return err
}

// wiped notes that the bytes of the first deliveries of sp.wipe are gone.
func (sp *space) wiped(list []wiping) error {
	sp.wipe = slices.Delete(sp.wipe, 0, len(list))
	for _, w := range list {
		if w.n == 0 {
			continue
		}
		s, err := sp.mutable(w.n, false)
		if s == nil || err != nil {
			return err
		}
		if e := s.mem.at(w.n); e.state == dead && e.pieces != nil {
			e.pieces = nil
			s.unwiped--
			s.mem.touch(sp.store.applied)
		}
	}
	return nil
}
