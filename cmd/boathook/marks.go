package main

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"github.com/boathook/boathook/cmd/boathook/config"
	"github.com/boathook/boathook/cmd/boathook/terminal"
	"github.com/boathook/boathook/web/client"
)

// marking is a command that writes a mark on deliveries.
type marking struct {
	name, short string
	tags        bool   // its first word is a tag, or several with commas between them
	done        string // what was done to them, as in: pinned 2 deliveries
	set         func(m *client.Marks, tags []string)
}

// markCommands are the marks that the page's list has too.
func (a *app) markCommands() (all []*cobra.Command) {
	yes, no := true, false
	for _, m := range []marking{
		{"tag", "put a tag on deliveries, for the filter tag:", true, "tagged", func(m *client.Marks, tags []string) { m.AddTags = tags }},
		{"untag", "take a tag off deliveries", true, "untagged", func(m *client.Marks, tags []string) { m.DropTags = tags }},
		{"pin", "pin deliveries, so that the page keeps them on top", false, "pinned", func(m *client.Marks, _ []string) { m.Pinned = &yes }},
		{"unpin", "pin deliveries no more", false, "unpinned", func(m *client.Marks, _ []string) { m.Pinned = &no }},
		{"read", "mark deliveries as read", false, "marked as read", func(m *client.Marks, _ []string) { m.Unread = &no }},
		{"unread", "mark deliveries as not read", false, "marked as unread", func(m *client.Marks, _ []string) { m.Unread = &yes }},
	} {
		all = append(all, a.markCommand(m))
	}
	return all
}

func (a *app) markCommand(m marking) *cobra.Command {
	filter, use, line, need := "", m.name+" [ID…]", "boathook deliveries "+m.name, 0
	example := "  " + line
	if m.tags {
		use, line, example, need = m.name+" TAG [ID…]", line+" TAG", example+" bug", 1
	}
	cmd := &cobra.Command{
		Use: use, Short: m.short, Args: least(need), ValidArgsFunction: a.completeIDs,
		Example: example + " 12406 @last\n" + example + " --filter 'inbox:demo status:5xx'",
		RunE: func(cmd *cobra.Command, args []string) error {
			var marks client.Marks
			tags, ids := args[:need], args[need:]
			if (len(ids) > 0) == (filter != "") {
				return usage(line+" ID…, or --filter FILTER", "say in one way which deliveries are meant")
			}
			m.set(&marks, config.Words(strings.Join(tags, "")))
			return a.with(cmd.Context(), func(s *session) error { return a.markThem(cmd.Context(), s, m.done, marks, ids, filter) })
		},
	}
	cmd.Flags().StringVar(&filter, "filter", "", "all that match, '*' for all there are")
	return cmd
}

func (a *app) markThem(ctx context.Context, s *session, done string, m client.Marks, words []string, filter string) (err error) {
	if m.IDs, err = s.allKnown(ctx, words); err != nil {
		return err
	}
	m.Query = filter
	v, err := s.Mark(ctx, m)
	if err != nil {
		return a.pointing(filter, err)
	}
	if a.flags.json {
		return a.emit(v)
	}
	a.say("%s %s", done, plural(v.Marked, "delivery", "deliveries"))
	if len(m.AddTags) > 0 && v.Marked > 0 {
		a.say("  see them: boathook deliveries list %s", terminal.Safe(quoteArg("tag:"+m.AddTags[0])))
	}
	return nil
}
