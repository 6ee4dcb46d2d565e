package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The reference is made of the commands, so it cannot lag behind them.
func TestReferenceIsUpToDate(t *testing.T) {
	t.Parallel()
	kept, err := os.ReadFile(filepath.Join("..", "..", "docs", "commands.md"))
	if err != nil {
		t.Fatal(err)
	}
	if string(kept) != reference(newApp().root()) {
		t.Error("docs/commands.md does not describe the commands as they are; run: make docs")
	}
}

func TestJSONReferenceIsUpToDate(t *testing.T) {
	t.Parallel()
	kept, err := os.ReadFile(filepath.Join("..", "..", "docs", "json.md"))
	if err != nil {
		t.Fatal(err)
	}
	made, err := jsonReference()
	if err != nil {
		t.Fatal(err)
	}
	if string(kept) != made {
		t.Error("docs/json.md does not describe what the commands write; run: make docs")
	}
	for line := range strings.Lines(made) {
		if strings.HasSuffix(line, "|  |\n") {
			t.Errorf("a field is not explained; add a description to openapi.json or output.json: %s", line)
		}
	}
}
