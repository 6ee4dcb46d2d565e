package proxy

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/boathook/boathook/inspector"
)

// recover finds out what was under way when the run stopped: it names those
// attempts as interrupted and returns the deliveries that are to be sent again. If the
// run goes on now, their next attempts are stored as begun.
func (j *replaying) recover(ctx context.Context, goesOn bool) ([]begun, error) {
	e := &j.r.entry // nobody else changes these parts now
	live, finish, err := j.survivors(ctx)
	if err != nil {
		return nil, err
	}
	last, marked, err := j.r.rs.store.ReadMark(j.r.id)
	if err != nil {
		return nil, err
	}
	// New ids grow in the order in which they are handed out.
	left := func(b begun) bool { return !marked || b.ID.Compare(last) <= 0 }
	candidates := slices.Clone(e.Again)
	for i := range candidates {
		candidates[i].kept = !left(candidates[i])
	}
	for _, b := range j.handed(live, left) {
		if !slices.ContainsFunc(candidates, func(c begun) bool { return c.ID == b.ID }) {
			b.K, b.unsure = 1, !marked // it may have left
			candidates = append(candidates, b)
		}
	}
	slices.SortFunc(candidates, func(a, b begun) int { return a.ID.Compare(b.ID) })
	j.date(candidates)
	if len(candidates)+len(finish) == 0 {
		return nil, nil
	}
	var again []begun
	unsure := 0
	for _, b := range candidates {
		b, goes, err := j.examine(ctx, b, goesOn)
		if err != nil {
			return nil, err
		}
		if !goes {
			continue
		}
		again = append(again, b)
		if b.unsure {
			unsure++
		}
	}
	// Also without a window: what is sent again comes before the first one.
	if err := j.recount(ctx, again); err != nil {
		return nil, err
	}
	j.r.edit(func(e *runEntry) {
		e.Again, e.After = slices.Clone(again), j.place
		if unsure > 0 {
			e.note(unsureText(unsure))
		}
	})
	return again, j.r.save(ctx, &inspector.Batch{Finish: finish})
}

// handed are the items of windows that may have left, and sets the place behind them.
// Those that follow get other ids when their turn comes.
func (j *replaying) handed(live []*window, left func(begun) bool) []begun {
	var list []begun
	reach := func(at runPlace) {
		if j.r.order().later(at, j.place) {
			j.place = at
		}
	}
	for _, w := range live {
		if len(w.items) == 0 {
			continue
		}
		// What comes before it and is in no window any more was sent and recorded.
		j.date(w.items)
		before := runPlace{Pass: w.last.Pass}
		// Those that were deleted meanwhile have no place any more.
		first := max(slices.IndexFunc(w.items, func(b begun) bool { return b.at != 0 }), 0)
		if i := j.after(w.items[first].from().in(w.last.Pass)); i > 1 {
			before = j.picks[i-2].in(w.last.Pass)
		}
		reach(before)
		for _, b := range w.items {
			if !left(b) {
				return list
			}
			reach(b.from().in(w.last.Pass))
			list = append(list, b)
		}
	}
	return list
}

// survivors are the windows that a process before this one has left, and what
// removes them.
func (j *replaying) survivors(ctx context.Context) ([]*window, []inspector.Finish, error) {
	ids := make([]string, windowSlots)
	for slot := range ids {
		ids[slot] = windowID(j.r.id, slot)
	}
	work, err := j.r.rs.store.Work(ctx, j.r.rs.ws, ids...)
	if err != nil {
		return nil, nil, err
	}
	var live []*window
	var finish []inspector.Finish
	for _, l := range work {
		w, err := decodeWindow(l.Payload)
		if err != nil {
			return nil, nil, fmt.Errorf("read what run %s had under way: %w", j.r.id, err)
		}
		live = append(live, w)
		finish = append(finish, inspector.Finish{ID: l.ID, Token: l.Token})
	}
	slices.SortFunc(live, func(a, b *window) int { return a.n - b.n })
	return live, finish, nil
}

