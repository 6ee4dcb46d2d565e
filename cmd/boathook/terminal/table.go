package terminal

import (
	"strings"

	"github.com/mattn/go-runewidth"
)

// Cell is one field of a table. Text is foreign and made safe by the table.
type Cell struct {
	Text  string
	Paint func(a ...any) string // nil: as it is
	Right bool                  // aligned to the right
}

// Table lines up columns for a person and writes tab-separated ones for a pipe.
type Table struct {
	Header []string // shown to a person only
	Rows   [][]Cell
	// Spare are the headers of columns that a narrow terminal does without, the
	// first one first. Only a table with a header is made to fit.
	Spare []string
	Keep  int // columns at the left that are cut last of all; 0: one
}

// Write prints the table. For a pipe: no header, no colour, no padding, nothing cut.
func (t *Table) Write(s *Stream) error {
	var b strings.Builder
	if !s.Terminal {
		for _, row := range t.Rows {
			b.WriteString(tabbed(row))
		}
		return s.Printf("%s", b.String())
	}
	t, widths := t.fit(s)
	for i, h := range t.Header {
		b.WriteString(s.Dim.Sprint(pad(h, widths[i], i == len(t.Header)-1, t.right(i))))
		if i < len(t.Header)-1 {
			b.WriteString("  ")
		}
	}
	if len(t.Header) > 0 {
		b.WriteByte('\n')
	}
	for _, row := range t.Rows {
		for i, c := range row {
			text := pad(Safe(c.Text), widths[i], i == len(row)-1, c.Right)
			if c.Paint != nil {
				text = c.Paint(text)
			}
			b.WriteString(text)
			if i < len(row)-1 {
				b.WriteString("  ")
			}
		}
		b.WriteByte('\n')
	}
	return s.Printf("%s", b.String())
}

func (t *Table) right(column int) bool {
	return len(t.Rows) > 0 && column < len(t.Rows[0]) && t.Rows[0][column].Right
}

func (t *Table) widths() []int {
	var widths []int
	grow := func(i int, text string) {
		for len(widths) <= i {
			widths = append(widths, 0)
		}
		widths[i] = max(widths[i], runewidth.StringWidth(text))
	}
	for i, h := range t.Header {
		grow(i, h)
	}
	for _, row := range t.Rows {
		for i, c := range row {
			grow(i, Safe(c.Text))
		}
	}
	return widths
}

func pad(text string, width int, last, right bool) string {
	gap := max(width-runewidth.StringWidth(text), 0)
	switch {
	case right:
		return strings.Repeat(" ", gap) + text
	case last:
		return text
	}
	return text + strings.Repeat(" ", gap)
}

func tabbed(row []Cell) string {
	fields := make([]string, len(row))
	for i, c := range row {
		fields[i] = Safe(c.Text)
	}
	return strings.Join(fields, "\t") + "\n"
}
