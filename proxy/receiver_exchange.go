package proxy

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/proxy/wire"
)

// exchange takes one request from its head to its answer, and reports whether
// the connection stays open.
func (r *Receiver) exchange(c *conn) bool {
	h := c.framer.Head()
	if h.Method == "CONNECT" {
		c.refuse(405, "CONNECT is refused: this port records webhooks and is no forward proxy", "")
		return false
	}
	route, ok := r.answerer.Resolve(h.Target)
	if !ok {
		c.refuse(404, "no inbox has this address; make one on the Inboxes page or with: boathook inbox create NAME", "")
		return false
	}
	if err := c.expect(h); err != nil {
		return false
	}
	err := c.readBody()
	if waited := c.awaitChunk(); err == nil {
		err = waited
	}
	if err == nil {
		return r.capture(c, h, route)
	}
	return r.incomplete(c, h, route, err)
}

// expect looks at what the head announces before the body is asked for.
func (c *conn) expect(h *wire.RequestHead) error {
	if c.msg.err == nil && announced(h) > c.framer.BodyLimit() {
		c.msg.err = &wire.Error{Status: 413, Text: "the body is larger than the limit"}
	}
	want, ok := h.Fields.Lookup("Expect")
	switch {
	case !ok || c.msg.err != nil:
		return nil
	case !strings.EqualFold(want, "100-continue"):
		c.refuse(417, "the only expectation that can be met is 100-continue", "")
		return errors.New("expectation refused")
	case h.Proto != "HTTP/1.1" || c.framer.Done() || len(c.msg.body) > 0 || len(c.rest) > 0:
		return nil // it did not wait
	}
	c.writeBy(time.Now().Add(c.r.limits.Write))
	_, err := c.Conn.Write([]byte("HTTP/1.1 100 Continue\r\n\r\n"))
	return err
}

// incomplete ends a request whose body did not arrive in full: it is never
// answered with a 2xx. What arrived is stored as cut, unless it is not valid.
func (r *Receiver) incomplete(c *conn, h *wire.RequestHead, route Route, cause error) bool {
	reply := Reply{Close: true}
	var bad *wire.Error
	var failure inspector.Failure
	switch {
	case errors.Is(cause, errCut):
		text := fmt.Sprintf("the connection ended after %d bytes of the body", c.framer.Size())
		if want := announced(h); want >= 0 {
			text += fmt.Sprintf(", %d were announced", want)
		}
		failure = inspector.Failure{Class: inspector.FailClientGone, Phase: "read", Text: text}
		reply.Status = 400
	case errors.Is(cause, errSlowBody):
		failure = inspector.Failure{Class: inspector.FailTimeout, Phase: "read", Text: cause.Error()}
		reply.Status = 408
	case errors.As(cause, &bad) && (bad.Status == 413 || c.msg.seq > 0):
		failure = inspector.Failure{Text: bad.Text}
		reply.Status = bad.Status
	case bad != nil:
		c.malformed(bad)
		return false
	case errors.Is(cause, errBudget):
		c.refuse(503, cause.Error(), "Retry-After: 1\r\n")
		return false
	default:
		r.notStored(c, cause)
		return false
	}
	reply.Body = []byte(failure.Text + "\n")
	reply.Fields = []wire.Field{{Name: "Content-Type", Value: "text/plain; charset=utf-8"}}
	c.linger = true
	rec, err := r.newRecord(c, h, route)
	if err != nil {
		r.notStored(c, err)
		return false
	}
	rec.cut(failure)
	r.answerNow(c, h, rec, &reply)
	return false
}

// capture stores a complete request and answers it.
func (r *Receiver) capture(c *conn, h *wire.RequestHead, route Route) bool {
	rec, err := r.newRecord(c, h, route)
	if err != nil {
		r.notStored(c, err)
		return false
	}
	if r.judge != nil {
		r.judge.Judge(&rec.x)
		rec.rows[0].Verdict, rec.rows[0].Scheme = rec.x.Row.Verdict, rec.x.Row.Scheme
	}
	if reply, ok := r.answerer.Instant(&rec.x); ok {
		return r.answerNow(c, h, rec, &reply)
	}
	return r.answerLater(c, h, rec)
}

