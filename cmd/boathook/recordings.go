package main

import (
	"context"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/boathook/boathook/cmd/boathook/terminal"
	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/proxy"
	"github.com/boathook/boathook/web/client"
)

func (a *app) recordingsCommand() *cobra.Command {
	list := &cobra.Command{Use: "list", Short: "list recordings", Args: atMost(0),
		Example: "  boathook recordings list",
		Long: "List recordings: named sets of deliveries, as boathook import --recording makes them too. In a pipe the columns are, separated\n" +
			"by tabs: name, how many deliveries are in it, bytes of their bodies, the times of the first and the last, and the inbox that\n" +
			"it records from now, * for every one.",
		RunE: a.recordingsDo(func(ctx context.Context, s *session, _ []string) error { return a.recordingsList(ctx, s) })}
	view := &cobra.Command{Use: "view NAME", Short: "show a recording", Args: exactly(1), ValidArgsFunction: a.completeRecordings,
		Example: "  boathook recordings view week",
		RunE:    a.recordingsDo(func(ctx context.Context, s *session, args []string) error { return a.recordingsView(ctx, s, args[0]) })}
	rename := &cobra.Command{Use: "rename NAME NEW", Short: "give a recording another name", Args: exactly(2), ValidArgsFunction: a.completeRecordings,
		Example: "  boathook recordings rename week before-release",
		RunE: a.recordingsDo(func(ctx context.Context, s *session, args []string) error {
			return a.recordingsChange(ctx, s, args[0], func(r *proxy.Recording) { r.Name = args[1] })
		})}
	stop := &cobra.Command{Use: "stop NAME", Short: "stop recording", Args: exactly(1), ValidArgsFunction: a.completeRecordings,
		Example: "  boathook recordings stop checkout",
		RunE: a.recordingsDo(func(ctx context.Context, s *session, args []string) error {
			return a.recordingsChange(ctx, s, args[0], func(r *proxy.Recording) { r.Live = nil })
		})}
	return a.group(&cobra.Command{Use: "recordings", Aliases: []string{"recording"}, Short: "list, view, new, record, stop, add, edit, rename, check, delete"},
		list, view, a.recordingsNew(), a.recordingsRecord(), stop, a.recordingsAdd(), a.recordingsEdit(), rename, a.recordingsCheck(), a.recordingsDelete())
}

// recordingsDo makes a command of what it does.
func (a *app) recordingsDo(do func(ctx context.Context, s *session, args []string) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		return a.with(cmd.Context(), func(s *session) error { return do(cmd.Context(), s, args) })
	}
}

func (a *app) recordingsNew() *cobra.Command {
	var in client.RecordingInput
	cmd := &cobra.Command{Use: "new NAME [FILTER]", Short: "make a recording of the deliveries of a filter, or an empty one", Args: least(1),
		Example: "  boathook recordings new checkout 'event:order* after:1h'\n  boathook recordings new week after:7d --note 'before the release'",
		RunE: a.recordingsDo(func(ctx context.Context, s *session, args []string) error {
			in.Name, in.Query = args[0], joinWords(args[1:])
			if _, err := s.Recording(ctx, in.Name); err == nil {
				return fail(exitFailed, "add to it: boathook recordings add "+quoteArg(in.Name)+" --filter FILTER", "there is a recording %s already", clip(in.Name))
			}
			r, err := s.CreateRecording(ctx, in)
			if err != nil {
				return a.pointAt(in.Query, err)
			}
			return a.recorded(r)
		})}
	cmd.Flags().StringVar(&in.Note, "note", "", "what it is for")
	cmd.Flags().StringVar(&in.Expect, "expect", "", "filter that the deliveries of a replay are to match")
	return cmd
}

