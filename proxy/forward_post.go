package proxy

import "time"

// posting is a request on its way out.
type posting struct {
	step func(fd uintptr) (done bool) // made once, because closures are not free
	out  []byte
	n    int  // bytes of out that were written
	left bool // all were
	sent time.Time
	// proven says that nothing is there to be read, see upstream.usable.
	proven bool
}

// post writes a whole request over a connection at rest, and waits until something of the
// answer is there, or none can come any more: the reading that follows then tells. It
// says how much was written, and when that was over.
func (u *upstream) post(b []byte) (n int, sent time.Time, err error) {
	p := &u.posting
	p.out, p.n, p.left = b, 0, false
	if u.raw != nil && !u.tls {
		_ = u.raw.Read(p.step) // who reads or writes next gets the same error
	}
	p.out = nil
	if p.left {
		return p.n, p.sent, nil
	}
	n, err = u.Write(b[p.n:])
	return p.n + n, time.Now(), err
}
