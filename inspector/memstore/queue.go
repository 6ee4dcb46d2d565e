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
)

type work struct {
	due   inspector.Due
	seq   uint64 // order of scheduling, which is the order within a lane
	token uint64
	until time.Time // end of the lease, zero if there is none
}

// at is when the piece can be claimed.
func (w *work) at() time.Time {
	if w.until.After(w.due.RunAt) {
		return w.until
	}
	return w.due.RunAt
}

func (sp *space) schedule(d *inspector.Due) {
	if sp.work[d.ID] != nil {
		return
	}
	sp.workSeq++
	due := *d
	due.Payload = bytes.Clone(d.Payload)
	sp.work[d.ID] = &work{due: due, seq: sp.workSeq}
}

// finish reports false when the lease was lost.
func (sp *space) finish(f *inspector.Finish) bool {
	w := sp.work[f.ID]
	if w == nil || w.token != f.Token || f.Token == 0 {
		return false
	}
	if f.Next.IsZero() {
		delete(sp.work, f.ID)
		return true
	}
	w.due.RunAt, w.until = f.Next, time.Time{}
	if f.Payload != nil {
		w.due.Payload = bytes.Clone(f.Payload)
	}
	return true
}

// heads are the pieces that may be claimed as far as lanes are concerned: all
// without a lane, and the oldest of each lane.
func (sp *space) heads() []*work {
	list := make([]*work, 0, len(sp.work))
	lanes := map[string]*work{}
	for _, w := range sp.work {
		if w.due.Lane == "" {
			list = append(list, w)
			continue
		}
		if first := lanes[w.due.Lane]; first == nil || w.seq < first.seq {
			lanes[w.due.Lane] = w
		}
	}
	for _, w := range lanes {
		list = append(list, w)
	}
	slices.SortFunc(list, func(a, b *work) int {
		return cmp.Or(a.at().Compare(b.at()), cmp.Compare(a.seq, b.seq))
	})
	return list
}

// Claim leases due work. The time of the next piece counts pieces whose lease
// runs out as well.
func (s *Store) Claim(ctx context.Context, ws inspector.Workspace, now time.Time, lease time.Duration, limit int) (leases []inspector.Lease, next time.Time, err error) {
	if lease <= 0 {
		return nil, time.Time{}, fmt.Errorf("claim work for %s: want a positive lease", lease)
	}
	err = s.write(ctx, ws, func(sp *space) {
		var rest []*work
		for _, w := range sp.heads() {
			if len(leases) >= limit || w.at().After(now) {
				rest = append(rest, w)
				continue
			}
			w.token++
			w.until = now.Add(lease)
			due := w.due
			due.Payload = bytes.Clone(w.due.Payload)
			leases = append(leases, inspector.Lease{Due: due, Token: w.token, Until: w.until})
			rest = append(rest, w)
		}
		for _, w := range rest {
			if next.IsZero() || w.at().Before(next) {
				next = w.at()
			}
		}
	})
	return leases, next, err
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
