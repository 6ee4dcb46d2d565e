package inspector_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/inspector/memstore"
)

func TestCommitterGivesUpOnASlowStore(t *testing.T) {
	t.Parallel()
	s := &spy{Store: memstore.New()}
	entered, open := gate(s)
	c := inspector.NewCommitter(s, inspector.CommitterOptions{Timeout: 30 * time.Millisecond})
	first := make(chan error, 1)
	commit := func() { _, err := c.Commit(t.Context(), delivery(t)); first <- err }
	go commit()
	for begun := false; !begun; {
		select {
		case <-entered:
			begun = true
		case <-first: // on a busy machine its time is up before its turn comes
			go commit()
		}
	}
	queued := delivery(t)
	if _, err := c.Commit(t.Context(), queued); !errors.Is(err, inspector.ErrSlow) {
		t.Errorf("behind a slow commit: %v, want ErrSlow", err)
	}
	if err := <-first; !errors.Is(err, inspector.ErrSlow) {
		t.Errorf("the slow commit: %v, want ErrSlow", err)
	}
	open()
	waitFor(t, "the committer to go on", func() bool {
		_, err := c.Commit(t.Context(), delivery(t))
		return err == nil
	})
	if _, err := c.Get(t.Context(), ws, queued.Deliveries[0].ID); !errors.Is(err, inspector.ErrNotFound) {
		t.Errorf("a batch that was given up in the queue: Get = %v, want ErrNotFound", err)
	}
	if err := c.Close(); err != nil {
		t.Error(err)
	}
}

// Who gave up and was stored all the same may go on with the memory of its batch as
// soon as a later commit has told it so.
func TestCommitterLeavesTheMemoryOfThoseWhoGaveUp(t *testing.T) {
	t.Parallel()
	s := &spy{Store: memstore.New()}
	entered, open := gate(s)
	// Long enough for two calls to be taken by a worker on a busy machine.
	c := inspector.NewCommitter(s, inspector.CommitterOptions{Timeout: 10 * time.Second})
	defer c.Close()
	var first, slow sync.WaitGroup
	first.Go(func() { _, _ = c.Commit(t.Context(), delivery(t)) })
	<-entered
	stuck, free := make(chan struct{}), make(chan struct{})
	s.hold = func(n int) {
		if n == 2 {
			close(stuck)
			<-free
		}
	}
	for range 2 {
		b := delivery(t)
		slow.Go(func() {
			if _, err := c.Commit(t.Context(), b); !errors.Is(err, inspector.ErrSlow) {
				t.Errorf("Commit = %v, want ErrSlow", err)
			}
			clear(b.Deliveries[:1])
			*b = inspector.Batch{}
		})
	}
	waitFor(t, "two in the queue", func() bool { return c.Waiting() == 2 })
	open()
	<-stuck
	slow.Wait()
	close(free)
	first.Wait()
	waitFor(t, "the committer to go on", func() bool {
		_, err := c.Commit(t.Context(), delivery(t))
		return err == nil
	})
}

func TestCommitterCancelledCallerHarmsNobody(t *testing.T) {
	t.Parallel()
	s := &spy{Store: memstore.New()}
	entered, open := gate(s)
	c := inspector.NewCommitter(s, inspector.CommitterOptions{})
	defer c.Close()
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	wg.Go(func() {
		// Its turn has come, so it hears the outcome although it was cancelled.
		if _, err := c.Commit(ctx, delivery(t)); err != nil {
			t.Errorf("taken before it was cancelled: %v", err)
		}
	})
	<-entered
	gone, stays := delivery(t), delivery(t)
	left := make(chan error, 1)
	go func() { _, err := c.Commit(ctx, gone); left <- err }()
	waitFor(t, "one in the queue", func() bool { return c.Waiting() == 1 })
	wg.Go(func() {
		if _, err := c.Commit(t.Context(), stays); err != nil {
			t.Errorf("the neighbour: %v", err)
		}
	})
	waitFor(t, "two in the queue", func() bool { return c.Waiting() == 2 })
	cancel()
	if err := <-left; !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled while it waited: %v", err)
	}
	open()
	wg.Wait()
	if _, err := c.Get(t.Context(), ws, gone.Deliveries[0].ID); !errors.Is(err, inspector.ErrNotFound) {
		t.Errorf("the cancelled batch: Get = %v, want ErrNotFound", err)
	}
	if _, err := c.Commit(ctx, delivery(t)); !errors.Is(err, context.Canceled) {
		t.Errorf("Commit with a cancelled context: %v", err)
	}
}

func TestCommitterForgetsTheBytesOfThoseWhoLeft(t *testing.T) {
	t.Parallel()
	entered, release := make(chan struct{}), make(chan struct{})
	s := &spy{Store: memstore.New()}
	s.hold = func(n int) {
		if n <= 2 {
			entered <- struct{}{}
			<-release
		}
	}
	c := inspector.NewCommitter(s, inspector.CommitterOptions{QueueBytes: 4 * inspector.ChunkBytes})
	defer c.Close()
	small := func(wg *sync.WaitGroup) {
		b := delivery(t)
		wg.Go(func() {
			if _, err := c.Commit(t.Context(), b); err != nil {
				t.Error(err)
			}
		})
	}
	var stay, leave sync.WaitGroup
	small(&stay)
	<-entered
	ctx, cancel := context.WithCancel(t.Context())
	for range 3 {
		b := delivery(t)
		b.Chunks[0].Data = make([]byte, inspector.ChunkBytes)
		leave.Go(func() {
			if _, err := c.Commit(ctx, b); !errors.Is(err, context.Canceled) {
				t.Errorf("Commit = %v, want it cancelled", err)
			}
		})
	}
	waitFor(t, "three in the queue", func() bool { return c.Waiting() == 3 })
	cancel()
	leave.Wait()
	release <- struct{}{}
	stay.Wait()

	// While another small one is being stored, there is room for 768 KiB.
	small(&stay)
	<-entered
	b := delivery(t)
	b.Chunks[0].Data = make([]byte, inspector.ChunkBytes)
	for len(b.Chunks) < 3 {
		b.Chunks = append(b.Chunks, inspector.Chunk{Body: b.Chunks[0].Body, Seq: len(b.Chunks), Data: b.Chunks[0].Data})
	}
	stay.Go(func() {
		if _, err := c.Commit(t.Context(), b); err != nil {
			t.Errorf("768 KiB under a bound of 1 MiB: %v", err)
		}
	})
	waitFor(t, "it to be let in", func() bool { return c.Waiting() == 1 || t.Failed() })
	release <- struct{}{}
	stay.Wait()
}
