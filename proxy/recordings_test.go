package proxy

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/boathook/boathook/inspector"
)

// A rename that was cut short goes on when it is called again, and takes no other
// recording's name.
func TestRecordingRename(t *testing.T) {
	t.Parallel()
	s := newStand(t, Options{})
	recs := s.Recordings()
	ctx, now := t.Context(), time.Now()
	b := &inspector.Batch{Workspace: inspector.DefaultWorkspace}
	for range 2300 {
		id, err := s.IDs().New(now)
		if err != nil {
			t.Fatal(err)
		}
		b.Deliveries = append(b.Deliveries, inspector.Row{ID: id, At: now, Dir: inspector.In, Inbox: "demo", Tags: []string{"rec=old", "x"}})
	}
	if _, err := s.rig.store.Commit(ctx, b); err != nil {
		t.Fatal(err)
	}
	old, err := recs.Put(ctx, Recording{Name: "old", Note: "n", Live: &RecordingLive{Inbox: "demo"}}, now)
	if err != nil {
		t.Fatal(err)
	}
	if tags := recs.Tags("demo"); !slices.Equal(tags, []string{"rec=old"}) || recs.Tags("other") != nil {
		t.Errorf("tags %q and %q", tags, recs.Tags("other"))
	}
	// As it is when the process ended in the middle: the new entry is there, and some
	// deliveries have the new name.
	half := old
	half.Name, half.Rev = "new", 0
	if _, err := recs.Put(ctx, half, now); err != nil {
		t.Fatal(err)
	}
	patch := &inspector.Batch{Workspace: inspector.DefaultWorkspace}
	for i := range b.Deliveries[:700] {
		patch.Patches = append(patch.Patches, inspector.Patch{ID: b.Deliveries[i].ID, AddTags: []string{"rec=new"}, DropTags: []string{"rec=old"}})
	}
	if _, err := s.rig.store.Commit(ctx, patch); err != nil {
		t.Fatal(err)
	}
	if err := recs.Rename(ctx, "old", "new", true, now); err != nil {
		t.Fatal(err)
	}
	count := func(name string) int {
		t.Helper()
		q, err := inspector.ParseQuery(RecordingQuery(name), now)
		if err != nil {
			t.Fatal(err)
		}
		return len(listRows(t, s.rig.store, q))
	}
	got, err := recs.Get("new")
	if err != nil || got.Note != "n" || got.Live == nil || count("new") != 2300 || count("old") != 0 {
		t.Errorf("%+v, %v; %d have the new name and %d the old", got, err, count("new"), count("old"))
	}
	if _, err := recs.Get("old"); !errors.Is(err, inspector.ErrNotFound) {
		t.Errorf("the old entry: %v", err)
	}
	if tags := recs.Tags("demo"); !slices.Equal(tags, []string{"rec=new"}) {
		t.Errorf("tags %q", tags)
	}
	if _, err := recs.Put(ctx, Recording{Name: "other"}, now.Add(time.Second)); err != nil {
		t.Fatal(err)
	}
	var invalid *InvalidError
	if err := recs.Rename(ctx, "new", "other", false, now); !errors.As(err, &invalid) || invalid.Field != "name" {
		t.Errorf("renamed to one that there is: %v", err)
	}
	if err := recs.Rename(ctx, "new", "tagged", true, now); !errors.As(err, &invalid) {
		t.Errorf("renamed to what deliveries name: %v", err)
	}
}

func TestRecordingIsRefused(t *testing.T) {
	t.Parallel()
	recs := newStand(t, Options{}).Recordings()
	for _, tt := range []struct {
		field string
		r     Recording
	}{
		{"name", Recording{}}, {"name", Recording{Name: "a b"}}, {"name", Recording{Name: "-x"}}, {"name", Recording{Name: fmt.Sprintf("%061d", 1)}},
		{"note", Recording{Name: "a", Note: string(make([]rune, 4001))}}, {"expect", Recording{Name: "a", Expect: "nosuch:1"}},
	} {
		var invalid *InvalidError
		if _, err := recs.Put(t.Context(), tt.r, time.Now()); !errors.As(err, &invalid) || invalid.Field != tt.field {
			t.Errorf("%+v: %v, want a mistake in %s", tt.r, err, tt.field)
		}
	}
	if _, err := recs.Put(t.Context(), Recording{Name: "a", Rev: 7}, time.Now()); !errors.Is(err, ErrConflict) {
		t.Errorf("another revision: %v", err)
	}
}
