package terminal

import (
	"slices"
	"strings"

	"github.com/mattn/go-runewidth"
)

// Columns that a cell of text is left with on a terminal that is too narrow: as
// long as there are columns to leave out, when there are none, and at the least.
var floors = []int{20, 12, 6}

// fit makes a table with a header no wider than the terminal. Columns without text
// go first, then those named as spare, then text is cut, that of the columns which
// tell rows apart last of all.
func (t *Table) fit(s *Stream) (*Table, []int) {
	widths := t.widths()
	if len(t.Header) == 0 || s.Width <= 0 || wide(widths) <= s.Width {
		return t, widths
	}
	spare := t.Spare
	for step, floor := range floors {
		for {
			cut, fits := t.shrunk(widths, s.Width, floor, max(t.Keep, 1))
			if last := step == len(floors)-1; last && !fits {
				cut, _ = t.shrunk(cut, s.Width, floor, 0)
				fits = true // nothing more can be done
			}
			if fits {
				return t.shortened(cut, s.ASCII), cut
			}
			i := t.empty()
			if i < 0 && len(spare) > 0 {
				i, spare = slices.Index(t.Header, spare[0]), spare[1:]
			}
			if i >= 0 {
				t, widths = t.without(i), slices.Delete(slices.Clone(widths), i, i+1)
			} else if len(spare) == 0 {
				break
			}
		}
	}
	return t, widths
}

// wide is the room that columns take, two spaces between them.
func wide(widths []int) int {
	sum := 2 * (len(widths) - 1)
	for _, w := range widths {
		sum += w
	}
	return sum
}

// shrunk takes room from the widest columns of text, from the one of index from on,
// until all fit. None gets narrower than floor.
func (t *Table) shrunk(widths []int, room, floor, from int) (cut []int, fits bool) {
	cut = slices.Clone(widths)
	for wide(cut) > room {
		widest := -1
		for i, w := range cut {
			if i >= from && !t.right(i) && w > floor && (widest < 0 || w > cut[widest]) {
				widest = i
			}
		}
		if widest < 0 {
			return cut, false
		}
		cut[widest]--
	}
	return cut, true
}

// empty is a column after the first that has no text, -1 if there is none.
func (t *Table) empty() int {
	for i := 1; i < len(t.Header); i++ {
		if !slices.ContainsFunc(t.Rows, func(row []Cell) bool { return i < len(row) && row[i].Text != "" }) {
			return i
		}
	}
	return -1
}

func (t *Table) without(column int) *Table {
	less := &Table{Header: slices.Delete(slices.Clone(t.Header), column, column+1), Keep: t.Keep}
	for _, row := range t.Rows {
		if column < len(row) {
			row = slices.Delete(slices.Clone(row), column, column+1)
		}
		less.Rows = append(less.Rows, row)
	}
	return less
}

// shortened cuts what is wider than its column, with a visible mark.
func (t *Table) shortened(widths []int, ascii bool) *Table {
	less := &Table{}
	for i, h := range t.Header {
		less.Header = append(less.Header, Shorten(h, widths[i], ascii))
	}
	for _, row := range t.Rows {
		row = slices.Clone(row)
		for i := range row {
			row[i].Text = Shorten(strings.TrimRight(Safe(row[i].Text), " "), widths[i], ascii)
		}
		less.Rows = append(less.Rows, row)
	}
	return less
}

// Shorten cuts safe text to a width in columns, with a visible mark.
func Shorten(text string, width int, ascii bool) string {
	mark := "…"
	if ascii {
		mark = "..."
	}
	return runewidth.Truncate(text, width, mark)
}
