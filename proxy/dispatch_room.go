package proxy

import (
	"cmp"
	"sync"
	"time"
)

// quickAnswer is how soon an endpoint answers for which tries begin before there is
// room to make them.
const quickAnswer = 50 * time.Millisecond

// aheadWidth is how many tries begin for each that is made at once, while their
// endpoint is quick.
const aheadWidth = 8

// quickRooms is how many empty rooms are kept because their endpoints are quick.
const quickRooms = 1000

// rooms hold so many tries at a time as an endpoint takes. A try that is let in begins:
// its request is written, and that it begins is stored. It is made when one of those
// inside is over. While an endpoint is quick, others begin meanwhile, so that the next
// one is at hand when one is over, however long the storing takes.
type rooms struct {
	mu     sync.Mutex
	all    map[string]*room
	closed bool
	soon   time.Duration // in place of quickAnswer, if not 0
}

type room struct {
	size    int
	inside  int    // tries that are being made
	begun   int    // tries that are let in and are not made yet
	ready   []*try // of these, those that may be made; the first one waits longest
	waiting []*try // to be let in
	quick   bool   // the last answer came soon
	ahead   bool   // tries may begin before there is room, as no rate spaces them out
}

// lets reports whether another try may begin.
func (m *room) lets() bool {
	if m.quick && m.ahead {
		return m.inside+m.begun < aheadWidth*m.size
	}
	return m.inside+m.begun < m.size
}

// enter reports whether a try may begin. If it may not, it waits, and is returned by
// the [rooms.leave] of another or by [rooms.close]. paced says that tries are spaced out.
func (r *rooms) enter(t *try, paced bool) bool {
	key := t.lease.Lane
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.all == nil {
		r.all = map[string]*room{}
	}
	m := r.all[key]
	if m == nil {
		m = &room{}
		r.all[key] = m
	}
	m.size, m.ahead = max(t.endpoint.Concurrency, 1), !paced
	if !r.closed && (!m.lets() || len(m.waiting) > 0) {
		m.waiting = append(m.waiting, t)
		return false
	}
	m.begun++
	t.room = m
	return true
}

// made reports whether a try that has begun may be made now. If not, it is returned by
// the [rooms.leave] of another.
func (r *rooms) made(t *try) bool {
	m := t.room
	if m == nil || t.inside {
		return true
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if m.inside >= m.size {
		t.waited = true
		m.ready = append(m.ready, t)
		return false
	}
	m.let(t)
	return true
}

func (m *room) let(t *try) {
	m.begun--
	m.inside++
	t.inside = true
}

// leave makes room, once for each try however often it is called. It returns the try
// that is made next, nil if there is none, and those that may begin. took is how long
// the try took, 0 if it was not made.
func (r *rooms) leave(t *try, took time.Duration) (next *try, begin []*try) {
	m := t.room
	if m == nil {
		return nil, nil
	}
	t.room = nil
	r.mu.Lock()
	defer r.mu.Unlock()
	if t.inside {
		m.inside--
	} else {
		m.begun--
	}
	if took > 0 {
		m.quick = took < cmp.Or(r.soon, quickAnswer)
	}
	if len(m.ready) > 0 && m.inside < m.size {
		next = m.ready[0]
		m.ready = m.ready[1:]
		m.let(next)
	}
	n := 0
	for n < len(m.waiting) && m.lets() {
		m.begun++
		m.waiting[n].room = m
		n++
	}
	begin, m.waiting = m.waiting[:n:n], m.waiting[n:]
	if key := t.lease.Lane; m.inside+m.begun+len(m.waiting) == 0 && (!m.quick || len(r.all) > quickRooms) && r.all[key] == m {
		delete(r.all, key)
	}
	return next, begin
}

// close ends the waiting: those that wait are returned, and nobody waits any more.
func (r *rooms) close() (waiting []*try) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.closed = true
	for _, m := range r.all {
		waiting = append(waiting, m.waiting...)
		m.waiting = nil
	}
	return waiting
}
