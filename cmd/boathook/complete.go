package main

import (
	"context"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/boathook/boathook/catalog"
	"github.com/boathook/boathook/inspector"
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

// completeFilter proposes fields, then values that were seen. Fields, and values
// that are always the same, are known without a server.
func (a *app) completeFilter(cmd *cobra.Command, _ []string, word string) ([]string, cobra.ShellCompDirective) {
	got := client.Completions{}
	for _, item := range inspector.Complete(word, len(word), func(string, string) []inspector.ValueCount { return nil }) {
		got.Items = append(got.Items, client.Completion{Text: item.Text})
		got.From = item.From
	}
	found, dir := a.completing(cmd, func(ctx context.Context, s *session) []string {
		seen, err := s.Complete(ctx, word, len(word))
		if err != nil {
			return nil
		}
		return filterWords(word, seen)
	})
	if len(found) == 0 {
		found = filterWords(word, got)
	}
	return found, dir | cobra.ShellCompDirectiveNoSpace
}

// filterWords are ways to go on with the last word of a filter.
func filterWords(word string, got client.Completions) (all []string) {
	if got.From < 0 || got.From > len(word) {
		return nil
	}
	for _, item := range got.Items {
		all = append(all, word[:got.From]+item.Text)
	}
	return all
}

// completeIDs proposes the newest deliveries with what they are, the newest first.
func (a *app) completeIDs(cmd *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
	found, dir := a.completing(cmd, func(ctx context.Context, s *session) []string {
		return append([]string{"@last\tthe newest", "@failed\tthe newest that failed"}, a.newestOf(ctx, s, "")...)
	})
	return newestFirst(found, dir)
}

// completeTrash proposes what is in the trash.
func (a *app) completeTrash(cmd *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
	return newestFirst(a.completing(cmd, func(ctx context.Context, s *session) []string { return a.newestOf(ctx, s, "is:trashed") }))
}

// newestFirst keeps a shell from sorting what is found.
func newestFirst(found []string, dir cobra.ShellCompDirective) ([]string, cobra.ShellCompDirective) {
	if len(found) > 0 {
		dir |= cobra.ShellCompDirectiveKeepOrder
	}
	return found, dir
}

// newestOf are numbers of deliveries with what they are.
func (a *app) newestOf(ctx context.Context, s *session, query string) (all []string) {
	page, err := s.List(ctx, client.ListOptions{Query: query, Limit: 20})
	if err != nil {
		return nil
	}
	for i := range page.Rows {
		cells := a.pipeRow(&page.Rows[i])
		all = append(all, cells[0].Text+"\t"+strings.Join([]string{cells[3].Text, a.safeWhat(&page.Rows[i])}, " "))
	}
	return all
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

// completeEvents proposes event types: names of providers first, so that the list
// stays short.
func (a *app) completeEvents(cmd *cobra.Command, args []string, word string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveDefault
	}
	found, dir := a.completing(cmd, func(ctx context.Context, s *session) []string { return eventWords(ctx, s, word) })
	if len(found) == 0 {
		found = builtinEvents(word)
	}
	if len(found) > 0 && strings.HasSuffix(found[0], "/") {
		dir |= cobra.ShellCompDirectiveNoSpace
	}
	return found, dir
}

func eventWords(ctx context.Context, s *session, word string) []string {
	if provider, _, chosen := strings.Cut(word, "/"); chosen {
		p, err := s.Provider(ctx, provider)
		if err != nil {
			return nil
		}
		var ids []string
		for _, e := range p.EventTypes {
			ids = append(ids, provider+"/"+e.Name+"\t"+e.Description)
		}
		return ids
	}
	return providerWords(ctx, s, "/")
}

// builtinEvents are eventWords of the program's own catalogue, for when no server
// runs.
func builtinEvents(word string) (all []string) {
	provider, _, chosen := strings.Cut(word, "/")
	for _, p := range catalog.Builtin().Providers() {
		switch {
		case !chosen:
			all = append(all, p.ID+"/")
		case p.ID == provider:
			for _, e := range p.Events {
				all = append(all, e.ID()+"\t"+e.Description)
			}
		}
	}
	return all
}

func providerWords(ctx context.Context, s *session, suffix string) []string {
	all, err := s.Catalog(ctx)
	if err != nil {
		return nil
	}
	var ids []string
	for _, p := range all {
		ids = append(ids, p.ID+suffix)
	}
	return ids
}

func (a *app) completeProviders(cmd *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
	return a.completing(cmd, func(ctx context.Context, s *session) []string { return providerWords(ctx, s, "") })
}

// completeTargets proposes where an event can go.
func completeTargets(ctx context.Context, s *session) []string {
	all := endpointNames(ctx, s)
	inboxes, err := s.Inboxes(ctx)
	if err != nil {
		return all
	}
	for _, in := range inboxes {
		all = append(all, "inbox:"+in.Name+"\t"+in.URL)
	}
	return all
}
