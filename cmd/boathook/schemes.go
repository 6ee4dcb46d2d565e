package main

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/boathook/boathook/catalog"
	"github.com/boathook/boathook/cmd/boathook/terminal"
	"github.com/boathook/boathook/signer"
)

func (a *app) schemesCommand() *cobra.Command {
	return a.group(&cobra.Command{Use: "schemes", Aliases: []string{"scheme"}, Short: "the ways that providers sign: list, view, test, create, edit, delete"},
		a.schemesList(), a.schemesView(), a.schemesTest(), a.schemesCreate(), a.schemesEdit(), a.schemesDelete())
}

func (a *app) schemesList() *cobra.Command {
	return &cobra.Command{
		Use: "list [WORD]", ValidArgsFunction: a.completeSchemes, Short: "list the schemes, or those with a word in id or name", Args: atMost(1),
		Example: "  boathook schemes list\n  boathook schemes list sha1",
		Long: "List the schemes. In a pipe the columns are, separated by tabs: id, name, algorithm, encoding, place of the signature,\n" +
			"what it protects (body, fields, address, nothing), confirmed, unconfirmed or your own.",
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.listSchemes(cmd.Context(), strings.ToLower(strings.Join(args, "")))
		},
	}
}

func (a *app) listSchemes(ctx context.Context, word string) error {
	own, err := a.ownSchemes(ctx)
	if err != nil {
		return err
	}
	table := terminal.Table{Header: []string{"id", "name", "algorithm", "encoding", "signature in", "protects", ""}, Spare: []string{"", "encoding", "protects", "algorithm"}}
	for _, s := range append(own, signer.All()...) {
		if !strings.Contains(strings.ToLower(s.ID+" "+s.Name), word) {
			continue
		}
		if a.flags.json {
			if err := a.emit(schemeOf(s)); err != nil {
				return err
			}
			continue
		}
		sure := "confirmed"
		switch {
		case slices.Contains(own, s):
			sure = "your own"
		case len(s.Unconfirmed) > 0:
			sure = "unconfirmed"
		}
		table.Rows = append(table.Rows, []terminal.Cell{
			{Text: s.ID, Paint: a.out.Bold.Sprint}, {Text: s.Name}, {Text: string(s.Algorithm)}, {Text: string(s.Encoding)},
			{Text: place(s)}, {Text: string(s.Covers())}, {Text: sure, Paint: a.out.Dim.Sprint},
		})
	}
	if a.flags.json {
		return nil
	}
	if len(table.Rows) == 0 {
		return fail(exitNotFound, "list all: boathook schemes list", "no scheme has %q in its id or name", clip(word))
	}
	return table.Write(a.out)
}

// schemeJSON is a row and what follows from it.
type schemeJSON struct {
	*signer.Scheme
	Covers  signer.Coverage `json:"covers"`
	Needs   []string        `json:"needs,omitempty"`
	Aliases []string        `json:"aliases,omitempty"`
}

func schemeOf(s *signer.Scheme) schemeJSON {
	return schemeJSON{s, s.Covers(), s.Needs(), signer.Aliases(s.ID)}
}

func (a *app) schemesView() *cobra.Command {
	row, language := false, ""
	cmd := &cobra.Command{
		Use: "view ID", Short: "show how a scheme signs", Args: exactly(1), ValidArgsFunction: a.completeSchemes,
		Example: "  boathook schemes view stripe\n  boathook schemes view stripe --row > mine.json\n  boathook schemes view stripe --code express",
		RunE: func(cmd *cobra.Command, args []string) error {
			if row && language != "" {
				return usage("give one of them", "--row and --code do not go together")
			}
			if err := checkLanguage(language); err != nil {
				return err
			}
			s, err := a.findScheme(cmd.Context(), args[0])
			switch {
			case err != nil:
				return err
			case row:
				text, err := json.MarshalIndent(s, "", "  ")
				if err != nil {
					return err
				}
				return a.out.Printf("%s\n", text)
			case language != "":
				return a.schemeCode(s, language)
			case a.flags.json:
				return a.emit(schemeOf(s))
			}
			return a.viewScheme(s)
		},
	}
	cmd.Flags().BoolVar(&row, "row", false, "the row alone, to start a scheme of your own from")
	cmd.Flags().StringVar(&language, "code", "", "code that verifies, alone: "+strings.Join(signer.Languages, ", "))
	return cmd
}

// schemeCode writes a handler that verifies a scheme.
func (a *app) schemeCode(s *signer.Scheme, language string) error {
	code, err := s.Snippet(language)
	switch {
	case err != nil:
		return err
	case a.flags.json:
		return a.emit(map[string]string{"language": strings.ToLower(language), "code": code})
	}
	return a.out.Printf("%s", code)
}

