package proxy

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/inspector/memstore"
)

// What was put into the trash is not tried again: not after it was told so, nor when
// the process ended before it could be.
func TestTrashedIsNotTried(t *testing.T) {
	t.Parallel()
	s := newStand(t, Options{}).uncapped()
	d := s.Dispatcher()
	s.endpoint(Endpoint{Name: "crm", URL: "http://" + closedPort(t), Events: []string{"*"}})
	var ids []inspector.ID
	for _, row := range s.emit(EmitRequest{Count: 3}) {
		ids = append(ids, row.ID)
	}
	eventually(t, "the first tries", func() bool {
		for _, id := range ids {
			if n, err := d.Next(t.Context(), id); err != nil || n.Try != 1 || n.UnderWay {
				return false
			}
		}
		return true
	})
	b := &inspector.Batch{Workspace: inspector.DefaultWorkspace}
	for _, id := range ids[:2] {
		b.Patches = append(b.Patches, inspector.Patch{ID: id, Trash: time.Now()})
	}
	if _, err := s.rig.store.Commit(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	if n, err := d.StopTrashed(t.Context(), ids[:1]); n != 1 || err != nil {
		t.Errorf("StopTrashed = %d, %v", n, err)
	}
	if err := d.TryNow(t.Context(), ids[1]); err != nil { // as when it is due
		t.Fatal(err)
	}
	for _, id := range ids[:2] {
		row, attempts := s.over(id)
		if row.Tries != 1 || row.Flags != inspector.FlagFailed|inspector.FlagTrashed || len(attempts) != 1 || !strings.Contains(strings.Join(attempts[0].Notes, "\n"), "put into the trash") {
			t.Errorf("row %+v, attempts %+v", row, attempts)
		}
		var invalid *InvalidError
		if _, err := d.Resend(t.Context(), id); !errors.As(err, &invalid) || invalid.Hint != "restore it first" {
			t.Errorf("Resend: %v", err)
		}
	}
	if n, err := d.StopTrashed(t.Context(), ids[:2]); n != 0 || err != nil {
		t.Errorf("StopTrashed again = %d, %v", n, err)
	}
	if n, err := d.Next(t.Context(), ids[2]); err != nil || n.Try != 1 {
		t.Errorf("one that was not deleted: %+v, %v", n, err)
	}
}

// commits counts the commits of a store, and may refuse them.
type commits struct {
	inspector.Store
	n    atomic.Int64
	full atomic.Bool // there is no room on the disk
}

func (c *commits) Commit(ctx context.Context, b *inspector.Batch) (inspector.Result, error) {
	c.n.Add(1)
	if c.full.Load() {
		return inspector.Result{}, fmt.Errorf("%w: 1 MiB free", inspector.ErrNoSpace)
	}
	return c.Store.Commit(ctx, b)
}

// Many deliveries that are put into the trash, or whose endpoint is stopped, cost few
// commits.
func TestManyAreStoppedTogether(t *testing.T) {
	t.Parallel()
	store := &commits{Store: memstore.New()}
	committer := inspector.NewCommitter(store, inspector.CommitterOptions{})
	t.Cleanup(func() { committer.Close() })
	s := newStandOn(t, committer, Options{}).uncapped()
	d := s.Dispatcher()
	s.endpoint(Endpoint{Name: "crm", URL: "http://" + closedPort(t), Events: []string{"*"}})
	const many = 150
	var ids []inspector.ID
	for _, row := range s.emit(EmitRequest{Count: many, Delay: time.Hour}) {
		ids = append(ids, row.ID)
	}
	s.stop() // nothing else is stored meanwhile
	for _, step := range []struct {
		name string
		stop func() (int, error)
		want int
	}{
		{"trash", func() (int, error) { return d.StopTrashed(t.Context(), append(ids[:100:100], ids[0], inspector.ID{1})) }, 100},
		{"endpoint", func() (int, error) { return d.StopEndpoint(t.Context(), "crm") }, many - 100},
		{"nothing is left", func() (int, error) { return d.StopTrashed(t.Context(), ids) }, 0},
	} {
		before := store.n.Load()
		if n, err := step.stop(); n != step.want || err != nil {
			t.Errorf("%s: %d stopped, %v; want %d", step.name, n, err, step.want)
		}
		if n := store.n.Load() - before; n > 4 {
			t.Errorf("%s: %d commits", step.name, n)
		}
	}
	for i, id := range ids {
		row, attempts := s.row(id), s.rig.attempts(id)
		if row.Failure != inspector.FailBlocked || len(attempts) != 1 || attempts[0].Failure.Text != map[bool]string{true: inTrash, false: byHand}[i < 100] {
			t.Fatalf("delivery %d: %+v, %+v", i, row, attempts)
		}
	}
}
