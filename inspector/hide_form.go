package inspector

import (
	"bytes"
	"mime"
	"strings"
)

// maxFormName is the longest name of a form field that is looked at, as in filters.
const maxFormName = 1 << 10

// hiddenForm hides values of a form that comes in pieces.
type hiddenForm struct {
	w      *HidingWriter
	name   []byte
	value  bool // within a value
	hiding bool
}

func (f *hiddenForm) hide(out, p []byte) []byte {
	for _, c := range p {
		switch {
		case c == '&':
			f.name, f.value, f.hiding = f.name[:0], false, false
		case f.value:
			if f.hiding {
				c = hiddenByte
			}
		case c == '=':
			f.value = true
			if len(f.name) <= maxFormName {
				if by := f.w.h.field(unescape(string(f.name))); by != "" {
					f.hiding = true
					f.w.hid(by)
				}
			}
		case len(f.name) <= maxFormName:
			f.name = append(f.name, c)
		}
		out = append(out, c)
	}
	return out
}

func (f *hiddenForm) end(out []byte) []byte { return out }

// maxPartHead is the longest head of a part that is looked at; a part with a longer
// one is hidden.
const maxPartHead = 8 << 10

// hiddenParts hides parts of a multipart form that comes in pieces.
type hiddenParts struct {
	w       *HidingWriter
	border  string // with the line end before it
	matched int    // bytes of the border that were just read
	absent  int    // of these, bytes that do not stand there: nothing is before the first border
	inHead  bool   // within the line of a border, or the head of a part
	head    []byte
	hiding  bool
}

func newHiddenParts(w *HidingWriter) hideMode {
	_, params, err := mime.ParseMediaType(w.head.Value("Content-Type"))
	if err != nil || params["boundary"] == "" {
		w.hid(HiddenRest)
		return hiddenMode{} // others may tell its parts apart all the same
	}
	return &hiddenParts{w: w, border: "\r\n--" + params["boundary"], matched: len("\r\n"), absent: len("\r\n")}
}

func (h *hiddenParts) hide(out, p []byte) []byte {
	for _, c := range p {
		if h.inHead {
			out = append(out, c)
			h.head = append(h.head, c)
			h.inHead = !h.begins()
			continue
		}
		if c != h.border[h.matched] {
			out = h.end(out)
		}
		if c != h.border[h.matched] {
			out = h.content(out, c)
			continue
		}
		if h.matched++; h.matched == len(h.border) {
			out = append(out, h.border[h.absent:]...)
			h.matched, h.absent, h.inHead, h.hiding, h.head = 0, 0, true, false, h.head[:0]
		}
	}
	return out
}

// end writes what looked like a border so far.
func (h *hiddenParts) end(out []byte) []byte {
	held := h.border[h.absent:h.matched]
	h.matched, h.absent = 0, 0
	for i := range len(held) {
		out = h.content(out, held[i])
	}
	return out
}

func (h *hiddenParts) content(out []byte, c byte) []byte {
	if h.hiding {
		c = hiddenByte
	}
	return append(out, c)
}

// unfold joins lines of a head that go on in the next.
var unfold = strings.NewReplacer("\r\n ", " ", "\r\n\t", " ")

// begins reports whether the head is over, and then decides what becomes of the part.
func (h *hiddenParts) begins() bool {
	// Nobody can tell where a head ends that is too long, or has other line ends.
	unclear := len(h.head) > maxPartHead || bytes.HasSuffix(h.head, []byte("\n")) && !bytes.HasSuffix(h.head, []byte("\r\n"))
	if !unclear && !bytes.HasPrefix(h.head, []byte("--")) && !bytes.HasSuffix(h.head, []byte("\r\n\r\n")) {
		return false
	}
	by := ""
	if unclear {
		by = HiddenRest
	}
	for line := range strings.SplitSeq(unfold.Replace(string(h.head)), "\r\n") {
		if name, value, _ := strings.Cut(line, ":"); equalLower(strings.TrimSpace(name), "content-disposition") {
			if _, params, err := mime.ParseMediaType(value); err != nil {
				by = HiddenRest // its name cannot be read
			} else if by == "" {
				by = h.w.h.field(params["name"])
			}
		}
	}
	if h.hiding = by != ""; h.hiding {
		h.w.hid(by)
	}
	return true
}
