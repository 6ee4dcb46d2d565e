//go:build unix && (!linux || race)

package proxy

import (
	"errors"
	"syscall"
)

// The race detector learns from these calls who has heard of what through a socket, which
// it does not from raw ones.

func writeNow(fd int, b []byte) (int, syscall.Errno) { return told(syscall.Write(fd, b)) }

func readNow(fd int, b []byte) (int, syscall.Errno) { return told(syscall.Read(fd, b)) }

// told gives the number of an error of a system call, 0 if there is none.
func told(n int, err error) (int, syscall.Errno) {
	var errno syscall.Errno
	errors.As(err, &errno)
	return n, errno
}
