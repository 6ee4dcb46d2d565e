package proxy

import (
	"errors"
	"io"
	"os"
	"slices"
	"strconv"
	"time"

	"github.com/boathook/boathook/inspector"
)

// keeper keeps the beginning of an answer's body: full chunks go to the store as
// they come, the last one into the record.
type keeper struct {
	chunk []byte // not committed yet, at most ChunkBytes
	seq   int
	total int64 // bytes kept
	cut   bool  // bytes were not kept
	// framed is how much of the chunk framing stands before the end of what is kept,
	// if it was cut; mark is the same for the beginning of chunk.
	framed, mark int
}

// readStart reads the beginning of the answer's body: all of it, if it is at
// most ChunkBytes long. An app that is slow with so little is not answered for
// half.
func (h *hop) readStart() error {
	if h.body == nil || h.readWhole() {
		h.finish(nil)
		return nil
	}
	if err := h.boundReading(); err != nil {
		return hopFailure("read", err, h.t)
	}
	room := 4 << 10
	if h.size >= 0 {
		room = int(min(h.size, inspector.ChunkBytes))
	}
	h.keep.chunk = make([]byte, 0, room)
	for len(h.keep.chunk) < inspector.ChunkBytes {
		c := h.keep.chunk
		if len(c) == cap(c) && !h.body.Done() {
			c = slices.Grow(c, min(max(len(c), 512), inspector.ChunkBytes-len(c)))
		}
		n, err := h.body.Read(c[len(c):min(cap(c), inspector.ChunkBytes)])
		h.keep.chunk = c[:len(c)+n]
		h.keep.total = int64(len(h.keep.chunk))
		if errors.Is(err, io.EOF) || err == nil && h.body.Done() {
			h.finish(nil)
			return nil
		}
		if err != nil {
			return hopFailure("read", err, h.t)
		}
	}
	if h.body.Done() {
		h.finish(nil)
	}
	return nil
}

// boundReading sets the deadline of the body.
func (h *hop) boundReading() error {
	if h.sending == nil {
		return h.conn.bound(h.first, h.deadline)
	}
	return h.conn.SetReadDeadline(h.deadline)
}

// Read passes on what follows the beginning of the body, and keeps it.
func (h *hop) Read(p []byte) (int, error) {
	if h.done {
		if h.attempt.Failure.Class != "" {
			return 0, errShortStream
		}
		return 0, io.EOF
	}
	n, err := h.body.Read(p)
	h.store(p[:n])
	switch {
	case errors.Is(err, io.EOF), err == nil && h.body.Done():
		h.finish(nil)
	case err != nil:
		h.finish(hopFailure("read", err, h.t))
		err = errShortStream
	}
	return n, err
}

// store keeps bytes of the body up to the limit.
func (h *hop) store(p []byte) {
	k := &h.keep
	if room := h.f.keepBytes - k.total; int64(len(p)) > room {
		p = p[:max(room, 0)]
		if !k.cut {
			k.cut, k.framed = true, len(h.body.Framing())
		}
	}
	for len(p) > 0 && (!k.cut || k.chunk != nil) {
		if len(k.chunk) == inspector.ChunkBytes && !h.flush() {
			return
		}
		n := min(len(p), inspector.ChunkBytes-len(k.chunk))
		k.chunk = append(k.chunk, p[:n]...)
		k.total += int64(n)
		p = p[n:]
	}
}

// flush commits a full chunk. While too much is being stored it waits, and its target
// with it; for room on the disk it does not, as that may take long.
func (h *hop) flush() bool {
	k := &h.keep
	b := &inspector.Batch{Workspace: h.f.ws, Chunks: []inspector.Chunk{h.lastChunk()}}
	err := persist(h.f.ctx, h.deadline, busy, func() error { _, err := h.f.store.Commit(h.f.ctx, b); return err })
	if err != nil {
		h.note("the rest of the answer could not be stored: " + err.Error())
		h.f.log.Warn("store a piece of an answer", "delivery", h.src.delivery, "error", err)
		k.total -= int64(len(k.chunk))
		k.chunk, k.cut, k.framed = nil, true, k.mark
		return false
	}
	// The sender may still be sent the old one.
	k.chunk = make([]byte, 0, inspector.ChunkBytes)
	k.mark = len(h.body.Framing())
	k.seq++
	return true
}

