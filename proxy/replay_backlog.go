package proxy

import (
	"context"
	"sync"
	"time"
)

// Bounds of outcomes that are not stored yet. If the process is killed, what they are
// of is sent again.
const (
	backlogMost = 64                    // while storing is slow
	backlogWait = 50 * time.Millisecond // from when on it is slow
	backlogFull = 4 * recordRows        // however fast it is
)

// backlog holds a replay back while more outcomes wait than may be lost. What the disk
// stores within backlogWait holds up nobody.
type backlog struct {
	mu    sync.Mutex
	less  sync.Cond
	n     int       // outcomes that are not stored
	since time.Time // when the first of those that are being stored was there; zero for none
}

func newBacklog() *backlog {
	b := &backlog{}
	b.less.L = &b.mu
	return b
}

// room waits until a further delivery may be sent. It is false if ctx ended first.
func (b *backlog) room(ctx context.Context) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	for ctx.Err() == nil && (b.n >= backlogFull || b.n >= backlogMost && !b.since.IsZero() && time.Since(b.since) > backlogWait) {
		b.less.Wait()
	}
	return ctx.Err() == nil
}

// more notes an outcome.
func (b *backlog) more() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.n++
}

// storing notes that outcomes are being stored.
func (b *backlog) storing() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.since = time.Now()
}

// stored notes that n outcomes are stored, or never will be.
func (b *backlog) stored(n int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.n -= n
	b.since = time.Time{}
	b.less.Broadcast()
}

// wake lets a wait of room look at its ctx.
func (b *backlog) wake() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.less.Broadcast()
}
