package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/boathook/boathook/cmd/boathook/config"
	"github.com/boathook/boathook/cmd/boathook/terminal"
	"github.com/boathook/boathook/proxy/mask"
)

// app is what every command has at hand. Its settings are complete once the
// command line is parsed.
type app struct {
	out, err *terminal.Stream
	clock    terminal.Clock
	cfg      *config.Values
	dir      string // working directory
	// rules are what is hidden, asked for when something is shown first.
	rules func() *mask.Rules

	settings map[string]*settingFlag // by flag name
	proposed *regexp.Regexp          // commands that messages may propose
	command  string                  // that runs, without the program's name
	// unhelpful is why no help could be shown, nil if it could.
	unhelpful error
	flags     struct {
		config           string
		json, quiet      bool
		jq               string
		verbose          bool
		yes, noInput     bool
		showHelp, origin bool
	}
}

// watchJSON is told what commands write as JSON; only tests set it.
var watchJSON func(command string, data []byte)

func newApp() *app {
	a := &app{settings: map[string]*settingFlag{}, rules: func() *mask.Rules { return nil }}
	a.clock.Now = time.Now
	a.streams(terminal.Auto)
	return a
}

func (a *app) streams(when terminal.When) {
	a.out = terminal.NewStream(os.Stdout, when, os.Getenv)
	a.err = terminal.NewStream(os.Stderr, when, os.Getenv)
}

// execute runs the command line and prints what went wrong.
func execute(ctx context.Context, a *app, args []string) int {
	return a.execute(ctx, a.root(), args)
}

func (a *app) execute(ctx context.Context, root *cobra.Command, args []string) int {
	root.SetArgs(args)
	cmd, err := root.ExecuteContextC(ctx)
	if err == nil {
		err = a.unhelpful
	}
	if errors.Is(err, context.Canceled) && errors.Is(context.Cause(ctx), errInterrupted) {
		err = errInterrupted
	}
	f := explain(err)
	if f == nil {
		return exitDone
	}
	f.hint = a.local(f.hint)
	f.nameFlag(cmd.Flags())
	if a.flags.jq == "" && (a.flags.json || slices.Contains(args, "--json")) {
		f.printJSON(a.err)
	} else {
		f.print(a.err)
	}
	return f.code
}

// load resolves the settings; it runs before every command.
func (a *app) load(cmd *cobra.Command, _ []string) error {
	if name := cmd.Name(); name == cobra.ShellCompRequestCmd || name == cobra.ShellCompNoDescRequestCmd {
		return nil // a key press is not disturbed; what needs settings reads them itself
	}
	if a.flags.jq != "" {
		a.flags.json = true
	}
	_, a.command, _ = strings.Cut(cmd.CommandPath(), " ")
	dir, err := os.Getwd()
	if err != nil {
		return fail(exitFailed, "", "find the working directory: %w", err)
	}
	a.dir = dir
	src := config.Sources{
		Dir: dir, Env: os.LookupEnv, Flags: map[string][]string{}, User: userConfig(),
		File: first(a.flags.config, os.Getenv("BOATHOOK_CONFIG")),
	}
	for name, f := range a.settings {
		if len(f.texts) > 0 {
			src.Flags[name] = f.texts
		}
	}
	if a.cfg, err = config.Load(src); err != nil {
		return err
	}
	a.streams(terminal.When(a.cfg.Text("color")))
	a.out.ASCII, a.err.ASCII = a.cfg.On("ascii"), a.cfg.On("ascii")
	a.clock.Form = a.cfg.Text("time")
	for _, n := range a.cfg.Notices {
		a.say("%s %s", a.err.Warn.Sprint("note:"), terminal.Safe(n))
	}
	return nil
}

// userConfig is where the user's own settings are, "" without a home.
func userConfig() string {
	dir, err := os.UserConfigDir()
	if err != nil || !filepath.IsAbs(dir) {
		return ""
	}
	return filepath.Join(dir, "boathook", "config.yaml")
}

// asks reports whether a question may be asked. Colour has no say in it.
func (a *app) asks() bool {
	return !a.flags.noInput && term.IsTerminal(int(os.Stdin.Fd())) && a.err.Terminal
}

// say tells the user something on standard error, unless -q.
func (a *app) say(format string, args ...any) {
	if !a.flags.quiet {
		_ = a.err.Printf("%s\n", a.err.Own(a.local(fmt.Sprintf(format, args...)))) // talk may be cut off
	}
}

func (a *app) emitter() (*terminal.Emitter, error) {
	e, err := terminal.NewEmitter(a.out, a.flags.jq, !a.out.Terminal)
	if err != nil {
		return nil, usage("see https://jqlang.org/manual/ for the language", "%w", err)
	}
	if watchJSON != nil {
		e.Seen = func(data []byte) { watchJSON(a.command, data) }
	}
	return e, nil
}

func first(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}
