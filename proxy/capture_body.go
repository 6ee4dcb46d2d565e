package proxy

import (
	"errors"
	"os"
	"sync"
	"time"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/proxy/wire"
)

var (
	errBudget   = errors.New("too much is being received at once")
	errCut      = errors.New("the connection ended within the body")
	errSlowBody = errors.New("the body did not arrive in time")
)

// startBytes is how much of the start of a long body is kept to describe it by.
const startBytes = 8 << 10

// message is the request that a connection is receiving.
type message struct {
	at       time.Time // arrival of the first byte
	complete time.Time // arrival of the last
	id       inspector.ID
	body     []byte        // what came since the last whole chunk
	seq      int           // chunks that were handed to the store
	start    []byte        // of the body, once its first chunk was handed over
	waited   time.Duration // for the store
	framing  int64         // bytes of framing that are counted as held
	storing  *chunkCommit
	err      error // why the body is not complete
}

// chunkCommit is a chunk of a long body on its way to the store.
type chunkCommit struct {
	done chan error
	held int64
}

var readBuffers = sync.Pool{New: func() any { return new([64 << 10]byte) }}

// takeBody takes what it can of the body from what was read, until a chunk is
// full.
func (c *conn) takeBody() {
	for len(c.rest) > 0 && !c.framer.Done() && c.msg.err == nil {
		window := c.rest
		if left := c.framer.Left(); left > 0 {
			room := inspector.ChunkBytes - len(c.msg.body)
			if room == 0 {
				break
			}
			window = window[:min(len(window), room)]
		}
		n, data, err := c.framer.Scan(window)
		if err == nil && len(data) > 0 {
			err = c.keep(data)
		}
		c.rest, c.msg.err = c.rest[n:], err
	}
	if framing := int64(len(c.framer.Framing())); framing > c.msg.framing {
		if !c.hold(framing - c.msg.framing) {
			c.msg.err = errBudget
			return
		}
		c.msg.framing = framing
	}
	if c.framer.Done() && c.msg.complete.IsZero() {
		c.msg.complete = time.Now()
	}
}

// keep copies data to the current chunk. Memory grows with what arrives, not
// with what is announced.
func (c *conn) keep(data []byte) error {
	b := c.msg.body
	if want := len(b) + len(data); want > cap(b) {
		size := want + min(int(c.framer.Left()), want)
		if c.framer.Framing() != nil {
			size = max(size, 2*cap(b), 512)
		}
		size = min(size, inspector.ChunkBytes)
		if !c.hold(int64(size - cap(b))) {
			return errBudget
		}
		b = append(make([]byte, 0, size), b...)
	}
	c.msg.body = append(b, data...)
	return nil
}

// readBody reads the rest of the body. Whole chunks of a long one go to the
// store on the way, one at a time, so that at most two are in memory.
func (c *conn) readBody() error {
	if c.framer.Done() || c.msg.err != nil {
		return c.msg.err
	}
	buf := readBuffers.Get().(*[64 << 10]byte)
	defer readBuffers.Put(buf)
	defer c.ownRest()
	for {
		c.takeBody()
		if c.framer.Done() || c.msg.err != nil {
			return c.msg.err
		}
		if len(c.msg.body) == inspector.ChunkBytes && c.framer.Left() > 0 {
			if c.msg.err = c.storeChunk(); c.msg.err != nil {
				return c.msg.err
			}
		}
		if len(c.rest) > 0 {
			continue
		}
		if c.msg.err = c.fillBody(buf[:]); c.msg.err != nil {
			return c.msg.err
		}
	}
}

func (c *conn) fillBody(p []byte) error {
	c.readUntil(c.msg.at.Add(c.r.limits.bodyTime(c.framer.Size()+c.framer.Left()) + c.msg.waited))
	n, err := c.fill(p)
	switch {
	case n > 0:
		return nil
	case errors.Is(err, os.ErrDeadlineExceeded):
		return errSlowBody
	}
	return errCut
}

// storeChunk hands the full chunk to the store, once the one before is there.
func (c *conn) storeChunk() error {
	if err := c.awaitChunk(); err != nil {
		return err
	}
	if err := c.nameMessage(); err != nil {
		return err
	}
	b := &inspector.Batch{Workspace: c.r.workspace, Chunks: []inspector.Chunk{{
		Body: inspector.BodyKey{Delivery: c.msg.id, Part: inspector.Request}, Seq: c.msg.seq, Data: c.msg.body,
	}}}
	if c.msg.seq == 0 {
		c.msg.start = append([]byte(nil), c.msg.body[:startBytes]...)
	}
	c.msg.seq++
	c.msg.storing = &chunkCommit{done: make(chan error, 1), held: int64(cap(c.msg.body))}
	c.msg.body = nil
	go c.r.commitTo(b, c.msg.storing.done)
	return nil
}

// awaitChunk waits for the chunk that is on its way to the store.
func (c *conn) awaitChunk() error {
	if c.msg.storing == nil {
		return nil
	}
	began := time.Now()
	err := <-c.msg.storing.done
	c.msg.waited += time.Since(began)
	c.hold(-c.msg.storing.held)
	c.msg.storing = nil
	return err
}

// nameMessage gives the message its id.
func (c *conn) nameMessage() (err error) {
	if c.msg.id.Zero() {
		c.msg.id, err = c.r.ids.New(c.msg.at)
	}
	return err
}

// announced is the Content-Length of the request, -1 if there is none.
func announced(h *wire.RequestHead) int64 {
	if _, ok := h.Fields.Lookup("Content-Length"); !ok {
		return -1
	}
	_, n, _ := h.Framing()
	return n
}
