package portable

import (
	"archive/zip"
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/proxy/wire"
)

// maxRaw is the largest body of a raw request that is read.
const maxRaw = 64 << 20

// rawEncoder writes the request of a delivery as it crossed the wire.
type rawEncoder struct{ w io.Writer }

func (e rawEncoder) close() error { return nil }

func (e rawEncoder) item(it *Item) error {
	if len(it.Attempts) == 0 || it.Attempts[0].Request.Head == nil {
		return errors.New("it has no request")
	}
	a := &it.Attempts[0]
	return it.write(e.w, &a.Request, a.BodyKey(inspector.Request))
}

// write writes a message as it crossed the wire.
func (it *Item) write(w io.Writer, m *inspector.Message, key inspector.BodyKey) error {
	b, err := it.open(key)
	if err != nil {
		return err
	}
	if b == nil {
		return wire.WriteMessage(w, m.Head, m.Framing, nil)
	}
	defer b.Close()
	return wire.WriteMessage(w, m.Head, m.Framing, io.NewSectionReader(b, 0, b.Size()))
}

// zipEncoder writes each message into a file of its own. Names are made of
// numbers alone: nothing that was received becomes a path.
type zipEncoder struct{ z *zip.Writer }

func newZIP(w io.Writer) *zipEncoder { return &zipEncoder{zip.NewWriter(w)} }

func (e *zipEncoder) close() error { return e.z.Close() }

func (e *zipEncoder) item(it *Item) error {
	for i := range it.Attempts {
		a := &it.Attempts[i]
		for part, m := range []*inspector.Message{&a.Request, &a.Response} {
			if m.Head == nil {
				continue
			}
			key := a.BodyKey(inspector.Part(part))
			name := fmt.Sprintf("%06d-%d-%s", it.Row.N, a.K, inspector.Part(part))
			f, err := e.create(name+".http", it)
			if err == nil {
				err = it.write(f, m, key)
			}
			if err == nil && m.Size > 0 {
				if f, err = e.create(name+".body", it); err == nil {
					err = it.copyBody(f, key)
				}
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

func (e *zipEncoder) create(name string, it *Item) (io.Writer, error) {
	return e.z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: it.Row.At})
}

// raw reads one request as it crosses the wire. A file that was edited may have
// bare line ends in its head, which are mended, and no Content-Length: the rest of
// the file is the body then.
func (im *importer) raw(b *bufio.Reader) error {
	all, err := io.ReadAll(io.LimitReader(b, maxRaw+1))
	if err != nil {
		return err
	}
	if len(all) > maxRaw {
		im.mistake(Mistake{Byte: maxRaw, Text: fmt.Sprintf("is longer than %d MiB", maxRaw>>20)})
		return nil
	}
	if len(bytes.TrimSpace(all)) == 0 {
		return nil
	}
	in, err := rawRequest(all)
	if err != nil {
		why := err.Error()
		if e := new(wire.Error); errors.As(err, &e) {
			why = e.Text // without the status, which a sender would be answered
		}
		im.mistake(Mistake{Byte: -1, Text: "is no HTTP request: " + why})
		return nil
	}
	return im.received(in)
}

func rawRequest(all []byte) (received, error) {
	in := received{note: "imported from a raw request"}
	limits := wire.Limits{Body: maxRaw}
	r := bufio.NewReader(bytes.NewReader(all))
	raw, head, err := wire.ReadRequestHead(r, 0, 0)
	if err != nil {
		mended, ok := mendHead(all)
		if !ok {
			return in, err
		}
		r = bufio.NewReader(bytes.NewReader(mended))
		if raw, head, err = wire.ReadRequestHead(r, 0, 0); err != nil {
			return in, err
		}
		in.note += ", the line ends of its head mended"
	}
	in.head = raw
	kind, length, err := head.Framing()
	if err != nil {
		return in, err
	}
	if kind == wire.None {
		in.body, err = io.ReadAll(r)
		if len(bytes.TrimSpace(in.body)) == 0 {
			in.body = nil
		}
		return in, err
	}
	body := wire.NewBodyReader(r, kind, length, limits)
	if in.body, err = io.ReadAll(body); err != nil {
		return in, fmt.Errorf("its body: %w", err)
	}
	if kind == wire.Chunked {
		in.framing = body.Framing()
	}
	return in, nil
}

// mendHead gives the lines of a head the ends that HTTP wants.
func mendHead(all []byte) ([]byte, bool) {
	head, body, found := bytes.Cut(all, []byte("\n\n"))
	if !found {
		head = bytes.TrimRight(all, "\r\n")
	}
	if bytes.Contains(head, []byte("\r\n")) {
		return nil, false
	}
	head = bytes.ReplaceAll(head, []byte("\n"), []byte("\r\n"))
	return append(append(head, "\r\n\r\n"...), body...), true
}
