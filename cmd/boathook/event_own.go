package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"strings"

	"github.com/spf13/cobra"

	"github.com/boathook/boathook/catalog"
	"github.com/boathook/boathook/cmd/boathook/terminal"
	"github.com/boathook/boathook/web/client"
)

func (a *app) eventsValidate() *cobra.Command {
	return &cobra.Command{
		Use: "validate EVENT ID|FILE|-", Short: "compare a body with what the catalogue says of its event type", Args: exactly(2), ValidArgsFunction: a.completeEvents,
		Long: "Compare a body with what the catalogue says of its event type: missing, unexpected, and of a wrong type, with paths. The\n" +
			"body is that of a delivery, of a file or of standard input. The exit code is 1 if it does not fit.",
		Example: "  boathook events validate webconnex/registration @last\n  boathook events validate stripe/charge.refunded body.json",
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.with(cmd.Context(), func(s *session) error { return a.validateEvent(cmd.Context(), s, args[0], args[1]) })
		},
	}
}

// maxBodyArg bounds a body that a command reads.
const maxBodyArg = 8 << 20

func (a *app) validateEvent(ctx context.Context, s *session, event, word string) error {
	provider, name, err := s.event(ctx, event)
	if err != nil {
		return err
	}
	var in client.ValidateInput
	if isRequest(word) {
		body, err := readBody(word)
		if err != nil {
			return err
		}
		in.BodyBase64 = base64.StdEncoding.EncodeToString(body)
	} else if in.Delivery, err = s.known(ctx, word); err != nil {
		return err
	}
	problems, err := s.Validate(ctx, provider, name, in)
	if err != nil {
		return err
	}
	if err := a.printProblems(problems); err != nil {
		return err
	}
	if len(problems) > 0 {
		return fail(exitFailed, "", "the body does not fit %s/%s: %s", provider, name, plural(len(problems), "problem", "problems"))
	}
	a.say("%s the body fits %s/%s", a.mark(true), terminal.Safe(provider), terminal.Safe(name))
	return nil
}

func (a *app) printProblems(problems []catalog.Problem) error {
	table := terminal.Table{}
	for _, p := range problems {
		if a.flags.json {
			if err := a.emit(p); err != nil {
				return err
			}
			continue
		}
		table.Rows = append(table.Rows, []terminal.Cell{{Text: p.Kind, Paint: a.out.Bad.Sprint}, {Text: first(p.Path, "the body"), Paint: a.out.Name.Sprint}, {Text: p.Text}})
	}
	return table.Write(a.out)
}

// readBody reads a body from a file or, for "-", from standard input.
func readBody(path string) ([]byte, error) {
	return readInput(path, "the body", "a body comes from a file, or from standard input with -", maxBodyArg)
}

func (a *app) eventsNew() *cobra.Command {
	from, replace := "", false
	cmd := &cobra.Command{
		Use: "new FILE|PROVIDER/NAME", Short: "add a provider of your own, or learn an event type from deliveries", Args: exactly(1),
		Long: "Add a provider of your own from a file in the form of the catalogue's provider.yaml, with its event types under the key\n" +
			"events; or with --from learn the fields of an event type from recorded deliveries.",
		Example: "  boathook events new acme.yaml\n  boathook events new acme/order_created --from 'inbox:demo header.x-acme-event:order_created'",
		RunE: func(cmd *cobra.Command, args []string) error {
			in := client.ProviderInput{Format: "deliveries", Query: from, Name: args[0], Replace: replace}
			if from == "" {
				text, err := readInput(args[0], "the provider", "to learn an event type from deliveries add --from FILTER", maxBodyArg)
				if err != nil {
					return err
				}
				in = client.ProviderInput{Format: "yaml", Text: string(text), Replace: replace}
			}
			return a.addProvider(cmd.Context(), args[0], in)
		},
	}
	cmd.Flags().StringVar(&from, "from", "", "filter of the deliveries to learn from")
	_ = cmd.RegisterFlagCompletionFunc("from", a.completeFilter) // the flag is there
	cmd.Flags().BoolVar(&replace, "replace", false, "put it in the place of one of your own with the same id")
	return cmd
}

func (a *app) eventsImport() *cobra.Command {
	format, replace := "", false
	cmd := &cobra.Command{
		Use: "import FILE|-", Short: "read event types from the webhooks of an OpenAPI 3.1 or AsyncAPI document", Args: exactly(1),
		Example: "  boathook events import openapi.yaml\n  curl -s https://api.example.org/asyncapi.json | boathook events import -",
		RunE: func(cmd *cobra.Command, args []string) error {
			text, err := readInput(args[0], "the document", "", maxBodyArg)
			if err != nil {
				return err
			}
			if format == "" {
				if format = documentFormat(text); format == "" {
					return noDocument(args[0], text)
				}
			}
			return a.addProvider(cmd.Context(), args[0], client.ProviderInput{Format: format, Text: string(text), Replace: replace})
		},
	}
	cmd.Flags().StringVar(&format, "format", "", "openapi, asyncapi or yaml (default: the document tells)")
	cmd.Flags().BoolVar(&replace, "replace", false, "put it in the place of one of your own with the same id")
	return cmd
}

