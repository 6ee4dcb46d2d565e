package proxy

import (
	"errors"
	"io"
	"net"
	"net/netip"
	"os"
	"sync/atomic"
	"time"

	"github.com/boathook/boathook/proxy/wire"
)

// standIn is what the HTTP server reads in place of each request. The request
// itself was read, checked and kept by then, byte for byte; the server runs the
// connection and its workers, and has no opinion on what crossed the wire.
var standIn = []byte("GET / HTTP/1.1\r\nHost: b\r\n\r\n")

const (
	connIdle int32 = iota // between two requests
	connBusy
	connEnding // to be closed at once
)

// conn is a connection of the capture port. It is used by one goroutine at a
// time, except for state.
type conn struct {
	net.Conn
	r     *Receiver
	peer  netip.Prefix
	state atomic.Int32

	source string // address of the sender, without port
	remote string // with port
	local  string

	framer   wire.Framer
	rest     []byte    // read from the socket, not yet looked at
	borrowed bool      // rest is in memory that is used for something else soon
	feed     []byte    // what is left of the stand-in
	mute     bool      // what the server writes is dropped: the answer was written
	deadline time.Time // of reads
	writing  time.Time // deadline of writes
	requests int
	linger   bool // there may be unread bytes: closing at once would lose the answer
	reset    bool // close with a TCP reset
	held     int64
	peek     peeker

	msg message
}

func newConn(r *Receiver, raw net.Conn, peer netip.Prefix) *conn {
	c := &conn{Conn: raw, r: r, peer: peer, remote: raw.RemoteAddr().String(), local: raw.LocalAddr().String()}
	c.source = c.remote
	if host, _, err := net.SplitHostPort(c.remote); err == nil {
		c.source = host
	}
	c.peek.init(raw)
	c.framer.Init(wire.Limits{Head: r.limits.Head, Fields: r.limits.Fields, Body: r.limits.Body})
	return c
}

// Read is called by the server when it wants the next request. It returns once
// a whole valid head was read, with the stand-in; whatever is wrong before that
// is answered here, and the server sees the end of the connection.
func (c *conn) Read(p []byte) (n int, err error) {
	defer func() {
		if v := recover(); v != nil {
			c.r.panicked(v)
			n, err = 0, io.EOF
		}
	}()
	if len(c.feed) == 0 {
		c.begin()
		if err := c.readHead(p); err != nil {
			return 0, io.EOF
		}
		c.feed = standIn
	}
	n = copy(p, c.feed)
	c.feed = c.feed[n:]
	return n, nil
}

// begin forgets the last request.
func (c *conn) begin() {
	c.framer.Next()
	c.msg = message{}
	c.mute = false
}

// readHead reads up to the end of a head, and what came with it. p is space to
// read into.
func (c *conn) readHead(p []byte) error {
	for {
		if len(c.rest) == 0 {
			if err := c.fillHead(p); err != nil {
				return err
			}
		}
		c.start()
		n, err := c.framer.ScanHead(c.rest)
		if err != nil {
			c.malformed(err)
			return err
		}
		c.rest = c.rest[n:]
		if c.framer.HasHead() {
			c.requests++
			c.takeBody()
			c.ownRest()
			return nil
		}
		if !c.hold(int64(len(c.framer.Pending())) - c.held) {
			c.refuse(503, "too much is being received at once", "Retry-After: 1\r\n")
			return errBudget
		}
	}
}

// start notes the arrival of a request's first byte. The limit of bodies that holds then
// is that of the whole request.
func (c *conn) start() {
	if c.msg.at.IsZero() {
		c.msg.at = time.Now()
		c.framer.LimitBody(c.r.bodyLimit())
	}
}

// fillHead reads from the socket into p while a head is waited for.
func (c *conn) fillHead(p []byte) error {
	if !c.framer.Started() {
		return c.fillIdle(p)
	}
	c.readUntil(c.msg.at.Add(c.r.limits.HeadTime))
	n, err := c.fill(p)
	if n > 0 {
		return nil
	}
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded):
		c.refuse(408, "the head of the request did not arrive in time", "")
	default:
		c.r.noteRefused(c.remote, 0, "the connection ended within the head of a request")
	}
	return err
}

