package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/mattn/go-runewidth"
)

// Help is as wide as the terminal, and no wider than can be read.
func TestHelpIsAsWideAsTheTerminal(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ columns, want int }{{0, 80}, {44, 44}, {100, 100}, {400, 120}} {
		var out bytes.Buffer
		a := newApp()
		a.out = plainStream(&out)
		a.out.Width = tt.columns
		if code := a.execute(t.Context(), a.root(), []string{"listen", "--help"}); code != exitDone {
			t.Fatalf("ends with %d", code)
		}
		text, flags, _ := strings.Cut(out.String(), "\nExamples:\n")
		_, flags, _ = strings.Cut(flags, "\n\n")
		widest := 0
		for line := range strings.Lines(text + flags) {
			widest = max(widest, runewidth.StringWidth(strings.TrimSuffix(line, "\n")))
		}
		if widest > tt.want || widest < tt.want-15 {
			t.Errorf("in %d columns help is %d wide, want at most %d and hardly less", tt.columns, widest, tt.want)
		}
	}
}
