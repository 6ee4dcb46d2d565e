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

// replaying is a replay at work. Requests are handed to the workers in order, and
// recorded in batches behind the sending.
type replaying struct {
	r       *run
	d       *Dispatcher
	spec    *RunSpec
	halt    context.CancelCauseFunc
	src     *replaySource
	picks   []chosen
	windows *windows
	held    *semaphore.Weighted
	pace    pacer
	place   runPlace       // of the last one that was handed out
	mark    inspector.Mark // of its new id; nil if the store has none

	backlog *backlog
	sends   chan sending
	records chan *replayed
}

// sending is a delivery that a worker is to send.
type sending struct {
	begun
	window *window             // nil for one that is sent again after it was cut off
	source *inspector.Recorded // of Of, nil if it was not read ahead
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
	for range spec.Parallel {
		workers.Go(func() {
			for s := range j.sends {
				rec := j.send(ctx, s)
				j.backlog.more()
				j.records <- rec
			}
		})
	}
	err = j.feed(ctx, again)
	close(j.sends)
	workers.Wait()
	close(j.records)
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
	j := &replaying{
		r: r, d: r.rs.d, spec: spec, halt: halt, src: src, picks: picks, windows: newWindows(r), backlog: newBacklog(), place: r.entry.After,
		held: semaphore.NewWeighted(replayBytes), sends: make(chan sending, spec.atHand()), records: make(chan *replayed, 2*recordRows),
	}
	again, err := j.recover(ctx, goesOn)
	return j, again, err
}

// atHand is how many deliveries may wait for a worker: none that have a pace, or
// that follow from how the one before them ended.
func (s *RunSpec) atHand() int {
	if s.Rate > 0 || s.Speed > 0 || s.StopAtFailure || s.Parallel == 1 {
		return 0
	}
	return s.Parallel
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

// feed hands out all deliveries that are to be sent, in order and at their pace,
// until ctx ends.
func (j *replaying) feed(ctx context.Context, again []begun) error {
	for _, b := range again {
		if !j.hand(ctx, sending{begun: b}) {
			return ctx.Err()
		}
	}
	j.pace = newPacer(j)
	size := j.spec.Parallel
	next := j.prepare(ctx, j.place, size)
	defer func() { next() }() //nolint:errcheck // nothing is stored any more when the run is closed
	for {
		w, err := next()
		if err != nil || w == nil {
			return err
		}
		if size >= 64 {
			next = j.prepare(ctx, w.last, size) // it is stored meanwhile
		}
		start := time.Now()
		if err := j.handAll(ctx, w); err != nil {
			return err
		}
		if size < 64 {
			next = j.prepare(ctx, w.last, size)
		}
		switch took := time.Since(start); {
		case took < windowSpan/2:
			size = min(2*size, windowMost)
		case took > 2*windowSpan:
			size = max(size/2, 1)
		}
	}
}

// handAll hands out the deliveries of a window.
func (j *replaying) handAll(ctx context.Context, w *window) error {
	if err := j.allowed(ctx); err != nil {
		return err
	}
	pass := w.last.Pass
	if pass != j.place.Pass {
		j.place = runPlace{Pass: pass}
		j.pace.again()
	}
	for i, b := range w.items {
		if !j.pace.wait(ctx, b.Of) || !j.hand(ctx, sending{b, w, w.source(i)}) {
			return ctx.Err()
		}
		j.place.ID = b.Of
	}
	j.r.edit(func(e *runEntry) { e.After = j.place })
	return nil
}

// hand gives a delivery to a worker. What was handed out counts as begun.
func (j *replaying) hand(ctx context.Context, s sending) bool {
	if !j.backlog.room(ctx) {
		return false
	}
	if j.mark != nil {
		if err := j.mark.Set(s.ID); err != nil {
			j.halt(fmt.Errorf("note what is sent: %w", err))
			return false
		}
	}
	select {
	case j.sends <- s:
		return true
	case <-ctx.Done():
		return false
	}
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

// prepare makes and stores the window that follows a place, in the background. The
// window is nil at the end.
func (j *replaying) prepare(ctx context.Context, after runPlace, size int) func() (*window, error) {
	size = j.pace.room(after, size)
	follow := func() (*window, error) {
		for after.Pass < j.spec.Repeat {
			picks := j.picks[placeIn(j.picks, after.ID):]
			if len(picks) == 0 {
				after = runPlace{Pass: after.Pass + 1}
				if len(j.picks) == 0 {
					return nil, nil
				}
				continue
			}
			picks = picks[:min(len(picks), size)]
			items := []begun{}
			for _, p := range picks {
				id, err := j.d.ids.New(time.Now())
				if err != nil {
					return nil, err
				}
				items = append(items, begun{Of: p.id, ID: id})
			}
			w, err := j.windows.open(ctx, items, runPlace{after.Pass, picks[len(picks)-1].id})
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
