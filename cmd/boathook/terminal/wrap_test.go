package terminal

import "testing"

func TestWrap(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, text string
		width      int
		want       string
	}{
		{"what fits stays", "  a b    both\n  (a)    one\n", 40, "  a b    both\n  (a)    one\n"},
		{"lines of a paragraph are one", "one two\nthree four\n\nfive\n", 12, "one two\nthree four\n\nfive\n"},
		{"a paragraph is filled", "one two three\nfour five six\n", 18, "one two three four\nfive six\n"},
		{"an explanation goes on below itself", "      --flag VALUE  some words about it, and more of them\n", 44,
			"      --flag VALUE  some words about it, and\n                    more of them\n"},
		{"lines that stand below one belong to it", "  path:/a   one two three four\n            five six seven eight nine\n  n:1       x\n", 40,
			"  path:/a   one two three four five six\n            seven eight nine\n  n:1       x\n"},
		{"an explanation without room begins below", "      --a-long-flag VALUE  some words about it\n", 30,
			"      --a-long-flag VALUE\n          some words about it\n"},
		{"a row without explanation goes on below its beginning", "  one, two, three, four\n", 12, "  one, two,\n  three,\n  four\n"},
		{"a heading ends a row", "  a:1   one\nHEAD\n  b:2   two\n", 20, "  a:1   one\nHEAD\n  b:2   two\n"},
		{"a word is never broken", "  a   https://example.org/a/long/address\n", 10, "  a\n      https://example.org/a/long/address\n"},
		{"wide characters count for what they take", "日本 語語 x\n", 6, "日本\n語語 x\n"},
		{"no text", "", 10, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := Wrap(tt.text, tt.width); got != tt.want {
				t.Errorf("Wrap = %q, want %q", got, tt.want)
			}
		})
	}
}
