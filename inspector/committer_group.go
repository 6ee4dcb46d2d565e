package inspector

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

// group is what one transaction stores.
type group struct {
	list       []*waiter
	merged     Batch // memory for merging, used again
	deliveries int
	bytes      int
	work       map[string]struct{} // ids of the scheduled work that list[:known] names
	known      int
	res        Result
	err        error
}

// fits reports whether w can go into the same transaction.
func (g *group) fits(w *waiter, opt *CommitterOptions) bool {
	if len(g.list) == 0 {
		return true
	}
	first := g.list[0].batch
	return !first.alone() && !w.batch.alone() && first.Workspace == w.batch.Workspace &&
		g.deliveries+len(w.batch.Deliveries) <= opt.Deliveries && g.bytes+w.size <= opt.Bytes && g.apart(w.batch)
}

// apart reports whether a batch names no scheduled work that one of the group
// names: in one transaction their order would be lost, and whose lease was.
func (g *group) apart(b *Batch) bool {
	if len(b.Schedule)+len(b.Finish) == 0 {
		return true
	}
	if g.work == nil {
		g.work = map[string]struct{}{}
	}
	for ; g.known < len(g.list); g.known++ {
		g.list[g.known].batch.work(func(id string) bool { g.work[id] = struct{}{}; return true })
	}
	return b.work(func(id string) bool { _, known := g.work[id]; return !known })
}

func (g *group) take(w *waiter) {
	g.list = append(g.list, w)
	g.deliveries += len(w.batch.Deliveries)
	g.bytes += w.size
}

// commit stores the group in one transaction.
func (g *group) commit(ctx context.Context, s Store) {
	b := g.list[0].batch
	if len(g.list) > 1 {
		b = &g.merged
		b.Workspace = g.list[0].batch.Workspace
		for _, w := range g.list {
			b.add(w.batch)
		}
	}
	g.res, g.err = s.Commit(ctx, b)
	if errors.Is(g.err, context.DeadlineExceeded) {
		g.err = fmt.Errorf("%w: %w", ErrSlow, g.err)
	}
	g.merged.Reset()
}

// wake tells every caller its outcome and empties the group.
func (g *group) wake() {
	for _, w := range g.list {
		if !w.state.CompareAndSwap(taken, told) {
			continue // who has left may use the memory of the batch for something else
		}
		w.err = g.err
		if g.err == nil {
			w.res = g.share(w.batch)
		}
		w.done <- struct{}{}
	}
	clear(g.list)
	clear(g.work)
	g.list, g.known, g.deliveries, g.bytes, g.res, g.err = g.list[:0], 0, 0, 0, Result{}, nil
}

// share is the part of the result that belongs to one batch. Conflicts and Revs
// come from batches that were alone.
func (g *group) share(b *Batch) (res Result) {
	if len(g.list) == 1 {
		return g.res
	}
	if len(b.Deliveries) > 0 {
		res.Numbers = make(map[ID]uint64, len(b.Deliveries))
	}
	for i := range b.Deliveries {
		id := b.Deliveries[i].ID
		res.Numbers[id] = g.res.Numbers[id]
	}
	if len(g.res.Lost) == 0 {
		return res
	}
	// No two batches of a group name the same work, so the id tells the caller.
	for i := range b.Finish {
		if id := b.Finish[i].ID; slices.Contains(g.res.Lost, id) {
			res.Lost = append(res.Lost, id)
		}
	}
	return res
}
