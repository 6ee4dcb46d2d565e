package badgerstore

import (
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"slices"
	"time"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/inspector/badgerstore/journal"
)

// DefaultMinFreeBytes is the free space below which nothing is accepted.
const DefaultMinFreeBytes = 256 << 20

// Open opens the store in a folder, and makes it if need be. It returns
// ErrInUse while another process has it open, ErrFormat for a folder it cannot
// read, and inspector.ErrNoSpace when there is too little free space to start.
func Open(dir string, opt Options) (*Store, error) {
	s, err := open(dir, opt)
	if err != nil {
		return nil, fmt.Errorf("open store in %s: %w", dir, err)
	}
	return s, nil
}

func open(dir string, opt Options) (_ *Store, err error) {
	if opt.MinFreeBytes <= 0 {
		opt.MinFreeBytes = DefaultMinFreeBytes
	}
	s := &Store{
		dir: dir, opt: opt, volume: volume{dir: dir},
		spaces: map[inspector.Workspace]*space{},
		work:   make(chan struct{}, 1), stop: make(chan struct{}), done: make(chan struct{}),
		ledger: ledger{path: ledgerPath(dir)},
	}
	s.end = s.life.RUnlock
	s.applier = applier{s: s, touched: map[inspector.ID]bool{}}
	if err := mkdir(dir); err != nil {
		return nil, err
	}
	if s.lock, err = lockFolder(dir); err != nil {
		return nil, err
	}
	s.volume.lock = s.lock
	defer func() {
		if err != nil {
			err = errors.Join(err, s.abandon())
		}
	}()
	if err := s.admitOpen(); err != nil {
		return nil, err
	}
	f, err := readFormat(dir)
	if err != nil {
		return nil, err
	}
	s.lineage = f.lineage
	if err := s.openJournal(f.id); err != nil {
		return nil, err
	}
	if err := s.openIndexed(); err != nil {
		return nil, err
	}
	if markedErased(s.indexDir()) {
		s.vacuumAt.Store(time.Now().Add(vacuumDelay).UnixNano())
	}
	s.nudge() // what a crash left to be wiped
	go s.maintain()
	return s, nil
}

// admitOpen refuses to start where the index could not be written: Badger dies
// when its memory maps find no space.
func (s *Store) admitOpen() error {
	free := s.volume.free()
	if free < 0 || free >= s.opt.MinFreeBytes {
		return nil
	}
	return fmt.Errorf("%w: %s free, %s needed; free some space and start again", inspector.ErrNoSpace, mebibytes(free), mebibytes(s.opt.MinFreeBytes))
}

func (s *Store) openJournal(id [16]byte) (err error) {
	if err := mkdir(s.journalDir()); err != nil {
		return err
	}
	if err := syncFolder(s.dir); err != nil {
		return err
	}
	s.journal, err = journal.Open(s.journalDir(), id, journal.Options{
		SegmentBytes: s.opt.SegmentBytes, NoSync: s.opt.Durability == Process, Files: s.opt.Files,
	})
	if err != nil {
		return err
	}
	torn, err := s.journal.Recover()
	if torn > 0 {
		s.logf("cut off %d bytes of a commit that was not acknowledged", torn)
	}
	return err
}

// openIndexed opens the index and brings it up to the journal. An index that
// cannot be read or trusted is made anew.
func (s *Store) openIndexed() error {
	if !trusted(s.indexDir()) {
		s.logf("the machine went down while the store was open: making the index anew")
		return s.rebuild()
	}
	err := s.openOnce()
	if err == nil {
		return nil
	}
	s.logf("making the index anew: %v", err)
	return s.rebuild()
}

func (s *Store) rebuild() error {
	if s.words != nil {
		s.words.close()
	}
	if s.index != nil {
		s.index.close()
	}
	s.words, s.index = nil, nil
	s.spaces, s.seq, s.views = map[inspector.Workspace]*space{}, 0, viewCache{}
	s.applier = applier{s: s, touched: map[inspector.ID]bool{}}
	if err := os.RemoveAll(s.indexDir()); err != nil {
		return fmt.Errorf("make index anew: %w", err)
	}
	return s.openOnce()
}

func (s *Store) openOnce() (err error) {
	if s.index, err = openIndex(s.indexDir(), s.logf); err != nil {
		return err
	}
	if err := markOpen(s.indexDir()); err != nil {
		return err
	}
	if s.words, err = openWords(s.wordPath()); err != nil {
		return err
	}
	check, err := s.loadIndex()
	if err != nil {
		return err
	}
	r := replay{s: s, check: check}
	if err := r.run(); err != nil {
		return err
	}
	for _, sp := range s.spaces {
		sp.queue.Begin(s.boot << 32)
	}
	return s.writeLedger()
}

