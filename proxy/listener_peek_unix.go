//go:build unix

package proxy

import (
	"errors"
	"io"
	"net"
	"syscall"
)

// peeker looks, without waiting, whether the peer of a connection has left.
type peeker struct {
	raw  syscall.RawConn // nil if it cannot be looked at
	look func(fd uintptr)
	n    int
	err  error
	b    [1]byte
}

func (p *peeker) init(c net.Conn) {
	if sc, ok := c.(syscall.Conn); ok {
		p.raw, _ = sc.SyscallConn()
	}
	p.look = func(fd uintptr) {
		p.n, _, p.err = syscall.Recvfrom(int(fd), p.b[:], syscall.MSG_PEEK|syscall.MSG_DONTWAIT)
	}
}

// unread reports whether bytes wait to be read.
func (p *peeker) unread() bool {
	return p.raw != nil && p.raw.Control(p.look) == nil && p.err == nil && p.n > 0
}

// closed is nil while the peer is there, io.EOF if it has closed its side, and
// another error if the connection is broken.
func (p *peeker) closed() error {
	if p.raw == nil {
		return nil
	}
	err := p.raw.Control(p.look)
	switch {
	case err != nil:
		return err
	case errors.Is(p.err, syscall.EAGAIN), errors.Is(p.err, syscall.EINTR):
		return nil
	case p.err != nil:
		return p.err
	case p.n == 0:
		return io.EOF
	}
	return nil
}
