package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/boathook/boathook/cmd/boathook/config"
	"github.com/boathook/boathook/cmd/boathook/terminal"
	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/web/client"
)

type tailFlags struct {
	since                  string
	body, headers, secrets bool
	full                   bool // the whole screen
}

func (a *app) tailCommand() *cobra.Command {
	var f tailFlags
	cmd := &cobra.Command{
		Use: "tail [FILTER]", Short: "follow deliveries as they come",
		Long: "Follow deliveries as they come, each once its outcome is known. In a pipe the columns are, separated by tabs:\n" + rowColumns + ".\n\n" +
			"With -i the list has the whole screen and keys as on the page: j and k move, Enter opens, / filters, s goes by a saved filter, x selects,\n" +
			"c compares two deliveries, e exports into a file, r sends again, R replays, m pins, t tags, # deletes, y copies; ? lists all of them.",
		Example:           "  boathook tail\n  boathook tail inbox:demo status:5xx --since 10m --body\n  boathook tail --json --jq .target",
		ValidArgsFunction: a.completeFilter,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.with(cmd.Context(), func(s *session) error { return a.tail(cmd.Context(), s, strings.Join(args, " "), f) })
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&f.since, "since", "", "begin with what came in this time, such as 10m")
	flags.BoolVar(&f.body, "body", false, "print the body of each request too")
	flags.BoolVar(&f.headers, "headers", false, "print the head of each request too")
	flags.BoolVar(&f.secrets, "secrets", false, "with --body and --headers: what is hidden too")
	flags.BoolVarP(&f.full, "interactive", "i", false, "the whole screen: list, delivery, filter and keys as on the page")
	return cmd
}

func (a *app) tail(ctx context.Context, s *session, query string, f tailFlags) (err error) {
	if f.full {
		if f.body || f.headers {
			return usage("Enter opens a delivery, 2 and 3 show its headers and body", "--interactive goes without --body and --headers")
		}
		if f.since != "" {
			query = both(query, "after:"+f.since)
		}
		return a.tailLive(ctx, s, query)
	}
	if out, ok := a.out.Writer.(*os.File); ok {
		read, stop := whileRead(ctx, out)
		defer stop()
		defer func() {
			if errors.Is(context.Cause(read), syscall.EPIPE) {
				err = syscall.EPIPE // also where the end shows as that of a call
			}
		}()
		ctx = read
	}
	t := newFollower(a, s)
	t.flags = f
	if a.flags.json {
		e, err := a.emitter()
		if err != nil {
			return err
		}
		t.emit = e.Emit
	}
	cursor, err := a.past(ctx, s, query, f.since, t)
	if err != nil {
		return a.pointAt(query, err)
	}
	if s.end != nil {
		// Waiting here would only keep a server from starting on the data folder.
		return a.nothingNew(f.since != "")
	}
	err = t.follow(ctx, query, cursor)
	return a.pointAt(query, err)
}

// nothingNew ends a tail that has no server to follow.
func (a *app) nothingNew(printed bool) error {
	if !printed {
		return fail(exitFailed, "start one: boathook serve     or look at what is stored: boathook tail --since 1h", "no server runs, so nothing new can come")
	}
	a.say("%s", a.err.Dim.Sprint("no server runs, so nothing new can come; start one: boathook serve"))
	return nil
}

// past prints what came since then and returns the place to go on from.
func (a *app) past(ctx context.Context, s *session, query, since string, t *follower) (inspector.Cursor, error) {
	if since == "" {
		// Asked for even so: a filter that is wrong is told at once.
		page, err := s.List(ctx, client.ListOptions{Query: query, Limit: 1})
		return page.Cursor, err
	}
	age, err := config.ParseAge(since)
	if err != nil {
		return "", usage("", "--since: %w", err)
	}
	page, err := s.List(ctx, client.ListOptions{Query: query, Limit: 1})
	if err != nil {
		return "", err
	}
	from := a.clock.Now().Add(-age)
	var rows []inspector.Row
	for row, err := range s.All(ctx, query) {
		if err != nil {
			return "", err
		}
		if row.At.Before(from) {
			break
		}
		rows = append(rows, row)
	}
	slices.Reverse(rows)
	for i := range rows {
		if err := t.show(ctx, &rows[i]); err != nil {
			return "", err
		}
		t.told = max(t.told, rows[i].N)
	}
	return page.Cursor, nil
}

// follower prints deliveries once their outcome is known.
type follower struct {
	a     *app
	s     *session
	flags tailFlags
	emit  func(any) error
	seen  func(client.Event) error // looks at every event first; may be nil
	stray bool                     // rows of addresses that no inbox has are only told of

	waiting map[inspector.ID]inspector.Row // rows without an outcome yet
	unsure  map[inspector.ID]bool          // rows whose bad signature had no cause yet
	ready   []inspector.Row                // rows of this frame to print
	told    uint64                         // rows up to this number came before the feed
	lost    time.Time                      // when the connection broke, zero while it is there
}

func newFollower(a *app, s *session) *follower {
	return &follower{a: a, s: s, waiting: map[inspector.ID]inspector.Row{}, unsure: map[inspector.ID]bool{}}
}

// maxWaiting bounds what is held back; the oldest is printed as pending then.
const maxWaiting = 1000

