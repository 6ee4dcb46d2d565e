package inspector

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// MaxBuckets is how many buckets an activity report has at most.
const MaxBuckets = 400

// maxGroups bounds the groups of a report; the rest are counted together.
const maxGroups = 200

// restGroup is the name of the group that holds what is beyond maxGroups.
const restGroup = "(others)"

// ErrSpan is returned for a span of time that a report cannot cover.
var ErrSpan = errors.New("no such span of time")

// GroupBy names what a report's groups are made by.
type GroupBy string

const (
	ByEndpoint GroupBy = "endpoint"
	ByInbox    GroupBy = "inbox"
	ByEvent    GroupBy = "event"
	ByProvider GroupBy = "provider"
)

// GroupBys lists what reports can be grouped by.
var GroupBys = []GroupBy{ByEndpoint, ByInbox, ByEvent, ByProvider}

func (by GroupBy) of(r *Row) string {
	switch by {
	case ByInbox:
		return r.Inbox
	case ByEvent:
		return r.Event
	case ByProvider:
		return r.Provider
	default:
		return r.Endpoint
	}
}

// ActivityQuery asks for the numbers of a span of time.
type ActivityQuery struct {
	Workspace Workspace
	From, To  time.Time // From is included, To is not
	By        GroupBy   // "": ByEndpoint
	Filter    string    // in the filter language; "": all
	Now       time.Time // for relative times in Filter
	// Budget bounds the time spent reading; 0: 2 s. The report says then that it
	// is not complete, and the newest part is what it has.
	Budget time.Duration
	// Retrying is told which deliveries of a group are tried again, newest first, in
	// pieces of bounded length as they are read; nil: nobody wants to know. Its error
	// ends the reading.
	Retrying func(group string, ids []ID) error
}

// Tally counts deliveries, as they are now.
type Tally struct {
	In, Out  int
	Classes  [6]int // by status class: 1 for 1xx to 5 for 5xx
	None     int    // no answer: a failure class
	Pending  int    // nothing is known yet, or a further try is to come
	Failed   int
	Verdicts map[Verdict]int
	latency  *hdrhistogram.Histogram // milliseconds × 10 of the last attempts, nil if there is none
}

// Count is the number of deliveries.
func (t *Tally) Count() int { return t.In + t.Out }

// Quantile is the duration that q percent (0 to 100) of the last attempts did
// not exceed, within 1 %; 0 if there is none.
func (t *Tally) Quantile(q float64) time.Duration {
	if t.latency == nil {
		return 0
	}
	return time.Duration(t.latency.ValueAtQuantile(q)) * (100 * time.Microsecond)
}

// Bucket is the tally of one step of a report.
type Bucket struct {
	At time.Time
	Tally
}

// Group is the tally of one endpoint, inbox, event or provider.
type Group struct {
	Name string
	Tally
}

// ActivityReport is what happened in a span of time. Its numbers are counted
// from the rows that are kept, so they are those of a list with the same filter.
type ActivityReport struct {
	From, To time.Time
	Step     time.Duration
	Complete bool // false if the budget ended before From
	Scanned  int
	Buckets  []Bucket // oldest first, one for each step, empty ones too
	Groups   []Group  // by count, the largest first
	Total    Tally
}

// steps are the widths of buckets to choose from.
var steps = []time.Duration{
	time.Second, 2 * time.Second, 5 * time.Second, 10 * time.Second, 30 * time.Second, time.Minute, 2 * time.Minute,
	5 * time.Minute, 10 * time.Minute, 30 * time.Minute, time.Hour, 2 * time.Hour, 6 * time.Hour, 12 * time.Hour, 24 * time.Hour,
}

// stepFor is the narrowest step that needs no more than most buckets.
func stepFor(span time.Duration, most int) time.Duration {
	for _, s := range steps {
		if span <= s*time.Duration(most) {
			return s
		}
	}
	return (span/time.Duration(most) + 24*time.Hour).Truncate(24 * time.Hour)
}

// usualBuckets is how many buckets a report aims at: enough for a chart, each
// wide enough to be hit with a pointer.
const usualBuckets = 120

