package proxy

import (
	"context"
	"fmt"

	"github.com/boathook/boathook/inspector"
)

// interruptedText is the error of a run whose process ended.
const interruptedText = "boathook stopped while it ran; nothing more is sent until it is resumed"

// interrupted names what a run had under way when its process ended, and stores its
// state. What cannot be named now is when it is resumed.
func (r *run) interrupted(ctx context.Context) {
	r.turns.Lock()
	defer r.turns.Unlock()
	if r.state() != RunInterrupted {
		return // it was resumed or cancelled at once
	}
	spec := r.entry.Spec
	spec.Secret = r.secret
	if spec.Kind == RunReplay {
		if _, _, err := r.recovered(ctx, nil, &spec, false); err != nil && ctx.Err() == nil {
			r.edit(func(e *runEntry) { e.note("what was under way is not known yet: " + err.Error()) })
		}
	}
	if err := r.save(ctx); err != nil && ctx.Err() == nil {
		r.rs.log.Warn("that a run was interrupted is not stored", "run", r.id, "error", err)
	}
	r.rs.log.Info("a run was interrupted; to let it go on: boathook runs resume "+r.id, "run", r.id, "what", r.entry.Text)
}

// forsake takes back that what a run had under way is sent again.
func (r *run) forsake(ctx context.Context) {
	r.turns.Lock()
	defer r.turns.Unlock()
	b := &inspector.Batch{Workspace: r.rs.ws}
	r.edit(func(e *runEntry) {
		for _, it := range e.Again {
			b.Patches = append(b.Patches, inspector.Patch{ID: it.ID, Clear: inspector.FlagRetrying})
		}
		e.Again = nil
	})
	if len(b.Patches) == 0 {
		return
	}
	if _, err := r.rs.store.Commit(ctx, b); err != nil {
		r.rs.log.Warn("deliveries of a cancelled run still say that they are sent again", "run", r.id, "error", fmt.Errorf("store it: %w", err))
	}
}
