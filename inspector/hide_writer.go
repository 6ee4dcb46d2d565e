package inspector

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

// hiddenByte stands for each byte of a value that is hidden.
const hiddenByte = '*'

// Writer hides values in the body of a message on its way to w. The body must be free
// of its content encoding. Close it, to have what was held back.
func (h *Hider) Writer(w io.Writer, head *Head) *HidingWriter {
	return &HidingWriter{w: w, h: h, head: head, from: []*hideNode{h.root}}
}

// HidingWriter is a body that is written with values hidden.
type HidingWriter struct {
	w      io.Writer
	h      *Hider
	head   *Head
	from   []*hideNode   // that lead into the body
	up     *HidingWriter // that it is a part of, nil for a body
	depth  int           // of parts within parts
	mode   hideMode      // nil until the first byte that tells
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
	w.out = w.hide(w.out[:0], p)
	if _, err := w.w.Write(w.out); err != nil {
		return 0, err
	}
	return len(p), nil
}

// Close writes what was held back. It does not close what is written to.
func (w *HidingWriter) Close() error {
	_, err := w.w.Write(w.end(w.out[:0]))
	return err
}

func (w *HidingWriter) hide(out, p []byte) []byte {
	for w.mode == nil && len(p) > 0 {
		// A byte order mark and white space tell nothing.
		if c := p[0]; c > ' ' && c != 0xEF && c != 0xBB && c != 0xBF {
			w.mode = w.kind(c)
			break
		}
		out, p = append(out, p[0]), p[1:]
	}
	if w.mode == nil {
		return out
	}
	return w.mode.hide(out, p)
}

func (w *HidingWriter) end(out []byte) []byte {
	if w.mode == nil {
		return out
	}
	return w.mode.end(out)
}

// Hidden names the paths by which something was hidden so far, and [HiddenRest].
func (w *HidingWriter) Hidden() []string { return w.hidden }

// HiddenRest stands for what comes after the place where a body is no longer what it
// began as: nobody can tell what is in it.
const HiddenRest = "what follows its first fault"

// HiddenParts stands for parts of a form that are encoded.
const HiddenParts = "parts that are encoded"

// maxHiddenNames is the length up to which names of what is hidden are told.
const maxHiddenNames = 2 << 10

// FewNames are the first names of what is hidden, up to 2 KiB of them, and how many
// others there are: each may be long, and there may be hundreds.
func FewNames(names []string) []string {
	size := 0
	for i, name := range names {
		if size += len(name); size > maxHiddenNames && i > 0 {
			return append(slices.Clone(names[:i]), fmt.Sprintf("and %d other values", len(names)-i))
		}
	}
	return names
}

func (w *HidingWriter) hid(name string) {
	if w.up != nil {
		w.up.hid(name)
	} else if !slices.Contains(w.hidden, name) {
		w.hidden = append(w.hidden, name)
	}
}

// kind is how a body is read, by its type and its first byte, as filters do it.
func (w *HidingWriter) kind(first byte) hideMode {
	media, _, _ := strings.Cut(w.head.Value("Content-Type"), ";")
	media = strings.ToLower(strings.TrimSpace(media))
	switch {
	case first == '{' || first == '[' || strings.Contains(media, "json"):
		return newHiddenJSON(w)
	case strings.HasPrefix(media, "multipart/"):
		return newHiddenParts(w)
	case strings.Contains(media, "xml") || first == '<' && media != "text/html":
		return newHiddenXML(w)
	case isForm(w.head):
		return &hiddenForm{w: w}
	case isBytes(media):
		return plainMode{}
	}
	return &hiddenText{w: w}
}

// isBytes reports whether a type is that of a file that has no lines.
func isBytes(media string) bool {
	kind, of, _ := strings.Cut(media, "/")
	switch kind {
	case "image", "audio", "video", "font":
		return true
	case "application":
		return of == "octet-stream" || of == "pdf" || of == "zip" || of == "gzip" || of == "grpc" || strings.Contains(of, "protobuf")
	}
	return false
}
