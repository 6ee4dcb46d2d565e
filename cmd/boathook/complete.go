package main

import (
	"context"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/boathook/boathook/web/client"
)

// completionTime bounds what a key press waits for.
const completionTime = 2 * time.Second

// completing runs a completion against a server that runs already; none is
// started for a key press.
func (a *app) completing(cmd *cobra.Command, find func(context.Context, *session) []string) ([]string, cobra.ShellCompDirective) {
	const none = cobra.ShellCompDirectiveNoFileComp
	ctx, cancel := context.WithTimeout(cmd.Context(), completionTime)
	defer cancel()
	if err := a.load(cmd, nil); err != nil {
		return nil, none
	}
	s, err := a.connectRunning(ctx)
	if err != nil || s == nil {
		return nil, none
	}
	return find(ctx, s), none
}

// completeFilter proposes fields, then values that were seen.
func (a *app) completeFilter(cmd *cobra.Command, _ []string, word string) ([]string, cobra.ShellCompDirective) {
	found, dir := a.completing(cmd, func(ctx context.Context, s *session) []string {
		got, err := s.Complete(ctx, word, len(word))
		if err != nil || got.From < 0 || got.From > len(word) {
			return nil
		}
		var all []string
		for _, item := range got.Items {
			all = append(all, word[:got.From]+item.Text)
		}
		return all
	})
	return found, dir | cobra.ShellCompDirectiveNoSpace
}

// completeIDs proposes the newest deliveries with what they are.
func (a *app) completeIDs(cmd *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
	return a.completing(cmd, func(ctx context.Context, s *session) []string {
		page, err := s.List(ctx, client.ListOptions{Limit: 20})
		if err != nil {
			return nil
		}
		all := []string{"@last\tthe newest", "@failed\tthe newest that failed"}
		for i := range page.Rows {
			cells := a.pipeRow(&page.Rows[i])
			all = append(all, cells[0].Text+"\t"+strings.Join([]string{cells[3].Text, safeWhat(&page.Rows[i])}, " "))
		}
		return all
	})
}

func (a *app) completeInboxes(cmd *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
	return a.completing(cmd, func(ctx context.Context, s *session) []string {
		inboxes, err := s.Inboxes(ctx)
		if err != nil {
			return nil
		}
		var all []string
		for _, in := range inboxes {
			all = append(all, in.Name+"\t"+in.URL)
		}
		return all
	})
}

func (a *app) completeEndpoints(cmd *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
	return a.completing(cmd, endpointNames)
}

func endpointNames(ctx context.Context, s *session) []string {
	all, err := s.Endpoints(ctx)
	if err != nil {
		return nil
	}
	var names []string
	for i := range all {
		names = append(names, all[i].Name+"\t"+whereTo(&all[i]))
	}
	return names
}
