package badgerstore

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/inspector/badgerstore/journal"
)

func TestOneProcessAtATime(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := openTest(t, dir)
	_, err := Open(dir, testOptions())
	if want := fmt.Sprintf("in use by another boathook (pid %d)", os.Getpid()); !errors.Is(err, ErrInUse) || !strings.Contains(err.Error(), want) {
		t.Errorf("a second Open = %v, want %q", err, want)
	}
	closeTest(t, s)
	closeTest(t, openTest(t, dir)) // the LOCK file that stayed locks nothing
}

func TestFormat(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, text, want string }{
		{"newer", "boathook store 2\n", "use a newer boathook"},
		{"of another tool", "sqlite\n", `says "sqlite"`},
		{"empty", "", "says"},
		{"cut short", "boathook store 1\n00", "ends early"},
		{"damaged", "boathook store 1\nxyz\nabc\n", "damaged"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, "FORMAT"), []byte(tt.text), 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := Open(dir, testOptions())
			if !errors.Is(err, ErrFormat) || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("Open = %v, want ErrFormat with %q", err, tt.want)
			}
		})
	}
	dir := t.TempDir()
	closeTest(t, openTest(t, dir))
	if err := os.Remove(filepath.Join(dir, "FORMAT")); err != nil {
		t.Fatal(err)
	}
	s, err := Open(dir, testOptions())
	if err == nil {
		// Without a record there is no journal to lose.
		closeTest(t, s)
	}
}

// Nobody else can read the folder, whatever the umask.
func TestModes(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "a folder\nwith a line break")
	s := openTest(t, dir)
	b := &inspector.Batch{}
	newMaker(1).add(b, 100)
	commit(t, s, b)
	defer closeTest(t, s)
	for _, name := range []string{".", "journal", "index"} {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil || info.Mode().Perm() != 0o700 {
			t.Errorf("%s has mode %v, want 0700", name, info.Mode())
		}
	}
	err := filepath.WalkDir(filepath.Join(dir, "journal"), func(path string, d fs.DirEntry, err error) error {
		if info, ierr := d.Info(); ierr == nil && !d.IsDir() && info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v, want 0600", path, info.Mode())
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestLittleSpace(t *testing.T) {
	t.Parallel()
	opt := testOptions()
	opt.MinFreeBytes = 1 << 60
	if _, err := Open(t.TempDir(), opt); !errors.Is(err, inspector.ErrNoSpace) {
		t.Errorf("Open with too little space = %v, want ErrNoSpace", err)
	}
	dir := t.TempDir()
	s := openTest(t, dir)
	defer closeTest(t, s)
	m := newMaker(1)
	b := &inspector.Batch{}
	m.add(b, 100)
	s.opt.MinFreeBytes = 1 << 60 // as if the volume had filled up
	if _, err := s.Commit(t.Context(), b); !errors.Is(err, inspector.ErrNoSpace) {
		t.Errorf("Commit with too little space = %v, want ErrNoSpace", err)
	}
	if st, err := s.Stats(t.Context(), ws); err != nil || !strings.Contains(st.Refusing, "not enough free disk space") {
		t.Errorf("Stats = %+v, %v", st, err)
	}
	s.opt.MinFreeBytes = 1 << 20
	commit(t, s, b)
}

// While its folder is somewhere else nothing is acknowledged, and nothing is lost once
// it is back.
func TestFolderIsAway(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		away func(dir string) error
		back func(dir string) error // nil: it is gone for good
	}{
		{"moved", func(dir string) error { return os.Rename(dir, dir+".old") }, func(dir string) error { return os.Rename(dir+".old", dir) }},
		{"replaced", func(dir string) error {
			return errors.Join(os.Rename(dir, dir+".old"), os.Mkdir(dir, 0o700), os.WriteFile(filepath.Join(dir, lockName), nil, 0o600))
		}, func(dir string) error { return errors.Join(os.RemoveAll(dir), os.Rename(dir+".old", dir)) }},
		{"deleted", os.RemoveAll, nil},
		{"emptied", func(dir string) error { return errors.Join(os.RemoveAll(dir), os.Mkdir(dir, 0o700)) }, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			dir := filepath.Join(t.TempDir(), "store")
			s := openTest(t, dir)
			m := newMaker(1)
			first, second := &inspector.Batch{}, &inspector.Batch{}
			m.add(first, 100)
			m.add(second, 100)
			commit(t, s, first)
			if err := tt.away(dir); err != nil {
				t.Fatal(err)
			}
			s.volume.expire()
			if _, err := s.Commit(t.Context(), second); !errors.Is(err, inspector.ErrAway) {
				t.Errorf("Commit = %v, want ErrAway", err)
			}
			if err := s.flush(); !errors.Is(err, inspector.ErrAway) {
				t.Errorf("the index is written: %v", err)
			}
			if st, err := s.Stats(t.Context(), ws); err != nil || !strings.Contains(st.Refusing, "moved, deleted or replaced") || !strings.Contains(st.Refusing, dir) {
				t.Errorf("Stats = %+v, %v", st, err)
			}
			if tt.back == nil {
				if err := s.Close(); err == nil {
					t.Error("Close says nothing")
				}
				return
			}
			if err := tt.back(dir); err != nil {
				t.Fatal(err)
			}
			s.volume.expire()
			commit(t, s, second)
			closeTest(t, s)
			again := openTest(t, dir)
			defer closeTest(t, again)
			if st, err := again.Stats(t.Context(), ws); err != nil || st.Deliveries != len(first.Deliveries)+len(second.Deliveries) {
				t.Errorf("Stats = %+v, %v", st, err)
			}
		})
	}
}

