package web

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/boathook/boathook/inspector"
)

// Who leaves before anything is changed gets nothing changed, who leaves later all of it.
func TestNoChangeIsLeftHalf(t *testing.T) {
	t.Parallel()
	r := newRigOver(t, newStuck())
	b := inspector.Batch{Workspace: inspector.DefaultWorkspace}
	for range bulkRows + 2 {
		id, err := r.ids.New(time.Now())
		if err != nil {
			t.Fatal(err)
		}
		b.Deliveries = append(b.Deliveries, inspector.Row{ID: id, At: time.Now(), Dir: inspector.In, Inbox: "demo"})
	}
	if _, err := r.store.Commit(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	ctx, leave := context.WithCancel(t.Context())
	searched := 0
	err := r.eachPage(ctx, nil, func(rows []inspector.Row) (context.Context, error) {
		leave()
		searched += len(rows)
		return ctx, nil
	})
	if !errors.Is(err, context.Canceled) || searched != bulkRows {
		t.Errorf("a search found %d: %v; want an end after %d", searched, err, bulkRows)
	}
	ctx, leave = context.WithCancel(t.Context())
	changed := 0
	change := func(rows []inspector.Row) error {
		leave()
		changed += len(rows)
		return nil
	}
	if err := r.changeAll(ctx, nil, change); err != nil || changed != bulkRows+2 {
		t.Errorf("changed %d: %v; want %d", changed, err, bulkRows+2)
	}
	if err := r.changeAll(ctx, nil, change); !errors.Is(err, context.Canceled) || changed != bulkRows+2 {
		t.Errorf("changed %d for one who has left: %v", changed-bulkRows-2, err)
	}
}
