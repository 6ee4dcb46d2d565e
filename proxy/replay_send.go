package proxy

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/boathook/boathook/inspector"
)

// replayed is a delivery that a worker sends, and what became of it. A worker sends the
// next one in the same memory once the outbox has what is recorded of this one.
type replayed struct {
	sending
	fate
	story
	chunks []inspector.Chunk
	held   int64 // bytes, in replaying.held
	err    error // the run cannot go on
	q      request
	x      exchanging
}

// fate is what is counted of a delivery.
type fate struct {
	outcome string
	good    bool
	took    time.Duration
	skip    string // why nothing was sent
	cut     bool   // boathook stopped before the outcome was known
	unsent  bool   // its turn did not come
}

// story is what is recorded of a delivery, beside chunks.
type story struct {
	row     *inspector.Row // of a new one
	attempt *inspector.Attempt
	patch   *inspector.Patch // of one that was there
	result  inspector.Outcome
	change  inspector.Patch
}

// reset empties a record, and keeps its memory.
func (rec *replayed) reset() {
	clear(rec.chunks)
	rec.sending, rec.fate, rec.story = sending{}, fate{}, story{}
	rec.chunks, rec.held, rec.err = rec.chunks[:0], 0, nil
	rec.q.reset()
	rec.x.reset()
}

// send makes the exchange of a delivery.
func (j *replaying) send(ctx context.Context, rec *replayed) {
	q := &rec.q
	err := j.request(ctx, rec)
	var skip *skipError
	switch {
	case errors.As(err, &skip):
		rec.skip = skip.why
		return
	case err != nil:
		rec.err, rec.unsent = err, true
		return
	}
	if wait := j.own(q); wait > 0 && !pause(ctx, wait) {
		rec.unsent = true
		return
	}
	if j.spec.To == nil {
		if err := j.d.mayReach(q.endpoint); err != nil {
			rec.skip = err.Error()
			return
		}
	}
	j.d.loops.sent(q.wire, "")
	chunks := j.d.exchange(&rec.x, rec.ID, rec.K, q.wire, q.endpoint, q.rules.Timeout)
	if rec.K == 0 {
		rec.chunks, rec.err = j.body(rec.chunks, rec.ID, q.wire.Body)
	}
	rec.chunks = append(rec.chunks, chunks...)
	rec.settle(q)
	if !rec.good && !rec.cut && j.spec.StopAtFailure {
		j.halt(fmt.Errorf("stopped at the first failure: delivery #%d got %s", q.source.N, rec.outcome))
	}
}

// request composes the request of a delivery, which may have been read ahead.
func (j *replaying) request(ctx context.Context, rec *replayed) error {
	hold := func(size int64) {
		rec.held = min(max(size, 1), replayBytes)
		_ = j.held.Acquire(context.Background(), rec.held) // the recorder gives back
	}
	source := rec.source
	rec.source = nil // it is of no use any more once it is sent
	if source != nil {
		hold(source.Row.Size)
	} else {
		var err error
		if source, err = j.src.read(ctx, rec.Of, hold); err != nil {
			return err
		}
	}
	return j.src.request(&rec.q, source, rec.ID, rec.now)
}

// own is how long the pace of an endpoint makes a delivery wait that goes back to
// where it went.
func (j *replaying) own(q *request) time.Duration {
	if j.spec.To != nil || q.endpoint.Rate <= 0 {
		return 0
	}
	lane, _ := q.endpoint.lane()
	return j.d.pace.reserve(lane, q.endpoint.Rate, 0, time.Now())
}

// body stores all of a body but its last piece, which it appends to last.
func (j *replaying) body(last []inspector.Chunk, id inspector.ID, body []byte) ([]inspector.Chunk, error) {
	key := inspector.BodyKey{Delivery: id, Part: inspector.Request}
	for seq := 0; len(body) > 0; seq++ {
		c := inspector.Chunk{Body: key, Seq: seq, Data: body[:min(len(body), inspector.ChunkBytes)]}
		if body = body[len(c.Data):]; len(body) == 0 {
			return append(last, c), nil
		}
		if err := j.d.keep(j.d.sender.ctx, &inspector.Batch{Workspace: j.d.ws, Chunks: []inspector.Chunk{c}}, nil); err != nil {
			return last, err
		}
	}
	return last, nil
}

// settle makes the record of an exchange.
func (rec *replayed) settle(q *request) {
	a := &rec.x.attempt
	status := 0
	if rec.x.head != nil {
		status = rec.x.head.Status
	} else if a.Response.Head != nil {
		status = statusIn(a.Response.Head)
	}
	rec.attempt = a
	rec.outcome, rec.took = outcomeOf(status, a.Failure.Class), a.Timing.Total()
	rec.cut = a.Failure.Class == inspector.FailInterrupted
	rec.good = a.Failure.Class == "" && StatusIn(q.rules.Success, status)
	var set, unset inspector.Flags
	if a.Response.Cut {
		set |= inspector.FlagCut
	}
	if rec.good {
		unset |= inspector.FlagFailed
	} else {
		set |= inspector.FlagFailed
	}
	if rec.cut {
		a.Notes = append(slices.Clip(a.Notes), "it is sent again with the same ids when the run goes on")
		set |= inspector.FlagRetrying
	} else {
		unset |= inspector.FlagRetrying
	}
	rec.result = inspector.Outcome{Status: status, Failure: a.Failure.Class, Duration: rec.took, RespSize: a.Response.Size}
	rec.change = inspector.Patch{ID: rec.ID, Tries: 1, Set: set, Clear: unset, Outcome: &rec.result}
	if rec.K != 0 {
		rec.patch = &rec.change
		return
	}
	rec.row = &q.row
	rec.row.At = a.Started
	rec.change.Apply(rec.row)
}
