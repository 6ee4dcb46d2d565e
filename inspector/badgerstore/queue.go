package badgerstore

import (
	"bytes"
	"cmp"
	"context"
	"encoding/binary"
	"fmt"
	"slices"
	"time"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/inspector/badgerstore/journal"
)

// queue is the scheduled work of a workspace. Leases are only in memory: the
// store has one process, so all of them end with it.
type queue struct {
	work  map[string]*work
	order uint64 // of the newest work
	dirty map[string]bool
}

type work struct {
	due   inspector.Due
	order uint64 // of scheduling, which is the order within a lane
	token uint64
	until time.Time   // end of the lease, zero if there is none
	pos   journal.Pos // of the record that says so
}

func newQueue() queue { return queue{work: map[string]*work{}, dirty: map[string]bool{}} }

// at is when the piece can be claimed.
func (w *work) at() time.Time {
	if w.until.After(w.due.RunAt) {
		return w.until
	}
	return w.due.RunAt
}

// put sets a piece of work as the journal says.
func (q *queue) put(w *work, boot uint64) {
	if old := q.work[w.due.ID]; old != nil {
		w.token = old.token
	} else {
		// A token of a process before this one must not be current again.
		w.token = boot << 32
	}
	q.order = max(q.order, w.order)
	q.work[w.due.ID] = w
	q.dirty[w.due.ID] = true
}

func (q *queue) done(id string) {
	delete(q.work, id)
	q.dirty[id] = true
}

// A queue record: workspace, then for each piece 1 and the piece, or 0 and the
// id of one that is done.
func putWork(b []byte, w *work) []byte {
	b = putString(append(b, 1), w.due.ID)
	b = putString(b, w.due.Lane)
	b = putTime(b, w.due.RunAt)
	b = putSlice(b, w.due.Payload)
	return binary.AppendUvarint(b, w.order)
}

func putDone(b []byte, id string) []byte { return putString(append(b, 0), id) }

func (d *decoder) work() *work {
	w := &work{}
	w.due.ID = d.string()
	w.due.Lane = d.string()
	w.due.RunAt = d.time()
	w.due.Payload = d.slice()
	w.order = d.uvarint()
	return w
}

// heads are the pieces that may be claimed as far as lanes are concerned: all
// without a lane, and the oldest of each lane.
func (q *queue) heads() []*work {
	list := make([]*work, 0, len(q.work))
	lanes := map[string]*work{}
	for _, w := range q.work {
		if w.due.Lane == "" {
			list = append(list, w)
			continue
		}
		if first := lanes[w.due.Lane]; first == nil || w.order < first.order {
			lanes[w.due.Lane] = w
		}
	}
	for _, w := range lanes {
		list = append(list, w)
	}
	slices.SortFunc(list, func(a, b *work) int {
		return cmp.Or(a.at().Compare(b.at()), cmp.Compare(a.order, b.order))
	})
	return list
}

// Claim leases due work. Leases end with the process: what was claimed then
// can be claimed again at once, with a higher token.
func (s *Store) Claim(ctx context.Context, ws inspector.Workspace, now time.Time, lease time.Duration, limit int) ([]inspector.Lease, time.Time, error) {
	if lease <= 0 {
		return nil, time.Time{}, fmt.Errorf("claim work for %s: want a positive lease", lease)
	}
	end, err := s.begin(ctx)
	if err != nil {
		return nil, time.Time{}, err
	}
	defer end()
	s.write.Lock() // a commit decides on leases before it is durable
	defer s.write.Unlock()
	s.mu.Lock()
	defer s.mu.Unlock()
	var leases []inspector.Lease
	heads := s.peek(ws).queue.heads()
	for _, w := range heads {
		if len(leases) >= limit || w.at().After(now) {
			continue
		}
		w.token++
		w.until = now.Add(lease)
		due := w.due
		due.Payload = bytes.Clone(due.Payload)
		leases = append(leases, inspector.Lease{Due: due, Token: w.token, Until: w.until})
	}
	var next time.Time
	for _, w := range heads {
		if next.IsZero() || w.at().Before(next) {
			next = w.at()
		}
	}
	return leases, next, nil
}
