package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// A disk that fills up while a file is written keeps the file of before.
func TestWriteFileOnFullDisk(t *testing.T) {
	t.Parallel()
	volume := t.TempDir()
	if err := syscall.Mount("tmpfs", volume, "tmpfs", 0, "size=256k"); err != nil {
		t.Skipf("left out: mounting a small volume needs more rights than this process has: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(volume, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	path := filepath.Join(volume, "week.jsonl")
	if err := os.WriteFile(path, []byte("of before"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := writeFile(path, bytes.NewReader(make([]byte, 1<<20)))
	f := explain(err)
	if f == nil || f.code != exitFailed || !strings.HasSuffix(f.Error(), "week.jsonl was not written: no space left on device") || f.hint == "" {
		t.Errorf("the error is %+v", f)
	}
	if kept, _ := os.ReadFile(path); string(kept) != "of before" {
		t.Errorf("the file holds %.40q", kept)
	}
	if left, err := os.ReadDir(volume); err != nil || len(left) != 1 {
		t.Errorf("the folder holds %v, %v", left, err)
	}
}

// A device is written to and stays one.
func TestWriteFileToDevice(t *testing.T) {
	t.Parallel()
	_, err := writeFile("/dev/full", strings.NewReader("x"))
	if f := explain(err); f == nil || f.Error() != "/dev/full was not written: no space left on device" {
		t.Errorf("the error is %+v", f)
	}
	if info, err := os.Stat("/dev/full"); err != nil || info.Mode()&os.ModeDevice == 0 {
		t.Errorf("/dev/full is %v, %v", info, err)
	}
}
