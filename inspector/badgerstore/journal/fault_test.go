package journal

import (
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
)

// faults is a file system that notes all calls and fails one of them.
type faults struct {
	mu    sync.Mutex
	calls []string
	fail  int // number of the call that fails, from 1; 0: none
	err   error
	short bool // the failing write writes half
}

func (f *faults) call(name string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.calls = append(f.calls, name)
	if len(f.calls) == f.fail {
		return f.err
	}
	return nil
}

func (f *faults) Open(path string, create bool) (File, error) {
	if create {
		if err := f.call("create " + filepath.Base(path)); err != nil {
			return nil, err
		}
	}
	file, err := OS{}.Open(path, create)
	return &faultFile{file, f}, err
}

func (f *faults) Remove(path string) error { return OS{}.Remove(path) }

func (f *faults) SyncDir(path string) error {
	if err := f.call("syncdir"); err != nil {
		return err
	}
	return OS{}.SyncDir(path)
}

type faultFile struct {
	File
	f *faults
}

func (f *faultFile) WriteAt(p []byte, off int64) (int, error) {
	if err := f.f.call("write"); err != nil {
		n := 0
		if f.f.short {
			n, _ = f.File.WriteAt(p[:len(p)/2], off)
		}
		return n, err
	}
	return f.File.WriteAt(p, off)
}

func (f *faultFile) Sync() error {
	if err := f.f.call("sync"); err != nil {
		return err
	}
	return f.File.Sync()
}

func put(b *Batch, kind Kind, n uint64, text string) {
	b.Begin(kind, n)
	b.Buf = append(b.Buf, text...)
	b.End()
}

// One batch costs one write and one sync, in that order, before it returns.
func TestOneSyncForEachBatch(t *testing.T) {
	t.Parallel()
	f := &faults{}
	j, err := Open(t.TempDir(), [16]byte{1}, Options{Files: f})
	if err != nil {
		t.Fatal(err)
	}
	defer j.Close()
	for seq := range uint64(50) {
		var b Batch
		for i := range 7 {
			put(&b, 1, seq*7+uint64(i), "some data")
		}
		before := len(f.calls)
		if _, err := j.Append(seq+1, &b); err != nil {
			t.Fatal(err)
		}
		want := "[write sync]"
		if seq == 0 {
			want = "[create 0000000001.log write write sync syncdir]"
		}
		if got := fmt.Sprint(f.calls[before:]); got != want {
			t.Errorf("batch %d: %s, want %s", seq, got, want)
		}
	}
}

// Whatever call fails: what was acknowledged is there afterwards, and what was
// refused is not, unless a failed sync left that open.
func TestFaults(t *testing.T) {
	t.Parallel()
	run := func(t *testing.T, f *faults, dir string) (acked, refused []uint64, broken bool) {
		j, err := Open(dir, [16]byte{1}, Options{Files: f, SegmentBytes: 600})
		if err != nil {
			t.Fatal(err)
		}
		defer j.Close()
		for seq := uint64(1); seq <= 30; seq++ {
			var b Batch
			put(&b, 1, seq, fmt.Sprint("first of ", seq))
			put(&b, 1, seq, fmt.Sprint("second of ", seq))
			_, err := j.Append(seq, &b)
			switch {
			case err == nil && broken:
				t.Fatalf("batch %d was accepted after a failed sync", seq)
			case err == nil:
				acked = append(acked, seq)
			default:
				refused = append(refused, seq)
				broken = broken || errors.Is(err, ErrBroken)
				if !errors.Is(err, f.err) {
					t.Errorf("batch %d: %v, want %v", seq, err, f.err)
				}
			}
		}
		return acked, refused, broken
	}
	clean := &faults{}
	run(t, clean, t.TempDir())
	for n := 1; n <= len(clean.calls); n++ {
		for _, short := range []bool{false, true} {
			f := &faults{fail: n, err: syscall.ENOSPC, short: short}
			dir := t.TempDir()
			acked, refused, broken := run(t, f, dir)
			kind := f.calls[n-1]
			if sync := kind == "sync" || kind == "syncdir"; sync != broken {
				t.Errorf("call %d (%s) fails: broken is %v", n, kind, broken)
			}
			if !broken && len(refused) != 1 {
				t.Errorf("call %d (%s) fails: %d batches were refused, want 1", n, kind, len(refused))
			}
			got := map[uint64]int{}
			j, err := Open(dir, [16]byte{1}, Options{})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := j.Recover(); err != nil {
				t.Fatal(err)
			}
			err = j.Walk(0, func(r Record) error { got[r.Seq]++; return nil }, func(d Damage) { t.Errorf("call %d (%s) fails: %s", n, kind, d) })
			if err != nil {
				t.Fatal(err)
			}
			j.Close()
			for _, seq := range acked {
				if got[seq] != 2 {
					t.Errorf("call %d (%s) fails: acknowledged batch %d has %d records", n, kind, seq, got[seq])
				}
			}
			for _, seq := range refused {
				if !broken && got[seq] != 0 {
					t.Errorf("call %d (%s) fails: refused batch %d is there", n, kind, seq)
				}
			}
		}
	}
}

func isErr(err, want error) bool {
	return want == nil && err == nil || want != nil && errors.Is(err, want)
}
