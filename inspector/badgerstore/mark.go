package badgerstore

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"sync/atomic"
	"unsafe"

	"github.com/boathook/boathook/inspector"
)

// A mark is a file that is mapped into memory, so that setting it costs no system call:
// how often it was set, the ids that were set last but one and last, in turn, and the
// name of the start of the kernel in which it was made: what a process wrote is there
// as long as that runs. The count is written after the id, so that a process which is
// killed between them leaves the one before.
const (
	markIDs  = 8
	markHead = markIDs + 2*len(inspector.ID{})
)

// markFile is an open one.
type markFile struct {
	count uint64
	data  []byte
}

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
	if err := os.WriteFile(path, append(make([]byte, markHead), boot...), 0o600); err != nil {
		return nil, fmt.Errorf("make a mark: %w", err)
	}
	f, err := os.OpenFile(path, os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open a mark: %w", err)
	}
	defer f.Close() // the map stays
	data, err := mapFile(f, markHead)
	if err != nil {
		return nil, fmt.Errorf("map a mark: %w", err)
	}
	return &markFile{data: data}, nil
}

func (m *markFile) Set(id inspector.ID) (err error) {
	if m.data == nil {
		return os.ErrClosed
	}
	// A page that has no place on the disk any more is a fault of the memory: the file was
	// cut, or the disk is full and writes each change to another place.
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if fault := recover(); fault != nil {
			err = fmt.Errorf("write a mark: %v", fault)
		}
	}()
	m.count++
	copy(m.data[markIDs+m.count%2*uint64(len(id)):], id[:])
	atomic.StoreUint64((*uint64)(unsafe.Pointer(unsafe.SliceData(m.data))), m.count)
	return nil
}

func (m *markFile) Close() error {
	data := m.data
	m.data = nil
	return unmapFile(data)
}

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
	if len(text) < markHead || boot == unknownBoot || string(text[markHead:]) != boot {
		return id, false, nil
	}
	count := binary.NativeEndian.Uint64(text)
	copy(id[:], text[markIDs+count%2*uint64(len(id)):])
	return id, true, nil
}

// DropMark implements [inspector.Marker].
func (s *Store) DropMark(name string) error {
	if err := os.Remove(s.markPath(name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("remove a mark: %w", err)
	}
	return nil
}
