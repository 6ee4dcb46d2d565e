package main

import (
	"context"
	"errors"
	"slices"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/boathook/boathook/cmd/boathook/terminal"
	"github.com/boathook/boathook/inspector"
)

// expectFlags say which replay of a recording is checked, and against what.
type expectFlags struct {
	run, expect, junit string
}

func (a *app) recordingsCheck() *cobra.Command {
	var f expectFlags
	cmd := &cobra.Command{Use: "check NAME", Short: "check the last replay of a recording against its expectation", Args: exactly(1), ValidArgsFunction: a.completeRecordings,
		Long: "Check what a replay of a recording came to: each delivery that it made has to match the expectation of the recording, or not\n" +
			"to have failed if there is none. Exit code 7 says that some do not. In a pipe the columns are, separated by tabs: pass or fail,\n" +
			"number, event, outcome, duration in ms.",
		Example: "  boathook replay rec:checkout --to http://localhost:3000; boathook recordings check checkout\n" +
			"  boathook recordings check checkout --expect 'status:2xx dur:<500ms' --junit results.xml",
		RunE: a.recordingsDo(func(ctx context.Context, s *session, args []string) error {
			return a.recordingCheck(ctx, s, args[0], f)
		})}
	flags := cmd.Flags()
	flags.StringVar(&f.run, "run", "", "run that is checked, not the last replay of all of it")
	flags.StringVar(&f.expect, "expect", "", "filter to match, not the expectation of the recording")
	flags.StringVar(&f.junit, "junit", "", "file to write the results to, as JUnit XML")
	return cmd
}

func (a *app) recordingCheck(ctx context.Context, s *session, name string, f expectFlags) error {
	r, err := s.Recording(ctx, name)
	if err != nil {
		return unknownRecording(name, err)
	}
	f.run, f.expect = first(f.run, r.Run), first(f.expect, r.Expect, "-is:failed")
	if f.run == "" {
		return fail(exitFailed, "boathook replay "+quoteArg(r.Query)+" --to http://localhost:3000", "%s was not replayed yet", clip(name))
	}
	run, err := s.GetRun(ctx, f.run)
	if err != nil {
		return unknownRun(f.run, err)
	}
	if !run.State.Over() {
		return fail(exitFailed, "boathook runs watch "+run.ID, "run %s is not over", run.ID)
	}
	bad, err := s.checked(ctx, run.Query+" -("+f.expect+")")
	if err != nil {
		return a.pointAt(f.expect, err)
	}
	all, err := s.checked(ctx, run.Query)
	if err != nil {
		return err
	}
	failed := map[inspector.ID]bool{}
	for i := range bad {
		failed[bad[i].ID] = true
	}
	if f.junit != "" {
		if err := a.writeJUnit(ctx, s, name, f); err != nil {
			return err
		}
	}
	if err := a.printChecked(all, failed); err != nil {
		return err
	}
	if len(bad) > 0 || len(all) == 0 {
		return fail(exitTimeout, "see them: boathook deliveries list "+quoteArg(run.Query+" -("+f.expect+")"), "%d of %s of %s are not as expected: %s",
			len(bad), plural(len(all), "delivery", "deliveries"), run.ID, terminal.Safe(f.expect))
	}
	a.say("all %s of %s are as expected: %s", plural(len(all), "delivery", "deliveries"), run.ID, terminal.Safe(f.expect))
	return nil
}

// checked are the deliveries of a filter, oldest first.
func (s *session) checked(ctx context.Context, query string) (rows []inspector.Row, err error) {
	for row, err := range s.All(ctx, query) {
		if err != nil {
			return nil, err
		}
		rows = append(rows, row)
	}
	slices.Reverse(rows)
	return rows, nil
}

func (a *app) printChecked(all []inspector.Row, failed map[inspector.ID]bool) error {
	table := terminal.Table{Header: []string{"", "#", "event", "outcome", "took"}}
	for i := range all {
		r := &all[i]
		word := "pass"
		if failed[r.ID] {
			word = "fail"
		}
		if a.flags.json {
			if err := a.emit(map[string]any{"result": word, "delivery": r}); err != nil {
				return err
			}
			continue
		}
		took := millisText(r.Duration)
		if a.out.Terminal {
			took = shortly(r.Duration)
		}
		table.Rows = append(table.Rows, []terminal.Cell{
			{Text: word}, {Text: strconv.FormatUint(r.N, 10), Right: true}, {Text: a.safeWhat(r)}, {Text: outcome(r).Word()},
			{Text: took, Right: true},
		})
	}
	if a.flags.json {
		return nil
	}
	return table.Write(a.out)
}

func (a *app) writeJUnit(ctx context.Context, s *session, name string, f expectFlags) (err error) {
	report, err := s.Results(ctx, name, f.run, f.expect)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, report.Close()) }()
	_, err = writeFile(f.junit, report)
	return err
}
