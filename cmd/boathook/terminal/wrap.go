package terminal

import (
	"cmp"
	"regexp"
	"strings"

	"github.com/mattn/go-runewidth"
)

// Columns that text of a table is left with beside its first column; with less it
// begins on a line of its own.
const narrowest = 24

// gapped is a line of a table: what is explained, a gap, and its explanation.
var gapped = regexp.MustCompile(`^ +\S+(?: \S+)*  +`)

// Wrap breaks text of our own between words, so that no line is wider than width.
// Lines that begin in the first column are one paragraph up to an empty line. An
// indented line stays apart: the rest of it stands below its explanation if it is
// one of a table, and else below its own beginning. Lines that stand there already
// belong to it.
func Wrap(text string, width int) string {
	var b strings.Builder
	var lines []string // that are filled together
	hang := -1         // column of the lines that go on, -1 for none
	flush := func() {
		if len(lines) > 0 {
			wrapLines(&b, lines, width)
		}
		lines, hang = nil, -1
	}
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, " \n")
		if line == "" {
			flush()
			b.WriteString("\n")
			continue
		}
		if indent := len(line) - len(strings.TrimLeft(line, " ")); indent != hang {
			flush()
			hang = hanging(line, indent)
		}
		lines = append(lines, line)
	}
	flush()
	return b.String()
}

// hanging is the column of the lines that go on with one, -1 if none can.
func hanging(line string, indent int) int {
	if indent == 0 {
		return 0
	}
	if start := gapped.FindString(line); start != "" {
		return runewidth.StringWidth(start)
	}
	return -1
}

// wrapLines writes lines as one.
func wrapLines(b *strings.Builder, lines []string, width int) {
	if len(lines) == 1 && runewidth.StringWidth(lines[0]) <= width {
		b.WriteString(lines[0] + "\n")
		return
	}
	indent := len(lines[0]) - len(strings.TrimLeft(lines[0], " "))
	start := cmp.Or(gapped.FindString(lines[0]), lines[0][:indent])
	words := strings.Fields(strings.Join(lines, " ")[len(start):])
	at := runewidth.StringWidth(start)
	if width-at < narrowest && at > indent {
		b.WriteString(strings.TrimRight(start, " ") + "\n")
		at = indent + 4
		start = strings.Repeat(" ", at)
	}
	b.WriteString(start)
	below := at
	for i, word := range words {
		w := runewidth.StringWidth(word)
		switch {
		case i == 0:
		case at+1+w > width:
			b.WriteString("\n" + strings.Repeat(" ", below))
			at = below
		default:
			b.WriteString(" ")
			at++
		}
		b.WriteString(word)
		at += w
	}
	b.WriteString("\n")
}
