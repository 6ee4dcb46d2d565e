package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/boathook/boathook/cmd/boathook/config"
	"github.com/boathook/boathook/cmd/boathook/instance"
	"github.com/boathook/boathook/cmd/boathook/terminal"
	"github.com/boathook/boathook/proxy"
	"github.com/boathook/boathook/web"
)

// serveFlags are the flags of serve that are no settings.
type serveFlags struct {
	readyFile    string
	memory, open bool
}

func (a *app) serveFlags(flags *pflag.FlagSet, f *serveFlags) {
	a.settingFlags(flags, true)
	flags.StringVar(&f.readyFile, "ready-file", "", "file to write, mode 0600, once both ports answer: page, capture, api, token, pid as JSON")
	flags.BoolVar(&f.memory, "memory", false, "keep deliveries in memory only, the same as --store memory:")
	flags.BoolVar(&f.open, "open", false, "open the page in a browser")
}

func (a *app) serveCommand() *cobra.Command {
	var f serveFlags
	cmd := &cobra.Command{
		Use: "serve", Short: "run page and capture port", Args: atMost(0),
		Example: "  boathook serve --open\n  boathook serve --port 0 --capture-port 0 --ready-file ready.json",
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.serve(cmd.Context(), f) },
	}
	a.serveFlags(cmd.Flags(), &f)
	return cmd
}

func (a *app) serve(ctx context.Context, f serveFlags) (err error) {
	s, done, err := a.openServer(ctx, f)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, done()) }()
	// Ten seconds is what the capture port grants.
	unsay := context.AfterFunc(ctx, func() { a.say("stopping; requests under way have 10 s, Ctrl-C again ends at once") })
	defer unsay()
	err = s.Run(ctx, func() error {
		if f.readyFile != "" {
			if err := instance.WriteReady(f.readyFile, s.Running()); err != nil {
				return err
			}
		}
		return a.greet(ctx, s, f.open)
	})
	if err == nil {
		a.say("stopped")
	}
	return err
}

// openServer makes this process the owner of the data folder and opens both
// ports. done closes everything again.
func (a *app) openServer(ctx context.Context, f serveFlags) (s *instance.Server, done func() error, err error) {
	opt, lock, err := a.ownFolder(ctx)
	if err != nil {
		return nil, nil, explainHeld(err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, lock.Release())
		}
	}()
	if f.memory {
		if opt.Store != "" && opt.Store != "memory:" {
			return nil, nil, usage("give one of them", "--memory does not go with --store %s", clip(opt.Store))
		}
		opt.Store = "memory:"
	}
	if n := web.FileLimit(); n > 0 && n < web.FewFiles {
		a.say("%s at most %d files and connections may be open at once, which is few; raise it: ulimit -H -n 1024", a.err.Warn.Sprint("note:"), n)
	}
	opt.Announce = true
	spareProcessor()
	if err := a.openPorts(ctx, &opt); err != nil {
		return nil, nil, err
	}
	if s, err = instance.Open(ctx, opt); err != nil {
		return nil, nil, err
	}
	if err := a.applyFiles(ctx, s); err != nil {
		return nil, nil, errors.Join(err, s.Close())
	}
	return s, func() error { return errors.Join(s.Close(), lock.Release()) }, nil
}

// ownFolder prepares and locks the data folder, and reads what a server on it
// runs with.
func (a *app) ownFolder(ctx context.Context) (opt instance.Options, lock *instance.Lock, err error) {
	instance.Private()
	if opt.Dir, err = a.dataFolder(); err != nil {
		return opt, nil, err
	}
	notices, err := instance.Prepare(opt.Dir)
	if err != nil {
		return opt, nil, fail(exitFailed, "choose another: --data DIR", "%w", err)
	}
	for _, n := range notices {
		a.say("%s %s", a.err.Warn.Sprint("note:"), terminal.Safe(n))
	}
	if lock, err = instance.Acquire(ctx, opt.Dir); err != nil {
		return opt, nil, err
	}
	opt.Token = os.Getenv("BOATHOOK_TOKEN")
	if opt.Token == "" {
		if opt.Token, err = instance.Token(opt.Dir); err != nil {
			return opt, nil, errors.Join(err, lock.Release())
		}
	}
	a.serverOptions(&opt)
	return opt, lock, nil
}

