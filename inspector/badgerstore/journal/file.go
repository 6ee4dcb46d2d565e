package journal

import (
	"fmt"
	"io"
	"os"
)

// File is what the journal needs of a segment file.
type File interface {
	io.ReaderAt
	io.WriterAt
	io.Closer
	// Sync returns once all written bytes are on the disk.
	Sync() error
	Truncate(size int64) error
	Size() (int64, error)
}

// FS opens the files of a journal. Tests put one in that counts or fails.
type FS interface {
	// Open opens a file for reading and writing, and creates it if told so.
	Open(path string, create bool) (File, error)
	// Remove removes a file.
	Remove(path string) error
	// SyncDir returns once new and removed names of the folder are on the disk.
	SyncDir(path string) error
}

// OS are the operating system's files.
type OS struct{}

// Open opens a file that only its owner may read.
func (OS) Open(path string, create bool) (File, error) {
	flag := os.O_RDWR
	if create {
		flag |= os.O_CREATE | os.O_EXCL
	}
	f, err := os.OpenFile(path, flag, 0o600)
	if err != nil {
		return nil, err
	}
	return osFile{f}, nil
}

// Remove removes a file.
func (OS) Remove(path string) error { return os.Remove(path) }

// SyncDir syncs a folder.
func (OS) SyncDir(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	defer d.Close()
	if err := syncDir(d); err != nil {
		return fmt.Errorf("sync folder: %w", err)
	}
	return nil
}

type osFile struct{ *os.File }

func (f osFile) Sync() error { return syncData(f.File) }

func (f osFile) Size() (int64, error) {
	info, err := f.Stat()
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}
