package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/boathook/boathook/cmd/boathook/terminal"
	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/proxy"
)

// act is what can be done about a delivery: resend, try-now.
type act func(ctx context.Context, ref string) (inspector.Row, error)

func (a *app) resendCommand() *cobra.Command {
	var p waiting
	cmd := &cobra.Command{
		Use: "resend ID…|FILTER", Short: "send deliveries again to the same place", Args: least(1), ValidArgsFunction: a.completeIDs,
		Long: "Send deliveries again to the same place, as their provider does it: where it keeps the signature the same bytes go out,\n" +
			"else they are signed anew. A received one is passed on again byte for byte: it keeps the answer that its sender got, and\n" +
			"is failed no longer once the app takes it. " + idForms + "\nAnything else is a filter, and means all that match; many are sent as a run, which Ctrl-C does not end.",
		Example: "  boathook resend @failed\n  boathook resend 12406 12407\n  boathook resend 'endpoint:crm is:failed after:1h'",
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := p.read(cmd.Flags()); err != nil {
				return err
			}
			return a.with(cmd.Context(), func(s *session) error { return a.resend(cmd.Context(), s, args, &p) })
		},
	}
	p.bind(cmd.Flags())
	return cmd
}

func (a *app) resend(ctx context.Context, s *session, words []string, p *waiting) error {
	if slices.ContainsFunc(words, isFilter) {
		query := joinWords(words)
		n, err := a.countMatching(ctx, s, query)
		if err != nil {
			return err
		}
		if n > shownSent {
			if err := a.confirm(ctx, "Send "+n.String()+" again?"); err != nil {
				return err
			}
			return a.pointing(query, a.starting(ctx, s, proxy.RunSpec{Kind: proxy.RunResend, Source: proxy.RunSource{Query: query}}, p.noWait))
		}
	}
	refs, err := a.selection(ctx, s, words)
	if err != nil {
		return err
	}
	return a.again(ctx, s, refs, p, s.Resend)
}

// selection is the deliveries that words name: ids, or together a filter.
func (a *app) selection(ctx context.Context, s *session, words []string) ([]string, error) {
	var refs []string
	for _, w := range words {
		if isFilter(w) {
			return a.matching(ctx, s, joinWords(words))
		}
		ref, err := s.resolve(ctx, w)
		if err != nil {
			return nil, err
		}
		refs = append(refs, ref)
	}
	return refs, nil
}

// maxMatching bounds what a filter may choose at once.
const maxMatching = 10_000

func (a *app) matching(ctx context.Context, s *session, query string) ([]string, error) {
	var refs []string
	for row, err := range s.All(ctx, query) {
		if err != nil {
			return nil, a.pointAt(query, err)
		}
		if refs = append(refs, row.ID.String()); len(refs) > maxMatching {
			return nil, usage("narrow the filter", "more than %s match", plural(maxMatching, "delivery", "deliveries"))
		}
	}
	if len(refs) == 0 {
		return nil, fail(exitNotFound, "", "no delivery matches %s", clip(query))
	}
	if len(refs) > progressFrom {
		return refs, a.confirm(ctx, "Send "+plural(len(refs), "delivery", "deliveries")+" again?")
	}
	return refs, nil
}

// again does something about deliveries that makes a further try of each, and
// waits for what becomes of it.
func (a *app) again(ctx context.Context, s *session, refs []string, p *waiting, do act) error {
	w, err := s.watch(ctx)
	if err != nil {
		return err
	}
	var rows []inspector.Row
	before := map[inspector.ID]int{}
	for _, ref := range refs {
		d, err := s.Delivery(ctx, ref)
		if err != nil {
			return unknownDelivery(ref, err)
		}
		row, err := do(ctx, ref)
		if problem, ok := problemOf(err); ok && problem.Status == 409 {
			hint := fmt.Sprintf("boathook resend %d", d.Row.N)
			if d.Row.Flags&inspector.FlagRetrying != 0 {
				hint = fmt.Sprintf("make it now: boathook deliveries try-now %d     stop it: boathook deliveries stop %d", d.Row.N, d.Row.N)
			}
			return fail(exitFailed, first(problem.Hint, hint), "#%d: %w", d.Row.N, err)
		}
		if problem, ok := problemOf(err); ok && problem.Field == "delivery" && s.hasNoApp(ctx, &d.Row) {
			return fail(exitUsage, fmt.Sprintf("name an app: boathook inboxes edit %s --forward 3000     or where it goes this once: boathook replay %d --to 3000", quoteArg(d.Row.Inbox), d.Row.N),
				"#%d: %s", d.Row.N, strings.TrimPrefix(problem.Error(), "delivery: "))
		}
		if err != nil {
			return err
		}
		if row.ID == d.Row.ID {
			before[row.ID] = d.Row.Tries
		}
		rows = append(rows, row)
	}
	p.tries = before
	return a.outcomes(ctx, s, w, rows, p)
}

// hasNoApp reports whether there is nothing that a received delivery could be passed on
// to once more.
func (s *session) hasNoApp(ctx context.Context, r *inspector.Row) bool {
	if r.Inbox == "" || r.Flags&inspector.FlagTrashed != 0 {
		return false
	}
	in, err := s.Inbox(ctx, r.Inbox)
	return err == nil && len(in.Forward) == 0
}

func (a *app) deliveriesTryNow() *cobra.Command {
	var p waiting
	cmd := &cobra.Command{
		Use: "try-now ID…", Short: "make the next try at once", Args: least(1), ValidArgsFunction: a.completeIDs,
		Example: "  boathook deliveries try-now 12406",
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := p.read(cmd.Flags()); err != nil {
				return err
			}
			return a.with(cmd.Context(), func(s *session) error {
				refs, err := a.selection(cmd.Context(), s, args)
				if err != nil {
					return err
				}
				return a.again(cmd.Context(), s, refs, &p, s.TryNow)
			})
		},
	}
	p.bind(cmd.Flags())
	return cmd
}

func (a *app) deliveriesStop() *cobra.Command {
	return &cobra.Command{
		Use: "stop ID…|FILTER", Short: "make no further try", Args: least(1), ValidArgsFunction: a.completeIDs,
		Example: "  boathook deliveries stop 12406\n  boathook deliveries stop endpoint:crm is:retrying",
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.with(cmd.Context(), func(s *session) error { return a.stopRetrying(cmd.Context(), s, args) })
		},
	}
}

func (a *app) stopRetrying(ctx context.Context, s *session, words []string) error {
	refs, err := a.selection(ctx, s, words)
	if err != nil {
		return err
	}
	var rows []inspector.Row
	for _, ref := range refs {
		row, err := s.StopRetrying(ctx, ref)
		if problem, ok := problemOf(err); ok && problem.Status == 409 {
			return fail(exitFailed, problem.Hint, "%w", err)
		}
		if err != nil {
			return unknownDelivery(ref, err)
		}
		rows = append(rows, row)
	}
	if err := a.printSent(rows); err != nil {
		return err
	}
	a.say("%s", terminal.Safe(fmt.Sprintf("no further try of %s follows", plural(len(rows), "delivery", "deliveries"))))
	return nil
}
