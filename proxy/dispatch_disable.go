package proxy

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// failing knows since when each endpoint has had nothing but failures, for the
// rules by which providers switch endpoints off. It is of this process alone: a
// restart begins to count anew.
type failing struct {
	mu  sync.Mutex
	all map[string]failed
}

type failed struct {
	since time.Time // by the endpoint's clock
	count int
}

// add counts an outcome and returns what there is of failures in a row.
func (f *failing) add(endpoint string, good bool, at time.Time) failed {
	f.mu.Lock()
	defer f.mu.Unlock()
	if good {
		delete(f.all, endpoint)
		return failed{}
	}
	if f.all == nil {
		f.all = map[string]failed{}
	}
	now := f.all[endpoint]
	if now.count == 0 || at.Before(now.since) {
		now.since = at
	}
	now.count++
	f.all[endpoint] = now
	return now
}

// judge switches an endpoint off if its provider would.
func (d *Dispatcher) judge(t *try, good bool, now time.Time) {
	if t.provider == nil || t.provider.Disable == nil || t.endpoint.Rev == 0 {
		return
	}
	rule := t.provider.Disable
	at := t.job.clock(t.endpoint).at(now)
	bad := d.failing.add(t.endpoint.Name, good, at)
	reason := ""
	switch {
	case good:
		return
	case rule.Failures > 0 && bad.count >= rule.Failures:
		reason = fmt.Sprintf("%d tries failed one after the other", bad.count)
	case rule.After > 0 && at.Sub(bad.since) >= time.Duration(rule.After):
		reason = "everything has failed for " + spell(time.Duration(rule.After))
	default:
		return
	}
	reason += ", after which " + t.provider.Name + " switches an endpoint off"
	if err := d.endpoints.Disable(context.WithoutCancel(d.sender.ctx), t.endpoint.Name, reason, now); err != nil {
		d.log.Warn("an endpoint could not be switched off", "endpoint", t.endpoint.Name, "error", err)
		return
	}
	d.failing.add(t.endpoint.Name, true, at)
}
