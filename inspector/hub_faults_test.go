package inspector_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/inspector/memstore"
)

// noContent is a store whose attempts cannot be read.
type noContent struct{ inspector.Store }

func (noContent) Attempts(context.Context, inspector.Workspace, inspector.ID) ([]inspector.Attempt, error) {
	return nil, errors.New("disk on fire")
}

func TestHubContentThatCannotBeReadIsALag(t *testing.T) {
	t.Parallel()
	s := noContent{memstore.New()}
	h := startHub(t, s)
	r := follow(t, s, h, end(t, s), parse(t, "header.host:localhost"))
	commit(t, s, delivery(t))
	if f := r.next(); !f.Lag || f.To != end(t, s) {
		t.Errorf("while catching up: %s, want a lag", f.JSON)
	}
	waitFor(t, "it to be live", func() bool { return h.Stats().Subscribers == 1 })
	commit(t, s, delivery(t))
	if f := r.next(); !f.Lag || f.To != end(t, s) {
		t.Errorf("live: %s, want a lag", f.JSON)
	}
}

// slowContent makes reading content take long.
type slowContent struct {
	inspector.Store
	reads atomic.Int64
	wait  chan struct{}
}

func (s *slowContent) Attempts(ctx context.Context, w inspector.Workspace, id inspector.ID) ([]inspector.Attempt, error) {
	s.reads.Add(1)
	select {
	case <-s.wait:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	return s.Store.Attempts(ctx, w, id)
}

func TestHubContentQueryIsInNobodysWay(t *testing.T) {
	t.Parallel()
	s := &slowContent{Store: memstore.New(), wait: make(chan struct{})}
	h := startHub(t, s)
	start := end(t, s)
	const text = "header.host:localhost"
	if !parse(t, text).Plan().Content {
		t.Fatalf("%q reads no content", text)
	}
	var heavy []*reader
	for range 3 {
		heavy = append(heavy, follow(t, s, h, start, parse(t, text)))
	}
	quick := follow(t, s, h, start, nil)
	// An empty Next joins them without any change to look at.
	for _, r := range heavy {
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
		if _, err := r.sub.Next(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Fatalf("Next in quiet = %v", err)
		}
		cancel()
	}
	b := delivery(t)
	commit(t, s, b)
	var wg sync.WaitGroup
	for _, r := range heavy {
		wg.Go(func() { r.next() })
	}
	waitFor(t, "the content to be asked for", func() bool { return s.reads.Load() > 0 })
	quick.next()
	commit(t, s, delivery(t))
	quick.until(end(t, s))
	if len(quick.seen) != 2 {
		t.Errorf("the quick one saw %d, want 2", len(quick.seen))
	}
	close(s.wait)
	wg.Wait()
	for _, r := range heavy {
		if r.seen[b.Deliveries[0].ID] != 1 {
			t.Error("a content query did not find its delivery")
		}
	}
}

func TestHubEnds(t *testing.T) {
	t.Parallel()
	s := memstore.New()
	h := inspector.NewHub(s, ws, inspector.HubOptions{})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- h.Run(ctx) }()
	a, b := h.Subscribe(end(t, s), nil), h.Subscribe(end(t, s), nil)
	errs := make(chan error, 2)
	for _, sub := range []*inspector.Subscription{a, b} {
		go func() { _, err := sub.Next(t.Context()); errs <- err }()
	}
	waitFor(t, "both to be live", func() bool { return h.Stats().Subscribers == 2 })
	a.Close()
	if err := <-errs; !errors.Is(err, inspector.ErrClosed) {
		t.Errorf("Next of a closed subscription = %v, want ErrClosed", err)
	}
	cancel()
	if err := <-errs; !errors.Is(err, inspector.ErrClosed) {
		t.Errorf("Next after the hub ended = %v, want ErrClosed", err)
	}
	if err := <-done; err != nil {
		t.Errorf("Run = %v", err)
	}
}

// flaky fails to read the feed until it is healed.
type flaky struct {
	inspector.Store
	ill atomic.Bool
}

func (f *flaky) Feed(ctx context.Context, w inspector.Workspace, after inspector.Cursor, limit int) ([]inspector.Change, inspector.Cursor, error) {
	if f.ill.Load() {
		return nil, "", errors.New("disk on fire")
	}
	return f.Store.Feed(ctx, w, after, limit)
}

func TestHubOutlivesAStoreThatFails(t *testing.T) {
	t.Parallel()
	s := &flaky{Store: memstore.New()}
	h := startHub(t, s)
	r := follow(t, s, h, end(t, s), nil)
	commit(t, s, delivery(t))
	r.next()
	s.ill.Store(true)
	commit(t, s, delivery(t))
	waitFor(t, "the hub to say so", func() bool { return h.Stats().Err != nil })
	s.ill.Store(false)
	r.until(end(t, s))
	if len(r.seen) != 2 {
		t.Errorf("saw %d deliveries, want 2", len(r.seen))
	}
	waitFor(t, "the hub to be well again", func() bool { return h.Stats().Err == nil })
}
