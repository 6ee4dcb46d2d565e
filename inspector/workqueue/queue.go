// Package workqueue holds the scheduled work of a workspace in memory for
// drivers of [inspector.Store] that are one process: a claim, a change and a
// look at a piece cost the logarithm of what waits, not a pass over it.
//
// A driver makes pieces durable itself and then tells the queue with [Queue.Put]
// and [Queue.Done]. Leases and tokens are only in memory: they end with the
// process. A queue is not safe for concurrent use.
package workqueue

import (
	"bytes"
	"iter"
	"time"

	"github.com/boathook/boathook/inspector"
)

// Item is a piece of work. Its driver may read all of it and write none.
type Item struct {
	inspector.Due
	Order uint64 // of scheduling, which is the order within a lane
	Pos   uint64 // where the driver keeps it
	// Indexed is for the driver, which may write it: it keeps the piece somewhere else
	// too. It is taken over by a piece that takes its place.
	Indexed bool
	// Draft is for the driver, which may write it: the batch that was last to end it.
	Draft uint64

	token uint64
	until time.Time // end of the lease, zero if there is none
	lane  *lane
	busy  bool // in the pile of leased pieces of its lane
	place int  // in its pile or line
	// listed says that it is in the list of its line, not in the rest.
	listed bool
}

// at is when the piece can be claimed.
func (it *Item) at() time.Time {
	if it.until.After(it.RunAt) {
		return it.until
	}
	return it.RunAt
}

// Current reports whether the piece is still in its queue.
func (it *Item) Current() bool { return it.lane != nil }

// lease is the piece as a caller sees it.
func (it *Item) lease() inspector.Lease {
	l := inspector.Lease{Due: it.Due, Token: it.token, Until: it.until}
	l.Payload = bytes.Clone(it.Payload)
	return l
}

// Queue is the work of one workspace.
type Queue struct {
	items map[string]*Item
	lanes map[string]*lane
	ready pile[*lane]
	// full are lanes beside those in ready that had their share at a claim. They are not
	// looked at again before one of their pieces changes, a lease of theirs ends or the
	// share grows.
	full  pile[*lane]
	share int    // the least that one of full had
	order uint64 // of the newest piece
	token uint64 // the last that was given
	// late are pieces that were claimed lately, by their tokens: what is finished is mostly
	// found there, without a look into a map that is too large for the processor's cache.
	late [1024]*Item
}

// New makes an empty queue.
func New() *Queue {
	return &Queue{
		items: map[string]*Item{}, lanes: map[string]*lane{},
		ready: pile[*lane]{less: laneFirst, place: func(l *lane) *int { return &l.place }},
		full:  pile[*lane]{less: leaseFirst, place: func(l *lane) *int { return &l.place }},
	}
}

// Begin sets the number above which tokens are given, and gives every piece a new
// one: those of a process before this must not be current again.
func (q *Queue) Begin(base uint64) {
	q.token = max(q.token, base)
	for _, it := range q.items {
		q.token++
		it.token = q.token
	}
}

// Len is how many pieces there are.
func (q *Queue) Len() int { return len(q.items) }

// Order is that of the newest piece.
func (q *Queue) Order() uint64 { return q.order }

// Get returns a piece, nil if there is none with the id.
func (q *Queue) Get(id string) *Item { return q.items[id] }

// All are the pieces in no order.
func (q *Queue) All() iter.Seq[*Item] {
	return func(yield func(*Item) bool) {
		for _, it := range q.items {
			if !yield(it) {
				return
			}
		}
	}
}

// Put adds a piece, or sets one that is known; that ends its lease. The piece
// belongs to the queue from then on.
func (q *Queue) Put(it *Item) {
	if old := q.items[it.ID]; old != nil {
		it.token = old.token // it stays the same until the next claim
		it.Indexed = it.Indexed || old.Indexed
		q.Drop(old)
	} else {
		q.token++
		it.token = q.token
	}
	it.until = time.Time{}
	q.order = max(q.order, it.Order)
	q.items[it.ID] = it
	l := q.lanes[it.Lane]
	if l == nil {
		l = newLane(it.Lane)
		q.lanes[it.Lane] = l
	}
	l.add(it)
	if l.len() == 1 {
		q.ready.push(l)
	} else {
		q.changed(l)
	}
}

// changed finds the place of a lane of which a piece was changed.
func (q *Queue) changed(l *lane) {
	if l.full {
		q.look(l)
	} else {
		q.ready.fix(l)
	}
}

// look has a lane looked at again that had its share.
func (q *Queue) look(l *lane) {
	q.full.remove(l)
	l.full = false
	q.ready.push(l)
}

// Done removes the piece with the id and returns it, nil if there is none.
func (q *Queue) Done(id string) *Item {
	it := q.items[id]
	if it != nil {
		q.Drop(it)
	}
	return it
}

// Drop removes a piece of the queue.
func (q *Queue) Drop(it *Item) {
	delete(q.items, it.ID)
	l := it.lane
	l.remove(it)
	it.lane = nil
	if l.len() > 0 {
		q.changed(l)
		return
	}
	if l.full {
		q.full.remove(l)
	} else {
		q.ready.remove(l)
	}
	delete(q.lanes, l.name)
}

// Current returns the piece that f finishes, nil if its lease was lost.
func (q *Queue) Current(f *inspector.Finish) *Item {
	if it := q.late[f.Token%uint64(len(q.late))]; it != nil && it.token == f.Token && it.ID == f.ID && it.Current() {
		return it
	}
	if it := q.items[f.ID]; it != nil && it.token == f.Token {
		return it
	}
	return nil
}

// Claim is [inspector.Store.Claim].
func (q *Queue) Claim(now time.Time, lease time.Duration, limit, share int) (leases []inspector.Lease, next time.Time) {
	for len(q.full.list) > 0 && (share == 0 || share > q.share || !q.full.list[0].leased().After(now)) {
		q.look(q.full.list[0])
	}
	for len(leases) < limit && len(q.ready.list) > 0 {
		l := q.ready.list[0]
		if l.at().After(now) {
			break
		}
		l.giveBack(now)
		if share > 0 && l.name != "" && len(l.busy.list) >= share {
			q.fill(l, share)
			continue
		}
		q.token++
		if it := l.claim(now, now.Add(lease), q.token); it != nil {
			q.late[it.token%uint64(len(q.late))] = it
			leases = append(leases, it.lease())
		}
		q.ready.fix(l)
	}
	if len(q.ready.list) > 0 {
		next = q.ready.list[0].at()
	}
	if len(q.full.list) > 0 {
		if at := q.full.list[0].leased(); next.IsZero() || at.Before(next) {
			next = at
		}
	}
	return leases, next
}

// fill sets a lane aside that has its share.
func (q *Queue) fill(l *lane, share int) {
	if len(q.full.list) == 0 || share < q.share {
		q.share = share
	}
	q.ready.remove(l)
	l.full = true
	q.full.push(l)
}

// Work is [inspector.Store.Work].
func (q *Queue) Work(ids []string) []inspector.Lease {
	list := make([]inspector.Lease, 0, len(ids))
	for _, id := range ids {
		if it := q.items[id]; it != nil {
			list = append(list, it.lease())
		}
	}
	return list
}
