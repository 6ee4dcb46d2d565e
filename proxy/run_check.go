package proxy

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/boathook/boathook/catalog"
	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/signer"
)

// Bounds of a spec.
const (
	maxRunQuery    = 4 << 10
	maxRunEdits    = 50
	maxEditBytes   = 64 << 10 // of all edits together
	maxRunSpeed    = 1_000_000
	maxRunRate     = 1_000_000
	maxRepeatEach  = 10_000
	maxParallel    = 256
	parallelUnset  = 4
	runTagStart    = "run=" // begins the tag of what a resend run sent again
	sourceTagStart = "of="  // begins the tag that names the delivery that was sent again
)

// SourceOf is the recorded delivery that another one was made of by a replay.
func SourceOf(row *inspector.Row) (inspector.ID, bool) {
	for _, tag := range row.Tags {
		if text, ok := strings.CutPrefix(tag, sourceTagStart); ok {
			id, err := inspector.ParseID(text)
			return id, err == nil
		}
	}
	return inspector.ID{}, false
}

func runTagQuery(id string) string { return `tag:"` + runTagStart + id + `"` }

// check validates a spec and fills in what it leaves out. The error is an
// [*InvalidError], a [*HostError], or one of the store.
func (rs *Runs) check(ctx context.Context, s RunSpec) (RunSpec, error) {
	if err := s.strangers(); err != nil {
		return s, err
	}
	var err error
	switch s.Kind {
	case RunReplay:
		err = rs.checkReplay(ctx, &s)
	case RunResend, RunRecheck:
		err = rs.checkSource(ctx, &s.Source)
	case RunBackfill:
		err = rs.checkBackfill(&s)
	default:
		err = oneOf("kind", string(s.Kind), string(RunReplay), string(RunResend), string(RunBackfill), string(RunRecheck))
	}
	return s, err
}

// strangers refuses fields that are of no use to the kind: they were rather meant
// for another one than meant to do nothing.
func (s *RunSpec) strangers() error {
	replay, backfill := s.Kind == RunReplay, s.Kind == RunBackfill
	for _, f := range []struct {
		name string
		set  bool
		fits bool
	}{
		{"source", s.Source.Query != "" || len(s.Source.IDs) > 0, !backfill},
		{"to", s.To != nil, replay}, {"sign", s.Sign != "", replay}, {"scheme", s.Scheme != "", replay}, {"secret", s.Secret != "", replay},
		{"ids", s.IDs != "", replay}, {"set", len(s.Set) > 0, replay}, {"headers", len(s.Headers) > 0, replay}, {"mark", s.Mark, replay},
		{"speed", s.Speed != 0, replay}, {"rate", s.Rate != 0, replay}, {"repeat", s.Repeat != 0, replay},
		{"parallel", s.Parallel != 0, replay}, {"ordered", s.Ordered, replay}, {"stop_at_failure", s.StopAtFailure, replay},
		{"endpoint", s.Endpoint != "", backfill}, {"q", s.Query != "", backfill}, {"limit", s.Limit != 0, backfill},
	} {
		if f.set && !f.fits && s.Kind.known() {
			return &InvalidError{Field: f.name, Text: fmt.Sprintf("is of no use to a run of the kind %s", s.Kind), Hint: "leave it out"}
		}
	}
	return nil
}

func (k RunKind) known() bool {
	return slices.Contains([]RunKind{RunReplay, RunResend, RunBackfill, RunRecheck}, k)
}

// checkSource validates a source, and that there is something in it.
func (rs *Runs) checkSource(ctx context.Context, s *RunSource) error {
	switch {
	case len(s.IDs) > 0 && s.Query != "":
		return &InvalidError{Field: "source", Text: "has both q and ids", Hint: "give one of them"}
	case len(s.IDs) > maxRunIDs:
		return &InvalidError{Field: "source.ids", Text: fmt.Sprintf("names %d deliveries, the limit is %d", len(s.IDs), maxRunIDs), Hint: "use a filter in source.q"}
	case len(s.IDs) > 0:
		for i, ref := range s.IDs {
			row, err := rs.ref(ctx, ref)
			field := fmt.Sprintf("source.ids[%d]", i)
			if errors.Is(err, inspector.ErrNotFound) {
				return &InvalidError{Field: field, Text: fmt.Sprintf("there is no delivery %.40q", ref), Hint: "use the ids of stored deliveries"}
			}
			if err != nil && ctx.Err() == nil && row.ID.Zero() {
				return &InvalidError{Field: field, Text: err.Error(), Hint: "use the ids or the numbers of stored deliveries"}
			}
			if err != nil {
				return err
			}
			s.IDs[i] = row.ID.String()
		}
		return nil
	case strings.TrimSpace(s.Query) == "":
		return &InvalidError{Field: "source.q", Text: "is needed: the filter of the deliveries that are meant", Hint: `"*" means all`}
	}
	if err := checkRunQuery("source.q", s.Query, rs.clock.now()); err != nil {
		return err
	}
	q, err := s.query(rs.clock.now())
	if err != nil {
		return err
	}
	return rs.some(ctx, q)
}

