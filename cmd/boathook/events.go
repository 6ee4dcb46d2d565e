package main

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/boathook/boathook/cmd/boathook/terminal"
	"github.com/boathook/boathook/web/client"
)

func (a *app) eventsCommand() *cobra.Command {
	return a.group(&cobra.Command{Use: "events", Aliases: []string{"event"}, Short: "the catalogue: list, view, sample, validate, subscribers, providers, new, import, drift, delete"},
		a.eventsList(), a.eventsView(), a.eventsSample(), a.eventsValidate(), a.eventsSubscribers(), a.eventsProviders(),
		a.eventsNew(), a.eventsImport(), a.eventsDrift(), a.eventsDelete())
}

func (a *app) eventsList() *cobra.Command {
	return &cobra.Command{
		Use: "list [WORD]", Short: "list event types: all, those of a provider, or those with a word in their name", Args: atMost(1), ValidArgsFunction: a.completeProviders,
		Example: "  boathook events list\n  boathook events list webconnex\n  boathook events list refund",
		Long:    "List event types. In a pipe the columns are, separated by tabs: id, name used for subscribing, group, subscribers, description.",
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.with(cmd.Context(), func(s *session) error { return a.listEvents(cmd.Context(), s, joinWords(args)) })
		},
	}
}

func (a *app) listEvents(ctx context.Context, s *session, word string) error {
	all, err := s.eventTypes(ctx, word)
	if err != nil {
		return err
	}
	if len(all) == 0 {
		if all, err = s.eventTypes(ctx, ""); err != nil {
			return err
		}
		listed := all
		all = slices.DeleteFunc(slices.Clone(all), func(e client.EventSummary) bool {
			return !strings.Contains(strings.ToLower(e.ID+" "+e.Subscription), strings.ToLower(word))
		})
		if len(all) == 0 {
			err := unknownEvent(word, listed)
			f := explain(err)
			f.code = exitNotFound
			return f
		}
	}
	slices.SortStableFunc(all, byID)
	table := terminal.Table{Header: []string{"event", "subscribed as", "group", "subscribers", ""}, Spare: []string{"group", "subscribed as", "subscribers"}}
	for _, e := range all {
		if a.flags.json {
			if err := a.emit(e); err != nil {
				return err
			}
			continue
		}
		as := e.Subscription
		if as == e.Name {
			as = ""
		}
		subscribers := ""
		if e.Subscribers > 0 || !a.out.Terminal {
			subscribers = strconv.Itoa(e.Subscribers)
		}
		table.Rows = append(table.Rows, []terminal.Cell{
			{Text: e.ID, Paint: a.out.Bold.Sprint}, {Text: as}, {Text: e.Group, Paint: a.out.Dim.Sprint}, {Text: subscribers, Right: true}, {Text: e.Description, Paint: a.out.Dim.Sprint},
		})
	}
	return table.Write(a.out)
}

func (a *app) eventsSample() *cobra.Command {
	var opt client.SampleOptions
	cmd := &cobra.Command{
		Use: "sample EVENT", Short: "make a payload", Args: exactly(1), ValidArgsFunction: a.completeEvents,
		Long:    "Make a payload of an event type. The same seed makes the same random values. --set path=value changes one place; a value\nthat is no JSON is text.",
		Example: "  boathook events sample webconnex/registration\n  boathook events sample webconnex/registration --variant minimal --set data.total=125.5 --seed 7",
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.with(cmd.Context(), func(s *session) error { return a.sampleEvent(cmd.Context(), s, args[0], opt) })
		},
	}
	cmd.Flags().StringVar(&opt.Variant, "variant", "", "full, minimal, null, unicode, huge, or a sample with a name of its own")
	cmd.Flags().Uint64Var(&opt.Seed, "seed", 0, "seed of the random values, 0 for other ones each time")
	cmd.Flags().StringArrayVar(&opt.Set, "set", nil, "path=value in the payload; may be repeated")
	return cmd
}

