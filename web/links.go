package web

import (
	"crypto/sha256"
	"sync"
	"time"
)

const (
	linkAge  = 10 * time.Minute
	maxLinks = 64 // unused ones at a time; the oldest is dropped
)

// links are the one-time login keys that were given out. Only their digests are
// kept. It is safe for concurrent use.
type links struct {
	mu   sync.Mutex
	ends map[[32]byte]time.Time
}

// issue makes a key that can be used once within [linkAge].
func (l *links) issue(now time.Time) string {
	key := NewToken()
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.ends == nil {
		l.ends = map[[32]byte]time.Time{}
	}
	l.trim(now)
	l.ends[sha256.Sum256([]byte(key))] = now.Add(linkAge)
	return key
}

// redeem uses a key up and reports whether it was good.
func (l *links) redeem(key string, now time.Time) bool {
	digest := sha256.Sum256([]byte(key))
	l.mu.Lock()
	defer l.mu.Unlock()
	end, ok := l.ends[digest]
	delete(l.ends, digest)
	return ok && now.Before(end)
}

func (l *links) trim(now time.Time) {
	var oldest [32]byte
	for digest, end := range l.ends {
		if !now.Before(end) {
			delete(l.ends, digest)
			continue
		}
		if at, ok := l.ends[oldest]; !ok || end.Before(at) {
			oldest = digest
		}
	}
	if len(l.ends) >= maxLinks {
		delete(l.ends, oldest)
	}
}
