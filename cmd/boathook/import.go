package main

import (
	"context"
	"os"
	"strings"

	"github.com/schollz/progressbar/v3"
	"github.com/spf13/cobra"

	"github.com/boathook/boathook/cmd/boathook/terminal"
	"github.com/boathook/boathook/proxy/portable"
	"github.com/boathook/boathook/web/client"
)

func (a *app) importCommand() *cobra.Command {
	var opt client.ImportOptions
	cmd := &cobra.Command{
		Use: "import FILE|-", Short: "store the deliveries of a file", Args: exactly(1),
		Long: "Store the deliveries of a file, or of standard input: JSON Lines of boathook export, HAR, a script of curl commands, or a raw\n" +
			"HTTP request. What is stored already, by its id, is skipped: JSON Lines and HAR of boathook have ids, other files have none.\n" +
			"Nothing is sent.\n\n" +
			"What a file says of a signature counts if this data folder has exported it and nobody changed it since. Otherwise the signature\n" +
			"is checked here, with the secrets of the inbox of that name, or is unchecked; what the file said is a remark of the request.\n\n" +
			"Exit codes: 0 all of it was read, 1 some could not be read; the rest is stored all the same.",
		Example: "  boathook import week.jsonl\n  boathook import browser.har --recording checkout --inbox demo\n  pbpaste | boathook import - --format curl",
		RunE: func(cmd *cobra.Command, args []string) error {
			if opt.Format == "auto" {
				opt.Format = ""
			}
			if opt.Format != "" {
				if err := checkFormat(opt.Format, portable.ImportFormats); err != nil {
					return err
				}
			}
			return a.with(cmd.Context(), func(s *session) error { return a.importFile(cmd.Context(), s, args[0], opt) })
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&opt.Format, "format", "", "jsonl, har, curl or raw (default: told from the first bytes)")
	flags.StringVar(&opt.Recording, "recording", "", "name of the set they belong to, for the filter rec:NAME")
	flags.StringVar(&opt.Inbox, "inbox", "", "inbox of requests that come without one")
	_ = cmd.RegisterFlagCompletionFunc("format", cobra.FixedCompletions(append(formatNames(portable.ImportFormats), "auto"), cobra.ShellCompDirectiveNoFileComp)) // the flags are there
	_ = cmd.RegisterFlagCompletionFunc("inbox", a.completeInboxes)
	_ = cmd.RegisterFlagCompletionFunc("recording", a.completeRecordings)
	return cmd
}

func (a *app) importFile(ctx context.Context, s *session, path string, opt client.ImportOptions) error {
	got, err := a.imported(ctx, s, path, opt)
	if err != nil {
		return err
	}
	if a.flags.json {
		if err := a.emit(got); err != nil {
			return err
		}
	} else {
		a.say("%s imported %s from %s%s", a.mark(got.Failed == 0), plural(got.Imported, "delivery", "deliveries"), got.Format, skippedText(got.Skipped))
		if opt.Recording != "" && got.Imported > 0 {
			a.say("  see them: boathook deliveries list %s", quoteArg("rec:"+opt.Recording))
		}
		if opt.Recording != "" && got.Skipped > 0 {
			a.say("%s what was there already is not put into %s; add it: boathook recordings add %s ID…, or --filter FILTER", a.err.Warn.Sprint("note:"), clip(opt.Recording), quoteArg(opt.Recording))
		}
	}
	return unread(path, &got, opt.Format == "")
}

func skippedText(n int) string {
	if n == 0 {
		return ""
	}
	return ", " + was(n) + " there already"
}

// unread names the entries of a file that could not be read. guessed says that nobody
// has named the format.
func unread(path string, got *client.Imported, guessed bool) error {
	if got.Failed == 0 {
		return nil
	}
	hint := ""
	for _, e := range got.Errors {
		hint += terminal.Safe(e.Text) + "\n"
	}
	if more := got.Failed - len(got.Errors); more > 0 {
		hint += "and " + terminal.Count(more) + " more\n"
	}
	if guessed && got.Imported+got.Skipped == 0 && !strings.Contains(hint, "can be imported") {
		hint += "it was read as " + string(got.Format) + "; another form: boathook import " + quoteArg(path) + " --format jsonl, har, curl or raw\n"
	}
	return fail(exitFailed, hint, "%s of %s could not be read", plural(got.Failed, "entry", "entries"), clip(path))
}

// imported reads a file into the store, with a bar if it is long.
func (a *app) imported(ctx context.Context, s *session, path string, opt client.ImportOptions) (client.Imported, error) {
	in := os.Stdin
	if path != "-" {
		var err error
		if in, err = openFile(path, ""); err != nil {
			return client.Imported{}, err
		}
		defer in.Close()
	} else if a.asks() {
		a.say("%s", a.err.Dim.Sprint("reading standard input; Ctrl-D ends it"))
	}
	info, err := in.Stat()
	if err == nil && info.Size() > client.MaxImport && a.err.Terminal && !a.flags.quiet {
		bar := progressbar.NewOptions64(info.Size(), progressbar.OptionSetWriter(a.err), progressbar.OptionSetDescription("Importing"), progressbar.OptionShowBytes(true),
			progressbar.OptionClearOnFinish(), progressbar.OptionUseANSICodes(true), progressbar.OptionSetTheme(barTheme(a.cfg.On("ascii"))))
		defer func() { _ = bar.Finish() }() // a bar that cannot be drawn is no failure
		opt.Progress = func(n int64) { _ = bar.Set64(n) }
	}
	got, err := s.Import(ctx, in, opt)
	p, refused := problemOf(err)
	switch {
	case refused && p.Field == "inbox":
		return got, s.noInbox(ctx, opt.Inbox)
	case refused && strings.HasSuffix(p.Type, ":import"):
		return got, usage("say what it is: boathook import "+quoteArg(path)+" --format jsonl, har, curl or raw", "%s holds no delivery", clip(path))
	}
	return got, err
}
