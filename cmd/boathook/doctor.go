package main

import (
	"context"
	"slices"

	"github.com/spf13/cobra"

	"github.com/boathook/boathook/cmd/boathook/terminal"
	"github.com/boathook/boathook/web/client"
)

func (a *app) doctorCommand() *cobra.Command {
	return &cobra.Command{Use: "doctor", Short: "look for trouble, and say what to do", Args: atMost(0),
		Example: "  boathook doctor\n  boathook doctor --json --jq 'select(.state == \"fail\")'",
		Long:    "Look for trouble, and say what to do. The exit code is 1 if something is broken.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.with(cmd.Context(), func(s *session) error { return a.doctor(cmd.Context(), s) })
		}}
}

func (a *app) doctor(ctx context.Context, s *session) error {
	checks, err := s.Doctor(ctx)
	if err != nil {
		return err
	}
	if s.end != nil {
		// They would speak of what this command has in memory.
		checks = slices.DeleteFunc(checks, func(c client.Check) bool { return c.Name == "capture" || c.Name == "feed" })
	}
	checks = append([]client.Check{a.checkServer(s)}, checks...)
	broken := 0
	table := terminal.Table{}
	for _, c := range checks {
		if c.State == "fail" {
			broken++
		}
		if a.flags.json {
			if err := a.emit(c); err != nil {
				return err
			}
			continue
		}
		sign, paint := a.sign(c.State)
		text := c.Text
		if c.Hint != "" && c.State != "ok" {
			text += "; " + c.Hint
		}
		table.Rows = append(table.Rows, []terminal.Cell{{Text: sign, Paint: paint}, {Text: c.Name}, {Text: text}})
	}
	if err := table.Write(a.out); err != nil {
		return err
	}
	if broken > 0 {
		return fail(exitFailed, "", "%s", plural(broken, "check failed", "checks failed"))
	}
	return nil
}

func (a *app) checkServer(s *session) client.Check {
	if s.end != nil {
		return client.Check{Name: "server", State: "warn", Text: "no server runs, so nothing can be received", Hint: "boathook serve"}
	}
	return client.Check{Name: "server", State: "ok", Text: "a server runs, its page is " + s.page}
}

// sign is the word of a state for a pipe, and a shape for a person.
func (a *app) sign(state string) (string, func(...any) string) {
	paint := map[string]func(...any) string{"ok": a.out.Good.Sprint, "warn": a.out.Warn.Sprint, "fail": a.out.Bad.Sprint}[state]
	shape := map[string]string{"ok": "✓", "warn": "▲", "fail": "✕"}[state]
	if !a.out.Terminal || a.cfg.On("ascii") || shape == "" {
		shape = state
	}
	return shape, paint
}
