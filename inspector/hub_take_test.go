package inspector_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/inspector/memstore"
)

// Nobody is told of a changed configuration, nor given a cursor after it, before the
// program goes by it.
func TestHubTakesTheConfigurationFirst(t *testing.T) {
	t.Parallel()
	s := memstore.New()
	var mu sync.Mutex
	taken := map[string]int{} // how often each key was
	var ill error
	h := startHubWith(t, s, inspector.HubOptions{Take: func(_ context.Context, keys []string) error {
		mu.Lock()
		defer mu.Unlock()
		if keys == nil {
			keys = []string{"all"}
		}
		for _, key := range keys {
			taken[key]++
		}
		return ill
	}})
	times := func(key string) int {
		mu.Lock()
		defer mu.Unlock()
		return taken[key]
	}
	put := func(key string) {
		commit(t, s, &inspector.Batch{Workspace: ws, Config: []inspector.ConfigPut{{Key: key, Value: []byte("1")}}})
	}
	tells := func(r *reader, key string) {
		t.Helper()
		for !slices.Contains(r.next().Config, key) {
		}
		if times(key) == 0 {
			t.Errorf("%s was told before it was taken", key)
		}
	}
	live := follow(t, s, h, end(t, s), nil)
	put("inbox/behind")
	tells(live, "inbox/behind") // caught up
	commit(t, s, delivery(t))
	live.next()
	waitFor(t, "the reader to be live", func() bool { return h.Stats().Subscribers == 1 })
	put("inbox/live")
	tells(live, "inbox/live")
	tells(follow(t, s, h, "", nil), "inbox/live")
	if n := times("all"); n != 0 {
		t.Errorf("all of it was taken %d times", n)
	}
	if c, err := h.End(t.Context()); err != nil || c != end(t, s) || times("all") != 1 {
		t.Errorf("End = %q, %v; all of it was taken %d times", c, err, times("all"))
	}

	// what cannot be taken is not told, and not lost
	mu.Lock()
	ill = errors.New("disk on fire")
	mu.Unlock()
	if _, err := h.End(t.Context()); err == nil {
		t.Error("a cursor is given though the configuration cannot be taken")
	}
	put("inbox/late")
	waitFor(t, "the hub to say so", func() bool { return h.Stats().Err != nil })
	mu.Lock()
	ill = nil
	mu.Unlock()
	tells(live, "inbox/late")
}

// patchy fails to read the feed every other time.
type patchy struct {
	inspector.Store
	reads atomic.Int64
}

func (p *patchy) Feed(ctx context.Context, w inspector.Workspace, after inspector.Cursor, limit int) ([]inspector.Change, inspector.Cursor, error) {
	if p.reads.Add(1)%2 == 0 {
		return nil, "", errors.New("disk on fire")
	}
	return p.Store.Feed(ctx, w, after, limit)
}

// A tick that breaks off on a later page tells what it has read: nothing is left out.
func TestHubTellsWhatItReadBeforeAnError(t *testing.T) {
	t.Parallel()
	s := &patchy{Store: memstore.New()}
	h := startHub(t, s)
	r := follow(t, s, h, end(t, s), nil)
	commit(t, s, delivery(t))
	for len(r.seen) == 0 {
		f, err := r.sub.Next(t.Context())
		if err == nil {
			r.at = f.To
			for _, row := range f.Rows {
				r.seen[row.ID]++
			}
		}
	}
	waitFor(t, "the reader to be live", func() bool { return h.Stats().Subscribers == 1 })
	const more = 2500 // pages of the feed
	batch := delivery(t)
	for range more - 1 {
		batch.Deliveries = append(batch.Deliveries, delivery(t).Deliveries...)
	}
	commit(t, s, batch)
	for len(r.seen) < more+1 {
		r.next() // sees that frames are contiguous
	}
}