// Activity counts the deliveries of a span of time. The error is ErrSpan, a
// [*QueryError] for the filter, or one of the store.
func Activity(ctx context.Context, store Store, q ActivityQuery) (*ActivityReport, error) {
	span := q.To.Sub(q.From)
	if span < time.Second || span > 20*365*24*time.Hour {
		return nil, fmt.Errorf("%w: it is %s long, allowed are 1 s to 20 years", ErrSpan, span)
	}
	own, err := ParseQuery(q.Filter, q.Now)
	if err != nil {
		return nil, err
	}
	if q.Budget <= 0 {
		q.Budget = 2 * time.Second
	}
	step := stepFor(span, usualBuckets)
	r := &ActivityReport{From: q.From.UTC().Truncate(step), Step: step}
	r.To = q.To.UTC().Truncate(step)
	if r.To.Before(q.To) {
		r.To = r.To.Add(step)
	}
	for at := r.From; at.Before(r.To); at = at.Add(step) {
		r.Buckets = append(r.Buckets, Bucket{At: at})
	}
	c := &counter{report: r, by: q.By, groups: map[string]*Group{}}
	if q.Retrying != nil {
		c.retrying = map[string][]ID{}
	}
	if err := c.read(ctx, store, q, own); err != nil {
		return nil, err
	}
	r.Groups = make([]Group, 0, len(c.groups))
	for _, g := range c.groups {
		r.Groups = append(r.Groups, *g)
	}
	slices.SortFunc(r.Groups, func(a, b Group) int {
		return cmp.Or(cmp.Compare(b.Count(), a.Count()), strings.Compare(a.Name, b.Name))
	})
	return r, nil
}

// counter fills a report.
type counter struct {
	report *ActivityReport
	by     GroupBy
	groups map[string]*Group
	// retrying are the deliveries of one page that are tried again, by group; nil if
	// nobody wants to know.
	retrying map[string][]ID
}

// read goes through the rows of the span, newest first.
func (c *counter) read(ctx context.Context, store Store, q ActivityQuery, own *Query) error {
	r := c.report
	query := own.between(r.From, r.To)
	end := time.Now().Add(q.Budget)
	list := ListQuery{Workspace: q.Workspace, Query: query, Limit: 4096}
	for {
		list.Budget = time.Until(end)
		if list.Budget <= 0 {
			return nil
		}
		page, err := store.List(ctx, list)
		if err != nil {
			return err
		}
		r.Scanned += page.Scanned
		for i := range page.Rows {
			c.add(&page.Rows[i])
		}
		for name, ids := range c.retrying {
			if err := q.Retrying(name, ids); err != nil {
				return err
			}
		}
		clear(c.retrying)
		if page.Next == "" {
			r.Complete = true
			return nil
		}
		list.Before = page.Next
	}
}

func (c *counter) add(row *Row) {
	r := c.report
	r.Buckets[row.At.Sub(r.From)/r.Step].add(row)
	r.Total.add(row)
	name := c.by.of(row)
	if name == "" {
		return
	}
	g := c.groups[name]
	if g == nil && len(c.groups) >= maxGroups {
		name = restGroup
		g = c.groups[name]
	}
	if g == nil {
		g = &Group{Name: name}
		c.groups[name] = g
	}
	g.add(row)
	if row.Flags&FlagRetrying != 0 && c.retrying != nil {
		c.retrying[name] = append(c.retrying[name], row.ID)
	}
}

func (t *Tally) add(row *Row) {
	if row.Dir == Out {
		t.Out++
	} else {
		t.In++
	}
	switch class := row.Status / 100; {
	case row.Method == "MAIL" && row.Tries > 0 && row.Status == 0 && row.Failure == "": // kept, which is all there is to do
	case row.Flags&FlagRetrying != 0 || row.Status == 0 && row.Failure == "":
		t.Pending++
	case row.Failure == FailUnsent: // nobody was there to answer
	case row.Failure != "":
		t.None++
	case class >= 1 && class <= 5:
		t.Classes[class]++
	}
	if row.Flags&FlagFailed != 0 {
		t.Failed++
	}
	if t.Verdicts == nil {
		t.Verdicts = map[Verdict]int{}
	}
	t.Verdicts[row.Verdict]++
	if row.Duration > 0 {
		if t.latency == nil {
			t.latency = hdrhistogram.New(1, 36_000_000, 2) // 0.1 ms to an hour
		}
		_ = t.latency.RecordValue(int64(min(max(row.Duration/(100*time.Microsecond), 1), 36_000_000))) // within its range
	}
}
