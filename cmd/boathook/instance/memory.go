package instance

import (
	"context"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/valyala/fasthttp/fasthttputil"
)

// Memory is a listener that only this process can reach.
type Memory struct{ *fasthttputil.InmemoryListener }

// NewMemory makes a listener in memory.
func NewMemory() Memory { return Memory{fasthttputil.NewInmemoryListener()} }

// Accept waits for the next connection.
func (m Memory) Accept() (net.Conn, error) {
	c, err := m.InmemoryListener.Accept()
	if err != nil {
		return nil, err
	}
	return &memoryConn{Conn: c}, nil
}

// memoryConn lets deadlines be set from several goroutines, as every connection of
// a network does; those of the listener below do not.
type memoryConn struct {
	net.Conn
	mu sync.Mutex
}

func (c *memoryConn) SetDeadline(t time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.Conn.SetDeadline(t)
}

func (c *memoryConn) SetReadDeadline(t time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.Conn.SetReadDeadline(t)
}

func (c *memoryConn) SetWriteDeadline(t time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.Conn.SetWriteDeadline(t)
}

// DialContext connects to the listener, whatever address is asked for.
func (m Memory) DialContext(ctx context.Context, _, _ string) (net.Conn, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return m.Dial()
}

// Client is an HTTP client that reaches the listener under any name.
func (m Memory) Client() *http.Client {
	return &http.Client{Transport: &http.Transport{DialContext: m.DialContext}}
}

// dialCapture is how the page reaches a capture port in memory; nil if it is a
// port that anybody can reach.
func (s *Server) dialCapture() func(ctx context.Context) (net.Conn, error) {
	if len(s.opt.Capture) == 0 {
		return nil
	}
	m, ok := s.opt.Capture[0].(Memory)
	if !ok {
		return nil
	}
	return func(ctx context.Context) (net.Conn, error) { return m.DialContext(ctx, "", "") }
}
