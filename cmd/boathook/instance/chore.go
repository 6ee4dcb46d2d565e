package instance

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/boathook/boathook/inspector"
)

// sweepEvery keeps the promise that deleted bytes leave the disk within 60 s.
const sweepEvery = 15 * time.Second

// sweep removes what the policy of the moment no longer keeps, now and then, until ctx ends.
// held says meanwhile whether the age holds back.
func sweep(ctx context.Context, store inspector.Store, policy func() inspector.Policy, held *atomic.Bool, log *slog.Logger) error {
	for sweepOnce(ctx, store, policy(), held, log) && pause(ctx, sweepEvery) == nil {
	}
	return nil
}

// sweepOnce reports whether there is a next time.
func sweepOnce(ctx context.Context, store inspector.Store, policy inspector.Policy, held *atomic.Bool, log *slog.Logger) bool {
	swept, err := store.Sweep(ctx, inspector.DefaultWorkspace, time.Now(), policy)
	switch {
	case ctx.Err() != nil, errors.Is(err, inspector.ErrClosed):
		return false
	case err != nil:
		log.Warn("old deliveries could not be removed; will try again", "error", err)
		return true
	case swept.Held && !held.Load():
		log.Warn("over half of all deliveries became too old at once, so none was removed; check the clock, or delete them yourself")
	case swept.Deliveries > 0:
		log.Info("removed old deliveries", "deliveries", swept.Deliveries, "of_them_from_the_trash", swept.Emptied, "bytes", swept.Bytes)
	}
	held.Store(swept.Held)
	return true
}
