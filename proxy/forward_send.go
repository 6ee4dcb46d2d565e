package proxy

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"time"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/proxy/wire"
)

// appendChunked writes a whole body with the chunk framing it came with.
func appendChunked(b []byte, src *source) []byte {
	w := bytes.NewBuffer(b)
	// Memory does not fail, and the framing was checked when it was received.
	_ = wire.WriteMessage(w, nil, src.framing, bytes.NewReader(src.body))
	return w.Bytes()
}

// reader opens the body of a captured request.
func (s *source) reader(ctx context.Context) (io.ReadCloser, error) {
	if s.whole {
		return io.NopCloser(bytes.NewReader(s.body)), nil
	}
	r, err := s.open(ctx)
	if err != nil {
		return nil, storeFailure(err)
	}
	return storedBody{r}, nil
}

// storedBody tells apart what fails to be read from the store from what fails to
// be sent.
type storedBody struct{ io.ReadCloser }

func (b storedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		err = storeFailure(err)
	}
	return n, err
}

func storeFailure(err error) error {
	return &hopError{inspector.Failure{Class: inspector.FailStore, Phase: "send", Text: "the stored request cannot be read: " + err.Error()}, err}
}

// sender is the state of a request that is sent while the answer is awaited: an
// app may answer before it has read everything.
type sender struct {
	mu       sync.Mutex
	end      time.Time // when all was sent
	answered bool      // the head of the answer is there
	done     chan error
}

// sendLarge sends a request that does not fit into one write.
func (h *hop) sendLarge(ctx context.Context, start time.Time) error {
	body, err := h.src.reader(ctx)
	if err != nil {
		return hopFailure("send", err, h.t)
	}
	h.conn.until = time.Time{} // it is changed while the request is sent
	if err := h.conn.SetDeadline(h.deadline); err != nil {
		body.Close()
		return hopFailure("send", err, h.t)
	}
	s := &sender{done: make(chan error, 1)}
	h.sending = s
	conn := h.conn
	go func() {
		defer body.Close()
		err := h.src.write(conn, h.out.raw, body)
		s.finished(conn, h.deadline)
		var broken *hopError
		if errors.As(err, &broken) {
			conn.Close() // the app must not take it for the whole request
		}
		s.done <- err
	}()
	return nil
}

// write sends a head and a body.
func (s *source) write(conn io.Writer, head []byte, body io.Reader) error {
	if s.slow > 0 || s.cutAt > 0 {
		return s.writePieces(conn, head)
	}
	w := bufio.NewWriterSize(conn, smallBytes)
	if err := wire.WriteMessage(w, head, s.framing, body); err != nil {
		return err
	}
	return w.Flush()
}

// writePieces sends a whole body in small pieces, or a part of it.
func (s *source) writePieces(conn io.Writer, head []byte) error {
	if _, err := conn.Write(head); err != nil {
		return err
	}
	rest := s.body
	if s.framing != nil {
		rest = appendChunked(nil, s)
	}
	if s.cutAt > 0 {
		rest = rest[:min(int64(len(rest)), s.cutAt)]
	}
	for len(rest) > 0 {
		n := len(rest)
		if s.slow > 0 {
			n = min(n, SlowBytes)
		}
		if _, err := conn.Write(rest[:n]); err != nil {
			return err
		}
		if rest = rest[n:]; len(rest) > 0 {
			time.Sleep(s.slow) // the conn's deadline ends it
		}
	}
	if s.cutAt > 0 {
		return &hopError{inspector.Failure{
			Class: inspector.FailAborted, Phase: "send",
			Text: fmt.Sprintf("the connection was closed on purpose after %d of %d bytes of the body", s.cutAt, s.size),
		}, errCutOnPurpose}
	}
	return nil
}

// errCutOnPurpose ends a request of which only a part shall arrive.
var errCutOnPurpose = errors.New("cut on purpose")

// finished notes that all was sent. From now on the answer is awaited.
func (s *sender) finished(conn net.Conn, deadline time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.end = time.Now()
	if head := s.end.Add(headTimeout); !s.answered && head.Before(deadline) {
		_ = conn.SetReadDeadline(head) // if it fails, so does the reading
	}
}

// began notes that the answer began, and returns when all was sent; zero if it
// was not yet.
func (s *sender) began(conn net.Conn, deadline time.Time) time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answered = true
	_ = conn.SetReadDeadline(deadline) // if it fails, so does the reading
	return s.end
}

// wait returns how the sending ended. It gives the sender a moment; then it
// breaks the connection off, because the app answered without reading on.
func (s *sender) wait(conn net.Conn) error {
	moment := time.NewTimer(50 * time.Millisecond)
	defer moment.Stop()
	select {
	case err := <-s.done:
		return err
	case <-moment.C:
	}
	conn.Close()
	return <-s.done
}
