package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/boathook/boathook/cmd/boathook/terminal"
	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/web/client"
)

func (a *app) deliveriesCommand() *cobra.Command {
	own := []*cobra.Command{a.deliveriesView(), a.deliveriesCount(), a.deliveriesTryNow(), a.deliveriesStop(), a.deliveriesDelete()}
	return a.group(&cobra.Command{Use: "deliveries", Aliases: []string{"delivery"}, Short: "list, view, count, tag, pin, read, try-now, stop, delete"},
		a.deliveriesList(), append(own, a.markCommands()...)...)
}

func (a *app) deliveriesList() *cobra.Command {
	limit, by := 50, ""
	cmd := &cobra.Command{
		Use: "list [FILTER]", Short: "list deliveries, newest first",
		Long: "List deliveries, newest first, or with --sort by a value of their content; those without it are left out then.\n" +
			"In a pipe the columns are, separated by tabs:\n" + rowColumns + ".",
		Example: "  boathook deliveries list status:5xx after:1h\n  boathook deliveries list --limit 0 --json\n" +
			"  boathook deliveries list event:registration --sort -body.data.total --limit 10",
		ValidArgsFunction: a.completeFilter,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.with(cmd.Context(), func(s *session) error {
				return a.list(cmd.Context(), s, joinWords(args), by, limit)
			})
		},
	}
	cmd.Flags().IntVar(&limit, "limit", limit, "how many at most, 0 for all")
	cmd.Flags().StringVar(&by, "sort", "", "header.NAME, body.PATH or query.NAME, or one of these after resp., - before it for downwards")
	return cmd
}

func (a *app) deliveriesCount() *cobra.Command {
	return &cobra.Command{
		Use: "count [FILTER]", Short: "count deliveries", ValidArgsFunction: a.completeFilter,
		Example: "  boathook deliveries count\n  boathook deliveries count inbox:demo sig:invalid after:1h",
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.with(cmd.Context(), func(s *session) error { return a.countDeliveries(cmd.Context(), s, joinWords(args)) })
		},
	}
}

func (a *app) countDeliveries(ctx context.Context, s *session, query string) error {
	v, err := s.Count(ctx, query)
	if err != nil {
		return a.pointAt(query, err)
	}
	if a.flags.json {
		err = a.emit(v)
	} else {
		err = a.out.Printf("%d\n", v.Count)
	}
	if err == nil && !v.Complete {
		err = fail(exitTimeout, "narrow the filter, for example by after:1h", "the time was up before all were counted; there are at least so many")
	}
	return err
}

func (a *app) list(ctx context.Context, s *session, query, by string, limit int) error {
	switch {
	case limit < 0:
		return usage("", "--limit: want a whole number of 0 or more, got %d", limit)
	case by != "":
		return a.listSorted(ctx, s, query, by, limit)
	case limit == 0:
		return a.listAll(ctx, s, query)
	}
	var rows []inspector.Row
	opt := client.ListOptions{Query: query}
	for more := true; more && len(rows) < limit; more = opt.Before != "" {
		opt.Limit = min(limit-len(rows), 200)
		page, err := s.List(ctx, opt)
		if err != nil {
			return a.pointAt(query, err)
		}
		rows = append(rows, page.Rows...)
		opt.Before = page.Next
	}
	if len(rows) == 0 && !a.flags.json {
		a.say("%s", nothingListed(query))
		return nil
	}
	if err := a.printRows(rows); err != nil {
		return err
	}
	return a.summary(ctx, s, len(rows), opt.Before != "")
}

func nothingListed(query string) string {
	switch {
	case strings.HasPrefix(query, inTrash("")):
		return "nothing of that is in the trash"
	case query == "":
		return "no delivery yet; send one: boathook ping"
	}
	return "no delivery matches " + terminal.Safe(query)
}

// summary tells a person how much of everything a list shows.
func (a *app) summary(ctx context.Context, s *session, shown int, more bool) error {
	if !a.out.Terminal || a.flags.quiet {
		return nil
	}
	st, err := s.Status(ctx)
	if err != nil {
		return err
	}
	text := fmt.Sprintf("%s of %s shown", terminal.Count(shown), terminal.Count(st.Store.Deliveries))
	if more {
		text += "; all that match: --limit 0"
	}
	a.say("%s", a.err.Dim.Sprint(text))
	return nil
}

func (a *app) printRows(rows []inspector.Row) error {
	if !a.flags.json {
		return a.rowTable(rows)
	}
	e, err := a.emitter()
	if err != nil {
		return err
	}
	for _, r := range rows {
		if err := e.Emit(r); err != nil {
			return err
		}
	}
	return nil
}

// listAll prints rows as they come: there may be millions.
func (a *app) listAll(ctx context.Context, s *session, query string) error {
	e, err := a.emitter()
	if err != nil {
		return err
	}
	for row, err := range s.All(ctx, query) {
		switch {
		case err != nil:
			return a.pointAt(query, err)
		case a.flags.json:
			err = e.Emit(row)
		default:
			err = a.printRow(&row)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// pointAt shows where a filter is wrong.
func (a *app) pointAt(query string, err error) error {
	f := explain(err)
	p, ok := problemOf(err)
	if !ok || p.Pos == nil || p.End == nil || *p.Pos < 0 || *p.End > len(query) || *p.Pos > *p.End {
		return err
	}
	before, wrong := terminal.Safe(query[:*p.Pos]), terminal.Safe(query[*p.Pos:*p.End])
	lines := []string{
		terminal.Safe(query),
		strings.Repeat(" ", len([]rune(before))) + strings.Repeat("^", max(len([]rune(wrong)), 1)),
	}
	if f.hint != "" {
		lines = append(lines, f.hint)
	}
	f.hint = strings.Join(lines, "\n")
	return f
}

// countLimit bounds the counting before a question.
const countLimit = 10_000

type count int

func (n count) String() string {
	if n > countLimit {
		return "more than " + plural(countLimit, "delivery", "deliveries")
	}
	return plural(int(n), "delivery", "deliveries")
}

func (a *app) countMatching(ctx context.Context, s *session, filter string) (n count, err error) {
	query := filter
	if query == "*" {
		query = ""
	}
	for _, err := range s.All(ctx, query) {
		if err != nil {
			return 0, a.pointAt(query, err)
		}
		if n++; n > countLimit {
			break
		}
	}
	return n, nil
}
