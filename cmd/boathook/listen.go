package main

import (
	"context"
	"errors"
	"net/url"
	"time"

	"github.com/spf13/cobra"

	"github.com/boathook/boathook/cmd/boathook/config"
	"github.com/boathook/boathook/cmd/boathook/instance"
	"github.com/boathook/boathook/cmd/boathook/terminal"
	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/proxy"
	"github.com/boathook/boathook/web/client"
)

type listenFlags struct {
	serveFlags
	inbox, to string
}

func (a *app) listenCommand() *cobra.Command {
	var f listenFlags
	cmd := &cobra.Command{
		Use: "listen [PORT|URL]", Short: "put an inbox in front of a local app, and show what passes",
		Long: "Let an inbox pass its requests on to a local app while this runs, and show each with the app's answer.\n" +
			"It uses the server on the data folder, or starts one. Without PORT or URL the inbox answers as it is set to.",
		Example: "  boathook listen 3000\n  boathook listen http://localhost:3000/hooks --inbox shop",
		Args:    atMost(1), ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 1 && f.to != "" {
				return usage("give one of them", "%s and --forward-to do not go together", clip(args[0]))
			}
			if len(args) == 1 {
				f.to = args[0]
			}
			return a.listen(cmd.Context(), f)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&f.inbox, "inbox", "demo", "name of the inbox; it is made if there is none")
	flags.StringVar(&f.to, "forward-to", "", "the same as PORT or URL")
	a.serveFlags(flags, &f.serveFlags)
	// Other commands have no completion of values for it.
	_ = cmd.RegisterFlagCompletionFunc("inbox", a.completeInboxes)
	return cmd
}

func (a *app) listen(ctx context.Context, f listenFlags) (err error) {
	target := ""
	if f.to != "" {
		if target, err = config.TargetURL(f.to); err != nil {
			return usage("boathook listen 3000", "%w", err)
		}
	}
	s, err := a.connectRunning(ctx)
	if err != nil {
		return err
	}
	if s != nil {
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
	// The server ends last: what listen changed is put back through it.
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

// listenOn lets an inbox forward, follows it, and puts it back at the end.
func (a *app) listenOn(ctx context.Context, s *session, f listenFlags, target string) (err error) {
	if f.open {
		if err := a.openPage(ctx, s, ""); err != nil {
			return err
		}
	}
	page, err := s.List(ctx, client.ListOptions{Limit: 1})
	if err != nil {
		return err
	}
	l := &listener{a: a, s: s, target: target, name: f.inbox}
	if err := l.set(ctx); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.putBack(ctx)) }()
	t := &follower{a: a, s: s, waiting: map[inspector.ID]inspector.Row{}, seen: l.watch(ctx)}
	if a.flags.json {
		e, err := a.emitter()
		if err != nil {
			return err
		}
		t.emit = e.Emit
	}
	err = t.follow(ctx, "inbox:"+f.inbox, page.Cursor)
	if errors.Is(err, errInterrupted) || errors.Is(err, context.Canceled) {
		a.say("stopped; what was received stays: boathook deliveries list inbox:%s", f.inbox)
		return nil // Ctrl-C is how listen ends
	}
	return err
}

// listener is the inbox that listen has changed.
type listener struct {
	a            *app
	s            *session
	name, target string
	before       *proxy.Inbox // as it was; nil if listen made it
	now          proxy.Inbox
	ready        bool
}

// set makes the inbox forward to the target. It is saved in any case: the feed
// has to tell of that before listen says it is ready.
func (l *listener) set(ctx context.Context) error {
	old, err := l.s.Inbox(ctx, l.name)
	if p, ok := problemOf(err); ok && p.Status == 404 {
		l.now, err = l.s.CreateInbox(ctx, l.changed(proxy.Inbox{Name: l.name}))
		return err
	}
	if err != nil {
		return err
	}
	l.before = &old
	if l.target != "" && len(old.Forward) > 0 {
		l.a.say("%s inbox %s forwards to %s; it does so again once this ends", l.a.err.Warn.Sprint("note:"), terminal.Safe(l.name), terminal.Safe(targets(&old)))
	}
	l.now, err = l.s.UpdateInbox(ctx, l.changed(old))
	return err
}

func (l *listener) changed(in proxy.Inbox) proxy.Inbox {
	if l.target != "" {
		in.Forward, in.AnswerFrom = []proxy.Target{{URL: l.target}}, ""
	}
	return in
}

// putBack undoes what set did, unless somebody has changed the inbox since. An
// inbox that listen made stays, without the target.
func (l *listener) putBack(ctx context.Context) error {
	if l.target == "" {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	in := l.now
	in.Forward, in.AnswerFrom = nil, ""
	if l.before != nil {
		in.Forward, in.AnswerFrom = l.before.Forward, l.before.AnswerFrom
	}
	_, err := l.s.UpdateInbox(ctx, in)
	if p, ok := problemOf(err); ok && (p.Status == 409 || p.Status == 404) {
		return nil
	}
	return err
}

// watch returns what says ready: once the capture port has answered a request
// of ours, and the feed has told of the change that listen made.
func (l *listener) watch(ctx context.Context) func(client.Event) error {
	return func(ev client.Event) error {
		if l.ready || ev.Kind != client.Config && ev.Kind != client.Added && ev.Kind != client.Resynced {
			return nil
		}
		l.ready = true
		took := time.Duration(0)
		if base := captureBase(l.now.URL); base != "" {
			var err error
			if took, err = instance.CheckCapture(ctx, base); err != nil {
				return fail(exitFailed, "is the capture port reachable from here?", "%w", err)
			}
		}
		l.greet(took)
		return nil
	}
}

func (l *listener) greet(took time.Duration) {
	a := l.a
	arrow := "→"
	if a.cfg.On("ascii") {
		arrow = "->"
	}
	to := ""
	for _, t := range l.now.Forward {
		to += "  " + arrow + " " + terminal.Safe(t.URL)
	}
	if to == "" {
		to = "  " + arrow + " answered by the inbox itself"
	}
	a.say("%s Capturing  %s%s     %s", a.mark(true), a.err.Bold.Sprint(terminal.Safe(l.now.URL)), to, a.err.Dim.Sprintf("(self-check %s)", terminal.Duration(took)))
	a.say("  Page       %s     %s", l.s.page+"/live?q="+url.QueryEscape("inbox:"+l.name), a.err.Dim.Sprint("log in: boathook open     Ctrl+C stops, rows stay"))
}

// captureBase is the URL of the capture port that an inbox is on.
func captureBase(inbox string) string {
	u, err := url.Parse(inbox)
	if err != nil || u.Scheme != "http" || u.Port() == "" {
		return ""
	}
	return u.Scheme + "://" + u.Host
}
