package main

import (
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"

	"github.com/boathook/boathook/cmd/boathook/terminal"
)

// docsCommand writes what is made of the commands themselves, for those who build
// boathook or package it.
func (a *app) docsCommand() *cobra.Command {
	reference := &cobra.Command{Use: "reference", Short: "write the command reference as Markdown", Args: atMost(0), PersistentPreRunE: noLoad,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.out.Printf("%s", reference(cmd.Root())) }}
	output := &cobra.Command{Use: "json", Short: "write the reference of --json as Markdown", Args: atMost(0), PersistentPreRunE: noLoad,
		RunE: func(*cobra.Command, []string) error {
			text, err := jsonReference()
			if err != nil {
				return err
			}
			return a.out.Printf("%s", text)
		}}
	man := &cobra.Command{Use: "man DIR", Short: "write man pages into a folder", Args: exactly(1), PersistentPreRunE: noLoad,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := os.MkdirAll(args[0], 0o755); err != nil {
				return fmt.Errorf("write man pages: %w", err)
			}
			root := cmd.Root()
			root.DisableAutoGenTag = true
			header := &doc.GenManHeader{Title: "BOATHOOK", Section: "1", Source: "boathook", Manual: "boathook commands"}
			if err := doc.GenManTree(root, header, args[0]); err != nil {
				return fmt.Errorf("write man pages: %w", err)
			}
			a.say("man pages are in %s", terminal.Safe(args[0]))
			return nil
		}}
	cmd := &cobra.Command{Use: "docs", Short: "write man pages or the command reference", Hidden: true, Args: knownCommand, PersistentPreRunE: noLoad,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() }}
	cmd.AddCommand(reference, output, man)
	return cmd
}

// reference describes every command that is not hidden.
func reference(root *cobra.Command) string {
	var b strings.Builder
	b.WriteString("# Commands\n\nMade of the commands themselves by `make docs`; a test compares the two.\n\n```\n" + overview + "```\n\n")
	b.WriteString("## Flags of every command\n\n```\n" + flagTable(root.PersistentFlags(), widestHelp) + "```\n")
	for _, cmd := range root.Commands() {
		describe(&b, cmd)
	}
	return b.String()
}

func describe(b *strings.Builder, cmd *cobra.Command) {
	if cmd.Hidden || !cmd.IsAvailableCommand() {
		return
	}
	level := strings.Repeat("#", 1+strings.Count(cmd.CommandPath(), " "))
	fmt.Fprintf(b, "\n%s %s\n\n", level, cmd.CommandPath())
	text := strings.TrimSpace(first(cmd.Long, sentence(cmd.Short)))
	fmt.Fprintf(b, "```\n%s\n```\n\n%s\n", cmd.UseLine(), prose(text))
	if len(cmd.Aliases) > 0 {
		fmt.Fprintf(b, "\nAlso: `%s`\n", strings.Join(cmd.Aliases, "`, `"))
	}
	if cmd.Example != "" {
		fmt.Fprintf(b, "\n```\n%s\n```\n", strings.TrimRight(cmd.Example, "\n"))
	}
	if flags := cmd.LocalNonPersistentFlags(); flags.HasAvailableFlags() {
		fmt.Fprintf(b, "\n```\n%s```\n", flagTable(flags, widestHelp))
	}
	for _, sub := range cmd.Commands() {
		describe(b, sub)
	}
}

// prose makes the text of a terminal fit for Markdown: what would be markup there is
// a character here.
func prose(text string) string {
	return strings.NewReplacer("<", "&lt;", "*", `\*`, "_", `\_`).Replace(text)
}
