package main

import (
	"context"
	"errors"
	"net/url"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/boathook/boathook/cmd/boathook/config"
	"github.com/boathook/boathook/cmd/boathook/instance"
	"github.com/boathook/boathook/proxy"
	"github.com/boathook/boathook/web/client"
)

type listenFlags struct {
	serveFlags
	inbox, to string
	check     checkFlags
	given     *pflag.FlagSet // of the command, to know which check flags were given
}

func (a *app) listenCommand() *cobra.Command {
	var f listenFlags
	cmd := &cobra.Command{
		Use: "listen [PORT|URL]", Short: "put an inbox in front of a local app, and show what passes",
		Long: "Let an inbox pass its requests on to a local app while this runs, and show each with the app's answer.\n" +
			"It uses the server on the data folder, or starts one. Without PORT or URL the inbox answers as it is set to.\n" +
			"How it checks signatures is kept with the inbox; what it forwards to ends with listen.",
		Example: "  boathook listen 3000\n  boathook listen http://localhost:3000/hooks --inbox shop\n" +
			"  boathook listen 3000 --scheme webconnex --secret-env WBX_SECRET",
		Args: atMost(1), ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 1 && f.to != "" {
				return usage("give one of them", "%s and --forward-to do not go together", clip(args[0]))
			}
			if len(args) == 1 {
				f.to = args[0]
			}
			f.given = cmd.Flags()
			return a.listen(cmd.Context(), f)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&f.inbox, "inbox", "demo", "name of the inbox; it is made if there is none")
	flags.StringVar(&f.to, "forward-to", "", "the same as PORT or URL")
	f.check.bind(flags)
	a.serveFlags(flags, &f.serveFlags)
	_ = cmd.RegisterFlagCompletionFunc("scheme", a.completeSchemes)
	// Other commands have no completion of values for it.
	_ = cmd.RegisterFlagCompletionFunc("inbox", a.completeInboxes)
	return cmd
}

func (a *app) listen(ctx context.Context, f listenFlags) (err error) {
	target := ""
	if f.to != "" {
		if target, err = config.TargetURL(f.to); err != nil {
			hint := "boathook listen 3000"
			if strings.Trim(f.to, "abcdefghijklmnopqrstuvwxyz0123456789._-") == "" && strings.Trim(f.to, "0123456789") != "" {
				hint = "if it is the name of an inbox: boathook listen 3000 --inbox " + f.to
			}
			return usage(hint, "%w", err)
		}
	}
	s, err := a.connectRunning(ctx)
	if err != nil {
		return err
	}
	if s != nil {
		for _, name := range []string{"addr", "port", "capture-addr", "capture-port", "memory", "store", "ready-file"} {
			if f.given.Changed(name) {
				a.say("%s --%s has no effect, because a server runs already", a.err.Warn.Sprint("note:"), name)
			}
		}
		return a.listenOn(ctx, s, f, target)
	}
	return a.listenOwn(ctx, f, target)
}

// listenOwn starts the server that listen works on.
func (a *app) listenOwn(ctx context.Context, f listenFlags, target string) (err error) {
	own, done, err := a.openServer(ctx, f.serveFlags)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, done()) }()
	// The server ends last: what listen has taken is given back through it.
	run, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	ready, ended := make(chan struct{}), make(chan error, 1)
	go func() {
		ended <- own.Run(run, func() error {
			close(ready)
			if f.readyFile != "" {
				return instance.WriteReady(f.readyFile, own.Running())
			}
			return nil
		})
	}()
	select {
	case err := <-ended:
		return err
	case <-ready:
	}
	r := own.Running()
	s := &session{Client: client.New(r.API, r.Token, nil), running: &r, page: r.Page}
	listening, cancel := context.WithCancel(ctx)
	defer cancel()
	result := make(chan error, 1)
	go func() { result <- a.listenOn(listening, s, f, target) }()
	select {
	case err = <-result:
		stop()
		return errors.Join(err, <-ended)
	case err = <-ended:
		cancel()
		return errors.Join(err, <-result)
	}
}

// listenOn lets an inbox forward, and follows it.
func (a *app) listenOn(ctx context.Context, s *session, f listenFlags, target string) (err error) {
	a.hideAs(ctx, s)
	if f.open {
		if err := a.openPage(ctx, s, ""); err != nil {
			return err
		}
	}
	page, err := s.List(ctx, client.ListOptions{Limit: 1})
	if err != nil {
		return err
	}
	l := &listener{a: a, s: s, target: target, name: f.inbox, id: proxy.NewToken()}
	if err := l.begin(ctx, &f); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.end(ctx)) }()
	t := newFollower(a, s)
	t.seen, t.stray = l.watch(ctx), f.inbox != defaultInbox
	if a.flags.json {
		e, err := a.emitter()
		if err != nil {
			return err
		}
		t.emit = e.Emit
	}
	err = t.follow(ctx, "inbox:"+f.inbox+" OR (inbox:"+defaultInbox+" path:/in/*)", page.Cursor)
	if errors.Is(err, errInterrupted) || errors.Is(err, context.Canceled) {
		a.say("stopped; what was received stays: boathook deliveries list inbox:%s", f.inbox)
		return nil // Ctrl-C is how listen ends
	}
	return err
}

// captureBase is the URL of the capture port that an inbox is on.
func captureBase(inbox string) string {
	u, err := url.Parse(inbox)
	if err != nil || u.Scheme != "http" || u.Port() == "" {
		return ""
	}
	return u.Scheme + "://" + u.Host
}
