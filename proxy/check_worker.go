package proxy

import (
	"context"
	"errors"
	"time"

	"github.com/boathook/boathook/inspector"
)

// checkBacklog is how many deliveries may wait for their cause. What comes on top
// is explained when it is opened.
const checkBacklog = 1024

// Judge checks a request before it is stored, as [Judge] says.
func (c *Checker) Judge(x *Exchange) {
	if p, ok := x.Route.State.(*program); ok && p.judge != nil {
		x.Row.Verdict, x.Row.Scheme = p.judge.look(x)
	}
}

// Judged leaves a stored request to the worker if there is more to find out. It
// does not wait.
func (c *Checker) Judged(x *Exchange) {
	switch x.Row.Verdict {
	case inspector.Valid:
		return
	case inspector.Unchecked:
		p, ok := x.Route.State.(*program)
		if !ok || p.judge == nil || !p.judge.later(x) {
			return
		}
	}
	select {
	case c.queue <- x.Row.ID:
	default:
	}
}

// work finds verdicts of long bodies and causes of failures, one at a time, until
// ctx ends. It rests as long as it worked, so that a flood of bad signatures costs
// half a core at most.
func (c *Checker) work(ctx context.Context, warn func(text string, err error)) {
	rest := time.NewTimer(0)
	defer rest.Stop()
	<-rest.C
	for {
		select {
		case <-ctx.Done():
			return
		case id := <-c.queue:
			began := time.Now()
			if err := c.settle(ctx, id); err != nil && ctx.Err() == nil && !errors.Is(err, inspector.ErrNotFound) {
				warn("a signature could not be explained", err)
			}
			rest.Reset(time.Since(began))
		}
		select {
		case <-ctx.Done():
			return
		case <-rest.C:
		}
	}
}

// settle stores verdict and cause of a delivery. A delivery on which the search
// panics is an error like any other: who sends such must not end the process.
func (c *Checker) settle(ctx context.Context, id inspector.ID) error {
	return c.alone(ctx, id, func(row *inspector.Row) error {
		check, err := c.stored(ctx, row, &CheckInput{})
		if err != nil {
			return err
		}
		if check.Captured == (CapturedCheck{check.Verdict, check.Scheme, check.Cause}) {
			return nil
		}
		return c.keep(ctx, id, &check)
	})
}

// alone looks at a delivery while nobody else settles one. A panic is an error.
func (c *Checker) alone(ctx context.Context, id inspector.ID, look func(*inspector.Row) error) error {
	c.settling.Lock()
	defer c.settling.Unlock()
	return caught(func() error {
		row, err := c.store.Get(ctx, c.ws, id)
		if err != nil {
			return err
		}
		return look(&row)
	})
}
