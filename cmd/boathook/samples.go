package main

import (
	"github.com/spf13/cobra"

	"github.com/boathook/boathook/web/client"
)

func (a *app) samplesCommand() *cobra.Command {
	var in client.SampleInput
	load := &cobra.Command{
		Use: "load", Short: "store made-up deliveries, to look around in", Args: atMost(0),
		Long: "Store made-up deliveries of catalogued events, as if an inbox had received them in the last hours: signed with its secrets,\n" +
			"some broken on purpose, some sent and failed. Nothing is sent. They have the tag sample, and are the recording samples.",
		Example: "  boathook samples load\n  boathook deliveries list tag:sample sig:invalid\n  boathook samples delete",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if in.Count < 1 {
				return usage("", "--count: want a whole number of 1 or more, got %d", in.Count)
			}
			return a.with(cmd.Context(), func(s *session) error {
				v, err := s.LoadSamples(cmd.Context(), in)
				if err != nil {
					return err
				}
				if a.flags.json {
					return a.emit(v)
				}
				a.say("stored %s", plural(v.Samples, "sample", "samples"))
				a.say("  see them: boathook deliveries list %s", v.Query)
				return nil
			})
		},
	}
	load.Flags().IntVar(&in.Count, "count", 200, "how many, at most 5000")
	load.Flags().StringVar(&in.Inbox, "inbox", "demo", "inbox that they reach")
	_ = load.RegisterFlagCompletionFunc("inbox", a.completeInboxes)
	remove := &cobra.Command{
		Use: "delete", Short: "delete all made-up deliveries for good", Args: atMost(0),
		Example: "  boathook samples delete",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.with(cmd.Context(), func(s *session) error {
				n, err := s.DeleteSamples(cmd.Context())
				if err != nil {
					return err
				}
				return a.deleted(n)
			})
		},
	}
	return a.group(&cobra.Command{Use: "samples", Short: "load, delete"}, load, remove)
}
