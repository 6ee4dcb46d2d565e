package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/boathook/boathook/cmd/boathook/config"
	"github.com/boathook/boathook/cmd/boathook/terminal"
	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/proxy"
	"github.com/boathook/boathook/web/client"
)

// waiting says how long a command waits for what it has sent.
type waiting struct {
	wait, noWait bool
	timeout      string
	limit, extra time.Duration
	tries        map[inspector.ID]int // of rows that had an outcome before, which does not count
	tell         func(*inspector.Row) // is told of a try that further ones follow; may be nil
}

func (p *waiting) bind(flags *pflag.FlagSet) {
	flags.BoolVar(&p.wait, "wait", false, "wait until no further try follows")
	flags.BoolVar(&p.noWait, "no-wait", false, "do not wait for an answer")
	flags.StringVar(&p.timeout, "timeout", "", "how long to wait (default: 60s, with --wait 10m)")
}

func (p *waiting) read(*pflag.FlagSet) error {
	if p.wait && p.noWait {
		return usage("give one of them", "--wait and --no-wait do not go together")
	}
	p.limit = time.Minute
	if p.wait {
		p.limit = 10 * time.Minute
	}
	if p.timeout == "" {
		return nil
	}
	var err error
	if p.limit, err = config.ParseAge(p.timeout); err != nil {
		return usage("", "--timeout: %w", err)
	}
	return nil
}

// watch is a place in the feed from before something was sent.
type watch struct{ cursor inspector.Cursor }

func (s *session) watch(ctx context.Context) (watch, error) {
	page, err := s.List(ctx, client.ListOptions{Limit: 1})
	return watch{page.Cursor}, err
}

// unsubscribed reports whether a row is of an event that nobody wanted.
func unsubscribed(r *inspector.Row) bool { return slices.Contains(r.Tags, proxy.UnsubscribedTag) }

// over reports whether a row has the outcome that is waited for.
func (p *waiting) over(r *inspector.Row) bool {
	if before, known := p.tries[r.ID]; known && r.Tries <= before {
		return false
	}
	return unsubscribed(r) || settled(r) && !(p.wait && r.Flags&inspector.FlagRetrying != 0)
}

// outcomes waits for what became of deliveries, prints them, and says with the
// exit code whether all went well.
func (a *app) outcomes(ctx context.Context, s *session, w watch, rows []inspector.Row, p *waiting) error {
	if p.noWait {
		return a.printSent(rows)
	}
	if err := a.sendingOff(ctx, s, rows); err != nil {
		return err
	}
	bar := a.newProgress(len(rows), "Sending")
	if p.wait && len(rows) < progressFrom {
		p.tell = func(r *inspector.Row) { a.sayTry(ctx, s, r) }
	}
	late, err := s.settle(ctx, w, rows, p, bar)
	bar.end()
	if err == nil {
		err = s.latest(ctx, rows, p)
	}
	if err != nil {
		return err
	}
	if err := a.printSent(rows); err != nil {
		return err
	}
	return a.judge(ctx, s, rows, late)
}

// sayTry says what a try came to, and when the next one is made: retries may be hours
// apart, and whoever waits for them wants to know that.
func (a *app) sayTry(ctx context.Context, s *session, r *inspector.Row) {
	o, next := outcome(r), "the next one follows"
	if d, err := s.Delivery(ctx, r.ID.String()); err == nil && d.Next != nil && !d.Next.UnderWay && d.Next.Waits == "" {
		next = "the next one " + a.nextTryText(d.Next)
	}
	a.say("  #%d try %d of %d: %s %s; %s", r.N, r.Tries, r.MaxTries, o.Shape(a.cfg.On("ascii")), o.Word(), next)
}

// sayUnchanged says what was to be broken on purpose and could not be: what went out is
// as it always is, and its answer proves nothing.
func (a *app) sayUnchanged(ctx context.Context, s *session, rows []inspector.Row) {
	said := map[string]bool{}
	for i := range rows[:min(len(rows), shownSent)] {
		d, err := s.Delivery(ctx, rows[i].ID.String())
		if err != nil || len(d.Attempts) == 0 {
			continue
		}
		for _, note := range d.Attempts[len(d.Attempts)-1].Notes {
			if strings.HasPrefix(note, "--chaos ") && strings.Contains(note, ": nothing to change") && !said[note] {
				said[note] = true
				a.say("%s %s", a.err.Warn.Sprint("note:"), terminal.Safe(note))
			}
		}
	}
}

