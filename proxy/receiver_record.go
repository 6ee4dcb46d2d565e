package proxy

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/proxy/wire"
)

var errAborted = errors.New("the connection was broken off on purpose")

// record is a delivery on its way to the store, in one piece of memory.
type record struct {
	x        Exchange
	batch    inspector.Batch
	rows     [1]inspector.Row
	attempts [1]inspector.Attempt
	chunks   [2]inspector.Chunk // usually the request's body and the answer's
}

// newRecord makes the record of the request that c has received.
func (r *Receiver) newRecord(c *conn, h *wire.RequestHead, route Route) (*record, error) {
	if err := c.nameMessage(); err != nil {
		return nil, err
	}
	rec := &record{}
	id, body := c.msg.id, c.msg.body
	x := &rec.x
	x.Head, x.Route = h, route
	x.Row = inspector.Row{
		ID: id, At: c.msg.at.UTC(), Dir: inspector.In, Flags: inspector.FlagUnread, Verdict: inspector.Unchecked,
		Inbox: route.Inbox, Method: h.Method, Target: h.Target, Host: h.Fields.Value("Host"), Source: c.source,
		Size: c.framer.Size(),
	}
	x.Capture = inspector.Attempt{
		Delivery: id, Target: c.local, Started: x.Row.At, Remote: c.remote, Reused: c.requests > 1,
		Request: inspector.Message{
			Head: c.framer.Raw(), Framing: c.framer.Framing(), Size: c.framer.Size(), Wanted: announced(h),
		},
	}
	if !c.msg.complete.IsZero() {
		x.Capture.Timing.Read = c.msg.complete.Sub(c.msg.at)
	}
	if c.msg.seq == 0 {
		x.body = body
		describe(&x.Row, h, body)
	} else {
		describe(&x.Row, h, c.msg.start)
		key := inspector.BodyKey{Delivery: id, Part: inspector.Request}
		x.large = func(ctx context.Context) (inspector.Body, error) { return r.store.Body(ctx, r.workspace, key) }
	}
	if r.looped != nil && r.looped(c.remote, h.Fields.Value("Request-Id"), x.Row.EventID) {
		x.Row.Flags |= inspector.FlagLooped
	}
	if r.tags != nil {
		x.Row.Tags = r.tags(route.Inbox)
	}
	rec.rows[0], rec.attempts[0] = x.Row, x.Capture
	rec.batch = inspector.Batch{
		Workspace: r.workspace, Deliveries: rec.rows[:], Attempts: rec.attempts[:], Chunks: rec.chunks[:0],
	}
	if len(body) > 0 {
		rec.batch.Chunks = append(rec.batch.Chunks, inspector.Chunk{
			Body: inspector.BodyKey{Delivery: id, Part: inspector.Request}, Seq: c.msg.seq, Data: body,
		})
	}
	return rec, nil
}

// describe fills in what the head and the start of the body tell.
func describe(row *inspector.Row, h *wire.RequestHead, body []byte) {
	if coding, ok := h.Fields.Lookup("Content-Encoding"); ok && coding != "" && !strings.EqualFold(coding, "identity") {
		row.Flags |= inspector.FlagEncoded
	}
	if binary(body) {
		row.Flags |= inspector.FlagBinary
	}
	var r inspector.Recogniser
	for i := range h.Fields {
		r.Field(h.Fields[i].Name, h.Fields[i].Value)
	}
	known := r.Body(body)
	row.Provider, row.Event, row.EventID = known.Provider, known.Event, known.EventID
	if known.Ping {
		row.Flags |= inspector.FlagPing
	}
}

// binary reports whether a body is no text. It may end within a character,
// because it may be the start of a longer one.
func binary(body []byte) bool {
	if bytes.IndexByte(body, 0) >= 0 {
		return true
	}
	if utf8.Valid(body) {
		return false
	}
	for n := 1; n < utf8.UTFMax && n <= len(body); n++ {
		if last := body[len(body)-n:]; utf8.RuneStart(last[0]) {
			return utf8.FullRune(last) || !utf8.Valid(body[:len(body)-n])
		}
	}
	return true
}

// cut marks a request whose body is not complete.
func (rec *record) cut(failure inspector.Failure) {
	row, a := &rec.rows[0], &rec.attempts[0]
	row.Flags |= inspector.FlagCut | inspector.FlagFailed
	a.Request.Cut = true
	a.Notes = append(a.Notes, failure.Text)
	if failure.Class != "" {
		row.Failure, a.Failure = failure.Class, failure
	}
	if failure.Class == inspector.FailClientGone {
		row.Flags |= inspector.FlagGone
	}
}

// answered puts an answer that is about to be sent into the first commit.
func (rec *record) answered(reply *Reply, a *outgoing) {
	row, capture := &rec.rows[0], &rec.attempts[0]
	capture.Notes = append(append(capture.Notes, reply.Notes...), a.notes...)
	row.Duration = time.Since(row.At)
	capture.Timing.Wait = row.Duration - capture.Timing.Read
	if reply.Fault != NoFault {
		row.Failure, row.Flags = inspector.FailAborted, row.Flags|inspector.FlagFailed
		capture.Failure = aborted(reply.Fault)
		return
	}
	capture.Response, rec.batch.Chunks = a.message(row.ID, rec.batch.Chunks)
	capture.Answered = true
	row.RespSize = capture.Response.Size
	if row.Failure == "" {
		row.Failure = reply.Failure.Class
	}
	if row.Failure != inspector.FailClientGone {
		row.Status = reply.Status
	}
	if reply.Status < 200 || reply.Status > 299 || row.Failure != "" {
		row.Flags |= inspector.FlagFailed
	}
}