// loadIndex reads what the index holds except the rows, and returns up to where
// it has the journal.
func (s *Store) loadIndex() (check journal.Pos, err error) {
	value, err := s.index.get([]byte(keyCheck))
	if err != nil {
		return 0, err
	}
	if len(value) == 16 {
		check = journal.Pos(binary.BigEndian.Uint64(value))
		s.seq = binary.BigEndian.Uint64(value[8:])
	}
	if check > s.journal.End() && s.journal.End() > 0 {
		return 0, fmt.Errorf("the index is ahead of the journal: %s after %s", check, s.journal.End())
	}
	for kind, load := range map[byte]func(*space, []byte, []byte) error{
		keySummary: loadSummary, keyConfig: loadConfig, keyWork: loadWork,
		keyState: func(sp *space, _, value []byte) error { return sp.decodeState(value) },
	} {
		err := s.index.each([]byte{kind}, func(key, value []byte) error {
			ws, rest, ok := splitKey(key)
			if !ok {
				return errors.New("unknown key")
			}
			return load(s.space(ws), rest, value)
		})
		if err != nil {
			return 0, err
		}
	}
	for _, sp := range s.spaces {
		sp.feed.floor = s.seq
		if err := sp.findUnwiped(); err != nil {
			return 0, err
		}
	}
	return check, nil
}

func loadSummary(sp *space, _, value []byte) error {
	sum, err := decodeSummary(value)
	if err != nil {
		return err
	}
	sp.blocks = append(sp.blocks, sum) // keys come in order
	sp.live += sum.live
	sp.trashed += sum.trashed
	return nil
}

func loadConfig(sp *space, _, value []byte) error {
	d := &decoder{b: value}
	pos := journal.Pos(d.uvarint())
	key, e := d.config()
	e.pos = pos
	sp.config[key] = e
	return d.err
}

func loadWork(sp *space, _, value []byte) error {
	d := &decoder{b: value}
	pos := d.uvarint()
	w := d.work(d.byte())
	w.Pos = pos
	if d.err == nil {
		w.Indexed = true
		sp.queue.Put(w)
	}
	return d.err
}

// findUnwiped lists the erased deliveries whose bytes a crash left in place.
func (sp *space) findUnwiped() error {
	for _, sum := range sp.blocks {
		if sum.unwiped == 0 {
			continue
		}
		v, err := sp.store.stored(sp.ws, sum.no, sum.version, sum.parts)
		if err != nil {
			return err
		}
		for slot := range v.slots {
			var e entry
			if err := v.entry(slot, &e); err != nil {
				return err
			}
			if e.state == dead && len(e.pieces) > 0 {
				sp.wipe = append(sp.wipe, wiping{e.row.N, slices.Clone(e.pieces)})
			}
		}
	}
	return nil
}

// abandon lets go of what an Open that failed had opened.
func (s *Store) abandon() error {
	var errs []error
	if s.words != nil {
		errs = append(errs, s.words.close())
	}
	if s.index != nil {
		errs = append(errs, s.index.close())
	}
	if s.journal != nil {
		errs = append(errs, s.journal.Close())
	}
	return errors.Join(append(errs, s.lock.release())...)
}

// shut closes everything in order: what was written last is read first.
func (s *Store) shut() error {
	var errs []error
	s.mu.RLock()
	wipe := s.toWipe() > 0
	s.mu.RUnlock()
	if wipe {
		errs = append(errs, s.wipeErased())
	}
	if s.fault.Load() == nil {
		if s.vacuumAt.Load() != 0 {
			errs = append(errs, s.vacuum())
		} else {
			errs = append(errs, s.flush())
		}
		errs = append(errs, s.writeLedger())
	}
	errs = append(errs, s.words.close(), s.journal.Close(), s.shutIndex(), s.lock.release())
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("close store in %s: %w", s.dir, err)
	}
	return nil
}

// closeMost is how long the index may take to close: where it cannot be written, Badger
// tries for ever.
const closeMost = 15 * time.Second

// shutIndex closes the index unless that could end the process: Badger writes
// its memory out when it closes, through a memory map, and dies when there is
// no space. What it still held is in the journal.
func (s *Store) shutIndex() error {
	s.volume.expire()
	if err := s.volume.away(); err != nil {
		s.logf("the index is left as it is: %v", err)
		return nil
	}
	if free := s.volume.free(); free >= 0 && free < s.indexNeed() {
		s.logf("the index is left as it is: only %s free", mebibytes(free))
		return nil
	}
	closed := make(chan error, 1)
	go func() { closed <- s.index.close() }()
	select {
	case err := <-closed:
		if err != nil {
			return err
		}
	case <-time.After(cmp.Or(s.opt.closeMost, closeMost)):
		s.logf("the index is left as it is: it cannot be written")
		return nil
	}
	if s.fault.Load() != nil {
		return os.RemoveAll(s.indexDir()) // it no longer follows the journal
	}
	return markClosed(s.indexDir())
}
