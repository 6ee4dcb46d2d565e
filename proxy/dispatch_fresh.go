package proxy

import (
	"sync"
	"time"

	"github.com/boathook/boathook/inspector"
)

// Bounds of the bodies that are kept at hand.
const (
	freshBytes = 32 << 20
	freshFor   = 30 * time.Second
)

// fresh keeps the bodies of deliveries that were just made until their first try,
// which then need not be read from the store. It may forget any of them.
type fresh struct {
	mu    sync.Mutex
	all   map[inspector.ID][]byte
	size  int
	since time.Time // of the oldest
}

// put keeps whole bodies of deliveries, if there is room: those that came first are
// also tried first. What is still there after a while waits for long.
func (f *fresh) put(chunks []inspector.Chunk, now time.Time) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.all) == 0 || f.size > freshBytes/2 && now.Sub(f.since) > freshFor {
		f.all, f.size, f.since = map[inspector.ID][]byte{}, 0, now
	}
	for i := range chunks {
		c := &chunks[i]
		if c.Seq == 0 && f.size+len(c.Data) <= freshBytes {
			f.all[c.Body.Delivery] = c.Data
			f.size += len(c.Data)
		}
	}
}

// take returns the body of a delivery and forgets it, nil if it is not at hand.
func (f *fresh) take(id inspector.ID) []byte {
	f.mu.Lock()
	defer f.mu.Unlock()
	body := f.all[id]
	if body != nil {
		delete(f.all, id)
		f.size -= len(body)
	}
	return body
}
