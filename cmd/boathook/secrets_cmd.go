package main

import (
	"context"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/boathook/boathook/cmd/boathook/config"
	"github.com/boathook/boathook/cmd/boathook/terminal"
	"github.com/boathook/boathook/proxy"
)

// keyring is what has secrets: an inbox or an endpoint.
type keyring struct {
	kind     string // as in messages
	path     string // the command up to the name, in examples: boathook inboxes secret
	example  string // name of one, in examples
	complete func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective)
	load     func(context.Context, *session, string) ([]proxy.Secret, error)
	// change stores what edit makes of the secrets, and returns them as they are then.
	change func(ctx context.Context, s *session, name string, edit func([]proxy.Secret) ([]proxy.Secret, error)) ([]proxy.Secret, error)
}

func (a *app) inboxSecrets() *cobra.Command {
	return a.secretCommand(keyring{
		kind: "inbox", path: "boathook inboxes secret", example: "demo", complete: a.completeInboxes,
		load: func(ctx context.Context, s *session, name string) ([]proxy.Secret, error) {
			in, err := s.Inbox(ctx, name)
			return in.Secrets, s.unknownInbox(ctx, name, err)
		},
		change: func(ctx context.Context, s *session, name string, edit func([]proxy.Secret) ([]proxy.Secret, error)) ([]proxy.Secret, error) {
			in, err := s.Inbox(ctx, name)
			if err != nil {
				return nil, s.unknownInbox(ctx, name, err)
			}
			if in.Secrets, err = edit(in.Secrets); err != nil {
				return nil, err
			}
			in, err = s.UpdateInbox(ctx, in)
			return in.Secrets, err
		},
	})
}

// secretCommand is the group secret of what has secrets.
func (a *app) secretCommand(k keyring) *cobra.Command {
	list := &cobra.Command{Use: "list NAME", Short: "list the secrets, without their values", Args: exactly(1), ValidArgsFunction: k.complete,
		Example: k.line("list"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.with(cmd.Context(), func(s *session) error {
				all, err := k.load(cmd.Context(), s, args[0])
				if err != nil {
					return err
				}
				return a.listSecrets(all)
			})
		}}
	remove := &cobra.Command{Use: "remove NAME SECRET", Short: "remove a secret, by its name or id", Args: exactly(2), ValidArgsFunction: k.complete,
		Example: k.line("remove") + " previous",
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.removeSecret(cmd.Context(), k, args[0], args[1])
		}}
	root := &cobra.Command{Use: "secret", Aliases: []string{"secrets"}, Short: "list, add, rotate, remove", Args: k.knownCommand,
		Example: k.line("list") + "\n" + k.line("add") + " --secret-env WEBHOOK_SECRET\n" + k.line("rotate"),
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() }}
	root.AddCommand(list, a.secretAdd(k), a.secretRotate(k), remove)
	return root
}

// line is a command of the group as an example.
func (k *keyring) line(word string) string { return "  " + k.path + " " + word + " " + k.example }

// knownCommand says how to go on where a name stands without a command.
func (k *keyring) knownCommand(cmd *cobra.Command, args []string) error {
	err := knownCommand(cmd, args)
	if len(args) == 1 && err != nil && config.Nearest(args[0], []string{"list", "add", "rotate", "remove"}) == "" {
		return usage(k.path+" list "+quoteArg(clip(args[0])), "%s: say what to do: list, add, rotate or remove", cmd.CommandPath())
	}
	return err
}

// newSecret reads the secret that the flags name, or has one made.
func (a *app) newSecret(f *secretFlags, name string, generate bool) (proxy.Secret, error) {
	named, err := a.namedSecrets(f, false)
	switch {
	case err != nil:
		return proxy.Secret{}, err
	case len(named) > 1, len(named) == 1 && generate:
		return proxy.Secret{}, usage("give one of them", "one secret at a time")
	case len(named) == 1:
		return proxy.Secret{Name: name, Value: named[0].Value}, nil
	}
	return proxy.Secret{Name: name, Generate: generate}, nil
}

func (a *app) secretAdd(k keyring) *cobra.Command {
	var f secretFlags
	name, generate := "", false
	cmd := &cobra.Command{
		Use: "add NAME", Short: "add a secret beside those there are", Args: exactly(1), ValidArgsFunction: k.complete,
		Example: k.line("add") + " --secret-env WEBHOOK_SECRET\n" + k.line("add") + " --generate",
		RunE: func(cmd *cobra.Command, args []string) error {
			secret, err := a.newSecret(&f, name, generate)
			if err != nil {
				return err
			}
			if secret.Value == "" && !secret.Generate {
				return fail(exitToken, "give it with --secret-env NAME or --secret-file FILE, or let --generate make one", "a secret is needed")
			}
			return a.changeSecrets(cmd.Context(), k, args[0], func(all []proxy.Secret) ([]proxy.Secret, error) {
				return append(all, secret), nil
			})
		},
	}
	f.add(cmd.Flags())
	cmd.Flags().StringVar(&name, "name", "", "name of the secret (default: current, then previous)")
	cmd.Flags().BoolVar(&generate, "generate", false, "have one made, which is shown once")
	return cmd
}