// noDocument says why a text is no description of an API that can be read.
func noDocument(path string, text []byte) error {
	if where := noJSON(string(text)); where != "" {
		return usage("mend it there", "%s is no JSON: %s", clip(path), where)
	}
	if hasKey(text, "swagger") {
		return usage("convert it to OpenAPI 3.1 and describe the events under webhooks, or learn them from deliveries: boathook events new NAME/EVENT --from FILTER",
			"%s is of Swagger 2.0, which has no webhooks", clip(path))
	}
	return usage("say what it is: --format openapi, asyncapi or yaml", "%s is no OpenAPI or AsyncAPI document", clip(path))
}

// documentFormat tells documents apart by their first key of importance.
func documentFormat(text []byte) string {
	for _, format := range []string{"asyncapi", "openapi"} {
		if hasKey(text, format) {
			return format
		}
	}
	return ""
}

func hasKey(text []byte, key string) bool {
	return bytes.Contains(text, []byte(key+":")) || bytes.Contains(text, []byte(`"`+key+`"`))
}

// placeIn is what an error says behind the name that the server gives to a text of a
// format: the place in it, if it is known, and what is wrong.
func placeIn(text, format string) string {
	for _, name := range []string{"text: ", "text:", format + ":"} {
		if rest, found := strings.CutPrefix(text, name); found {
			text = rest
		}
	}
	if text != "" && text[0] >= '0' && text[0] <= '9' {
		return text
	}
	return " " + strings.TrimLeft(text, " ")
}

func (a *app) addProvider(ctx context.Context, source string, in client.ProviderInput) error {
	return a.with(ctx, func(s *session) error {
		p, err := s.AddProvider(ctx, in)
		if problem, ok := problemOf(err); ok && problem.Status == 409 {
			return fail(exitFailed, "replace it: add --replace", "there is a provider or event type of that name already")
		}
		if err != nil && in.Query != "" {
			return a.pointAt(in.Query, err)
		}
		if problem, ok := problemOf(err); ok && in.Text != "" && problem.Status == 400 {
			return usage(problem.Hint, "%s:%s", clip(source), placeIn(problem.Error(), in.Format))
		}
		if err != nil {
			return err
		}
		if a.flags.json {
			return a.emit(p)
		}
		a.say("%s %s has %s; see: boathook events list %s", a.mark(true), terminal.Safe(p.ID), plural(p.Events, "event type", "event types"), terminal.Safe(p.ID))
		for _, f := range p.Facts {
			if f.Topic == catalog.ImportTopic {
				a.say("%s %s", a.err.Warn.Sprint("note:"), terminal.Safe(f.Text))
			}
		}
		return nil
	})
}

func (a *app) eventsDrift() *cobra.Command {
	return &cobra.Command{
		Use: "drift EVENT [FILTER]", Short: "compare recorded payloads with the catalogue, over time", Args: least(1), ValidArgsFunction: a.completeEvents,
		Example: "  boathook events drift webconnex/registration after:30d",
		Long: "Compare recorded payloads of an event type with the catalogue. In a pipe the columns are, separated by tabs: kind, path,\n" +
			"payloads that have it, payloads looked at, first and last time, what it is.",
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.with(cmd.Context(), func(s *session) error { return a.drift(cmd.Context(), s, args[0], joinWords(args[1:])) })
		},
	}
}

func (a *app) drift(ctx context.Context, s *session, event, query string) error {
	provider, name, err := s.event(ctx, event)
	if err != nil {
		return err
	}
	items, err := s.Drift(ctx, provider, name, query)
	if err != nil {
		return a.pointAt(query, err)
	}
	table := terminal.Table{Header: []string{"kind", "field", "in", "of", "first", "last", ""}, Spare: []string{"first", "of", "last"}}
	for _, d := range items {
		if a.flags.json {
			if err := a.emit(d); err != nil {
				return err
			}
			continue
		}
		table.Rows = append(table.Rows, []terminal.Cell{
			{Text: d.Kind, Paint: a.out.Bad.Sprint}, {Text: d.Path, Paint: a.out.Name.Sprint}, {Text: terminal.Count(d.Count), Right: true}, {Text: terminal.Count(d.Of), Right: true},
			{Text: a.clock.Write(d.First, a.out.Terminal)}, {Text: a.clock.Write(d.Last, a.out.Terminal)}, {Text: d.Text},
		})
	}
	if len(items) == 0 {
		a.say("no recorded payload of %s/%s differs from the catalogue", terminal.Safe(provider), terminal.Safe(name))
	}
	return table.Write(a.out)
}

func (a *app) eventsDelete() *cobra.Command {
	return &cobra.Command{
		Use: "delete PROVIDER", Short: "delete a provider of your own", Args: exactly(1), ValidArgsFunction: a.completeProviders,
		Example: "  boathook events delete acme --yes",
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.with(cmd.Context(), func(s *session) error {
				p, err := s.Provider(cmd.Context(), args[0])
				if err != nil {
					return unknownProvider(args[0], err)
				}
				if !p.Custom {
					return fail(exitFailed, "", "provider %s is part of boathook, or stands in a file of the data folder", clip(args[0]))
				}
				if err := a.confirm(cmd.Context(), "Delete provider "+terminal.Safe(args[0])+" with its event types?"); err != nil {
					return err
				}
				if err := s.DeleteProvider(cmd.Context(), args[0]); err != nil {
					return unknownProvider(args[0], err)
				}
				a.say("deleted provider %s", terminal.Safe(args[0]))
				return nil
			})
		},
	}
}

func unknownProvider(id string, err error) error {
	if p, ok := problemOf(err); ok && p.Status == 404 {
		return fail(exitNotFound, "list them: boathook events providers", "there is no provider %s", clip(id))
	}
	return err
}
