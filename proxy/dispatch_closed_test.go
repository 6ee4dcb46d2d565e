package proxy

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/inspector/memstore"
)

// unreadable is a store some of whose bodies cannot be read for a while.
type unreadable struct {
	inspector.Store
	left atomic.Int64 // readings that fail
	read atomic.Int64
}

var errDisk = errors.New("input/output error")

func (u *unreadable) Body(ctx context.Context, ws inspector.Workspace, key inspector.BodyKey) (inspector.Body, error) {
	u.read.Add(1)
	if u.left.Add(-1) >= 0 {
		return nil, errDisk
	}
	return u.Store.Body(ctx, ws, key)
}

// What cannot be opened is looked at again a few times if that may pass, and is then
// given up; its delivery says why, and what to do.
func TestWorkThatCannotBeOpened(t *testing.T) {
	t.Parallel()
	const fails = 1 << 40
	for _, tt := range []struct {
		name  string
		left  int64 // readings of the body that fail
		spoil func(row *inspector.Row, a *inspector.Attempt, due *inspector.Due)
		want  string // of its last word, "" if it is sent
		reads int64
	}{
		{"a disk that recovers", 3, nil, "", 4},
		{"a disk that does not", fails, nil, "input/output error); mend that, see boathook doctor, then: boathook resend 1", maxClosed + 1},
		{"a body that is gone", 0, func(row *inspector.Row, a *inspector.Attempt, _ *inspector.Due) { row.Size, a.Request.Size = 9, 9 }, "not found); mend that", 1},
		{"a payload that is no JSON", 0, func(_ *inspector.Row, _ *inspector.Attempt, due *inspector.Due) { due.Payload = []byte("{") }, "it cannot be read); mend that", 0},
		{"a target that is no URL", 0, func(row *inspector.Row, _ *inspector.Attempt, _ *inspector.Due) { row.Endpoint = "ftp://x" }, "mend that", 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			store := &unreadable{Store: memstore.New()}
			store.left.Store(tt.left)
			committer := inspector.NewCommitter(store, inspector.CommitterOptions{})
			t.Cleanup(func() { committer.Close() })
			s := newStandOn(t, committer, Options{})
			s.Dispatcher().again = time.Microsecond
			app := newApp(t, always(ok200))
			id, err := s.IDs().New(time.Now())
			if err != nil {
				t.Fatal(err)
			}
			row := inspector.Row{ID: id, At: time.Now().UTC(), Dir: inspector.Out, Endpoint: "http://" + app.addr + "/", Event: "b", Provider: "a", Verdict: inspector.Unchecked, Size: 2}
			a := inspector.Attempt{Delivery: id, Request: inspector.Message{Size: 2, Wanted: 2}, Response: inspector.Message{Wanted: -1}}
			due := inspector.Due{ID: workID(id), RunAt: time.Now(), Payload: (&job{By: s.Dispatcher().name}).encode()}
			b := &inspector.Batch{Workspace: inspector.DefaultWorkspace}
			if tt.spoil != nil {
				tt.spoil(&row, &a, &due)
			}
			if row.Size == 2 {
				b.Chunks = []inspector.Chunk{{Body: a.BodyKey(inspector.Request), Data: []byte("{}")}}
			}
			b.Deliveries, b.Attempts, b.Schedule = []inspector.Row{row}, []inspector.Attempt{a}, []inspector.Due{due}
			if _, err := committer.Commit(t.Context(), b); err != nil {
				t.Fatal(err)
			}
			s.Dispatcher().wake()
			eventually(t, "the end of the work", func() bool {
				work, err := committer.Work(t.Context(), inspector.DefaultWorkspace, due.ID)
				return err == nil && len(work) == 0
			})
			row = s.row(id)
			all, err := committer.Attempts(t.Context(), inspector.DefaultWorkspace, id)
			if err != nil || len(all) != 1 {
				t.Fatalf("%+v, %v", all, err)
			}
			if tt.want == "" {
				if row.Status != 200 || len(app.requests()) != 1 {
					t.Errorf("row %+v, %d requests", row, len(app.requests()))
				}
			} else if said := all[0].Failure.Text; row.Failure != inspector.FailBlocked || row.Flags&inspector.FlagFailed == 0 || !strings.Contains(said, tt.want) || len(app.requests()) > 0 {
				t.Errorf("it says %q, row %+v, %d requests", said, row, len(app.requests()))
			}
			if n := store.read.Load(); n != tt.reads {
				t.Errorf("the body was read %d times, want %d", n, tt.reads)
			}
		})
	}
}

// stuck is a store whose first commit of an outcome does not end before it is told to.
type stuck struct {
	inspector.Store
	once    sync.Once
	release chan struct{}
}

func (s *stuck) Commit(ctx context.Context, b *inspector.Batch) (inspector.Result, error) {
	res, err := s.Store.Commit(ctx, b)
	if len(b.Finish) > 0 {
		s.once.Do(func() { <-s.release })
	}
	return res, err
}

// An outcome that takes too long to be stored is stored once, also when the try is
// followed by another one.
func TestOutcomeThatIsStoredLate(t *testing.T) {
	t.Parallel()
	for _, answer := range []string{ok200, "HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n"} {
		t.Run(answer[9:12], func(t *testing.T) {
			t.Parallel()
			store := &stuck{Store: memstore.New(), release: make(chan struct{})}
			committer := inspector.NewCommitter(store, inspector.CommitterOptions{Timeout: 5 * time.Second})
			t.Cleanup(func() { committer.Close() })
			s := newStandOn(t, committer, Options{})
			app := newApp(t, always(answer))
			s.endpoint(Endpoint{Name: "crm", URL: "http://" + app.addr, Retry: RetrySetting{Preset: "custom", Delays: []string{"1h"}}})
			id := s.emit(EmitRequest{Event: Event{Type: "a/b"}, To: []string{"crm"}})[0].ID
			eventually(t, "the storing to be given up", func() bool { return committer.Waiting() > 0 })
			close(store.release)
			eventually(t, "the commits that waited", func() bool { return committer.Waiting() == 0 && s.Dispatcher().active.Load() == 0 })
			row, err := committer.Get(t.Context(), inspector.DefaultWorkspace, id)
			if err != nil || row.Tries != 1 || (row.Flags&inspector.FlagRetrying != 0) != (answer != ok200) {
				t.Errorf("after one try the row is %+v, %v", row, err)
			}
		})
	}
}
