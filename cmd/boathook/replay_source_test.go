package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// What reads as an id or a filter is one, whatever files there are.
func TestReplayTakesFilterBeforeFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, name := range []string{"week.jsonl", "week", "rec:week", "12406", "@last", "inner/week.har"} {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Skipf("a file cannot be called %s here: %v", name, err)
		}
	}
	for _, tt := range []struct {
		word string
		file bool
		says string // part of the note or the error, "" for neither
	}{
		{"week.jsonl", true, ""},
		{"week", true, ""},
		{"inner/week.har", true, ""},
		{filepath.Join(dir, "week.jsonl"), true, ""},
		{filepath.Join(dir, "rec:week"), true, ""},
		{"./rec:week", true, ""},
		{"./12406", true, ""},
		{"inner/../week", true, ""},
		{"rec:week", false, "is taken as it reads, not as the file of that name, which is ./rec:week"},
		{"12406", false, "which is ./12406"},
		{"@last", false, "which is ./@last"},
		{"#12406", false, ""},
		{"rec:other", false, ""},
		{"missing.jsonl", false, ""},
		{"*", false, ""},
		{"inner", false, "inner is a folder"},
		{"./inner", false, "./inner is a folder"},
	} {
		var say bytes.Buffer
		a := newApp()
		a.dir, a.out, a.err = dir, plainStream(&say), plainStream(&say)
		file, err := a.fileOrFilter(tt.word)
		said := say.String()
		if err != nil {
			said += err.Error()
		}
		if file != tt.file || tt.says == "" && said != "" || !strings.Contains(said, tt.says) {
			t.Errorf("%s: file %v, %q; want %v, %q", tt.word, file, said, tt.file, tt.says)
		}
	}
}
