package proxy

import (
	"errors"
	"io"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"
)

// listener hands out capture connections. It keeps to the caps on connections
// before the HTTP server sees one.
type listener struct {
	net.Listener
	r      *Receiver
	closed atomic.Bool
}

// Accept waits for the next connection that is within the caps. It returns
// io.EOF once the listener was closed by us, which ends the server's loop.
func (l *listener) Accept() (net.Conn, error) {
	var pause time.Duration
	for {
		raw, err := l.Listener.Accept()
		if err != nil {
			if l.closed.Load() || errors.Is(err, net.ErrClosed) {
				return nil, io.EOF
			}
			// Out of file descriptors, most likely: others will be freed.
			pause = min(max(2*pause, 5*time.Millisecond), time.Second)
			l.r.log.Warn("accept a connection", "error", err, "retry_in", pause)
			if !l.r.pause(pause) {
				return nil, io.EOF
			}
			continue
		}
		pause = 0
		if c := l.r.conns.admit(l.r, raw); c != nil {
			return c, nil
		}
	}
}

// Close stops accepting. Connections that were handed out stay open.
func (l *listener) Close() error {
	l.closed.Store(true)
	return l.Listener.Close()
}

// connSet counts and knows the open connections.
type connSet struct {
	mu    sync.Mutex
	open  map[*conn]struct{}
	peers map[netip.Prefix]int
	gone  sync.Cond // signalled when the last connection was closed
	stop  bool
}

func (s *connSet) init() {
	s.open = make(map[*conn]struct{})
	s.peers = make(map[netip.Prefix]int)
	s.gone.L = &s.mu
}

// admit wraps a connection, or turns it away with a 503 and returns nil.
func (s *connSet) admit(r *Receiver, raw net.Conn) *conn {
	peer := peerOf(raw.RemoteAddr())
	s.mu.Lock()
	reason := ""
	switch {
	case s.stop:
		reason = "boathook is stopping"
	case len(s.open) >= r.limits.Conns:
		reason = "there are too many connections"
	case peer.IsValid() && s.peers[peer] >= r.limits.ConnsPerPeer:
		reason = "there are too many connections from this address"
	}
	if reason != "" {
		s.mu.Unlock()
		r.turnAway(raw, reason)
		return nil
	}
	c := newConn(r, raw, peer)
	s.open[c] = struct{}{}
	if peer.IsValid() {
		s.peers[peer]++
	}
	s.mu.Unlock()
	return c
}

func (s *connSet) remove(c *conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ok := s.open[c]; !ok {
		return
	}
	delete(s.open, c)
	if c.peer.IsValid() {
		if s.peers[c.peer]--; s.peers[c.peer] == 0 {
			delete(s.peers, c.peer)
		}
	}
	if len(s.open) == 0 {
		s.gone.Broadcast()
	}
}

func (s *connSet) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.open)
}

// lastWords is how long a request that is broken off has to be told so.
const lastWords = 500 * time.Millisecond

// drain ends connections that are between two requests, and waits until the
// others have ended. After grace it calls expired, and shortly after that it
// breaks off what is left.
func (s *connSet) drain(grace time.Duration, expired func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stop = true
	for c := range s.open {
		c.endIdle()
	}
	over := time.AfterFunc(grace, expired)
	defer over.Stop()
	late := time.AfterFunc(grace+lastWords, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		for c := range s.open {
			c.abort()
		}
	})
	defer late.Stop()
	for len(s.open) > 0 {
		s.gone.Wait()
	}
}

// peerOf is the network that connections are counted by: an IPv4 address or an
// IPv6 /64. It is not valid for loopback, which is not bounded, and for
// anything but TCP.
func peerOf(addr net.Addr) netip.Prefix {
	tcp, ok := addr.(*net.TCPAddr)
	if !ok {
		return netip.Prefix{}
	}
	ip := tcp.AddrPort().Addr().Unmap().WithZone("")
	if !ip.IsValid() || ip.IsLoopback() {
		return netip.Prefix{}
	}
	bits := 64
	if ip.Is4() {
		bits = 32
	}
	p, err := ip.Prefix(bits)
	if err != nil {
		return netip.Prefix{}
	}
	return p
}
