package web

import (
	"context"
	"strconv"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/web/client"
)

// What is looked at for the next tries of a report.
const (
	nextGroups     = 20  // groups, the largest first
	nextDeliveries = 200 // deliveries of each that are tried again, the newest
)

// nextTries adds to the groups of a report when something of theirs is tried next:
// the earliest among their newest deliveries that are tried again.
func (s *Server) nextTries(ctx context.Context, q inspector.ActivityQuery, groups []client.ActivityGroup) error {
	if s.opt.Sender == nil {
		return nil
	}
	looked := 0
	for i := range groups {
		g := &groups[i]
		if g.Pending == 0 {
			continue
		}
		if looked++; looked > nextGroups {
			return nil
		}
		text := "is:retrying " + string(q.By) + ":" + strconv.Quote(g.Name)
		if q.Filter != "" {
			text += " (" + q.Filter + ")"
		}
		query, err := inspector.ParseQuery(text, q.Now)
		if err != nil {
			return nil //nolint:nilerr // a name that no filter can say, such as that of the rest
		}
		page, err := s.opt.Store.List(ctx, inspector.ListQuery{Workspace: q.Workspace, Query: query, Limit: nextDeliveries})
		if err != nil {
			return err
		}
		ids := make([]inspector.ID, len(page.Rows))
		for i := range page.Rows {
			ids[i] = page.Rows[i].ID
		}
		at, err := s.opt.Sender.Earliest(ctx, ids...)
		if err != nil {
			return err
		}
		if !at.IsZero() {
			text := timeText(at)
			g.Next = &text
		}
	}
	return nil
}