// answerNow is the way of an answer that is known at once: one commit holds the
// request and the answer, and the answer leaves after it.
func (r *Receiver) answerNow(c *conn, h *wire.RequestHead, rec *record, reply *Reply) bool {
	a := render(h, reply, c.stays(h))
	rec.answered(reply, &a)
	if _, err := r.commit(&rec.batch); err != nil {
		r.notStored(c, err)
		return false
	}
	r.captured(rec)
	if reply.Fault != NoFault {
		c.fail(reply.Fault)
		return false
	}
	if err := c.deliver(&a); err != nil {
		r.recordGone(rec)
		return false
	}
	return a.stay
}

// captured is called once a request is stored.
func (r *Receiver) captured(rec *record) {
	r.counts.captured.Add(1)
	if r.judge != nil {
		r.judge.Judged(&rec.x)
	}
}

// answerLater runs the commit and the making of the answer side by side, and
// answers once both are done.
func (r *Receiver) answerLater(c *conn, h *wire.RequestHead, rec *record) bool {
	rec.x.stored = make(chan struct{})
	store := func() {
		res, err := r.commit(&rec.batch)
		if err != nil {
			rec.x.err = fmt.Errorf("%w: %w", ErrNotStored, err)
		}
		rec.x.number = res.Numbers[rec.x.Row.ID]
		close(rec.x.stored)
	}
	if rec.x.large == nil {
		go store()
	} else {
		store()
		if rec.x.err != nil {
			r.notStored(c, rec.x.err)
			return false
		}
	}
	started := time.Now()
	reply := r.answerer.Answer(r.ctx, &rec.x)
	wait := time.Since(started)
	<-rec.x.stored
	if reply.Stream != nil {
		defer reply.Stream.Close()
	}
	if rec.x.err != nil {
		if reply.Record != nil {
			reply.Record(rec.x.err)
		}
		r.notStored(c, rec.x.err)
		return false
	}
	r.captured(rec)
	return r.finish(c, h, rec, &reply, wait)
}

// finish sends an answer and stores what became of it.
func (r *Receiver) finish(c *conn, h *wire.RequestHead, rec *record, reply *Reply, wait time.Duration) bool {
	a := render(h, reply, c.stays(h))
	var s sent
	started := time.Now()
	switch {
	case reply.Fault != NoFault:
		s.err = errAborted
	case a.stream != nil:
		s = c.sendStream(&a, reply, rec.x.Row.ID)
	default:
		s.msg, s.chunks = a.message(rec.x.Row.ID, nil)
		s.size, s.err = s.msg.Size, c.deliver(&a)
	}
	rec.x.Capture.Timing.Wait, rec.x.Capture.Timing.Send = wait, time.Since(started)
	var more Recorded
	if reply.Record != nil {
		more = reply.Record(s.err)
	}
	r.recordAnswer(rec, reply, &a, &s, more)
	if reply.Fault != NoFault {
		c.fail(reply.Fault)
		return false
	}
	return a.stay && s.err == nil
}

// stays reports whether the connection may stay open after this request.
func (c *conn) stays(h *wire.RequestHead) bool {
	if c.linger || c.requests >= c.r.limits.Requests || c.r.stopping() || h.Fields.HasToken("Connection", "close") {
		return false
	}
	return h.Proto == "HTTP/1.1" || h.Fields.HasToken("Connection", "keep-alive")
}

// notStored answers a request that could not be stored.
func (r *Receiver) notStored(c *conn, cause error) {
	r.counts.notStored.Add(1)
	r.log.Warn("a request could not be stored", "peer", c.remote, "error", cause)
	wait, text := "Retry-After: 5\r\n", "this request could not be stored; try again"
	if errors.Is(cause, inspector.ErrBusy) {
		wait, text = "Retry-After: 1\r\n", "too much is waiting to be stored; try again"
	}
	c.refuse(503, text, wait)
}