func (a *app) viewScheme(s *signer.Scheme) error {
	content := s.Content
	if s.Code != "" {
		content = strings.TrimSpace(content + " (made by code: " + s.Code + ")")
	}
	lines := [][2]string{
		{"id", s.ID}, {"name", s.Name}, {"also called", strings.Join(signer.Aliases(s.ID), ", ")}, {"signature in", layoutText(s)},
		{"algorithm", string(s.Algorithm) + ", written as " + string(s.Encoding)}, {"signed content", strings.ReplaceAll(content, "\n", `\n`)},
		{"protects", string(s.Covers())}, {"secret", string(s.Secret)}, {"id", strings.Join(s.IDHeaders, ", ")}, {"timestamp", timestampText(s.Timestamp)},
		{"needs", strings.Join(s.Needs(), ", ")}, {"read in", s.Source}, {"unconfirmed", strings.Join(s.Unconfirmed, "; ")},
	}
	return a.printLines(lines)
}

func layoutText(s *signer.Scheme) string {
	text := place(s)
	if len(s.Signature.Headers) > 1 {
		text = strings.ReplaceAll(strings.Join(s.Signature.Headers, " or "), "#", "1")
	}
	text += ", " + string(s.Signature.Layout)
	if s.Signature.Prefix != "" {
		text += " behind " + s.Signature.Prefix
	}
	if len(s.Signature.Accept) > 0 {
		text += " (" + strings.Join(s.Signature.Accept, ", ") + ")"
	}
	return text
}

func timestampText(t *signer.Timestamp) string {
	if t == nil {
		return ""
	}
	text := first(strings.Join(t.Headers, " or "), t.Body, t.Query, t.Key+"= in the signature header") + ", " + string(t.Unit)
	switch {
	case t.Unsigned:
		return text + ", not signed"
	case t.Past == 0:
		return text + ", no window named"
	case t.Future == 0:
		return text + ", at most " + catalog.Duration(t.Past).String() + " old"
	}
	return text + ", at most " + catalog.Duration(t.Past).String() + " old or early"
}

func (a *app) schemesTest() *cobra.Command {
	return &cobra.Command{
		Use: "test FILE", Short: "check schemes of your own", Args: exactly(1),
		Example: "  boathook schemes test mine.yaml",
		Long: "Check schemes of your own: every field, then a request is signed and verified with each. The file holds one scheme or a\n" +
			"list, in JSON or YAML; the fields are those of: boathook schemes view stripe --row.",
		RunE: func(_ *cobra.Command, args []string) error {
			list, err := readSchemes(args[0])
			if err != nil {
				return err
			}
			for _, s := range list {
				if err := a.testScheme(s); err != nil {
					return err
				}
			}
			return nil
		},
	}
}

// testScheme signs and verifies a request of its own, with a secret that is made
// for it.
func (a *app) testScheme(s *signer.Scheme) error {
	const secret = "6368616e6765206d6520706c65617365" // text, hexadecimal and base64 at once
	m := signer.Message{Method: "POST", URL: "https://hooks.example.com/in/demo", Body: []byte(`{"hello":"world"}`), Context: map[string]string{}}
	for _, need := range s.Needs() {
		m.Context[need] = "example"
	}
	now := time.Unix(1772620927, 0)
	signed, err := s.Sign(m, []string{secret}, "msg_1", now)
	if err != nil {
		return a.tested(s, "its fields are right; it was not tried: "+err.Error(), nil)
	}
	x := signed.Apply(m)
	r, err := s.Verify(&x, []string{secret}, now, signer.Options{})
	if err != nil {
		return fail(exitFailed, "", "%w", err)
	}
	if r.Verdict != signer.Valid {
		return fail(exitFailed, "", "scheme %s: what it signs does not verify: %w", s.ID, r.Reason)
	}
	return a.tested(s, "signs and verifies", signed.Header)
}

func (a *app) tested(s *signer.Scheme, text string, headers []signer.Field) error {
	if a.flags.json {
		out := []headerJSON{}
		for _, h := range headers {
			out = append(out, headerJSON{h.Name, h.Value})
		}
		return a.emit(map[string]any{"scheme": s.ID, "text": text, "headers": out})
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s  %s\n", a.out.Bold.Sprint(s.ID), terminal.Safe(text))
	for _, h := range headers {
		fmt.Fprintf(&b, "  %s: %s\n", a.out.Name.Sprint(terminal.Safe(h.Name)), terminal.Safe(h.Value))
	}
	return a.out.Printf("%s", b.String())
}
