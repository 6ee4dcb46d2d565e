package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/boathook/boathook/catalog"
	"github.com/boathook/boathook/cmd/boathook/terminal"
	"github.com/boathook/boathook/web/client"
)

func (a *app) eventsView() *cobra.Command {
	schema := false
	cmd := &cobra.Command{
		Use: "view EVENT|PROVIDER", Short: "show the fields of an event type, or what is known of a provider", Args: exactly(1), ValidArgsFunction: a.completeEvents,
		Example: "  boathook events view webconnex/registration\n  boathook events view stockcrowd\n  boathook events view registration --schema",
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.with(cmd.Context(), func(s *session) error { return a.viewEvent(cmd.Context(), s, args[0], schema) })
		},
	}
	cmd.Flags().BoolVar(&schema, "schema", false, "the JSON Schema of the payload alone")
	return cmd
}

func (a *app) viewEvent(ctx context.Context, s *session, word string, schema bool) error {
	if !strings.Contains(word, "/") {
		p, err := s.Provider(ctx, word)
		if err == nil {
			return a.showProvider(&p)
		}
		if problem, ok := problemOf(err); !ok || problem.Status != 404 {
			return err
		}
	}
	provider, name, err := s.event(ctx, word)
	if err != nil {
		return err
	}
	e, err := s.EventType(ctx, provider, name)
	switch {
	case err != nil:
		return err
	case schema:
		text, err := json.MarshalIndent(e.Schema, "", "  ")
		if err != nil {
			return err
		}
		return a.out.Printf("%s\n", terminal.SafeText(string(text)))
	case a.flags.json:
		return a.emit(e)
	}
	return a.showEvent(&e)
}

func (a *app) showEvent(e *client.EventDetail) error {
	lines := [][2]string{
		{"event", e.ID}, {"subscribed as", e.Subscription}, {"group", e.Group}, {"what", e.Description}, {"variants", strings.Join(e.Variants, ", ")},
		{"subscribers", fmt.Sprint(e.Subscribers)}, {"source", e.Source},
	}
	if e.Subscription == e.Name {
		lines[1][1] = ""
	}
	if !e.Documented {
		lines = append(lines, [2]string{"payload", "not documented by its provider; inferred"})
	}
	for _, s := range e.Samples {
		origin := s.Source
		if s.Generated {
			origin = "generated"
		}
		lines = append(lines, [2]string{"sample", s.Variant + ", " + origin})
	}
	if err := a.printLines(lines); err != nil {
		return err
	}
	if len(e.Fields) == 0 {
		return nil
	}
	if err := a.out.Printf("\n"); err != nil {
		return err
	}
	table := terminal.Table{Header: []string{"field", "type", "", "example", "what"}, Spare: []string{"example", "type"}}
	for _, f := range e.Fields {
		badge := []string{}
		if f.Required {
			badge = append(badge, "required")
		}
		if f.Custom {
			badge = append(badge, "custom")
		}
		if f.FromSample {
			badge = append(badge, "seen in a sample")
		}
		example := ""
		if f.Example != nil {
			text, err := json.Marshal(f.Example)
			if err != nil {
				return err
			}
			example = string(text)
		}
		table.Rows = append(table.Rows, []terminal.Cell{
			{Text: f.Name, Paint: a.out.Name.Sprint}, {Text: typeOf(&f)}, {Text: strings.Join(badge, ", "), Paint: a.out.Warn.Sprint}, {Text: example}, {Text: f.Description, Paint: a.out.Dim.Sprint},
		})
	}
	return table.Write(a.out)
}

// printLines prints names and values, those without a value left out.
func (a *app) printLines(lines [][2]string) error {
	table := terminal.Table{}
	for _, l := range lines {
		if l[1] != "" {
			table.Rows = append(table.Rows, []terminal.Cell{{Text: l[0], Paint: a.out.Dim.Sprint}, {Text: a.out.Own(l[1])}})
		}
	}
	return table.Write(a.out)
}

func (a *app) showProvider(p *client.ProviderDetail) error {
	if a.flags.json {
		return a.emit(p)
	}
	lines := [][2]string{
		{"provider", p.ID}, {"name", p.Name}, {"also", strings.Join(p.Aliases, ", ")}, {"what", p.Description}, {"docs", p.Docs}, {"scheme", first(p.Scheme, "none")},
		{"retry", shortRule(p.Retry)}, {"resend", p.Resend}, {"formats", strings.Join(p.Formats, ", ")},
	}
	for _, f := range p.Facts {
		text := f.Text
		if f.Source != "" {
			text += "  (" + f.Source + ")"
		}
		lines = append(lines, [2]string{strings.ToLower(f.Topic), text})
	}
	if err := a.printLines(lines); err != nil {
		return err
	}
	if err := a.out.Printf("\n"); err != nil {
		return err
	}
	table := terminal.Table{Header: []string{"event", "subscribers", ""}}
	for _, e := range p.EventTypes {
		table.Rows = append(table.Rows, []terminal.Cell{{Text: e.ID, Paint: a.out.Bold.Sprint}, {Text: fmt.Sprint(e.Subscribers), Right: true}, {Text: e.Description, Paint: a.out.Dim.Sprint}})
	}
	return table.Write(a.out)
}

// typeOf is the type of a field, with its format and its length.
func typeOf(f *catalog.Field) string {
	text := strings.TrimSpace(f.Type + " " + f.Format)
	if f.MaxLength > 0 {
		text += fmt.Sprintf(", at most %d characters", f.MaxLength)
	}
	return text
}