func (a *app) recordingsRecord() *cobra.Command {
	inbox := ""
	cmd := &cobra.Command{Use: "record NAME", Short: "record what arrives from now on, until it is stopped", Args: exactly(1), ValidArgsFunction: a.completeRecordings,
		Long:    "Record what arrives from now on, until boathook recordings stop. The recording is made if there is none of that name.",
		Example: "  boathook recordings record checkout --inbox demo\n  boathook recordings stop checkout",
		RunE: a.recordingsDo(func(ctx context.Context, s *session, args []string) error {
			live := &proxy.RecordingLive{Inbox: inbox}
			r, err := s.Recording(ctx, args[0])
			if p, ok := problemOf(err); ok && p.Status == 404 {
				r, err = s.CreateRecording(ctx, client.RecordingInput{Name: args[0], Live: live})
			} else if err == nil {
				entry := r.Recording
				entry.Live = live
				r, err = s.UpdateRecording(ctx, args[0], entry)
			}
			if err != nil {
				return err
			}
			return a.recorded(r)
		})}
	cmd.Flags().StringVar(&inbox, "inbox", "", "only what this inbox receives")
	_ = cmd.RegisterFlagCompletionFunc("inbox", a.completeInboxes)
	return cmd
}

func (a *app) recordingsAdd() *cobra.Command {
	filter := ""
	cmd := &cobra.Command{Use: "add NAME [ID…]", Short: "add deliveries to a recording, by id or by filter", Args: least(1), ValidArgsFunction: a.completeRecordings,
		Long:    "Add deliveries to a recording, by id or by filter. It is made if there is none of that name.",
		Example: "  boathook recordings add week 12406 12407\n  boathook recordings add week --filter 'inbox:demo after:1h'",
		RunE: a.recordingsDo(func(ctx context.Context, s *session, args []string) error {
			if (len(args) > 1) == (filter != "") {
				return usage("boathook recordings add NAME ID…, or --filter FILTER", "say which deliveries to add")
			}
			refs, err := s.allKnown(ctx, args[1:])
			if err != nil {
				return err
			}
			v, err := s.Mark(ctx, client.Marks{IDs: refs, Query: filter, AddTags: []string{inspector.RecordingTag + args[0]}})
			if err != nil {
				return a.pointAt(filter, err)
			}
			if a.flags.json {
				return a.emit(v)
			}
			a.say("added %s to %s", plural(v.Changed, "delivery", "deliveries"), terminal.Safe(args[0]))
			if there := v.Marked - v.Changed; there > 0 {
				a.say("  %s in it already", was(there))
			}
			return nil
		})}
	cmd.Flags().StringVar(&filter, "filter", "", "add all that match")
	return cmd
}

func (a *app) recordingsEdit() *cobra.Command {
	note, expect := "", ""
	cmd := &cobra.Command{Use: "edit NAME", Short: "change the note or the expectation of a recording", Args: exactly(1), ValidArgsFunction: a.completeRecordings,
		Example: "  boathook recordings edit checkout --expect 'status:2xx dur:<500ms'"}
	cmd.Flags().StringVar(&note, "note", "", "what it is for")
	cmd.Flags().StringVar(&expect, "expect", "", "filter that the deliveries of a replay are to match")
	cmd.RunE = a.recordingsDo(func(ctx context.Context, s *session, args []string) error {
		if !cmd.Flags().Changed("note") && !cmd.Flags().Changed("expect") {
			return usage("give --note or --expect", "say what to change")
		}
		return a.recordingsChange(ctx, s, args[0], func(r *proxy.Recording) {
			if cmd.Flags().Changed("note") {
				r.Note = note
			}
			if cmd.Flags().Changed("expect") {
				r.Expect = expect
			}
		})
	})
	return cmd
}

func (a *app) recordingsDelete() *cobra.Command {
	keep := false
	cmd := &cobra.Command{Use: "delete NAME", Short: "put the deliveries of a recording into the trash", Args: exactly(1), ValidArgsFunction: a.completeRecordings,
		Example: "  boathook recordings delete week --keep",
		Long:    "Delete a recording. Its deliveries go into the trash, from where boathook trash restore --last takes them back with their\nrecording; with --keep they stay and only lose its name. So do those that another recording holds too.",
		RunE: a.recordingsDo(func(ctx context.Context, s *session, args []string) error {
			d, err := s.DeleteRecording(ctx, args[0], keep)
			if err != nil {
				return unknownRecording(args[0], err)
			}
			if keep && !a.flags.json {
				a.say("deleted the recording %s; its deliveries stay", terminal.Safe(args[0]))
				return nil
			}
			err = a.trashed(d)
			if n := len(d.Kept); n > 0 && !a.flags.json {
				a.say("  %s", plural(n, "delivery stays: another recording holds it too", "deliveries stay: another recording holds them too"))
			}
			return err
		})}
	cmd.Flags().BoolVar(&keep, "keep", false, "keep the deliveries")
	return cmd
}

