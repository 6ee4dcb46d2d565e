package instance

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// HeldError says that another process owns the data folder.
type HeldError struct {
	Dir     string
	PID     int      // 0 if unknown
	Running *Running // its server, nil if it is a command that runs without one
}

func (e *HeldError) Error() string {
	who := "another boathook"
	if e.PID > 0 {
		who = fmt.Sprintf("another boathook (pid %d)", e.PID)
	}
	return fmt.Sprintf("%s has the data folder %s", who, e.Dir)
}

// Lock makes this process the only owner of a data folder. The system ends it
// with the process, however that ends; what the file says is only for messages.
type Lock struct{ f *os.File }

// lockWait bounds the wait for a command that runs without a server.
const lockWait = 10 * time.Second

// Acquire takes the lock of a folder. It waits for a short command to finish,
// not for a server: then it returns a [*HeldError] at once.
func Acquire(ctx context.Context, dir string) (*Lock, error) {
	f, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock the data folder: %w", err)
	}
	deadline := time.Now().Add(lockWait)
	for {
		got, err := tryLock(f)
		if err != nil {
			return nil, errors.Join(fmt.Errorf("lock the data folder: %w", err), f.Close())
		}
		if got {
			l := &Lock{f}
			return l, l.sign()
		}
		held := &HeldError{Dir: dir, PID: holder(dir)}
		if r, err := Find(dir); err == nil {
			held.Running, held.PID = r, r.PID
		}
		if held.Running != nil || time.Now().After(deadline) {
			return nil, errors.Join(held, f.Close())
		}
		if err := pause(ctx, 10*time.Millisecond); err != nil {
			return nil, errors.Join(err, f.Close())
		}
	}
}

// sign writes this process's id into the file.
func (l *Lock) sign() error {
	if err := l.f.Truncate(0); err != nil {
		return fmt.Errorf("lock the data folder: %w", err)
	}
	if _, err := l.f.WriteAt([]byte(strconv.Itoa(os.Getpid())+"\n"), 0); err != nil {
		return fmt.Errorf("lock the data folder: %w", err)
	}
	return nil
}

// Release gives the folder up. The file stays: removing it would let two
// processes lock two different files.
func (l *Lock) Release() error { return l.f.Close() }

// held reports whether a process owns the folder. It holds the lock itself for a
// moment if none does; who wants it just then tries again.
func held(dir string) bool {
	f, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_RDWR, 0)
	if err != nil {
		return false
	}
	defer f.Close()
	got, err := tryLock(f)
	return err != nil || !got
}

func holder(dir string) int {
	text, err := os.ReadFile(filepath.Join(dir, "lock"))
	if err != nil {
		return 0
	}
	pid, _ := strconv.Atoi(strings.TrimSpace(string(text)))
	return pid
}

// pause waits without outliving ctx.
func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
