package inspector

import (
	"bytes"
	"errors"
	"io"
)

// Hide returns a body as it may be shown, as long as it was, and names the paths by
// which something is hidden. An encoded body that has something to hide is hidden
// as a whole.
func (h *Hider) Hide(head *Head, r io.ReaderAt, size int64) (io.ReaderAt, []string, error) {
	coding := contentEncoding(head)
	if coding == "" || equalLower(coding, "identity") {
		w := h.Writer(io.Discard, head)
		if _, err := io.Copy(w, io.NewSectionReader(r, 0, size)); err != nil {
			return nil, nil, err
		}
		if err := w.Close(); err != nil || len(w.hidden) == 0 {
			return r, nil, err
		}
		return &hiddenBytes{h: h, head: head, from: r, size: size}, w.hidden, nil
	}
	raw, err := io.ReadAll(io.NewSectionReader(r, 0, min(size, maxTextBytes)))
	if err != nil {
		return nil, nil, err
	}
	d, err := Decode(coding, raw, maxTextBytes)
	w := h.Writer(io.Discard, head)
	_, _ = w.Write(d.Bytes) // nowhere
	_ = w.Close()
	switch {
	case len(w.hidden) > 0:
	case err != nil || d.Truncated || size > maxTextBytes:
		w.hidden = []string{"all of it, which could not be decoded"}
	default:
		return r, nil, nil
	}
	return stars(size), w.hidden, nil
}

// stars is a body of which nothing is shown.
type stars int64

func (s stars) ReadAt(p []byte, at int64) (int, error) {
	n := int(max(0, min(int64(len(p)), int64(s)-at)))
	copy(p, bytes.Repeat([]byte{hiddenByte}, n))
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

// hiddenBytes is a body as it may be shown. What comes before must be read to know
// what stands at a place, so it is quick from the start to the end only. Not safe
// for concurrent use.
type hiddenBytes struct {
	h    *Hider
	head *Head
	from io.ReaderAt
	size int64

	w    *HidingWriter
	in   *io.SectionReader
	out  bytes.Buffer // that is not read yet
	at   int64        // of the first byte in out
	over bool
}

const hideStep = 32 << 10

func (b *hiddenBytes) ReadAt(p []byte, at int64) (int, error) {
	if b.w == nil || at < b.at {
		b.out.Reset()
		b.w, b.in, b.at, b.over = b.h.Writer(&b.out, b.head), io.NewSectionReader(b.from, 0, b.size), 0, false
	}
	done := 0
	for done < len(p) {
		if b.at < at {
			b.at += int64(len(b.out.Next(int(min(at-b.at, hideStep)))))
		}
		if b.out.Len() > 0 && b.at == at {
			n, _ := b.out.Read(p[done:]) // it has some
			done, b.at, at = done+n, b.at+int64(n), at+int64(n)
			continue
		}
		if b.out.Len() > 0 {
			continue
		}
		if b.over {
			return done, io.EOF
		}
		n, err := io.CopyN(b.w, b.in, hideStep)
		if errors.Is(err, io.EOF) || err == nil && n == 0 {
			b.over, err = true, b.w.Close()
		}
		if err != nil {
			return done, err
		}
	}
	return done, nil
}