// An index that cannot be written does not hold up the end of the process, and costs
// nothing that was acknowledged.
func TestIndexThatCannotBeClosed(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "store")
	opt := testOptions()
	opt.closeMost = 100 * time.Millisecond
	s, err := Open(dir, opt)
	if err != nil {
		t.Fatal(err)
	}
	b := &inspector.Batch{}
	newMaker(1).add(b, 100)
	commit(t, s, b)
	if err := os.RemoveAll(s.indexDir()); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- s.Close() }()
	select {
	case err := <-ended:
		if err != nil {
			t.Errorf("Close = %v", err)
		}
	case <-time.After(60 * time.Second):
		t.Fatal("it does not close")
	}
	// Badger still tries, as it would not in a process that has ended.
	if err := os.Rename(dir, dir+".next"); err != nil {
		t.Fatal(err)
	}
	again := openTest(t, dir+".next")
	defer closeTest(t, again)
	if st, err := again.Stats(t.Context(), ws); err != nil || st.Deliveries != len(b.Deliveries) {
		t.Errorf("Stats = %+v, %v", st, err)
	}
}

// failing fails the nth sync or write of the journal.
type failing struct {
	journal.OS
	mu    sync.Mutex
	write int // how many writes are left before one fails; negative: none fails
	sync  int
}

func (f *failing) Open(path string, create bool) (journal.File, error) {
	file, err := f.OS.Open(path, create)
	return &failingFile{file, f}, err
}

type failingFile struct {
	journal.File
	f *failing
}

func (f *failingFile) WriteAt(p []byte, off int64) (int, error) {
	f.f.mu.Lock()
	f.f.write--
	fail := f.f.write == 0
	f.f.mu.Unlock()
	if fail {
		return 0, &fs.PathError{Op: "write", Path: "journal", Err: syscall.ENOSPC}
	}
	return f.File.WriteAt(p, off)
}

func (f *failingFile) Sync() error {
	f.f.mu.Lock()
	f.f.sync--
	fail := f.f.sync == 0
	f.f.mu.Unlock()
	if fail {
		return &fs.PathError{Op: "sync", Path: "journal", Err: syscall.EIO}
	}
	return f.File.Sync()
}

