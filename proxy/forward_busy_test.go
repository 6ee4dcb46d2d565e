package proxy

import (
	"cmp"
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
	why    error        // nil: it is busy
}

func (c *crowded) Commit(ctx context.Context, b *inspector.Batch) (inspector.Result, error) {
	answer := func(c inspector.Chunk) bool { return c.Body.Part == inspector.Response }
	if slices.ContainsFunc(b.Chunks, answer) && c.refuse.Add(-1) >= 0 {
		return inspector.Result{}, cmp.Or(c.why, inspector.ErrBusy)
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

// What an app has answered is recorded although the store has no room for it at first,
// also if its sender was answered before.
func TestAnswersOutlastAFullDisk(t *testing.T) {
	t.Parallel()
	for _, why := range []error{inspector.ErrBusy, inspector.ErrNoSpace, inspector.ErrAway} {
		t.Run(why.Error(), func(t *testing.T) {
			t.Parallel()
			store := &crowded{Store: memstore.New(), why: why}
			committer := inspector.NewCommitter(store, inspector.CommitterOptions{})
			t.Cleanup(func() { committer.Close() })
			s := newStandOn(t, committer, Options{})
			free := make(chan struct{})
			first := newApp(t, always("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nfirst"))
			side := newApp(t, func([]byte) string {
				<-free
				return "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nside"
			})
			s.inbox(Inbox{Name: "demo", Forward: []Target{{URL: "http://" + first.addr}, {URL: "http://" + side.addr}}})
			store.refuse.Store(5)
			if r := s.post("/in/demo"); r.body != "first" {
				t.Errorf("answer %q", r.body)
			}
			_, attempts := s.recorded("demo", 1, 2)
			if got := s.rig.message(attempts[1].BodyKey(inspector.Response), attempts[1].Response); !strings.HasSuffix(got, "first") {
				t.Errorf("the first answer: %q", got)
			}
			store.refuse.Store(5)
			close(free)
			_, attempts = s.recorded("demo", 1, 3)
			eventually(t, "the answer of the side", func() bool {
				a := s.rig.attempts(attempts[2].Delivery)[2]
				return strings.HasSuffix(s.rig.message(a.BodyKey(inspector.Response), a.Response), "side")
			})
		})
	}
}
