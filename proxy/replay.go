package proxy

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"golang.org/x/sync/semaphore"

	"github.com/boathook/boathook/inspector"
)

// replayBytes bounds the bodies that a run holds in memory: those that are sent,
// and those whose record is not stored yet.
const replayBytes = 128 << 20

// replaying is a replay at work. Its workers take the deliveries in turn, and what
// became of them is recorded in batches behind the sending.
type replaying struct {
	r       *run
	d       *Dispatcher
	spec    *RunSpec
	halt    context.CancelCauseFunc
	src     *replaySource
	picks   []chosen
	windows *windows
	held    *semaphore.Weighted
	place   runPlace       // of the last one that was handed out
	mark    inspector.Mark // of its new id; nil if the store has none

	turns   turns
	backlog *backlog
	outbox  *outbox
}

// sending is a delivery that a worker is to send.
type sending struct {
	begun
	window *window             // nil for one that is sent again after it was cut off
	source *inspector.Recorded // of Of, nil if it was not read ahead
	now    time.Time
}

// replay sends recorded requests again.
func (r *run) replay(ctx context.Context, halt context.CancelCauseFunc, spec *RunSpec) error {
	j, again, err := r.recovered(ctx, halt, spec, true)
	if err != nil {
		return stopless(ctx, err)
	}
	// After what was recovered is stored, whose marks would be taken for older ones.
	if j.mark, err = r.rs.store.OpenMark(r.id); err != nil {
		return fmt.Errorf("begin run %s: %w", r.id, err)
	}
	r.begin(len(j.picks) * spec.Repeat)
	defer context.AfterFunc(ctx, func() { j.windows.wake(); j.backlog.wake() })()

	var workers, recorder sync.WaitGroup
	recorder.Go(j.record)
	j.start(ctx, again)
	for range spec.Parallel {
		workers.Go(func() {
			for rec := (&replayed{}); j.next(ctx, &rec.sending); rec.reset() {
				j.send(ctx, rec)
				j.backlog.more()
				j.outbox.put(rec)
			}
		})
	}
	workers.Wait()
	err = j.turns.end()
	j.outbox.close()
	recorder.Wait()
	return errors.Join(stopless(ctx, err), j.close())
}

// recovered is a replay with what it had under way when its process ended; goesOn says
// that it is to send that now.
func (r *run) recovered(ctx context.Context, halt context.CancelCauseFunc, spec *RunSpec, goesOn bool) (*replaying, []begun, error) {
	src, err := newReplaySource(r.rs.d, spec, r.id)
	if err != nil {
		return nil, nil, err
	}
	r.edit(func(e *runEntry) {
		for _, text := range src.notes() {
			e.note(text)
		}
	})
	picks, err := r.picks(ctx, &spec.Source, r.entry.Until, r.entry.Created)
	if err != nil {
		return nil, nil, err
	}
	r.order().sort(picks)
	j := &replaying{
		r: r, d: r.rs.d, spec: spec, halt: halt, src: src, picks: picks, windows: newWindows(r), place: r.entry.After,
		held: semaphore.NewWeighted(replayBytes), backlog: newBacklog(), outbox: newOutbox(),
	}
	again, err := j.recover(ctx, goesOn)
	return j, again, err
}

// stopless is the error of work, unless it only says that the work was halted.
func stopless(ctx context.Context, err error) error {
	if ctx.Err() != nil && (errors.Is(err, context.Canceled) || errors.Is(err, ctx.Err())) {
		return nil
	}
	return err
}

// close stores how far the run came. Its windows are of no use any more then.
func (j *replaying) close() error {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	j.r.edit(func(e *runEntry) { e.After = j.place })
	b := &inspector.Batch{}
	if err := j.windows.finish(ctx, b, j.windows.over(true)); err != nil {
		return fmt.Errorf("end run %s: %w", j.r.id, err)
	}
	if err := j.r.save(ctx, b); err != nil || j.mark == nil {
		return err
	}
	return errors.Join(j.mark.Close(), j.r.rs.store.DropMark(j.r.id))
}

// prepare makes and stores the window that follows a place, in the background. The
// window is nil at the end.
func (j *replaying) prepare(ctx context.Context, after runPlace, size int) func() (*window, error) {
	size = j.turns.pace.room(after, size)
	follow := func() (*window, error) {
		for after.Pass < j.spec.Repeat {
			picks := j.picks[j.after(after):]
			if len(picks) == 0 {
				after = runPlace{Pass: after.Pass + 1}
				if len(j.picks) == 0 {
					return nil, nil
				}
				continue
			}
			picks = picks[:min(len(picks), size)]
			items := make([]begun, 0, len(picks))
			now := time.Now()
			for _, p := range picks {
				id, err := j.d.ids.New(now)
				if err != nil {
					return nil, err
				}
				items = append(items, begun{Of: p.id, ID: id, at: p.at})
			}
			w, err := j.windows.open(ctx, items, picks[len(picks)-1].in(after.Pass))
			if err != nil {
				return nil, err
			}
			return w, j.readAhead(ctx, w)
		}
		return nil, nil
	}
	f := sync.OnceValues(follow)
	go f() //nolint:errcheck // whoever asks for the window gets it
	return f
}
