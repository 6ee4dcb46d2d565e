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

// outbox gathers what became of deliveries until the recorder takes it. It wakes the
// recorder twice for a parcel, however much that holds: when there is something, and
// when there is enough.
type outbox struct {
	mu    sync.Mutex
	open  *parcel   // that is filled
	full  []*parcel // the oldest first
	ended bool
	some  chan struct{} // holds a token when there is something, or it ended
	much  chan struct{} // holds one when it need not wait for more
	free  []*parcel     // to be used again
}

// spareParcels is how many parcels are kept to be used again.
const spareParcels = 2

func newOutbox() *outbox {
	return &outbox{open: &parcel{}, some: make(chan struct{}, 1), much: make(chan struct{}, 1)}
}

// put takes over what is recorded of a delivery; the memory of rec stays with the caller.
func (o *outbox) put(rec *replayed) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.empty() {
		signal(o.some)
	}
	o.open.add(rec)
	if o.open.full() {
		o.full = append(o.full, o.open)
		o.open = o.unused()
		signal(o.much)
	}
}

func (o *outbox) unused() *parcel {
	n := len(o.free)
	if n == 0 {
		return &parcel{}
	}
	p := o.free[n-1]
	o.free = o.free[:n-1]
	return p
}

func (o *outbox) empty() bool { return len(o.full) == 0 && len(o.open.ends) == 0 }

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
		filled, ended := !o.empty(), o.ended
		o.mu.Unlock()
		if filled || ended {
			return filled
		}
		<-o.some
	}
}

// linger waits a moment for more, up to a full parcel.
func (o *outbox) linger(timer *time.Timer) {
	timer.Reset(recordLinger)
	defer timer.Stop()
	for {
		o.mu.Lock()
		enough := o.ended || len(o.full) > 0
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

// take takes the oldest parcel.
func (o *outbox) take() *parcel {
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.full) == 0 {
		p := o.open
		o.open = o.unused()
		return p
	}
	p := o.full[0]
	o.full = append(o.full[:0], o.full[1:]...)
	return p
}

// giveBack takes a parcel back whose memory nobody reads any more.
func (o *outbox) giveBack(p *parcel) {
	p.reset()
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.free) < spareParcels {
		o.free = append(o.free, p)
	}
}
