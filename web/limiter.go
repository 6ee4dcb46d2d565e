package web

import (
	"sync"
	"time"
)

// limiter lets Burst things through at once, and PerSecond afterwards. It is
// safe for concurrent use.
type limiter struct {
	Burst, PerSecond float64

	mu   sync.Mutex
	left float64
	at   time.Time
}

func newLimiter(burst, perSecond float64) *limiter {
	return &limiter{Burst: burst, PerSecond: perSecond, left: burst}
}

func (l *limiter) allow(now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.at.IsZero() && now.After(l.at) {
		l.left = min(l.Burst, l.left+now.Sub(l.at).Seconds()*l.PerSecond)
	}
	l.at = now
	if l.left < 1 {
		return false
	}
	l.left--
	return true
}
