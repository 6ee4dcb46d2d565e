package proxy

import (
	"bufio"
	"net"
	"slices"
	"sync"
	"syscall"
	"time"
)

// Bounds of the connections to one target.
const (
	maxIdle     = 64   // kept alive
	maxActive   = 1024 // in use
	idleTimeout = 60 * time.Second
	tellEvery   = time.Second // how often an end that was missed is told
)

// upstream is a connection to a target.
type upstream struct {
	net.Conn
	raw    syscall.RawConn
	br     *bufio.Reader
	remote string
	tls    bool
	since  time.Time // when it became idle
	uses   int       // exchanges that left it open
	until  time.Time // deadline that bound has set; zero: another was set
	known  *answerHead
	body   []byte // of the last answer, if it was short

	peeked  func(fd uintptr) bool // made once, because closures are not free
	quiet   bool
	posting posting
}

func newUpstream(conn net.Conn, tcp *net.TCPConn) *upstream {
	u := &upstream{Conn: conn, remote: conn.RemoteAddr().String()}
	u.br = bufio.NewReaderSize(u, 8<<10)
	if tcp != nil { // else it leads to our own capture port in memory, and is used once
		u.tls = conn != net.Conn(tcp)
		u.raw, _ = tcp.SyscallConn()
	}
	u.posting.step = u.posting.exchange
	u.peeked = func(fd uintptr) bool {
		u.quiet = quiet(fd)
		return true
	}
	return u
}

// alive reports whether an idle connection is still open and nothing came over
// it that nobody asked for.
func (u *upstream) alive() bool {
	if u.raw == nil || u.br.Buffered() > 0 {
		return false
	}
	u.quiet = false
	return u.raw.Read(u.peeked) == nil && u.quiet
}

// Bounds of a connection that is used again without a look at it.
const (
	provenUses = 8
	atOnce     = 200 * time.Microsecond
)

// usable reports whether an idle connection can be used. One that was kept open time
// and again, and whose last answer was just read, is not looked at: it could be closed
// right after the look as well.
func (u *upstream) usable(now time.Time) bool {
	idle := now.Sub(u.since)
	u.posting.proven = u.uses >= provenUses && idle < atOnce && u.br.Buffered() == 0
	return u.posting.proven || idle < idleTimeout && u.alive()
}

// bound sets the deadline of what is sent and read. One that stands already is taken
// if it is later by at most a 64th: to set it anew for each exchange costs too much.
func (u *upstream) bound(now, end time.Time) error {
	slack := end.Sub(now) / 64
	if late := u.until.Sub(end); late >= 0 && late <= slack {
		return nil
	}
	u.until = end.Add(slack)
	return u.SetDeadline(u.until)
}

// poolKey is what connections may be shared for.
type poolKey struct {
	dial     string
	tls      bool
	insecure bool
}

// pool keeps the connections to one target.
type pool struct {
	mu     sync.Mutex
	idle   []*upstream            // the newest last
	all    map[*upstream]struct{} // in use or idle
	closed bool
}

// take returns an idle connection that is still open, nil if there is none.
func (p *pool) take(now time.Time) *upstream {
	for {
		u := p.pop()
		if u == nil {
			return nil
		}
		if u.usable(now) {
			return u
		}
		p.drop(u)
	}
}

func (p *pool) pop() *upstream {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := len(p.idle)
	if n == 0 || p.closed {
		return nil
	}
	u := p.idle[n-1]
	p.idle[n-1] = nil
	p.idle = p.idle[:n-1]
	return u
}

// add takes charge of a new connection. It is false if there are too many, or
// none may be opened any more.
func (p *pool) add(u *upstream) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed || len(p.all)-len(p.idle) >= maxActive {
		return false
	}
	p.all[u] = struct{}{}
	return true
}

// keep makes a connection idle.
func (p *pool) keep(u *upstream, now time.Time) {
	u.since = now
	u.uses++
	p.mu.Lock()
	full := p.closed || len(p.idle) >= maxIdle
	if full {
		delete(p.all, u)
	} else {
		p.idle = append(p.idle, u)
	}
	p.mu.Unlock()
	if full {
		u.Close()
	}
}

// drop closes a connection that was taken.
func (p *pool) drop(u *upstream) {
	p.mu.Lock()
	delete(p.all, u)
	p.mu.Unlock()
	u.Close()
}

// owns reports whether an address is that of our end of a connection.
func (p *pool) owns(local string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	for u := range p.all {
		if u.LocalAddr().String() == local {
			return true
		}
	}
	return false
}

// tellEnds has those who wait for an answer hear of an end that came before they waited:
// a connection that was not looked at before it was used, see [upstream.usable], tells of
// what comes after that only. A target that ends its half and goes on reading, as one that
// lingers does, would be waited for as long as it may take.
func (p *pool) tellEnds() {
	p.mu.Lock()
	var used []*upstream
	if len(p.all) > len(p.idle) {
		for u := range p.all {
			if u.raw != nil && !slices.Contains(p.idle, u) {
				used = append(used, u)
			}
		}
	}
	p.mu.Unlock()
	for _, u := range used {
		_ = u.raw.Control(tellEnd) // one that is closed meanwhile has told
	}
}

// expire closes what was idle for too long, and reports whether nothing is left.
func (p *pool) expire(now time.Time) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := 0
	for n < len(p.idle) && now.Sub(p.idle[n].since) >= idleTimeout {
		p.idle[n].Close()
		delete(p.all, p.idle[n])
		n++
	}
	p.idle = append(p.idle[:0:0], p.idle[n:]...)
	return len(p.all) == 0
}

// close closes every connection, also those in use, for good.
func (p *pool) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
	p.idle = nil
	for u := range p.all {
		u.Close()
	}
}
