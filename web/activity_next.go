package web

import (
	"context"
	"time"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/web/client"
)

// nextTries finds, while a report is counted, when the first of the deliveries of each
// group is tried again.
type nextTries map[string]time.Time

// look is [inspector.ActivityQuery.Retrying].
func (n nextTries) look(ctx context.Context, sender Sender, group string, ids []inspector.ID) error {
	at, err := sender.Earliest(ctx, ids...)
	if err != nil || at.IsZero() {
		return err
	}
	if known, ok := n[group]; !ok || at.Before(known) {
		n[group] = at
	}
	return nil
}

// tell adds what was found to the groups of the report.
func (n nextTries) tell(groups []client.ActivityGroup) {
	for i := range groups {
		if at, ok := n[groups[i].Name]; ok {
			text := timeText(at)
			groups[i].Next = &text
		}
	}
}