// sendingOff says so where nothing is sent, so that nobody waits for it.
func (a *app) sendingOff(ctx context.Context, s *session, rows []inspector.Row) error {
	v, err := s.Settings(ctx)
	if err != nil || v.Sending || len(rows) == 0 {
		return err
	}
	if err := a.printSent(rows); err != nil {
		return err
	}
	return fail(exitFailed, "switch it on: boathook config set sending.enabled true", "sending is switched off; %s until it is on", waits(len(rows)))
}

func waits(n int) string {
	if n == 1 {
		return "1 delivery waits"
	}
	return plural(n, "", "deliveries wait")
}

// settle brings rows up to date until all of them are over. late says how many are
// not when the time is up.
func (s *session) settle(ctx context.Context, w watch, rows []inspector.Row, p *waiting, bar *progress) (late int, err error) {
	at := map[inspector.ID]int{}
	open := 0
	for i := range rows {
		at[rows[i].ID] = i
		if !p.over(&rows[i]) {
			open++
		}
	}
	bar.add(len(rows) - open)
	if open == 0 {
		return 0, nil
	}
	ctx, cancel := context.WithTimeoutCause(ctx, p.limit+p.extra, errTooLate)
	defer cancel()
	for ev, err := range s.Tail(ctx, "", w.cursor) {
		if err != nil {
			return open, err
		}
		i, ours := at[ev.ID]
		if !ours || ev.Kind != client.Added && ev.Kind != client.Changed {
			continue
		}
		before, tries := p.over(&rows[i]), rows[i].Tries
		rows[i] = ev.Row
		if p.tell != nil && ev.Row.Tries > tries && !p.over(&rows[i]) && settled(&rows[i]) {
			p.tell(&rows[i])
		}
		if !before && p.over(&rows[i]) {
			bar.add(1)
			if open--; open == 0 {
				return 0, nil
			}
		}
	}
	if errors.Is(context.Cause(ctx), errTooLate) {
		return open, nil
	}
	return open, context.Cause(ctx)
}

// latest lets received deliveries that were passed on once more count by what came
// of that: their rows tell for good what the sender was answered.
func (s *session) latest(ctx context.Context, rows []inspector.Row, p *waiting) error {
	for i := range rows {
		r := &rows[i]
		if before, again := p.tries[r.ID]; !again || r.Dir != inspector.In || r.Tries <= before {
			continue
		}
		d, err := s.Delivery(ctx, r.ID.String())
		if err != nil {
			return err
		}
		if len(d.Attempts) == 0 {
			continue
		}
		last := &d.Attempts[len(d.Attempts)-1]
		r.Status, r.Failure, r.Duration = 0, "", time.Duration(last.Timing.Total*float64(time.Millisecond))
		if last.Response != nil {
			r.Status = last.Response.Status
		}
		if last.Failure != nil {
			r.Failure = last.Failure.Class
		}
	}
	return nil
}

var errTooLate = errors.New("the time is up")

// shownSent is how many rows are printed one by one.
const shownSent = 20

func (a *app) printSent(rows []inspector.Row) error {
	if a.flags.json || !a.out.Terminal || len(rows) <= shownSent {
		for i := range rows {
			if a.flags.json {
				if err := a.emit(rows[i]); err != nil {
					return err
				}
			} else if err := a.printRow(&rows[i]); err != nil {
				return err
			}
		}
		return nil
	}
	counts := map[string]int{}
	for i := range rows {
		o := outcome(&rows[i])
		counts[o.Shape(a.cfg.On("ascii"))+" "+o.Word()]++
	}
	table := terminal.Table{}
	for _, word := range sortedKeys(counts) {
		table.Rows = append(table.Rows, []terminal.Cell{{Text: word}, {Text: terminal.Count(counts[word]), Right: true}})
	}
	return table.Write(a.out)
}

func sortedKeys(counts map[string]int) []string {
	var keys []string
	for k := range counts {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b string) int { return cmp.Or(counts[b]-counts[a], cmp.Compare(a, b)) })
	return keys
}

