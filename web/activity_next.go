package web

import (
	"context"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/web/client"
)

// nextTries adds to the groups of a report when the first of their deliveries is
// tried again.
func (s *Server) nextTries(ctx context.Context, counted []inspector.Group, groups []client.ActivityGroup) error {
	if s.opt.Sender == nil {
		return nil
	}
	for i := range counted {
		if len(counted[i].Retrying) == 0 {
			continue
		}
		at, err := s.opt.Sender.Earliest(ctx, counted[i].Retrying...)
		if err != nil {
			return err
		}
		if !at.IsZero() {
			text := timeText(at)
			groups[i].Next = &text
		}
	}
	return nil
}
