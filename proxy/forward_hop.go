package proxy

import (
	"context"
	"errors"
	"io"
	"net"
	"strconv"
	"sync"
	"time"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/proxy/wire"
)

// Bounds of one exchange with a target.
const (
	headTimeout   = 15 * time.Second // from the end of the request to the end of the answer's head
	maxReplyHead  = 64 << 10         // bytes of one head
	maxReplyLines = 512              // header lines of one head
	maxInterim    = 32               // heads of interim answers
	smallBytes    = 64 << 10         // a request up to this size is sent in one write
)

// tlsAlert is the first byte of what a TLS server says to a request in plain text.
const tlsAlert = 0x15

// source is a captured request as it is passed on.
type source struct {
	delivery inspector.ID
	method   string
	framing  []byte // as inspector.Message.Framing
	size     int64
	wanted   int64
	body     []byte // if whole
	whole    bool
	slow     time.Duration                                    // pause between pieces of SlowBytes of the body; 0: none
	cutAt    int64                                            // bytes of the body after which the connection is closed; 0: it is not
	open     func(ctx context.Context) (io.ReadCloser, error) // if not whole
}

// repeatable reports whether sending the request twice does no harm.
func (s *source) repeatable() bool {
	switch s.method {
	case "GET", "HEAD", "OPTIONS", "PUT", "DELETE", "TRACE":
		return true
	}
	return false
}

// hop is one exchange with a target: it sends the request and reads the head
// and at least the beginning of the answer.
type hop struct {
	f       *Forwarder
	t       *target
	src     *source
	out     *forwardHead
	attempt inspector.Attempt

	pool     *pool
	conn     *upstream
	deadline time.Time
	sending  *sender   // a send that goes on beside the reading; nil if there is none
	sent     time.Time // when the request was sent, or begun to be sent
	first    time.Time // when the first byte of the answer was there
	early    bool      // the answer came although not all could be sent

	head *wire.ResponseHead
	kind wire.Kind
	size int64            // announced length of the answer's body, -1 if unknown
	last bool             // the connection ends with the answer
	body *wire.BodyReader // nil or read
	read wire.BodyReader
	keep keeper
	done bool // finish was called
	// atOnce says that all of a body was there together with the head: reading it took no
	// time.
	atOnce bool
}

// run makes the exchange up to the point where the answer is complete or
// ChunkBytes of its body are there. Then done says whether it is over; if it is
// not, the rest of the body is to be read with Read.
func (h *hop) run(ctx context.Context) error {
	now := time.Now()
	h.attempt.Started = now.UTC()
	h.deadline = now.Add(h.t.timeout)
	h.sent = now
	err := h.exchange(ctx, h.pool.take(now))
	if h.stale(err) {
		h.attempt.Notes = append(h.attempt.Notes, "the kept-alive connection had been closed; the request was sent on a new one")
		h.pool.drop(h.conn)
		h.conn, h.sending, h.attempt.Reused = nil, nil, false
		err = h.exchange(ctx, nil)
	}
	if err == nil {
		err = h.readStart()
	}
	if err != nil {
		h.finish(err)
	}
	return err
}

// errUnsent is wrapped by the error of a request of which nothing was sent.
var errUnsent = errors.New("nothing was sent")

// stale reports whether the exchange failed because the target had closed a
// kept-alive connection, in a way that allows to send the request again.
func (h *hop) stale(err error) bool {
	if err == nil || !h.attempt.Reused || !h.first.IsZero() || isTimeout(err) || h.f.ctx.Err() != nil {
		return false
	}
	var failure *hopError
	if errors.As(err, &failure) && failure.Class != inspector.FailReset {
		return false
	}
	return errors.Is(err, errUnsent) || h.src.repeatable()
}

// exchange sends the request and reads the head of the answer.
func (h *hop) exchange(ctx context.Context, idle *upstream) error {
	h.conn = idle
	h.attempt.Reused = idle != nil
	if idle == nil {
		if err := h.dial(ctx); err != nil {
			return err
		}
		h.sent = time.Now()
	}
	h.attempt.Remote = h.conn.remote
	if err := h.send(ctx); err != nil {
		return err
	}
	return h.readHead()
}

func (h *hop) dial(ctx context.Context) error {
	ctx, cancel := context.WithDeadline(ctx, h.deadline)
	defer cancel()
	conn, tcp, err := h.f.dialer.connect(ctx, h.t, &h.attempt.Timing)
	if err != nil {
		return err
	}
	u := newUpstream(conn, tcp)
	if !h.pool.add(u) {
		u.Close()
		if h.f.ctx.Err() != nil {
			return hopFailure("connect", net.ErrClosed, h.t)
		}
		return hopFailure("connect", blocked("%d requests to %s are under way already", maxActive, h.t.dial), h.t)
	}
	h.conn = u
	return nil
}

// sendBuffers hold a head and a small body, so that they leave in one write.
var sendBuffers = sync.Pool{New: func() any { b := make([]byte, 0, 4<<10); return &b }}

