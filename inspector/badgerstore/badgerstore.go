// Package badgerstore keeps deliveries in a folder of its own: an append-only
// journal that is synced before a commit returns, and beside it a Badger
// database with everything that is derived from it.
//
// The journal alone is enough. Rows, block summaries, configuration and
// scheduled work live in Badger, which is not synced; what a crash takes from
// it is replayed from the journal at the next start, and when it cannot be
// trusted at all it is made anew. Rows are kept in blocks of 256 consecutive
// running numbers. A search walks the blocks newest first and leaves out those
// whose summary or word filter shows that nothing in them can match.
//
// [Open] opens or makes a store; one process may have it open at a time.
package badgerstore

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/inspector/badgerstore/journal"
)

// Durability says what a commit waits for.
type Durability uint8

const (
	// Fsync waits until the data is on the disk: neither the end of the process
	// nor loss of power takes it back.
	Fsync Durability = iota
	// Process waits until the kernel has the data: it outlives the process, but
	// loss of power may take the last seconds.
	Process
)

// Options set how a store works. The zero value is safe.
type Options struct {
	Durability   Durability
	SegmentBytes int64 // size of a journal file; 0: 64 MiB
	// MinFreeBytes is the free space below which nothing is accepted; 0: 256 MiB.
	MinFreeBytes int64
	// Log is told what a person should know, e.g. that the index was made anew.
	// nil: nothing is logged.
	Log func(format string, args ...any)
	// Files are the files of the journal; nil: the operating system's. For tests.
	Files journal.FS

	flushEvery time.Duration // 0: 30 s
	closeMost  time.Duration // 0: closeMost
}

// Store is the embedded store. It satisfies [inspector.Store].
type Store struct {
	dir     string
	opt     Options
	lock    *folderLock
	journal *journal.Journal
	index   *index
	words   *wordFile
	volume  volume
	lineage string // tells the cursors of this store from those of another
	boot    uint64 // counts the starts

	inFlight atomic.Int64 // bytes of commits that run
	fault    atomic.Pointer[error]

	life   sync.RWMutex // held for reading during every call, so that Close waits
	end    func()       // its RUnlock, made once
	closed bool

	write   sync.Mutex // held by whoever appends to the journal
	batch   journal.Batch
	draft   draft
	drafts  uint64 // that were begun
	applier applier

	mu        sync.RWMutex // guards the spaces and what follows
	spaces    map[inspector.Workspace]*space
	seq       uint64      // number of the newest change
	feedFloor uint64      // where the feed of a workspace begins that is new
	applied   journal.Pos // everything before it is in memory or in the index
	views     viewCache

	wakeMu sync.Mutex
	wake   chan struct{}

	sweeping sync.Mutex // held by a sweep
	wiping   sync.Mutex // held while erased bytes are overwritten
	flushing sync.Mutex // held while the index is written
	writer   blockWriter
	work     chan struct{}
	stop     chan struct{}
	done     chan struct{}
	vacuumAt atomic.Int64 // when the index is to be freed of erased rows, 0 if never
	erasing  sync.Mutex   // held while vacuumAt and the file that stands for it change
	indexed  atomic.Int64 // bytes of the index on disk
	wanted   atomic.Bool  // a search could have left out blocks that have no word filter
	ledger   ledger
}

var _ inspector.Store = (*Store)(nil)

// begin admits a call. The caller must call the returned function at its end.
func (s *Store) begin(ctx context.Context) (func(), error) {
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	s.life.RLock()
	if s.closed {
		s.life.RUnlock()
		return nil, inspector.ErrClosed
	}
	return s.end, nil
}

// space returns a workspace, and makes it if need be. Store.mu must be held for
// writing.
func (s *Store) space(ws inspector.Workspace) *space {
	sp := s.spaces[ws]
	if sp == nil {
		sp = newSpace(s, ws)
		s.spaces[ws] = sp
	}
	return sp
}

// peek returns a workspace for reading; it is empty if nothing was written.
func (s *Store) peek(ws inspector.Workspace) *space {
	if sp := s.spaces[ws]; sp != nil {
		return sp
	}
	return newSpace(s, ws)
}

// Close waits for running calls, writes the index and releases the folder.
// Every later call returns inspector.ErrClosed, also a second Close.
func (s *Store) Close() error {
	s.life.Lock()
	defer s.life.Unlock()
	if s.closed {
		return inspector.ErrClosed
	}
	s.closed = true
	close(s.stop)
	<-s.done
	return s.shut()
}

func (s *Store) logf(format string, args ...any) {
	if s.opt.Log != nil {
		s.opt.Log(format, args...)
	}
}

// Folders and files of a store.
func (s *Store) journalDir() string { return filepath.Join(s.dir, "journal") }
func (s *Store) indexDir() string   { return filepath.Join(s.dir, "index") }
func (s *Store) wordPath() string   { return filepath.Join(s.dir, "index", "words") }

// Stats counts what is kept. Bytes is the size of journal and index on disk.
func (s *Store) Stats(ctx context.Context, ws inspector.Workspace) (inspector.Stats, error) {
	end, err := s.begin(ctx)
	if err != nil {
		return inspector.Stats{}, err
	}
	defer end()
	s.mu.RLock()
	defer s.mu.RUnlock()
	sp := s.peek(ws)
	first, err := sp.firstN()
	if err != nil {
		return inspector.Stats{}, err
	}
	st := inspector.Stats{
		Deliveries: sp.live - sp.trashed, Trashed: sp.trashed, FirstN: first, LastN: sp.lastN, LastID: sp.lastID,
		Bytes: s.journal.Bytes() + s.indexed.Load(), FreeBytes: s.volume.free(), Losses: sp.losses,
	}
	if err := s.admit(); err != nil {
		st.Refusing = err.Error()
	}
	return st, nil
}

// admit refuses commits while they could not be kept.
func (s *Store) admit() error {
	if err := s.fault.Load(); err != nil {
		return fmt.Errorf("%w: %w", inspector.ErrBroken, *err)
	}
	if err := s.journal.Broken(); err != nil {
		return fmt.Errorf("%w: %w", inspector.ErrBroken, err)
	}
	if err := s.volume.away(); err != nil {
		return err
	}
	free := s.volume.free()
	if free >= 0 && free-s.inFlight.Load() < s.opt.MinFreeBytes {
		return fmt.Errorf("%w: %s free in %s, %s needed", inspector.ErrNoSpace, mebibytes(free), s.dir, mebibytes(s.opt.MinFreeBytes))
	}
	return nil
}

func (s *Store) segmentBytes() int64 {
	if s.opt.SegmentBytes > 0 {
		return s.opt.SegmentBytes
	}
	return journal.DefaultSegmentBytes
}

func mebibytes(n int64) string { return fmt.Sprintf("%.1f MiB", float64(n)/(1<<20)) }

func mkdir(path string) error {
	if err := os.MkdirAll(path, 0o700); err != nil {
		return err
	}
	return os.Chmod(path, 0o700)
}
