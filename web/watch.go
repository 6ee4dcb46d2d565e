package web

import (
	"context"
	"errors"
	"io"
	"syscall"
	"time"

	"github.com/gofiber/fiber/v2"
)

// errLeft ends a search whose client has closed the connection. The server below
// notices that only when it writes the answer.
var errLeft = errors.New("the client has closed the connection")

// attended gives a handler a context, c.UserContext(), that ends when the client leaves,
// as a page does whose filter was typed on, and when the server stops. All that a
// handler reads and waits for ends with it. What it stores does not: that is done with
// Server.ctx, so that no change is broken off in the middle.
func (s *Server) attended(handle fiber.Handler) fiber.Handler {
	return func(c *fiber.Ctx) error {
		ctx, leave := context.WithCancelCause(s.ctx)
		defer leave(nil)
		if conn, ok := c.Context().Conn().(*lingerConn); ok {
			defer conn.watch(func() { leave(errLeft) })()
		}
		c.SetUserContext(ctx)
		return handle(c)
	}
}

// reading bounds what is read for a request, and ends with its client.
func (s *Server) reading(c *fiber.Ctx) (context.Context, context.CancelFunc) {
	return context.WithTimeout(c.UserContext(), storeTimeout)
}

// past is a deadline that ends a read which waits.
var past = time.Unix(1, 0)

// watch calls left when the client leaves, until unwatch is called. Nobody may read
// meanwhile; what the client sends is what the next Read gives out. Who reads next sets
// the deadline anew.
func (c *lingerConn) watch(left func()) (unwatch func()) {
	// A deadline ends a read that waits on connections of the system, not on those within
	// this process; their clients stay.
	if _, ok := c.Conn.(syscall.Conn); !ok || c.ahead != 0 {
		return func() {}
	}
	c.Conn.SetReadDeadline(time.Time{}) //nolint:errcheck // reading will tell
	stop, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		n, err := c.Conn.Read(c.early[:])
		c.ahead = n
		var late interface{ Timeout() bool }
		switch {
		case err == nil, errors.As(err, &late) && late.Timeout():
		case errors.Is(err, io.EOF) && c.stays(stop):
		default:
			left()
		}
	}()
	return func() {
		close(stop)
		c.Conn.SetReadDeadline(past) //nolint:errcheck // it is closed then, and reading has ended
		<-done
		c.Conn.SetReadDeadline(time.Time{}) //nolint:errcheck // the next read will tell
	}
}

// Read gives out first what came while the connection was watched.
func (c *lingerConn) Read(p []byte) (int, error) {
	c.asked()
	if c.ahead == 0 || len(p) == 0 {
		return c.Conn.Read(p)
	}
	c.ahead = 0
	return copy(p, c.early[:]), nil
}
