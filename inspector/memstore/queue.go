package memstore

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/inspector/workqueue"
)

func (sp *space) schedule(d *inspector.Due) {
	if sp.work.Get(d.ID) != nil {
		return
	}
	due := *d
	due.Payload = bytes.Clone(d.Payload)
	sp.work.Put(&workqueue.Item{Due: due, Order: sp.work.Order() + 1})
}

// finish reports false when the lease was lost.
func (sp *space) finish(f *inspector.Finish) bool {
	w := sp.work.Current(f)
	if w == nil {
		return false
	}
	if f.Next.IsZero() {
		sp.work.Done(f.ID)
		return true
	}
	next := &workqueue.Item{Due: w.Due, Order: w.Order}
	next.RunAt = f.Next
	if f.Payload != nil {
		next.Payload = bytes.Clone(f.Payload)
	}
	sp.work.Put(next)
	return true
}

// Claim leases due work. The time of the next piece counts pieces whose lease
// runs out as well.
func (s *Store) Claim(ctx context.Context, ws inspector.Workspace, now time.Time, lease time.Duration, limit, share int) (leases []inspector.Lease, next time.Time, err error) {
	if lease <= 0 {
		return nil, time.Time{}, fmt.Errorf("claim work for %s: want a positive lease", lease)
	}
	err = s.write(ctx, ws, func(sp *space) { leases, next = sp.work.Claim(now, lease, limit, share) })
	return leases, next, err
}

// Work looks at scheduled work.
func (s *Store) Work(ctx context.Context, ws inspector.Workspace, ids ...string) (list []inspector.Lease, err error) {
	err = s.read(ctx, ws, func(sp *space) error {
		list = sp.work.Work(ids)
		return nil
	})
	return list, err
}

// Config returns the entries whose key starts with prefix.
func (s *Store) Config(ctx context.Context, ws inspector.Workspace, prefix string) (list []inspector.ConfigEntry, err error) {
	err = s.read(ctx, ws, func(sp *space) error {
		for key, e := range sp.config {
			if strings.HasPrefix(key, prefix) {
				e.Value = bytes.Clone(e.Value)
				list = append(list, e)
			}
		}
		slices.SortFunc(list, func(a, b inspector.ConfigEntry) int { return cmp.Compare(a.Key, b.Key) })
		return nil
	})
	return list, err
}
