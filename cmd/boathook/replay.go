package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/boathook/boathook/cmd/boathook/config"
	"github.com/boathook/boathook/cmd/boathook/terminal"
	"github.com/boathook/boathook/proxy"
)

// replayFlags say where recorded deliveries go, and how.
type replayFlags struct {
	spec           proxy.RunSpec
	to, speed      string
	secret         secretFlags
	headers        []string
	failed, detach bool
}

func (a *app) replayCommand() *cobra.Command {
	var f replayFlags
	cmd := &cobra.Command{
		Use: "replay SRC…", Short: "send recorded deliveries to a target", Args: least(1), ValidArgsFunction: a.completeReplay,
		Long: "Send recorded deliveries to a target as new deliveries. SRC is an id, a filter, run:r7, or a file that is\n" +
			"imported first (JSON Lines, HAR, curl or raw HTTP). What reads as an id or a filter is one, even if a file is called so; ./NAME\n" +
			"is always a file. " + idForms + "\n\n" +
			"--to is an endpoint, inbox:NAME, a port or a URL; without it each goes back to where it went. --sign says what becomes of the\n" +
			"signature: exact sends the recorded bytes, now signs them anew, bad, stale and cut break it on purpose. Without --speed it\n" +
			"goes as fast as it can, in the order of the numbers, as it does at 50/s; at 10x the recorded times say what comes after\n" +
			"what, also those of a file whose entries are in another order. Ctrl-C ends the watching only: the run goes on.\n\nExit codes: 0 all were delivered, 3 the target failed for some.",
		Example: "  boathook replay @last --to 3000\n  boathook replay failed-week.jsonl --to http://localhost:3000/hooks --sign now --speed 10x\n" +
			"  boathook replay 'inbox:demo after:1h' --to crm --speed 50/s --ids new --dry-run\n  boathook replay run:r7 --failed",
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := f.read(); err != nil {
				return err
			}
			return a.with(cmd.Context(), func(s *session) error { return a.replay(cmd.Context(), s, args, &f, cmd.Flags()) })
		},
	}
	f.bind(cmd.Flags())
	for name, words := range map[string][]string{
		"sign": {proxy.SignExact, proxy.SignNow, proxy.SignBad, proxy.SignStale, proxy.SignCut}, "ids": {proxy.IDsKeep, proxy.IDsNew},
		"speed": {"1x", "10x", "50/s", "max"},
	} {
		_ = cmd.RegisterFlagCompletionFunc(name, cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp)) // the flags are there
	}
	_ = cmd.RegisterFlagCompletionFunc("to", func(cmd *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
		return a.completing(cmd, completeTargets)
	})
	_ = cmd.RegisterFlagCompletionFunc("scheme", a.completeSchemes)
	return cmd
}

func (f *replayFlags) bind(flags *pflag.FlagSet) {
	f.bindSpec(flags)
	f.secret.add(flags)
	flags.BoolVar(&f.failed, "failed", false, "only those of SRC that failed; alone with run:r7 the same as boathook runs retry r7")
	flags.BoolVar(&f.spec.DryRun, "dry-run", false, "only say what would happen")
	flags.BoolVar(&f.detach, "detach", false, "start it, print its id, and do not wait")
}

