package badgerstore

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/boathook/boathook/inspector"
)

// A mark is a file of 16 bytes, and behind them the name of the start of the kernel in
// which it was made: what a process wrote is there as long as that runs.

// markFile is an open one.
type markFile struct{ f *os.File }

func (s *Store) markPath(name string) string { return filepath.Join(s.dir, "marks", name) }

// OpenMark implements [inspector.Marker].
func (s *Store) OpenMark(name string) (inspector.Mark, error) {
	boot := kernelBoot()
	if boot == unknownBoot {
		return nil, nil // a machine that was started anew could not be told
	}
	path := s.markPath(name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("make a mark: %w", err)
	}
	var none inspector.ID
	if err := os.WriteFile(path, append(none[:], boot...), 0o600); err != nil {
		return nil, fmt.Errorf("make a mark: %w", err)
	}
	f, err := os.OpenFile(path, os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open a mark: %w", err)
	}
	return &markFile{f}, nil
}

func (m *markFile) Set(id inspector.ID) error {
	_, err := m.f.WriteAt(id[:], 0)
	return err
}

func (m *markFile) Close() error { return m.f.Close() }

// ReadMark implements [inspector.Marker].
func (s *Store) ReadMark(name string) (id inspector.ID, known bool, err error) {
	text, err := os.ReadFile(s.markPath(name))
	if errors.Is(err, fs.ErrNotExist) {
		return id, false, nil
	}
	if err != nil {
		return id, false, fmt.Errorf("read a mark: %w", err)
	}
	boot := kernelBoot()
	if len(text) < len(id) || boot == unknownBoot || string(text[len(id):]) != boot {
		return id, false, nil
	}
	copy(id[:], text)
	return id, true, nil
}

// DropMark implements [inspector.Marker].
func (s *Store) DropMark(name string) error {
	if err := os.Remove(s.markPath(name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("remove a mark: %w", err)
	}
	return nil
}
