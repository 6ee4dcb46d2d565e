package badgerstore

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/dgraph-io/badger/v4"

	"github.com/boathook/boathook/inspector"
)

// vacuum rids the index of everything that was overwritten or deleted: Badger
// keeps it until a compaction happens to come by. All that is current is
// copied into a new database, which then takes the place of the old one.
func (s *Store) vacuum() error {
	if err := s.flush(); err != nil {
		return err
	}
	s.flushing.Lock()
	defer s.flushing.Unlock()
	// For a while there are two of them.
	if free := s.volume.free(); free >= 0 && free < s.indexed.Load()+s.indexNeed() {
		return fmt.Errorf("renew index: %w: %s free", inspector.ErrNoSpace, mebibytes(free))
	}
	due := s.vacuumAt.Load()
	current := s.currentBlocks()
	stale := func(key []byte) bool { return key[0] == keyBlock && !current[string(key[:len(key)-2])] }
	if err := s.index.renew(stale); err != nil {
		return err
	}
	s.indexed.Store(s.index.bytes())
	s.erasing.Lock()
	defer s.erasing.Unlock()
	if !s.vacuumAt.CompareAndSwap(due, 0) {
		return nil
	}
	return unmarkErased(s.indexDir())
}

// While the index may hold erased rows in its old tables, a file beside it says
// so, as the process may end before they are gone. It is not synced: when the
// machine goes down, the index is made anew.
const erasedFile = "ERASED"

func markErased(root string) error {
	if err := os.WriteFile(filepath.Join(root, erasedFile), nil, 0o600); err != nil {
		return fmt.Errorf("mark index as holding erased rows: %w", err)
	}
	return nil
}

func unmarkErased(root string) error {
	if err := os.Remove(filepath.Join(root, erasedFile)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("mark index as free of erased rows: %w", err)
	}
	return nil
}

func markedErased(root string) bool {
	_, err := os.Stat(filepath.Join(root, erasedFile))
	return err == nil
}

// currentBlocks are the keys, without the part, of the blocks that something
// refers to: a flush that was cut short leaves others. Store.flushing must be
// held.
func (s *Store) currentBlocks() map[string]bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	current := map[string]bool{}
	for _, sp := range s.spaces {
		for _, list := range [][]*summary{sp.blocks, sp.dropped} {
			for _, sum := range list {
				for v := range uint8(2) { // the next one too, if writing it failed
					key := partKey(sp.ws, sum.no, sum.version+v, 0)
					current[string(key[:len(key)-2])] = true
				}
			}
		}
	}
	return current
}

// renew copies the database but for what is stale. Nothing may be written
// meanwhile; reading goes on.
func (x *index) renew(stale func(key []byte) bool) error {
	next := x.name() + 1
	dir := filepath.Join(x.root, dbName(next))
	if err := os.RemoveAll(dir); err != nil {
		return fmt.Errorf("renew index: %w", err)
	}
	db, err := openDB(dir, x.log)
	if err != nil {
		return err
	}
	if err := copyDB(db, x.db, stale); err != nil {
		db.Close()
		os.RemoveAll(dir)
		return fmt.Errorf("renew index: %w", err)
	}
	if err := db.Sync(); err != nil {
		db.Close()
		return fmt.Errorf("renew index: %w", err)
	}
	// From here on the new one counts: a start takes what CURRENT names and
	// removes the rest.
	if err := x.point(next); err != nil {
		db.Close()
		return fmt.Errorf("renew index: %w", err)
	}
	x.mu.Lock()
	old, oldDir := x.db, x.dir
	x.db, x.dir = db, dir
	x.mu.Unlock()
	err = old.Close()
	if rerr := os.RemoveAll(oldDir); err == nil {
		err = rerr
	}
	if err != nil {
		return fmt.Errorf("renew index: %w", err)
	}
	return nil
}

func copyDB(to, from *badger.DB, stale func(key []byte) bool) error {
	batch := to.NewWriteBatch()
	defer batch.Cancel()
	err := from.View(func(txn *badger.Txn) error {
		it := txn.NewIterator(badger.IteratorOptions{PrefetchValues: true, PrefetchSize: 16})
		defer it.Close()
		for it.Rewind(); it.Valid(); it.Next() {
			item := it.Item()
			if stale(item.Key()) {
				continue
			}
			value, err := item.ValueCopy(nil)
			if err != nil {
				return err
			}
			if err := batch.Set(item.KeyCopy(nil), value); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return batch.Flush()
}