// bindSpec takes the flags that say what is sent where.
func (f *replayFlags) bindSpec(flags *pflag.FlagSet) {
	s := &f.spec
	flags.StringVar(&f.to, "to", "", "endpoint, inbox:NAME, port or URL (default: back to where each went)")
	flags.StringVar(&s.Sign, "sign", "", "exact, now, bad, stale or cut (default: exact; now if --set changes the body)")
	flags.StringVar(&s.Scheme, "scheme", "", "scheme to sign for a URL with")
	flags.StringVar(&s.IDs, "ids", "", "keep the ids, so that a receiver can tell it is a repeat, or new ones (default: keep)")
	flags.StringArrayVar(&s.Set, "set", nil, "path=value in the body, such as data.total=1; may be repeated")
	flags.StringArrayVar(&f.headers, "header", nil, "'Name: value' in place of the recorded one, 'Name:' takes it out; may be repeated")
	flags.StringVar(&f.speed, "speed", "max", "10x the original pace, 50/s, or max")
	flags.IntVar(&s.Repeat, "repeat", 1, "how often each is sent")
	flags.IntVar(&s.Parallel, "parallel", 0, "under way at once (default: 4)")
	flags.BoolVar(&s.Ordered, "ordered", false, "each waits for the outcome of the one before")
	flags.BoolVar(&s.StopAtFailure, "stop", false, "end at the first failure")
	flags.BoolVar(&s.Mark, "mark", false, "add the header Boathook-Replay with the id of the run")
}

// read checks what the flags hold.
func (f *replayFlags) read() (err error) {
	s := &f.spec
	s.Kind = proxy.RunReplay
	if s.Repeat < 1 {
		return usage("", "--repeat: want a whole number of 1 or more, got %d", s.Repeat)
	}
	if s.Parallel < 0 {
		return usage("", "--parallel: want a whole number of 1 or more, got %d", s.Parallel)
	}
	if s.Ordered && s.Parallel > 1 {
		return usage("give one of them", "--ordered and --parallel %d do not go together", s.Parallel)
	}
	switch {
	case f.speed == "max" || f.speed == "":
	case strings.HasSuffix(f.speed, "/s"):
		s.Rate, err = factor("speed", f.speed, "/s", "50/s")
	case strings.HasSuffix(f.speed, "x"):
		s.Speed, err = factor("speed", f.speed, "x", "10x")
	default:
		err = usage("for example --speed 10x", "--speed: want 10x, 50/s or max, got %q", clip(f.speed))
	}
	if err != nil {
		return err
	}
	for _, text := range f.headers {
		h, err := config.HeaderLine(text)
		if err != nil {
			return usage("", "--header: %w", err)
		}
		s.Headers = append(s.Headers, h)
	}
	return nil
}

func (a *app) replay(ctx context.Context, s *session, words []string, f *replayFlags, flags *pflag.FlagSet) error {
	if id, is := strings.CutPrefix(words[0], "run:"); is && f.failed && len(words) == 1 && !edited(flags) {
		return a.started(ctx, s, f.detach, func() (proxy.Run, error) {
			run, err := s.RetryFailed(ctx, id)
			return run, unknownRun(id, err)
		})
	}
	spec := f.spec
	secrets, err := a.namedSecrets(&f.secret, false)
	if err != nil {
		return err
	}
	if len(secrets) > 1 {
		return usage("name one", "a replay is signed with one secret, got %d", len(secrets))
	}
	for _, secret := range secrets {
		spec.Secret = secret.Value
	}
	if spec.To, err = s.runTarget(ctx, f.to); err != nil {
		return err
	}
	if spec.Source, err = a.runSource(ctx, s, words); err != nil {
		return err
	}
	if f.failed {
		if spec.Source.Query == "" {
			return usage("give a filter", "--failed narrows a filter, and these are ids")
		}
		spec.Source.Query = strings.TrimPrefix("("+spec.Source.Query+") is:failed", "(*) ")
	}
	if spec.DryRun {
		return a.replayPlan(ctx, s, spec)
	}
	return a.pointing(spec.Source.Query, a.starting(ctx, s, spec, f.detach))
}

// edited reports whether a flag says how to send, so that it is no mere retry.
func edited(flags *pflag.FlagSet) bool {
	changed := false
	for _, name := range []string{"to", "sign", "scheme", "secret", "secret-env", "secret-file", "ids", "set", "header", "speed", "repeat", "parallel", "ordered", "stop", "mark", "dry-run"} {
		changed = changed || flags.Changed(name)
	}
	return changed
}

