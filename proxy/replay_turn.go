package proxy

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/boathook/boathook/inspector"
)

// windowsAhead is the size from which on a window is stored while the one before it is
// sent.
const windowsAhead = 64

// turns says which delivery is sent next: the workers of a replay take one after the
// other, so that what was handed out is always all up to a place.
type turns struct {
	mu    sync.Mutex // held while one waits for its turn
	pace  pacer
	again []begun // are sent first

	window  *window
	at      int       // of the next one in window
	began   time.Time // when window was
	looked  time.Time // when it was last looked at whether and how fast may be sent
	size    int       // of the window after the next one
	prepare func() (*window, error)

	over bool
	err  error
}

// start begins with what was cut off before.
func (j *replaying) start(ctx context.Context, again []begun) {
	t := &j.turns
	t.again, t.pace, t.size = again, newPacer(j, again), j.spec.Parallel
	t.prepare = j.prepare(ctx, j.place, t.size)
}

// next waits for the turn of the next delivery. What it returns counts as begun. It is
// false when nothing more is to be sent, or ctx ended.
func (j *replaying) next(ctx context.Context, s *sending) bool {
	t := &j.turns
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.over {
		return false
	}
	now, err := j.turn(ctx, s)
	if err != nil || s.ID.Zero() {
		t.over, t.err = true, err
		return false
	}
	s.now = now
	return true
}

// turn is next with its error; s names nothing at the end.
func (j *replaying) turn(ctx context.Context, s *sending) (now time.Time, err error) {
	t := &j.turns
	*s = sending{}
	// A window that is long because its target was quick may take long all the same.
	if now = time.Now(); now.Sub(t.looked) > windowSpan {
		if err := j.look(ctx); err != nil {
			return now, err
		}
	}
	if len(t.again) > 0 {
		if !t.pace.wait(ctx, &t.again[0]) {
			return now, ctx.Err()
		}
		if now, err = j.begin(ctx, t.again[0].ID); err != nil {
			return now, err
		}
		s.begun = t.again[0]
		t.again = t.again[1:]
		return now, nil
	}
	for t.window == nil || t.at == len(t.window.items) {
		if more, err := j.turnWindow(ctx); !more {
			return now, err
		}
	}
	b := &t.window.items[t.at]
	if !t.pace.wait(ctx, b) {
		return now, ctx.Err()
	}
	if now, err = j.begin(ctx, b.ID); err != nil {
		return now, err
	}
	s.begun, s.window, s.source = *b, t.window, t.window.source(t.at, now)
	j.place = b.from().in(j.place.Pass)
	t.at++
	return now, nil
}

// turnWindow goes on with the next window; it is false at the end.
func (j *replaying) turnWindow(ctx context.Context) (bool, error) {
	t := &j.turns
	if t.window != nil {
		j.r.edit(func(e *runEntry) { e.After = j.place })
		last := t.size
		switch took := time.Since(t.began); {
		case took < windowSpan/2:
			t.size = min(2*t.size, windowMost)
		case took > 2*windowSpan:
			t.size = max(t.size/2, 1)
		}
		if last < windowsAhead {
			t.prepare = j.prepare(ctx, t.window.last, t.size)
		}
	}
	w, err := t.prepare()
	if err != nil || w == nil {
		return false, err
	}
	if err := j.look(ctx); err != nil {
		return false, err
	}
	t.window, t.at = w, 0
	if t.size >= windowsAhead {
		t.prepare = j.prepare(ctx, w.last, t.size) // it is stored meanwhile
	}
	t.began = time.Now()
	if w.last.Pass != j.place.Pass {
		j.place = runPlace{Pass: w.last.Pass}
		t.pace.again()
	}
	return true, nil
}

// look looks whether and how fast may be sent.
func (j *replaying) look(ctx context.Context) error {
	if err := j.allowed(ctx); err != nil {
		return err
	}
	j.turns.pace.renew()
	j.turns.looked = time.Now()
	return nil
}

// end waits for what is being prepared, and says why the replay ended early.
func (t *turns) end() error {
	_, _ = t.prepare() // nothing is stored any more when the run is closed
	return t.err
}

// begin notes that a delivery is sent now.
func (j *replaying) begin(ctx context.Context, id inspector.ID) (time.Time, error) {
	if !j.backlog.room(ctx) {
		return time.Time{}, ctx.Err()
	}
	if j.mark != nil {
		if err := j.mark.Set(id); err != nil {
			return time.Time{}, fmt.Errorf("note what is sent: %w", err)
		}
	}
	return time.Now(), nil
}

// allowed waits while sending is switched off, and looks whether the target may
// still be sent to.
func (j *replaying) allowed(ctx context.Context) error {
	for !j.d.settings.Get().Sending {
		j.r.edit(func(e *runEntry) { e.note("it waited while sending was switched off in the settings") })
		if !pause(ctx, lookEvery/4) {
			return ctx.Err()
		}
	}
	if j.src.places.to == nil {
		return nil // each delivery is looked at
	}
	return j.d.mayReach(j.src.places.to)
}
