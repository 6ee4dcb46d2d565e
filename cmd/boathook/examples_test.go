package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"github.com/boathook/boathook/catalog"
)

// Each example is a command line that its command takes: with a reader's own names
// in it, it runs.
func TestExamplesOfEveryCommand(t *testing.T) {
	t.Parallel()
	everyCommand(t, func(t *testing.T, cmd *cobra.Command) {
		found := 0
		for line := range strings.Lines(cmd.Example) {
			lines := commandLines(line)
			if len(lines) == 0 {
				t.Errorf("no command of ours is in the example %q", line)
			}
			for _, l := range lines {
				found += strings.Count(" "+strings.Join(l, " ")+" ", cmd.CommandPath()[len("boathook"):]+" ")
				runs(t, l)
			}
		}
		if cmd.HasParent() && found == 0 && !cmd.HasSubCommands() {
			t.Errorf("no example shows %s itself:\n%s", cmd.CommandPath(), cmd.Example)
		}
	})
}

// What the overview and the documents tell a reader to type is taken too. The command
// reference is made of the commands and their examples.
func TestCommandsOfDocuments(t *testing.T) {
	t.Parallel()
	texts := map[string]string{"overview": "```\n" + overview + "```\n"}
	for _, name := range []string{"README.md", "CONTRIBUTING.md", "SECURITY.md", "docs/design.md"} {
		text, err := os.ReadFile(filepath.Join("..", "..", filepath.FromSlash(name)))
		if err != nil {
			t.Fatal(err)
		}
		texts[name] = string(text)
	}
	for name, text := range texts {
		found := 0
		for _, line := range typedLines(text) {
			for _, l := range commandLines(line) {
				found++
				runs(t, l)
			}
		}
		if found == 0 && (name == "README.md" || name == "overview") {
			t.Errorf("%s: no command was found", name)
		}
	}
}

// What the page says is the same in a terminal is taken as well: the commands in its
// sources, without what is filled in there, and those that it makes of forms, which a
// browser test holds.
func TestCommandsOfThePage(t *testing.T) {
	t.Parallel()
	page := filepath.Join("..", "..", "web", "static")
	found := 0
	err := filepath.WalkDir(page, func(name string, d os.DirEntry, err error) error {
		switch {
		case err != nil || d.IsDir() && d.Name() != "i18n":
			return err
		case d.IsDir():
			return filepath.SkipDir // words
		case filepath.Ext(name) != ".js" || d.Name() == "command.js" || d.Name() == "spec.js": // those are made
			return nil
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		plain := filled.ReplaceAllString(wordBefore.ReplaceAllString(comment.ReplaceAllString(string(text), ""), "$1 $2"), "X")
		for _, m := range shownCommand.FindAllStringSubmatch(plain, -1) {
			for _, l := range commandLines(m[1]) {
				found++
				runs(t, l)
			}
		}
		return nil
	})
	if err != nil || found < 40 {
		t.Errorf("%d commands in the page, %v", found, err)
	}
	made, err := os.ReadFile(filepath.Join("..", "..", "web", "browser_test", "testdata", "commands.txt"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(made)) {
		for _, l := range commandLines(line) {
			runs(t, l)
		}
	}
}

var (
	comment = regexp.MustCompile(`(?m)^\s*(?://|/?\*).*$`)
	// filled is what is filled in, with one more of the same in it.
	filled = regexp.MustCompile("\\$\\{(?:[^{}`]|`[^`]*`|\\{[^{}]*\\})*\\}")
	// wordBefore stands before what begins with a space of its own.
	wordBefore = regexp.MustCompile(`([a-z])(\$\{)`)
	// shownCommand stands in quotes or in an element.
	shownCommand = regexp.MustCompile("['`\">](boathook [a-z][^<`\"\n]*?)(?:<|`|\"|',|' |'\\]|'\\))")
)

// runs fails unless a command line would run.
func runs(t *testing.T, args []string) {
	t.Helper()
	for _, w := range strings.FieldsFunc(strings.Join(args, ","), func(r rune) bool { return r == ',' }) {
		provider, name, _ := strings.Cut(w, "/")
		if p, ok := catalog.Builtin().Provider(provider); ok && name != "" && !strings.Contains(name, "*") {
			if _, err := catalog.Builtin().Find(p.ID + "/" + name); err != nil {
				t.Errorf("boathook %s: %v", strings.Join(args, " "), err)
			}
		}
	}
	code, out, say := typed(t, args...)
	if code == exitFailed && strings.Contains(say, errRuns.Error()) || code == exitDone && (strings.Contains(out, "Usage:") || out == overview) {
		return
	}
	t.Errorf("boathook %s ends with %d and says\n%s", strings.Join(args, " "), code, say)
}

var (
	codeBlock = regexp.MustCompile("(?ms)^```[a-z]*\n(.*?)^```$")
	codeSpan  = regexp.MustCompile("`(boathook [^`]*)`")
)

// typedLines are the lines of a document that show what is typed: in blocks those
// that begin with $ or the program's name, and what stands in code within a text.
func typedLines(text string) (lines []string) {
	for _, block := range codeBlock.FindAllStringSubmatch(text, -1) {
		for line := range strings.Lines(block[1]) {
			line = strings.TrimSpace(line)
			prompted, has := strings.CutPrefix(line, "$ ")
			if has || strings.HasPrefix(line, "boathook ") && !strings.Contains(line, "COMMAND --help") && !strings.HasPrefix(line, "boathook receives") {
				command, _, _ := strings.Cut(prompted, "   ") // what it does stands behind it
				lines = append(lines, command)
			}
		}
	}
	for _, span := range codeSpan.FindAllStringSubmatch(codeBlock.ReplaceAllString(text, ""), -1) {
		lines = append(lines, span[1])
	}
	return lines
}

// commandLines are the arguments of our own commands in a line as a shell reads it,
// also of those within "$(…)" and <(…).
func commandLines(line string) (all [][]string) {
	var words []string
	end := func() {
		for i, w := range words {
			if w == "boathook" || w == "./cmd/boathook" {
				all = append(all, words[i+1:])
				break
			}
		}
		words = nil
	}
	word, begun := "", false
	next := func() {
		if begun {
			words = append(words, word)
		}
		word, begun = "", false
	}
	for i := 0; i < len(line); i++ {
		switch c := line[i]; {
		case c == '\'' || c == '"':
			n := strings.IndexByte(line[i+1:], c)
			if n < 0 {
				panic(fmt.Sprintf("a quote is open in %q", line))
			}
			inside := line[i+1 : i+1+n]
			if c == '"' && strings.HasPrefix(inside, "$(") {
				inside, n = line[i+1:strings.LastIndexByte(line, '"')], strings.LastIndexByte(line, '"')-i-1
				all = append(all, commandLines(strings.TrimSuffix(inside[2:], ")"))...)
			}
			word, begun, i = word+inside, true, i+n+1
		case c == '<' && strings.HasPrefix(line[i:], "<("):
			n := strings.IndexByte(line[i:], ')')
			all = append(all, commandLines(line[i+2:i+n])...)
			word, begun, i = word+"FILE", true, i+n
		case c == '\\' && i+1 < len(line):
			i++
			word, begun = word+line[i:i+1], true
		case c == '#' && !begun:
			next()
			end()
			return all
		case c == '|' || c == ';' || c == '&':
			next()
			end()
		case c == '>':
			next()
			end()
			return all
		case c == ' ' || c == '\n':
			next()
		default:
			word, begun = word+line[i:i+1], true
		}
	}
	next()
	end()
	return all
}
