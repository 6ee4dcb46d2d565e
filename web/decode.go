package web

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"

	"github.com/boathook/boathook/inspector"
)

// decode frees a body of its content encodings and closes it. truncated says
// that the result is not all there is; cut that the body is not.
func (s *Server) decode(ctx context.Context, body content, encodings []string, cut bool) (decoded content, truncated bool, err error) {
	defer body.Close()
	select {
	case s.decoding <- struct{}{}:
		defer func() { <-s.decoding }()
	case <-ctx.Done():
		return content{}, false, context.Cause(ctx)
	}
	data, err := io.ReadAll(io.NewSectionReader(body, 0, min(body.size, maxEncoded)))
	if err != nil {
		return content{}, false, err
	}
	out, err := inspector.Decode(strings.Join(encodings, ", "), data, maxDecoded)
	cut = cut || body.size > maxEncoded
	if cut && errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, inspector.ErrSlowDecode) {
		out.Truncated, err = true, nil // what was decoded so far is better than nothing
	}
	if err != nil {
		return content{}, false, withHint(problem(422, "encoding", "body cannot be decoded",
			"the bytes are not what their Content-Encoding says, or it is not known"), "fetch the body without decoded=1")
	}
	return content{bytes.NewReader(out.Bytes), io.NopCloser(nil), int64(len(out.Bytes))}, out.Truncated, nil
}
