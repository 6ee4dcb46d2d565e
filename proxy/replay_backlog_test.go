package proxy

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

// Sending waits only while storing takes long, and until that is over.
func TestBacklog(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBacklog()
		ctx, cancel := context.WithCancel(t.Context())
		defer context.AfterFunc(ctx, b.wake)()
		free := func() bool {
			probe, stop := context.WithTimeout(ctx, time.Nanosecond)
			defer stop()
			defer context.AfterFunc(probe, b.wake)()
			done := make(chan bool, 1)
			go func() { done <- b.room(probe) }()
			return <-done
		}
		for range 2 * backlogMost {
			b.more()
		}
		if !free() {
			t.Error("it waits although nothing is being stored")
		}
		b.storing()
		if time.Sleep(backlogWait); !free() {
			t.Error("it waits although storing is fast")
		}
		if time.Sleep(time.Millisecond); free() {
			t.Error("it goes on while storing is slow")
		}
		waited := make(chan bool, 1)
		go func() { waited <- b.room(ctx) }()
		synctest.Wait()
		b.stored(backlogMost + 1)
		if !<-waited {
			t.Error("it did not go on when there was room")
		}
		b.more()
		b.more()
		b.storing()
		time.Sleep(2 * backlogWait)
		go func() { waited <- b.room(ctx) }()
		synctest.Wait()
		cancel()
		if <-waited {
			t.Error("it went on although it was ended")
		}
	})
}
