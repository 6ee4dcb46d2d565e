package proxy

import (
	"errors"
	"io"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/valyala/fasthttp"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/proxy/wire"
)

// joinedBytes is the largest body that is written with its head at once.
const joinedBytes = 64 << 10

// outgoing is a reply as it is written to one connection.
type outgoing struct {
	head    []byte
	joined  []byte // head and body in one piece, nil if they are not
	body    []byte
	stream  io.Reader
	size    int64 // of body and stream, -1 if unknown
	wanted  int64 // the Content-Length that is announced, -1 if none is
	chunked bool
	stay    bool // the connection stays open
	notes   []string
}

// render puts a reply into its exact form. stay says whether the connection may
// stay open.
func render(h *wire.RequestHead, reply *Reply, stay bool) outgoing {
	if reply.Status < 200 || reply.Status > 999 {
		reply.Status, reply.Reason = 502, ""
	}
	a := outgoing{body: reply.Body, size: int64(len(reply.Body)), stay: stay && !reply.Close}
	if reply.Stream != nil {
		a.stream, a.size = reply.Stream, reply.Size
	}
	bodyless := wire.Bodyless(h.Method, reply.Status)
	if a.size < 0 && !bodyless {
		a.chunked = h.Proto == "HTTP/1.1"
		a.stay = a.stay && a.chunked
	}
	buf := make([]byte, 0, 96+fieldBytes(reply.Fields)+min(len(a.body), joinedBytes))
	buf = append(buf, "HTTP/1.1 "...)
	buf = strconv.AppendInt(buf, int64(reply.Status), 10)
	buf = append(append(append(buf, ' '), reason(reply)...), "\r\n"...)
	buf = a.appendFields(buf, h, reply, bodyless)
	a.head = buf[:len(buf):len(buf)]
	if bodyless {
		a.body, a.stream, a.size = nil, nil, 0
	}
	if a.stream == nil && len(a.body) <= joinedBytes {
		a.joined = append(buf, a.body...)
		a.head, a.body = a.joined[:len(buf):len(buf)], a.joined[len(buf):]
	}
	return a
}

func (a *outgoing) appendFields(buf []byte, h *wire.RequestHead, reply *Reply, bodyless bool) []byte {
	length := ""
	a.wanted = -1
	if a.size >= 0 && (!bodyless || h.Method == "HEAD" && a.size > 0) && reply.Status != 204 && reply.Status != 304 {
		length = strconv.FormatInt(a.size, 10)
	}
	hasLength := false
	for i := range reply.Fields {
		f := &reply.Fields[i]
		switch {
		case !wire.Token(f.Name) || !wire.FieldValue(f.Value):
			a.notes = append(a.notes, "a header line of the answer was left out: its name or value is not allowed")
			continue
		case sameName(f.Name, "Content-Length"):
			fits := f.Value == length || bodyless && reply.Status != 204 && wire.Number(f.Value)
			if !fits || hasLength {
				continue
			}
			hasLength = true
			a.wanted, _ = strconv.ParseInt(f.Value, 10, 64)
		case sameName(f.Name, "Connection"), sameName(f.Name, "Keep-Alive"), sameName(f.Name, "Transfer-Encoding"):
			continue
		}
		buf = append(append(buf, f.Name...), ": "...)
		buf = append(append(buf, f.Value...), "\r\n"...)
	}
	switch {
	case a.chunked:
		buf = append(buf, "Transfer-Encoding: chunked\r\n"...)
	case length != "" && !hasLength:
		buf = append(append(append(buf, "Content-Length: "...), length...), "\r\n"...)
		a.wanted = a.size
	}
	switch {
	case !a.stay:
		buf = append(buf, "Connection: close\r\n"...)
	case h.Proto == "HTTP/1.0":
		buf = append(buf, "Connection: keep-alive\r\n"...)
	}
	return append(buf, "\r\n"...)
}

func sameName(name, known string) bool {
	return len(name) == len(known) && strings.EqualFold(name, known)
}

func fieldBytes(fields []wire.Field) (n int) {
	for i := range fields {
		n += len(fields[i].Name) + len(fields[i].Value) + 4
	}
	return n
}

func reason(reply *Reply) string {
	if reply.Reason != "" && wire.FieldValue(reply.Reason) {
		return reply.Reason
	}
	if text := fasthttp.StatusMessage(reply.Status); text != "Unknown Status Code" {
		return text
	}
	return ""
}

// sent is what became of an answer.
type sent struct {
	msg    inspector.Message
	chunks []inspector.Chunk
	size   int64 // bytes of the body that were sent
	err    error
}

// message is the record of an answer without a stream, which is known before it
// is sent. Its body is appended to chunks.
func (a *outgoing) message(id inspector.ID, chunks []inspector.Chunk) (inspector.Message, []inspector.Chunk) {
	m := inspector.Message{Head: a.head, Size: int64(len(a.body)), Wanted: a.wanted}
	key := inspector.BodyKey{Delivery: id, Part: inspector.Response}
	for b, seq := a.body, 0; len(b) > 0; seq++ {
		n := min(len(b), inspector.ChunkBytes)
		chunks = append(chunks, inspector.Chunk{Body: key, Seq: seq, Data: b[:n:n]})
		b = b[n:]
	}
	return m, chunks
}

