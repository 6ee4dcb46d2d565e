package client

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"

	"github.com/boathook/boathook/inspector"
)

// EventKind says what an [Event] tells.
type EventKind uint8

const (
	Added   EventKind = iota // Row is new
	Changed                  // Row is a known row as it is now
	Gone                     // the delivery ID was deleted, or no longer matches
	Config                   // the configuration entry Key changed
	// Resynced says that the server could not tell all that happened: new rows
	// have been told all the same, changes of older rows may be missing.
	Resynced
	// Lost says that the connection broke off and is tried again after Wait.
	Lost
)

// Event is one thing that happened.
type Event struct {
	Kind EventKind
	Row  inspector.Row
	ID   inspector.ID
	Key  string
	// Cursor is the place after the frame of this event, and only set for the
	// last event of a frame: whoever stores it there can go on from it.
	Cursor inspector.Cursor
	Err    error         // why the connection was lost
	Wait   time.Duration // until the next try
}

const (
	firstWait = 200 * time.Millisecond
	lastWait  = 5 * time.Second
	wellAfter = 10 * time.Second // a connection that lasted so long was a good one
)

// Tail tells what happens to deliveries that match, from the cursor on; "" is
// from now on. New deliveries are told in the order they came, each once, none
// left out, whatever happens to the connection: after a break it goes on from
// the last cursor.
//
// It ends when ctx ends, when the caller stops, or with an error that waiting
// does not cure (a filter that is not valid, a token that is refused).
func (c *Client) Tail(ctx context.Context, query string, after inspector.Cursor) iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		t := &tail{c: c, query: query, cursor: after, yield: yield}
		if err := t.run(ctx); err != nil && !errors.Is(err, errStopped) && ctx.Err() == nil {
			yield(Event{}, err)
		}
	}
}

var (
	errStopped = errors.New("stopped")               // the caller wants no more
	errAgain   = errors.New("go on from the cursor") // over a new connection
)

type tail struct {
	c      *Client
	query  string
	cursor inspector.Cursor
	last   uint64 // highest running number told, or that was there at the start
	yield  func(Event, error) bool
}

func (t *tail) run(ctx context.Context) error {
	if err := t.begin(ctx); err != nil {
		return err
	}
	wait := firstWait
	for {
		connected := time.Now()
		err := t.follow(ctx)
		if ctx.Err() != nil || errors.Is(err, errStopped) || hopeless(err) {
			return err
		}
		if time.Since(connected) > wellAfter || errors.Is(err, errAgain) {
			wait = firstWait
		}
		if !errors.Is(err, errAgain) && !t.yield(Event{Kind: Lost, Err: err, Wait: wait}, nil) {
			return errStopped
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(wait):
		}
		wait = min(2*wait, lastWait)
	}
}

// hopeless reports whether trying again would end the same way.
func hopeless(err error) bool {
	var p *Problem
	return errors.As(err, &p) && p.Status >= 400 && p.Status < 500 && p.Status != 408 && p.Status != 429
}

// begin finds out what is old. A tail from now on starts at the list's cursor.
func (t *tail) begin(ctx context.Context) error {
	if t.cursor != "" {
		return nil
	}
	page, err := t.c.List(ctx, ListOptions{Limit: 1})
	if err != nil {
		return err
	}
	t.cursor = page.Cursor
	if len(page.Rows) > 0 {
		t.last = page.Rows[0].N
	}
	return nil
}

// follow connects once and tells frames until the connection ends.
func (t *tail) follow(ctx context.Context) error {
	conn, err := t.c.dialFeed(ctx)
	if err != nil {
		return err
	}
	defer conn.close()
	if err := conn.subscribe(t.cursor, t.query); err != nil {
		return err
	}
	for {
		f, err := conn.next()
		switch {
		case err != nil:
			return err
		case f.Error != nil:
			return f.Error
		case f.Lag:
			// What was left out is still in the feed: it is asked for again, from
			// the last frame that came whole.
			return errAgain
		case f.Reset:
			if err := t.resync(ctx); err != nil {
				return err
			}
			return errAgain
		}
		if err := t.tell(f); err != nil {
			return err
		}
	}
}

// tell hands on what a frame holds: a change of the configuration first, so that it
// counts for the rows that came after it.
func (t *tail) tell(f Frame) error {
	var events []Event
	for _, key := range f.Config {
		events = append(events, Event{Kind: Config, Key: key})
	}
	for _, row := range f.Rows {
		kind := Added
		if row.N <= t.last {
			kind = Changed // told before, by a resync
		}
		t.last = max(t.last, row.N)
		events = append(events, Event{Kind: kind, Row: row, ID: row.ID})
	}
	for _, row := range f.Changed {
		events = append(events, Event{Kind: Changed, Row: row, ID: row.ID})
	}
	for _, id := range f.Gone {
		events = append(events, Event{Kind: Gone, ID: id})
	}
	t.cursor = f.To
	return t.hand(events)
}

func (t *tail) hand(events []Event) error {
	for i := range events {
		if i == len(events)-1 {
			events[i].Cursor = t.cursor
		}
		if !t.yield(events[i], nil) {
			return errStopped
		}
	}
	return nil
}

// resync reads over HTTP what the feed no longer holds: all rows that came after
// the last one that was told, oldest first.
func (t *tail) resync(ctx context.Context) error {
	newest, err := t.c.List(ctx, ListOptions{Limit: 1})
	if err != nil {
		return fmt.Errorf("read what was missed: %w", err)
	}
	if len(newest.Rows) == 0 || newest.Rows[0].N < t.last {
		t.last = 0 // another store: it counts anew
	}
	var missed []Event
	var cursor inspector.Cursor
	opt := ListOptions{Query: t.query, Limit: 200}
	for {
		page, err := t.c.List(ctx, opt)
		if err != nil {
			return fmt.Errorf("read what was missed: %w", err)
		}
		if cursor == "" {
			cursor = page.Cursor // from before the first page was read
		}
		old := false
		for _, row := range page.Rows {
			if old = row.N <= t.last; old {
				break
			}
			missed = append(missed, Event{Kind: Added, Row: row, ID: row.ID})
		}
		if old || page.Next == "" {
			break
		}
		opt.Before = page.Next
	}
	for i, j := 0, len(missed)-1; i < j; i, j = i+1, j-1 {
		missed[i], missed[j] = missed[j], missed[i]
	}
	t.cursor = cursor
	if len(missed) > 0 {
		t.last = max(t.last, missed[len(missed)-1].Row.N)
	}
	return t.hand(append(missed, Event{Kind: Resynced}))
}
