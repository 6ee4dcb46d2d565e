//go:build unix

package instance

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

const checksModes = true

// foreignOwner reports whether a folder belongs to somebody else. Root may use
// any folder, as in a container with a mounted one.
func foreignOwner(info fs.FileInfo) (string, bool) {
	st, ok := info.Sys().(*syscall.Stat_t)
	me := os.Geteuid()
	if !ok || me == 0 || int(st.Uid) == me {
		return "", false
	}
	return fmt.Sprint(st.Uid), true
}

// tryLock takes the lock of an open file, without waiting.
func tryLock(f *os.File) (bool, error) {
	err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
	if errors.Is(err, unix.EWOULDBLOCK) {
		return false, nil
	}
	return err == nil, err
}

func alive(pid int) bool {
	if pid <= 0 {
		return false
	}
	err := syscall.Kill(pid, 0)
	return err == nil || errors.Is(err, syscall.EPERM)
}

// Private keeps every file that this process makes from other users.
func Private() { syscall.Umask(0o077) }