func (a *app) secretRotate(k keyring) *cobra.Command {
	var f secretFlags
	overlap := "24h"
	cmd := &cobra.Command{
		Use: "rotate NAME", Short: "make another secret the current one; the old one counts for a while", Args: exactly(1), ValidArgsFunction: k.complete,
		Example: k.line("rotate") + "\n" + k.line("rotate") + " --secret-file new.txt --overlap 1h",
		Long: "Make another secret the current one. One is generated and shown once, unless a flag names it. The secrets there were\n" +
			"count until --overlap has passed, and none of them longer than it did before.",
		RunE: func(cmd *cobra.Command, args []string) error {
			length, err := config.ParseAge(overlap)
			if err != nil {
				return usage("", "--overlap: %w", err)
			}
			secret, err := a.newSecret(&f, "current", len(f.env)+len(f.files)+len(f.plain) == 0)
			if err != nil {
				return err
			}
			until := a.clock.Now().Add(length).UTC().Truncate(time.Second)
			return a.changeSecrets(cmd.Context(), k, args[0], func(all []proxy.Secret) ([]proxy.Secret, error) {
				return append([]proxy.Secret{secret}, outgoing(all, a.clock.Now(), until)...), nil
			})
		},
	}
	f.add(cmd.Flags())
	cmd.Flags().StringVar(&overlap, "overlap", overlap, "how long the old secrets still count, such as 24h; 0 for not at all")
	return cmd
}

// outgoing are the secrets of before a rotation: they end, and make way for the
// name of the new one.
func outgoing(all []proxy.Secret, now, until time.Time) []proxy.Secret {
	var kept []proxy.Secret
	for _, s := range all {
		if s.Until == nil || s.Until.After(until) {
			s.Until = &until
		}
		if !s.Until.After(now) {
			continue
		}
		if s.Name == "current" || s.Name == "previous" {
			s.Name = "previous"
			if len(kept) > 0 {
				s.Name += " " + s.ID
			}
		}
		kept = append(kept, s)
	}
	return kept
}

func (a *app) removeSecret(ctx context.Context, k keyring, name, which string) error {
	return a.changeSecrets(ctx, k, name, func(all []proxy.Secret) ([]proxy.Secret, error) {
		at := slices.IndexFunc(all, func(s proxy.Secret) bool { return s.ID == which || s.Name == which })
		if at < 0 {
			return nil, fail(exitNotFound, "see them: boathook "+k.kind+" secret list "+quoteArg(clip(name)), "%s %s has no secret %s", k.kind, clip(name), clip(which))
		}
		return slices.Delete(all, at, at+1), a.confirm(ctx, "Remove the secret "+terminal.Safe(which)+" of "+k.kind+" "+terminal.Safe(name)+"?")
	})
}

func (a *app) changeSecrets(ctx context.Context, k keyring, name string, edit func([]proxy.Secret) ([]proxy.Secret, error)) error {
	return a.with(ctx, func(s *session) error {
		all, err := k.change(ctx, s, name, edit)
		if err != nil {
			return err
		}
		a.tellGenerated(all)
		return a.listSecrets(all)
	})
}

// tellGenerated says that what follows is shown this once.
func (a *app) tellGenerated(all []proxy.Secret) {
	if slices.ContainsFunc(all, func(s proxy.Secret) bool { return s.Value != "" }) {
		a.say("%s the new secret is shown this once", a.err.Warn.Sprint("note:"))
	}
}

func (a *app) listSecrets(all []proxy.Secret) error {
	table := terminal.Table{Header: []string{"id", "name", "secret", "added", "until", ""}, Spare: []string{"added"}}
	for _, s := range all {
		if a.flags.json {
			if err := a.emit(s); err != nil {
				return err
			}
			continue
		}
		until := ""
		if s.Until != nil {
			until = a.clock.Write(*s.Until, a.out.Terminal)
		}
		table.Rows = append(table.Rows, []terminal.Cell{
			{Text: s.ID}, {Text: s.Name, Paint: a.out.Bold.Sprint}, {Text: first(s.Value, a.out.Own(s.Hint))}, {Text: a.clock.Write(s.Added, a.out.Terminal), Paint: a.out.Dim.Sprint},
			{Text: until}, {Text: first(s.Locked, s.Public)},
		})
	}
	return table.Write(a.out)
}
