package main

import (
	"context"
	"fmt"
	"runtime/debug"
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/web/client"
)

const (
	liveFrame = 50 * time.Millisecond // what happens within it is painted at once
	liveBatch = 5000                  // events of one frame at most; the rest waits in the feed
)

// liveEvents are what the feed told within a frame.
type liveEvents struct {
	of     *liveFeed
	events []client.Event
	err    error // the feed has ended
}

// liveFeed reads the feed for the full screen. Whoever reads too slowly lets it
// wait, and the server keeps what is behind.
type liveFeed struct {
	events  chan client.Event
	err     error // set before events is closed
	stop    context.CancelFunc
	running sync.WaitGroup
}

// followLive begins to read after the cursor.
func followLive(ctx context.Context, s liveServer, query string, cursor inspector.Cursor) *liveFeed {
	ctx, stop := context.WithCancel(ctx)
	f := &liveFeed{events: make(chan client.Event, liveBatch), stop: stop}
	f.running.Go(func() {
		defer close(f.events)
		defer func() {
			if r := recover(); r != nil { // the terminal is given back before it is told of
				f.err = fmt.Errorf("follow the feed: %v\n%s", r, debug.Stack())
			}
		}()
		for ev, err := range s.Tail(ctx, query, cursor) {
			if err != nil {
				f.err = err
				return
			}
			select {
			case f.events <- ev:
			case <-ctx.Done():
				return
			}
		}
	})
	return f
}

// end stops reading.
func (f *liveFeed) end() {
	if f != nil {
		f.stop()
		f.running.Wait()
	}
}

// next waits for something to happen, and gathers what follows within a frame.
func (f *liveFeed) next() tea.Msg {
	got := liveEvents{of: f}
	ev, more := <-f.events
	if !more {
		got.err = f.err
		return got
	}
	got.events = append(got.events, ev)
	frame := time.NewTimer(liveFrame)
	defer frame.Stop()
	for len(got.events) < liveBatch {
		select {
		case ev, more := <-f.events:
			if !more {
				return got // the next call tells why
			}
			got.events = append(got.events, ev)
		case <-frame.C:
			return got
		}
	}
	return got
}
