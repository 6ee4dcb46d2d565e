package main

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/boathook/boathook/cmd/boathook/terminal"
	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/proxy"
	"github.com/boathook/boathook/web/client"
)

// starting starts a run and follows it to its end, or leaves it alone with detach.
func (a *app) starting(ctx context.Context, s *session, spec proxy.RunSpec, detach bool) error {
	return a.started(ctx, s, detach, func() (proxy.Run, error) {
		return allowed(ctx, a, s, func() (proxy.Run, error) { return s.StartRun(ctx, spec) })
	})
}

func (a *app) started(ctx context.Context, s *session, detach bool, start func() (proxy.Run, error)) error {
	if detach && s.end != nil {
		return usage("start one: boathook serve     or leave out --detach", "no server runs that could go on with it")
	}
	w, err := s.watch(ctx)
	if err != nil {
		return err
	}
	run, err := start()
	if err != nil {
		return err
	}
	if !detach {
		return a.followRun(ctx, s, w, run, nil)
	}
	if a.flags.json {
		return a.emit(run)
	}
	if err := a.out.Printf("%s\n", run.ID); err != nil {
		return err
	}
	a.say("%s: %s     watch it: boathook runs watch %s", run.ID, terminal.Safe(run.Text), run.ID)
	return nil
}

// nothing is a filter for those who follow the feed for other things than rows.
const nothing = "n:0"

// followRun shows how far a run is until it is over, and says with the exit code
// whether all went well. each is called with each state, if it is not nil.
func (a *app) followRun(ctx context.Context, s *session, w watch, run proxy.Run, each func(*proxy.Run) error) error {
	bar := a.newRunProgress()
	var ticks <-chan time.Time // for what the feed does not tell: the rate of a run that waits
	if each == nil {
		ticker := time.NewTicker(time.Second)
		defer ticker.Stop()
		ticks = ticker.C
	}
	changes, end := s.runChanges(ctx, w.cursor, run.ID)
	defer end()
	var err error
	for err == nil {
		if each != nil {
			if err := each(&run); err != nil {
				return err
			}
		}
		bar.show(&run)
		if run.State.Over() {
			bar.end()
			return a.runOver(&run, each != nil)
		}
		select {
		case <-ctx.Done():
			bar.end()
			return a.detached(ctx, s, &run)
		case failed := <-changes:
			if failed != nil {
				bar.end()
				return failed
			}
		case <-ticks:
		}
		var now proxy.Run
		if now, err = s.GetRun(ctx, run.ID); err == nil {
			run = now
		}
	}
	bar.end()
	if ctx.Err() != nil {
		return a.detached(ctx, s, &run)
	}
	return err
}

// runChanges receives nil whenever a run has changed, and once the error that ends
// the following of the feed.
func (s *session) runChanges(ctx context.Context, after inspector.Cursor, id string) (changes <-chan error, end func()) {
	ctx, cancel := context.WithCancel(ctx)
	all := make(chan error, 1)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for ev, err := range s.Tail(ctx, nothing, after) {
			switch {
			case err != nil:
				select {
				case all <- err:
				case <-ctx.Done():
				}
				return
			case ev.Kind == client.Config && ev.Key == "run/"+id, ev.Kind == client.Resynced:
				select {
				case all <- nil:
				default: // one is waiting to be taken already
				}
			}
		}
	}()
	return all, func() { cancel(); <-done }
}

// detached leaves a run alone: a Ctrl-C ends the watching only.
func (a *app) detached(ctx context.Context, s *session, run *proxy.Run) error {
	if !errors.Is(context.Cause(ctx), errInterrupted) {
		return context.Cause(ctx)
	}
	if s.end != nil {
		a.say("%s stops at %s, since no server runs; it goes on with: boathook serve", run.ID, runCount(run))
		return errInterrupted
	}
	a.say("%s goes on. Watch it: boathook runs watch %s     stop it: boathook runs cancel %s", run.ID, run.ID, run.ID)
	return errInterrupted
}

// runOver prints what became of a run; told says that its states were printed
// already.
func (a *app) runOver(run *proxy.Run, told bool) error {
	switch {
	case told:
	case a.flags.json:
		if err := a.emit(run); err != nil {
			return err
		}
	default:
		if err := a.printRunEnd(run); err != nil {
			return err
		}
	}
	for _, note := range run.Notes {
		a.say("%s %s", a.err.Warn.Sprint("note:"), terminal.Safe(strings.TrimPrefix(note, "to: ")))
	}
	switch {
	case run.Kind == proxy.RunReplay && run.State == proxy.RunDone && run.Total > 0 && run.Skipped == run.Total:
		return fail(exitFailed, "name a target: boathook replay … --to http://localhost:3000", "%s has sent nothing: %s skipped", run.ID, was(run.Skipped))
	case run.State == proxy.RunFailed, run.State == proxy.RunInterrupted:
		next := "boathook runs view " + run.ID
		if run.State == proxy.RunInterrupted {
			next = "boathook runs resume " + run.ID
		}
		return fail(exitFailed, next, "%s has ended before its end: %s", run.ID, first(run.Error, string(run.State)))
	case run.Failed > 0:
		return a.runFailures(run)
	case run.State == proxy.RunCancelled:
		return fail(exitFailed, "", "%s was cancelled at %s", run.ID, runCount(run))
	}
	return nil
}

func (a *app) runFailures(run *proxy.Run) error {
	see := "see them: boathook deliveries list " + quoteArg(strings.TrimSpace(run.Query+" is:failed"))
	if run.Kind == proxy.RunRecheck || run.Query == "" {
		see = "see it: boathook runs view " + run.ID
	}
	all := ""
	if classes := badOutcomes(run); len(classes) == 1 {
		all = " (all " + outcomeOf(classes[0]).Shape(a.cfg.On("ascii")) + " " + classes[0] + ")"
	}
	return fail(exitTarget, see+"     retry them: boathook runs retry "+run.ID, "%s of %s failed%s", terminal.Count(run.Failed), terminal.Count(run.Done), all)
}

func (a *app) printRunEnd(run *proxy.Run) error {
	if !a.out.Terminal {
		return (&terminal.Table{Rows: [][]terminal.Cell{runCells(run)}}).Write(a.out)
	}
	took := ""
	if run.Started != nil && run.Ended != nil {
		took = " in " + terminal.Duration(run.Ended.Sub(*run.Started))
	}
	return a.out.Printf("%s  %s %s%s  %s\n", a.out.Bold.Sprint(run.ID), string(run.State), runCount(run), took, a.outcomeCounts(a.out, run))
}
