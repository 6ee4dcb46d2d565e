package proxy

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/boathook/boathook/inspector"
)

// reloadPause is the shortest time between two looks at the stored entries, and
// reloadEvery the longest: a wake-up is only a hint.
const (
	reloadPause = 200 * time.Millisecond
	reloadEvery = 2 * time.Second
)

// registry keeps the configuration entries of one kind, {kind}/{name}, at hand,
// each made ready for use as a T. Safe for concurrent use.
type registry[T any] struct {
	store inspector.Store
	ws    inspector.Workspace
	log   *slog.Logger
	kind  string // as it begins the keys, and as it is called in errors
	limit int    // bytes of one entry
	// read makes a T of a stored entry.
	read func(name string, e inspector.ConfigEntry) (T, error)
	// loaded, if set, is told every new snapshot before it can be seen.
	loaded func(all map[string]T)

	mu    sync.Mutex // held while the snapshot is replaced
	state atomic.Pointer[snapshot[T]]
}

// snapshot is never changed.
type snapshot[T any] struct {
	revs   map[string]uint64 // of every entry, also of those that cannot be read
	byName map[string]T
	list   []T // ordered by name
}

// ordered completes a snapshot.
func (s *snapshot[T]) ordered() *snapshot[T] {
	s.list = make([]T, 0, len(s.byName))
	for _, name := range slices.Sorted(maps.Keys(s.byName)) {
		s.list = append(s.list, s.byName[name])
	}
	return s
}

// get returns the entry of that name, or inspector.ErrNotFound.
func (r *registry[T]) get(name string) (T, error) {
	t, ok := r.lookup(name)
	if !ok {
		return t, fmt.Errorf("%s %.80q: %w", r.kind, name, inspector.ErrNotFound)
	}
	return t, nil
}

func (r *registry[T]) lookup(name string) (t T, ok bool) {
	if s := r.state.Load(); s != nil {
		t, ok = s.byName[name]
	}
	return t, ok
}

// all returns every entry, ordered by name. The list must not be changed.
func (r *registry[T]) all() []T {
	s := r.state.Load()
	if s == nil {
		return nil
	}
	return slices.Clip(s.list)
}

// put stores an entry if its revision is still want, and returns the new one.
// The error is an [*InvalidError] if it is too large, ErrConflict, or one of the
// store.
func (r *registry[T]) put(ctx context.Context, name string, want uint64, entry any) (uint64, error) {
	value, err := json.Marshal(entry)
	if err != nil {
		return 0, fmt.Errorf("encode %s %s: %w", r.kind, name, err)
	}
	if len(value) > r.limit {
		return 0, &InvalidError{Field: r.kind, Text: fmt.Sprintf("is %d bytes, the limit is %d", len(value), r.limit), Hint: "shorten it"}
	}
	rev, err := r.commit(ctx, name, want, value)
	if err != nil {
		return 0, err
	}
	if err := r.reload(ctx); err != nil {
		// It is stored, so it counts from now on whatever else there is to be read.
		r.log.Warn("what was stored is at hand, other changes are not yet", "kind", r.kind, "name", name, "error", err)
		return rev, r.take(name, inspector.ConfigEntry{Key: r.kind + "/" + name, Rev: rev, Value: value})
	}
	return rev, nil
}

// take puts one entry that was just stored into the snapshot.
func (r *registry[T]) take(name string, e inspector.ConfigEntry) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	next := &snapshot[T]{revs: map[string]uint64{}, byName: map[string]T{}}
	if old := r.state.Load(); old != nil {
		if old.revs[name] >= e.Rev {
			return nil // a later one is at hand
		}
		next.revs, next.byName = maps.Clone(old.revs), maps.Clone(old.byName)
	}
	t, err := r.read(name, e)
	if err != nil {
		return err
	}
	next.revs[name], next.byName[name] = e.Rev, t
	if r.loaded != nil {
		r.loaded(next.byName)
	}
	r.state.Store(next.ordered())
	return nil
}

