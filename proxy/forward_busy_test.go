package proxy

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/inspector/memstore"
)

// crowded is a store that has no time for some pieces of answers.
type crowded struct {
	inspector.Store
	refuse atomic.Int64 // how many more it refuses
}

func (c *crowded) Commit(ctx context.Context, b *inspector.Batch) (inspector.Result, error) {
	answer := func(c inspector.Chunk) bool { return c.Body.Part == inspector.Response }
	if slices.ContainsFunc(b.Chunks, answer) && c.refuse.Add(-1) >= 0 {
		return inspector.Result{}, inspector.ErrBusy
	}
	return c.Store.Commit(ctx, b)
}

// A long answer is kept whole also while much else is being stored: its target waits.
func TestLongAnswerWhileTheStoreIsBusy(t *testing.T) {
	t.Parallel()
	store := &crowded{Store: memstore.New()}
	committer := inspector.NewCommitter(store, inspector.CommitterOptions{})
	t.Cleanup(func() { committer.Close() })
	s := newStandOn(t, committer, Options{}).uncapped()
	body := strings.Repeat("0123456789", 60<<10)
	app := newApp(t, always(fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", len(body), body)))
	s.endpoint(Endpoint{Name: "crm", URL: "http://" + app.addr, TimeoutMS: 60_000})
	s.forward("demo", "http://"+app.addr)
	whole := func(how string, a inspector.Attempt) {
		t.Helper()
		if got := s.rig.message(a.BodyKey(inspector.Response), a.Response); a.Response.Cut || !strings.HasSuffix(got, body) {
			t.Errorf("%s: %d bytes are kept, notes %q", how, len(got), a.Notes)
		}
	}
	store.refuse.Store(5)
	_, attempts := s.over(s.emit(EmitRequest{Event: Event{Type: "a/b"}, To: []string{"crm"}})[0].ID)
	whole("sent", attempts[0])
	store.refuse.Store(5)
	if r := s.post("/in/demo"); r.body != body {
		t.Errorf("the sender got %d bytes", len(r.body))
	}
	_, attempts = s.recorded("demo", 1, 2)
	whole("passed on", attempts[1])
}
