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
	if !a.asks() {
		return sent, notAllowed(hosts)
	}
	if err := a.confirm(ctx, "Send to "+terminal.Safe(strings.Join(hosts, ", "))+", now and in future?"); err != nil {
		return sent, err
	}
	v, err := s.Settings(ctx)
	if err != nil {
		return sent, err
	}
	if err := changeSending(&v, "sending.allow", adding(hosts)); err != nil {
		return sent, err
	}
	if _, err := s.UpdateSettings(ctx, v); err != nil {
		return sent, err
	}
	return send()
}

// notAllowed says how hosts may be sent to.
func notAllowed(hosts []string) error {
	it := "it"
	if len(hosts) > 1 {
		it = "them"
	}
	return fail(exitFailed, "allow "+it+": boathook config set sending.allow "+quoteArg(adding(hosts)), "%s may not be sent to yet", strings.Join(hosts, ", "))
}

// adding is the value of sending.allow that adds hosts.
func adding(hosts []string) string { return "+" + strings.Join(hosts, ",+") }

const hostProblem = "urn:boathook:problem:host-not-allowed"

// refusedHosts are the hosts that a problem is about, none if it is about another thing.
func refusedHosts(err error) []string {
	p, ok := problemOf(err)
	if !ok || p.Type != hostProblem {
		return nil
	}
	return strings.Split(p.Field, ",")
}
