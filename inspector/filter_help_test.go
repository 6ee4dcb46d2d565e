package inspector

import (
	"strings"
	"testing"
)

func TestHelpNamesEverything(t *testing.T) {
	t.Parallel()
	for _, f := range fields {
		if !strings.Contains(QueryHelp, f.title()) {
			t.Errorf("the help does not name %s", f.title())
		}
		for _, word := range f.words {
			if !strings.Contains(QueryHelp, word) {
				t.Errorf("the help does not name %s:%s", f.name, word)
			}
		}
		// Examples in errors must be right themselves.
		for _, word := range strings.Fields(f.example) {
			if strings.Contains(word, ":") {
				if _, err := ParseQuery(strings.TrimSuffix(word, ","), testNow); err != nil {
					t.Errorf("example of %s: %v", f.name, err)
				}
			}
		}
	}
	for _, line := range strings.Split(QueryHelp, "\n") {
		if len(line) > 90 {
			t.Errorf("line is too wide for a terminal: %q", line)
		}
	}
}
