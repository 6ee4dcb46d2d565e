package main

import (
	_ "embed"
	"io"

	"github.com/spf13/cobra"

	"github.com/boathook/boathook/cmd/boathook/config"
)

var shells = []string{"bash", "zsh", "fish", "powershell"}

// bashWords stands before the completion of bash, which asks for what is in it.
//
//go:embed completion.bash
var bashWords string

func (a *app) completionCommand() *cobra.Command {
	return &cobra.Command{
		Use: "completion SHELL", Short: "print the completion script of bash, zsh, fish or powershell",
		Example: "  source <(boathook completion bash)\n  boathook completion fish > ~/.config/fish/completions/boathook.fish",
		Args:    exactly(1), ValidArgs: shells, PersistentPreRunE: noLoad,
		RunE: func(cmd *cobra.Command, args []string) error {
			root := cmd.Root()
			switch args[0] {
			case "bash":
				if _, err := io.WriteString(a.out, bashWords); err != nil {
					return err
				}
				return root.GenBashCompletionV2(a.out, true)
			case "zsh":
				return a.script(zshCompletion(root))
			case "fish":
				return a.script(fishCompletion(root))
			case "powershell":
				return root.GenPowerShellCompletionWithDesc(a.out)
			}
			hint := "want bash, zsh, fish or powershell"
			if near := config.Nearest(args[0], shells); near != "" {
				hint = "did you mean " + near + "?"
			}
			return usage(hint, "no completion for %q", clip(args[0]))
		},
	}
}

// script writes a completion script.
func (a *app) script(text string, err error) error {
	if err != nil {
		return err
	}
	return a.out.Printf("%s", text)
}