// remove deletes an entry if its revision is still rev.
func (r *registry[T]) remove(ctx context.Context, name string, rev uint64) error {
	if _, err := r.get(name); err != nil {
		return err
	}
	if _, err := r.commit(ctx, name, rev, nil); err != nil {
		return err
	}
	return r.reload(ctx)
}

// commit writes one entry if its revision is still want.
func (r *registry[T]) commit(ctx context.Context, name string, want uint64, value []byte) (uint64, error) {
	key := r.kind + "/" + name
	res, err := r.store.Commit(ctx, &inspector.Batch{
		Workspace: r.ws,
		Config:    []inspector.ConfigPut{{Key: key, Want: want, Value: value}},
	})
	if err != nil {
		return 0, fmt.Errorf("store %s %s: %w", r.kind, name, err)
	}
	if len(res.Conflicts) > 0 {
		return 0, fmt.Errorf("%s %s: %w", r.kind, name, ErrConflict)
	}
	return res.Revs[key], nil
}

// reload makes a new snapshot of what is stored. What has kept its revision is
// kept as it is.
func (r *registry[T]) reload(ctx context.Context) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	entries, err := r.store.Config(ctx, r.ws, r.kind+"/")
	if err != nil {
		return fmt.Errorf("read the entries %s/: %w", r.kind, err)
	}
	old := r.state.Load()
	if old == nil {
		old = &snapshot[T]{}
	} else if old.holds(r.kind, entries) {
		return nil
	}
	next := &snapshot[T]{revs: make(map[string]uint64, len(entries)), byName: make(map[string]T, len(entries))}
	for _, e := range entries {
		name := strings.TrimPrefix(e.Key, r.kind+"/")
		next.revs[name] = e.Rev
		t, known := old.byName[name]
		if !known || old.revs[name] != e.Rev {
			err = caught(func() (err error) {
				t, err = r.read(name, e)
				return err
			})
			if err != nil {
				// One entry of a later version must not take the others down.
				r.log.Error(r.kind+" is left out", "name", name, "error", err)
				continue
			}
		}
		next.byName[name] = t
	}
	if r.loaded != nil {
		r.loaded(next.byName)
	}
	r.state.Store(next.ordered())
	return nil
}

// holds reports whether the snapshot was made of these entries.
func (s *snapshot[T]) holds(kind string, entries []inspector.ConfigEntry) bool {
	if len(entries) != len(s.revs) {
		return false
	}
	for _, e := range entries {
		if rev, ok := s.revs[strings.TrimPrefix(e.Key, kind+"/")]; !ok || rev != e.Rev {
			return false
		}
	}
	return true
}

// of reports whether the entry of a key is among those of the registry.
func (r *registry[T]) of(key string) bool { return strings.HasPrefix(key, r.kind+"/") }

// Take makes the proxy go by the configuration entries of these keys as they are
// stored, by all of them if keys is nil.
func (p *Proxy) Take(ctx context.Context, keys []string) error {
	var errs []error
	for _, kept := range []interface {
		of(key string) bool
		reload(ctx context.Context) error
	}{
		&p.schemes.reg, &p.inboxes.reg, &p.providers.reg, &p.endpoints.reg, &p.settings.reg, &p.bounds.reg, &p.masks.reg, &p.recordings.reg, &p.filters.reg,
	} {
		if keys == nil || slices.ContainsFunc(keys, kept.of) {
			errs = append(errs, kept.reload(ctx))
		}
	}
	return errors.Join(errs...)
}

// watchConfig takes what is stored when the store changed, also by another handle,
// until ctx ends: also while nobody follows the feed.
func watchConfig(ctx context.Context, store inspector.Store, log *slog.Logger, take func(ctx context.Context) error) {
	for {
		changed := store.Wake()
		select {
		case <-ctx.Done():
			return
		case <-changed:
		case <-time.After(reloadEvery):
		}
		if err := take(ctx); err != nil && ctx.Err() == nil {
			log.Warn("the configuration is not up to date", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(reloadPause):
		}
	}
}