// checkRunQuery refuses what is no filter.
func checkRunQuery(field, text string, now time.Time) error {
	if len(text) > maxRunQuery {
		return &InvalidError{Field: field, Text: fmt.Sprintf("is %d bytes, the limit is %d", len(text), maxRunQuery), Hint: "shorten it"}
	}
	if strings.TrimSpace(text) == "*" || text == "" {
		return nil
	}
	_, err := inspector.ParseQuery(text, now)
	var bad *inspector.QueryError
	if errors.As(err, &bad) {
		return &InvalidError{Field: field, Text: bad.Error(), Pos: bad.Pos, End: bad.End}
	}
	return err
}

// some refuses a filter that certainly matches nothing.
func (rs *Runs) some(ctx context.Context, q *inspector.Query) error {
	for opt, end := (inspector.ListQuery{Workspace: rs.ws, Query: q, Limit: 1}), time.Now().Add(time.Second); time.Now().Before(end); {
		page, err := rs.store.List(ctx, opt)
		if err != nil || len(page.Rows) > 0 {
			return err
		}
		if opt.Before = page.Next; opt.Before == "" {
			return &InvalidError{Field: "source.q", Text: "matches no delivery", Hint: "widen the filter"}
		}
	}
	return nil // the run itself looks on
}

func (rs *Runs) checkReplay(ctx context.Context, s *RunSpec) error {
	if s.Sign == "" {
		s.Sign = SignExact
		if len(s.Set) > 0 {
			s.Sign = SignNow
		}
	}
	if !slices.Contains([]string{SignExact, SignNow, SignBad, SignStale, SignCut}, s.Sign) {
		return oneOf("sign", s.Sign, SignExact, SignNow, SignBad, SignStale, SignCut)
	}
	if s.IDs == "" {
		s.IDs = IDsKeep
	}
	if s.IDs != IDsKeep && s.IDs != IDsNew {
		return oneOf("ids", s.IDs, IDsKeep, IDsNew)
	}
	if err := s.checkEdits(); err != nil {
		return err
	}
	if err := s.checkPace(); err != nil {
		return err
	}
	if err := rs.checkSigning(s); err != nil {
		return err
	}
	if err := rs.checkTo(s); err != nil {
		return err
	}
	return rs.checkSource(ctx, &s.Source)
}

func (s *RunSpec) checkPace() error {
	number := func(field string, v, low, high float64) error {
		if v == 0 || v >= low && v <= high && !math.IsNaN(v) {
			return nil
		}
		return &InvalidError{Field: field, Text: plainNumber(v) + " is out of range", Hint: "use " + plainNumber(low) + " to " + plainNumber(high)}
	}
	if s.Speed != 0 && s.Rate != 0 {
		return &InvalidError{Field: "rate", Text: "and speed exclude each other", Hint: "give one of them, or neither for as fast as it goes"}
	}
	if err := number("speed", s.Speed, 0.001, maxRunSpeed); err != nil {
		return err
	}
	if err := number("rate", s.Rate, 0.001, maxRunRate); err != nil {
		return err
	}
	if err := number("repeat", float64(s.Repeat), 1, maxRepeatEach); err != nil {
		return err
	}
	if err := number("parallel", float64(s.Parallel), 1, maxParallel); err != nil {
		return err
	}
	if s.Repeat == 0 {
		s.Repeat = 1
	}
	if s.Parallel == 0 {
		s.Parallel = parallelUnset
	}
	if s.Ordered {
		s.Parallel = 1
	}
	return nil
}

func (s *RunSpec) checkEdits() error {
	if len(s.Set) > maxRunEdits || len(s.Headers) > maxRunEdits {
		return &InvalidError{Field: "set", Text: fmt.Sprintf("there are more than %d edits", maxRunEdits), Hint: "record the edited body instead"}
	}
	size := 0
	for i, text := range s.Set {
		size += len(text)
		if _, err := catalog.ParseAssignment(text); err != nil {
			return &InvalidError{Field: fmt.Sprintf("set[%d]", i), Text: err.Error()}
		}
	}
	for i, h := range s.Headers {
		size += len(h.Name) + len(h.Value)
		if err := checkEdit(fmt.Sprintf("headers[%d]", i), h); err != nil {
			return err
		}
	}
	if size > maxEditBytes {
		return &InvalidError{Field: "set", Text: fmt.Sprintf("the edits are %d bytes, the limit is %d", size, maxEditBytes), Hint: "record the edited body instead"}
	}
	return nil
}

