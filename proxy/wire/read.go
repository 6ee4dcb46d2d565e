package wire

import (
	"bufio"
	"bytes"
	"errors"
	"io"
)

// ReadRequestHead reads a request head up to and including its empty line: at
// most maxBytes, at most maxFields header lines. 0 stands for the defaults of
// [Limits]. The error is io.EOF if r ended before the first byte,
// io.ErrUnexpectedEOF if it ended within the head, an [*Error] if the head is
// refused, or that of r. raw is what was read, also with an error.
func ReadRequestHead(r *bufio.Reader, maxBytes, maxFields int) (raw []byte, h *RequestHead, err error) {
	limits := Limits{Head: maxBytes, Fields: maxFields}.defaults()
	raw, err = readHead(r, limits.Head, func(line string) error { return new(RequestHead).parseStart(line) })
	if err != nil {
		return raw, nil, err
	}
	h = new(RequestHead)
	if err := h.Parse(raw, limits.Fields); err != nil {
		return raw, nil, err
	}
	return raw, h, nil
}

// ReadResponseHead reads a response head as [ReadRequestHead] does a request's.
// An interim response (1xx) is a head of its own.
func ReadResponseHead(r *bufio.Reader, maxBytes, maxFields int) (raw []byte, h *ResponseHead, err error) {
	limits := Limits{Head: maxBytes, Fields: maxFields}.defaults()
	raw, err = readHead(r, limits.Head, func(line string) error { return new(ResponseHead).parseStart(line) })
	if err != nil {
		return raw, nil, asResponse(err)
	}
	h = new(ResponseHead)
	if err := h.Parse(raw, limits.Fields); err != nil {
		return raw, nil, err
	}
	return raw, h, nil
}

// readHead reads line by line, so that nothing past the empty line is taken.
func readHead(r *bufio.Reader, maxBytes int, checkStart func(line string) error) ([]byte, error) {
	if raw := bufferedHead(r, maxBytes, checkStart); raw != nil {
		return raw, nil
	}
	var raw []byte
	line, first := 0, true
	for {
		piece, err := r.ReadSlice('\n')
		if len(raw)+len(piece) > maxBytes {
			return raw, tooLong(raw)
		}
		if raw == nil {
			raw = make([]byte, 0, max(512, len(piece)))
		}
		raw = append(raw, piece...)
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case errors.Is(err, io.EOF) && len(raw) > 0:
			return raw, io.ErrUnexpectedEOF
		case err != nil:
			return raw, err
		}
		text, _, err := cutLine(view(raw[line:]))
		if err != nil {
			return raw, err
		}
		if first {
			if text == "" {
				return raw, bad("there is an empty line before the start line")
			}
			if err := checkStart(text); err != nil {
				return raw, err
			}
		}
		if text == "" {
			return raw, nil
		}
		line, first = len(raw), false
	}
}

// bufferedHead takes a head that is there as a whole and has nothing wrong with its
// lines, as nearly all are; it is nil, and nothing was taken, if there is none.
func bufferedHead(r *bufio.Reader, maxBytes int, checkStart func(line string) error) []byte {
	all, _ := r.Peek(r.Buffered()) // it cannot fail
	end, err := headEnd(all, 0)
	if err != nil || end == 0 || end > maxBytes {
		return nil
	}
	raw := bytes.Clone(all[:end])
	if start, _, err := cutLine(view(raw)); err != nil || checkStart(start) != nil {
		return nil
	}
	_, _ = r.Discard(end)
	return raw
}

// BodyReader reads a body, freed of its chunk framing.
type BodyReader struct {
	r   *bufio.Reader
	s   Scanner
	err error
}

// NewBodyReader returns a reader of the body that follows a head in r. What it
// reads never goes past the end of the body. Read returns io.EOF at the end,
// io.ErrUnexpectedEOF if r ended before it, an [*Error] if the framing is wrong
// or a limit is passed, or the error of r.
func NewBodyReader(r *bufio.Reader, kind Kind, length int64, limits Limits) *BodyReader {
	b := &BodyReader{}
	b.Reset(r, kind, length, limits)
	return b
}

// Reset makes b what NewBodyReader returns.
func (b *BodyReader) Reset(r *bufio.Reader, kind Kind, length int64, limits Limits) {
	b.r, b.err = r, nil
	b.s.Reset(kind, length, limits)
}

func (b *BodyReader) Read(p []byte) (int, error) {
	for b.err == nil && len(p) > 0 {
		if b.s.Done() {
			b.err = io.EOF
			break
		}
		window, err := b.window(len(p))
		if err != nil {
			b.err = err
			break
		}
		n, data, err := b.s.Scan(window)
		b.err = err
		copied := copy(p, data)
		if _, err := b.r.Discard(n); err != nil && b.err == nil {
			b.err = err
		}
		if copied > 0 {
			return copied, nil
		}
	}
	if len(p) == 0 {
		return 0, nil
	}
	return 0, b.err
}

// window is what to scan next: what is buffered, but no more data than fits.
func (b *BodyReader) window(room int) ([]byte, error) {
	if _, err := b.r.Peek(1); err != nil {
		if err == io.EOF && b.s.kind != UntilClose {
			err = io.ErrUnexpectedEOF
		}
		return nil, err
	}
	n := b.r.Buffered()
	if b.s.state == inData {
		n = min(n, room)
	}
	return b.r.Peek(n)
}

// Size is how many bytes of data were read.
func (b *BodyReader) Size() int64 { return b.s.Size() }

// Done reports whether the end of the body was reached. For [UntilClose] that
// is the end of the stream.
func (b *BodyReader) Done() bool {
	return b.s.Done() || b.s.kind == UntilClose && errors.Is(b.err, io.EOF)
}

// Framing is the chunk framing read so far, as [inspector.Message] keeps it.
func (b *BodyReader) Framing() []byte { return b.s.Framing() }

// Trailers are the trailer lines, once the end was reached.
func (b *BodyReader) Trailers() Fields { return Trailers(b.s.Framing()) }
