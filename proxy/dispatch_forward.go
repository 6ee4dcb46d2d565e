package proxy

import (
	"context"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/proxy/wire"
)

// forwards pass a recorded request on to the targets of its inbox again.
type forwards struct {
	head    wire.RequestHead
	rest    string
	src     *source
	targets []*target
	answers int // index of the target whose answers go to senders, -1 if none does
}

// forwardSpare is what is left of a lease when the last forward is over, to store what
// became of it.
const forwardSpare = time.Minute

// forwardLane is where the forward of a received delivery waits.
func (d *Dispatcher) forwardLane(row *inspector.Row, all []inspector.Attempt) (lane string, slots int, err error) {
	if len(all) == 0 || all[0].Request.Head == nil {
		return "", 0, &InvalidError{Field: "delivery", Text: "its request was not recorded", Hint: "choose another delivery"}
	}
	if all[0].Request.Cut {
		return "", 0, &InvalidError{Field: "delivery", Text: "its body was not received in full, so it is not passed on again", Hint: "choose a delivery whose body is whole"}
	}
	route, ok := d.inboxes.Resolve(row.Target)
	if !ok || len(route.State.(*program).targets) == 0 {
		return "", 0, &InvalidError{Field: "delivery", Text: fmt.Sprintf("inbox %s forwards to no app", row.Inbox), Hint: "set a forward target in the inbox, or replay the delivery to a URL"}
	}
	return "forward/" + route.Inbox, maxSides / 4, nil
}

// openForward makes the forward of a received delivery ready.
func (d *Dispatcher) openForward(ctx context.Context, t *try) (*try, error) {
	all, err := d.store.Attempts(ctx, d.ws, t.row.ID)
	if err != nil {
		return nil, err
	}
	route, ok := d.inboxes.Resolve(t.row.Target)
	if !ok || len(all) == 0 || len(route.State.(*program).targets) == 0 {
		return nil, d.end(ctx, t, fmt.Sprintf("it is not passed on again: inbox %s forwards to no app any more", t.row.Inbox))
	}
	p := route.State.(*program)
	f := &forwards{rest: route.Rest, targets: p.targets, answers: p.answers}
	request := &all[0].Request
	if err := f.head.Parse(request.Head, maxReplyLines); err != nil {
		return nil, d.end(ctx, t, "it is not passed on again: its head cannot be read: "+err.Error())
	}
	key := inspector.BodyKey{Delivery: t.row.ID, Part: inspector.Request}
	f.src = &source{
		delivery: t.row.ID, method: f.head.Method, framing: request.Framing, size: request.Size, wanted: request.Wanted,
		whole: request.Size == 0,
		open: func(ctx context.Context) (io.ReadCloser, error) {
			b, err := d.store.Body(ctx, d.ws, key)
			if err != nil {
				return nil, err
			}
			return sectionBody(b), nil
		},
	}
	t.forward = f
	return t, nil
}

// prepareForward writes the record of the beginning of the first forward.
func (d *Dispatcher) prepareForward(t *try) error {
	to := t.forward.targets[0]
	out := outgoingHead(&t.forward.head, to, t.forward.rest)
	t.attempt.Target, t.attempt.Request.Head = to.prefix+out.target, out.raw
	t.attempt.Request.Framing, t.attempt.Request.Wanted = t.forward.src.framing, t.forward.src.wanted
	return nil
}

// runForward passes the request on to each target in turn. What a forward by hand
// gets for an answer goes back to nobody, so the row keeps the answer that its sender
// was given. Whether the delivery is failed is said by the last forward.
func (d *Dispatcher) runForward(t *try) {
	f := t.forward
	var rec Recorded
	for i, to := range f.targets {
		out := outgoingHead(&f.head, to, f.rest)
		if time.Until(t.lease.Until) < to.timeout+forwardSpare {
			// Another would take the work for left, and pass it on to all of them again.
			late := t.attempt
			late.K, late.Target, late.Started, late.Request.Head = t.job.K+i, to.prefix+out.target, time.Now().UTC(), out.raw
			late.Failure = inspector.Failure{Class: inspector.FailBlocked, Text: fmt.Sprintf("it is not passed on to %s: those before it took too long; resend it", to.Name)}
			rec = merge(rec, Recorded{Attempts: []inspector.Attempt{late}})
			continue
		}
		if i > 0 {
			begun := t.attempt
			begun.K, begun.Target, begun.Started, begun.Request.Head = t.job.K+i, to.prefix+out.target, time.Now().UTC(), out.raw
			if err := d.keep(d.sender.ctx, &inspector.Batch{Workspace: d.ws, Attempts: []inspector.Attempt{begun}}, nil); err != nil {
				return
			}
		}
		h := d.forwarder.hop(to, t.job.K+i, f.src, &out)
		h.note("passed on again by hand")
		_ = h.run(d.forwarder.ctx) // the failure is in the record
		_ = h.Close()
		rec = merge(rec, h.recorded())
	}
	p := inspector.Patch{ID: t.row.ID, Set: rec.Set, Tries: rec.Tries, Clear: inspector.FlagRetrying}
	if f.good(rec.Attempts) {
		p.Clear |= inspector.FlagFailed
	} else {
		p.Set |= inspector.FlagFailed
	}
	b := &inspector.Batch{
		Workspace: d.ws, Attempts: rec.Attempts, Chunks: rec.Chunks, Patches: []inspector.Patch{p},
		Finish: []inspector.Finish{{ID: t.lease.ID, Token: t.lease.Token}},
	}
	for i := range b.Attempts {
		if b.Attempts[i].Failure.Class == inspector.FailInterrupted {
			b.Attempts[i].Notes = append(slices.Clip(b.Attempts[i].Notes), "it is not passed on again by itself")
		}
	}
	_ = d.keep(d.sender.ctx, b, nil) // it says so in the log itself
}

// good reports whether the forwards, one a target, came to a good end: that of the
// target whose answers go to senders, or all of them if none does.
func (f *forwards) good(made []inspector.Attempt) bool {
	for i := range made {
		a := &made[i]
		if f.answers >= 0 && i != f.answers {
			continue
		}
		if status := statusIn(a.Response.Head); a.Failure.Class != "" || status < 200 || status > 299 {
			return false
		}
	}
	return true
}

// sectionBody reads a stored body from its start.
func sectionBody(b inspector.Body) io.ReadCloser {
	return struct {
		io.Reader
		io.Closer
	}{io.NewSectionReader(b, 0, b.Size()), b}
}
