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
	freshEntry = 64 // bytes of one whose body is that of another
)

// fresh keeps the bodies of deliveries that were just made until their first try,
// which then need not be read from the store. It may forget any of them.
type fresh struct {
	mu    sync.Mutex
	all   map[inspector.ID]freshBody
	size  int       // bytes of the bodies; one that several have counts once
	last  []byte    // the newest one
	since time.Time // of the oldest
}

type freshBody struct {
	data []byte
	size int // that it counts for
}

// put keeps whole bodies of deliveries, if there is room: those that came first are
// also tried first. What is still there after a while waits for long.
func (f *fresh) put(chunks []inspector.Chunk, now time.Time) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.all) == 0 || f.size > freshBytes/2 && now.Sub(f.since) > freshFor {
		f.all, f.size, f.last, f.since = map[inspector.ID]freshBody{}, 0, nil, now
	}
	for i := range chunks {
		c := &chunks[i]
		if c.Seq > 0 {
			continue
		}
		size := len(c.Data)
		if len(f.last) == size && &f.last[0] == &c.Data[0] {
			size = freshEntry
		}
		if f.size+size <= freshBytes {
			f.all[c.Body.Delivery], f.last = freshBody{c.Data, size}, c.Data
			f.size += size
		}
	}
}

// take returns the body of a delivery and forgets it, nil if it is not at hand.
func (f *fresh) take(id inspector.ID) []byte {
	f.mu.Lock()
	defer f.mu.Unlock()
	body, ok := f.all[id]
	if ok {
		delete(f.all, id)
		f.size -= body.size
	}
	return body.data
}
