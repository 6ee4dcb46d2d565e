package badgerstore

import (
	"context"
	"time"

	"github.com/boathook/boathook/inspector"
)

// inTrash is 1 for what is in the trash.
func inTrash(r *inspector.Row) int {
	if r.Flags&inspector.FlagTrashed != 0 {
		return 1
	}
	return 0
}

func trashedBefore(r *inspector.Row, t time.Time) bool { return inTrash(r) > 0 && r.Trashed.Before(t) }

// holdsTrash chooses blocks.
func holdsTrash(s *summary) bool { return s.trashed > 0 }

// emptyTrash erases what is in the trash since before a time.
func (s *Store) emptyTrash(ctx context.Context, ws inspector.Workspace, before time.Time) (int, error) {
	var numbers []uint64
	err := s.eachLive(ws, holdsTrash, func(e *entry) bool {
		if trashedBefore(&e.row, before) {
			numbers = append(numbers, e.row.N)
		}
		return true
	})
	if err != nil {
		return 0, err
	}
	return s.prune(ctx, ws, numbers, before)
}

// count notes how many more are in the trash.
func (sp *space) count(s *summary, more int) {
	s.trashed += more
	sp.trashed += more
}