// pointing shows where the filter of a run is wrong.
func (a *app) pointing(query string, err error) error {
	p, ok := problemOf(err)
	if !ok || p.Field != "source.q" && p.Field != "q" {
		return err
	}
	if p.Pos == nil {
		return fail(exitNotFound, p.Hint, "no delivery matches %s", clip(query))
	}
	p.Detail = strings.TrimPrefix(p.Detail, p.Field+": ")
	return a.pointAt(query, err)
}

// runTarget reads --to.
func (s *session) runTarget(ctx context.Context, word string) (*proxy.RunTarget, error) {
	if word == "" {
		return nil, nil
	}
	to, err := s.target(ctx, word)
	if err != nil {
		return nil, err
	}
	if name, inbox := strings.CutPrefix(to, "inbox:"); inbox {
		return &proxy.RunTarget{Inbox: name}, nil
	}
	if strings.Contains(to, "://") {
		return &proxy.RunTarget{URL: to}, nil
	}
	return &proxy.RunTarget{Endpoint: to}, nil
}

// runSource reads what words choose: ids, a filter, or a file.
func (a *app) runSource(ctx context.Context, s *session, words []string) (proxy.RunSource, error) {
	if len(words) == 1 {
		file, err := a.fileOrFilter(words[0])
		if err != nil {
			return proxy.RunSource{}, err
		}
		if file {
			return a.importedSource(ctx, s, words[0])
		}
	}
	var src proxy.RunSource
	for _, w := range words {
		if isFilter(w) {
			return proxy.RunSource{Query: joinWords(words)}, nil
		}
		ref, err := s.known(ctx, w)
		if looksLikeFile(w) && err != nil {
			return src, fail(exitNotFound, "an import needs a file that is there; "+refForms, "there is no file %s", clip(w))
		}
		if err != nil {
			return src, err
		}
		src.IDs = append(src.IDs, ref)
	}
	return src, nil
}

// fileOrFilter reports whether a word names a file. What reads as an id or a filter is
// one, also where a file is called so: that file is written with ./ in front.
func (a *app) fileOrFilter(word string) (file bool, err error) {
	path := word
	if !filepath.IsAbs(path) {
		path = filepath.Join(a.dir, path)
	}
	info, err := os.Stat(path)
	switch written := filepath.IsAbs(word) || strings.HasPrefix(filepath.ToSlash(word), "./") || strings.HasPrefix(filepath.ToSlash(word), "../"); {
	case err != nil:
		return false, nil
	case !written && readsAsSource(word):
		if info.Mode().IsRegular() {
			a.say("%s %s is taken as it reads, not as the file of that name, which is ./%s", a.err.Warn.Sprint("note:"), terminal.Safe(word), terminal.Safe(word))
		}
		return false, nil
	case info.IsDir() && !strings.HasSuffix(word, "/"): // else it is a /pattern/
		return false, isFolderFault(word)
	}
	return info.Mode().IsRegular(), nil
}

// readsAsSource reports whether a word has the form of an id or of a filter that no
// file is likely to be called.
func readsAsSource(word string) bool {
	return isNumber(strings.TrimPrefix(word, "#")) || strings.HasPrefix(word, "@") || strings.ContainsAny(word, ": ()*\"")
}

// isFilter reports whether a word is part of a filter rather than an id.
func isFilter(word string) bool { return word == "*" || strings.ContainsAny(word, ": ()/*\"") }

// looksLikeFile reports whether a word that names no file was meant to.
func looksLikeFile(word string) bool {
	return strings.ContainsAny(word, "./") && !strings.HasPrefix(word, "@")
}

func (a *app) completeReplay(cmd *cobra.Command, args []string, word string) ([]string, cobra.ShellCompDirective) {
	ids, dir := a.completeIDs(cmd, args, word)
	if strings.Contains(word, ":") {
		return a.completeFilter(cmd, args, word)
	}
	return ids, dir &^ cobra.ShellCompDirectiveNoFileComp
}