// checkSigning validates scheme and secret.
func (rs *Runs) checkSigning(s *RunSpec) error {
	if s.Scheme != "" && s.Scheme != SchemeNone {
		if _, ok := rs.d.schemes(s.Scheme); !ok {
			return &InvalidError{Field: "scheme", Text: fmt.Sprintf("%.60q is no scheme", s.Scheme), Hint: "see: boathook schemes list"}
		}
	}
	if s.Secret == "" {
		return nil
	}
	switch {
	case s.To == nil || s.To.URL == "":
		return &InvalidError{Field: "secret", Text: "is only for a target that is a URL", Hint: "set the secret in the endpoint or the inbox"}
	case s.Scheme == "" || s.Scheme == SchemeNone:
		return &InvalidError{Field: "scheme", Text: "is needed beside secret", Hint: "name the scheme that the secret is for"}
	case len(s.Secret) > maxSecretBytes:
		return &InvalidError{Field: "secret", Text: fmt.Sprintf("is %d bytes, the limit is %d", len(s.Secret), maxSecretBytes)}
	}
	scheme, _ := rs.d.schemes(s.Scheme)
	if _, err := scheme.Sign(signer.Message{Method: "POST", URL: "http://localhost/", Body: []byte("{}")}, []string{s.Secret}, "id", time.Now()); errors.Is(err, signer.ErrSecret) {
		return &InvalidError{Field: "secret", Text: "is not in the form that " + scheme.Name + " has", Hint: "copy it again from the provider"}
	}
	return nil
}

// checkTo validates the target, and that it may be sent to.
func (rs *Runs) checkTo(s *RunSpec) error {
	if s.To == nil {
		return nil
	}
	named := 0
	for _, text := range []string{s.To.Endpoint, s.To.Inbox, s.To.URL} {
		if text != "" {
			named++
		}
	}
	if named != 1 {
		return &InvalidError{Field: "to", Text: "names no target, or several", Hint: "give endpoint, inbox or url; leave to out to send each where it went"}
	}
	ep, err := rs.d.runTarget(s)
	if err != nil {
		return err
	}
	if s.DryRun {
		return nil // it says which hosts must be allowed
	}
	return rs.d.mayReach(ep)
}

func (rs *Runs) checkBackfill(s *RunSpec) error {
	if s.Endpoint == "" {
		return &InvalidError{Field: "endpoint", Text: "is needed: the name of the endpoint that is to get earlier events", Hint: "see: boathook endpoints list"}
	}
	if s.Limit < 0 || s.Limit > maxPicks {
		return &InvalidError{Field: "limit", Text: fmt.Sprintf("%d is out of range", s.Limit), Hint: fmt.Sprintf("use 1 to %d, or 0 for all", maxPicks)}
	}
	ep, ok := rs.d.endpoints.lookup(s.Endpoint)
	if !ok {
		return &InvalidError{Field: "endpoint", Text: fmt.Sprintf("there is no endpoint %.80q", s.Endpoint), Hint: "see: boathook endpoints list"}
	}
	if why := ep.off(); why != "" {
		return &InvalidError{Field: "endpoint", Text: fmt.Sprintf("%s gets nothing: %s", s.Endpoint, why), Hint: "switch it on"}
	}
	if err := checkRunQuery("q", s.Query, rs.clock.now()); err != nil {
		return err
	}
	if s.DryRun {
		return nil
	}
	return rs.d.mayReach(ep)
}

// text says what the run does.
func (s *RunSpec) text(total int) string {
	what := "deliveries"
	switch total {
	case 0:
	case 1:
		what = "1 delivery"
	default:
		what = thousands(total) + " deliveries"
	}
	switch s.Kind {
	case RunReplay:
		to := "where each went"
		if s.To != nil {
			to = s.To.String()
		}
		return fmt.Sprintf("replay of %s to %s", what, to)
	case RunBackfill:
		return fmt.Sprintf("backfill of endpoint %s with %s", s.Endpoint, strings.Replace(strings.Replace(what, "deliveries", "events", 1), "delivery", "event", 1))
	}
	return fmt.Sprintf("%s of %s", s.Kind, what)
}

// String names the target for a person.
func (t *RunTarget) String() string {
	switch {
	case t.Endpoint != "":
		return "endpoint " + t.Endpoint
	case t.Inbox != "":
		return "inbox " + t.Inbox
	}
	if a, err := parseTarget(t.URL); err == nil {
		return a.origin() + a.path // a query may hold a key
	}
	return t.URL
}

// thousands writes a number with commas.
func thousands(n int) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// plainNumber writes a number without an exponent, as people type it.
func plainNumber(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }
