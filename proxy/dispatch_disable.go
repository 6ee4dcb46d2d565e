package proxy

import (
	"context"
	"fmt"
	"maps"
	"sync"
	"time"
)

// failing knows since when each endpoint has had nothing but failures, for the
// rules by which providers switch endpoints off. It is kept across a restart, see
// memory.
type failing struct {
	mu      sync.Mutex
	all     map[string]failed
	changed bool // since it was last kept
}

// failed is a row of failures.
type failed struct {
	Since time.Time `json:"since"` // by our clock
	Count int       `json:"count"`
}

// add counts an outcome and returns what there is of failures in a row. Those of
// before the endpoint was made are another one's, which had its name.
func (f *failing) add(endpoint string, made time.Time, good bool, at time.Time) failed {
	f.mu.Lock()
	defer f.mu.Unlock()
	now, had := f.all[endpoint]
	if good {
		delete(f.all, endpoint)
		f.changed = f.changed || had
		return failed{}
	}
	if f.all == nil {
		f.all = map[string]failed{}
	}
	if now.Since.Before(made) {
		now = failed{}
	}
	if now.Count == 0 || at.Before(now.Since) {
		now.Since = at
	}
	now.Count++
	f.all[endpoint], f.changed = now, true
	return now
}

// kept is a copy of what is to be kept, and whether it changed since the last one.
func (f *failing) kept() (map[string]failed, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	changed := f.changed
	f.changed = false
	return maps.Clone(f.all), changed
}

// judge switches an endpoint off if its provider would.
func (d *Dispatcher) judge(t *try, good bool, now time.Time) {
	if t.provider == nil || t.provider.Disable == nil || t.endpoint.Rev == 0 {
		return
	}
	rule := t.provider.Disable
	bad := d.failing.add(t.endpoint.Name, t.endpoint.Created, good, now)
	// Each delivery has a clock that began when it was made, so what has passed for
	// the endpoint is counted by ours.
	passed := scale(now.Sub(bad.Since), t.job.clock(t.endpoint).speed)
	reason := ""
	switch {
	case good:
		return
	case StatusIn(rule.Status, t.outcome.Status):
		reason = fmt.Sprintf("an answer %d came", t.outcome.Status)
	case rule.Failures > 0 && bad.Count >= rule.Failures:
		reason = fmt.Sprintf("%d tries failed one after the other", bad.Count)
	case rule.After > 0 && passed >= time.Duration(rule.After):
		reason = "everything has failed for " + spell(time.Duration(rule.After))
	default:
		return
	}
	reason += ", after which " + t.provider.Name + " switches an endpoint off"
	if err := d.endpoints.Disable(context.WithoutCancel(d.sender.ctx), t.endpoint.Name, reason, now); err != nil {
		d.log.Warn("an endpoint could not be switched off", "endpoint", t.endpoint.Name, "error", err)
		return
	}
	d.failing.add(t.endpoint.Name, t.endpoint.Created, true, now)
}
