package main

import (
	"context"
	"errors"
	"iter"
	"strings"
	"sync"
	"time"

	"github.com/boathook/boathook/cmd/boathook/terminal"
	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/inspector/compare"
	"github.com/boathook/boathook/proxy/mask"
	"github.com/boathook/boathook/proxy/portable"
	"github.com/boathook/boathook/web/client"
)

// hiddenList is what a server hides, asked for when something is shown first. Safe for
// concurrent use.
type hiddenList struct {
	ask   func() (*mask.Rules, error)
	ended <-chan struct{} // nobody waits for an answer any more
	mu    sync.Mutex
	known bool
	now   *mask.Rules
}

// How often a server is asked what it hides that does not answer, and how long after the
// first time; each further pause is twice as long.
const (
	hiddenTries = 6
	hiddenPause = 100 * time.Millisecond
)

// rules are what is hidden; nil, which is what names tell by themselves, if the server
// is too old to know. One that does not answer is asked again before anything is shown,
// and once more for what is shown next.
func (l *hiddenList) rules() *mask.Rules {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.known {
		l.now, l.known = l.answer()
	}
	return l.now
}

// answer is the list as the server says it; it reports false if there is no answer.
func (l *hiddenList) answer() (*mask.Rules, bool) {
	for n := range hiddenTries {
		if n > 0 {
			wait := time.NewTimer(hiddenPause << (n - 1))
			select {
			case <-wait.C:
			case <-l.ended:
				wait.Stop()
				return nil, false
			}
		}
		rules, err := l.ask()
		var p *client.Problem
		if err == nil || errors.As(err, &p) && p.Status == 404 {
			return rules, true
		}
	}
	return nil, false
}

// renew asks again; what was hidden stays so meanwhile, and if there is no answer.
func (l *hiddenList) renew() {
	rules, ok := l.answer()
	l.mu.Lock()
	defer l.mu.Unlock()
	if ok {
		l.now, l.known = rules, true
	}
}

// hideAs hides what the server hides, in all that is shown from now on.
func (a *app) hideAs(ctx context.Context, s *session) {
	hidden := &hiddenList{ended: ctx.Done(), ask: func() (*mask.Rules, error) { return s.rules(ctx) }}
	a.rules, s.relist = hidden.rules, hidden.renew
}

func (s *session) rules(ctx context.Context) (*mask.Rules, error) {
	v, err := s.Mask(ctx)
	if err != nil {
		return nil, err
	}
	return mask.Parse(v.Entries)
}

// Tail is that of the client. What is hidden is known anew before an event is handed on
// after which another list may hold.
func (s *session) Tail(ctx context.Context, query string, after inspector.Cursor) iter.Seq2[client.Event, error] {
	return func(yield func(client.Event, error) bool) {
		lost := false
		for ev, err := range s.Client.Tail(ctx, query, after) {
			if err == nil && (relists(&ev) || lost && ev.Kind != client.Lost) {
				s.relist() // who answers after a break may be another server
			}
			lost = ev.Kind == client.Lost
			if !yield(ev, err) {
				return
			}
		}
	}
}

// relists reports whether another list of what is hidden may hold after an event.
func relists(ev *client.Event) bool {
	return ev.Kind == client.Config && ev.Key == "mask/list" || ev.Kind == client.Resynced
}

// hiding is what is left out where an attempt is shown; secrets shows everything.
func (a *app) hiding(at *client.Attempt, secrets bool) *portable.Hiding {
	if secrets {
		return nil
	}
	return portable.Hide(at.Secrets, a.rules())
}

// target is the target of a delivery as it may be shown.
func (a *app) target(s string) string {
	if !strings.ContainsAny(s, "?@") {
		return s
	}
	return portable.Hide(nil, a.rules()).Address(s)
}

// sayHidden says what was left out of a body, and how it is shown.
func (a *app) sayHidden(b *client.Body) {
	if len(b.Hidden) > 0 {
		a.say("%s hidden: %s; with it: --secrets", a.err.Dim.Sprint("note:"), terminal.Safe(strings.Join(b.Hidden, ", ")))
	}
}

// hideChanges leaves out the values of changes that are hidden, and the texts and
// bytes that hold some.
func (a *app) hideChanges(v *client.Comparison) {
	hide := portable.Hide(nil, a.rules())
	for _, list := range [][]compare.Change{v.Head, v.Body.Changes} {
		for i := range list {
			c := &list[i]
			switch {
			case !c.Hidden:
			case c.Path == "start":
				c.A, c.B = hide.Start(c.A), hide.Start(c.B)
			default:
				c.A, c.B = hiddenSide(c.A), hiddenSide(c.B)
			}
		}
	}
	if len(v.Within) > 0 && (v.Body.Unified != "" || len(v.Body.Ranges) > 0) {
		v.Body.Unified, v.Body.Ranges = "", nil
		a.say("%s how the bodies differ is hidden, for %s is in them; with it: --secrets", a.err.Warn.Sprint("note:"), terminal.Safe(strings.Join(v.Within, ", ")))
	}
}

func hiddenSide(s string) string {
	if s == "" {
		return ""
	}
	return "[redacted]"
}
