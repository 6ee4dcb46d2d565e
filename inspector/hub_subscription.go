package inspector

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
)

const (
	queueFrames = 256
	queueBytes  = 1 << 20
	catchUpPage = 500 // changes in one frame while a subscriber catches up
)

// Subscription is one reader of a [Hub]. Its methods may be called by one
// goroutine at a time, but Close by any.
type Subscription struct {
	hub     *Hub
	query   *Query
	key     string // subscribers with the same key share frames
	content bool   // the query reads more than rows

	// cursor is where the reader is: it belongs to Next while behind, and to
	// the hub from then on.
	cursor Cursor
	behind bool
	closed atomic.Bool
	ended  chan struct{}

	mu    sync.Mutex
	queue []queued
	bytes int
	ready chan struct{}
}

// queued is a frame, or what a frame will be made of when it is asked for.
type queued struct {
	frame Frame
	later *later
	bytes int
}

// later is a frame of a query that reads content. The first subscriber who
// comes to it makes it, for all who share the query.
type later struct {
	once  sync.Once
	make  func() Frame
	frame Frame
}

// Subscribe starts a reader after the cursor; "" is the oldest change kept. A
// nil query matches everything. The caller must Close it.
func (h *Hub) Subscribe(after Cursor, q *Query) *Subscription {
	return &Subscription{
		hub: h, query: q, key: q.String(), content: q.Plan().Content,
		cursor: after, behind: true,
		ready: make(chan struct{}, 1), ended: make(chan struct{}),
	}
}

// Close ends the subscription; a Next that waits returns ErrClosed.
func (s *Subscription) Close() {
	if s.closed.Swap(true) {
		return
	}
	close(s.ended)
	s.hub.mu.Lock()
	delete(s.hub.live, s)
	s.hub.mu.Unlock()
}

// Next waits for the next frame. Frames are contiguous from the cursor that
// Subscribe was given. A subscriber that comes with an old cursor first gets
// what it missed, a page at a time. It returns the error of ctx, of a store
// that cannot be read, or ErrClosed; after an error of ctx or of the store it
// may be called again and nothing is lost.
func (s *Subscription) Next(ctx context.Context) (Frame, error) {
	for {
		if s.closed.Load() {
			return Frame{}, ErrClosed
		}
		if s.behind {
			f, err := s.catchUp(ctx)
			if err != nil {
				return Frame{}, err
			}
			if f != nil {
				return *f, nil
			}
		}
		if item, ok := s.pop(); ok {
			return item.open(), nil
		}
		select {
		case <-s.ready:
		case <-s.ended:
		case <-s.hub.done:
			return Frame{}, ErrClosed
		case <-ctx.Done():
			return Frame{}, ctx.Err()
		}
	}
}

func (h *Hub) join(s *Subscription) {
	h.mu.Lock()
	h.joining = append(h.joining, s)
	h.mu.Unlock()
	select {
	case h.kick <- struct{}{}:
	default:
	}
}

// catchUp reads a page for this subscriber alone; nil if there is none. From a
// page that is not full on, the hub leads it.
func (s *Subscription) catchUp(ctx context.Context) (*Frame, error) {
	changes, to, err := s.hub.feed(ctx, s.cursor, catchUpPage)
	if expired(err) {
		from := s.cursor
		end, err := s.hub.End(ctx)
		if err != nil {
			return nil, err
		}
		s.cursor = end
		f := resetFrame(from, end)
		return &f, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the feed: %w", err)
	}
	var f *Frame
	if len(changes) > 0 {
		made := s.match(ctx, newTick(s.cursor, to, changes))
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		f = &made
	}
	s.cursor = to
	if len(changes) < catchUpPage {
		s.behind = false
		s.hub.join(s)
	}
	return f, nil
}

// match makes the frame of a tick. A content that cannot be read makes it a
// Lag: the subscriber asks the store, and hears there what is wrong.
func (s *Subscription) match(ctx context.Context, t *tick) Frame {
	var failed error
	f := t.frame(func(i int) bool {
		row := t.events[i].row
		switch s.query.MatchRow(row) {
		case Yes:
			return true
		case No:
			return false
		}
		if failed != nil {
			return false
		}
		ok, err := s.query.Match(row, StoreContent(ctx, s.hub.store, s.hub.ws, row.ID))
		failed = err
		return ok
	})
	if failed != nil {
		return lagFrame(t.from, t.to)
	}
	return f
}

// look makes what subscribers of this query queue of a tick.
func (s *Subscription) look(ctx context.Context, t *tick) queued {
	if !s.content {
		f := s.match(ctx, t)
		return queued{frame: f, bytes: len(f.JSON)}
	}
	// Encoded before it is shared; afterwards the tick is only read.
	bytes := t.encode()
	return queued{
		frame: Frame{From: t.from, To: t.to},
		bytes: bytes,
		later: &later{make: func() Frame {
			ctx, cancel := context.WithTimeout(ctx, matchLimit)
			defer cancel()
			return s.match(ctx, t)
		}},
	}
}

func (q *queued) open() Frame {
	if q.later == nil {
		return q.frame
	}
	q.later.once.Do(func() { q.later.frame, q.later.make = q.later.make(), nil })
	return q.later.frame
}

// tell queues a frame from the subscriber's cursor, for a subscriber that is
// about to join.
func (s *Subscription) tell(ctx context.Context, to Cursor, changes []Change) {
	if to == s.cursor {
		return
	}
	s.push(s.look(ctx, newTick(s.cursor, to, changes)))
	s.cursor = to
}

// reset puts a subscriber that is about to join to the end of the feed.
func (s *Subscription) reset(ctx context.Context) error {
	end, err := s.hub.End(ctx)
	if err != nil {
		return err
	}
	s.push(queued{frame: resetFrame(s.cursor, end)})
	s.cursor = end
	return nil
}

// push queues a frame, or puts a Lag in the place of all that is queued.
func (s *Subscription) push(item queued) {
	if s.closed.Load() {
		return
	}
	s.mu.Lock()
	full := len(s.queue) >= queueFrames || len(s.queue) > 0 && s.bytes+item.bytes > queueBytes
	if full {
		item = s.overflow(item.frame.To)
		s.hub.lags.Add(1)
	}
	s.queue = append(s.queue, item)
	s.bytes += item.bytes
	s.mu.Unlock()
	select {
	case s.ready <- struct{}{}:
	default:
	}
}

// overflow empties the queue and returns what stands for it. A Reset that was
// queued stays one.
func (s *Subscription) overflow(to Cursor) queued {
	from, reset := s.queue[0].frame.From, false
	for i := range s.queue {
		reset = reset || s.queue[i].frame.Reset
	}
	clear(s.queue)
	s.queue, s.bytes = s.queue[:0], 0
	if reset {
		return queued{frame: resetFrame(from, to)}
	}
	return queued{frame: lagFrame(from, to)}
}

func (s *Subscription) pop() (queued, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.queue) == 0 {
		return queued{}, false
	}
	item := s.queue[0]
	copy(s.queue, s.queue[1:])
	s.queue[len(s.queue)-1] = queued{}
	s.queue = s.queue[:len(s.queue)-1]
	s.bytes -= item.bytes
	return item, true
}
