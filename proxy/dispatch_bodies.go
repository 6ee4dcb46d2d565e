package proxy

import (
	"cmp"
	"context"
	"slices"
	"sync"
)

// Bounds of the bodies that tries hold.
const (
	bodyBudget = 64 << 20 // bytes of all of them
	// bodyReserve is what there is beside it for endpoints that hold none.
	bodyReserve = 64 << 20
	// bodySmall is the length up to which one counts for nothing: there are at most
	// maxTrying and lastTrying of them.
	bodySmall = 16 << 10
)

// bodies shares memory out among endpoints. Each may hold as much as is free, so one
// whose target hangs leaves half of it to the others; and each that holds nothing may
// hold one body as long as there is a reserve, so the others go on whoever hangs.
type bodies struct {
	mu      sync.Mutex
	used    int64
	lanes   map[string]int64
	waiting []*bodyWait // first come, first served within a lane
	budget  int64       // in place of bodyBudget and of bodyReserve, if not 0
}

type bodyWait struct {
	lane    string
	size    int64
	granted chan struct{}
}

// acquire waits until a try may hold a body of size bytes. It is false if ctx ended
// first. held is to be released.
func (b *bodies) acquire(ctx context.Context, lane string, size int64) (held int64, ok bool) {
	if held, ok = b.try(lane, size); ok {
		return held, true
	}
	b.mu.Lock()
	w := &bodyWait{lane, size, make(chan struct{})}
	b.waiting = append(b.waiting, w)
	b.grant() // it may have become free meanwhile
	b.mu.Unlock()
	select {
	case <-w.granted:
		return size, true
	case <-ctx.Done():
	}
	b.mu.Lock()
	i := slices.Index(b.waiting, w)
	if i >= 0 {
		b.waiting = slices.Delete(b.waiting, i, i+1)
	}
	b.mu.Unlock()
	if i < 0 {
		b.release(lane, size)
	}
	return 0, false
}

// try is acquire for one who does not wait.
func (b *bodies) try(lane string, size int64) (held int64, ok bool) {
	if size <= bodySmall {
		return 0, true
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if slices.ContainsFunc(b.waiting, func(w *bodyWait) bool { return w.lane == lane }) || !b.fits(lane, size) {
		return 0, false
	}
	b.take(lane, size)
	return size, true
}

func (b *bodies) fits(lane string, size int64) bool {
	held, free := b.lanes[lane], cmp.Or(b.budget, bodyBudget)-b.used
	return held+size <= free || held == 0 && size <= free+cmp.Or(b.budget, bodyReserve) || b.used == 0
}

func (b *bodies) take(lane string, size int64) {
	if b.lanes == nil {
		b.lanes = map[string]int64{}
	}
	b.used += size
	b.lanes[lane] += size
}

// release gives back what a try has held.
func (b *bodies) release(lane string, held int64) {
	if held == 0 {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.used -= held
	if b.lanes[lane] -= held; b.lanes[lane] == 0 {
		delete(b.lanes, lane)
	}
	b.grant()
}

// grant lets those hold a body who now may.
func (b *bodies) grant() {
	var behind map[string]bool // lanes whose first one waits on
	b.waiting = slices.DeleteFunc(b.waiting, func(w *bodyWait) bool {
		if behind[w.lane] {
			return false
		}
		if !b.fits(w.lane, w.size) {
			if behind == nil {
				behind = map[string]bool{}
			}
			behind[w.lane] = true
			return false
		}
		b.take(w.lane, w.size)
		close(w.granted)
		return true
	})
}
