package inspector

import (
	"bytes"
	"strings"
)

// Bounds of XML that is looked into: what goes beyond is hidden.
const (
	maxXMLDepth = 10_000
	maxXMLName  = 1 << 10 // bytes of a name
	maxXMLNames = 1 << 20 // bytes of the names of all open elements
)

type xmlMode uint8

const (
	xmlText     xmlMode = iota // content of elements, or what is around them
	xmlOpen                    // after <, which is held back
	xmlBang                    // after <!
	xmlUntil                   // within a comment, CDATA or an instruction
	xmlDoctype                 // within <!DOCTYPE
	xmlQuoted                  // within a text of that
	xmlName                    // within the name of an element
	xmlTag                     // after it, or after an attribute
	xmlAttr                    // within the name of an attribute
	xmlEquals                  // after it
	xmlQuote                   // after =
	xmlValue                   // within the value
	xmlEmpty                   // after / of a tag
	xmlClose                   // within the name of an end tag
	xmlCloseEnd                // after it
	xmlBroken                  // it is no XML any more
)

// hiddenXML hides values of an XML text that comes in pieces: elements and attributes,
// by the paths that lead to members of JSON. A path may begin with the outermost
// element or within it; names count with their prefix and without; elements that
// are repeated count as an array, and so does what an element holds.
type hiddenXML struct {
	w    *HidingWriter
	mode xmlMode
	open []xmlFrame
	tag  []byte // names of what is open, one after the other
	name []byte // of the attribute, or the mark after <!
	at   int    // bytes of the end tag's name so far

	hiding bool // the content here is hidden
	top    int  // elements that are open where it begins
	whole  bool // the element whose tag is read is hidden
	value  bool // so is the value of the attribute
	quote  byte
	until  string // what ends a comment, CDATA or an instruction
	last   []byte // what came of that
	seen   map[*hideNode]bool
}

// xmlFrame is an open element.
type xmlFrame struct {
	nodes []*hideNode // that lead here
	name  int         // where its name begins
	of    int         // elements in it so far
	count map[*hideNode]int
}

func newHiddenXML(w *HidingWriter) hideMode {
	return &hiddenXML{w: w, seen: map[*hideNode]bool{}}
}

func (x *hiddenXML) hide(out, p []byte) []byte {
	for i := 0; i < len(p); i++ {
		if x.mode == xmlText && len(x.open) > 0 {
			n := bytes.IndexByte(p[i:], '<')
			if n < 0 {
				n = len(p) - i
			}
			if out = x.text(out, p[i:i+n]); i+n == len(p) {
				break
			}
			i += n
		}
		if c := p[i]; c == '<' && x.mode == xmlText {
			x.mode = xmlOpen
		} else {
			out = x.step(out, c)
		}
	}
	return out
}

// text shows content as it may be.
func (x *hiddenXML) text(out, p []byte) []byte {
	if x.hiding {
		return hiddenMode{}.hide(out, p)
	}
	return append(out, p...)
}

// end writes what was held back.
func (x *hiddenXML) end(out []byte) []byte {
	if x.mode == xmlOpen {
		out = x.text(out, []byte{'<'})
	}
	return out
}

func (x *hiddenXML) step(out []byte, c byte) []byte {
	switch x.mode {
	case xmlText: // around the outermost element
		if !isXMLSpace(c) {
			return x.fail(out)
		}
	case xmlOpen:
		return x.opened(out, c)
	case xmlBang:
		x.bang(c)
	case xmlUntil:
		x.last = append(x.last, c)
		if n := len(x.last); n > len(x.until) {
			x.last = x.last[:copy(x.last, x.last[n-len(x.until):])]
		}
		if string(x.last) == x.until {
			x.mode = xmlText
		}
	case xmlDoctype:
		switch c {
		case '"', '\'':
			x.mode, x.quote = xmlQuoted, c
		case '>':
			x.mode = xmlText
		case '[', '<': // what is declared may be in the text
			x.mode = xmlBroken
		}
	case xmlQuoted:
		if c == x.quote {
			x.mode = xmlDoctype
		}
	case xmlClose, xmlCloseEnd:
		return x.close(out, c)
	case xmlBroken:
	default:
		return x.inTag(out, c)
	}
	if x.mode == xmlBroken {
		return x.fail(out)
	}
	return x.text(out, []byte{c})
}

// fail hides from here on.
func (x *hiddenXML) fail(out []byte) []byte {
	x.mode = xmlBroken
	x.w.hid(HiddenRest)
	return append(out, hiddenByte)
}

