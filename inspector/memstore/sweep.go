package memstore

import (
	"context"
	"time"

	"github.com/boathook/boathook/inspector"
)

// orphanAge is how long chunks may wait for their delivery before a sweep
// takes them away. It is far above the time any upload may take.
const orphanAge = time.Hour

// Sweep removes what the policy no longer keeps.
func (s *Store) Sweep(ctx context.Context, ws inspector.Workspace, now time.Time, p inspector.Policy) (swept inspector.Swept, err error) {
	err = s.write(ctx, ws, func(sp *space) {
		before := sp.bytes
		if p.Trash > 0 {
			swept.Emptied, _ = sp.drop(func(e *entry) bool { return inTrash(e.row) > 0 && now.Sub(e.row.Trashed) > p.Trash })
			swept.Deliveries = swept.Emptied
		}
		if held := sp.old(now, p.Age) * 2; held > len(sp.entries) {
			swept.Held = true
			return
		}
		sp.sweepOrphans(now)
		left := len(sp.entries)
		count, _ := sp.drop(func(e *entry) bool {
			if p.Count <= 0 || left <= p.Count || inTrash(e.row) == 0 {
				return false
			}
			left--
			return true
		})
		swept.Deliveries += count
		bytes := sp.bytes
		count, _ = sp.drop(func(e *entry) bool {
			old := p.Age > 0 && now.Sub(e.row.At) > p.Age
			many := p.Count > 0 && left > p.Count
			large := p.Bytes > 0 && bytes > p.Bytes
			if !old && !many && !large {
				return false
			}
			left--
			bytes -= e.bytes + sp.bodies[e.row.ID].bytes()
			return true
		})
		swept.Deliveries += count
		swept.Bytes = before - sp.bytes
	})
	return swept, err
}

// old counts the deliveries that are past the age.
func (sp *space) old(now time.Time, age time.Duration) (n int) {
	if age <= 0 {
		return 0
	}
	for _, e := range sp.entries {
		if now.Sub(e.row.At) > age {
			n++
		}
	}
	return n
}

func (sp *space) sweepOrphans(now time.Time) {
	for id, bs := range sp.bodies {
		if sp.byID[id] != nil {
			continue
		}
		if bs.orphan.IsZero() {
			bs.orphan = now
		}
		if now.Sub(bs.orphan) >= orphanAge {
			sp.bytes -= bs.bytes()
			delete(sp.bodies, id)
		}
	}
}
