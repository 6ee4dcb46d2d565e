//go:build unix

package proxy

import (
	"syscall"
	"time"
)

// exchange writes what is to be posted when it is first called, and reads when something
// is there. What was there to be read before is not told of any more, so it is looked for
// first: an app may answer, or stop to, before it was asked. A connection at rest hears of
// something to be read after that only, so nothing is missed by not trying to read at
// once, which would find nothing.
func (p *posting) exchange(fd uintptr) (done bool) {
	if p.left {
		return p.read(int(fd))
	}
	if !p.proven && !quiet(fd) {
		return true
	}
	n, errno := writeNow(int(fd), p.out)
	p.n, p.sent = max(n, 0), time.Now()
	p.left = errno == 0 && n == len(p.out)
	return !p.left // what is left is for who can wait until it can be written
}

func (p *posting) read(fd int) (done bool) {
	n, errno := readNow(fd, p.in)
	for errno == syscall.EINTR {
		n, errno = readNow(fd, p.in)
	}
	if errno == syscall.EAGAIN {
		return false
	}
	p.got, p.err = max(n, 0), errno
	return true
}
