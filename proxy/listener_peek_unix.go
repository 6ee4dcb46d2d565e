//go:build unix

package proxy

import (
	"io"
	"net"
	"syscall"
)

// peekClosed looks, without waiting, whether the peer has closed its side: nil
// if not, io.EOF if it has, another error if the connection is broken.
func peekClosed(raw net.Conn) error {
	sc, ok := raw.(syscall.Conn)
	if !ok {
		return nil
	}
	rc, err := sc.SyscallConn()
	if err != nil {
		return err
	}
	var n int
	var peekErr error
	err = rc.Control(func(fd uintptr) {
		var b [1]byte
		n, _, peekErr = syscall.Recvfrom(int(fd), b[:], syscall.MSG_PEEK|syscall.MSG_DONTWAIT)
	})
	switch {
	case err != nil:
		return err
	case peekErr == syscall.EAGAIN || peekErr == syscall.EINTR:
		return nil
	case peekErr != nil:
		return peekErr
	case n == 0:
		return io.EOF
	}
	return nil
}
