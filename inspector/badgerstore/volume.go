package badgerstore

import (
	"errors"
	"fmt"
	"sync"
	"syscall"
	"time"

	"github.com/boathook/boathook/inspector"
)

// volume knows the free space of the folder's volume, and whether the folder is still
// there, not older than 250 ms.
type volume struct {
	dir  string
	lock *folderLock // is in it; nil before it is held

	mu    sync.Mutex
	asked time.Time
	bytes int64
	there bool
}

const volumeAge = 250 * time.Millisecond

// free is how much may be written, -1 if unknown.
func (v *volume) free() int64 {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.look()
	return v.bytes
}

// away is an error while the folder is somewhere else, or nowhere.
func (v *volume) away() error {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.look(); v.there {
		return nil
	}
	return fmt.Errorf("%w: %s was moved, deleted or replaced; put it back, or stop boathook", inspector.ErrAway, v.dir)
}

func (v *volume) look() {
	if v.asked.IsZero() || time.Since(v.asked) > volumeAge {
		v.asked, v.bytes, v.there = time.Now(), freeBytes(v.dir), v.lock == nil || v.lock.in(v.dir)
	}
}

// expire makes the next look a fresh one.
func (v *volume) expire() {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.asked = time.Time{}
}

func noSpace(err error) error {
	if errors.Is(err, syscall.ENOSPC) {
		return fmt.Errorf("%w: %w", inspector.ErrNoSpace, err)
	}
	return err
}
