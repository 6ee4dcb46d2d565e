package proxy

import (
	"errors"
	"net"
	"os"
	"syscall"
	"time"
)

// posting is a request on its way out, and what comes first of its answer.
type posting struct {
	step func(fd uintptr) (done bool) // made once, because closures are not free
	out  []byte
	n    int  // bytes of out that were written
	left bool // all were
	sent time.Time
	// proven says that nothing is there to be read, see upstream.usable.
	proven bool

	in  []byte
	got int           // bytes of in that were read
	err syscall.Errno // of that; a socket tells it once
}

// errUnposted ends the reading of an answer to what has not left whole.
var errUnposted = errors.New("not posted")

// post writes a whole request over a connection at rest, and reads the first that comes of
// the answer into br, unless nothing can come any more: the reading that follows then
// tells. It says how much was written, and when that was over.
func (u *upstream) post(b []byte) (n int, sent time.Time, err error) {
	p := &u.posting
	p.out, p.n, p.left = b, 0, false
	if u.raw != nil && !u.tls {
		_, _ = u.br.Peek(1) // who reads or writes next gets the same error
	}
	p.out = nil
	if p.left {
		return p.n, p.sent, nil
	}
	n, err = u.Write(b[p.n:])
	return p.n + n, time.Now(), err
}

// Read reads for br. Of what is being posted it reads the answer, in one go with the
// writing: the connection is locked and waited for once then.
func (u *upstream) Read(b []byte) (int, error) {
	p := &u.posting
	if p.out != nil {
		p.in, p.got, p.err = b, 0, 0
		_ = u.raw.Read(p.step)
		p.in = nil
		if !p.left {
			return 0, errUnposted
		}
		if p.got > 0 {
			return p.got, nil
		}
	}
	if p.err != 0 {
		return 0, &net.OpError{Op: "read", Net: "tcp", Source: u.LocalAddr(), Addr: u.RemoteAddr(), Err: os.NewSyscallError("read", p.err)}
	}
	return u.Conn.Read(b)
}
