package main

import (
	"context"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/boathook/boathook/cmd/boathook/terminal"
	"github.com/boathook/boathook/web/client"
)

// deletion says what is to be deleted, and whether for good.
type deletion struct {
	filter  string
	forever bool
}

func (a *app) deliveriesDelete() *cobra.Command {
	var f deletion
	cmd := &cobra.Command{
		Use: "delete [ID…]", Short: "put deliveries into the trash, by id or by filter",
		Long: "Put deliveries into the trash: no list, count or filter finds them there, but for is:trashed. They are taken out with\n" +
			"boathook trash restore, and go for good after the time that --keep-trash of the server says. Tries that were still to be\n" +
			"made are not made any more. --forever deletes at once, and asks before.",
		Example: "  boathook deliveries delete 12406 12407\n  boathook deliveries delete --filter 'inbox:demo before:2026-01-31'\n" +
			"  boathook deliveries delete --filter '*' --forever --yes",
		ValidArgsFunction: a.completeIDs,
		RunE: func(cmd *cobra.Command, args []string) error {
			switch {
			case len(args) == 0 && f.filter == "":
				return usage("boathook deliveries delete ID…, or --filter FILTER", "say which deliveries to delete")
			case len(args) > 0 && f.filter != "":
				return usage("give one of them", "ids and --filter do not go together")
			}
			return a.with(cmd.Context(), func(s *session) error { return a.delete(cmd.Context(), s, args, f) })
		},
	}
	cmd.Flags().StringVar(&f.filter, "filter", "", "delete all that match, '*' for all there are")
	cmd.Flags().BoolVar(&f.forever, "forever", false, "delete for good, not into the trash")
	return cmd
}

func (a *app) delete(ctx context.Context, s *session, words []string, f deletion) error {
	if f.filter != "" {
		return a.deleteMatching(ctx, s, f)
	}
	refs, err := s.allKnown(ctx, words)
	if err != nil {
		return err
	}
	if !f.forever {
		d, err := s.Trash(ctx, client.Selection{IDs: refs})
		if err != nil {
			return err
		}
		return a.trashed(d)
	}
	if err := a.confirm(ctx, "Delete "+plural(len(refs), "delivery", "deliveries")+" for good?"); err != nil {
		return err
	}
	for i, ref := range refs {
		if err := s.DeleteForever(ctx, ref); err != nil {
			return unknownDelivery(words[i], err)
		}
	}
	return a.deleted(len(refs))
}

// allKnown finds the deliveries that a user names.
func (s *session) allKnown(ctx context.Context, words []string) ([]string, error) {
	var refs []string
	for _, w := range words {
		ref, err := s.known(ctx, w)
		if err != nil {
			return nil, err
		}
		refs = append(refs, ref)
	}
	return refs, nil
}

func (a *app) deleteMatching(ctx context.Context, s *session, f deletion) error {
	if !f.forever {
		d, err := s.Trash(ctx, client.Selection{Query: f.filter})
		if err != nil {
			return a.pointAt(f.filter, err)
		}
		return a.trashed(d)
	}
	if !a.flags.yes {
		n, err := a.countMatching(ctx, s, f.filter)
		if err != nil {
			return err
		}
		if n == 0 {
			return a.deleted(0)
		}
		if err := a.confirm(ctx, "Delete "+n.String()+" matching "+terminal.Safe(f.filter)+" for good?"); err != nil {
			return err
		}
	}
	n, err := s.DeleteMatching(ctx, f.filter)
	if err != nil {
		return a.pointAt(f.filter, err)
	}
	return a.deleted(n)
}

// trashed says what was put into the trash, and how to get it back.
func (a *app) trashed(d client.Deletion) error {
	if a.flags.json {
		return a.emit(d)
	}
	a.say("deleted %s", plural(d.Deleted, "delivery", "deliveries"))
	if d.Stopped > 0 {
		a.say("  %s still being tried: no further try is made", was(d.Stopped))
	}
	if d.Deleted > 0 {
		a.say("  undo: boathook trash restore --last")
	}
	return nil
}

func was(n int) string {
	if n == 1 {
		return "1 was"
	}
	return strconv.Itoa(n) + " were"
}

// deleted says what is gone for good.
func (a *app) deleted(n int) error {
	if a.flags.json {
		return a.emit(map[string]int{"deleted": n})
	}
	a.say("deleted %s for good", plural(n, "delivery", "deliveries"))
	return nil
}
