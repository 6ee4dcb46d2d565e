package main

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/boathook/boathook/cmd/boathook/terminal"
	"github.com/boathook/boathook/web/client"
)

func (a *app) activityCommand() *cobra.Command {
	from, to, by := "1h", "", "endpoint"
	cmd := &cobra.Command{
		Use: "activity [FILTER]", Short: "count what happened, by endpoint, inbox, event or provider", ValidArgsFunction: a.completeFilter,
		Long: "Count what happened. In a pipe the columns are, separated by tabs: name, deliveries, failed, pending, and the median and 99th\n" +
			"percentile of the durations in milliseconds.",
		Example: "  boathook activity --from 24h --by event\n  boathook activity dir:in --by inbox",
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.with(cmd.Context(), func(s *session) error { return a.activity(cmd.Context(), s, from, to, by, joinWords(args)) })
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&from, "from", from, "begin: a time as in RFC 3339, or one such as 15m ago")
	flags.StringVar(&to, "to", "", "end, in the same form (default: now)")
	flags.StringVar(&by, "by", by, "endpoint, inbox, event or provider")
	for _, name := range []string{"from", "to"} {
		_ = cmd.RegisterFlagCompletionFunc(name, words("15m", "1h", "24h", "7d")) // the flags are there
	}
	_ = cmd.RegisterFlagCompletionFunc("by", cobra.FixedCompletions([]string{"endpoint", "inbox", "event", "provider"}, cobra.ShellCompDirectiveNoFileComp)) // the flag is there
	return cmd
}

func (a *app) activity(ctx context.Context, s *session, from, to, by, query string) error {
	v, err := s.Activity(ctx, from, to, by, query)
	if err != nil {
		return a.pointAt(query, err)
	}
	if a.flags.json {
		return a.emit(v)
	}
	table := terminal.Table{Header: []string{by, "deliveries", "failed", "pending", "p50", "p99"}, Spare: []string{"p99", "p50", "pending"}}
	for _, g := range append(v.Groups, client.ActivityGroup{Name: "all", Tally: v.Total}) {
		table.Rows = append(table.Rows, []terminal.Cell{
			{Text: first(g.Name, "none"), Paint: a.out.Bold.Sprint}, {Text: strconv.Itoa(g.In + g.Out), Right: true}, {Text: strconv.Itoa(g.Failed), Right: true},
			{Text: strconv.Itoa(g.Pending), Right: true}, {Text: a.millis(g.P50), Right: true}, {Text: a.millis(g.P99), Right: true},
		})
	}
	if err := table.Write(a.out); err != nil {
		return err
	}
	if !v.Complete {
		a.say("%s there was too much to count; the newest part was", a.err.Warn.Sprint("note:"))
	}
	return nil
}

func (a *app) millis(ms float64) string {
	if a.out.Terminal {
		return terminal.Duration(time.Duration(ms * float64(time.Millisecond)))
	}
	return fmt.Sprintf("%.3g", ms)
}
