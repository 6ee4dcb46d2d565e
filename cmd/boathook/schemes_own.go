package main

import (
	"context"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/boathook/boathook/cmd/boathook/config"
	"github.com/boathook/boathook/cmd/boathook/terminal"
	"github.com/boathook/boathook/signer"
	"github.com/boathook/boathook/web/client"
)

func (a *app) schemesCreate() *cobra.Command {
	return &cobra.Command{
		Use: "create FILE", Short: "keep schemes of your own, for inboxes and endpoints", Args: exactly(1),
		Example: "  boathook schemes create mine.yaml\n  boathook inboxes edit demo --scheme mine --secret-env SECRET",
		Long: "Keep schemes of your own, so that inboxes and endpoints can be set to them. The file holds one or a list, in JSON or YAML;\n" +
			"try it out before: boathook schemes test FILE.",
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.keepSchemes(cmd.Context(), args[0], func(ctx context.Context, s *session, row *signer.Scheme) (client.SchemeRow, error) {
				kept, err := s.CreateScheme(ctx, *row)
				if p, ok := problemOf(err); ok && p.Status == 409 {
					err = fail(exitFailed, "replace it: boathook schemes edit "+quoteArg(args[0]), "there is a scheme %s already", clip(row.ID))
				}
				return kept, err
			})
		},
	}
}

func (a *app) schemesEdit() *cobra.Command {
	return &cobra.Command{
		Use: "edit FILE", Short: "replace schemes of your own by those of a file", Args: exactly(1),
		Example: "  boathook schemes edit mine.yaml",
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.keepSchemes(cmd.Context(), args[0], func(ctx context.Context, s *session, row *signer.Scheme) (client.SchemeRow, error) {
				old, err := s.Scheme(ctx, row.ID)
				if err != nil {
					return old, unknownScheme(row.ID, err)
				}
				old.Scheme = *row
				return s.UpdateScheme(ctx, old)
			})
		},
	}
}

// keepSchemes stores the schemes of a file, one after the other.
func (a *app) keepSchemes(ctx context.Context, path string, keep func(context.Context, *session, *signer.Scheme) (client.SchemeRow, error)) error {
	list, err := readSchemes(path)
	if err != nil {
		return err
	}
	return a.with(ctx, func(s *session) error {
		for _, row := range list {
			kept, err := keep(ctx, s, row)
			if err != nil {
				return err
			}
			a.say("%s kept; use it: boathook inboxes edit demo --scheme %s --secret-env NAME", a.mark(true), terminal.Safe(kept.ID))
			if err := a.tested(&kept.Scheme, "signs and verifies", nil); err != nil {
				return err
			}
		}
		return nil
	})
}

func (a *app) schemesDelete() *cobra.Command {
	return &cobra.Command{
		Use: "delete ID", Short: "delete a scheme of your own", Args: exactly(1), ValidArgsFunction: a.completeSchemes,
		Example: "  boathook schemes delete mine --yes",
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.with(cmd.Context(), func(s *session) error {
				row, err := s.Scheme(cmd.Context(), args[0])
				if err != nil {
					return unknownScheme(args[0], err)
				}
				if !row.Custom {
					return fail(exitFailed, "make one of your own under another id: boathook schemes create FILE", "scheme %s is part of boathook, and stays", clip(args[0]))
				}
				if err := a.confirm(cmd.Context(), "Delete scheme "+terminal.Safe(args[0])+"? What is set to it stays unchecked."); err != nil {
					return err
				}
				if err := s.DeleteScheme(cmd.Context(), args[0]); err != nil {
					return unknownScheme(args[0], err)
				}
				a.say("deleted scheme %s", terminal.Safe(args[0]))
				return nil
			})
		},
	}
}

func unknownScheme(id string, err error) error {
	if p, ok := problemOf(err); ok && p.Status == 404 {
		return fail(exitNotFound, "list them: boathook schemes list", "there is no scheme %s", clip(id))
	}
	return err
}

// ownSchemes are the schemes that the user keeps. No data folder is made to look
// for them.
func (a *app) ownSchemes(ctx context.Context) ([]*signer.Scheme, error) {
	if dir, err := a.dataFolder(); err != nil || a.cfg.Text("server") == "" && !isFolder(dir) {
		return nil, nil // nothing can be kept there
	}
	var own []*signer.Scheme
	err := a.with(ctx, func(s *session) error {
		all, err := s.Schemes(ctx)
		if err != nil {
			return err
		}
		for _, line := range all {
			if !line.Custom {
				continue
			}
			row, err := s.Scheme(ctx, line.ID)
			if err != nil {
				return err
			}
			own = append(own, &row.Scheme)
		}
		return nil
	})
	return own, err
}

// findScheme looks a scheme up, in the table and among the user's own, and says
// which was meant.
func (a *app) findScheme(ctx context.Context, id string) (*signer.Scheme, error) {
	if s, ok := signer.Lookup(id); ok {
		return s, nil
	}
	own, err := a.ownSchemes(ctx)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, s := range own {
		if s.ID == id {
			return s, nil
		}
		names = append(names, s.ID)
	}
	for _, s := range signer.All() {
		names = append(append(names, s.ID, s.Provider), signer.Aliases(s.ID)...)
	}
	return nil, usage(nearHint(id, names)+"list them: boathook schemes list", "there is no scheme %q", clip(id))
}

// isFile reports whether a word names a file.
func isFile(word string) bool {
	info, err := os.Stat(word)
	return err == nil && !info.IsDir()
}

func nearHint(word string, names []string) string {
	if near := config.Nearest(strings.ToLower(word), names); near != "" {
		return "did you mean " + near + "?\n"
	}
	return ""
}
