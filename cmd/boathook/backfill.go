package main

import (
	"github.com/spf13/cobra"

	"github.com/boathook/boathook/proxy"
)

func (a *app) endpointsBackfill() *cobra.Command {
	spec := proxy.RunSpec{Kind: proxy.RunBackfill}
	detach := false
	cmd := &cobra.Command{
		Use: "backfill NAME", Short: "send it the earlier events that it subscribes to", Args: exactly(1), ValidArgsFunction: a.completeEndpoints,
		Long: "Send an endpoint the earlier events that it subscribes to now and did not get, oldest first, each event once.\n" +
			"Ctrl-C ends the watching only: the run goes on.\n\nExit codes: 0 all were delivered, 3 the target failed for some.",
		Example: "  boathook endpoints backfill crm --filter after:30d\n  boathook endpoints backfill crm --limit 100 --dry-run",
		RunE: func(cmd *cobra.Command, args []string) error {
			if spec.Limit < 0 {
				return usage("", "--limit: want a whole number of 0 or more, got %d", spec.Limit)
			}
			return a.with(cmd.Context(), func(s *session) error {
				ep, err := s.endpoint(cmd.Context(), args[0])
				if err != nil {
					return err
				}
				spec.Endpoint = ep.Name
				if spec.DryRun {
					return a.pointing(spec.Query, a.replayPlan(cmd.Context(), s, spec))
				}
				return a.pointing(spec.Query, a.starting(cmd.Context(), s, spec, detach))
			})
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&spec.Query, "filter", "", "only events of deliveries that match, such as after:30d (default: all)")
	flags.IntVar(&spec.Limit, "limit", 0, "how many at most, 0 for all")
	flags.BoolVar(&spec.DryRun, "dry-run", false, "only say what would happen")
	flags.BoolVar(&detach, "detach", false, "start it, print its id, and do not wait")
	_ = cmd.RegisterFlagCompletionFunc("filter", a.completeFilter) // the flag is there
	return cmd
}
