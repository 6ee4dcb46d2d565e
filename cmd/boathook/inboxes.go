package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/boathook/boathook/cmd/boathook/config"
	"github.com/boathook/boathook/cmd/boathook/terminal"
	"github.com/boathook/boathook/proxy"
)

func (a *app) inboxesCommand() *cobra.Command {
	list := &cobra.Command{Use: "list", Short: "list inboxes", Args: atMost(0),
		Example: "  boathook inboxes list\n  boathook inboxes list --jq .url",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.with(cmd.Context(), func(s *session) error { return a.inboxesList(cmd.Context(), s) })
		}}
	view := &cobra.Command{Use: "view NAME", Short: "show an inbox", Args: exactly(1), ValidArgsFunction: a.completeInboxes,
		Example: "  boathook inboxes view demo",
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.with(cmd.Context(), func(s *session) error { return a.inboxesView(cmd.Context(), s, args[0]) })
		}}
	remove := &cobra.Command{Use: "delete NAME", Short: "delete an inbox; what it received stays", Args: exactly(1), ValidArgsFunction: a.completeInboxes,
		Example: "  boathook inboxes delete shop --yes",
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.with(cmd.Context(), func(s *session) error { return a.inboxesDelete(cmd.Context(), s, args[0]) })
		}}
	return a.group(&cobra.Command{Use: "inboxes", Aliases: []string{"inbox"}, Short: "list, view, create, edit, delete, secret"},
		list, view, a.inboxesCreate(), a.inboxesEdit(), remove, a.inboxSecrets())
}

func (a *app) inboxesList(ctx context.Context, s *session) error {
	inboxes, err := s.Inboxes(ctx)
	if err != nil {
		return err
	}
	table := terminal.Table{Header: []string{"name", "url", "scheme", "answer", "forward", "note"}, Spare: []string{"note", "answer", "scheme", "forward"}, Keep: 2}
	for _, in := range inboxes {
		if a.flags.json {
			if err := a.emit(in); err != nil {
				return err
			}
			continue
		}
		table.Rows = append(table.Rows, []terminal.Cell{
			{Text: in.Name, Paint: a.out.Bold.Sprint}, {Text: in.URL}, {Text: schemeText(&in)}, {Text: answerText(&in.Answer)}, {Text: targets(&in)}, {Text: in.Note, Paint: a.out.Dim.Sprint},
		})
	}
	if a.flags.json {
		return nil
	}
	return table.Write(a.out)
}

// answerText is an answer program in a few words.
func answerText(p *proxy.Answer) string {
	var words []string
	switch {
	case len(p.Sequence) > 0:
		words = append(words, strings.Join(p.Sequence, ","))
	case p.Fault != "":
		words = append(words, p.Fault)
	default:
		words = append(words, fmt.Sprint(p.Status))
	}
	if len(p.Rules) > 0 {
		words = append(words, plural(len(p.Rules), "rule", "rules"))
	}
	if p.DelayMS > 0 {
		words = append(words, fmt.Sprintf("after %dms", p.DelayMS))
	}
	if p.ErrorRate > 0 {
		words = append(words, fmt.Sprintf("%g%% %d", p.ErrorRate*100, p.ErrorStatus))
	}
	if p.Template {
		words = append(words, "template")
	}
	return strings.Join(words, " ")
}

func targets(in *proxy.Inbox) string {
	var urls []string
	for _, t := range in.Forward {
		urls = append(urls, t.URL)
	}
	return strings.Join(urls, " ")
}

// unknownInbox says which inbox was likely meant, where there is none of that name.
func (s *session) unknownInbox(ctx context.Context, name string, err error) error {
	if p, ok := problemOf(err); ok && p.Status == 404 {
		return s.noInbox(ctx, name)
	}
	return err
}

func (s *session) noInbox(ctx context.Context, name string) error {
	all, err := s.Inboxes(ctx)
	if err != nil {
		return err
	}
	var names []string
	for i := range all {
		names = append(names, all[i].Name)
	}
	hint := "list them: boathook inboxes list     make it: boathook inboxes create " + quoteArg(clip(name))
	if near := config.Nearest(name, names); near != "" {
		hint = "did you mean " + near + "?"
	}
	return fail(exitNotFound, hint, "there is no inbox %s", clip(name))
}

func (a *app) inboxesView(ctx context.Context, s *session, name string) error {
	in, err := s.Inbox(ctx, name)
	if err != nil {
		return s.unknownInbox(ctx, name, err)
	}
	return a.showInbox(&in)
}

