package main

import (
	"context"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/boathook/boathook/cmd/boathook/terminal"
	"github.com/boathook/boathook/proxy"
)

const runColumns = "id, kind, state, done, total, ok, failed, skipped, what it does"

func (a *app) runsCommand() *cobra.Command {
	list := &cobra.Command{Use: "list", Short: "list runs, newest first", Args: atMost(0),
		Example: "  boathook runs list",
		Long:    "List runs, newest first. In a pipe the columns are, separated by tabs:\n" + runColumns + ".",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.with(cmd.Context(), func(s *session) error { return a.runsList(cmd.Context(), s) })
		}}
	on := func(use, short string, do func(context.Context, *session, string) error) *cobra.Command {
		return &cobra.Command{Use: use + " ID", Short: short, Args: exactly(1), ValidArgsFunction: a.completeRuns,
			Example: "  boathook runs " + use + " r7",
			RunE: func(cmd *cobra.Command, args []string) error {
				return a.with(cmd.Context(), func(s *session) error { return do(cmd.Context(), s, args[0]) })
			}}
	}
	retry := on("retry", "try the failures of a run again, as a new one", func(ctx context.Context, s *session, id string) error {
		return a.started(ctx, s, false, func() (proxy.Run, error) {
			run, err := s.RetryFailed(ctx, id)
			return run, unknownRun(id, err)
		})
	})
	return a.group(&cobra.Command{Use: "runs", Aliases: []string{"run"}, Short: "list, view, watch, pause, resume, cancel, retry"},
		list, on("view", "show a run", a.runView), on("watch", "follow a run to its end", a.runWatch),
		on("pause", "start nothing more until it is resumed", a.steering((*session).pause)), on("resume", "let a paused run go on", a.steering((*session).resume)),
		on("cancel", "end a run; what is under way is still recorded", a.steering((*session).cancel)), retry)
}

func (s *session) pause(ctx context.Context, id string) (proxy.Run, error) {
	return s.PauseRun(ctx, id)
}
func (s *session) resume(ctx context.Context, id string) (proxy.Run, error) {
	return s.ResumeRun(ctx, id)
}
func (s *session) cancel(ctx context.Context, id string) (proxy.Run, error) {
	return s.CancelRun(ctx, id)
}

func (a *app) steering(do func(*session, context.Context, string) (proxy.Run, error)) func(context.Context, *session, string) error {
	return func(ctx context.Context, s *session, id string) error {
		run, err := do(s, ctx, id)
		if err != nil {
			return unknownRun(id, err)
		}
		if a.flags.json {
			return a.emit(run)
		}
		a.say("%s is %s at %s", run.ID, run.State, runCount(&run))
		return nil
	}
}

func unknownRun(id string, err error) error {
	if p, ok := problemOf(err); ok && p.Status == 404 {
		return fail(exitNotFound, "list them: boathook runs list", "there is no run %s", clip(id))
	}
	return err
}

func (a *app) runsList(ctx context.Context, s *session) error {
	runs, err := s.ListRuns(ctx)
	if err != nil {
		return err
	}
	table := terminal.Table{Header: []string{"id", "kind", "state", "done", "total", "ok", "failed", "skipped", "what it does"}, Spare: []string{"skipped", "kind", "ok"}}
	for i := range runs {
		if a.flags.json {
			if err := a.emit(runs[i]); err != nil {
				return err
			}
			continue
		}
		table.Rows = append(table.Rows, runCells(&runs[i]))
	}
	if a.flags.json {
		return nil
	}
	if len(runs) == 0 {
		a.say("no run yet; one begins with: boathook replay FILTER --to URL")
		return nil
	}
	return table.Write(a.out)
}

func runCells(run *proxy.Run) []terminal.Cell {
	cells := []terminal.Cell{{Text: run.ID}, {Text: string(run.Kind)}, {Text: string(run.State)}}
	for _, n := range []int{run.Done, run.Total, run.OK, run.Failed, run.Skipped} {
		cells = append(cells, terminal.Cell{Text: strconv.Itoa(n), Right: true})
	}
	return append(cells, terminal.Cell{Text: run.Text})
}

func (a *app) runView(ctx context.Context, s *session, id string) error {
	run, err := s.GetRun(ctx, id)
	if err != nil {
		return unknownRun(id, err)
	}
	if a.flags.json {
		return a.emit(run)
	}
	lines := [][2]string{
		{"id", run.ID}, {"what it does", run.Text}, {"state", string(run.State)}, {"error", run.Error}, {"retries", run.Of},
		{"created", a.clock.Write(run.Created, a.out.Terminal)}, {"done", runCount(&run)}, {"pace", strings.TrimSpace(pace(&run))},
	}
	for _, class := range sortedKeys(run.Outcomes) {
		lines = append(lines, [2]string{class, terminal.Count(run.Outcomes[class])})
	}
	if l := run.Latency; l.Max > 0 {
		lines = append(lines, [2]string{"latency", "p50 " + a.millis(l.P50) + "  p95 " + a.millis(l.P95) + "  p99 " + a.millis(l.P99) + "  max " + a.millis(l.Max)})
	}
	for _, note := range run.Notes {
		lines = append(lines, [2]string{"note", note})
	}
	if run.Query != "" {
		lines = append(lines, [2]string{"deliveries", "boathook deliveries list " + quoteArg(run.Query)})
	}
	if run.Failed > 0 && run.State.Over() {
		lines = append(lines, [2]string{"retry", "boathook runs retry " + run.ID})
	}
	return a.printLines(lines)
}

func (a *app) runWatch(ctx context.Context, s *session, id string) error {
	w, err := s.watch(ctx)
	if err != nil {
		return err
	}
	run, err := s.GetRun(ctx, id)
	if err != nil {
		return unknownRun(id, err)
	}
	var each func(*proxy.Run) error
	if a.flags.json {
		e, err := a.emitter()
		if err != nil {
			return err
		}
		each = func(run *proxy.Run) error { return e.Emit(run) }
	}
	return a.followRun(ctx, s, w, run, each)
}

func (a *app) completeRuns(cmd *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
	return a.completing(cmd, func(ctx context.Context, s *session) []string {
		runs, err := s.ListRuns(ctx)
		if err != nil {
			return nil
		}
		var words []string
		for i := range runs {
			words = append(words, runs[i].ID+"\t"+string(runs[i].State)+" "+runs[i].Text)
		}
		return words
	})
}
