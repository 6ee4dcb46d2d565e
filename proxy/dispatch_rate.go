package proxy

import (
	"math"
	"sync"
	"time"
)

// pace spaces tries out: those of each endpoint by its rate, and all by the cap.
// Long pauses are kept across a restart, see memory.
type pace struct {
	mu   sync.Mutex
	next map[string]time.Time // when the next try of an endpoint may begin
	all  time.Time            // the same for all of them

	gaps    map[string]time.Duration // between two tries of an endpoint, if it is a long one
	gap     time.Duration            // the same for all of them
	last    map[string]time.Time     // what was kept last
	lastAll time.Time
}

func newPace() *pace { return &pace{next: map[string]time.Time{}, gaps: map[string]time.Duration{}} }

// reserve takes the next place and says how long to wait for it. Rates are per
// second; 0 is no bound.
func (p *pace) reserve(key string, rate, bound float64, now time.Time) time.Duration {
	wait, _ := p.within(math.MaxInt64, key, rate, bound, now)
	return wait
}

// within is reserve for one who can wait for so long at most: if it would be longer,
// no place is taken.
func (p *pace) within(most time.Duration, key string, rate, bound float64, now time.Time) (wait time.Duration, ok bool) {
	if rate <= 0 && bound <= 0 {
		return 0, true
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	own, all := now, now
	if rate > 0 {
		p.forget(now)
		own = latest(now, p.next[key])
	}
	if bound > 0 {
		all = latest(now, p.all)
	}
	if wait = latest(own, all).Sub(now); wait > most {
		return wait, false
	}
	if rate > 0 {
		gap := spacing(rate)
		p.next[key] = own.Add(gap)
		if gap > longPause {
			p.gaps[key] = gap
		} else {
			delete(p.gaps, key)
		}
	}
	if bound > 0 {
		// A place of the cap does not wait for the endpoint: others would wait with it.
		p.gap = spacing(bound)
		p.all = all.Add(p.gap)
	}
	return wait, true
}

func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// spacing is the time between two tries at a rate per second.
func spacing(rate float64) time.Duration { return scale(time.Second, 1/rate) }

// forget bounds what is remembered.
func (p *pace) forget(now time.Time) {
	if len(p.next) < 4096 {
		return
	}
	for key, next := range p.next {
		if !next.After(now) {
			delete(p.next, key)
			delete(p.gaps, key)
		}
	}
}
