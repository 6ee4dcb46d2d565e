package terminal

import (
	"bytes"
	"strings"
	"testing"

	"github.com/mattn/go-runewidth"
)

func TestTableFitsTheTerminal(t *testing.T) {
	t.Parallel()
	table := &Table{
		Header: []string{"name", "empty", "count", "size", "what it is"},
		Rows: [][]Cell{
			{{Text: "orders"}, {}, {Text: "12", Right: true}, {Text: "4kB", Right: true}, {Text: "everything that 日本 has ordered in this year"}},
			{{Text: "a-name-that-is-rather-long"}, {}, {Text: "3", Right: true}, {Text: "100kB", Right: true}, {Text: "short"}},
		},
		Spare: []string{"size", "no such column"},
	}
	for _, tt := range []struct {
		name  string
		width int
		ascii bool
		want  string
	}{
		{"no width is known", 0, false, "" +
			"name                        empty  count   size  what it is\n" +
			"orders                                12    4kB  everything that 日本 has ordered in this year\n" +
			"a-name-that-is-rather-long             3  100kB  short\n"},
		{"text is cut", 80, false, "" +
			"name                        empty  count   size  what it is\n" +
			"orders                                12    4kB  everything that 日本 has order…\n" +
			"a-name-that-is-rather-long             3  100kB  short\n"},
		{"with letters of ASCII", 80, true, "" +
			"name                        empty  count   size  what it is\n" +
			"orders                                12    4kB  everything that 日本 has ord...\n" +
			"a-name-that-is-rather-long             3  100kB  short\n"},
		{"columns without text go", 64, false, "" +
			"name                        count   size  what it is\n" +
			"orders                         12    4kB  everything that 日本 …\n" +
			"a-name-that-is-rather-long      3  100kB  short\n"},
		{"spare columns go", 58, false, "" +
			"name                        count  what it is\n" +
			"orders                         12  everything that 日本 h…\n" +
			"a-name-that-is-rather-long      3  short\n"},
		{"the name is cut last", 30, false, "" +
			"name             count  what …\n" +
			"orders              12  every…\n" +
			"a-name-that-is…      3  short\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var b bytes.Buffer
			if err := table.Write(&Stream{Writer: &b, Palette: NewPalette(false), Terminal: true, Width: tt.width, ASCII: tt.ascii}); err != nil {
				t.Fatal(err)
			}
			if b.String() != tt.want {
				t.Errorf("=\n%s\nwant\n%s", b.String(), tt.want)
			}
		})
	}
	for width := 1; width < 120; width++ {
		var b bytes.Buffer
		if err := table.Write(&Stream{Writer: &b, Palette: NewPalette(false), Terminal: true, Width: width}); err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(b.String()) {
			if got := runewidth.StringWidth(strings.TrimSuffix(line, "\n")); got > max(width, 6+2+5+2+6) {
				t.Errorf("at %d columns a line takes %d: %q", width, got, line)
			}
		}
	}
}