// fillIdle waits for the first byte of a request.
func (c *conn) fillIdle(p []byte) error {
	if !c.state.CompareAndSwap(connBusy, connIdle) && c.state.Load() == connEnding {
		return io.EOF
	}
	idle := c.r.limits.Idle
	if left := time.Until(c.deadline); left < idle-idle/8 || left > idle {
		c.readUntil(time.Now().Add(idle))
	}
	if c.r.stopping() {
		return io.EOF
	}
	n, err := c.fill(p)
	if !c.state.CompareAndSwap(connIdle, connBusy) {
		return io.EOF
	}
	if n > 0 {
		return nil
	}
	return err
}

// fill reads once from the socket.
func (c *conn) fill(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.rest, c.borrowed = p[:n], true
	return n, err
}

// ownRest moves what is left of the last read to memory of its own.
func (c *conn) ownRest() {
	if len(c.rest) > 0 && c.borrowed {
		c.rest = append([]byte(nil), c.rest...)
	}
	c.borrowed = false
}

// readUntil sets the deadline of reads, unless it is set already.
func (c *conn) readUntil(t time.Time) {
	if !c.deadline.Equal(t) {
		c.deadline = t
		_ = c.Conn.SetReadDeadline(t)
	}
}

// hold counts n more bytes as held by this connection, and says whether all
// connections together stay within their bound. A negative n gives back.
func (c *conn) hold(n int64) bool {
	if n > 0 && c.r.inFlight.Add(n) > c.r.limits.InFlight {
		c.r.inFlight.Add(-n)
		return false
	}
	if n < 0 {
		c.r.inFlight.Add(n)
	}
	c.held += n
	return true
}

// release gives back all that is counted as held.
func (c *conn) release() { c.hold(-c.held) }

// Write is called by the server with its own answer to the stand-in.
func (c *conn) Write(p []byte) (int, error) {
	if c.mute {
		return len(p), nil
	}
	return c.Conn.Write(p)
}

// The deadlines are ours: the server knows neither heads nor bodies.

func (c *conn) SetDeadline(time.Time) error      { return nil }
func (c *conn) SetReadDeadline(time.Time) error  { return nil }
func (c *conn) SetWriteDeadline(time.Time) error { return nil }

// Close ends the connection. An answer that the sender may not have read yet
// survives it: bytes that are still coming are read for a moment, because a
// socket closed with unread bytes resets the connection.
func (c *conn) Close() error {
	defer c.r.conns.remove(c)
	c.release()
	if tcp, ok := c.Conn.(*net.TCPConn); ok && c.reset {
		_ = tcp.SetLinger(0)
	}
	linger := !c.reset && (c.linger || len(c.rest) > 0 || c.peek.unread())
	if half, ok := c.Conn.(interface{ CloseWrite() error }); ok && linger && half.CloseWrite() == nil {
		c.drain()
	}
	return c.Conn.Close()
}

// Bounds of what is read of a request after its answer. Many clients send a whole
// body before they look for an answer.
const (
	maxDrains  = 64 // of these at a time
	drainBytes = 64 << 20
	drainTime  = 5 * time.Second
	drainPause = time.Second // in which nothing arrives
)

// drain reads and drops what a refused sender is still sending. When too many do
// so, or the receiver stops, it gets only a moment.
func (c *conn) drain() {
	select {
	case c.r.draining <- struct{}{}:
		defer func() { <-c.r.draining }()
	default:
		drainConn(c.Conn, 1<<20, drainPause)
		return
	}
	buf := readBuffers.Get().(*[64 << 10]byte)
	defer readBuffers.Put(buf)
	end := time.Now().Add(drainTime)
	for left := drainBytes; left > 0 && !c.r.stopping(); {
		until := time.Now().Add(drainPause)
		if end.Before(until) {
			until = end
		}
		if c.Conn.SetReadDeadline(until) != nil {
			return
		}
		n, err := c.Conn.Read(buf[:])
		if left -= n; err != nil {
			return
		}
	}
}

// drainConn reads and drops at most limit bytes for at most d.
func drainConn(raw net.Conn, limit int64, d time.Duration) {
	if raw.SetReadDeadline(time.Now().Add(d)) == nil {
		_, _ = io.CopyN(io.Discard, raw, limit)
	}
}

// endIdle closes the connection if it is between two requests. It is called
// from another goroutine.
func (c *conn) endIdle() {
	if c.state.CompareAndSwap(connIdle, connEnding) {
		_ = c.Conn.Close()
	}
}

// abort breaks off whatever the connection is doing. It is called from another
// goroutine.
func (c *conn) abort() {
	c.state.Store(connEnding)
	_ = c.Conn.Close()
}
