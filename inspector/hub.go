package inspector

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

const (
	frameGap   = 50 * time.Millisecond // between two frames: at most 20 a second
	feedPoll   = time.Second           // the feed is read this often without a wake-up
	feedPage   = 1000                  // changes read at once
	tickPages  = 4                     // pages in one tick
	joinSteps  = 512                   // changes a joining subscriber may lack
	feedRetry  = time.Second           // after the store failed
	matchLimit = 2 * time.Second       // for reading the content of one tick
)

// Hub reads the feed of one workspace once and tells all subscribers. It reads
// nothing while there are none, and waits for no subscriber.
type Hub struct {
	store Store
	ws    Workspace
	take  func(ctx context.Context, keys []string) error

	kick chan struct{} // a subscriber wants to join
	done chan struct{} // Run has ended
	lags atomic.Uint64

	mu      sync.Mutex
	live    map[*Subscription]struct{}
	joining []*Subscription
	failure error

	pos Cursor // where live subscribers are; belongs to Run
}

// HubStats is a summary of a hub.
type HubStats struct {
	Subscribers int    // that follow the feed live
	Lags        uint64 // how often one was too slow
	Err         error  // why the feed cannot be read at the moment
}

// HubOptions are what a hub can do without.
type HubOptions struct {
	// Take makes the program go by the configuration entries of these keys as they are
	// stored, by all of them if keys is nil. Nobody is told of a change, or given a cursor
	// that lies after it, before it has returned; an error counts as one of the store.
	Take func(ctx context.Context, keys []string) error
}

// NewHub makes a hub. It does nothing until [Hub.Run] is called.
func NewHub(s Store, ws Workspace, opt HubOptions) *Hub {
	if opt.Take == nil {
		opt.Take = func(context.Context, []string) error { return nil }
	}
	return &Hub{
		store: s, ws: ws, take: opt.Take,
		kick: make(chan struct{}, 1),
		done: make(chan struct{}),
		live: map[*Subscription]struct{}{},
	}
}

// Run tells subscribers what changes until ctx ends (then it returns nil) or
// the store is closed. It must be called once. A store that fails otherwise is
// asked again every second; see [Hub.Stats].
func (h *Hub) Run(ctx context.Context) error {
	defer close(h.done)
	timer := time.NewTimer(feedPoll)
	defer timer.Stop()
	for {
		if h.idle() {
			select {
			case <-h.kick:
			case <-ctx.Done():
				return nil
			}
		}
		wake := h.store.Wake()
		busy, err := h.step(ctx)
		switch {
		case ctx.Err() != nil:
			return nil
		case errors.Is(err, ErrClosed):
			return fmt.Errorf("read the feed: %w", err)
		}
		h.mu.Lock()
		h.failure = err
		h.mu.Unlock()

		pause, hint, kick := feedPoll, wake, h.kick
		if busy || err != nil {
			// What comes during the pause goes into the next frame.
			pause, hint, kick = frameGap, nil, nil
		}
		if err != nil {
			pause = feedRetry
		}
		timer.Reset(pause)
		select {
		case <-timer.C:
		case <-hint:
		case <-kick:
		case <-ctx.Done():
			return nil
		}
	}
}

// End is the cursor after the newest change, for a snapshot to begin with.
func (h *Hub) End(ctx context.Context) (Cursor, error) {
	end, err := h.store.FeedEnd(ctx, h.ws)
	if err != nil {
		return "", fmt.Errorf("read the end of the feed: %w", err)
	}
	return end, h.take(ctx, nil)
}

// feed reads changes that somebody will be told of.
func (h *Hub) feed(ctx context.Context, after Cursor, limit int) ([]Change, Cursor, error) {
	changes, to, err := h.store.Feed(ctx, h.ws, after, limit)
	if err != nil {
		return nil, "", err
	}
	if keys := configKeys(changes); len(keys) > 0 {
		err = h.take(ctx, keys)
	}
	return changes, to, err
}

// Stats is cheap.
func (h *Hub) Stats() HubStats {
	h.mu.Lock()
	defer h.mu.Unlock()
	return HubStats{Subscribers: len(h.live), Lags: h.lags.Load(), Err: h.failure}
}

func (h *Hub) idle() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.live) == 0 && len(h.joining) == 0
}

