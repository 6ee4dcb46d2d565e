package inspector_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/inspector/memstore"
)

const ws = inspector.DefaultWorkspace

// spy watches the batches that reach a store, and can hold or fail them.
type spy struct {
	inspector.Store
	hold func(n int)       // called before the nth commit, from 1
	fail func(n int) error // called after it
	mu   sync.Mutex
	seen []inspector.Batch
}

func (s *spy) Commit(ctx context.Context, b *inspector.Batch) (inspector.Result, error) {
	s.mu.Lock()
	c := *b
	c.Deliveries = append([]inspector.Row(nil), b.Deliveries...)
	s.seen = append(s.seen, c)
	n := len(s.seen)
	s.mu.Unlock()
	if s.hold != nil {
		s.hold(n)
	}
	res, err := s.Store.Commit(ctx, b)
	if s.fail != nil && err == nil {
		err = s.fail(n)
	}
	return res, err
}

func (s *spy) batches() []inspector.Batch {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]inspector.Batch(nil), s.seen...)
}

var ids = inspector.NewIDs(inspector.ID{})

func newID(t testing.TB) inspector.ID {
	t.Helper()
	id, err := ids.New(time.Now())
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func delivery(t testing.TB, mod ...func(*inspector.Row)) *inspector.Batch {
	t.Helper()
	row := inspector.Row{
		ID: newID(t), At: time.Now(), Dir: inspector.In, Inbox: "demo", Provider: "svix", Event: "contact.created",
		Method: "POST", Target: "/in/demo", Host: "localhost:4601", Source: "127.0.0.1", Status: 200,
		Verdict: inspector.Unchecked, Size: 5,
	}
	for _, f := range mod {
		f(&row)
	}
	return &inspector.Batch{
		Workspace:  ws,
		Deliveries: []inspector.Row{row},
		Attempts: []inspector.Attempt{{Delivery: row.ID, Started: row.At, Request: inspector.Message{
			Head: []byte("POST /in/demo HTTP/1.1\r\nHost: localhost\r\n\r\n"), Size: 5, Wanted: 5}}},
		Chunks: []inspector.Chunk{{Body: inspector.BodyKey{Delivery: row.ID}, Data: []byte("hello")}},
	}
}

// gate holds the first commit of a store until it is opened, so that a test
// decides what gathers behind it.
func gate(s *spy) (entered chan struct{}, open func()) {
	entered = make(chan struct{})
	opened := make(chan struct{})
	s.hold = func(n int) {
		if n == 1 {
			close(entered)
			<-opened
		}
	}
	return entered, sync.OnceFunc(func() { close(opened) })
}

// waitFor polls until ok, which is bounded.
func waitFor(t testing.TB, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); !ok(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("still waiting for %s", what)
		}
	}
}

func TestCommitterMergesWhatGathered(t *testing.T) {
	t.Parallel()
	s := &spy{Store: memstore.New()}
	entered, open := gate(s)
	c := inspector.NewCommitter(s, inspector.CommitterOptions{})
	defer c.Close()

	var wg sync.WaitGroup
	commit := func() {
		b := delivery(t)
		wg.Go(func() {
			res, err := c.Commit(t.Context(), b)
			id := b.Deliveries[0].ID
			if err != nil || len(res.Numbers) != 1 || res.Numbers[id] == 0 {
				t.Errorf("Commit = %v, %v", res, err)
				return
			}
			if row, err := c.Get(t.Context(), ws, id); err != nil || row.N != res.Numbers[id] {
				t.Errorf("Get = #%d, %v; want #%d", row.N, err, res.Numbers[id])
			}
		})
	}
	commit()
	<-entered
	for range 150 {
		commit()
	}
	waitFor(t, "150 batches in the queue", func() bool { return c.Waiting() == 150 })
	open()
	wg.Wait()
	var sizes []int
	for _, b := range s.batches() {
		sizes = append(sizes, len(b.Deliveries))
	}
	if got := fmt.Sprint(sizes); got != "[1 64 64 22]" {
		t.Errorf("transactions of %s deliveries, want [1 64 64 22]", got)
	}
}

