package proxy

import (
	"encoding/hex"
	"errors"
	"net"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/valyala/fasthttp"

	"github.com/boathook/boathook/proxy/wire"
)

const (
	sampleBytes  = 200
	refusalsKept = 16
)

// ReceiverStats is a cheap summary of a receiver.
type ReceiverStats struct {
	Connections int    // open now
	InFlight    int64  // bytes of requests that are being received or stored
	Captured    uint64 // requests stored, cut ones among them
	Malformed   uint64 // requests that are not valid HTTP/1.1
	Refused     uint64 // valid requests that were turned away, and connections
	NotStored   uint64 // requests that could not be stored
	Panics      uint64
	Recent      []Refused // the last of Malformed and Refused, oldest first
}

// Refused is one request of which nothing was stored.
type Refused struct {
	At        time.Time
	Peer      string // address and port
	Status    int    // what it was answered, 0 if nothing
	Text      string // why, for a person
	Malformed bool
	Sample    string // the first 200 bytes of a malformed request, in hexadecimal
}

type counts struct {
	captured, malformed, refused, notStored, panics atomic.Uint64
}

// refusals keeps the last few in a ring.
type refusals struct {
	mu   sync.Mutex
	list []Refused
	next int
}

func (rs *refusals) add(r Refused) {
	rs.mu.Lock()
	defer rs.mu.Unlock()
	if len(rs.list) < refusalsKept {
		rs.list = append(rs.list, r)
		return
	}
	rs.list[rs.next] = r
	rs.next = (rs.next + 1) % refusalsKept
}

func (rs *refusals) all() []Refused {
	rs.mu.Lock()
	defer rs.mu.Unlock()
	return append(append([]Refused(nil), rs.list[rs.next:]...), rs.list[:rs.next]...)
}

// Stats counts since the receiver was made.
func (r *Receiver) Stats() ReceiverStats {
	return ReceiverStats{
		Connections: r.conns.count(),
		InFlight:    r.inFlight.Load(),
		Captured:    r.counts.captured.Load(),
		Malformed:   r.counts.malformed.Load(),
		Refused:     r.counts.refused.Load(),
		NotStored:   r.counts.notStored.Load(),
		Panics:      r.counts.panics.Load(),
		Recent:      r.refusals.all(),
	}
}

// malformed answers a request that is not valid and keeps a sample of it.
func (c *conn) malformed(err error) {
	status, text := 400, err.Error()
	var bad *wire.Error
	if errors.As(err, &bad) {
		status, text = bad.Status, bad.Text
	}
	sample := append([]byte(nil), c.framer.Raw()...)
	if len(sample) == 0 {
		sample = append(sample, c.framer.Pending()...)
	}
	sample = append(sample, c.rest[:min(len(c.rest), sampleBytes)]...)
	sample = sample[:min(len(sample), sampleBytes)]
	if c.requests == 0 && len(sample) > 1 && sample[0] == 0x16 && sample[1] == 3 {
		// A TLS client cannot read an answer in clear text.
		status, text = 0, "TLS was sent to the plain HTTP port; use http:// in the address"
		c.r.tlsSeen.Do(func() { c.r.log.Warn(text, "peer", c.remote) })
	}
	c.r.counts.malformed.Add(1)
	c.r.refusals.add(Refused{
		At: time.Now(), Peer: c.remote, Status: status, Text: text, Malformed: true, Sample: hex.EncodeToString(sample),
	})
	if status != 0 {
		c.sayNo(status, text, "")
	}
}

// refuse answers a request that is valid but not taken, and counts it.
func (c *conn) refuse(status int, text, fields string) {
	c.r.noteRefused(c.remote, status, text)
	c.sayNo(status, text, fields)
}

func (r *Receiver) noteRefused(peer string, status int, text string) {
	r.counts.refused.Add(1)
	r.refusals.add(Refused{At: time.Now(), Peer: peer, Status: status, Text: text})
}

// sayNo writes an answer of our own, after which the connection ends.
func (c *conn) sayNo(status int, text, fields string) {
	c.linger = true
	c.mute = true
	c.writeBy(time.Now().Add(c.r.limits.Write))
	_, _ = c.Conn.Write(refusalMessage(c.framer.Head().Method, status, text, fields))
}

// refusalMessage is a whole answer. fields are further header lines.
func refusalMessage(method string, status int, text, fields string) []byte {
	m := make([]byte, 0, 256)
	m = append(m, "HTTP/1.1 "...)
	m = strconv.AppendInt(m, int64(status), 10)
	m = append(append(m, ' '), fasthttp.StatusMessage(status)...)
	m = append(m, "\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: "...)
	m = strconv.AppendInt(m, int64(len(text)+1), 10)
	m = append(m, "\r\n"...)
	m = append(append(m, fields...), "Connection: close\r\n\r\n"...)
	if method == "HEAD" {
		return m
	}
	return append(append(m, text...), '\n')
}

// turnAway answers a connection that is over a cap, without waiting for it.
func (r *Receiver) turnAway(raw net.Conn, reason string) {
	r.noteRefused(raw.RemoteAddr().String(), 503, reason)
	if raw.SetWriteDeadline(time.Now().Add(time.Second)) == nil {
		_, _ = raw.Write(refusalMessage("", 503, reason, "Retry-After: 1\r\n"))
	}
	select {
	case r.leaving <- struct{}{}:
		go func() {
			defer func() { <-r.leaving }()
			if half, ok := raw.(interface{ CloseWrite() error }); ok && half.CloseWrite() == nil {
				drainConn(raw, 64<<10, 250*time.Millisecond)
			}
			_ = raw.Close()
		}()
	default:
		_ = raw.Close()
	}
}
