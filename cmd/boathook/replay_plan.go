package main

import (
	"context"
	"strings"
	"time"

	"github.com/boathook/boathook/cmd/boathook/terminal"
	"github.com/boathook/boathook/proxy"
)

// replayPlan says what a run would do.
func (a *app) replayPlan(ctx context.Context, s *session, spec proxy.RunSpec) error {
	plan, err := s.PlanRun(ctx, spec)
	if err != nil {
		return a.pointing(spec.Source.Query, err)
	}
	if a.flags.json {
		return a.emit(plan)
	}
	for _, t := range plan.Targets {
		row := []terminal.Cell{{Text: terminal.Count(t.Count), Right: true}, {Text: t.Target, Paint: a.out.Bold.Sprint}}
		if err := (&terminal.Table{Rows: [][]terminal.Cell{row}}).Write(a.out); err != nil {
			return err
		}
	}
	exact := spec.Kind == proxy.RunReplay && (spec.Sign == proxy.SignExact || spec.Sign == "") && len(spec.Set) == 0
	for i := range plan.First {
		if err := a.planSend(&plan.First[i], exact); err != nil {
			return err
		}
	}
	for _, note := range plan.Notes {
		a.say("%s %s", a.err.Warn.Sprint("note:"), terminal.Safe(note))
	}
	for _, host := range plan.NeedsAllow {
		a.say("%s %s may not be sent to yet; allow it: boathook config set sending.allow +%s", a.err.Warn.Sprint("note:"), terminal.Safe(host), quoteArg(host))
	}
	took := ""
	if plan.Estimate != nil {
		took = ", in about " + terminal.Duration(time.Duration(*plan.Estimate*float64(time.Second)))
	}
	a.say("nothing was sent; it would be %s%s", plural(plan.Count, "request", "requests"), took)
	return nil
}

// planSend shows the head of a request as it would go out.
func (a *app) planSend(p *proxy.PlanSend, exact bool) error {
	signed := "signed as " + p.Signature
	switch {
	case p.Signature == "" && exact:
		signed = "as it was recorded"
	case p.Signature == "":
		signed = "not signed"
	}
	if err := a.out.Printf("\n%s  %s  %s  %s\n", a.out.Bold.Sprintf("#%d", p.N), terminal.Safe(p.URL), terminal.Bytes(int64(p.Size)), terminal.Safe(signed)); err != nil {
		return err
	}
	for line := range strings.Lines(strings.TrimRight(p.Head, "\r\n")) {
		if err := a.out.Printf("  %s\n", terminal.Safe(strings.TrimRight(line, "\r\n"))); err != nil {
			return err
		}
	}
	for _, note := range p.Notes {
		if err := a.out.Printf("  %s %s\n", a.out.Warn.Sprint("note"), terminal.Safe(note)); err != nil {
			return err
		}
	}
	return nil
}
