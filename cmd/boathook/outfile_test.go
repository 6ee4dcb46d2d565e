package main

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
)

// An export or a backup that breaks off leaves what was there, and nothing beside it.
func TestWriteFileWholeOrNot(t *testing.T) {
	t.Parallel()
	broken := errors.New("the server went away")
	for _, before := range []string{"", "of before"} {
		dir := t.TempDir()
		path := filepath.Join(dir, "week.jsonl")
		if before != "" {
			if err := os.WriteFile(path, []byte(before), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		_, err := writeFile(path, io.MultiReader(strings.NewReader(strings.Repeat("a line\n", 10_000)), iotest.ErrReader(broken)))
		if !errors.Is(err, broken) || !strings.Contains(err.Error(), "week.jsonl was not written: ") {
			t.Errorf("the error is %v", err)
		}
		if kept, _ := os.ReadFile(path); string(kept) != before {
			t.Errorf("the file holds %.40q, want %q", kept, before)
		}
		want := 0
		if before != "" {
			want = 1
		}
		if left, err := os.ReadDir(dir); err != nil || len(left) != want {
			t.Errorf("the folder holds %v, %v", left, err)
		}
		n, err := writeFile(path, strings.NewReader("whole"))
		if kept, _ := os.ReadFile(path); err != nil || n != 5 || string(kept) != "whole" {
			t.Errorf("after that it holds %q, %d, %v", kept, n, err)
		}
	}
}

func TestWriteFileThroughLink(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file, link := filepath.Join(dir, "file"), filepath.Join(dir, "link")
	if err := errors.Join(os.WriteFile(file, nil, 0o600), os.Symlink(file, link)); err != nil {
		t.Skip(err)
	}
	if _, err := writeFile(link, strings.NewReader("whole")); err != nil {
		t.Fatal(err)
	}
	if kept, _ := os.ReadFile(file); string(kept) != "whole" {
		t.Errorf("behind the link stands %q", kept)
	}
}

func TestWriteFileNamesTheFolder(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "none")
	_, err := writeFile(filepath.Join(dir, "week.jsonl"), strings.NewReader("x"))
	f := explain(err)
	if f == nil || f.code != exitNotFound || f.Error() != "there is no folder "+dir || f.hint != "make it: mkdir -p "+quoteArg(dir) {
		t.Errorf("the error is %+v", f)
	}
}

// Who takes only the beginning of an export is told that there is more; a list says
// nothing.
func TestExportToClosedPipe(t *testing.T) {
	t.Parallel()
	r, w := io.Pipe()
	a := newApp()
	a.out = plainStream(w)
	r.Close()
	f := explain(a.writeOut("export", strings.NewReader("a line\n")))
	if f == nil || f.code != exitFailed || f.Error() != "the export is not complete: its reader went away" {
		t.Errorf("the error is %+v", f)
	}
}
