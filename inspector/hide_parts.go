package inspector

import (
	"bytes"
	"mime"
	"strings"
)

const (
	// maxPartHead is the longest head of a part that is looked at; a part with a longer
	// one is hidden.
	maxPartHead = 8 << 10
	// maxPartDepth is how deep parts within parts are looked at.
	maxPartDepth = 8
	// maxPadding is how much white space may follow a border on its line.
	maxPadding = 256
)

// hiddenParts hides values of a multipart body that comes in pieces: parts by their
// names, and what their paths lead to within the others.
type hiddenParts struct {
	w      *HidingWriter
	border string
	line   lineState
	held   []byte // a line end and what follows it, which may be a border
	begun  bool   // the first border was read
	bare   bool   // lines end without a carriage return, as that of the first border
	inHead bool
	head   []byte
	part   hideMode // what the part is shown by
}

// lineState is where in a line one is, as far as a border is concerned.
type lineState uint8

const (
	lineWithin   lineState = iota // no border can stand here
	lineReturn                    // after a carriage return
	lineBorder                    // what came of the line begins a border
	lineAfter                     // after a border
	lineNoMatter                  // nothing is shown any more
)

func newHiddenParts(w *HidingWriter) hideMode {
	_, params, err := mime.ParseMediaType(w.head.Value("Content-Type"))
	if err != nil || params["boundary"] == "" || w.depth == maxPartDepth {
		w.hid(HiddenRest)
		return hiddenMode{} // others may tell its parts apart all the same
	}
	return &hiddenParts{w: w, border: "--" + params["boundary"], line: lineBorder, part: plainMode{}}
}

func (h *hiddenParts) hide(out, p []byte) []byte {
	for i := 0; i < len(p); i++ {
		c := p[i]
		switch {
		case h.line == lineNoMatter:
			out = append(out, hiddenByte)
		case h.inHead:
			out = append(out, c)
			h.head = append(h.head, c)
			h.inHead = !h.begins()
		case h.line == lineWithin && c != '\r' && c != '\n':
			n := bytes.IndexAny(p[i:], "\r\n")
			if n < 0 {
				n = len(p) - i
			}
			out = h.part.hide(out, p[i:i+n])
			i += n - 1
		default:
			out = h.step(out, c)
		}
	}
	return out
}

// step takes a byte of a line that may be a border.
func (h *hiddenParts) step(out []byte, c byte) []byte {
	after := h.held[lineEnd(h.held):]
	switch {
	case h.line == lineAfter && c == '\n':
		return h.parted(append(h.held, c), out)
	case h.line == lineAfter && fitsBorder(after[len(h.border):], c):
	case h.line == lineBorder && c == h.border[len(after)]:
		if len(after)+1 == len(h.border) {
			h.line = lineAfter
		}
	case h.line == lineReturn && c == '\n':
		h.line = lineBorder
	default: // it is none
		out = h.give(out)
		switch c {
		case '\r':
			h.line = lineReturn
		case '\n':
			h.line = lineBorder
		default:
			return h.part.hide(out, []byte{c})
		}
	}
	h.held = append(h.held, c)
	return out
}

// lineEnd is the length of the line end that a text begins with.
func lineEnd(b []byte) int {
	switch {
	case bytes.HasPrefix(b, []byte("\r\n")):
		return 2
	case bytes.HasPrefix(b, []byte("\n")), bytes.HasPrefix(b, []byte("\r")):
		return 1
	}
	return 0
}

// fitsBorder reports whether a byte may follow a border, after what did so far: two
// hyphens, white space and the line end.
func fitsBorder(after []byte, c byte) bool {
	switch {
	case bytes.HasSuffix(after, []byte("\r")) || len(after) > maxPadding:
		return false
	case c == '-':
		return len(after) == 0 || len(after) == 1 && after[0] == '-'
	}
	return (c == ' ' || c == '\t' || c == '\r') && !(len(after) == 1 && after[0] == '-')
}

// give writes what was held back, as a part of the content.
func (h *hiddenParts) give(out []byte) []byte {
	out = h.part.hide(out, h.held)
	h.held, h.line = h.held[:0], lineWithin
	return out
}

// parted takes the line of a border, with the line end before it.
func (h *hiddenParts) parted(line, out []byte) []byte {
	bare := !bytes.HasSuffix(line, []byte("\r\n"))
	before := lineEnd(line)
	after := bytes.TrimRight(line[before+len(h.border):], " \t\r\n")
	mixed := before > 0 && (before == 1) != bare || h.begun && bare != h.bare
	if mixed || len(after) == 1 {
		// Some would take it for a border, some would not.
		h.w.hid(HiddenRest)
		h.line = lineNoMatter
		return hiddenMode{}.hide(h.part.end(out), line)
	}
	out = append(h.part.end(out), line...)
	h.held, h.line, h.begun, h.bare = line[:0], lineWithin, true, bare
	h.head, h.inHead, h.part = h.head[:0], len(after) == 0, plainMode{}
	if !h.inHead {
		h.line = lineBorder // another may follow at once
	}
	return out
}

func (h *hiddenParts) end(out []byte) []byte {
	before := lineEnd(h.held)
	switch {
	case h.line == lineNoMatter:
	case h.line == lineAfter && h.closes(h.held[before:]) && (before == 0 || h.begun && (before == 1) == h.bare):
		return append(h.part.end(out), h.held...)
	default:
		out = h.give(out)
	}
	return h.part.end(out)
}

// closes reports whether a border is the last one.
func (h *hiddenParts) closes(line []byte) bool {
	return string(bytes.TrimRight(line[len(h.border):], " \t\r\n")) == "--"
}

// begins reports whether the head is over, and then decides what becomes of the part.
func (h *hiddenParts) begins() bool {
	end := "\r\n"
	if h.bare {
		end = "\n"
	}
	line := bytes.HasSuffix(h.head, []byte("\n"))
	// Nobody can tell where a head ends that is too long, or has other line ends.
	unclear := len(h.head) > maxPartHead || line && bytes.HasSuffix(h.head, []byte("\r\n")) == h.bare
	if !unclear && string(h.head) != end && !bytes.HasSuffix(h.head, []byte(end+end)) {
		return false
	}
	h.line = lineWithin
	if line {
		h.line = lineBorder
	}
	head := ParseHead(append([]byte("PART\r\n"), h.head...))
	name, by := "", ""
	for _, f := range head.Fields {
		if !equalLower(strings.TrimSpace(f.Name), "content-disposition") {
			continue
		}
		_, params, err := mime.ParseMediaType(f.Value)
		if name = params["name"]; err != nil {
			by = HiddenRest // its name cannot be read
		} else if by == "" {
			by = h.w.h.field(name)
		}
	}
	switch coding := strings.ToLower(strings.TrimSpace(head.Value("Content-Transfer-Encoding"))); {
	case unclear:
		by = HiddenRest
	case by == "" && coding != "" && coding != "7bit" && coding != "8bit" && coding != "binary":
		by = HiddenParts
	}
	if by != "" {
		h.w.hid(by)
		h.part = hiddenMode{}
		return true
	}
	h.part = &HidingWriter{h: h.w.h, head: &head, up: h.w, depth: h.w.depth + 1, from: h.w.h.within(name)}
	return true
}
