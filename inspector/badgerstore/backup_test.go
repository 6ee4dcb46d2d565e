package badgerstore

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/boathook/boathook/inspector"
)

func TestBackup(t *testing.T) {
	t.Parallel()
	s := openTest(t, t.TempDir())
	defer closeTest(t, s)
	m := newMaker(3)
	var ids []inspector.ID
	for range 60 {
		b, more := m.random(ids)
		commit(t, s, b)
		ids = append(ids, more...)
	}
	commit(t, s, &inspector.Batch{Workspace: ws, Config: []inspector.ConfigPut{{Key: "a", Value: []byte("1")}}})
	var backup bytes.Buffer
	if err := s.Backup(t.Context(), &backup); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "new")
	if err := Restore(dir, bytes.NewReader(backup.Bytes())); err != nil {
		t.Fatal(err)
	}
	r := openTest(t, dir)
	defer closeTest(t, r)
	if want, got := dump(t, s), dump(t, r); got != want {
		t.Errorf("the restored store differs: %s", diff(want, got))
	}
	at, _ := s.FeedEnd(t.Context(), ws)
	if _, _, err := r.Feed(t.Context(), ws, at, 1); !errors.Is(err, inspector.ErrBadCursor) {
		t.Errorf("a cursor of the other store gives %v, want ErrBadCursor", err)
	}

	full := t.TempDir()
	if err := os.WriteFile(filepath.Join(full, "x"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := Restore(full, bytes.NewReader(backup.Bytes())); err == nil {
		t.Error("a folder that is not empty was restored into")
	}
	size := backup.Len()
	for _, n := range []int{0, 5, 30, 100, size / 3, size / 2, size - 5, size - 1} {
		dir := t.TempDir()
		if err := Restore(dir, bytes.NewReader(backup.Bytes()[:n])); !errors.Is(err, ErrBackup) {
			t.Errorf("restoring %d of %d bytes = %v, want ErrBackup", n, size, err)
		}
		if left, _ := os.ReadDir(dir); len(left) > 0 {
			t.Errorf("restoring %d of %d bytes left %v", n, size, left)
		}
	}
	flipped := bytes.Clone(backup.Bytes())
	flipped[size/2] ^= 1
	if err := Restore(t.TempDir(), bytes.NewReader(flipped)); !errors.Is(err, ErrBackup) {
		t.Errorf("restoring a flipped bit = %v, want ErrBackup", err)
	}
}

// A backup holds nothing of what was erased before it began.
func TestBackupWithoutErasedBytes(t *testing.T) {
	t.Parallel()
	s := openTest(t, t.TempDir())
	defer closeTest(t, s)
	m := newMaker(71)
	const canary = "canary-b4cc19"
	b := &inspector.Batch{}
	id := m.add(b, 10)
	b.Attempts[0].Target = canary
	commit(t, s, b)
	s.wiping.Lock() // the background has not come to it yet
	commit(t, s, &inspector.Batch{Workspace: ws, Erase: []inspector.ID{id}})
	var out bytes.Buffer
	done := make(chan error)
	go func() { done <- s.Backup(t.Context(), &out) }()
	s.wiping.Unlock()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(out.Bytes(), []byte(canary)) {
		t.Error("the backup holds erased bytes")
	}
}