func aborted(f Fault) inspector.Failure {
	text := "the answer program closed the connection without an answer"
	switch f {
	case FaultReset:
		text = "the answer program reset the connection"
	case FaultTimeout:
		text = "the answer program held the connection without an answer"
	}
	return inspector.Failure{Class: inspector.FailAborted, Phase: "send", Text: text}
}

const goneText = "the sender left before it was answered"

// recordGone notes that an answer which is stored was not received.
func (r *Receiver) recordGone(rec *record) {
	a := rec.attempts[0]
	a.Answered = false
	a.Failure = inspector.Failure{Class: inspector.FailClientGone, Phase: "send", Text: goneText}
	r.commitLate(&inspector.Batch{
		Workspace: r.workspace, Attempts: []inspector.Attempt{a},
		Patches: []inspector.Patch{{ID: a.Delivery, Set: inspector.FlagGone}},
	})
}

// recordAnswer stores an answer that was sent, or was not, after its request.
func (r *Receiver) recordAnswer(rec *record, reply *Reply, a *outgoing, s *sent, more Recorded) {
	capture := rec.x.Capture
	capture.Response = s.msg
	capture.Notes = append(append(capture.Notes, reply.Notes...), a.notes...)
	outcome := inspector.Outcome{
		Status: reply.Status, Failure: reply.Failure.Class, Duration: time.Since(rec.x.Row.At), RespSize: s.size,
	}
	set := more.Set
	switch {
	case reply.Fault != NoFault:
		outcome.Status, outcome.Failure = 0, inspector.FailAborted
		capture.Failure, capture.Response = aborted(reply.Fault), inspector.Message{}
	case s.err != nil:
		set |= inspector.FlagGone
		capture.Failure = inspector.Failure{Class: inspector.FailClientGone, Phase: "send", Text: goneText}
		if errors.Is(s.err, errShortStream) {
			set &^= inspector.FlagGone
			capture.Failure = inspector.Failure{Class: inspector.FailProtocol, Phase: "send", Text: s.err.Error()}
		}
	default:
		capture.Answered = !anyAnswered(more.Attempts)
	}
	chunks := append(s.chunks, more.Chunks...)
	for len(chunks) > 4 {
		r.storeLate(&inspector.Batch{Workspace: r.workspace, Chunks: chunks[:4]})
		chunks = chunks[4:]
	}
	r.commitLate(&inspector.Batch{
		Workspace: r.workspace, Attempts: append([]inspector.Attempt{capture}, more.Attempts...), Chunks: chunks,
		Patches: []inspector.Patch{{
			ID: capture.Delivery, Outcome: &outcome, Set: set, Tries: more.Tries, AddTags: more.Tags,
		}},
	})
}

func anyAnswered(attempts []inspector.Attempt) bool {
	for i := range attempts {
		if attempts[i].Answered {
			return true
		}
	}
	return false
}

// Bounds of the records of answers that are stored while their connection goes on.
const (
	lateBatches = 128
	lateBytes   = 64 << 10 // of bodies, in one record; a larger one is waited for
)

// commitLate stores what came after the answer. The request itself is stored, so
// the connection does not wait for it, within bounds.
func (r *Receiver) commitLate(b *inspector.Batch) {
	size := 0
	for i := range b.Chunks {
		size += len(b.Chunks[i].Data)
	}
	if size <= lateBytes {
		select {
		case r.late <- struct{}{}:
			r.lates.Go(func() {
				defer func() { <-r.late }()
				r.storeLate(b)
			})
			return
		default:
		}
	}
	r.storeLate(b)
}

// lateFor is how long it is tried to store what came after an answer.
const lateFor = 5 * time.Second

// persistEvery is the pause between two commits of the same.
const persistEvery = 10 * time.Millisecond

// persist commits, again and again until a time or the end of ctx while what holds it up
// passes: what an app answered must not be lost because much arrives just then.
func persist(ctx context.Context, end time.Time, passes func(error) bool, commit func() error) error {
	err := commit()
	for passes(err) && time.Now().Before(end) && pause(ctx, persistEvery) {
		err = commit()
	}
	return err
}

// busy reports whether nothing was stored because too much is at the time.
func busy(err error) bool { return errors.Is(err, inspector.ErrBusy) }

// busyOrFull reports whether nothing was stored, and that may soon be otherwise.
func busyOrFull(err error) bool {
	return busy(err) || errors.Is(err, inspector.ErrNoSpace) || errors.Is(err, inspector.ErrAway)
}

func (r *Receiver) storeLate(b *inspector.Batch) {
	err := persist(context.Background(), time.Now().Add(lateFor), busyOrFull, func() error { _, err := r.commit(b); return err })
	if err != nil && !(busyOrFull(err) && r.shelve(b)) {
		r.lost(err)
	}
}