// step moves the hub on by one tick. It reports whether somebody was told
// something, or waits to join.
func (h *Hub) step(ctx context.Context) (busy bool, err error) {
	h.mu.Lock()
	joining := h.joining
	h.joining = nil
	if len(h.live) == 0 && len(joining) > 0 {
		// Nobody is bound to the place where the hub stood.
		h.pos = joining[0].cursor
	}
	h.mu.Unlock()

	pending := joining[:0]
	defer func() {
		h.mu.Lock()
		h.joining = append(h.joining, pending...)
		h.mu.Unlock()
	}()
	for i, s := range joining {
		if s.cursor == h.pos {
			h.admit(s)
			continue
		}
		if err := h.advance(ctx, s); err != nil {
			pending = append(pending, joining[i:]...)
			return true, err
		}
		pending = append(pending, s)
	}
	t, full, err := h.read(ctx)
	if err != nil {
		return true, err
	}
	if t != nil {
		h.publish(ctx, t)
	}
	if full {
		return true, nil // those who join may be ahead; they wait for the next tick
	}
	waiting := pending
	pending = pending[:0]
	for i, s := range waiting {
		met, err := h.meet(ctx, s)
		if err != nil {
			pending = append(pending, waiting[i:]...)
			return true, err
		}
		if !met {
			pending = append(pending, s)
		}
	}
	return t != nil || len(pending) > 0, nil
}

// read takes the next tick for the live subscribers; nil if nothing changed.
// full says that there is more.
func (h *Hub) read(ctx context.Context) (t *tick, full bool, err error) {
	from := h.pos
	var all []Change
	for range tickPages {
		changes, to, err := h.feed(ctx, h.pos, feedPage)
		if err != nil && h.pos != from {
			full = true // what was read is told; the next tick meets the error
			break
		}
		if expired(err) {
			return nil, false, h.restart(ctx)
		}
		if err != nil {
			return nil, false, err
		}
		h.pos = to
		if all == nil {
			all = changes
		} else {
			all = append(all, changes...)
		}
		if full = len(changes) == feedPage; !full {
			break
		}
	}
	if len(all) == 0 && from == h.pos {
		return nil, false, nil
	}
	return newTick(from, h.pos, all), full, nil
}

func expired(err error) bool {
	return errors.Is(err, ErrCursorExpired) || errors.Is(err, ErrBadCursor)
}

// restart goes on from the end of the feed and tells everybody to load anew.
func (h *Hub) restart(ctx context.Context) error {
	end, err := h.End(ctx)
	if err != nil {
		return err
	}
	item := queued{frame: resetFrame(h.pos, end)}
	h.pos = end
	for _, s := range h.subscribers() {
		s.push(item)
	}
	return nil
}

func (h *Hub) subscribers() []*Subscription {
	h.mu.Lock()
	defer h.mu.Unlock()
	list := make([]*Subscription, 0, len(h.live))
	for s := range h.live {
		list = append(list, s)
	}
	return list
}

// publish hands a tick to all live subscribers. Each distinct query looks at it
// once. A query that needs content is only asked by its subscribers, on their
// own time.
func (h *Hub) publish(ctx context.Context, t *tick) {
	byQuery := map[string]queued{}
	for _, s := range h.subscribers() {
		item, known := byQuery[s.key]
		if !known {
			item = s.look(ctx, t)
			byQuery[s.key] = item
		}
		s.push(item)
	}
}

// advance brings a joining subscriber to the end of the feed as it is now.
func (h *Hub) advance(ctx context.Context, s *Subscription) error {
	for range tickPages {
		changes, to, err := h.feed(ctx, s.cursor, feedPage)
		if expired(err) {
			return s.reset(ctx)
		}
		if err != nil {
			return err
		}
		s.tell(ctx, to, changes)
		if len(changes) < feedPage {
			return nil
		}
	}
	return nil
}

// meet leads a joining subscriber, which is a few changes behind, to exactly
// the place of the hub. In a store whose cursors are no single line the two may
// miss each other; then it is tried again at the next tick.
func (h *Hub) meet(ctx context.Context, s *Subscription) (bool, error) {
	cursor := s.cursor
	var lack []Change
	for range joinSteps {
		if cursor == h.pos {
			s.tell(ctx, cursor, lack)
			h.admit(s)
			return true, nil
		}
		changes, to, err := h.feed(ctx, cursor, 1)
		if expired(err) {
			return false, s.reset(ctx)
		}
		if err != nil {
			return false, err
		}
		if len(changes) == 0 && to == cursor {
			break
		}
		lack, cursor = append(lack, changes...), to
	}
	s.tell(ctx, cursor, lack)
	return false, nil
}

// admit makes a subscriber live.
func (h *Hub) admit(s *Subscription) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !s.closed.Load() {
		h.live[s] = struct{}{}
	}
}
