package web

import (
	"context"
	"errors"
	"syscall"
	"time"

	"github.com/gofiber/fiber/v2"
)

// errLeft ends a search whose client has closed the connection. The server below
// notices that only when it writes the answer.
var errLeft = errors.New("the client has closed the connection")

// searching is brief for what takes longer the more is stored: it ends too when the
// client leaves, as a page does whose filter was typed on.
func (s *Server) searching(c *fiber.Ctx) (context.Context, context.CancelFunc) {
	brief, cancel := s.brief()
	conn, ok := c.Context().Conn().(*lingerConn)
	if !ok {
		return brief, cancel
	}
	ctx, leave := context.WithCancelCause(brief)
	unwatch := conn.watch(func() { leave(errLeft) })
	return ctx, func() {
		unwatch()
		leave(nil)
		cancel()
	}
}

// past is a deadline that ends a read which waits.
var past = time.Unix(1, 0)

// watch calls left when the client closes the connection, or the sending side of it,
// until unwatch is called. Nobody may read meanwhile; what the client sends is what
// the next Read gives out. Who reads next sets the deadline anew.
func (c *lingerConn) watch(left func()) (unwatch func()) {
	// A deadline ends a read that waits on connections of the system, not on those within
	// this process; their clients stay.
	if _, ok := c.Conn.(syscall.Conn); !ok || c.ahead != 0 {
		return func() {}
	}
	c.Conn.SetReadDeadline(time.Time{}) //nolint:errcheck // reading will tell
	done := make(chan struct{})
	go func() {
		defer close(done)
		n, err := c.Conn.Read(c.early[:])
		c.ahead = n
		var late interface{ Timeout() bool }
		if err != nil && !(errors.As(err, &late) && late.Timeout()) {
			left()
		}
	}()
	return func() {
		c.Conn.SetReadDeadline(past) //nolint:errcheck // it is closed then, and reading has ended
		<-done
		c.Conn.SetReadDeadline(time.Time{}) //nolint:errcheck // the next read will tell
	}
}

// Read gives out first what came while the connection was watched.
func (c *lingerConn) Read(p []byte) (int, error) {
	if c.ahead == 0 || len(p) == 0 {
		return c.Conn.Read(p)
	}
	c.ahead = 0
	return copy(p, c.early[:]), nil
}
