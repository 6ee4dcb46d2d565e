package proxy

import (
	"sync"

	"github.com/boathook/boathook/inspector"
)

// freshBytes bounds the bodies that are kept at hand.
const freshBytes = 16 << 20

// fresh keeps the bodies of deliveries that were just made until their first try,
// which then need not be read from the store. It may forget any of them.
type fresh struct {
	mu   sync.Mutex
	all  map[inspector.ID][]byte
	size int
}

// put keeps the whole body of a delivery, if there is room.
func (f *fresh) put(c *inspector.Chunk) {
	if c.Seq > 0 {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.all == nil || f.size+len(c.Data) > freshBytes {
		f.all, f.size = map[inspector.ID][]byte{}, 0 // what is left there waits for long
	}
	f.all[c.Body.Delivery] = c.Data
	f.size += len(c.Data)
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
