package proxy

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"time"

	"github.com/boathook/boathook/inspector"
)

const (
	boundsKind     = "capture"
	boundsName     = "bounds" // the entry is capture/bounds
	maxBoundsBytes = 4 << 10
	minBodyLimit   = 1 << 10
	maxBodyLimit   = 1_000_000_000
	maxKept        = 1 << 53
	maxKeepSeconds = 100 * 365 * 24 * 3600
)

// BoundsValues bound what the capture port takes in and how much of it is kept.
type BoundsValues struct {
	Rev       uint64 `json:"rev"`        // 0 before they were ever changed
	Count     int64  `json:"count"`      // deliveries that are kept; 0: no bound
	Bytes     int64  `json:"bytes"`      // of disk space; 0: no bound
	AgeS      int64  `json:"age_s"`      // seconds that deliveries are kept; 0: no bound
	TrashS    int64  `json:"trash_s"`    // seconds that they stay in the trash; 0: as long as others are kept
	BodyLimit int64  `json:"body_limit"` // bytes of the largest body, 1 KiB to 1 GB
	// Fixed holds the fields that a flag, a variable or a file sets, with its name:
	// they cannot be changed while the server runs.
	Fixed map[string]string `json:"fixed"`
}

// ErrFixed is returned for a bound that was set from outside when the server started.
var ErrFixed = errors.New("it was set when the server started")

// boundField is a bound by its name in JSON.
type boundField struct {
	name      string
	low, high int64
	of        func(*BoundsValues) *int64
}

var boundFields = []boundField{
	{"count", 0, maxKept, func(v *BoundsValues) *int64 { return &v.Count }},
	{"bytes", 0, maxKept, func(v *BoundsValues) *int64 { return &v.Bytes }},
	{"age_s", 0, maxKeepSeconds, func(v *BoundsValues) *int64 { return &v.AgeS }},
	{"trash_s", 0, maxKeepSeconds, func(v *BoundsValues) *int64 { return &v.TrashS }},
	{"body_limit", minBodyLimit, maxBodyLimit, func(v *BoundsValues) *int64 { return &v.BodyLimit }},
}

// Policy is what of them the store is swept by.
func (v *BoundsValues) Policy() inspector.Policy {
	return inspector.Policy{Count: int(v.Count), Bytes: v.Bytes, Age: time.Duration(v.AgeS) * time.Second, Trash: time.Duration(v.TrashS) * time.Second}
}

// Bounds are the bounds of a workspace: those that the server was started with, and
// over them those that were set since, as the configuration entry capture/bounds.
// Safe for concurrent use.
type Bounds struct {
	reg   registry[storedBounds]
	start BoundsValues
}

// storedBounds are bounds that were set.
type storedBounds struct {
	values map[string]int64 // what is stored: only what differs from the start
	hold   BoundsValues     // over those that the server was started with
}

// OpenBounds reads the bounds of a workspace. start are those that hold where none is
// stored; those that it names as fixed hold in any case.
func OpenBounds(ctx context.Context, store inspector.Store, ws inspector.Workspace, start BoundsValues, log *slog.Logger) (*Bounds, error) {
	b := &Bounds{start: start}
	b.reg = registry[storedBounds]{store: store, ws: ws, log: log, kind: boundsKind, limit: maxBoundsBytes, read: b.read}
	return b, b.Reload(ctx)
}

func (b *Bounds) read(_ string, e inspector.ConfigEntry) (storedBounds, error) {
	s := storedBounds{hold: b.start}
	s.hold.Rev = e.Rev
	if err := json.Unmarshal(e.Value, &s.values); err != nil {
		return s, fmt.Errorf("read entry %s: %w", e.Key, err)
	}
	for _, f := range boundFields {
		if n, set := s.values[f.name]; set {
			if err := checkBound(&f, n); err != nil {
				return s, err
			}
			if b.start.Fixed[f.name] == "" {
				*f.of(&s.hold) = n
			}
		}
	}
	return s, nil
}

// Reload looks at what is stored.
func (b *Bounds) Reload(ctx context.Context) error { return b.reg.reload(ctx) }

// Get returns the bounds as they hold.
func (b *Bounds) Get() BoundsValues {
	v := b.start
	if stored, ok := b.reg.lookup(boundsName); ok {
		v = stored.hold
	}
	v.Fixed = maps.Clone(v.Fixed)
	if v.Fixed == nil {
		v.Fixed = map[string]string{}
	}
	return v
}

// BodyLimit is the limit of bodies as it holds.
func (b *Bounds) BodyLimit() int64 {
	if stored, ok := b.reg.lookup(boundsName); ok {
		return stored.hold.BodyLimit
	}
	return b.start.BodyLimit
}

// Check says whether bounds can be set: an [*InvalidError], which is ErrFixed too for
// one that cannot be changed.
func (b *Bounds) Check(v BoundsValues) error {
	now := b.Get()
	for _, f := range boundFields {
		n := *f.of(&v)
		if by := now.Fixed[f.name]; by != "" {
			if n != *f.of(&now) {
				return fixedBound{&InvalidError{Field: f.name, Text: fmt.Sprintf("is set by %s", by), Hint: "restart boathook without it to change it here"}}
			}
			continue // it holds, whatever could be set here
		}
		if err := checkBound(&f, n); err != nil {
			return err
		}
	}
	return nil
}

// fixedBound is both errors.
type fixedBound struct{ *InvalidError }

func (e fixedBound) Unwrap() []error { return []error{e.InvalidError, ErrFixed} }

func checkBound(f *boundField, n int64) error {
	if n < f.low || n > f.high {
		return &InvalidError{Field: f.name, Text: fmt.Sprintf("%d is out of range", n), Hint: fmt.Sprintf("use %d to %d", f.low, f.high)}
	}
	return nil
}

// Update replaces the bounds if their revision is still v.Rev; what they no longer
// keep is removed within half a minute. The error is that of Check, ErrConflict, or
// one of the store.
func (b *Bounds) Update(ctx context.Context, v BoundsValues) (BoundsValues, error) {
	if err := b.Check(v); err != nil {
		return BoundsValues{}, err
	}
	values := map[string]int64{}
	if before, ok := b.reg.lookup(boundsName); ok {
		maps.Copy(values, before.values) // what is fixed now keeps what was set before
	}
	for _, f := range boundFields {
		if b.start.Fixed[f.name] != "" {
			continue
		}
		if n := *f.of(&v); n != *f.of(&b.start) {
			values[f.name] = n
		} else {
			delete(values, f.name)
		}
	}
	if _, err := b.reg.put(ctx, boundsName, v.Rev, values); err != nil {
		return BoundsValues{}, err
	}
	return b.Get(), nil
}
