package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/boathook/boathook/web/client"
)

func (a *app) trashCommand() *cobra.Command {
	limit := 50
	list := &cobra.Command{
		Use: "list [FILTER]", Short: "list what is in the trash, newest first", ValidArgsFunction: a.completeFilter,
		Example: "  boathook trash list inbox:demo",
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.with(cmd.Context(), func(s *session) error {
				return a.list(cmd.Context(), s, inTrash(joinWords(args)), "", limit)
			})
		},
	}
	list.Flags().IntVar(&limit, "limit", limit, "how many at most, 0 for all")
	empty := &cobra.Command{
		Use: "empty", Short: "delete for good what is in the trash", Args: atMost(0),
		Example: "  boathook trash empty --yes",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.with(cmd.Context(), func(s *session) error { return a.trashEmpty(cmd.Context(), s) })
		},
	}
	return a.group(&cobra.Command{Use: "trash", Short: "list, restore, empty"}, list, a.trashRestore(), empty)
}

// inTrash is a filter for what a filter matches of the trash.
func inTrash(filter string) string {
	if filter == "" {
		return "is:trashed"
	}
	return "is:trashed (" + filter + ")"
}

func (a *app) trashRestore() *cobra.Command {
	var which client.Restoration
	cmd := &cobra.Command{
		Use: "restore [ID…]", Short: "take deliveries out of the trash, by id, by filter, or those deleted last",
		Long:              "Take deliveries out of the trash. Tries that ended because they were deleted are not made again; resend them.",
		Example:           "  boathook trash restore --last\n  boathook trash restore 12406\n  boathook trash restore --filter 'inbox:demo'",
		ValidArgsFunction: a.completeTrash,
		RunE: func(cmd *cobra.Command, args []string) error {
			ways := 0
			for _, given := range []bool{len(args) > 0, which.Query != "", which.Last} {
				if given {
					ways++
				}
			}
			if ways != 1 {
				return usage("boathook trash restore ID…, or --filter FILTER, or --last", "say in one way what to restore")
			}
			return a.with(cmd.Context(), func(s *session) (err error) {
				if which.IDs, err = s.allKnown(cmd.Context(), args); err != nil {
					return err
				}
				return a.restoreTrash(cmd.Context(), s, which)
			})
		},
	}
	cmd.Flags().StringVar(&which.Query, "filter", "", "restore all that match, '*' for all that is in the trash")
	cmd.Flags().BoolVar(&which.Last, "last", false, "restore what was deleted last")
	return cmd
}

func (a *app) restoreTrash(ctx context.Context, s *session, which client.Restoration) error {
	n, err := s.Restore(ctx, which)
	if err != nil {
		return a.pointAt(which.Query, err)
	}
	if a.flags.json {
		return a.emit(client.Restored{Restored: n})
	}
	if n == 0 {
		a.say("nothing of that is in the trash")
		return nil
	}
	a.say("restored %s", plural(n, "delivery", "deliveries"))
	return nil
}

func (a *app) trashEmpty(ctx context.Context, s *session) error {
	if !a.flags.yes {
		st, err := s.Status(ctx)
		if err != nil {
			return err
		}
		if st.Store.Trashed > 0 {
			if err := a.confirm(ctx, "Delete "+plural(st.Store.Trashed, "delivery", "deliveries")+" for good?"); err != nil {
				return err
			}
		}
	}
	n, err := s.EmptyTrash(ctx)
	if err != nil {
		return err
	}
	return a.deleted(n)
}
