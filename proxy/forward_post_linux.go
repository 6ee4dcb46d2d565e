//go:build !race

package proxy

import (
	"syscall"
	"unsafe"
)

// writeNow writes to a socket that does not block. The scheduler of Go is not told of the
// system call, which takes microseconds: where the machine is busy, it would often take
// the thread for one that waits, and have another one go on.
func writeNow(fd int, b []byte) (int, syscall.Errno) { return callNow(syscall.SYS_WRITE, fd, b) }

// readNow reads in the same way.
func readNow(fd int, b []byte) (int, syscall.Errno) { return callNow(syscall.SYS_READ, fd, b) }

func callNow(call uintptr, fd int, b []byte) (int, syscall.Errno) {
	n, _, errno := syscall.RawSyscall(call, uintptr(fd), uintptr(unsafe.Pointer(unsafe.SliceData(b))), uintptr(len(b)))
	if errno != 0 {
		return -1, errno
	}
	return int(n), 0
}
