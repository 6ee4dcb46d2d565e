package main

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/boathook/boathook/cmd/boathook/terminal"
)

func (a *app) recordingsCommand() *cobra.Command {
	list := &cobra.Command{Use: "list", Short: "list recordings", Args: atMost(0),
		Long: "List recordings: named sets of deliveries, as boathook import --recording makes them. In a pipe the columns are, separated by\n" +
			"tabs: name, how many deliveries are in it, and the times of the first and the last.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.with(cmd.Context(), func(s *session) error { return a.recordingsList(cmd.Context(), s) })
		}}
	remove := &cobra.Command{Use: "delete NAME", Short: "delete the deliveries of a recording", Args: exactly(1), ValidArgsFunction: a.completeRecordings,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.with(cmd.Context(), func(s *session) error { return a.recordingsDelete(cmd.Context(), s, args[0]) })
		}}
	return a.group(&cobra.Command{Use: "recordings", Aliases: []string{"recording"}, Short: "list, delete"}, list, remove)
}

// recording is a named set of deliveries.
type recording struct {
	Name       string    `json:"name"`
	Deliveries int       `json:"deliveries"`
	First      time.Time `json:"first"`
	Last       time.Time `json:"last"`
}

// recordings are all there are, by name.
func (s *session) recordings(ctx context.Context) ([]*recording, error) {
	byName := map[string]*recording{}
	for row, err := range s.All(ctx, "rec:*") {
		if err != nil {
			return nil, err
		}
		for _, tag := range row.Tags {
			name, ok := strings.CutPrefix(tag, "rec=")
			if !ok {
				continue
			}
			r := byName[name]
			if r == nil {
				r = &recording{Name: name, First: row.At, Last: row.At}
				byName[name] = r
			}
			r.Deliveries++
			if row.At.Before(r.First) {
				r.First = row.At
			}
			if row.At.After(r.Last) {
				r.Last = row.At
			}
		}
	}
	return slices.SortedFunc(maps.Values(byName), func(a, b *recording) int { return strings.Compare(a.Name, b.Name) }), nil
}

func recordingQuery(name string) string { return `rec:"` + name + `"` }

func (a *app) recordingsList(ctx context.Context, s *session) error {
	all, err := s.recordings(ctx)
	if err != nil {
		return err
	}
	table := terminal.Table{Header: []string{"name", "deliveries", "first", "last"}}
	for _, r := range all {
		if a.flags.json {
			if err := a.emit(r); err != nil {
				return err
			}
			continue
		}
		table.Rows = append(table.Rows, []terminal.Cell{
			{Text: r.Name, Paint: a.out.Bold.Sprint}, {Text: strconv.Itoa(r.Deliveries), Right: true},
			{Text: a.clock.Write(r.First, a.out.Terminal)}, {Text: a.clock.Write(r.Last, a.out.Terminal)},
		})
	}
	if a.flags.json {
		return nil
	}
	return table.Write(a.out)
}

func (a *app) recordingsDelete(ctx context.Context, s *session, name string) error {
	n, err := a.countMatching(ctx, s, recordingQuery(name))
	if err != nil {
		return err
	}
	if n == 0 {
		return fail(exitNotFound, "list them: boathook recordings list", "there is no recording %s", clip(name))
	}
	return a.deleteMatching(ctx, s, deletion{filter: recordingQuery(name)})
}

func (a *app) completeRecordings(cmd *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
	return a.completing(cmd, func(ctx context.Context, s *session) []string {
		all, err := s.recordings(ctx)
		if err != nil {
			return nil
		}
		var names []string
		for _, r := range all {
			names = append(names, r.Name+"\t"+plural(r.Deliveries, "delivery", "deliveries"))
		}
		return names
	})
}
