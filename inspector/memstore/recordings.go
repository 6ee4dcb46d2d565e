package memstore

import (
	"context"

	"github.com/boathook/boathook/inspector"
)

// countRows is how many rows are counted while writers wait.
const countRows = 4096

// RecordingSums looks at all rows, which are in memory.
func (s *Store) RecordingSums(ctx context.Context, ws inspector.Workspace) (map[string]inspector.RecordingSum, error) {
	all := map[string]inspector.RecordingSum{}
	for from, more := uint64(0), true; more; {
		err := s.read(ctx, ws, func(sp *space) error {
			first, _ := sp.find(from)
			end := min(first+countRows, len(sp.entries))
			for _, e := range sp.entries[first:end] {
				from = e.row.N + 1
				if e.row.Flags&inspector.FlagTrashed != 0 {
					continue
				}
				for _, name := range e.row.Recordings() {
					sum := all[name]
					sum.Add(e.row.Recording())
					all[name] = sum
				}
			}
			more = end < len(sp.entries)
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return all, nil
}
