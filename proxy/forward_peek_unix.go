//go:build unix

package proxy

import "syscall"

// quiet reports whether a socket is open and has nothing to be read.
func quiet(fd uintptr) bool {
	var b [1]byte
	_, _, err := syscall.Recvfrom(int(fd), b[:], syscall.MSG_PEEK|syscall.MSG_DONTWAIT)
	return err == syscall.EAGAIN || err == syscall.EWOULDBLOCK
}

// tellEnd tells who waits to read from a socket once more that its peer has ended its half
// and all that came before was read. It does nothing to any other.
func tellEnd(fd uintptr) {
	var b [1]byte
	if n, _, err := syscall.Recvfrom(int(fd), b[:], syscall.MSG_PEEK|syscall.MSG_DONTWAIT); n == 0 && err == nil {
		_ = syscall.Shutdown(int(fd), syscall.SHUT_RD) // there is nothing to be read any more
	}
}
