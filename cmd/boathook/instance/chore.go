package instance

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/boathook/boathook/inspector"
)

// sweepEvery keeps the promise that deleted bytes leave the disk within 60 s.
const sweepEvery = 15 * time.Second

// sweep removes what the policy no longer keeps, now and then, until ctx ends.
func sweep(ctx context.Context, store inspector.Store, policy inspector.Policy, log *slog.Logger) error {
	held := false
	for {
		swept, err := store.Sweep(ctx, inspector.DefaultWorkspace, time.Now(), policy)
		switch {
		case ctx.Err() != nil:
			return nil
		case errors.Is(err, inspector.ErrClosed):
			return nil
		case err != nil:
			log.Warn("old deliveries could not be removed; will try again", "error", err)
		case swept.Held && !held:
			log.Warn("over half of all deliveries became too old at once, so none was removed; check the clock, or delete them yourself")
		case swept.Deliveries > 0:
			log.Info("removed old deliveries", "deliveries", swept.Deliveries, "bytes", swept.Bytes)
		}
		held = swept.Held
		if pause(ctx, sweepEvery) != nil {
			return nil
		}
	}
}
