package inspector

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
)

const (
	maxDecoded   = 8 << 20     // most bytes Decode returns
	maxCodings   = 2           // most content codings on top of each other
	maxDecode    = time.Second // most time Decode takes
	zstdMaxBytes = 8 << 20     // largest zstd window
)

var (
	// ErrCoding is returned by Decode for a content coding it does not know, or
	// for too many of them.
	ErrCoding = errors.New("content coding cannot be decoded")
	// ErrSlowDecode is returned by Decode when its time was up.
	ErrSlowDecode = errors.New("decoding took over a second")
)

// Decoded is a body freed of its Content-Encoding.
type Decoded struct {
	Bytes     []byte
	Truncated bool     // there was more than fits
	Applied   []string // codings that were undone, outermost first
}

// Decode frees a body of the codings of a Content-Encoding value: gzip, deflate
// (with and without zlib's head), br and zstd, at most two of them. It returns
// at most max bytes, and never over 8 MiB; 0 asks for 8 MiB. On an error it
// returns what was decoded before, too.
func Decode(contentEncoding string, body []byte, max int) (Decoded, error) {
	return decodeUntil(time.Now().Add(maxDecode), contentEncoding, body, max)
}

func decodeUntil(stop time.Time, contentEncoding string, body []byte, max int) (Decoded, error) {
	if max <= 0 || max > maxDecoded {
		max = maxDecoded
	}
	d := Decoded{Bytes: body}
	codings := codingsOf(contentEncoding)
	if len(codings) > maxCodings {
		return d.cut(max), fmt.Errorf("%w: %d codings, at most %d are undone", ErrCoding, len(codings), maxCodings)
	}
	for i, coding := range slices.Backward(codings) {
		limit := maxDecoded // what is between two codings may be longer than the result
		if i == 0 {
			limit = max
		}
		out, truncated, err := decodeOne(coding, d.Bytes, limit, stop)
		if errors.Is(err, ErrCoding) {
			return d.cut(max), err
		}
		if err != nil && d.Truncated && errors.Is(err, io.ErrUnexpectedEOF) {
			err = nil // the input was cut by us
		}
		d.Bytes, d.Applied = out, append(d.Applied, coding)
		d.Truncated = d.Truncated || truncated
		if err != nil {
			return d.cut(max), fmt.Errorf("decode %s: %w", coding, err)
		}
	}
	return d.cut(max), nil
}

func (d Decoded) cut(max int) Decoded {
	if len(d.Bytes) > max {
		d.Bytes, d.Truncated = d.Bytes[:max], true
	}
	return d
}

func codingsOf(contentEncoding string) []string {
	var codings []string
	for _, c := range strings.Split(contentEncoding, ",") {
		switch c = lowerASCII(strings.Trim(c, " \t")); c {
		case "", "identity":
		case "x-gzip":
			codings = append(codings, "gzip")
		default:
			codings = append(codings, c)
		}
	}
	return codings
}

func decodeOne(coding string, in []byte, limit int, stop time.Time) (out []byte, truncated bool, err error) {
	open, ok := decoders[coding]
	if !ok {
		return nil, false, fmt.Errorf("%w: %.40q", ErrCoding, coding)
	}
	r, err := open(&timedReader{bytes.NewReader(in), stop})
	if err != nil {
		return nil, false, unexpected(err)
	}
	defer r.Close()
	out, truncated, err = readUpTo(r, limit, stop)
	if coding == "deflate" && err != nil && len(out) == 0 && looksZlib(in) {
		// Raw deflate data may begin like zlib's head by chance.
		if raw, cut, rawErr := readUpTo(flate.NewReader(bytes.NewReader(in)), limit, stop); rawErr == nil {
			return raw, cut, nil
		}
	}
	return out, truncated, err
}

var decoders = map[string]func(*timedReader) (io.ReadCloser, error){
	"gzip": func(r *timedReader) (io.ReadCloser, error) { return gzip.NewReader(r) },
	"br":   func(r *timedReader) (io.ReadCloser, error) { return io.NopCloser(brotli.NewReader(r)), nil },
	"deflate": func(r *timedReader) (io.ReadCloser, error) {
		head := make([]byte, 2)
		if n, _ := r.ReadAt(head, 0); n == 2 && looksZlib(head) {
			return zlib.NewReader(r)
		}
		return flate.NewReader(r), nil
	},
	"zstd": func(r *timedReader) (io.ReadCloser, error) {
		// One goroutine, and no window that a few bytes could make huge.
		d, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(zstdMaxBytes))
		if err != nil {
			return nil, err
		}
		return d.IOReadCloser(), nil
	},
}

func looksZlib(b []byte) bool {
	return len(b) >= 2 && b[0]&0x0f == 8 && b[0]>>4 <= 7 && (int(b[0])<<8|int(b[1]))%31 == 0
}

// readUpTo reads at most limit bytes and says if there were more.
func readUpTo(r io.Reader, limit int, stop time.Time) (out []byte, truncated bool, err error) {
	var buf bytes.Buffer
	chunk := make([]byte, 32<<10)
	for {
		n, err := r.Read(chunk)
		if buf.Len()+n > limit {
			buf.Write(chunk[:limit-buf.Len()])
			return buf.Bytes(), true, nil
		}
		buf.Write(chunk[:n])
		if err == io.EOF {
			return buf.Bytes(), false, nil
		}
		if err != nil {
			return buf.Bytes(), false, unexpected(err)
		}
		if time.Now().After(stop) {
			return buf.Bytes(), true, ErrSlowDecode
		}
	}
}

func unexpected(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// timedReader ends when the time is up, so that input which decodes to nothing
// cannot hold the reader for long.
type timedReader struct {
	*bytes.Reader
	stop time.Time
}

func (r *timedReader) Read(p []byte) (int, error) {
	if time.Now().After(r.stop) {
		return 0, ErrSlowDecode
	}
	return r.Reader.Read(p[:min(len(p), 32<<10)])
}
