package client_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/inspector/memstore"
	"github.com/boathook/boathook/web/client"
)

// follow tails until all numbers up to last were told, and checks that they come
// in order, each once.
func follow(t *testing.T, b *bench, after inspector.Cursor, first, last uint64, each func(client.Event)) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 60*time.Second)
	defer cancel()
	next := first
	for e, err := range b.Tail(ctx, "", after) {
		if err != nil {
			t.Fatalf("tail: %v", err)
		}
		if each != nil {
			each(e)
		}
		if e.Kind != client.Added {
			continue
		}
		if e.Row.N != next {
			t.Fatalf("row %d was told where %d was next", e.Row.N, next)
		}
		if next == last {
			return
		}
		next++
	}
	t.Fatalf("tail ended before row %d: %v", next, ctx.Err())
}

func TestTailFromNowOn(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.capture(10)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	stop := make(chan struct{})
	var writer sync.WaitGroup
	writer.Go(func() {
		for {
			select {
			case <-stop:
				return
			case <-time.After(10 * time.Millisecond):
				b.capture(1)
			}
		}
	})
	for e, err := range b.Tail(ctx, "", "") {
		if err != nil {
			t.Fatal(err)
		}
		if e.Kind == client.Added && e.Row.N <= 10 {
			t.Errorf("row %d was there before", e.Row.N)
		}
		if e.Kind == client.Added {
			break
		}
	}
	close(stop)
	writer.Wait()
}

// TestTailSurvivesTornConnections breaks the connection again and again while
// deliveries come in.
func TestTailSurvivesTornConnections(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	page, err := b.List(t.Context(), client.ListOptions{})
	if err != nil {
		t.Fatal(err)
	}
	const total, tears = 3000, 15
	var writer sync.WaitGroup
	writer.Go(func() {
		for range total / 50 {
			b.capture(50)
			time.Sleep(20 * time.Millisecond) // spread over the tears
		}
	})
	writer.Go(func() {
		for range tears {
			time.Sleep(100 * time.Millisecond) // spread over the captures
			b.pipes.tear()
		}
	})
	lost := 0
	follow(t, b, page.Cursor, 1, total, func(e client.Event) {
		if e.Kind == client.Lost {
			lost++
			if e.Err == nil || e.Wait <= 0 {
				t.Errorf("lost = %+v", e)
			}
		}
	})
	writer.Wait()
	if lost == 0 {
		t.Error("no connection was lost, so nothing was shown")
	}
}

// TestSlowTailMissesNothing reads far slower than deliveries come in.
func TestSlowTailMissesNothing(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	page, err := b.List(t.Context(), client.ListOptions{})
	if err != nil {
		t.Fatal(err)
	}
	const total = 20_000
	var writer sync.WaitGroup
	writer.Go(func() { b.capture(total) })
	n := 0
	follow(t, b, page.Cursor, 1, total, func(client.Event) {
		if n++; n%1000 == 0 {
			time.Sleep(50 * time.Millisecond) // the slowness that is under test
		}
	})
	writer.Wait()
}

// forgetful is a store whose feed no longer holds what comes after one cursor.
type forgetful struct {
	inspector.Store
	mu     sync.Mutex
	cursor inspector.Cursor
}

func (f *forgetful) forget(after inspector.Cursor) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.cursor = after
}

func (f *forgetful) Feed(ctx context.Context, ws inspector.Workspace, after inspector.Cursor, limit int) ([]inspector.Change, inspector.Cursor, error) {
	f.mu.Lock()
	gone := f.cursor != "" && f.cursor == after
	f.mu.Unlock()
	if gone {
		return nil, "", inspector.ErrCursorExpired
	}
	return f.Store.Feed(ctx, ws, after, limit)
}

func TestTailReadsWhatTheFeedForgot(t *testing.T) {
	t.Parallel()
	store := &forgetful{Store: memstore.New()}
	b := benchOn(t, store)
	page, err := b.List(t.Context(), client.ListOptions{})
	if err != nil {
		t.Fatal(err)
	}
	b.capture(500)
	follow(t, b, page.Cursor, 1, 1001, func(e client.Event) {
		switch {
		case e.Kind == client.Added && e.Row.N == 500:
			if e.Cursor == "" {
				t.Fatal("the last event of a frame has no cursor")
			}
			store.forget(e.Cursor)
			b.pipes.tear()
			b.capture(500)
		case e.Kind == client.Resynced:
			b.capture(1) // the last row is only there if this was told
		}
	})
}

func TestTailTellsChangesAndDeletes(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	row := b.capture(1)
	page, err := b.List(t.Context(), client.ListOptions{})
	if err != nil {
		t.Fatal(err)
	}
	patch := inspector.Batch{Workspace: inspector.DefaultWorkspace, Patches: []inspector.Patch{{ID: row.ID, Set: inspector.FlagPinned}}}
	if _, err := b.store.Commit(t.Context(), &patch); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	changed := false
	for e, err := range b.Tail(ctx, "", page.Cursor) {
		if err != nil {
			t.Fatal(err)
		}
		if e.Kind == client.Changed && e.ID == row.ID && e.Row.Flags&inspector.FlagPinned != 0 {
			changed = true
			if _, err := b.Trash(ctx, client.Selection{IDs: []string{row.ID.String()}}); err != nil {
				t.Fatal(err)
			}
		}
		if e.Kind == client.Gone && e.ID == row.ID {
			break
		}
	}
	if !changed || ctx.Err() != nil {
		t.Errorf("changed %v, %v", changed, ctx.Err())
	}
}

func TestTailEndsWithItsContextAndItsCaller(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx, cancel := context.WithCancel(t.Context())
	var wait sync.WaitGroup
	wait.Go(func() {
		for e, err := range b.Tail(ctx, "", "") {
			t.Errorf("told %+v, %v", e, err)
		}
	})
	waitForSockets(t, b, 1)
	cancel()
	wait.Wait()
	waitForSockets(t, b, 0)
	for _, err := range b.Tail(t.Context(), "nosuch:1", "") {
		var p *client.Problem
		if !errors.As(err, &p) || p.Status != 400 {
			t.Errorf("bad filter = %v", err)
		}
	}
}

func waitForSockets(t *testing.T, b *bench, n int) {
	t.Helper()
	for end := time.Now().Add(time.Minute); ; time.Sleep(10 * time.Millisecond) {
		s, err := b.Status(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if s.Sockets == n {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("%d sockets, want %d", s.Sockets, n)
		}
	}
}