func TestCommitterCommitsAlone(t *testing.T) {
	t.Parallel()
	erase := &inspector.Batch{Workspace: ws, Erase: []inspector.ID{newID(t)}}
	config := &inspector.Batch{Workspace: ws, Config: []inspector.ConfigPut{{Key: "a", Value: []byte("1")}}}
	clash := &inspector.Batch{Workspace: ws, Config: []inspector.ConfigPut{{Key: "a", Want: 77, Value: []byte("1")}}}
	other := delivery(t)
	other.Workspace = "other"

	s := &spy{Store: memstore.New()}
	entered, open := gate(s)
	c := inspector.NewCommitter(s, inspector.CommitterOptions{})
	defer c.Close()
	var wg sync.WaitGroup
	// Plain ones in between, which would like to go along.
	batches := []*inspector.Batch{config, delivery(t), clash, delivery(t), erase, delivery(t), other, delivery(t)}
	results := make([]inspector.Result, 1+len(batches))
	start := func(i int, b *inspector.Batch) {
		wg.Go(func() {
			var err error
			if results[i], err = c.Commit(t.Context(), b); err != nil {
				t.Errorf("Commit: %v", err)
			}
		})
	}
	start(0, delivery(t))
	<-entered
	for i, b := range batches {
		start(i+1, b)
		waitFor(t, "the batch in the queue", func() bool { return c.Waiting() == i+1 })
	}
	open()
	wg.Wait()
	if n := len(s.batches()); n != len(results) {
		t.Errorf("%d transactions, want %d", n, len(results))
	}
	if results[1].Revs["a"] == 0 || len(results[3].Conflicts) != 1 {
		t.Errorf("config %+v, clash %+v", results[1], results[3])
	}
}

// The outcomes of many workers share a transaction. Each is told of its own lost
// lease, and batches about the same work stay apart, in their order.
func TestCommitterMergesFinish(t *testing.T) {
	t.Parallel()
	const workers = 40
	s := &spy{Store: memstore.New()}
	first := &inspector.Batch{Workspace: ws}
	for i := range workers {
		first.Schedule = append(first.Schedule, inspector.Due{ID: fmt.Sprint(i), RunAt: time.Unix(0, 0)})
	}
	if _, err := s.Store.Commit(t.Context(), first); err != nil {
		t.Fatal(err)
	}
	leases, _, err := s.Claim(t.Context(), ws, time.Now(), time.Hour, workers, 0)
	if err != nil || len(leases) != workers {
		t.Fatalf("%d leases, %v", len(leases), err)
	}
	entered, open := gate(s)
	c := inspector.NewCommitter(s, inspector.CommitterOptions{})
	defer c.Close()
	var wg sync.WaitGroup
	waiting := -1
	commit := func(b *inspector.Batch, wantLost []string) {
		wg.Go(func() {
			res, err := c.Commit(t.Context(), b)
			if err != nil || !slices.Equal(res.Lost, wantLost) || len(res.Numbers) != len(b.Deliveries) {
				t.Errorf("Commit = %+v, %v; want %v lost", res, err, wantLost)
			}
		})
		if waiting++; waiting > 0 {
			waitFor(t, "the batch in the queue", func() bool { return c.Waiting() == waiting })
		}
	}
	commit(delivery(t), nil)
	<-entered
	for _, l := range leases {
		f, lost := inspector.Finish{ID: l.ID, Token: l.Token}, []string(nil)
		if l.Token%3 == 0 {
			f.Token, lost = f.Token+1000, []string{l.ID}
		}
		b := delivery(t)
		b.Finish = []inspector.Finish{f}
		commit(b, lost)
	}
	// The first of them again: its lease ended with the one before it.
	again := leases[slices.IndexFunc(leases, func(l inspector.Lease) bool { return l.Token%3 != 0 })]
	commit(&inspector.Batch{Workspace: ws, Finish: []inspector.Finish{{ID: again.ID, Token: again.Token}}}, []string{again.ID})
	commit(&inspector.Batch{Workspace: ws, Schedule: []inspector.Due{{ID: again.ID, RunAt: time.Unix(0, 0)}}}, nil)
	open()
	wg.Wait()
	if n := len(s.batches()); n != 4 {
		t.Errorf("%d transactions, want 4: one, the %d outcomes, and two that name the same work", n, workers)
	}
	if work, err := s.Work(t.Context(), ws, again.ID); err != nil || len(work) != 1 || work[0].Token == again.Token {
		t.Errorf("Work = %+v, %v; want the piece that was scheduled last", work, err)
	}
}

