package proxy

import (
	"bytes"
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/inspector/memstore"
)

// slowly gives up on some batches of tries although it goes on with them, and looks at
// the end whether they still say the same.
type slowly struct {
	inspector.Store
	mu       sync.Mutex
	batches  int
	attempts []inspector.Attempt // of batches that it gave up on
	heads    [][]byte            // copies of the heads of their requests
}

func (s *slowly) Commit(ctx context.Context, b *inspector.Batch) (inspector.Result, error) {
	res, err := s.Store.Commit(ctx, b)
	if err != nil || len(b.Attempts) == 0 || len(b.Deliveries) > 0 {
		return res, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.batches++; s.batches%2 > 0 || s.batches > 8 {
		return res, nil
	}
	for _, a := range b.Attempts {
		s.attempts, s.heads = append(s.attempts, a), append(s.heads, bytes.Clone(a.Request.Head))
	}
	return inspector.Result{}, inspector.ErrSlow
}

// What a try was written in is not written to again as long as the store may read it.
func TestMemoryThatTheStoreMayStillRead(t *testing.T) {
	t.Parallel()
	store := &slowly{Store: memstore.New()}
	committer := inspector.NewCommitter(store, inspector.CommitterOptions{})
	t.Cleanup(func() { committer.Close() })
	s := newStandOn(t, committer, Options{}).uncapped()
	app := newApp(t, always(ok200))
	s.endpoint(Endpoint{Name: "crm", URL: "http://" + app.addr, Concurrency: 4})
	for i := range 5 {
		payload := func(n int) ([]byte, error) { return fmt.Appendf(nil, `{"n":%d}`, 100*i+n), nil }
		for _, row := range s.emit(EmitRequest{Event: Event{Type: "standard-webhooks/invoice.paid"}, To: []string{"crm"}, Count: 30, Payload: payload}) {
			s.over(row.ID)
		}
	}
	store.mu.Lock()
	defer store.mu.Unlock()
	if store.batches < 8 {
		t.Errorf("only %d batches", store.batches)
	}
	for i, a := range store.attempts {
		if !bytes.Equal(a.Request.Head, store.heads[i]) {
			t.Fatalf("a head that was given to the store became another one:\n%s\n%s", store.heads[i], a.Request.Head)
		}
	}
}
