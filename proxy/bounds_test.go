package proxy

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/inspector/memstore"
)

// Bounds that were set outlive the server, but for those that it is started with;
// where one is set back to what it is started with, nothing of it is stored.
func TestBoundsThatAreStored(t *testing.T) {
	t.Parallel()
	store := memstore.New()
	defer store.Close()
	open := func(start BoundsValues) *Bounds {
		t.Helper()
		b, err := OpenBounds(t.Context(), store, inspector.DefaultWorkspace, start, slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	start := BoundsValues{Count: 1000, TrashS: 7 * 86400, BodyLimit: 10 << 20}
	b := open(start)
	v := b.Get()
	v.Count, v.AgeS, v.BodyLimit = 50, 3600, 1<<20
	v, err := b.Update(t.Context(), v)
	if err != nil || v.Rev == 0 || v.Count != 50 {
		t.Fatalf("update: %+v, %v", v, err)
	}
	if p := v.Policy(); p != (inspector.Policy{Count: 50, Age: time.Hour, Trash: 7 * 24 * time.Hour}) {
		t.Errorf("policy = %+v", p)
	}
	start.TrashS, start.AgeS, start.Fixed = 86400, 0, map[string]string{"age_s": "--keep-age"}
	again := open(start)
	if v := again.Get(); v.Count != 50 || v.AgeS != 0 || v.TrashS != 86400 || v.BodyLimit != 1<<20 || again.BodyLimit() != 1<<20 {
		t.Errorf("after a restart = %+v", v)
	}
	v = again.Get()
	v.AgeS = 60
	var invalid *InvalidError
	if _, err := again.Update(t.Context(), v); !errors.Is(err, ErrFixed) || !errors.As(err, &invalid) || invalid.Field != "age_s" || invalid.Text != "is set by --keep-age" {
		t.Errorf("what is fixed: %v", err)
	}
	v = again.Get()
	v.Count = start.Count
	if _, err := again.Update(t.Context(), v); err != nil {
		t.Fatal(err)
	}
	start.Count, start.Fixed = 700, nil
	if v := open(start).Get(); v.Count != 700 || v.AgeS != 3600 {
		t.Errorf("what was set back, and what was fixed meanwhile = %+v", v)
	}
	for _, bad := range []BoundsValues{{Count: -1, BodyLimit: 1 << 20}, {BodyLimit: 1}, {BodyLimit: 2e9}, {AgeS: 1 << 40, BodyLimit: 1 << 20}} {
		if err := b.Check(bad); !errors.As(err, &invalid) || errors.Is(err, ErrFixed) {
			t.Errorf("%+v: %v", bad, err)
		}
	}
}

// The limit of bodies counts at once, also on a connection that is open.
func TestBodyLimitIsSetWhileItRuns(t *testing.T) {
	t.Parallel()
	s := newStand(t, Options{Limits: Limits{Body: 1 << 20}})
	request := "POST /in/demo HTTP/1.1\r\nHost: sender\r\nContent-Length: 4096\r\n\r\n" + strings.Repeat("x", 4096)
	c := s.rig.dial()
	defer c.Close()
	if got := c.send(request).answer("POST").status; got != 200 {
		t.Fatalf("before: %d", got)
	}
	set := func(limit int64) {
		t.Helper()
		v := s.Bounds().Get()
		v.BodyLimit = limit
		if _, err := s.Bounds().Update(t.Context(), v); err != nil {
			t.Fatal(err)
		}
	}
	set(2048)
	if got := c.send(request).answer("POST").status; got != 413 {
		t.Errorf("with less: %d", got)
	}
	set(4096)
	if got := s.raw(request).status; got != 200 {
		t.Errorf("with just so much: %d", got)
	}
}

// A bound that the server was started with holds, also where it could not be set, and
// does not keep others from being set.
func TestFixedBoundOutOfRange(t *testing.T) {
	t.Parallel()
	store := memstore.New()
	defer store.Close()
	start := BoundsValues{Count: 1000, BodyLimit: 500, AgeS: 200 * 365 * 86400, Fixed: map[string]string{"body_limit": "--body-limit", "age_s": "--keep-age"}}
	b, err := OpenBounds(t.Context(), store, inspector.DefaultWorkspace, start, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	v := b.Get()
	v.Count = 50
	if v, err = b.Update(t.Context(), v); err != nil || v.Count != 50 || v.BodyLimit != 500 {
		t.Errorf("update: %+v, %v", v, err)
	}
}

// What bounds would remove is what the sweep removes then, also of the trash.
func TestRemovesWhatTheSweepDoes(t *testing.T) {
	t.Parallel()
	now := time.Now().UTC().Truncate(time.Millisecond)
	hours := func(n int) time.Time { return now.Add(-time.Duration(n)*time.Hour - time.Minute) }
	type made struct{ n, at, trashed int } // n deliveries, hours ago; trashed 0: they are not
	for _, tt := range []struct {
		name string
		made []made
		v    BoundsValues
		held bool
	}{
		{"old ones and others in the trash", []made{{5, 50, 0}, {10, 2, 1}, {20, 1, 0}}, BoundsValues{AgeS: 40 * 3600, TrashS: 1800}, false},
		{"over half with the trash, less without", []made{{40, 60, 50}, {20, 50, 0}, {40, 1, 0}}, BoundsValues{AgeS: 40 * 3600, TrashS: 3600}, false},
		{"over half without the trash", []made{{40, 60, 50}, {40, 50, 0}, {20, 1, 0}}, BoundsValues{AgeS: 40 * 3600, TrashS: 3600}, true},
		{"old ones of the trash, which stays", []made{{5, 60, 50}, {3, 50, 0}, {20, 1, 0}}, BoundsValues{AgeS: 40 * 3600}, false},
		{"all at once", []made{{5, 50, 0}, {10, 2, 1}, {20, 1, 0}}, BoundsValues{AgeS: 40 * 3600, TrashS: 1800, Count: 7}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			store := memstore.New()
			defer store.Close()
			ids := inspector.NewIDs(inspector.ID{})
			batch := &inspector.Batch{Workspace: inspector.DefaultWorkspace}
			for _, m := range tt.made {
				for range m.n {
					id, err := ids.New(now)
					if err != nil {
						t.Fatal(err)
					}
					batch.Deliveries = append(batch.Deliveries, inspector.Row{ID: id, At: hours(m.at), Dir: inspector.In, Method: "POST"})
					if m.trashed > 0 {
						batch.Patches = append(batch.Patches, inspector.Patch{ID: id, Trash: hours(m.trashed)})
					}
				}
			}
			if _, err := store.Commit(t.Context(), batch); err != nil {
				t.Fatal(err)
			}
			b, err := OpenBounds(t.Context(), store, inspector.DefaultWorkspace, BoundsValues{BodyLimit: 1 << 20}, slog.New(slog.DiscardHandler))
			if err != nil {
				t.Fatal(err)
			}
			told, err := b.Removes(t.Context(), tt.v, now)
			if err != nil {
				t.Fatal(err)
			}
			swept, err := store.Sweep(t.Context(), inspector.DefaultWorkspace, now, tt.v.Policy())
			if err != nil {
				t.Fatal(err)
			}
			if told.Deliveries != swept.Deliveries || told.Held != swept.Held || told.Held != tt.held || !told.Complete {
				t.Errorf("told %+v, and then %+v", told, swept)
			}
		})
	}
}

// endless is a store whose lists are not there in time.
type endless struct {
	inspector.Store
	end context.CancelFunc
}

func (s endless) List(ctx context.Context, _ inspector.ListQuery) (inspector.Page, error) {
	s.end()
	return inspector.Page{}, ctx.Err()
}

// What was not counted to the end is not taken for nothing.
func TestRemovesThatAreNotCounted(t *testing.T) {
	t.Parallel()
	store := memstore.New()
	defer store.Close()
	ctx, cancel := context.WithCancel(t.Context())
	b, err := OpenBounds(ctx, endless{store, cancel}, inspector.DefaultWorkspace, BoundsValues{BodyLimit: 1 << 20}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	r, err := b.Removes(ctx, BoundsValues{AgeS: 60}, time.Now())
	if err != nil || r.Complete || r.None() {
		t.Errorf("%+v, %v", r, err)
	}
}

// filled is a store that says how much it holds.
type filled struct {
	inspector.Store
	stats inspector.Stats
}

func (s filled) Stats(context.Context, inspector.Workspace) (inspector.Stats, error) {
	return s.stats, nil
}

// Of disk space that is hardly too much something is removed all the same.
func TestRemovesForAFewBytes(t *testing.T) {
	t.Parallel()
	store := memstore.New()
	defer store.Close()
	b, err := OpenBounds(t.Context(), filled{store, inspector.Stats{Deliveries: 10, Bytes: 1000}}, inspector.DefaultWorkspace, BoundsValues{BodyLimit: 1 << 20}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	r, err := b.Removes(t.Context(), BoundsValues{Bytes: 960}, time.Now())
	if err != nil || r.None() || !r.About {
		t.Errorf("%+v, %v", r, err)
	}
}