// writeBy sets the deadline of writes to at least t.
func (c *conn) writeBy(t time.Time) {
	if c.writing.Before(t) {
		c.writing = t.Add(c.r.limits.Write / 2)
		_ = c.Conn.SetWriteDeadline(c.writing)
	}
}

// send writes an answer without a stream.
func (c *conn) send(a *outgoing) error {
	c.writeBy(time.Now().Add(c.r.limits.Write))
	if a.joined != nil {
		_, err := c.Conn.Write(a.joined)
		return err
	}
	bufs := net.Buffers{a.head, a.body}
	_, err := bufs.WriteTo(c.Conn)
	return err
}

var errShortStream = errors.New("the body of the answer ended early")

// sendStream writes an answer with a stream, and keeps what it wrote up to the
// limit.
func (c *conn) sendStream(a *outgoing, reply *Reply, id inspector.ID) (s sent) {
	limit := reply.Deadline
	if limit <= 0 {
		limit = c.r.limits.Write
	}
	c.writing = time.Now().Add(limit)
	_ = c.Conn.SetWriteDeadline(c.writing)
	k := replyKeeper{c: c, left: c.r.limits.Reply, key: inspector.BodyKey{Delivery: id, Part: inspector.Response}}
	s.msg.Head, s.msg.Wanted = a.head, a.wanted
	if a.chunked {
		s.msg.Framing = []byte{}
	}
	_, s.err = c.Conn.Write(a.head)
	buf := readBuffers.Get().(*[64 << 10]byte)
	defer readBuffers.Put(buf)
	src := io.Reader(&twoReader{first: a.body, then: a.stream})
	if a.size >= 0 {
		src = io.LimitReader(src, a.size)
	}
	for s.err == nil {
		n, err := src.Read(buf[:])
		if n > 0 {
			s.err = c.writePiece(&s, &k, a.chunked, buf[:n])
		}
		if err == io.EOF {
			break
		}
		if s.err == nil {
			s.err = err
		}
	}
	if s.err == nil && a.size >= 0 && s.size < a.size {
		s.err = errShortStream
	}
	if s.err == nil && a.chunked {
		end := chunkedEnd(reply)
		_, s.err = c.Conn.Write(end)
		if k.size == s.size {
			s.msg.Framing = append(s.msg.Framing, end...)
		}
	}
	s.chunks, s.msg.Size = k.chunks, k.size
	s.msg.Cut = s.err != nil || k.size < s.size
	return s
}

// chunkedEnd is what follows the last chunk with data.
func chunkedEnd(reply *Reply) []byte {
	end := []byte("0\r\n")
	if reply.Trailers != nil {
		for _, f := range reply.Trailers() {
			if wire.Token(f.Name) && wire.FieldValue(f.Value) {
				end = append(append(append(append(end, f.Name...), ": "...), f.Value...), "\r\n"...)
			}
		}
	}
	return append(end, "\r\n"...)
}

func (c *conn) writePiece(s *sent, k *replyKeeper, chunked bool, p []byte) error {
	bufs := net.Buffers{p}
	if chunked {
		line := append(strconv.AppendInt(nil, int64(len(p)), 16), "\r\n"...)
		if k.size == s.size {
			s.msg.Framing = append(s.msg.Framing, line...)
		}
		bufs = net.Buffers{line, p, []byte("\r\n")}
	}
	if _, err := bufs.WriteTo(c.Conn); err != nil {
		return err
	}
	k.keep(p)
	s.size += int64(len(p))
	return nil
}

// replyKeeper collects chunks of a body up to a limit.
type replyKeeper struct {
	c      *conn
	key    inspector.BodyKey
	left   int64
	size   int64
	chunks []inspector.Chunk
}

func (k *replyKeeper) keep(p []byte) {
	p = p[:min(int64(len(p)), k.left)]
	for len(p) > 0 {
		if n := len(k.chunks); n == 0 || len(k.chunks[n-1].Data) == inspector.ChunkBytes {
			k.chunks = append(k.chunks, inspector.Chunk{Body: k.key, Seq: n})
		}
		last := &k.chunks[len(k.chunks)-1]
		n := min(len(p), inspector.ChunkBytes-len(last.Data))
		if !k.c.hold(int64(n)) {
			k.left = 0
			if len(last.Data) == 0 {
				k.chunks = k.chunks[:len(k.chunks)-1]
			}
			return
		}
		last.Data = append(last.Data, p[:n]...)
		k.left -= int64(n)
		k.size += int64(n)
		p = p[n:]
	}
}

// twoReader reads first and then then.
type twoReader struct {
	first []byte
	then  io.Reader
}

func (r *twoReader) Read(p []byte) (int, error) {
	if len(r.first) > 0 {
		n := copy(p, r.first)
		r.first = r.first[n:]
		return n, nil
	}
	return r.then.Read(p)
}
