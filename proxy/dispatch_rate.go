package proxy

import (
	"sync"
	"time"
)

// pace spaces tries out: those of each endpoint by its rate, and all by the cap.
// It is of this process alone.
type pace struct {
	mu   sync.Mutex
	next map[string]time.Time // when the next try of an endpoint may begin
	all  time.Time            // the same for all of them
}

func newPace() *pace { return &pace{next: map[string]time.Time{}} }

// reserve takes the next place and says how long to wait for it. Rates are per
// second; 0 is no bound.
func (p *pace) reserve(key string, rate, bound float64, now time.Time) time.Duration {
	if rate <= 0 && bound <= 0 {
		return 0
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	at := now
	if rate > 0 {
		p.forget(now)
		if next := p.next[key]; next.After(at) {
			at = next
		}
		p.next[key] = at.Add(time.Duration(float64(time.Second) / rate))
	}
	if bound > 0 {
		// A place of the cap does not wait for the endpoint: others would wait with it.
		if p.all.Before(now) {
			p.all = now
		}
		if p.all.After(at) {
			at = p.all
		}
		p.all = p.all.Add(time.Duration(float64(time.Second) / bound))
	}
	return at.Sub(now)
}

// forget bounds what is remembered.
func (p *pace) forget(now time.Time) {
	if len(p.next) < 4096 {
		return
	}
	for key, next := range p.next {
		if !next.After(now) {
			delete(p.next, key)
		}
	}
}