func TestCommitterBoundsBytesOfATransaction(t *testing.T) {
	t.Parallel()
	s := &spy{Store: memstore.New()}
	entered, open := gate(s)
	c := inspector.NewCommitter(s, inspector.CommitterOptions{})
	defer c.Close()
	var wg sync.WaitGroup
	wg.Go(func() { c.Commit(t.Context(), delivery(t)) })
	<-entered
	for range 16 {
		b := delivery(t)
		b.Chunks[0].Data = make([]byte, inspector.ChunkBytes)
		wg.Go(func() {
			if _, err := c.Commit(t.Context(), b); err != nil {
				t.Error(err)
			}
		})
	}
	waitFor(t, "16 batches", func() bool { return c.Waiting() == 16 })
	open()
	wg.Wait()
	for i, b := range s.batches()[1:] {
		if n := len(b.Deliveries); n > 7 {
			t.Errorf("transaction %d has %d chunks of 256 KiB, want at most 7", i, n)
		}
	}
}

func TestCommitterIsBusyWhenTheQueueIsFull(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		opt  inspector.CommitterOptions
		fill int
	}{
		{"by batches", inspector.CommitterOptions{QueueBatches: 10}, 10},
		{"by bytes", inspector.CommitterOptions{QueueBytes: 4 * inspector.ChunkBytes}, 2},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := &spy{Store: memstore.New()}
			entered, open := gate(s)
			c := inspector.NewCommitter(s, tt.opt)
			var wg sync.WaitGroup
			send := func() {
				b := delivery(t)
				b.Chunks[0].Data = make([]byte, inspector.ChunkBytes)
				wg.Go(func() {
					if _, err := c.Commit(t.Context(), b); err != nil {
						t.Error(err)
					}
				})
			}
			send()
			<-entered
			for i := range tt.fill {
				send()
				waitFor(t, "the queue", func() bool { return c.Waiting() == i+1 })
			}
			b := delivery(t)
			b.Chunks[0].Data = make([]byte, inspector.ChunkBytes)
			if _, err := c.Commit(t.Context(), b); !errors.Is(err, inspector.ErrBusy) {
				t.Errorf("Commit = %v, want ErrBusy", err)
			}
			open()
			wg.Wait()
			if _, err := c.Commit(t.Context(), b); err != nil {
				t.Errorf("Commit after the queue emptied: %v", err)
			}
			if err := c.Close(); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestCommitterCloseDrains(t *testing.T) {
	t.Parallel()
	mem := memstore.New()
	s := &spy{Store: mem}
	entered, open := gate(s)
	c := inspector.NewCommitter(s, inspector.CommitterOptions{})
	var wg sync.WaitGroup
	var stored atomic.Int32
	send := func() {
		wg.Go(func() {
			if _, err := c.Commit(t.Context(), delivery(t)); err != nil {
				t.Errorf("Commit = %v", err)
				return
			}
			stored.Add(1)
		})
	}
	send()
	<-entered
	for range 300 {
		send()
	}
	waitFor(t, "the queue", func() bool { return c.Waiting() == 300 })
	closed := make(chan error, 1)
	go func() { closed <- c.Close() }()
	waitFor(t, "the committer to refuse", func() bool {
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		_, err := c.Commit(ctx, &inspector.Batch{Workspace: ws})
		return errors.Is(err, inspector.ErrClosed)
	})
	open()
	wg.Wait()
	if err := <-closed; err != nil {
		t.Errorf("Close = %v", err)
	}
	st, err := mem.Handle().Stats(t.Context(), ws)
	if err != nil || stored.Load() != 301 || st.Deliveries < 301 {
		t.Errorf("%d acknowledged, %d stored, %v; want 301", stored.Load(), st.Deliveries, err)
	}
	if _, err := mem.Stats(t.Context(), ws); !errors.Is(err, inspector.ErrClosed) {
		t.Errorf("the store below: %v, want ErrClosed", err)
	}
	if err := c.Close(); !errors.Is(err, inspector.ErrClosed) {
		t.Errorf("second Close = %v, want ErrClosed", err)
	}
}