func (h *hop) lastChunk() inspector.Chunk {
	key := inspector.BodyKey{Delivery: h.src.delivery, Attempt: h.attempt.K, Part: inspector.Response}
	return inspector.Chunk{Body: key, Seq: h.keep.seq, Data: h.keep.chunk}
}

// Close ends the reading. What was not read yet is still read for the record, up
// to the limit of what is kept and the target's deadline: that the sender left
// does not change what the app answered.
func (h *hop) Close() error {
	if h.done {
		return nil
	}
	buf := make([]byte, 32<<10)
	for !h.done && h.keep.total < h.f.keepBytes && !h.keep.cut {
		_, _ = h.Read(buf) // what ends it is in the record
	}
	switch {
	case h.done:
	case time.Now().Before(h.deadline):
		if !h.keep.cut {
			h.keep.cut, h.keep.framed = true, len(h.body.Framing())
		}
		h.finish(errUnread)
	default:
		h.finish(hopFailure("read", os.ErrDeadlineExceeded, h.t))
	}
	return nil
}

// errUnread ends a hop whose answer nobody reads on.
var errUnread = errors.New("the rest of the answer is not read")

// finish ends the hop: it gives back or closes the connection and completes the
// record.
func (h *hop) finish(err error) {
	if h.done {
		return
	}
	h.done = true
	a := &h.attempt
	now := h.first
	if !h.atOnce {
		now = time.Now()
	}
	if !h.first.IsZero() {
		a.Timing.Read = now.Sub(h.first)
	}
	whole := h.endSending()
	if h.body != nil {
		a.Response.Framing = h.body.Framing()
		if h.keep.cut && a.Response.Framing != nil {
			a.Response.Framing = a.Response.Framing[:h.keep.framed]
		}
		whole = whole && h.body.Done()
	}
	a.Response.Size = h.keep.total
	a.Response.Cut = h.keep.cut || h.body != nil && !h.body.Done()
	if h.keep.cut && h.body != nil {
		h.note(strconv.FormatInt(h.body.Size(), 10) + " bytes of the answer's body were read, " + strconv.FormatInt(h.keep.total, 10) + " are kept")
	}
	if err != nil && !errors.Is(err, errUnread) {
		a.Failure = h.f.failure(err, h.t)
	}
	h.release(whole && err == nil, now)
}

// endSending waits for a send that goes on, and reports whether all was sent.
func (h *hop) endSending() bool {
	if h.sending != nil && h.sending.wait(h.conn) != nil {
		h.early = h.head != nil
	}
	if h.early {
		h.note("the app answered before it had taken the whole request")
	}
	return !h.early
}

// release keeps the connection alive if both sides are through with it.
func (h *hop) release(whole bool, now time.Time) {
	if h.conn == nil {
		return
	}
	if n := h.conn.br.Buffered(); whole && n > 0 {
		h.note(strconv.Itoa(n) + " bytes came after the end of the answer")
		whole = false
	}
	if !whole || h.last {
		h.pool.drop(h.conn)
		return
	}
	h.pool.keep(h.conn, now)
}

// recorded is what is stored of a hop that is over, beside the chunks that were
// committed already.
func (h *hop) recorded() Recorded {
	r := Recorded{Attempts: []inspector.Attempt{h.attempt}, Set: inspector.FlagForwarded, Tries: 1}
	if len(h.keep.chunk) > 0 {
		r.Chunks = []inspector.Chunk{h.lastChunk()}
	}
	if h.attempt.Response.Cut {
		r.Set |= inspector.FlagCut
	}
	return r
}
