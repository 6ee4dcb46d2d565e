package journal

import (
	"errors"
	"syscall"
	"testing"
)

// kernel is a file system that tells every open file once of a failed write to
// the disk, as Linux does, and then takes the data for written.
type kernel struct {
	OS
	failed int
}

func (k *kernel) Open(path string, create bool) (File, error) {
	f, err := k.OS.Open(path, create)
	return &kernelFile{File: f, k: k, told: k.failed}, err
}

type kernelFile struct {
	File
	k    *kernel
	told int
}

func (f *kernelFile) Sync() error {
	if f.told < f.k.failed {
		f.told = f.k.failed
		return syscall.EIO
	}
	return f.File.Sync()
}

// watched fails the disk while the wipe writes.
type watched struct {
	kernel
	arm    bool
	writes int
}

func (w *watched) Open(path string, create bool) (File, error) {
	f, err := w.kernel.Open(path, create)
	return &watchedFile{f, w}, err
}

type watchedFile struct {
	File
	w *watched
}

func (f *watchedFile) WriteAt(p []byte, off int64) (int, error) {
	f.w.writes++
	if f.w.arm {
		f.w.arm = false
		f.w.failed++
	}
	return f.File.WriteAt(p, off)
}

// A write that fails while a wipe syncs may be that of an append, which must
// not take its data for durable then. What the wipe wrote is written again.
func TestWipeLeavesFailuresToAppend(t *testing.T) {
	t.Parallel()
	fs := &watched{}
	j, err := Open(t.TempDir(), [16]byte{1}, Options{Files: fs})
	if err != nil {
		t.Fatal(err)
	}
	defer j.Close()
	var b Batch
	put(&b, 1, 1, "erase me")
	placed, err := j.Append(1, &b)
	if err != nil {
		t.Fatal(err)
	}
	fs.arm = true
	if err := j.Wipe(placed); !errors.Is(err, syscall.EIO) {
		t.Errorf("Wipe = %v, want %v", err, syscall.EIO)
	}
	before := fs.writes
	if err := j.Wipe(placed); err != nil {
		t.Errorf("second Wipe = %v", err)
	}
	if fs.writes == before {
		t.Error("the second wipe wrote nothing, though it is unknown what the first left on the disk")
	}
	b.Reset()
	put(&b, 1, 2, "later")
	if _, err := j.Append(2, &b); !errors.Is(err, ErrBroken) {
		t.Errorf("Append after a failed write = %v, want %v", err, ErrBroken)
	}
}