// serverOptions takes over the settings.
func (a *app) serverOptions(opt *instance.Options) {
	opt.Store = a.cfg.Text("store")
	opt.Unsynced = a.cfg.Text("durability") == "process"
	opt.MinFree = a.cfg.Size("min-free")
	opt.Allow = a.cfg.List("allow-host")
	opt.Limits = proxy.Limits{Body: a.cfg.Size("body-limit")}
	opt.Policy.Count = a.cfg.Count("keep-count")
	opt.Policy.Bytes = a.cfg.Size("keep-bytes")
	opt.Policy.Age = a.cfg.Age("keep-age")
	opt.Policy.Trash = a.cfg.Age("keep-trash")
	opt.Fixed = a.fixedBounds()
	opt.Described = a.cfg.Described()
	opt.Mask = proxy.MaskValues{Entries: a.cfg.List("mask"), Fixed: a.fixedMask()}
	opt.ResumeRuns = a.cfg.On("resume-runs")
	opt.Guard = a.cfg.On("guard")
	for _, text := range a.cfg.List("guard-allow") {
		if p, err := config.Prefix(text); err == nil { // it was checked
			opt.GuardAllow = append(opt.GuardAllow, p)
		}
	}
	opt.Version = version()
	opt.Log = a.logger()
	if limit := a.memoryLimit(); limit > 0 {
		debug.SetMemoryLimit(limit)
	}
}

// memoryLimit is the aim of the garbage collector in bytes, 0 if it is left as it
// is: it has its own variable, which is stronger than our default.
func (a *app) memoryLimit() int64 {
	if a.cfg.Value("max-memory").Level == config.FromDefault && os.Getenv("GOMEMLIMIT") != "" {
		return 0
	}
	return a.cfg.Size("max-memory")
}

// greet says where everything is, once both ports answer.
func (a *app) greet(ctx context.Context, s *instance.Server, open bool) error {
	link := s.LoginLink()
	stats, err := s.Stats(ctx)
	if err != nil {
		return err
	}
	inbox := s.Capture() + "/in/demo"
	if _, err := s.Inboxes().Get("demo"); err != nil {
		inbox = s.Capture() + "/"
	}
	if a.flags.json {
		return a.emit(map[string]any{"page": s.Page(), "capture": s.Capture(), "login": link, "inbox": inbox, "store": s.Where(), "deliveries": stats.Deliveries})
	}
	a.say("%s Page   %s   %s", a.mark(true), a.err.Bold.Sprint(link), a.err.Dim.Sprint("opens once within 10 minutes; again: boathook open"))
	a.say("  Inbox  %s", a.err.Bold.Sprint(inbox))
	a.say("  Store  %s (%s)", tilde(s.Where()), plural(stats.Deliveries, "delivery", "deliveries"))
	for _, l := range stats.Losses {
		a.say("%s %s of #%d to #%d are missing: %s", a.err.Bad.Sprint("lost:"), plural(l.Count, "delivery", "deliveries"), l.FirstN, l.LastN, terminal.Safe(l.Reason))
	}
	a.say("  next:  %s", a.err.Command.Sprintf("curl -d '{\"hello\":1}' %s", inbox))
	if open {
		return a.browse(ctx, link)
	}
	return nil
}

// mark is the sign of what went well, or did not.
func (a *app) mark(good bool) string {
	signs := [2]string{"✕", "✓"}
	if a.cfg.On("ascii") {
		signs = [2]string{"x", "ok"}
	}
	if good {
		return a.err.Good.Sprint(signs[1])
	}
	return a.err.Bad.Sprint(signs[0])
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%s %s", terminal.Count(n), many)
}

// quoteArg writes a word as a shell would need it.
func quoteArg(s string) string {
	if s != "" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./:@%+=,-") == "" {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