// judge turns the outcomes into an exit code, with a next step.
func (a *app) judge(ctx context.Context, s *session, rows []inspector.Row, late int) error {
	var failed []*inspector.Row
	retrying := false
	for i := range rows {
		r := &rows[i]
		retrying = retrying || r.Flags&inspector.FlagRetrying != 0
		switch {
		case unsubscribed(r):
			a.say("%s no endpoint gets %s; add one: boathook endpoints create NAME --url URL --events %s, or name where it goes: boathook trigger %s inbox:demo",
				a.err.Warn.Sprint("note:"), eventOf(r), eventOf(r), eventOf(r))
		case settled(r) && (r.Failure != "" || r.Flags&inspector.FlagFailed != 0):
			failed = append(failed, r)
		}
	}
	if retrying && s.end != nil {
		a.say("%s no server runs, so further tries wait for one: boathook serve", a.err.Warn.Sprint("note:"))
	}
	switch {
	case late > 0:
		return fail(exitTimeout, "follow them: boathook tail dir:out", "no outcome of %s in time", plural(late, "delivery", "deliveries"))
	case len(failed) == 0:
		return nil
	case len(rows) > 1:
		a.sayBlocked(ctx, s, failed)
		return fail(exitTarget, againHint(failed), "%s of %s failed", terminal.Count(len(failed)), plural(len(rows), "delivery", "deliveries"))
	}
	return a.targetFailed(ctx, s, failed[0])
}

// sayBlocked says of endpoints why nothing was sent to them at all.
func (a *app) sayBlocked(ctx context.Context, s *session, failed []*inspector.Row) {
	said := map[string]bool{}
	for _, r := range failed {
		if r.Failure != inspector.FailBlocked || said[r.Endpoint] || len(said) == maxAgain {
			continue
		}
		said[r.Endpoint] = true
		if why := s.lastFailure(ctx, r); why != "" {
			a.say("%s nothing is sent to %s: %s", a.err.Warn.Sprint("note:"), terminal.Safe(r.Endpoint), terminal.Safe(why))
		}
	}
}

// lastFailure is what the last attempt of a delivery says of its failure, "" if that is
// not known.
func (s *session) lastFailure(ctx context.Context, r *inspector.Row) string {
	d, err := s.Delivery(ctx, r.ID.String())
	if err != nil || len(d.Attempts) == 0 || d.Attempts[len(d.Attempts)-1].Failure == nil {
		return ""
	}
	return d.Attempts[len(d.Attempts)-1].Failure.Text
}

// maxAgain is how many deliveries a hint names one by one.
const maxAgain = 10

// againHint says how to see deliveries that failed, and how to send them once more:
// those whose retry rule makes further tries are tried now instead.
func againHint(failed []*inspector.Row) string {
	var numbers, over, open []string
	for _, r := range failed {
		n := strconv.FormatUint(r.N, 10)
		numbers = append(numbers, n)
		if r.Flags&inspector.FlagRetrying != 0 {
			open = append(open, n)
		} else {
			over = append(over, n)
		}
	}
	if len(failed) > maxAgain {
		return "see them: boathook deliveries list is:failed dir:out     again: boathook resend 'is:failed dir:out -is:retrying after:5m'"
	}
	hint := "see them: boathook deliveries list n:" + strings.Join(numbers, ",")
	if len(over) > 0 {
		hint += "\nagain: boathook resend " + strings.Join(over, " ")
	}
	if len(open) > 0 {
		hint += "\nfurther tries follow; now: boathook deliveries try-now " + strings.Join(open, " ")
	}
	return hint
}

func eventOf(r *inspector.Row) string {
	if r.Provider == "" {
		return terminal.Safe(r.Event)
	}
	return terminal.Safe(r.Provider + "/" + r.Event)
}

// targetFailed says what an endpoint did, and what can be done.
func (a *app) targetFailed(ctx context.Context, s *session, r *inspector.Row) error {
	to := first(r.Endpoint, r.Inbox, r.Host)
	more := ""
	if r.Flags&inspector.FlagRetrying != 0 {
		more = fmt.Sprintf("; try %d of %d, further ones follow", r.Tries, r.MaxTries)
	}
	if r.Failure == "" {
		return fail(exitTarget, fmt.Sprintf("what it answered: boathook deliveries view %d --response", r.N), "%s answered %d%s", to, r.Status, more)
	}
	why := r.Failure
	if text := s.lastFailure(ctx, r); text != "" {
		why += " (" + text + ")"
	}
	hint := fmt.Sprintf("see it: boathook deliveries view %d", r.N)
	if r.Failure == inspector.FailRefused {
		hint = "nothing listens there. Start your app, or test with: boathook ping inbox:demo"
		if _, err := s.Endpoint(ctx, to); err == nil {
			hint = "nothing listens there. Start your app, or: boathook endpoints edit " + quoteArg(to) + " --url URL, or test with: boathook ping inbox:demo"
		}
	}
	if more != "" {
		hint += fmt.Sprintf("\nits tries, as they are made: boathook deliveries view %d", r.N)
	}
	return fail(exitTarget, hint, "cannot deliver to %s: %s%s", to, why, more)
}
