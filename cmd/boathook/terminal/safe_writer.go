package terminal

import (
	"io"
	"unicode/utf8"
)

// SafeWriter passes foreign text of any length on as [SafeText] writes it. A
// character that is split between two writes is kept until it is whole; Close
// writes what is left.
type SafeWriter struct {
	w    io.Writer
	rest []byte
}

// NewSafeWriter returns a writer in front of w, which it does not close.
func NewSafeWriter(w io.Writer) *SafeWriter { return &SafeWriter{w: w} }

// Write takes all of p unless w fails.
func (s *SafeWriter) Write(p []byte) (int, error) {
	text := append(s.rest, p...)
	cut := len(text) - tail(text)
	if _, err := io.WriteString(s.w, SafeText(string(text[:cut]))); err != nil {
		return 0, err
	}
	s.rest = append([]byte(nil), text[cut:]...)
	return len(p), nil
}

// Close writes what an unfinished character left behind.
func (s *SafeWriter) Close() error {
	_, err := io.WriteString(s.w, SafeText(string(s.rest)))
	s.rest = nil
	return err
}

// tail is the length of an unfinished character at the end of text.
func tail(text []byte) int {
	for n := 1; n < utf8.UTFMax && n <= len(text); n++ {
		if c := text[len(text)-n]; utf8.RuneStart(c) {
			if c >= utf8.RuneSelf && !utf8.FullRune(text[len(text)-n:]) {
				return n
			}
			return 0
		}
	}
	return 0
}