// A failed sync ends all acknowledging; a write that found no space ends only
// the commit it hit.
func TestFailingDisk(t *testing.T) {
	t.Parallel()
	for n := 2; n <= 12; n++ {
		for _, sync := range []bool{false, true} {
			files := &failing{write: -1, sync: -1}
			if sync {
				files.sync = n
			} else {
				files.write = n + 1 // the first segment has its header
			}
			opt := testOptions()
			opt.Files = files
			dir := t.TempDir()
			s, err := Open(dir, opt)
			if err != nil {
				t.Fatal(err)
			}
			m := newMaker(1)
			var acked []inspector.ID
			for i := 1; i <= 15; i++ {
				b := &inspector.Batch{}
				id := m.add(b, 100)
				_, err := s.Commit(t.Context(), b)
				want := error(nil)
				switch {
				case sync && i >= n:
					want = inspector.ErrBroken
				case !sync && i == n:
					want = inspector.ErrNoSpace
				}
				if !errors.Is(err, want) {
					t.Errorf("failing call %d, sync %v: commit %d = %v, want %v", n, sync, i, err, want)
				}
				if err == nil {
					acked = append(acked, id)
				}
			}
			s.Close()
			s = openTest(t, dir)
			for _, id := range acked {
				if _, err := s.Get(t.Context(), ws, id); err != nil {
					t.Errorf("failing call %d, sync %v: %v", n, sync, err)
				}
			}
			closeTest(t, s)
		}
	}
}

// The index may be in any state: the journal is enough.
func TestBrokenIndex(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := openTest(t, dir)
	m := newMaker(9)
	var ids []inspector.ID
	for range 80 {
		b, more := m.random(ids)
		commit(t, s, b)
		ids = append(ids, more...)
	}
	want := dump(t, s)
	closeTest(t, s)
	db := filepath.Join("index", "db-*")
	for _, tt := range []struct {
		name   string
		damage func(t *testing.T, dir string)
	}{
		{"power was lost while it was open", func(t *testing.T, dir string) {
			write(t, filepath.Join(dir, "index", bootFile), "another start of the kernel\n")
		}},
		{"no manifest", func(t *testing.T, dir string) { remove(t, filepath.Join(dir, db, "MANIFEST")) }},
		{"no tables", func(t *testing.T, dir string) { remove(t, filepath.Join(dir, db, "*.sst")) }},
		{"an empty table", func(t *testing.T, dir string) {
			files, _ := filepath.Glob(filepath.Join(dir, db, "*.sst"))
			if len(files) == 0 {
				t.Fatal("no tables")
			}
			write(t, files[0], "")
		}},
		{"a flipped bit in every table", func(t *testing.T, dir string) {
			files, _ := filepath.Glob(filepath.Join(dir, db, "*.sst"))
			for _, f := range files {
				data, err := os.ReadFile(f)
				if err != nil {
					t.Fatal(err)
				}
				data[len(data)/3] ^= 4
				write(t, f, string(data))
			}
		}},
		{"garbage for CURRENT", func(t *testing.T, dir string) { write(t, filepath.Join(dir, "index", "CURRENT"), "x") }},
		{"empty word file", func(t *testing.T, dir string) { write(t, filepath.Join(dir, "index", "words"), "") }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			again := t.TempDir()
			copyStore(t, dir, again)
			tt.damage(t, again)
			c := openTest(t, again)
			defer closeTest(t, c)
			if got := dump(t, c); got != want {
				t.Errorf("the store differs: %s", diff(want, got))
			}
			if rows := listAll(t, c, "word:currency"); len(rows) == 0 {
				t.Error("a word that is there is not found")
			}
		})
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func remove(t *testing.T, pattern string) {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) == 0 {
		t.Fatalf("no files %s, %v", pattern, err)
	}
	for _, f := range files {
		if err := os.Remove(f); err != nil {
			t.Fatal(err)
		}
	}
}
