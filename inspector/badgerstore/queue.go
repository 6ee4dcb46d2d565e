package badgerstore

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"slices"
	"sort"
	"time"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/inspector/badgerstore/journal"
	"github.com/boathook/boathook/inspector/workqueue"
)

// queue is the scheduled work of a workspace. Leases are only in memory: the
// store has one process, so all of them end with it. Their tokens begin anew
// with each process, above those of the processes before it.
type queue struct {
	*workqueue.Queue
	// puts are the pieces that were set since the index was written, in the order of
	// their places in the journal, also those that are over or set anew meanwhile.
	puts []*workqueue.Item
	// gone are the ids of pieces that are over and may be in the index still. Work that
	// comes and goes between two flushes is never there.
	gone map[string]bool
}

func newQueue(boot uint64) queue {
	q := queue{Queue: workqueue.New(), gone: map[string]bool{}}
	q.Begin(boot << 32) // boot is 0 while the store is opened, which is made up for at the end
	return q
}

// put sets a piece of work as the journal says.
func (q *queue) put(w *workqueue.Item) {
	if q.gone[w.ID] {
		delete(q.gone, w.ID)
		w.Indexed = true
	}
	q.Put(w)
	q.puts = append(q.puts, w)
}

func (q *queue) done(id string) {
	if w := q.Get(id); w != nil {
		q.end(w)
	}
}

// end removes a piece that is there.
func (q *queue) end(w *workqueue.Item) {
	q.Drop(w)
	if w.Indexed {
		q.gone[w.ID] = true
	}
}

// take returns what the index does not have of what is before a place in the journal.
func (q *queue) take(end journal.Pos) (puts []*workqueue.Item, gone map[string]bool) {
	n := sort.Search(len(q.puts), func(i int) bool { return journal.Pos(q.puts[i].Pos) >= end })
	for _, w := range q.puts[:n] {
		if w.Current() {
			w.Indexed = true // also if writing it fails: it may have been written in part
			puts = append(puts, w)
		}
	}
	q.puts = slices.Delete(q.puts, 0, n)
	gone, q.gone = q.gone, map[string]bool{}
	return puts, gone
}

// giveBack takes back what could not be written.
func (q *queue) giveBack(puts []*workqueue.Item, gone map[string]bool) {
	q.puts = slices.Insert(q.puts, 0, puts...)
	for id := range gone {
		if w := q.Get(id); w != nil {
			w.Indexed = true
		} else {
			q.gone[id] = true
		}
	}
}

// What a queue record says of a piece of work.
const (
	workDone  = 0 // its id
	workPut   = 1 // all of it but its slots, which are 0
	workSlots = 2 // all of it
)

// A queue record: workspace, then for each piece what is said of it, and that.
func putWork(b []byte, w *workqueue.Item) []byte {
	kind := byte(workPut)
	if w.Slots != 0 {
		kind = workSlots
	}
	b = putString(append(b, kind), w.ID)
	b = putString(b, w.Lane)
	b = putTime(b, w.RunAt)
	b = putSlice(b, w.Payload)
	b = binary.AppendUvarint(b, w.Order)
	if kind == workSlots {
		b = binary.AppendVarint(b, int64(w.Slots))
	}
	return b
}

func putDone(b []byte, id string) []byte { return putString(append(b, workDone), id) }

// work reads what putWork wrote after its kind.
func (d *decoder) work(kind byte) *workqueue.Item {
	w := &workqueue.Item{}
	w.ID = d.string()
	w.Lane = d.string()
	w.RunAt = d.time()
	w.Payload = d.slice()
	w.Order = d.uvarint()
	switch kind {
	case workPut:
	case workSlots:
		w.Slots = int(d.varint())
	default:
		d.fail()
	}
	return w
}

// queue writes what the batch says of scheduled work.
func (d *draft) queue() {
	if len(d.b.Schedule)+len(d.b.Finish) == 0 {
		return
	}
	set := &workSet{ws: d.sp.ws}
	q := &d.sp.queue
	order := q.Order()
	if d.named == nil {
		d.named = map[string]bool{}
	}
	named := d.named
	for i := range d.b.Schedule {
		due := d.b.Schedule[i]
		if q.Get(due.ID) != nil || named[due.ID] {
			continue
		}
		named[due.ID] = true
		order++
		due.Payload = bytes.Clone(due.Payload)
		set.puts = append(set.puts, &workqueue.Item{Due: due, Order: order})
	}
	for i := range d.b.Finish {
		f := &d.b.Finish[i]
		w := q.Current(f)
		if w == nil || w.Draft == d.s.drafts {
			d.res.Lost = append(d.res.Lost, f.ID)
			continue
		}
		w.Draft = d.s.drafts
		if f.Next.IsZero() {
			set.done, set.ended = append(set.done, w.ID), append(set.ended, w)
			continue
		}
		next := &workqueue.Item{Due: w.Due, Order: w.Order}
		next.RunAt = f.Next
		if f.Payload != nil {
			next.Payload = bytes.Clone(f.Payload)
		}
		set.puts = append(set.puts, next)
	}
	d.add(kindQueue, len(set.puts)+len(set.done), set)
}

func (a *applier) work(pos journal.Pos, c *workSet) {
	if a.only {
		return
	}
	sp := a.s.space(c.ws)
	for _, w := range c.puts {
		w.Pos = uint64(pos)
		sp.queue.put(w)
	}
	for _, w := range c.ended {
		sp.queue.end(w)
	}
	if len(c.ended) > 0 {
		return
	}
	for _, id := range c.done {
		sp.queue.done(id)
	}
}

// Claim leases due work. Leases end with the process: what was claimed then
// can be claimed again at once, with a higher token.
func (s *Store) Claim(ctx context.Context, ws inspector.Workspace, now time.Time, lease time.Duration, limit, share int) (leases []inspector.Lease, next time.Time, err error) {
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
	leases, next = s.peek(ws).queue.Claim(now, lease, limit, share)
	return leases, next, nil
}

// Work looks at scheduled work.
func (s *Store) Work(ctx context.Context, ws inspector.Workspace, ids ...string) ([]inspector.Lease, error) {
	end, err := s.begin(ctx)
	if err != nil {
		return nil, err
	}
	defer end()
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.peek(ws).queue.Work(ids), nil
}
