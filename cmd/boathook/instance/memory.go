package instance

import (
	"context"
	"net"
	"net/http"

	"github.com/valyala/fasthttp/fasthttputil"
)

// Memory is a listener that only this process can reach.
type Memory struct{ *fasthttputil.InmemoryListener }

// NewMemory makes a listener in memory.
func NewMemory() Memory { return Memory{fasthttputil.NewInmemoryListener()} }

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
