package badgerstore

import (
	"errors"
	"fmt"
	"sync"
	"syscall"
	"time"

	"github.com/boathook/boathook/inspector"
)

// volume knows the free space of the folder's volume, not older than 250 ms.
type volume struct {
	dir string

	mu    sync.Mutex
	asked time.Time
	bytes int64
}

const volumeAge = 250 * time.Millisecond

// free is how much may be written, -1 if unknown.
func (v *volume) free() int64 {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.asked.IsZero() || time.Since(v.asked) > volumeAge {
		v.asked, v.bytes = time.Now(), freeBytes(v.dir)
	}
	return v.bytes
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
