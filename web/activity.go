package web

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/web/client"
)

// Counting reads every row of the span. A report that took long is shown again
// for ten times as long, so that pages which look often take a tenth of a core
// at most.
const (
	countBudget  = 2 * time.Second
	countFresh   = 250 * time.Millisecond
	countReports = 32
)

// reports keeps the newest activity reports.
type reports struct {
	counting chan struct{} // one place for each count
	mu       sync.Mutex
	kept     map[string]report
}

type report struct {
	value client.Activity
	until time.Time
}

func (r *reports) get(key string, now time.Time) (client.Activity, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	kept, ok := r.kept[key]
	return kept.value, ok && now.Before(kept.until)
}

func (r *reports) put(key string, value client.Activity, now time.Time, until time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for k, kept := range r.kept {
		if !now.Before(kept.until) {
			delete(r.kept, k)
		}
	}
	if r.kept == nil || len(r.kept) >= countReports {
		r.kept = map[string]report{}
	}
	r.kept[key] = report{value, until}
}

// getActivity counts what happened in a span of time.
func (s *Server) getActivity(c *fiber.Ctx) error {
	by := inspector.GroupBy(c.Query("by", string(inspector.ByEndpoint)))
	if !slices.Contains(inspector.GroupBys, by) {
		return badParameter("by", "by must be endpoint, inbox, event or provider")
	}
	text := c.Query("q")
	if len(text) > maxQuery {
		return badParameter("q", "the filter is too long")
	}
	now := s.now()
	q := inspector.ActivityQuery{Workspace: s.ws, By: by, Filter: text, Now: now, To: now, Budget: countBudget}
	var ok bool
	if q.From, ok = inspector.ParseTime(c.Query("from", "15m"), now); !ok {
		return badParameter("from", "from must be a time (2026-01-31T10:00:00Z) or a duration back from now (15m, 24h, 7d)")
	}
	if at := c.Query("to"); at != "" {
		if q.To, ok = inspector.ParseTime(at, now); !ok {
			return badParameter("to", "to must be a time (2026-01-31T11:00:00Z) or a duration back from now (5m)")
		}
	}
	key := strings.Join([]string{c.Query("from"), c.Query("to"), string(by), text}, "\x00")
	ctx, cancel := s.reading(c)
	defer cancel()
	v, err := s.activity(ctx, key, q)
	if errors.Is(err, inspector.ErrSpan) {
		return badParameter("from", err.Error())
	}
	if err != nil {
		return err
	}
	return sendJSON(c, 200, v)
}

func (s *Server) activity(ctx context.Context, key string, q inspector.ActivityQuery) (client.Activity, error) {
	if v, ok := s.reports.get(key, time.Now()); ok {
		return v, nil
	}
	select {
	case s.reports.counting <- struct{}{}:
		defer func() { <-s.reports.counting }()
	case <-ctx.Done():
		return client.Activity{}, context.Cause(ctx)
	}
	if v, ok := s.reports.get(key, time.Now()); ok {
		return v, nil // whoever counted before wanted the same
	}
	start := time.Now()
	next := nextTries{}
	if s.opt.Sender != nil {
		q.Retrying = func(group string, ids []inspector.ID) error { return next.look(ctx, s.opt.Sender, group, ids) }
	}
	r, err := inspector.Activity(ctx, s.opt.Store, q)
	if err != nil {
		return client.Activity{}, err
	}
	v := activityOf(r)
	v.By = string(q.By)
	next.tell(v.Groups)
	end := time.Now()
	s.reports.put(key, v, end, end.Add(max(countFresh, 10*end.Sub(start))))
	return v, nil
}

func activityOf(r *inspector.ActivityReport) client.Activity {
	v := client.Activity{
		From: timeText(r.From), To: timeText(r.To), Step: int(r.Step / time.Second), Complete: r.Complete, Scanned: r.Scanned,
		Buckets: make([]client.Bucket, len(r.Buckets)), Groups: make([]client.ActivityGroup, len(r.Groups)), Total: tallyOf(&r.Total),
	}
	for i := range r.Buckets {
		v.Buckets[i] = client.Bucket{At: timeText(r.Buckets[i].At), Tally: tallyOf(&r.Buckets[i].Tally)}
	}
	for i := range r.Groups {
		v.Groups[i] = client.ActivityGroup{Name: r.Groups[i].Name, Tally: tallyOf(&r.Groups[i].Tally)}
	}
	return v
}

func tallyOf(t *inspector.Tally) client.Tally {
	ms := func(q float64) float64 { return float64(t.Quantile(q).Microseconds()) / 1000 }
	return client.Tally{
		In: t.In, Out: t.Out, S1: t.Classes[1], S2: t.Classes[2], S3: t.Classes[3], S4: t.Classes[4], S5: t.Classes[5],
		None: t.None, Pending: t.Pending, Failed: t.Failed,
		Valid: t.Verdicts[inspector.Valid], Invalid: t.Verdicts[inspector.Invalid], Missing: t.Verdicts[inspector.Missing],
		Stale: t.Verdicts[inspector.Stale], Unchecked: t.Verdicts[inspector.Unchecked],
		P50: ms(50), P90: ms(90), P95: ms(95), P99: ms(99), Max: ms(100),
	}
}
