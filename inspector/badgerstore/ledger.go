package badgerstore

import (
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/inspector/badgerstore/journal"
)

// ledger is a small file that says how far numbers were given. It is written
// at most once a second, apart from the journal, so that a journal that lost
// its end is noticed.
type ledger struct {
	path string

	mu   sync.Mutex
	last string // what was written last
}

type ledgerEntry struct {
	FirstN uint64 `json:"first_n"`
	LastN  uint64 `json:"last_n"`
	Count  int    `json:"count"`
}

type ledgerFile struct {
	Seq    uint64                              `json:"seq"`
	Boot   uint64                              `json:"boot"`
	Spaces map[inspector.Workspace]ledgerEntry `json:"spaces"`
}

// A ledger file: the checksum of the rest in hex, a space, the rest.
func encodeLedger(f ledgerFile) ([]byte, error) {
	data, err := json.Marshal(f)
	if err != nil {
		return nil, err
	}
	return fmt.Appendf(nil, "%08x %s\n", crc32.Checksum(data, castagnoli), data), nil
}

// read returns an empty ledger when there is none, or none that is sound.
func (l *ledger) read() (ledgerFile, error) {
	var f ledgerFile
	text, err := os.ReadFile(l.path)
	if errors.Is(err, fs.ErrNotExist) {
		return f, nil
	}
	if err != nil {
		return f, fmt.Errorf("read ledger: %w", err)
	}
	var sum uint32
	if len(text) < 10 {
		return f, nil
	}
	if _, err := fmt.Sscanf(string(text[:8]), "%08x", &sum); err != nil {
		return f, nil
	}
	data := text[9 : len(text)-1]
	if crc32.Checksum(data, castagnoli) != sum || json.Unmarshal(data, &f) != nil {
		return ledgerFile{}, nil
	}
	return f, nil
}

// write writes what changed since the last time.
func (l *ledger) write(f ledgerFile) error {
	data, err := encodeLedger(f)
	if err != nil {
		return fmt.Errorf("write ledger: %w", err)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.last == string(data) {
		return nil
	}
	if err := replaceFile(l.path, data); err != nil {
		return fmt.Errorf("write ledger: %w", err)
	}
	l.last = string(data)
	return nil
}

func (s *Store) writeLedger() error {
	s.mu.RLock()
	f := ledgerFile{Seq: s.seq, Boot: s.boot, Spaces: map[inspector.Workspace]ledgerEntry{}}
	for ws, sp := range s.spaces {
		first, err := sp.firstN()
		if err != nil {
			s.mu.RUnlock()
			return err
		}
		f.Spaces[ws] = ledgerEntry{first, sp.lastN, sp.live}
	}
	s.mu.RUnlock()
	return s.ledger.write(f)
}

func syncFolder(dir string) error { return journal.OS{}.SyncDir(dir) }

func ledgerPath(dir string) string { return filepath.Join(dir, "ledger.json") }