// opened takes the byte after <.
func (x *hiddenXML) opened(out []byte, c byte) []byte {
	hiding := x.hiding
	switch {
	case c == '/' && len(x.open) > 0:
		x.mode, x.at = xmlClose, 0
		hiding = hiding && len(x.open) > x.top
	case c == '!':
		x.mode, x.name = xmlBang, x.name[:0]
	case c == '?':
		x.mode, x.until, x.last = xmlUntil, "?>", x.last[:0]
	case begins(c) && len(x.open) < maxXMLDepth:
		x.mode = xmlName
		x.open = append(x.open, xmlFrame{name: len(x.tag)})
		x.tag = append(x.tag, c)
	default:
		return x.fail(append(out, hiddenByte))
	}
	if hiding {
		return append(out, hiddenByte, hiddenByte)
	}
	return append(out, '<', c)
}

// bang takes a byte of the mark after <!.
func (x *hiddenXML) bang(c byte) {
	x.name = append(x.name, c)
	inside := len(x.open) > 0
	switch mark := string(x.name); {
	case mark == "--":
		x.mode, x.until, x.last = xmlUntil, "-->", x.last[:0]
	case mark == "[CDATA[" && inside:
		x.mode, x.until, x.last = xmlUntil, "]]>", x.last[:0]
	case mark == "DOCTYPE" && !inside:
		x.mode = xmlDoctype
	case !strings.HasPrefix("--", mark) && !strings.HasPrefix("[CDATA[", mark) && !strings.HasPrefix("DOCTYPE", mark), len(mark) > 6:
		x.mode = xmlBroken
	}
}

// inTag takes a byte of a start tag.
func (x *hiddenXML) inTag(out []byte, c byte) []byte {
	hidden := x.hiding
	mode := xmlBroken
	switch x.mode {
	case xmlName:
		if goesOn(c) {
			if len(x.tag)-x.open[len(x.open)-1].name < maxXMLName && len(x.tag) < maxXMLNames {
				mode = xmlName
			}
			x.tag = append(x.tag, c)
			break
		}
		x.begin()
		mode = x.afterName(c)
	case xmlTag:
		mode = x.afterName(c)
		if begins(c) {
			x.name, mode = append(x.name[:0], c), xmlAttr
		}
	case xmlAttr, xmlEquals:
		switch {
		case c == '=':
			mode = xmlQuote
		case isXMLSpace(c):
			mode = xmlEquals
		case x.mode == xmlAttr && goesOn(c) && len(x.name) < maxXMLName:
			x.name, mode = append(x.name, c), xmlAttr
		}
	case xmlQuote:
		if c == '"' || c == '\'' {
			mode, x.quote = xmlValue, c
			x.value = x.whole || !x.hiding && x.attribute()
		} else if isXMLSpace(c) {
			mode = xmlQuote
		}
	case xmlValue:
		switch {
		case c == x.quote:
			mode = xmlTag
		case c != '<':
			mode, hidden = xmlValue, hidden || x.value
		}
	case xmlEmpty:
		if c == '>' {
			mode = xmlText
			x.whole = false
			x.pop()
		}
	}
	if x.mode = mode; mode == xmlBroken {
		return x.fail(out)
	}
	if hidden {
		c = hiddenByte
	}
	return append(out, c)
}

// afterName takes a byte of a tag that belongs to no name and no value.
func (x *hiddenXML) afterName(c byte) xmlMode {
	switch {
	case isXMLSpace(c):
		return xmlTag
	case c == '/':
		return xmlEmpty
	case c != '>':
		return xmlBroken
	}
	if x.whole {
		x.hiding, x.top, x.whole = true, len(x.open), false
	}
	return xmlText
}

// close takes a byte of an end tag.
func (x *hiddenXML) close(out []byte, c byte) []byte {
	hidden := x.hiding && len(x.open) > x.top
	name := x.tag[x.open[len(x.open)-1].name:]
	switch {
	case x.at < len(name) && c == name[x.at]:
		x.at++
	case x.at < len(name):
		return x.fail(out)
	case c == '>':
		x.mode = xmlText
		x.pop()
	case !isXMLSpace(c):
		return x.fail(out)
	default:
		x.mode = xmlCloseEnd
	}
	if hidden {
		c = hiddenByte
	}
	return append(out, c)
}

// pop closes the innermost element.
func (x *hiddenXML) pop() {
	n := len(x.open) - 1
	if x.hiding && x.top == n+1 {
		x.hiding = false
	}
	x.tag = x.tag[:x.open[n].name]
	x.open[n] = xmlFrame{}
	x.open = x.open[:n]
}

func isXMLSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }

// begins reports whether a name may begin with a byte.
func begins(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c == ':' || c >= 0x80
}

// goesOn reports whether a name may have a byte.
func goesOn(c byte) bool {
	return begins(c) || c >= '0' && c <= '9' || c == '-' || c == '.'
}
