package inspector

// hiddenText hides values of a text that comes in pieces: what follows a name and = or
// a colon, to the end of the line.
type hiddenText struct {
	w      *HidingWriter
	word   []byte // the name, as far as it is one
	within bool   // within it
	long   bool   // it is longer than any that is looked for
	hiding bool
	begun  bool // the value is more than white space
}

func (t *hiddenText) hide(out, p []byte) []byte {
	for _, c := range p {
		switch {
		case c == '\n' || c == '\r':
			t.word, t.within, t.hiding = t.word[:0], false, false
		case t.hiding:
			if t.begun = t.begun || c != ' ' && c != '\t'; t.begun {
				c = hiddenByte
			}
		case c == '=' || c == ':':
			t.name()
		case isWord(c):
			if !t.within {
				t.word, t.within, t.long = t.word[:0], true, false
			}
			if t.long = t.long || len(t.word) == maxFormName; !t.long {
				t.word = append(t.word, c)
			}
		default:
			if t.within = false; c != ' ' && c != '\t' && c != '"' && c != '\'' {
				t.word = t.word[:0]
			}
		}
		out = append(out, c)
	}
	return out
}

func (t *hiddenText) end(out []byte) []byte { return out }

// name decides what becomes of the value that follows.
func (t *hiddenText) name() {
	if !t.long {
		if by := t.w.h.field(unescape(string(t.word))); by != "" {
			t.hiding, t.begun = true, false
			t.w.hid(by)
		}
	}
	t.word, t.within, t.long = t.word[:0], false, false
}

// isWord reports whether a byte belongs to a name in a text.
func isWord(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c >= 0x80 ||
		c == '_' || c == '-' || c == '.' || c == '[' || c == ']' || c == '%'
}
