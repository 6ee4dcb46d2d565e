package main

import (
	"context"
	"strings"

	"github.com/boathook/boathook/cmd/boathook/terminal"
)

// allowed sends, and where hosts may not be sent to yet asks once whether they may
// from now on. --yes does not answer that: who sends to the world says so.
func allowed[T any](ctx context.Context, a *app, s *session, send func() (T, error)) (T, error) {
	sent, err := send()
	hosts := refusedHosts(err)
	if len(hosts) == 0 {
		return sent, err
	}
	more, names := "+"+strings.Join(hosts, ",+"), strings.Join(hosts, ", ")
	if !a.asks() {
		it := "it"
		if len(hosts) > 1 {
			it = "them"
		}
		return sent, fail(exitFailed, "allow "+it+": boathook config set sending.allow "+quoteArg(more), "%s may not be sent to yet", names)
	}
	if err := a.confirm(ctx, "Send to "+terminal.Safe(names)+", now and in future?"); err != nil {
		return sent, err
	}
	v, err := s.Settings(ctx)
	if err != nil {
		return sent, err
	}
	if err := changeSending(&v, "sending.allow", more); err != nil {
		return sent, err
	}
	if _, err := s.UpdateSettings(ctx, v); err != nil {
		return sent, err
	}
	return send()
}

const hostProblem = "urn:boathook:problem:host-not-allowed"

// refusedHosts are the hosts that a problem is about, none if it is about another thing.
func refusedHosts(err error) []string {
	p, ok := problemOf(err)
	if !ok || p.Type != hostProblem {
		return nil
	}
	return strings.Split(p.Field, ",")
}
