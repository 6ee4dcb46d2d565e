package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

// proposal is a command in a text for the user, up to where its words and flags end.
var proposal = regexp.MustCompile(`\bboathook ((?:[a-z][a-z-]*)(?: (?:[^\s"'` + "`" + `\\;,()]+|'[^']*'))*)`)

// Messages of the program, of its API and of the page propose commands. Each of them
// names a command and flags that there are.
func TestProposedCommandsExist(t *testing.T) {
	t.Parallel()
	root := newApp().root()
	texts := 0
	for _, dir := range []string{"cmd/boathook", "proxy", "web", "inspector", "signer", "catalog"} {
		err := filepath.WalkDir(filepath.Join("..", "..", filepath.FromSlash(dir)), func(path string, d fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			if d.IsDir() && (d.Name() == "testdata" || d.Name() == "browser_test" || d.Name() == "lib") {
				return filepath.SkipDir
			}
			if ext := filepath.Ext(path); d.IsDir() || strings.HasSuffix(path, "_test.go") || ext != ".go" && ext != ".js" {
				return nil
			}
			text, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			for _, m := range proposal.FindAllSubmatch(text, -1) {
				texts++
				if wrong := wrongProposal(root, string(m[1])); wrong != "" {
					t.Errorf("%s proposes %q: %s", path, m[0], wrong)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if texts < 100 {
		t.Errorf("only %d commands were found in texts", texts)
	}
}

// wrongProposal says what is wrong with the words behind the program's name, "" if
// nothing is.
func wrongProposal(root *cobra.Command, text string) string {
	words := strings.Fields(text)
	for i := range words {
		words[i] = strings.TrimRight(words[i], ".:?!…")
	}
	cmd := root
	for len(words) > 0 {
		var next *cobra.Command
		for _, c := range cmd.Commands() {
			if c.Name() == words[0] || c.HasAlias(words[0]) {
				next = c
			}
		}
		if next == nil {
			break
		}
		cmd, words = next, words[1:]
	}
	if cmd == root {
		return "" // prose that has the program as its subject
	}
	if cmd.HasSubCommands() && len(words) > 0 && !strings.HasPrefix(words[0], "-") && regexp.MustCompile(`^[a-z]`).MatchString(words[0]) {
		return cmd.CommandPath() + " has no command " + words[0]
	}
	for _, w := range words {
		name, long := strings.CutPrefix(w, "--")
		name, _, _ = strings.Cut(name, "=")
		if long && name != "" && cmd.Flag(name) == nil && root.PersistentFlags().Lookup(name) == nil && name != "help" {
			return cmd.CommandPath() + " has no flag --" + name
		}
	}
	return ""
}
