package inspector_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/inspector/memstore"
)

func TestHubReconnectsLoseNothing(t *testing.T) {
	t.Parallel()
	s := memstore.New()
	h := startHub(t, s)
	var stop atomic.Bool
	var writer, clients sync.WaitGroup
	writer.Go(func() {
		for !stop.Load() {
			commit(t, s, delivery(t))
			time.Sleep(200 * time.Microsecond) // the pace of the load
		}
	})
	const connections, each = 10, 20 // 200 in all
	chains := make([]*chain, connections)
	for i := range chains {
		chains[i] = &chain{cursors: []inspector.Cursor{""}, told: map[inspector.ID]bool{}}
		clients.Go(func() {
			rnd := rand.New(rand.NewPCG(7, uint64(i)))
			for range each {
				chains[i].connect(t, s, h, rnd)
			}
		})
	}
	clients.Wait()
	stop.Store(true)
	writer.Wait()
	want := stored(t, s)
	for i, c := range chains {
		r := follow(t, s, h, c.at, nil)
		if last := end(t, s); c.at != last {
			r.until(last)
		}
		c.learn(t, r)
		if len(c.told) != len(want) {
			t.Errorf("client %d: ids seen: %d, ids in the store: %d", i, len(c.told), len(want))
		}
		for id := range want {
			if !c.told[id] {
				t.Errorf("client %d was never told of %s, which is stored", i, id)
			}
		}
	}
}

// chain is a client that connects again and again, mostly where it ended.
type chain struct {
	at      inspector.Cursor
	cursors []inspector.Cursor
	told    map[inspector.ID]bool
}

func (c *chain) connect(t *testing.T, s inspector.Store, h *inspector.Hub, rnd *rand.Rand) {
	from := c.at
	if rnd.IntN(4) == 0 {
		from = c.cursors[rnd.IntN(len(c.cursors))]
	}
	r := follow(t, s, h, from, nil)
	for range 1 + rnd.IntN(5) {
		r.next()
		c.cursors = append(c.cursors, r.at)
	}
	r.sub.Close()
	c.learn(t, r)
	if from == c.at {
		c.at = r.at
	}
}

func (c *chain) learn(t *testing.T, r *reader) {
	for id, n := range r.seen {
		c.told[id] = true
		if n != 1 {
			t.Errorf("%s was told %d times in one connection", id, n)
		}
	}
}

func TestHubResetsLiveSubscribersWhenItFallsBehind(t *testing.T) {
	t.Parallel()
	mem := memstore.New()
	s := &flaky{Store: mem}
	h := startHub(t, s)
	r := follow(t, s, h, end(t, s), nil)
	commit(t, s, delivery(t))
	r.next()
	waitFor(t, "it to be live", func() bool { return h.Stats().Subscribers == 1 })
	s.ill.Store(true)
	commit(t, s, delivery(t))
	if err := mem.TrimFeed(t.Context(), ws, 0); err != nil {
		t.Fatal(err)
	}
	s.ill.Store(false)
	if f := r.next(); !f.Reset || f.To != end(t, s) {
		t.Errorf("frame %s, want a reset to the end", f.JSON)
	}
	b := delivery(t)
	commit(t, s, b)
	if r.next(); r.seen[b.Deliveries[0].ID] != 1 {
		t.Error("the feed did not go on after the reset")
	}
}

// loose is a store whose cursor at the end of the feed also moves when
// nothing of this workspace changed, so that equal places have many cursors.
type loose struct{ inspector.Store }

func (l loose) Feed(ctx context.Context, w inspector.Workspace, after inspector.Cursor, limit int) ([]inspector.Change, inspector.Cursor, error) {
	at, _, _ := strings.Cut(string(after), "~")
	changes, next, err := l.Store.Feed(ctx, w, inspector.Cursor(at), limit)
	if len(changes) < limit && rand.IntN(3) > 0 {
		next += inspector.Cursor(fmt.Sprintf("~%d", rand.IntN(3)))
	}
	return changes, next, err
}

func TestHubJoinsWhereCursorsAreLoose(t *testing.T) {
	t.Parallel()
	s := loose{memstore.New()}
	h := startHub(t, s)
	commit(t, s, delivery(t))
	const total = 400
	final := delivery(t)
	var wg sync.WaitGroup
	wg.Go(func() {
		for range total {
			commit(t, s, delivery(t))
			time.Sleep(500 * time.Microsecond) // the pace of the load
		}
		commit(t, s, final)
	})
	readers := make([]*reader, 8)
	for i := range readers {
		readers[i] = follow(t, s, h, "", nil)
		wg.Go(func() {
			for r := readers[i]; r.seen[final.Deliveries[0].ID] == 0; {
				r.next()
			}
		})
	}
	wg.Wait()
	for i, r := range readers {
		if len(r.seen) != total+2 {
			t.Errorf("reader %d saw %d, want %d", i, len(r.seen), total+2)
		}
		for id, n := range r.seen {
			if n != 1 {
				t.Errorf("reader %d was told of %s %d times", i, id, n)
			}
		}
	}
	waitFor(t, "all to be live", func() bool { return h.Stats().Subscribers == len(readers) })
}
