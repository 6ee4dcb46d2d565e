package main

import (
	"os"
	"path/filepath"
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
