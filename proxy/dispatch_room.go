package proxy

import (
	"context"
	"sync"
)

// rooms hold so many tries at a time as an endpoint takes.
type rooms struct {
	mu  sync.Mutex
	all map[string]*room
}

type room struct {
	inside, size int
	waiting      []chan struct{} // the first one waits longest
	users        int             // those inside and waiting
}

// enter waits for room at the try's endpoint. The function that it returns leaves
// it, once however often it is called; it is nil if ctx ended first.
func (r *rooms) enter(ctx context.Context, t *try) (leave func()) {
	if t.endpoint == nil {
		return func() {}
	}
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
	m.users++
	if m.inside < m.size && len(m.waiting) == 0 {
		m.inside++
		return r.leaver(key, m)
	}
	turn := make(chan struct{})
	m.waiting = append(m.waiting, turn)
	r.mu.Unlock()
	select {
	case <-turn:
		r.mu.Lock()
		return r.leaver(key, m)
	case <-ctx.Done():
	}
	r.mu.Lock()
	select {
	case <-turn: // it came all the same
		m.inside--
	default:
		for i, w := range m.waiting {
			if w == turn {
				m.waiting = append(m.waiting[:i], m.waiting[i+1:]...)
				break
			}
		}
	}
	r.gone(key, m)
	return nil
}

func (r *rooms) leaver(key string, m *room) func() {
	left := false
	return func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		if left {
			return
		}
		left = true
		m.inside--
		r.gone(key, m)
	}
}

// gone lets the next ones in, and forgets a room that nobody uses. mu is held.
func (r *rooms) gone(key string, m *room) {
	m.users--
	for m.inside < m.size && len(m.waiting) > 0 {
		m.inside++
		close(m.waiting[0])
		m.waiting = m.waiting[1:]
	}
	if m.users == 0 {
		delete(r.all, key)
	}
}
