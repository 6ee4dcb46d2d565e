package main

import (
	"context"

	"github.com/boathook/boathook/cmd/boathook/terminal"
)

// allowed sends, and where the host may not be sent to yet asks once whether it
// may from now on. --yes does not answer that: who sends to the world says so.
func allowed[T any](ctx context.Context, a *app, s *session, send func() (T, error)) (T, error) {
	sent, err := send()
	host := refusedHost(err)
	if host == "" {
		return sent, err
	}
	if !a.asks() {
		return sent, fail(exitFailed, "allow it: boathook config set sending.allow +"+quoteArg(host), "%s may not be sent to yet", host)
	}
	if err := a.confirm(ctx, "Send to "+terminal.Safe(host)+", now and in future?"); err != nil {
		return sent, err
	}
	v, err := s.Settings(ctx)
	if err != nil {
		return sent, err
	}
	if err := changeSending(&v, "sending.allow", "+"+host); err != nil {
		return sent, err
	}
	if _, err := s.UpdateSettings(ctx, v); err != nil {
		return sent, err
	}
	return send()
}

const hostProblem = "urn:boathook:problem:host-not-allowed"

// refusedHost is the host that a problem is about, "" if it is about another thing.
func refusedHost(err error) string {
	p, ok := problemOf(err)
	if !ok || p.Type != hostProblem {
		return ""
	}
	return p.Field
}
