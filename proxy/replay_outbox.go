package proxy

import (
	"sync"
	"time"
)

// Bounds of one commit of records.
const (
	recordRows   = 512
	recordBytes  = 1 << 20
	recordLinger = 5 * time.Millisecond // that a record waits for others
)

// outbox holds what became of deliveries until the recorder takes it. It wakes the
// recorder twice for a batch, however many it holds: when there is something, and when
// there is enough.
type outbox struct {
	mu    sync.Mutex
	list  []*replayed
	bytes int
	ended bool
	some  chan struct{} // holds a token when list is not empty, or it ended
	much  chan struct{} // holds one when it need not wait for more
	free  []*replayed   // to be used again
}

func newOutbox() *outbox {
	return &outbox{some: make(chan struct{}, 1), much: make(chan struct{}, 1)}
}

// blank is an empty record.
func (o *outbox) blank() *replayed {
	o.mu.Lock()
	rec := o.unused()
	o.mu.Unlock()
	rec.reset() // by whoever fills it: it is in the cache of that processor then
	return rec
}

func (o *outbox) unused() *replayed {
	n := len(o.free)
	if n == 0 {
		return &replayed{}
	}
	rec := o.free[n-1]
	o.free[n-1] = nil
	o.free = o.free[:n-1]
	return rec
}

// put gives a record away and returns an empty one.
func (o *outbox) put(rec *replayed) *replayed {
	o.add(rec)
	return o.blank()
}

func (o *outbox) add(rec *replayed) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.list = append(o.list, rec)
	o.bytes += rec.size()
	if len(o.list) == 1 {
		signal(o.some)
	}
	if o.enough() {
		signal(o.much)
	}
}

func (o *outbox) enough() bool {
	return o.ended || len(o.list) >= recordRows || o.bytes >= recordBytes
}

// close has the recorder end once it has taken all.
func (o *outbox) close() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.ended = true
	signal(o.some)
	signal(o.much)
}

// wait waits until there is something; it is false at the end.
func (o *outbox) wait() bool {
	for {
		o.mu.Lock()
		filled, ended := len(o.list) > 0, o.ended
		o.mu.Unlock()
		if filled || ended {
			return filled
		}
		<-o.some
	}
}

// linger waits a moment for more, up to a full batch.
func (o *outbox) linger(timer *time.Timer) {
	timer.Reset(recordLinger)
	defer timer.Stop()
	for {
		o.mu.Lock()
		enough := o.enough()
		o.mu.Unlock()
		if enough {
			return
		}
		select {
		case <-o.much:
		case <-timer.C:
			return
		}
	}
}

// take appends the oldest records to list, as many as one commit takes.
func (o *outbox) take(list []*replayed) []*replayed {
	o.mu.Lock()
	defer o.mu.Unlock()
	n, size := 0, 0
	for n < min(len(o.list), recordRows) && size < recordBytes {
		size += o.list[n].size()
		n++
	}
	list = append(list, o.list[:n]...)
	rest := copy(o.list, o.list[n:])
	clear(o.list[rest:])
	o.list, o.bytes = o.list[:rest], o.bytes-size
	return list
}

// usualBytes is about the most that a record holds on to until it is used again.
const usualBytes = 16 << 10

// giveBack takes records back that nobody knows any more.
func (o *outbox) giveBack(list []*replayed) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, rec := range list {
		if len(o.free) < recordRows && rec.held+int64(rec.size()) <= usualBytes {
			o.free = append(o.free, rec)
		}
	}
}
