package web

import (
	"context"
	"io"
	"net"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"
)

// stream answers with what write writes. Each write goes out at once and waits
// until the client has taken it, so memory stays bounded; when the client
// leaves, writing fails and ctx ends. An error of write breaks the answer off,
// so that a cut answer never looks whole. size is -1 if it is not known. At the
// end source is closed; it may be nil.
func (s *Server) stream(c *fiber.Ctx, size int, source io.Closer, write func(ctx context.Context, w io.Writer) error) error {
	c.Context().SetBodyStream(&stream{s: s, conn: c.Context().Conn(), chunked: size < 0, source: source, write: write}, size)
	return nil
}

// stream starts to write at the first read, so never for HEAD.
type stream struct {
	s       *Server
	conn    net.Conn
	chunked bool // its size is not known
	begun   bool // a part of it was read
	source  io.Closer
	write   func(ctx context.Context, w io.Writer) error

	once   sync.Once
	pipe   *io.PipeReader
	cancel context.CancelFunc
	stay   func() bool // lets the connection outlive the server's stop again
	// unwatch no longer looks whether the client leaves: a search that finds nothing
	// writes nothing either.
	unwatch func()
}

func (t *stream) Read(p []byte) (int, error) {
	t.once.Do(t.start)
	if t.pipe == nil {
		return 0, io.ErrClosedPipe
	}
	if conn, ok := t.conn.(*lingerConn); ok && t.chunked && t.begun {
		conn.chunkNext()
	}
	t.begun = true
	n, err := t.pipe.Read(p)
	// A long answer may take as long as it needs while the client goes on reading.
	t.conn.SetWriteDeadline(time.Now().Add(writeTimeout)) //nolint:errcheck // the write itself will tell
	return n, err
}

func (t *stream) start() {
	if !t.s.beginWork() {
		t.closeSource()
		return
	}
	var ctx context.Context
	ctx, t.cancel = context.WithCancel(t.s.ctx)
	// A client that does not read would hold up the stop of the server.
	t.stay = context.AfterFunc(t.s.ctx, func() { t.conn.Close() }) // writing will tell
	t.unwatch = func() {}
	if conn, ok := t.conn.(*lingerConn); ok {
		t.unwatch = conn.watch(t.cancel)
	}
	pr, pw := io.Pipe()
	t.pipe = pr
	go func() {
		defer t.s.work.Done()
		defer t.closeSource()
		defer t.s.guardPanic(pw)
		pw.CloseWithError(t.write(ctx, pw)) //nolint:errcheck // always nil
	}()
}

// beginWork takes the server in charge of one more stream, unless it stops: then nobody
// would wait for its end.
func (s *Server) beginWork() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ctx.Err() != nil {
		return false
	}
	s.work.Add(1)
	return true
}

func (t *stream) Close() error {
	t.once.Do(t.closeSource)
	if t.pipe != nil {
		t.stay()
		t.unwatch()
		t.cancel()
		t.pipe.Close()
	}
	return nil
}

func (t *stream) closeSource() {
	if t.source != nil {
		t.source.Close()
	}
}

// guardPanic breaks the answer off when its writer panics.
func (s *Server) guardPanic(pw *io.PipeWriter) {
	if r := recover(); r != nil {
		s.log("panic in a stream: %v", r)
		pw.CloseWithError(io.ErrUnexpectedEOF) //nolint:errcheck // always nil
	}
}
