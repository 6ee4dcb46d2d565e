package main

import (
	"context"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/boathook/boathook/cmd/boathook/terminal"
	"github.com/boathook/boathook/proxy"
)

func (a *app) filtersCommand() *cobra.Command {
	list := &cobra.Command{Use: "list", Short: "list saved filters", Args: atMost(0),
		Long:    "List the saved filters, which the page shows under Saved. In a pipe the columns are, separated by tabs: name, filter, columns,\norder, grouping.",
		Example: "  boathook filters list\n  boathook tail \"$(boathook filters list --jq 'select(.name == \"failed\").q')\"",
		RunE:    a.recordingsDo(func(ctx context.Context, s *session, _ []string) error { return a.filtersList(ctx, s) })}
	remove := &cobra.Command{Use: "delete NAME", Short: "delete a saved filter; the deliveries stay", Args: exactly(1), ValidArgsFunction: a.completeFilters,
		Example: "  boathook filters delete failed",
		RunE: a.recordingsDo(func(ctx context.Context, s *session, args []string) error {
			if err := s.DeleteFilter(ctx, args[0]); err != nil {
				return unknownFilter(args[0], err)
			}
			a.say("%s filter %s is deleted", a.mark(true), terminal.Safe(args[0]))
			return nil
		})}
	return a.group(&cobra.Command{Use: "filters", Aliases: []string{"filter"}, Short: "list, save, delete"}, list, a.filtersSave(), remove)
}

// groupings are what the page's list can be grouped by.
var groupings = []string{"id", "endpoint", "event"}

func (a *app) filtersSave() *cobra.Command {
	var f proxy.SavedFilter
	cmd := &cobra.Command{Use: "save NAME [FILTER]", Short: "give a filter a name, or another filter to a name", Args: least(1),
		Example: "  boathook filters save failed 'status:>=400 after:1d'\n  boathook filters save totals event:registration --cols n,time,body.data.total --sort -body.data.total",
		RunE: a.recordingsDo(func(ctx context.Context, s *session, args []string) error {
			if f.Group != "" && !slices.Contains(groupings, f.Group) {
				return usage("", "--group: want one of %s, got %q", strings.Join(groupings, ", "), clip(f.Group))
			}
			f.Name, f.Query = args[0], joinWords(args[1:])
			all, err := s.Filters(ctx)
			if err != nil {
				return err
			}
			for i := range all {
				if all[i].Name == f.Name {
					f.Rev = all[i].Rev
				}
			}
			kept, err := s.SaveFilter(ctx, f)
			if err != nil {
				return a.pointing(f.Query, err)
			}
			if a.flags.json {
				return a.emit(kept)
			}
			a.say("%s saved as %s", a.mark(true), terminal.Safe(kept.Name))
			return nil
		})}
	flags := cmd.Flags()
	flags.StringVar(&f.Columns, "cols", "", "columns of the page's list, such as n,time,event:220,body.data.total")
	flags.StringVar(&f.Sort, "sort", "", "column that it is sorted by, - before it for downwards")
	flags.StringVar(&f.Group, "group", "", strings.Join(groupings, ", "))
	return cmd
}

func (a *app) filtersList(ctx context.Context, s *session) error {
	all, err := s.Filters(ctx)
	if err != nil {
		return err
	}
	table := terminal.Table{Header: []string{"name", "filter", "columns", "sort", "group"}, Spare: []string{"group", "sort", "columns"}}
	for i := range all {
		f := &all[i]
		if a.flags.json {
			if err := a.emit(f); err != nil {
				return err
			}
			continue
		}
		table.Rows = append(table.Rows, []terminal.Cell{{Text: f.Name, Paint: a.out.Bold.Sprint}, {Text: f.Query}, {Text: f.Columns}, {Text: f.Sort}, {Text: f.Group}})
	}
	if a.flags.json {
		return nil
	}
	if len(all) == 0 {
		a.say("no saved filter yet; save one: boathook filters save NAME FILTER")
		return nil
	}
	return table.Write(a.out)
}

func unknownFilter(name string, err error) error {
	if p, ok := problemOf(err); ok && p.Status == 404 {
		return fail(exitNotFound, "list them: boathook filters list", "there is no saved filter %s", clip(name))
	}
	return err
}

func (a *app) completeFilters(cmd *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
	return a.completing(cmd, func(ctx context.Context, s *session) []string {
		all, err := s.Filters(ctx)
		if err != nil {
			return nil
		}
		var names []string
		for i := range all {
			names = append(names, all[i].Name+"\t"+first(all[i].Query, "all deliveries"))
		}
		return names
	})
}
