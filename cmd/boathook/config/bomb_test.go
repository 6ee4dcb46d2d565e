package config

import (
	"strings"
	"testing"
	"time"
)

// Files that would keep the parser busy, or deep in recursion, end quickly.
func TestBombsEndQuickly(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"list dashes":    strings.Repeat("- ", maxFileBytes/2),
		"question marks": strings.Repeat("? ", maxFileBytes/2),
		"braces":         strings.Repeat("{", maxFileBytes),
		"colons":         strings.Repeat("a: ", maxFileBytes/3),
		"tags":           strings.Repeat("!a ", maxFileBytes/3),
		"anchors":        strings.Repeat("&a ", maxFileBytes/3),
		"blocks":         deepBlock(1200),
		"many keys":      "inboxes:\n" + manyKeys(20000),
		"aliases":        "a: &a [x]\nb: &b [*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b]\n" + strings.Repeat("d: [*c,*c,*c]\n", 100),
		"one long line":  "store: " + strings.Repeat("x", maxFileBytes-10),
	} {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			_ = load("f", text, noEnv)
			t.Log(time.Since(start))
			if took := time.Since(start); took > 60*time.Second {
				t.Errorf("took %s", took)
			}
		})
	}
}

func manyKeys(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString("  k" + strings.Repeat("x", i%7) + string(rune('a'+i%26)) + ": {}\n")
	}
	return b.String()
}
