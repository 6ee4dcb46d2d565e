package inspector

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
)

// hiddenByte stands for each byte of a value that is hidden.
const hiddenByte = '*'

// Hider hides values of JSON and form bodies, by their paths. A hidden value is as
// long as it was: lengths, offsets and chunk lines stay true, and so does everything
// around it. Safe for concurrent use.
type Hider struct {
	root  *hideNode
	forms []hiddenField
	first [256]bool // first bytes that names of form fields begin with
}

// hiddenField is a path as forms have it.
type hiddenField struct {
	name string
	path jsonPath
}

// hideNode is the place in a JSON document that some paths lead to.
type hideNode struct {
	name   string // of the path that ends here
	end    bool
	keys   map[string]*hideNode
	index  map[int]*hideNode
	member *hideNode // of any name
	each   *hideNode // at any index
}

// NewHider hides what the picks of a body name, in requests and in answers; nil if
// there are none.
func NewHider(picks []Pick) *Hider {
	h := &Hider{root: &hideNode{}}
	for _, p := range picks {
		if len(p.path) == 0 {
			continue
		}
		h.root.add(p.name, p.path)
		h.forms = append(h.forms, hiddenField{p.name, p.path})
		for c := range h.first {
			if s := p.path[0]; s.kind == segMember || s.kind == segKey && s.key != "" && s.key[0] == byte(c) {
				h.first[c] = true
			}
		}
	}
	if len(h.forms) == 0 {
		return nil
	}
	return h
}

func (n *hideNode) add(name string, path jsonPath) {
	for _, s := range path {
		n = n.child(s)
	}
	if !n.end {
		n.end, n.name = true, name
	}
}

func (n *hideNode) child(s segment) *hideNode {
	switch s.kind {
	case segIndex:
		if n.index == nil {
			n.index = map[int]*hideNode{}
		}
		if n.index[s.index] == nil {
			n.index[s.index] = &hideNode{}
		}
		return n.index[s.index]
	case segEach:
		if n.each == nil {
			n.each = &hideNode{}
		}
		return n.each
	case segMember:
		if n.member == nil {
			n.member = &hideNode{}
		}
		return n.member
	}
	if n.keys == nil {
		n.keys = map[string]*hideNode{}
	}
	if n.keys[s.key] == nil {
		n.keys[s.key] = &hideNode{}
	}
	return n.keys[s.key]
}

// field is the path that a form field is hidden by, "" if it is not.
func (h *Hider) field(name string) string {
	if name == "" || !h.first[name[0]] {
		return ""
	}
	for _, f := range h.forms {
		if f.path.names(name) {
			return f.name
		}
	}
	return ""
}

// Writer hides values in the body of a message on its way to w. The body must be free
// of its content encoding. Close it, to have what was held back.
func (h *Hider) Writer(w io.Writer, head *Head) *HidingWriter {
	return &HidingWriter{w: w, h: h, head: head}
}

// HidingWriter is a body that is written with values hidden.
type HidingWriter struct {
	w      io.Writer
	h      *Hider
	head   *Head
	mode   hideMode // nil until the first byte that tells
	out    []byte
	hidden []string
}

// hideMode hides in one kind of body.
type hideMode interface {
	// hide appends p to out, as it may be shown.
	hide(out, p []byte) []byte
	// end appends what was held back.
	end(out []byte) []byte
}

// plainMode shows everything.
type plainMode struct{}

func (plainMode) hide(out, p []byte) []byte { return append(out, p...) }
func (plainMode) end(out []byte) []byte     { return out }

// hiddenMode shows nothing.
type hiddenMode struct{}

func (hiddenMode) hide(out, p []byte) []byte {
	for range p {
		out = append(out, hiddenByte)
	}
	return out
}
func (hiddenMode) end(out []byte) []byte { return out }

func (w *HidingWriter) Write(p []byte) (int, error) {
	w.out = w.out[:0]
	rest := p
	for w.mode == nil && len(rest) > 0 {
		// A byte order mark and white space tell nothing.
		if c := rest[0]; c > ' ' && c != 0xEF && c != 0xBB && c != 0xBF {
			w.mode = w.kind(c)
			break
		}
		w.out, rest = append(w.out, rest[0]), rest[1:]
	}
	if w.mode != nil {
		w.out = w.mode.hide(w.out, rest)
	}
	if _, err := w.w.Write(w.out); err != nil {
		return 0, err
	}
	return len(p), nil
}

// Close writes what was held back. It does not close what is written to.
func (w *HidingWriter) Close() error {
	if w.mode == nil {
		return nil
	}
	_, err := w.w.Write(w.mode.end(w.out[:0]))
	return err
}

// Hidden names the paths by which something was hidden so far, and [HiddenRest].
func (w *HidingWriter) Hidden() []string { return w.hidden }

// HiddenRest stands for what comes after the place where a body is no longer what it
// began as: nobody can tell what is in it.
const HiddenRest = "what follows its first fault"

func (w *HidingWriter) hid(name string) {
	if !slices.Contains(w.hidden, name) {
		w.hidden = append(w.hidden, name)
	}
}

// kind is how a body is read, by its type and its first byte, as filters do it.
func (w *HidingWriter) kind(first byte) hideMode {
	media, _, _ := strings.Cut(w.head.Value("Content-Type"), ";")
	media = strings.ToLower(strings.TrimSpace(media))
	switch {
	case first == '{' || first == '[' || strings.Contains(media, "json"):
		return &hiddenJSON{w: w, mode: jsonValue, next: []*hideNode{w.h.root}}
	case isForm(w.head):
		return &hiddenForm{w: w}
	case media == "multipart/form-data":
		return newHiddenParts(w)
	}
	return plainMode{}
}

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
