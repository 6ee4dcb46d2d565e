package inspector_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/inspector/memstore"
)

func TestCommitterFailsFastAfterABrokenSync(t *testing.T) {
	t.Parallel()
	broken := fmt.Errorf("sync segment 7: %w", inspector.ErrBroken)
	s := &spy{Store: memstore.New()}
	entered, open := gate(s)
	s.fail = func(int) error { return broken }
	c := inspector.NewCommitter(s, inspector.CommitterOptions{})
	defer c.Close()
	var wg sync.WaitGroup
	want := func() {
		if _, err := c.Commit(t.Context(), delivery(t)); !errors.Is(err, inspector.ErrBroken) {
			t.Errorf("Commit = %v, want ErrBroken", err)
		}
	}
	wg.Go(want)
	<-entered
	for range 200 {
		wg.Go(want)
	}
	waitFor(t, "the queue", func() bool { return c.Waiting() == 200 })
	open()
	wg.Wait()
	want()
	if n := len(s.batches()); n != 1 {
		t.Errorf("the broken store was asked %d times, want once", n)
	}
}

func TestCommitterOtherErrorsPass(t *testing.T) {
	t.Parallel()
	s := &spy{Store: memstore.New()}
	s.fail = func(n int) error {
		if n == 1 {
			return inspector.ErrNoSpace
		}
		return nil
	}
	c := inspector.NewCommitter(s, inspector.CommitterOptions{})
	defer c.Close()
	if _, err := c.Commit(t.Context(), delivery(t)); !errors.Is(err, inspector.ErrNoSpace) {
		t.Errorf("Commit = %v, want ErrNoSpace", err)
	}
	if _, err := c.Commit(t.Context(), delivery(t)); err != nil {
		t.Errorf("Commit afterwards = %v", err)
	}
	if _, err := c.Commit(t.Context(), &inspector.Batch{}); !errors.Is(err, inspector.ErrInvalid) {
		t.Errorf("Commit without workspace = %v, want ErrInvalid", err)
	}
}
