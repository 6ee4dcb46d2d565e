package proxy

import (
	"hash/maphash"
	"sync"
)

// loopIDs is how many of the ids that were sent last are known.
const loopIDs = 16 << 10

// loops knows the ids that left in events, so that one that comes back can be told.
// Site Stacker's Request-Id is made for this: the id of the API call that caused an
// event, which a receiver hands on when it calls the API itself. It is of this
// process alone, and forgets the oldest.
type loops struct {
	seed     maphash.Seed
	mu       sync.RWMutex
	now, old map[uint64]loopState // two generations, by the hash of the id: none has two ids in practice
}

type loopState uint8

const (
	loopSent   loopState = 1 // it left with an event
	loopClosed loopState = 2 // an event was caused by what it had left with
)

func newLoops() *loops { return &loops{seed: maphash.MakeSeed(), now: map[uint64]loopState{}} }

func (l *loops) state(id string) loopState {
	if id == "" {
		return 0
	}
	key := maphash.String(l.seed, id)
	l.mu.RLock()
	defer l.mu.RUnlock()
	return max(l.now[key], l.old[key])
}

func (l *loops) note(id string, s loopState) {
	if id == "" {
		return
	}
	key := maphash.String(l.seed, id)
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.now[key] >= s { // the old ones are forgotten soon
		return
	}
	if len(l.now) >= loopIDs/2 {
		clear(l.old)
		l.old, l.now = l.now, l.old
	}
	if l.now == nil {
		l.now = make(map[uint64]loopState, loopIDs/2)
	}
	l.now[key] = s
}

// sent notes the ids of a request that leaves.
func (l *loops) sent(w *Wire, requestID string) {
	l.note(w.DeliveryID, loopSent)
	l.note(requestID, loopSent)
}

// caused notes that an event is to be sent whose cause has an id, and reports
// whether that id left with an event before: then the events go round in a circle.
func (l *loops) caused(requestID string) bool {
	if l.state(requestID) == 0 {
		return false
	}
	l.note(requestID, loopClosed)
	return true
}

// Looped reports whether a captured request is one of ours that went round: one
// that has an id which left with an event, and that we did not send ourselves, or
// that we sent because the same id came back to the API. remote is the sender's
// address.
func (d *Dispatcher) looped(remote, requestID, deliveryID string) bool {
	request, delivery := d.loops.state(requestID), d.loops.state(deliveryID)
	if request == 0 && delivery == 0 {
		return false
	}
	return request == loopClosed || !d.sender.owns(remote)
}