func unknownRecording(name string, err error) error {
	if p, ok := problemOf(err); ok && p.Status == 404 {
		return fail(exitNotFound, "list them: boathook recordings list", "there is no recording %s", clip(name))
	}
	return err
}

// recordingsChange changes the entry of a recording.
func (a *app) recordingsChange(ctx context.Context, s *session, name string, change func(r *proxy.Recording)) error {
	r, err := s.Recording(ctx, name)
	if err != nil {
		return unknownRecording(name, err)
	}
	entry := r.Recording
	change(&entry)
	if r, err = s.UpdateRecording(ctx, name, entry); err != nil {
		return a.pointAt(entry.Expect, err)
	}
	return a.recorded(r)
}

// recorded says what a recording is after it was made or changed.
func (a *app) recorded(r client.Recording) error {
	if a.flags.json {
		return a.emit(r)
	}
	a.say("%s: %s", terminal.Safe(r.Name), plural(r.Deliveries, "delivery", "deliveries"))
	if r.Live != nil {
		a.say("  recording %s; stop it: boathook recordings stop %s", recordingFrom(r.Live), quoteArg(r.Name))
	}
	return nil
}

func recordingFrom(live *proxy.RecordingLive) string {
	if live.Inbox == "" {
		return "every inbox"
	}
	return "inbox " + live.Inbox
}

func recordingQuery(name string) string { return `rec:"` + name + `"` }

func (a *app) recordingsList(ctx context.Context, s *session) error {
	all, err := s.Recordings(ctx)
	if err != nil {
		return err
	}
	table := terminal.Table{Header: []string{"name", "deliveries", "size", "first", "last", "recording"}, Spare: []string{"first", "size", "last"}}
	for i := range all.Recordings {
		r := &all.Recordings[i]
		if a.flags.json {
			if err := a.emit(r); err != nil {
				return err
			}
			continue
		}
		live := ""
		if r.Live != nil {
			live = first(r.Live.Inbox, "*")
		}
		table.Rows = append(table.Rows, []terminal.Cell{
			{Text: r.Name, Paint: a.out.Bold.Sprint}, {Text: strconv.Itoa(r.Deliveries), Right: true}, {Text: terminal.Bytes(r.Bytes), Right: true},
			{Text: a.moment(r.First)}, {Text: a.moment(r.Last)}, {Text: live},
		})
	}
	if a.flags.json {
		return nil
	}
	if len(all.Recordings) == 0 {
		a.say("no recording yet; make one: boathook recordings new NAME FILTER, or of what comes: boathook recordings record NAME")
		return nil
	}
	return table.Write(a.out)
}

// moment writes a time, "" for none.
func (a *app) moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return a.clock.Write(t, a.out.Terminal)
}

func (a *app) recordingsView(ctx context.Context, s *session, name string) error {
	r, err := s.Recording(ctx, name)
	if err != nil {
		return unknownRecording(name, err)
	}
	if a.flags.json {
		return a.emit(r)
	}
	lines := [][2]string{
		{"name", r.Name}, {"note", r.Note}, {"deliveries", strconv.Itoa(r.Deliveries)}, {"size", terminal.Bytes(r.Bytes)},
		{"first", a.moment(r.First)}, {"last", a.moment(r.Last)}, {"expect", r.Expect}, {"last run", r.Run}, {"filter", r.Query},
	}
	if r.Live != nil {
		lines = append(lines, [2]string{"recording", recordingFrom(r.Live) + ", since " + a.moment(r.Live.Since)})
	}
	table := terminal.Table{}
	for _, l := range lines {
		if l[1] != "" {
			table.Rows = append(table.Rows, []terminal.Cell{{Text: l[0], Paint: a.out.Dim.Sprint}, {Text: l[1]}})
		}
	}
	return table.Write(a.out)
}

func (a *app) completeRecordings(cmd *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
	return a.completing(cmd, func(ctx context.Context, s *session) []string {
		all, err := s.Recordings(ctx)
		if err != nil {
			return nil
		}
		var names []string
		for _, r := range all.Recordings {
			names = append(names, r.Name+"\t"+plural(r.Deliveries, "delivery", "deliveries"))
		}
		return names
	})
}
