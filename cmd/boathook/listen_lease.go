package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"sync"
	"time"

	"github.com/boathook/boathook/cmd/boathook/instance"
	"github.com/boathook/boathook/cmd/boathook/terminal"
	"github.com/boathook/boathook/proxy"
	"github.com/boathook/boathook/web/client"
)

// A listen that is gone stops forwarding after leaseTime; one that lives renews
// in time for some renewals to fail.
const (
	leaseTime  = 12 * time.Second
	leaseRenew = 3 * time.Second
)

// listener lets an inbox forward while listen runs.
type listener struct {
	a            *app
	s            *session
	name, target string
	id           string // of the lease
	now          proxy.Inbox
	ready        bool
	renewing     sync.WaitGroup
	stop         context.CancelFunc
}

// begin makes the inbox if need be, and takes the lease. The inbox is saved where
// there is nothing to forward to: the feed has to tell of something before listen
// says that it is ready.
func (l *listener) begin(ctx context.Context, f *listenFlags) error {
	in, err := l.s.Inbox(ctx, l.name)
	if p, ok := problemOf(err); ok && p.Status == 404 {
		in = proxy.Inbox{Name: l.name}
	} else if err != nil {
		return err
	}
	before, err := json.Marshal(in)
	if err != nil {
		return err
	}
	if err := f.check.apply(l.a, f.given, &in); err != nil {
		return err
	}
	after, err := json.Marshal(in)
	if err != nil {
		return err
	}
	switch {
	case in.Rev == 0:
		if in, err = l.s.CreateInbox(ctx, in); err == nil {
			l.a.say("made the inbox %s", terminal.Safe(l.name))
		}
	case l.target == "", !bytes.Equal(before, after):
		in, err = l.s.UpdateInbox(ctx, in)
	}
	if err != nil {
		return err
	}
	l.now, l.stop = in, func() {}
	if l.target == "" {
		return nil
	}
	l.warn(&in)
	if l.now, err = l.s.Lend(ctx, l.name, l.id, l.target, leaseTime); err != nil {
		return err
	}
	ctx, l.stop = context.WithCancel(ctx)
	l.renewing.Go(func() { l.renew(ctx) })
	return nil
}

// warn says what of the inbox does not count while its app answers.
func (l *listener) warn(in *proxy.Inbox) {
	note := func(format string, args ...any) {
		l.a.say("%s "+format, append([]any{l.a.err.Warn.Sprint("note:")}, args...)...)
	}
	for _, other := range in.Leases {
		note("another listen passes inbox %s on to %s; each request goes to both, and the answer of %s goes back",
			terminal.Safe(l.name), terminal.Safe(other.URL), terminal.Safe(l.target))
	}
	if len(in.Forward) > 0 && len(in.Leases) == 0 {
		note("inbox %s forwards to %s; it does so again once this ends", terminal.Safe(l.name), terminal.Safe(targets(in)))
	}
	if text := unusedAnswer(&in.Answer); text != "" {
		note("the %s of inbox %s do not count while an app answers", text, terminal.Safe(l.name))
	}
}

// unusedAnswer names what of an answer program an app's answer stands in for.
func unusedAnswer(p *proxy.Answer) string {
	switch {
	case len(p.Rules) > 0 && len(p.Sequence) > 0:
		return "answer rules and the answer sequence"
	case len(p.Rules) > 0:
		return "answer rules"
	case len(p.Sequence) > 0:
		return "steps of the answer sequence"
	}
	return ""
}

// renew keeps the lease until ctx ends. A server that is away is waited for: the
// feed tells of that.
func (l *listener) renew(ctx context.Context) {
	tick := time.NewTicker(leaseRenew)
	defer tick.Stop()
	gone := false
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		_, err := l.s.Lend(ctx, l.name, l.id, l.target, leaseTime)
		p, refused := problemOf(err)
		if refused && p.Status == 404 && !gone {
			l.a.say("%s inbox %s was deleted, so nothing is passed on; make it again:      boathook inboxes create %s",
				l.a.err.Warn.Sprint("note:"), terminal.Safe(l.name), terminal.Safe(l.name))
		}
		gone = refused && p.Status == 404
	}
}

// end gives the lease back. A server that is gone has forgotten it.
func (l *listener) end(ctx context.Context) error {
	l.stop()
	l.renewing.Wait()
	if l.target == "" {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	var p *client.Problem
	if err := l.s.EndLease(ctx, l.name, l.id); errors.As(err, &p) && p.Status != 404 {
		return err
	}
	return nil
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
	to := l.target
	if to == "" {
		to = targets(&l.now)
	}
	if to == "" {
		to = "answered by the inbox itself"
	}
	a.say("%s Capturing  %s  %s %s     %s", a.mark(true), a.err.Bold.Sprint(terminal.Safe(l.now.URL)), arrow, terminal.Safe(to), a.err.Dim.Sprintf("(self-check %s)", terminal.Duration(took)))
	secret := ""
	if len(l.now.Secrets) > 0 {
		secret = "     secret " + terminal.Safe(hints(l.now.Secrets))
	}
	a.say("  Page       %s%s     %s", l.s.page+"/live?q="+url.QueryEscape("inbox:"+l.name), secret, a.err.Dim.Sprint("log in: boathook open     Ctrl+C stops, rows stay"))
}
