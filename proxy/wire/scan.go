package wire

import (
	"bytes"
)

type scanState uint8

const (
	inData scanState = iota
	inSize
	afterDataCR
	afterDataLF
	inTrailer
	done
)

// Scanner finds the end of a body in a stream of bytes, whatever pieces it
// comes in. The zero Scanner has no body to find.
type Scanner struct {
	limits  Limits
	kind    Kind
	state   scanState
	left    int64 // data bytes until the end of the chunk, or of the body
	size    int64
	line    int // start of the current line in framing
	fields  int
	framing []byte
}

// Reset begins a new body.
func (s *Scanner) Reset(kind Kind, length int64, limits Limits) {
	*s = Scanner{limits: limits.defaults(), kind: kind, left: length}
	switch kind {
	case None:
		s.state = done
	case Chunked:
		s.state = inSize
		s.framing = []byte{}
	case Length:
		if length == 0 {
			s.state = done
		}
	}
}

// Done reports whether the end was found. It never is for [UntilClose].
func (s *Scanner) Done() bool { return s.state == done }

// Size is how many bytes of data were found.
func (s *Scanner) Size() int64 { return s.size }

// Left is how many bytes of data follow at least, as far as announced.
func (s *Scanner) Left() int64 {
	if s.kind == UntilClose || s.state != inData {
		return 0
	}
	return s.left
}

// Framing is every byte of a chunked body that is no data, as
// [inspector.Message] keeps it; nil if the body is not chunked.
func (s *Scanner) Framing() []byte { return s.framing }

// Scan takes the next piece of p: n bytes, of which data are data. It takes one
// run of bytes at a time, so it is called again until p is used up or Done. No
// bytes past the end of the body are taken. The error is an [*Error].
func (s *Scanner) Scan(p []byte) (n int, data []byte, err error) {
	if len(p) == 0 {
		return 0, nil, nil
	}
	switch s.state {
	case inData:
		return s.scanData(p)
	case afterDataCR:
		if p[0] != '\r' {
			return 0, nil, bad("a chunk is not followed by CRLF")
		}
		s.state = afterDataLF
		return 1, nil, nil
	case afterDataLF:
		if p[0] != '\n' {
			return 0, nil, bad("a chunk is not followed by CRLF")
		}
		s.state = inSize
		return 1, nil, nil
	case inSize, inTrailer:
		return s.scanLine(p)
	}
	return 0, nil, nil
}

func (s *Scanner) scanData(p []byte) (int, []byte, error) {
	if s.kind != UntilClose && int64(len(p)) > s.left {
		p = p[:s.left]
	}
	n := int64(len(p))
	if s.size+n > s.limits.Body {
		return 0, nil, tooLarge()
	}
	s.size += n
	if s.kind == UntilClose {
		return len(p), p, nil
	}
	s.left -= n
	if s.left == 0 {
		s.state = done
		if s.kind == Chunked {
			s.state = afterDataCR
		}
	}
	return len(p), p, nil
}

func (s *Scanner) scanLine(p []byte) (int, []byte, error) {
	limit := s.limits.Line
	if s.state == inTrailer {
		limit = s.limits.Head
	}
	n := len(p)
	i := bytes.IndexByte(p, '\n')
	if i >= 0 {
		n = i + 1
	}
	if len(s.framing)+n > s.limits.Framing {
		return 0, nil, bad("there is too much chunk framing")
	}
	if len(s.framing)-s.line+n > limit {
		return 0, nil, bad("a chunk size line or trailer line is too long")
	}
	s.framing = append(s.framing, p[:n]...)
	if i < 0 {
		return n, nil, nil
	}
	line := s.framing[s.line:]
	if len(line) < 2 || line[len(line)-2] != '\r' {
		return 0, nil, bad("a chunk size line or trailer line ends in LF alone")
	}
	s.line = len(s.framing)
	// A copy is not needed: what is parsed here is dropped again.
	text := view(line[:len(line)-2])
	if s.state == inTrailer {
		return n, nil, s.endTrailer(text)
	}
	return n, nil, s.endSize(text)
}

func (s *Scanner) endSize(line string) error {
	size, err := chunkSize(line)
	if err != nil {
		return err
	}
	if size == 0 {
		s.state = inTrailer
		return nil
	}
	if size > s.limits.Body-s.size {
		return tooLarge()
	}
	s.left, s.state = size, inData
	return nil
}

func (s *Scanner) endTrailer(line string) error {
	if line == "" {
		s.state = done
		return nil
	}
	if s.fields++; s.fields > s.limits.Fields {
		return bad("there are too many trailer lines")
	}
	_, err := parseField(line)
	return err
}

// chunkSize reads 1 to 16 hexadecimal digits, at the end or before a semicolon.
func chunkSize(line string) (n int64, err error) {
	i := 0
	for i < len(line) && chars[line[i]]&charHex != 0 {
		if i == 16 {
			return 0, bad("a chunk size has more than 16 digits")
		}
		n = n<<4 | int64(hexDigit(line[i]))
		i++
	}
	switch {
	case i == 0:
		return 0, bad("a chunk size is not a hexadecimal number")
	case i < len(line) && line[i] != ';':
		return 0, bad("a chunk size is followed by something else than an extension")
	case !FieldValue(line[i:]):
		return 0, bad("a chunk extension has a control byte")
	case n < 0:
		return 0, tooLarge()
	}
	return n, nil
}

func hexDigit(c byte) byte {
	if c <= '9' {
		return c - '0'
	}
	return c | 0x20 - 'a' + 10
}

func tooLarge() error { return &Error{Status: 413, Text: "the body is larger than the limit"} }
