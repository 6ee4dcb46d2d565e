package proxy

import "sync"

// rooms hold so many tries at a time as an endpoint takes.
type rooms struct {
	mu     sync.Mutex
	all    map[string]*room
	closed bool
}

type room struct {
	inside, size int
	waiting      []*try // the first one waits longest
}

// enter reports whether there is room for a try at its endpoint. If there is not, it
// waits, and is returned by the [rooms.leave] of another or by [rooms.close].
func (r *rooms) enter(t *try) bool {
	key, size := t.lease.Lane, max(t.endpoint.Concurrency, 1)
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
	m.size = size
	if !r.closed && (m.inside >= m.size || len(m.waiting) > 0) {
		m.waiting = append(m.waiting, t)
		return false
	}
	m.inside++
	t.room = m
	return true
}

// leave makes room, once for each try however often it is called, and lets the next
// ones in.
func (r *rooms) leave(t *try) (next []*try) {
	m := t.room
	if m == nil {
		return nil
	}
	t.room = nil
	r.mu.Lock()
	defer r.mu.Unlock()
	m.inside--
	n := min(m.size-m.inside, len(m.waiting))
	if n > 0 {
		next = m.waiting[:n:n]
		m.waiting = m.waiting[n:]
		m.inside += n
		for _, t := range next {
			t.room = m
		}
	}
	if key := t.lease.Lane; m.inside == 0 && len(m.waiting) == 0 && r.all[key] == m {
		delete(r.all, key)
	}
	return next
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