func (a *app) showInbox(in *proxy.Inbox) error {
	if text := unusedAnswer(&in.Answer); text != "" && len(in.Forward) > 0 && in.AnswerFrom != proxy.AnswerFromInbox {
		a.say("%s the %s do not count: the answer of %s goes back; see --answer-from", a.err.Warn.Sprint("note:"), text, terminal.Safe(first(in.AnswerFrom, in.Forward[0].Name)))
	}
	if a.flags.json {
		return a.emit(in)
	}
	p := &in.Answer
	lines := [][2]string{{"name", in.Name}, {"url", in.URL}, {"note", in.Note}, {"answer", answerText(p)}}
	if !in.Private {
		lines = append(lines, [2]string{"by token", strings.TrimSuffix(in.URL, in.Name) + in.Token})
	}
	lines = append(lines, checkLines(in)...)
	for _, h := range p.Headers {
		lines = append(lines, [2]string{"header", h.Name + ": " + h.Value})
	}
	lines = append(lines, [2]string{"body", p.Body})
	for _, r := range p.Rules {
		lines = append(lines, [2]string{"rule", r.When + " => " + first(r.Fault, statusText(r.Status))})
	}
	for _, t := range in.Forward {
		lines = append(lines, [2]string{"forward", fmt.Sprintf("%s  %s (host %s, path %s, %dms)", t.Name, t.URL, t.Host, t.Path, t.TimeoutMS)})
	}
	if len(in.Forward) > 0 {
		lines = append(lines, [2]string{"answer from", first(in.AnswerFrom, in.Forward[0].Name)})
	}
	for _, l := range in.Leases {
		lines = append(lines, [2]string{"listen", l.URL + " (in place of forward, while boathook listen runs)"})
	}
	return a.printLines(lines)
}

func statusText(status int) string {
	if status == 0 {
		return "as the inbox"
	}
	return fmt.Sprint(status)
}

func (a *app) inboxesDelete(ctx context.Context, s *session, name string) error {
	if _, err := s.Inbox(ctx, name); err != nil {
		return s.unknownInbox(ctx, name, err)
	}
	if err := a.confirm(ctx, "Delete inbox "+terminal.Safe(name)+"? Its URL stops working."); err != nil {
		return err
	}
	if err := s.DeleteInbox(ctx, name); err != nil {
		return s.unknownInbox(ctx, name, err)
	}
	a.say("deleted inbox %s; what it received stays", terminal.Safe(name))
	return nil
}

func (a *app) inboxesCreate() *cobra.Command {
	var f inboxFlags
	cmd := &cobra.Command{Use: "create NAME", ValidArgsFunction: cobra.NoFileCompletions, Short: "make an inbox", Args: exactly(1),
		Example: "  boathook inboxes create shop --answer 503,503,200\n  boathook inboxes create shop --rule 'method:GET => 404'\n  boathook inboxes create shop --forward 3000\n  boathook inboxes create shop --scheme stripe --secret-env STRIPE_SECRET",
		RunE: func(cmd *cobra.Command, args []string) error {
			in := proxy.Inbox{Name: args[0]}
			if err := f.apply(a, cmd.Flags(), &in); err != nil {
				return err
			}
			return a.with(cmd.Context(), func(s *session) error {
				made, err := s.CreateInbox(cmd.Context(), in)
				if p, ok := problemOf(err); ok && p.Status == 409 {
					return fail(exitFailed, "change it: boathook inboxes edit "+quoteArg(in.Name), "there is an inbox %s already", clip(in.Name))
				}
				if err != nil {
					return err
				}
				return a.showInbox(&made)
			})
		}}
	f.bind(cmd.Flags())
	_ = cmd.RegisterFlagCompletionFunc("scheme", a.completeSchemes) // the flag is there
	return cmd
}

func (a *app) inboxesEdit() *cobra.Command {
	var f inboxFlags
	cmd := &cobra.Command{Use: "edit NAME", Short: "change what the flags say of an inbox", Args: exactly(1), ValidArgsFunction: a.completeInboxes,
		Example: "  boathook inboxes edit demo --answer reset\n  boathook inboxes edit demo --forward ''     # no more forwarding",
		RunE: func(cmd *cobra.Command, args []string) error {
			if givenFlags(cmd) == 0 {
				return usage("see boathook inboxes edit --help", "say what to change")
			}
			return a.with(cmd.Context(), func(s *session) error {
				in, err := s.Inbox(cmd.Context(), args[0])
				if err != nil {
					return s.unknownInbox(cmd.Context(), args[0], err)
				}
				in.URL = ""
				if err := f.apply(a, cmd.Flags(), &in); err != nil {
					return err
				}
				in, err = s.UpdateInbox(cmd.Context(), in)
				return errors.Join(err, a.showEdited(&in, err))
			})
		}}
	f.bind(cmd.Flags())
	_ = cmd.RegisterFlagCompletionFunc("scheme", a.completeSchemes) // the flag is there
	return cmd
}

func (a *app) showEdited(in *proxy.Inbox, err error) error {
	if err != nil {
		return nil
	}
	return a.showInbox(in)
}