// examine looks whether the outcome of a delivery is stored. If it is not, its
// attempt is named as interrupted, and goes says that the next one is begun.
func (j *replaying) examine(ctx context.Context, b begun, goesOn bool) (next begun, goes bool, err error) {
	if _, err := j.d.store.Get(ctx, j.d.ws, b.ID); errors.Is(err, inspector.ErrNotFound) {
		if b.K == 0 {
			return b, true, nil // nothing of it had left
		}
		return j.resurrect(ctx, b, goesOn)
	} else if err != nil {
		return b, false, err
	}
	all, err := j.d.store.Attempts(ctx, j.d.ws, b.ID)
	if err != nil || len(all) == 0 {
		return b, false, err
	}
	last := all[len(all)-1]
	batch := &inspector.Batch{Workspace: j.d.ws}
	switch {
	case Pending(&last) && b.kept:
		b.K = last.K // it was begun on record, and its turn had not come
		return b, true, nil
	case Pending(&last):
		last.Failure = lostOutcome
		batch.Attempts = append(batch.Attempts, last)
		batch.Patches = []inspector.Patch{{
			ID: b.ID, Tries: 1, Set: inspector.FlagRetrying | inspector.FlagFailed, Outcome: &inspector.Outcome{Failure: inspector.FailInterrupted},
		}}
	case last.Failure.Class != inspector.FailInterrupted:
		return b, false, nil
	}
	b.K = last.K + 1
	if goesOn {
		batch.Attempts = append(batch.Attempts, nextAttempt(last, b.K))
	}
	if len(batch.Attempts) == 0 {
		return b, true, nil
	}
	return b, true, j.d.keep(ctx, batch, nil)
}

// lostOutcome is the failure of an attempt whose process ended.
var lostOutcome = inspector.Failure{
	Class: inspector.FailInterrupted, Text: "boathook stopped before the outcome was known; it is sent again with the same ids when the run goes on",
}

// unsureOutcome is that of an attempt which may not even have begun: there was no mark
// that tells, as after a loss of power.
var unsureOutcome = inspector.Failure{
	Class: inspector.FailInterrupted, Text: "boathook stopped, and whether this had been sent is not known; it is sent again with the same ids when the run goes on",
}

// unsureText is the remark about n deliveries that have an unsureOutcome.
func unsureText(n int) string {
	return fmt.Sprintf("what was sent last is not known: up to %d deliveries may have been sent or not, and are sent again with the same ids", n)
}

// nextAttempt is the record of the beginning of an attempt.
func nextAttempt(last inspector.Attempt, k int) inspector.Attempt {
	return inspector.Attempt{
		Delivery: last.Delivery, K: k, Target: last.Target, Started: time.Now().UTC(), Request: last.Request,
		Response: inspector.Message{Wanted: -1},
	}
}

// resurrect stores a delivery that may have left although nothing of it is stored.
func (j *replaying) resurrect(ctx context.Context, b begun, goesOn bool) (begun, bool, error) {
	now := time.Now()
	q, err := j.src.make(ctx, b.Of, b.ID, now)
	var skip *skipError
	if errors.As(err, &skip) {
		j.r.skip(skip.why)
		return b, false, nil
	}
	if err != nil {
		return b, false, err
	}
	chunks, err := j.body(nil, b.ID, q.wire.Body)
	if err != nil {
		return b, false, err
	}
	failure := lostOutcome
	if b.unsure {
		failure = unsureOutcome
	}
	first := inspector.Attempt{
		Delivery: b.ID, Target: q.wire.address(), Started: now.UTC(), Request: q.wire.message(), Response: inspector.Message{Wanted: -1},
		Failure: failure, Notes: q.wire.Notes, Secrets: q.wire.Secrets,
	}
	row := q.row
	row.Tries, row.Failure = 1, inspector.FailInterrupted
	row.Flags |= inspector.FlagFailed | inspector.FlagRetrying
	b.K = 1
	batch := &inspector.Batch{Workspace: j.d.ws, Deliveries: []inspector.Row{row}, Attempts: []inspector.Attempt{first}, Chunks: chunks}
	if goesOn {
		batch.Attempts = append(batch.Attempts, nextAttempt(first, 1))
	}
	return b, true, j.d.keep(ctx, batch, nil)
}

// recount counts what is stored: a process that was killed had not stored its
// counts of late.
func (j *replaying) recount(ctx context.Context, again []begun) error {
	open := map[inspector.ID]bool{}
	for _, b := range again {
		open[b.ID] = true
	}
	q, err := inspector.ParseQuery("run:"+j.r.id, time.Now())
	if err != nil {
		return err
	}
	var c Run
	hist := newRunHistogram()
	err = j.r.rs.rows(ctx, q, func(row *inspector.Row) error {
		if !open[row.ID] {
			c.tally(outcomeOf(row.Status, row.Failure), row.Flags&inspector.FlagFailed == 0)
			_ = hist.RecordValue(max(row.Duration.Microseconds(), 1)) // as in count
		}
		return nil
	})
	if err != nil {
		return err
	}
	passed := j.place.Pass*len(j.picks) + j.after(j.place)
	c.Skipped = max(passed-c.Done-len(again), 0)
	j.r.mu.Lock()
	defer j.r.mu.Unlock()
	j.r.hist = hist
	e := &j.r.entry
	e.OK, e.Failed, e.Outcomes, e.Skipped, e.Done = c.OK, c.Failed, c.Outcomes, c.Skipped, c.Done+c.Skipped
	return nil
}
