package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/mattn/go-runewidth"
	"github.com/spf13/cobra"

	"github.com/boathook/boathook/cmd/boathook/terminal"
)

// everyCommand calls check with each command that a user can find, in a subtest of
// its own.
func everyCommand(t *testing.T, check func(t *testing.T, cmd *cobra.Command)) {
	t.Helper()
	walk(newApp().root(), func(cmd *cobra.Command) {
		if !cmd.Hidden && (!cmd.HasParent() || !cmd.Parent().Hidden) {
			t.Run(strings.ReplaceAll(cmd.CommandPath(), " ", "_"), func(t *testing.T) { check(t, cmd) })
		}
	})
}

func walk(cmd *cobra.Command, visit func(*cobra.Command)) {
	visit(cmd)
	for _, c := range cmd.Commands() {
		walk(c, visit)
	}
}

var errRuns = errors.New("this command line is complete, and would run")

// typed gives a command line to the command that it names, and returns the exit code
// and what is said. What is complete ends with errRuns: no command does anything here.
func typed(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, say bytes.Buffer
	a := newApp()
	a.out, a.err = plainStream(&out), plainStream(&say)
	root := a.root()
	walk(root, func(cmd *cobra.Command) {
		cmd.PersistentPreRunE = func(*cobra.Command, []string) error { return errRuns }
	})
	code = a.execute(t.Context(), root, args)
	return code, out.String(), say.String()
}

func plainStream(w io.Writer) *terminal.Stream {
	return &terminal.Stream{Writer: w, Palette: terminal.NewPalette(false)}
}

// wordsBehind are the words of a command behind the program's name.
func wordsBehind(path string) []string { return strings.Fields(path)[1:] }

func TestHelpOfEveryCommand(t *testing.T) {
	t.Parallel()
	everyCommand(t, func(t *testing.T, cmd *cobra.Command) {
		code, out, say := typed(t, append(wordsBehind(cmd.CommandPath()), "--help")...)
		if code != exitDone || say != "" {
			t.Fatalf("--help ends with %d and says %q", code, say)
		}
		if !cmd.HasParent() {
			if out != overview {
				t.Errorf("help is\n%s", out)
			}
			return
		}
		text, flags, _ := strings.Cut(out, "\nExamples:\n")
		_, flags, _ = strings.Cut(flags, "\n\n")
		for line := range strings.Lines(text + flags) {
			if runewidth.StringWidth(strings.TrimSuffix(line, "\n")) > helpWidth {
				t.Errorf("a line is wider than %d columns: %q", helpWidth, line)
			}
		}
		summary, _, _ := strings.Cut(first(cmd.Long, sentence(cmd.Short)), ".")
		if words := strings.Join(strings.Fields(summary), " "); !strings.Contains(strings.Join(strings.Fields(out), " "), words) {
			t.Errorf("help lacks %q:\n%s", words, out)
		}
		for _, want := range []string{"\nUsage:\n  " + cmd.CommandPath(), "\nExamples:\n  "} {
			if !strings.Contains(out, want) {
				t.Errorf("help lacks %q:\n%s", want, out)
			}
		}
		if cmd.Short == "" || strings.HasSuffix(cmd.Short, ".") || strings.ToLower(cmd.Short[:1]) != cmd.Short[:1] {
			t.Errorf("the summary %q is no phrase in lower case", cmd.Short)
		}
	})
}

func TestUnknownFlagOfEveryCommand(t *testing.T) {
	t.Parallel()
	everyCommand(t, func(t *testing.T, cmd *cobra.Command) {
		code, out, say := typed(t, append(wordsBehind(cmd.CommandPath()), "--jsno")...)
		if code != exitUsage || out != "" {
			t.Errorf("ends with %d and writes %q", code, out)
		}
		want := fmt.Sprintf("error: %s has no flag \"--jsno\"\n  did you mean --json?\n", cmd.CommandPath())
		if say != want {
			t.Errorf("says\n%swant\n%s", say, want)
		}
	})
	_, _, say := typed(t, "tail", "--zzzzzzzzzzzz")
	if !strings.Contains(say, "\n  see boathook tail --help\n") {
		t.Errorf("where no flag is near, it says\n%s", say)
	}
}

// Too few and too many words end with the usage line of the command that was
// typed, before anything is asked or opened.
func TestCountOfWordsOfEveryCommand(t *testing.T) {
	t.Parallel()
	everyCommand(t, func(t *testing.T, cmd *cobra.Command) {
		if cmd.HasSubCommands() {
			code, _, say := typed(t, append(wordsBehind(cmd.CommandPath()), "zzzzzzzzzzzz")...)
			if code != exitUsage || !strings.HasPrefix(say, "error: "+cmd.CommandPath()) {
				t.Errorf("an unknown command ends with %d and says\n%s", code, say)
			}
			return
		}
		need, most := wordsOf(cmd)
		for _, n := range []int{0, need - 1, most + 1} {
			if n < 0 || n >= need && n <= most || n > 8 {
				continue
			}
			code, out, say := typed(t, append(wordsBehind(cmd.CommandPath()), strings.Fields(strings.Repeat("x ", n))...)...)
			if code != exitUsage || out != "" {
				t.Errorf("%d words end with %d and write %q", n, code, out)
			}
			if !strings.HasPrefix(say, "error: "+cmd.CommandPath()+": ") || !strings.Contains(say, "\n  usage: "+cmd.UseLine()+"\n") {
				t.Errorf("%d words: it says\n%s", n, say)
			}
		}
	})
}

// wordsOf reads from a usage line how many words a command needs and takes: NAME is
// one, [NAME] one or none, NAME… one or more.
func wordsOf(cmd *cobra.Command) (need, most int) {
	for _, w := range strings.Fields(cmd.Use)[1:] {
		optional := strings.HasPrefix(w, "[") && strings.HasSuffix(w, "]")
		if !optional {
			need++
		}
		most++
		if strings.Contains(w, "…") || strings.Contains(w, "FILTER") {
			most = 100
		}
	}
	return need, most
}
