package terminal

import (
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"
)

// Stream is one output with its own colours.
type Stream struct {
	io.Writer
	*Palette
	Terminal bool // a person looks at it
	Width    int  // columns of the terminal, 0 if it is none or says nothing
	ASCII    bool // nothing else is drawn
}

// NewStream wraps f. Whether it is a terminal decides on layout; colour is
// decided apart from that.
func NewStream(f *os.File, when When, env func(string) string) *Stream {
	s := &Stream{Writer: f, Terminal: term.IsTerminal(int(f.Fd()))}
	if s.Terminal {
		if w, _, err := term.GetSize(int(f.Fd())); err == nil && w > 0 {
			s.Width = w
		}
	}
	s.Palette = NewPalette(UseColour(when, env, s.Terminal))
	return s
}

// plain stands for signs of ours that not every terminal has.
var plain = strings.NewReplacer("…", "...", "·", "-", "×", "x", "→", "->", "←", "<-", "–", "-")

// Own is text of ours as this stream draws it.
func (s *Stream) Own(text string) string {
	if s.ASCII {
		return plain.Replace(text)
	}
	return text
}

// Printf writes trusted text; arguments from outside have to be [Safe].
func (s *Stream) Printf(format string, args ...any) error {
	_, err := fmt.Fprintf(s.Writer, format, args...)
	return err
}
