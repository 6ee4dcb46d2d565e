package proxy

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"slices"
	"sync"
	"time"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/proxy/wire"
)

// answer passes a request on to all targets of its inbox and returns the answer
// that goes back to the sender.
func (f *Forwarder) answer(ctx context.Context, p *program, x *Exchange) Reply {
	if status, failure := refuse(x); status != 0 {
		return f.refusal(p, x, status, failure)
	}
	var s *sides
	if len(p.targets) > 1 || p.answers < 0 {
		s = f.startSides(p, x)
	}
	if p.answers < 0 {
		r := p.answer(ctx, x)
		r.Record = func(error) Recorded { return s.take() }
		return r
	}
	src := f.source(x)
	t := p.targets[p.answers]
	out := outgoingHead(x.Head, t, x.Route.Rest)
	h := f.hop(t, p.answers+1, src, &out)
	// The receiver's ctx ends together with f's; the sender's leaving ends neither.
	err := h.run(f.ctx)
	r := h.reply(err)
	r.Record = func(error) Recorded {
		_ = h.Close()
		rec := h.recorded()
		rec.Attempts[0].Answered = err == nil
		if s != nil {
			rec = merge(rec, s.take())
		}
		return rec
	}
	return r
}

// source describes the body of an exchange. It is valid as long as x is.
func (f *Forwarder) source(x *Exchange) *source {
	m := &x.Capture.Request
	src := &source{delivery: x.Row.ID, method: x.Head.Method, framing: m.Framing, size: m.Size, wanted: m.Wanted}
	if src.body, src.whole = x.Bytes(); !src.whole {
		// It was committed before the answer was asked for.
		key := inspector.BodyKey{Delivery: x.Row.ID, Part: inspector.Request}
		src.open = func(ctx context.Context) (io.ReadCloser, error) {
			b, err := f.store.Body(ctx, f.ws, key)
			if err != nil {
				return nil, err
			}
			return sectionBody(b), nil
		}
	}
	return src
}

// streamSlack is how much longer than the app's deadline a sender may take to
// read a streamed answer.
const streamSlack = 10 * time.Second

// reply is the answer that goes back: that of the app, or one that says why
// there is none.
func (h *hop) reply(err error) Reply {
	if err != nil {
		return h.failureReply()
	}
	fields, dropped := replyFields(h.head)
	h.attempt.Dropped = append(h.attempt.Dropped, dropped...)
	r := Reply{Status: h.head.Status, Reason: h.head.Reason, Fields: fields, Body: h.keep.chunk}
	if !h.done {
		// The app's deadline comes first, so that it is the one that is reported.
		r.Stream, r.Size, r.Deadline = h, h.size, time.Until(h.deadline)+streamSlack
	}
	if h.kind == wire.Chunked && (!h.done || len(h.body.Trailers()) > 0) {
		r.Stream, r.Size, r.Trailers = h, -1, h.body.Trailers
	}
	return r
}

// statusOf is what a sender is answered when an app gave no answer.
func statusOf(f inspector.Failure) int {
	switch f.Class {
	case inspector.FailTimeout:
		return 504
	case inspector.FailStore, inspector.FailInterrupted:
		return 503
	}
	return 502
}

func (h *hop) failureReply() Reply {
	fail := h.attempt.Failure
	text := fmt.Sprintf("boathook: no answer from %s: %s.\nThe request is stored as delivery %s.\n", h.t.Name, fail.Text, h.src.delivery)
	return Reply{Status: statusOf(fail), Fields: plainFields, Body: []byte(text), Failure: fail}
}

var plainFields = []wire.Field{{Name: "Content-Type", Value: "text/plain; charset=utf-8"}}

// refusal answers a request that is passed on to nobody, and records why for
// each target.
func (f *Forwarder) refusal(p *program, x *Exchange, status int, failure inspector.Failure) Reply {
	text := fmt.Sprintf("boathook: %s.\nThe request is stored as delivery %s.\n", failure.Text, x.Row.ID)
	r := Reply{Status: status, Fields: plainFields, Body: []byte(text), Failure: failure}
	r.Record = func(error) Recorded {
		var rec Recorded
		if status == statusLoop {
			rec.Set = inspector.FlagLooped
		}
		for i, t := range p.targets {
			rec.Attempts = append(rec.Attempts, inspector.Attempt{
				Delivery: x.Row.ID, K: i + 1, Target: t.addr.String(), Started: x.Row.At, Failure: failure,
				Request: inspector.Message{Wanted: -1}, Response: inspector.Message{Wanted: -1},
			})
		}
		return rec
	}
	return r
}

// sides are the forwards of one request whose answers do not go back. They may
// last longer than the exchange: what is over by then is recorded with it, the
// rest by itself.
type sides struct {
	f    *Forwarder
	id   inspector.ID
	mu   sync.Mutex
	rec  Recorded // of those that are over
	late bool     // the exchange is recorded
}

// startSides starts the forwards to all targets but the one that answers. They
// work on copies, because the exchange may end before they do.
func (f *Forwarder) startSides(p *program, x *Exchange) *sides {
	s := &sides{f: f, id: x.Row.ID}
	src := f.source(x)
	src.body, src.framing, src.method = bytes.Clone(src.body), bytes.Clone(src.framing), string([]byte(src.method))
	for i, t := range p.targets {
		if i == p.answers {
			continue
		}
		out := outgoingHead(x.Head, t, x.Route.Rest)
		out.own()
		h := f.hop(t, i+1, src, &out)
		select {
		case f.sides <- struct{}{}:
			f.tasks.Go(func() {
				defer func() { <-f.sides }()
				_ = h.run(f.ctx) // its failure is in the record
				_ = h.Close()
				s.ended(h.recorded())
			})
		default:
			h.attempt.Started = x.Row.At
			h.finish(hopFailure("connect", blocked("%d forwards are under way already", maxSides), t))
			s.ended(h.recorded())
		}
	}
	return s
}

// own copies what may share memory with the request.
func (o *forwardHead) own() {
	o.target = string([]byte(o.target))
	for i := range o.dropped {
		o.dropped[i] = string([]byte(o.dropped[i]))
	}
}

// take returns what is over when the exchange is recorded.
func (s *sides) take() Recorded {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.late = true
	return s.rec
}

// ended records one forward.
func (s *sides) ended(rec Recorded) {
	s.mu.Lock()
	late := s.late
	if !late {
		s.rec = merge(s.rec, rec)
	}
	s.mu.Unlock()
	if !late {
		return
	}
	b := &inspector.Batch{
		Workspace: s.f.ws, Attempts: rec.Attempts, Chunks: rec.Chunks,
		Patches: []inspector.Patch{{ID: s.id, Set: rec.Set, Tries: rec.Tries}},
	}
	// The stop of the forwarder is no reason to lose what came before it.
	ctx := context.WithoutCancel(s.f.ctx)
	if err := persist(ctx, time.Now().Add(lateFor), busyOrFull, func() error { _, err := s.f.store.Commit(ctx, b); return err }); err != nil {
		s.f.log.Warn("record a forward", "delivery", s.id, "error", err)
	}
}

func merge(a, b Recorded) Recorded {
	a.Attempts = append(slices.Clip(a.Attempts), b.Attempts...)
	a.Chunks = append(slices.Clip(a.Chunks), b.Chunks...)
	a.Set |= b.Set
	a.Tries += b.Tries
	return a
}
