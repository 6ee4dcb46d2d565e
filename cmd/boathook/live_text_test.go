package main

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"github.com/boathook/boathook/web/client"
)

// A line that is too wide would be cut at the edge of the screen, and a letter be lost.
func TestWrappedLinesFit(t *testing.T) {
	t.Parallel()
	const text = "sig ✕ signature header missing      boathook verify 183   what was answered:      boathook deliveries view 183 --response\n" +
		"  \x1b[2mtime\x1b[22m      2026-11-22   a-b-c-d   \x1b[1mäöü\x1b[22m 日本語日本語"
	want := strings.Join(strings.Fields(ansi.Strip(text)), "")
	for width := 2; width < 130; width++ {
		got := ""
		for _, line := range wrapped(text, width) {
			if n := ansi.StringWidth(line); n > width {
				t.Errorf("width %d: a line has %d: %q", width, n, line)
			}
			got += line
		}
		if got = strings.Join(strings.Fields(ansi.Strip(got)), ""); got != want {
			t.Errorf("width %d: %q, want %q", width, got, want)
		}
	}
}

// A body that was refused is not a request without one.
func TestBodyOfARefusedRequest(t *testing.T) {
	t.Parallel()
	d := client.Delivery{Attempts: []client.Attempt{{
		Kind: "capture", Request: &client.Message{Start: "POST / HTTP/1.1", Wanted: 1 << 30, Cut: true}, Notes: []string{"the body is larger than the limit"},
	}}}
	got, err := readLiveBodies(t.Context(), nil, &d)
	if want := "Nothing of the body is stored. The body is larger than the limit."; err != nil || got.none != want {
		t.Errorf("it says %q, %v; want %q", got.none, err, want)
	}
}
