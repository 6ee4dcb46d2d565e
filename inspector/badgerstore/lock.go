package badgerstore

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// ErrInUse is returned by Open for a folder that another process has open.
var ErrInUse = errors.New("in use by another boathook")

// folderLock is held while a store is open. The kernel lets go of it when the
// process ends, so a LOCK file that was left behind locks nothing.
type folderLock struct{ file *os.File }

const lockName = "LOCK"

func lockFolder(dir string) (*folderLock, error) {
	f, err := os.OpenFile(filepath.Join(dir, lockName), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	if err := tryLock(f); err != nil {
		text, _ := io.ReadAll(io.LimitReader(f, 32))
		f.Close()
		if pid, err := strconv.Atoi(strings.TrimSpace(string(text))); err == nil {
			return nil, fmt.Errorf("%w (pid %d)", ErrInUse, pid)
		}
		return nil, ErrInUse
	}
	err = errors.Join(f.Truncate(0), func() error {
		_, err := f.WriteAt([]byte(strconv.Itoa(os.Getpid())+"\n"), 0)
		return err
	}())
	if err != nil {
		f.Close()
		return nil, err
	}
	return &folderLock{f}, nil
}

// in reports whether the lock that a folder holds is this one. What cannot be asked is
// taken for a yes.
func (l *folderLock) in(dir string) bool {
	own, err := l.file.Stat()
	if err != nil {
		return true
	}
	there, err := os.Stat(filepath.Join(dir, lockName))
	if err != nil {
		return !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, syscall.ENOTDIR)
	}
	return os.SameFile(own, there)
}

// release lets go of the lock also where a process that is just being started has the
// file too.
func (l *folderLock) release() error { return errors.Join(unlock(l.file), l.file.Close()) }