func (h *hop) send(ctx context.Context) error {
	start := h.sent
	if h.src.slow > 0 || h.src.cutAt > 0 || !h.src.whole || len(h.src.body)+len(h.src.framing)+len(h.out.raw) > smallBytes {
		return h.sendLarge(ctx, start)
	}
	head := start.Add(headTimeout)
	if h.deadline.Before(head) {
		head = h.deadline
	}
	if err := h.conn.bound(start, head); err != nil {
		return hopFailure("send", err, h.t)
	}
	buf := sendBuffers.Get().(*[]byte)
	b := append((*buf)[:0], h.out.raw...)
	if h.src.framing == nil {
		b = append(b, h.src.body...)
	} else {
		b = appendChunked(b, h.src)
	}
	n, sent, err := h.conn.post(b)
	*buf = b
	sendBuffers.Put(buf)
	h.sent = sent
	h.attempt.Timing.Send += h.sent.Sub(start)
	if err == nil {
		return nil
	}
	if n == 0 {
		err = errors.Join(errUnsent, err)
	}
	return h.sendFailure(err)
}

// sendFailure looks whether the target answered before it stopped reading. Then
// that answer counts.
func (h *hop) sendFailure(err error) error {
	if isTimeout(err) {
		return hopFailure("send", err, h.t)
	}
	h.conn.until = time.Time{}
	_ = h.conn.SetReadDeadline(time.Now().Add(100 * time.Millisecond))
	if _, peek := h.conn.br.Peek(1); peek != nil {
		if isAlert(peek) {
			err = peek
		}
		return hopFailure("send", err, h.t)
	}
	h.early = true
	return nil
}

func (h *hop) note(text string) { h.attempt.Notes = append(h.attempt.Notes, text) }

// readHead reads interim heads and the final one.
func (h *hop) readHead() error {
	start, err := h.conn.br.Peek(1)
	if err != nil {
		return h.waitFailure(err)
	}
	h.began()
	if start[0] == tlsAlert && !h.t.addr.tls {
		return hopFailure("read", &wire.Error{Text: "it is a TLS record; use https://"}, h.t)
	}
	for range maxInterim + 1 {
		if known := h.conn.sameHead(h.src.method); known != nil {
			h.answered(known)
			return nil
		}
		raw, head, err := wire.ReadResponseHead(h.conn.br, maxReplyHead, maxReplyLines)
		if err != nil {
			h.attempt.Response.Head = raw
			return hopFailure("read", err, h.t)
		}
		switch {
		case head.Status == 101:
			h.attempt.Response.Head = raw
			return hopFailure("read", &wire.Error{Text: "it switches to another protocol that nobody asked for"}, h.t)
		case head.Status < 200:
			h.attempt.Response.Interim = append(h.attempt.Response.Interim, raw...)
			if len(h.attempt.Response.Interim) <= maxReplyHead {
				continue
			}
		default:
			return h.newHead(raw, head)
		}
		break
	}
	return hopFailure("read", &wire.Error{Text: "there are too many interim answers"}, h.t)
}

// began notes the time of the answer's first byte.
func (h *hop) began() {
	h.first = time.Now()
	if h.sending != nil {
		end := h.sending.began(h.conn, h.deadline)
		if end.IsZero() {
			end = h.first // it is still being sent
		}
		h.attempt.Timing.Send += end.Sub(h.sent)
		h.sent = end
	}
	h.attempt.Timing.Wait += max(h.first.Sub(h.sent), 0)
}

// waitFailure is the failure when no answer came. What stopped the sending tells
// more than what the reading ran into.
func (h *hop) waitFailure(err error) error {
	now := time.Now()
	if h.sending == nil {
		h.attempt.Timing.Wait += now.Sub(h.sent)
		return hopFailure("wait", err, h.t)
	}
	h.conn.Close()
	sendErr := h.sending.wait(h.conn)
	h.sending = nil
	h.attempt.Timing.Send += now.Sub(h.sent)
	switch {
	case sendErr == nil, isAlert(err):
		return hopFailure("wait", err, h.t)
	case errors.Is(sendErr, net.ErrClosed):
		return hopFailure("send", err, h.t) // we closed it
	}
	return hopFailure("send", sendErr, h.t)
}

// newHead takes the final head of an answer.
func (h *hop) newHead(raw []byte, head *wire.ResponseHead) error {
	h.attempt.Response.Head, h.head = raw, head
	kind, n, err := head.Framing(h.src.method)
	if err != nil {
		return hopFailure("read", err, h.t)
	}
	k := &answerHead{raw: raw, head: head, asked: h.src.method == "HEAD", kind: kind, size: -1, wanted: -1}
	if v := head.Fields.Value("Content-Length"); v != "" {
		if n, err := strconv.ParseInt(v, 10, 64); err == nil {
			k.wanted = n
		}
	}
	switch kind {
	case wire.None:
		k.size = 0
	case wire.Length:
		k.size = n
	}
	k.last = kind == wire.UntilClose || head.Proto != "HTTP/1.1" || head.Fields.HasToken("Connection", "close")
	h.conn.known = k
	h.answered(k)
	return nil
}

// answered begins the body of an answer.
func (h *hop) answered(k *answerHead) {
	h.attempt.Response.Head, h.attempt.Response.Wanted = k.raw, k.wanted
	h.head, h.kind, h.size, h.last = k.head, k.kind, k.size, k.last
	if k.kind != wire.None {
		h.read.Reset(h.conn.br, k.kind, max(k.size, 0), wire.Limits{Head: maxReplyHead, Fields: maxReplyLines})
		h.body = &h.read
	}
}
