package main

import (
	"strings"

	"github.com/charmbracelet/x/ansi"

	"github.com/boathook/boathook/cmd/boathook/terminal"
)

// liveClip bounds foreign text before it is laid out: combining marks take no
// width, so that width alone bounds nothing.
const liveClip = 4

// foreign is text from outside for one line of at most width columns.
func (m *live) foreign(text string, width int) string {
	if limit := width * liveClip; len(text) > limit {
		text = strings.ToValidUTF8(text[:limit], "")
		return m.cut(terminal.Safe(text)+m.mark("…", "..."), width)
	}
	return m.cut(terminal.Safe(text), width)
}

// cut shortens a line, colours and all, with a visible mark.
func (m *live) cut(line string, width int) string {
	if width <= 0 {
		return ""
	}
	return ansi.Truncate(line, width, m.mark("…", "~"))
}

// fill pads a line to a width; what is longer is cut.
func (m *live) fill(line string, width int) string {
	line = m.cut(line, width)
	return line + strings.Repeat(" ", max(width-ansi.StringWidth(line), 0))
}

// apart puts two texts at the ends of a line; the right one gives way.
func (m *live) apart(left, right string, width int) string {
	gap := width - ansi.StringWidth(left) - ansi.StringWidth(right)
	if gap < 1 {
		return m.fill(left, width)
	}
	return left + strings.Repeat(" ", gap) + right
}

// mark is a sign, or what stands for it under --ascii.
func (m *live) mark(sign, ascii string) string {
	if m.a.cfg.On("ascii") {
		return ascii
	}
	return sign
}

// wrapped breaks lines at a width, between words where that can be.
func wrapped(text string, width int) (lines []string) {
	width = max(width, 1)
	for line := range strings.SplitSeq(ansi.Wrap(strings.TrimRight(text, "\n"), width, ""), "\n") {
		if ansi.StringWidth(line) <= width {
			lines = append(lines, line)
			continue
		}
		// The library counts neither spaces nor hyphens at the end of a line.
		lines = append(lines, broken(strings.TrimRight(line, " "), width)...)
	}
	return lines
}

// broken breaks lines at a width, wherever that is.
func broken(text string, width int) []string {
	return strings.Split(ansi.Hardwrap(strings.TrimRight(text, "\n"), max(width, 1), true), "\n")
}

// inverse shows plain text with the colours of the terminal exchanged, which says
// where the focus is without a colour of our own.
func inverse(text string) string { return "\x1b[7m" + text + "\x1b[27m" }
