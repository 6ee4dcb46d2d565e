package main

import (
	"fmt"
	"strings"

	"github.com/mattn/go-runewidth"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/boathook/boathook/cmd/boathook/terminal"
)

// Columns of help where the terminal does not say how many it has, and at the most:
// longer lines are hard to read.
const (
	helpWidth   = 80
	widestHelp  = 120
	helpOfFlags = "help for " // what the library calls --help
)

// helpColumns is how wide help is.
func (a *app) helpColumns() int {
	if a.out.Width <= 0 {
		return helpWidth
	}
	return min(a.out.Width, widestHelp)
}

// help explains a command. Examples stay as they are, to be copied.
func (a *app) help(cmd *cobra.Command) error {
	width := a.helpColumns()
	var b strings.Builder
	b.WriteString(terminal.Wrap(strings.TrimSpace(first(cmd.Long, sentence(cmd.Short))), width))
	section := func(title, text string) {
		if text = strings.TrimRight(text, "\n"); text != "" {
			fmt.Fprintf(&b, "\n%s:\n%s\n", title, text)
		}
	}
	use := "  " + cmd.UseLine()
	if cmd.HasAvailableSubCommands() {
		use += "\n  " + cmd.CommandPath() + " COMMAND"
	}
	section("Usage", terminal.Wrap(use, width))
	if len(cmd.Aliases) > 0 {
		section("Also", "  "+strings.Join(cmd.Aliases, ", "))
	}
	section("Examples", cmd.Example)
	section("Commands", terminal.Wrap(commandTable(cmd), width))
	section("Flags", flagTable(cmd.LocalFlags(), width))
	section("Flags of every command", flagTable(cmd.InheritedFlags(), width))
	if cmd.HasAvailableSubCommands() {
		b.WriteString("\n" + terminal.Wrap(cmd.CommandPath()+" COMMAND --help says more about a command.", width))
	}
	return a.out.Printf("%s", b.String())
}

// sentence is what a command does in short, as a text that stands for itself.
func sentence(short string) string {
	if short == "" {
		return ""
	}
	return strings.ToUpper(short[:1]) + short[1:] + "."
}

// commandTable lists the commands below one.
func commandTable(cmd *cobra.Command) string {
	var b strings.Builder
	for _, c := range cmd.Commands() {
		if c.IsAvailableCommand() {
			fmt.Fprintf(&b, "  %-*s  %s\n", cmd.NamePadding(), c.Name(), c.Short)
		}
	}
	return b.String()
}

// flagTable lists flags with what they are for.
func flagTable(flags *pflag.FlagSet, width int) string {
	var names, texts []string
	wide := 0
	flags.VisitAll(func(f *pflag.Flag) {
		if f.Hidden {
			return
		}
		name := "      --" + f.Name
		if f.Shorthand != "" {
			name = "  -" + f.Shorthand + ", --" + f.Name
		}
		if kind := valueName(f); kind != "" {
			name += " " + kind
		}
		text := f.Usage
		switch {
		case strings.HasPrefix(text, helpOfFlags):
			text = "show this"
		case !zero(f.DefValue):
			text += " (default " + f.DefValue + ")"
		}
		names, texts = append(names, name), append(texts, text)
		wide = max(wide, runewidth.StringWidth(name))
	})
	var b strings.Builder
	for i, name := range names {
		fmt.Fprintf(&b, "%s  %s\n", runewidth.FillRight(name, wide), texts[i])
	}
	return terminal.Wrap(b.String(), width)
}

// zero reports whether a default says nothing.
func zero(def string) bool {
	switch def {
	case "", "0", "0s", "false", "[]":
		return true
	}
	return false
}

// valueName stands for the value of a flag, "" if it takes none.
func valueName(f *pflag.Flag) string {
	kind := f.Value.Type()
	switch {
	case kind == "bool":
		return ""
	case strings.ToUpper(kind) == kind:
		return kind
	case strings.HasSuffix(f.Name, "file"), f.Name == "config":
		return "FILE"
	case strings.HasSuffix(f.Name, "-env"):
		return "NAME"
	}
	switch kind {
	case "int", "int64", "uint64":
		return "N"
	case "float64":
		return "NUMBER"
	case "duration":
		return "TIME"
	}
	return "VALUE"
}
