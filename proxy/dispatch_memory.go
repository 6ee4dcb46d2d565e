package proxy

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"time"

	"github.com/boathook/boathook/inspector"
)

// memoryKey is the configuration entry that keeps the [memory].
const memoryKey = "state/sending"

// keepEvery is how often the memory is stored if it changed: a process that is killed
// forgets so much of it.
const keepEvery = time.Second

// longPause is the shortest pause between tries that outlives a restart.
const longPause = time.Second

// memory is what the dispatcher knows beside the store's queue and must not forget
// when it ends: how long endpoints have failed, and when the next try of one with a
// low rate may be made. What an answer asks to wait for is in the queue.
type memory struct {
	Failing map[string]failed    `json:"failing,omitempty"`
	Next    map[string]time.Time `json:"next,omitempty"` // by lane
	All     time.Time            `json:"all,omitzero"`   // by the cap
}

// recall reads what an earlier process knew.
func (d *Dispatcher) recall(ctx context.Context) error {
	entries, err := d.store.Config(ctx, d.ws, memoryKey)
	if err != nil || len(entries) == 0 {
		return err
	}
	var m memory
	d.memoryRev = entries[0].Rev
	if err := json.Unmarshal(entries[0].Value, &m); err != nil {
		return fmt.Errorf("read entry %s: %w", memoryKey, err)
	}
	d.failing.mu.Lock()
	d.failing.all = m.Failing
	d.failing.mu.Unlock()
	d.pace.recall(m.Next, m.All, time.Now())
	return nil
}

// remember stores what is known now, if it changed.
func (d *Dispatcher) remember(ctx context.Context) error {
	now := time.Now()
	failing, failed := d.failing.kept()
	next, all, paced := d.pace.kept(now)
	if !failed && !paced {
		return nil
	}
	value, err := json.Marshal(memory{failing, next, all})
	if err != nil {
		return err
	}
	for {
		res, err := d.store.Commit(ctx, &inspector.Batch{Workspace: d.ws, Config: []inspector.ConfigPut{{Key: memoryKey, Want: d.memoryRev, Value: value}}})
		if err != nil {
			d.failing.mu.Lock()
			d.failing.changed = true // it is tried again
			d.failing.mu.Unlock()
			return err
		}
		if len(res.Conflicts) == 0 {
			d.memoryRev = res.Revs[memoryKey]
			return nil
		}
		// A process before this one was not quite over.
		entries, err := d.store.Config(ctx, d.ws, memoryKey)
		if err != nil {
			return err
		}
		if d.memoryRev = 0; len(entries) > 0 {
			d.memoryRev = entries[0].Rev
		}
	}
}

// memorise stores the memory now and then, until ctx ends.
func (d *Dispatcher) memorise(ctx context.Context) {
	for pause(ctx, keepEvery) {
		if err := d.remember(ctx); err != nil && ctx.Err() == nil && !errors.Is(err, inspector.ErrClosed) {
			d.log.Warn("how long endpoints have failed is not stored; will try again", "error", err)
		}
	}
}

// recall takes over the pauses of an earlier process. The clock may have been set
// meanwhile, so none is longer than a day.
func (p *pace) recall(next map[string]time.Time, all, now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for key, at := range next {
		p.next[key] = earliest(at, now.Add(24*time.Hour))
	}
	p.all = earliest(all, now.Add(24*time.Hour))
}

// kept are the pauses that are worth keeping, and whether they are others than before.
func (p *pace) kept(now time.Time) (next map[string]time.Time, all time.Time, changed bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	// Places beyond the next pause are of tries that are not made any more if the
	// process ends.
	for key, gap := range p.gaps {
		if at := earliest(p.next[key], now.Add(gap)); gap > longPause && at.After(now) {
			if next == nil {
				next = map[string]time.Time{}
			}
			next[key] = at.UTC().Round(0)
		}
	}
	if p.gap > longPause && p.all.After(now) {
		all = earliest(p.all, now.Add(p.gap)).UTC().Round(0)
	}
	changed = !maps.EqualFunc(next, p.last, time.Time.Equal) && len(next) > 0 || !all.Equal(p.lastAll) && !all.IsZero()
	p.last, p.lastAll = next, all
	return next, all, changed
}

func earliest(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}