func (t *follower) follow(ctx context.Context, query string, cursor inspector.Cursor) error {
	for ev, err := range t.s.Tail(ctx, query, cursor) {
		if err == nil {
			err = t.event(ctx, ev)
		}
		if err != nil {
			return err
		}
	}
	return context.Cause(ctx)
}

func (t *follower) event(ctx context.Context, ev client.Event) error {
	if t.seen != nil {
		if err := t.seen(ev); err != nil {
			return err
		}
	}
	if ev.Kind == client.Lost {
		t.connectionLost(ev)
		return nil
	}
	if !t.lost.IsZero() {
		t.connectionBack()
	}
	switch ev.Kind {
	case client.Added:
		if ev.Row.N > t.told {
			t.row(ev.Row)
		}
	case client.Changed:
		if _, held := t.waiting[ev.ID]; held {
			t.row(ev.Row)
		}
		t.causeFound(&ev.Row)
	case client.Gone:
		delete(t.waiting, ev.ID)
		delete(t.unsure, ev.ID)
	case client.Resynced:
		t.a.say("%s", t.a.err.Dim.Sprint(t.a.rule("caught up over HTTP, no delivery is missing")))
	}
	if ev.Cursor == "" {
		return nil // more of this frame follows
	}
	return t.flush(ctx)
}

// row keeps a row until its outcome is known.
func (t *follower) row(r inspector.Row) {
	if settled(&r) {
		delete(t.waiting, r.ID)
		t.ready = append(t.ready, r)
		return
	}
	t.waiting[r.ID] = r
	if len(t.waiting) <= maxWaiting {
		return
	}
	oldest := r
	for _, w := range t.waiting {
		if w.N < oldest.N {
			oldest = w
		}
	}
	delete(t.waiting, oldest.ID)
	t.ready = append(t.ready, oldest)
}

// flush prints the rows of a frame in the order they came.
func (t *follower) flush(ctx context.Context) error {
	slices.SortFunc(t.ready, func(a, b inspector.Row) int { return cmp.Compare(a.N, b.N) })
	for i := range t.ready {
		r := &t.ready[i]
		name := stray(r)
		if name == "" || !t.stray {
			if err := t.show(ctx, r); err != nil {
				return err
			}
		}
		if err := t.comment(ctx, r, name); err != nil {
			return err
		}
	}
	t.ready = t.ready[:0]
	return nil
}

// comment says what is wrong with a new row.
func (t *follower) comment(ctx context.Context, r *inspector.Row, stray string) error {
	if t.emit != nil || t.a.flags.quiet {
		return nil
	}
	if stray != "" {
		inboxes, err := t.s.Inboxes(ctx)
		if err != nil {
			return err
		}
		var names []string
		for _, in := range inboxes {
			if !in.Private {
				names = append(names, in.Name)
			}
		}
		t.remark(strayText(r, stray, names))
		return nil
	}
	if r.Verdict == inspector.Invalid && r.Cause == "" && len(t.unsure) < maxWaiting {
		t.unsure[r.ID] = true
	}
	t.remark(t.a.remark(r))
	return nil
}

// causeFound tells of a cause that was found after its row was shown.
func (t *follower) causeFound(r *inspector.Row) {
	if !t.unsure[r.ID] || r.Cause == "" {
		return
	}
	delete(t.unsure, r.ID)
	t.remark(fmt.Sprintf("#%d: %s", r.N, t.a.verdictRemark(r)))
}

func (t *follower) remark(text string) {
	if text != "" {
		t.a.say("  %s", t.a.err.Warn.Sprint(terminal.Safe(text)))
	}
}

func (t *follower) show(ctx context.Context, r *inspector.Row) error {
	if t.emit != nil {
		return t.emit(*r)
	}
	if err := t.a.printRow(r); err != nil {
		return err
	}
	return t.details(ctx, r)
}

// details prints head and body of a request below its row.
func (t *follower) details(ctx context.Context, r *inspector.Row) error {
	if !t.flags.body && !t.flags.headers {
		return nil
	}
	d, err := t.s.Delivery(ctx, r.ID.String())
	if p, ok := problemOf(err); ok && p.Status == 404 {
		return nil // deleted meanwhile
	}
	if err != nil {
		return err
	}
	at, err := pick(&d, inspector.Request, -1)
	if err != nil {
		return nil // there is no request to show
	}
	hide := t.a.hiding(at, t.flags.secrets)
	if t.flags.headers {
		if err := t.a.out.Printf("%s\n", t.a.out.Bold.Sprint(safeLine(hide.Start(at.Request.Start)))); err != nil {
			return err
		}
		if err := t.a.headers(at.Request.Headers, hide); err != nil {
			return err
		}
	}
	if t.flags.body && at.Request.Size > 0 {
		if err := t.a.preview(ctx, t.s, &d, at.K, inspector.Request, at.Request, t.flags.secrets); err != nil {
			return err
		}
	}
	return t.a.out.Printf("\n")
}

func (t *follower) connectionLost(ev client.Event) {
	if t.lost.IsZero() {
		t.lost = t.a.clock.Now()
		t.a.say("%s", t.a.err.Warn.Sprint(t.a.rule("connection lost, trying again")))
	}
}

func (t *follower) connectionBack() {
	away := t.a.clock.Now().Sub(t.lost)
	t.lost = time.Time{}
	t.a.say("%s", t.a.err.Dim.Sprint(t.a.rule("connected again after "+shortly(away)+", going on where it broke off")))
}
