package wire

import (
	"bytes"
	"errors"
	"io"
	"strings"
)

// WriteMessage writes a message as it crossed the wire: its raw head, and its
// body put together again from the data and the chunk framing, which is nil if
// the body was not chunked. Of a body that was cut it writes what there is; the
// CRLF after the last chunk is left out then, because it is not known to have
// come. body may be nil if there is none.
func WriteMessage(w io.Writer, head, framing []byte, body io.Reader) error {
	if _, err := w.Write(head); err != nil {
		return err
	}
	if body == nil {
		body = strings.NewReader("")
	}
	if framing == nil {
		_, err := io.Copy(w, body)
		return err
	}
	return writeChunked(w, framing, body)
}

func writeChunked(w io.Writer, framing []byte, body io.Reader) error {
	for len(framing) > 0 {
		i := bytes.IndexByte(framing, '\n')
		if i < 0 {
			_, err := w.Write(framing)
			return err
		}
		size, err := chunkSize(view(bytes.TrimSuffix(framing[:i], []byte{'\r'})))
		if err != nil || size == 0 {
			// The end, or what made it impossible to read on.
			_, err := w.Write(framing)
			return err
		}
		if _, err := w.Write(framing[:i+1]); err != nil {
			return err
		}
		framing = framing[i+1:]
		if _, err := io.CopyN(w, body, size); err != nil {
			if errors.Is(err, io.EOF) && len(framing) == 0 {
				return nil
			}
			return err
		}
		if len(framing) > 0 {
			if _, err := io.WriteString(w, "\r\n"); err != nil {
				return err
			}
		}
	}
	return nil
}

// Trailers are the trailer lines within the framing of a chunked body, as
// [Scanner.Framing] returns it; nil if there are none, or the body was cut.
func Trailers(framing []byte) Fields {
	for len(framing) > 0 {
		i := bytes.IndexByte(framing, '\n')
		if i < 0 {
			return nil
		}
		size, err := chunkSize(view(bytes.TrimSuffix(framing[:i], []byte{'\r'})))
		if err != nil {
			return nil
		}
		framing = framing[i+1:]
		if size == 0 {
			fields, err := parseFields(nil, view(framing), 1<<20)
			if err != nil {
				return nil
			}
			return fields
		}
	}
	return nil
}
