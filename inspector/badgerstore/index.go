package badgerstore

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"

	"github.com/dgraph-io/badger/v4"
	"github.com/dgraph-io/badger/v4/options"
)

// index is the Badger database with what is derived from the journal. It is
// not synced: what a crash takes from it is made again from the journal.
type index struct {
	root string // folder that holds the databases and CURRENT
	log  func(format string, args ...any)

	mu  sync.RWMutex // held for writing while the database is exchanged
	dir string       // folder of db
	db  *badger.DB
}

const memTableBytes = 4 << 20

// indexReserve is the free space that Badger's files may take at once: two
// memtables being filled and two being written out, with their logs, and a
// compaction. Badger writes through memory maps, and dies when there is none.
const indexReserve = 16 * memTableBytes

func badgerOptions(dir string, log func(string, ...any)) badger.Options {
	return badger.DefaultOptions(dir).
		WithSyncWrites(false).
		WithMemTableSize(memTableBytes).
		WithNumMemtables(2).
		WithNumLevelZeroTables(2).
		WithNumLevelZeroTablesStall(6).
		WithNumCompactors(2).
		WithNumGoroutines(2).
		WithBaseTableSize(1 << 20).
		WithBaseLevelSize(16 << 20).
		WithValueThreshold(partBytes + 64<<10).
		WithValueLogFileSize(1 << 20).
		WithCompression(options.None).
		WithBlockCacheSize(0).
		WithIndexCacheSize(0).
		WithChecksumVerificationMode(options.OnTableRead).
		WithDetectConflicts(false).
		WithMetricsEnabled(false).
		WithNumVersionsToKeep(1).
		WithLogger(badgerLog{log})
}

// badgerLog passes on what is wrong and drops the talk.
type badgerLog struct{ log func(string, ...any) }

func (l badgerLog) Errorf(format string, args ...any)   { l.log("index: "+format, args...) }
func (l badgerLog) Warningf(format string, args ...any) { l.log("index: "+format, args...) }
func (badgerLog) Infof(string, ...any)                  {}
func (badgerLog) Debugf(string, ...any)                 {}

// openDB opens the database; Badger panics on some damaged files.
func openDB(dir string, log func(string, ...any)) (db *badger.DB, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("open index: %v", p)
		}
	}()
	if db, err = badger.Open(badgerOptions(dir, log)); err != nil {
		return nil, fmt.Errorf("open index: %w", err)
	}
	return db, nil
}

// openIndex opens the database that CURRENT names, and removes others that a
// crash left behind.
func openIndex(root string, log func(string, ...any)) (*index, error) {
	if err := mkdir(root); err != nil {
		return nil, fmt.Errorf("open index: %w", err)
	}
	x := &index{root: root, log: log}
	name := 1
	if text, err := os.ReadFile(filepath.Join(root, "CURRENT")); err == nil {
		if name, err = strconv.Atoi(strings.TrimSpace(string(text))); err != nil || name < 1 {
			return nil, errors.New("open index: the CURRENT file is damaged")
		}
	} else if err := x.point(name); err != nil {
		return nil, fmt.Errorf("open index: %w", err)
	}
	x.dir = filepath.Join(root, dbName(name))
	others, err := filepath.Glob(filepath.Join(root, "db-*"))
	if err != nil {
		return nil, fmt.Errorf("open index: %w", err)
	}
	for _, dir := range others {
		if dir != x.dir {
			if err := os.RemoveAll(dir); err != nil {
				return nil, fmt.Errorf("open index: %w", err)
			}
		}
	}
	if x.db, err = openDB(x.dir, log); err != nil {
		return nil, err
	}
	return x, nil
}

func dbName(n int) string { return fmt.Sprintf("db-%06d", n) }

// name is the number of the database in use.
func (x *index) name() int {
	n, _ := strconv.Atoi(strings.TrimPrefix(filepath.Base(x.dir), "db-"))
	return n
}

// point makes CURRENT name a database.
func (x *index) point(n int) error {
	return replaceFile(filepath.Join(x.root, "CURRENT"), fmt.Appendf(nil, "%d\n", n))
}

func (x *index) close() error {
	x.mu.Lock()
	defer x.mu.Unlock()
	if err := x.db.Close(); err != nil {
		return fmt.Errorf("close index: %w", err)
	}
	return nil
}

// get returns a copy of a value, nil if there is none.
func (x *index) get(key []byte) (value []byte, err error) {
	x.mu.RLock()
	defer x.mu.RUnlock()
	err = x.db.View(func(txn *badger.Txn) error {
		it, err := txn.Get(key)
		if errors.Is(err, badger.ErrKeyNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		value, err = it.ValueCopy(nil)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read index: %w", err)
	}
	return value, nil
}

// each calls f for all keys with a prefix, in order. Key and value are only
// valid during the call.
func (x *index) each(prefix []byte, f func(key, value []byte) error) error {
	x.mu.RLock()
	defer x.mu.RUnlock()
	err := x.db.View(func(txn *badger.Txn) error {
		it := txn.NewIterator(badger.IteratorOptions{PrefetchValues: true, PrefetchSize: 16, Prefix: prefix})
		defer it.Close()
		for it.Rewind(); it.Valid(); it.Next() {
			item := it.Item()
			if err := item.Value(func(v []byte) error { return f(item.Key(), v) }); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("read index: %w", err)
	}
	return nil
}

// writer collects writes into as few transactions as fit. They become visible
// in order, so a reader that sees one sees all before it.
type writer struct {
	txn *badger.Txn
	db  *badger.DB
}

func (x *index) update(f func(w *writer) error) error {
	x.mu.RLock()
	defer x.mu.RUnlock()
	w := &writer{db: x.db, txn: x.db.NewTransaction(true)}
	defer func() { w.txn.Discard() }()
	if err := f(w); err != nil {
		return fmt.Errorf("write index: %w", err)
	}
	if err := w.txn.Commit(); err != nil {
		return fmt.Errorf("write index: %w", err)
	}
	return nil
}

func (w *writer) retry(do func() error) error {
	err := do()
	if !errors.Is(err, badger.ErrTxnTooBig) {
		return err
	}
	if err := w.txn.Commit(); err != nil {
		return err
	}
	w.txn = w.db.NewTransaction(true)
	return do()
}

func (w *writer) set(key, value []byte) error {
	return w.retry(func() error { return w.txn.Set(key, value) })
}

func (w *writer) delete(key []byte) error {
	return w.retry(func() error { return w.txn.Delete(key) })
}

// bytes is the space that the files take, without the holes in them.
func (x *index) bytes() int64 {
	var n int64
	for _, pattern := range []string{"*", "db-*/*"} {
		files, _ := filepath.Glob(filepath.Join(x.root, pattern))
		for _, f := range files {
			n += diskBytes(f)
		}
	}
	return n
}