func (a *app) sampleEvent(ctx context.Context, s *session, word string, opt client.SampleOptions) error {
	provider, name, err := s.event(ctx, word)
	if err != nil {
		return err
	}
	sample, err := s.Sample(ctx, provider, name, opt)
	if err != nil {
		return err
	}
	if a.flags.json {
		return a.emit(sample)
	}
	if !a.out.Terminal {
		_, err := a.out.Write([]byte(sample.Body))
		return err
	}
	origin := "generated"
	if !sample.Generated {
		origin = "after " + sample.Source
	}
	a.say("%s", a.err.Dim.Sprint(terminal.Safe(sample.ContentType+", "+origin)))
	return a.printText(sample.Body)
}

func (a *app) eventsSubscribers() *cobra.Command {
	return &cobra.Command{
		Use: "subscribers EVENT", Short: "list the endpoints that get an event type", Args: exactly(1), ValidArgsFunction: a.completeEvents,
		Example: "  boathook events subscribers webconnex/registration",
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.with(cmd.Context(), func(s *session) error { return a.subscribers(cmd.Context(), s, args[0]) })
		},
	}
}

func (a *app) subscribers(ctx context.Context, s *session, word string) error {
	provider, name, err := s.event(ctx, word)
	if err != nil {
		return err
	}
	all, err := s.Subscribers(ctx, provider, name)
	if err != nil {
		return err
	}
	table := terminal.Table{Header: []string{"endpoint", "on", "to", "subscription", "note"}, Spare: []string{"note"}}
	for _, sub := range all {
		if a.flags.json {
			if err := a.emit(sub); err != nil {
				return err
			}
			continue
		}
		table.Rows = append(table.Rows, []terminal.Cell{
			{Text: sub.Endpoint, Paint: a.out.Bold.Sprint}, {Text: map[bool]string{true: "on", false: "off"}[sub.On]}, {Text: sub.URL},
			{Text: strings.Join(sub.Events, ",")}, {Text: sub.Note, Paint: a.out.Dim.Sprint},
		})
	}
	if len(all) == 0 {
		a.say("no endpoint gets it; add one: boathook endpoints create NAME --url URL --events %s", terminal.Safe(provider+"/"+name))
	}
	return table.Write(a.out)
}

func (a *app) eventsProviders() *cobra.Command {
	return &cobra.Command{
		Use: "providers", Short: "list the providers", Args: atMost(0),
		Example: "  boathook events providers",
		Long:    "List the providers. In a pipe the columns are, separated by tabs: id, name, scheme, retry rule, event types, other names.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.with(cmd.Context(), func(s *session) error { return a.listProviders(cmd.Context(), s) })
		},
	}
}

func (a *app) listProviders(ctx context.Context, s *session) error {
	all, err := s.Catalog(ctx)
	if err != nil {
		return err
	}
	table := terminal.Table{Header: []string{"id", "name", "scheme", "retry", "events", "also"}, Spare: []string{"also", "retry", "scheme"}}
	for _, p := range all {
		if a.flags.json {
			if err := a.emit(p); err != nil {
				return err
			}
			continue
		}
		also := strings.Join(p.Aliases, ", ")
		if p.Custom {
			also = strings.TrimPrefix(also+", your own", ", ")
		}
		table.Rows = append(table.Rows, []terminal.Cell{
			{Text: p.ID, Paint: a.out.Bold.Sprint}, {Text: p.Name}, {Text: first(p.Scheme, "none")}, {Text: a.out.Own(shortRule(p.Retry))}, {Text: strconv.Itoa(p.Events), Right: true}, {Text: also, Paint: a.out.Dim.Sprint},
		})
	}
	return table.Write(a.out)
}

// shortRule writes equal delays of a retry rule as one: 10 × 1m.
func shortRule(rule string) string {
	delays := strings.Split(rule, ",")
	var words []string
	for i := 0; i < len(delays); {
		n := 1
		for i+n < len(delays) && delays[i+n] == delays[i] {
			n++
		}
		word := delays[i]
		if n > 1 {
			word = strconv.Itoa(n) + " × " + word
		}
		words, i = append(words, word), i+n
	}
	return strings.Join(words, ",")
}
