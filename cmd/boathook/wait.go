package main

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"github.com/boathook/boathook/cmd/boathook/config"
	"github.com/boathook/boathook/cmd/boathook/terminal"
	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/web/client"
)

type waitFlags struct {
	count                  int
	timeout, since, expect string
}

func (a *app) waitCommand() *cobra.Command {
	f := waitFlags{count: 1, timeout: "30s"}
	cmd := &cobra.Command{
		Use: "wait FILTER", Short: "block until deliveries arrive", Args: least(1), ValidArgsFunction: a.completeFilter,
		Long: "Block until deliveries arrive that match, and print them. With --since those count too that came before it was started.\n\n" +
			"Exit codes: 0 they are there, 7 the time is up or one does not match what --expect says.",
		Example: "  boathook wait 'event:registration sig:valid' --timeout 30s\n  boathook wait inbox:demo --count 3 --expect 'body.total:>0'",
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.with(cmd.Context(), func(s *session) error { return a.wait(cmd.Context(), s, joinWords(args), &f) })
		},
	}
	flags := cmd.Flags()
	flags.IntVar(&f.count, "count", f.count, "how many")
	flags.StringVar(&f.timeout, "timeout", f.timeout, "how long to wait, such as 30s; 0 for as long as it takes")
	flags.StringVar(&f.since, "since", "", "count what came in this time too, such as 1m")
	flags.StringVar(&f.expect, "expect", "", "filter that each of them has to match")
	_ = cmd.RegisterFlagCompletionFunc("expect", a.completeFilter) // the flag is there
	return cmd
}

func (a *app) wait(ctx context.Context, s *session, query string, f *waitFlags) error {
	timeout, err := config.ParseAge(f.timeout)
	switch {
	case err != nil:
		return usage("", "--timeout: %w", err)
	case f.count < 1:
		return usage("", "--count: want a whole number of 1 or more, got %d", f.count)
	}
	if f.expect != "" {
		if _, err := s.CheckQuery(ctx, f.expect); err != nil {
			return a.pointAt(f.expect, err)
		}
	}
	w := &waiter{a: a, s: s, f: f, seen: map[inspector.ID]bool{}}
	page, err := s.List(ctx, client.ListOptions{Query: query, Limit: 1})
	if err != nil {
		return a.pointAt(query, err)
	}
	if err := w.past(ctx, query); err != nil || w.found >= f.count {
		return err
	}
	if s.end != nil {
		return a.nothingNew(false)
	}
	if timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, timeout, errTooLate)
		defer cancel()
	}
	err = w.follow(ctx, query, page.Cursor)
	if errors.Is(context.Cause(ctx), errTooLate) {
		return fail(exitTimeout, "what came: boathook deliveries list", "%s of %s came within %s", terminal.Count(w.found), plural(f.count, "delivery", "deliveries"), f.timeout)
	}
	return err
}

// waiter counts deliveries that match.
type waiter struct {
	a     *app
	s     *session
	f     *waitFlags
	seen  map[inspector.ID]bool
	found int
}

// past counts what came before.
func (w *waiter) past(ctx context.Context, query string) error {
	if w.f.since == "" {
		return nil
	}
	age, err := config.ParseAge(w.f.since)
	if err != nil {
		return usage("", "--since: %w", err)
	}
	from := w.a.clock.Now().Add(-age)
	for row, err := range w.s.All(ctx, query) {
		if err != nil {
			return w.a.pointAt(query, err)
		}
		if row.At.Before(from) || w.found >= w.f.count {
			break
		}
		if err := w.take(ctx, &row); err != nil {
			return err
		}
	}
	return nil
}

func (w *waiter) follow(ctx context.Context, query string, cursor inspector.Cursor) error {
	for ev, err := range w.s.Tail(ctx, query, cursor) {
		if err != nil {
			return w.a.pointAt(query, err)
		}
		if ev.Kind != client.Added && ev.Kind != client.Changed || !settled(&ev.Row) {
			continue
		}
		if err := w.take(ctx, &ev.Row); err != nil || w.found >= w.f.count {
			return err
		}
	}
	return context.Cause(ctx)
}

// take counts one, and holds it to what is expected.
func (w *waiter) take(ctx context.Context, r *inspector.Row) error {
	if w.seen[r.ID] {
		return nil
	}
	w.seen[r.ID] = true
	w.found++
	if err := w.a.printSent([]inspector.Row{*r}); err != nil {
		return err
	}
	if w.f.expect == "" {
		return nil
	}
	page, err := w.s.List(ctx, client.ListOptions{Query: "(" + w.f.expect + ") id:" + r.ID.String(), Limit: 1})
	if err != nil {
		return err
	}
	if len(page.Rows) == 0 {
		return fail(exitTimeout, "look at it: boathook deliveries view "+number(float64(r.N)), "#%d does not match %s", r.N, clip(w.f.expect))
	}
	return nil
}
