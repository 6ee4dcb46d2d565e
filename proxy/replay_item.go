package proxy

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/boathook/boathook/catalog"
	"github.com/boathook/boathook/inspector"
)

// maxReplayBody is the longest body that is sent again, in bytes.
const maxReplayBody = 64 << 20

// replaySource makes requests of recorded deliveries. Safe for concurrent use.
type replaySource struct {
	d      *Dispatcher
	spec   *RunSpec
	run    string
	places places
	set    []catalog.Assignment
	heads  []inspector.Field // edits
	chaos  Chaos
	resign bool
}

// newReplaySource reads the parts of a spec that was checked.
func newReplaySource(d *Dispatcher, spec *RunSpec, run string) (*replaySource, error) {
	s := &replaySource{d: d, spec: spec, run: run, places: places{d: d, spec: spec}, heads: slices.Clone(spec.Headers)}
	if spec.Mark {
		s.heads = append(s.heads, inspector.Field{Name: MarkHeader, Value: run})
	}
	for i, text := range spec.Set {
		a, err := catalog.ParseAssignment(text)
		if err != nil {
			return nil, &InvalidError{Field: fmt.Sprintf("set[%d]", i), Text: err.Error()}
		}
		s.set = append(s.set, a)
	}
	s.resign = spec.Sign == SignNow || spec.Sign == SignBad || spec.Sign == SignStale || spec.Sign == SignExact && len(s.set) > 0
	if name := map[string]string{SignBad: ChaosBadSig, SignStale: ChaosStale, SignCut: ChaosCut}[spec.Sign]; name != "" {
		s.chaos = Chaos{Switches: []string{name}, Seed: seedOf(run)}
	}
	if spec.To == nil {
		return s, nil
	}
	var err error
	s.places.to, err = d.runTarget(spec)
	return s, err
}

// notes are remarks about the whole replay.
func (s *replaySource) notes() []string {
	var notes []string
	if s.spec.Sign == SignExact && len(s.set) > 0 {
		notes = append(notes, "the body is edited, so it is signed anew: the old signature would not fit")
	}
	if s.spec.Sign == SignCut && len(s.set) > 0 {
		notes = append(notes, "the body is edited, and the old signature does not fit it")
	}
	return notes
}

// request is a recorded request, ready to be sent again.
type request struct {
	remade
	room composeRoom // what wire is composed in
}

// remade is what follows from a recorded request.
type remade struct {
	source   *inspector.Row
	endpoint *Endpoint
	rules    Rules
	wire     *Wire
	row      inspector.Row // without what follows from the sending

	out   Outgoing
	event Event
	exact inspector.Message
}

// reset lets the memory of a request be used for another one.
func (q *request) reset() {
	q.remade = remade{}
	q.room.reset()
}

// skipError says why a delivery is not sent again.
type skipError struct{ why string }

func (e *skipError) Error() string { return e.why }

func skipped(format string, args ...any) error {
	return &skipError{fmt.Sprintf(format, args...)}
}

// make composes the request of a recorded delivery as the new delivery id.
func (s *replaySource) make(ctx context.Context, of, id inspector.ID, now time.Time) (*request, error) {
	rec, err := s.read(ctx, of, func(int64) {})
	if err != nil {
		return nil, err
	}
	q := &request{}
	return q, s.request(q, rec, id, now)
}

// read reads a recorded delivery. hold is told the size of its body before that is
// read.
func (s *replaySource) read(ctx context.Context, of inspector.ID, hold func(size int64)) (*inspector.Recorded, error) {
	row, err := s.d.store.Get(ctx, s.d.ws, of)
	if errors.Is(err, inspector.ErrNotFound) {
		return nil, skipped("it was deleted meanwhile")
	}
	if err != nil {
		return nil, err
	}
	all, err := s.d.store.Attempts(ctx, s.d.ws, of)
	if err != nil {
		return nil, err
	}
	if len(all) == 0 {
		return nil, errNoRequest
	}
	rec := &inspector.Recorded{Row: row, Attempt: all[0]}
	if err := replayable(rec); err != nil {
		return nil, err
	}
	hold(row.Size)
	rec.Body, err = s.d.body(ctx, of, row.Size)
	if errors.Is(err, inspector.ErrNotFound) {
		return nil, skipped("its body was deleted meanwhile")
	}
	return rec, err
}

var errNoRequest = skipped("no request was recorded")

// replayable says why a delivery cannot be sent again as it is.
func replayable(rec *inspector.Recorded) error {
	switch m := &rec.Attempt.Request; {
	case m.Head == nil, rec.Row.Method == "MAIL":
		return errNoRequest
	case m.Cut:
		return skipped("its body was not recorded in full")
	case m.Size > maxReplayBody:
		return skipped("its body is longer than %d MiB", maxReplayBody>>20)
	}
	return nil
}

// request composes the request of a recorded delivery as the new delivery id.
func (s *replaySource) request(q *request, rec *inspector.Recorded, id inspector.ID, now time.Time) error {
	if err := replayable(rec); err != nil {
		return err
	}
	q.source = &rec.Row
	var err error
	if q.endpoint, err = s.places.of(&rec.Row); err != nil {
		return skippable(err)
	}
	if err := s.compose(q, &rec.Attempt, rec.Body, now); err != nil {
		return skippable(err)
	}
	s.describe(q, id, now)
	return nil
}

// skippable makes an error about one delivery a reason to skip it.
func skippable(err error) error {
	var skip *skipError
	if errors.As(err, &skip) {
		return err
	}
	return skipped("%v", err)
}

func (s *replaySource) compose(q *request, from *inspector.Attempt, body []byte, now time.Time) error {
	var err error
	q.exact = from.Request
	exact := &q.exact
	if exact.Head, err = editHead(exact.Head, s.heads); err != nil {
		return err
	}
	if len(s.set) > 0 {
		before := body
		if body, err = editBody(body, s.set); err != nil {
			return err
		}
		if len(before) != len(body) {
			exact.Framing = nil // its pieces do not add up any more
		}
	}
	provider := s.d.provider(q.endpoint, q.source.Provider)
	q.rules = s.d.rules(q.endpoint, provider)
	ev, o := &q.event, &q.out
	*ev = Event{Payload: body}
	*o = Outgoing{
		Endpoint: q.endpoint, Provider: provider, Event: ev, Now: now, Chaos: s.chaos, Schemes: s.d.schemes,
		Exact: exact, Resign: s.resign, Secrets: from.Secrets, room: &q.room,
	}
	if s.resign || s.spec.IDs == IDsNew {
		*ev = EventOfRow(q.source, body)
	}
	if s.spec.IDs == IDsNew {
		if ev.ID, err = NewEventID(provider, now); err != nil {
			return err
		}
		if o.DeliveryID, err = NewDeliveryID(provider, now); err != nil {
			return err
		}
		if o.DeliveryID == "" {
			o.DeliveryID = ev.ID // the id of its messages stands for it
		}
	}
	q.wire, err = composeBy(o, q.rules)
	return err
}

// ownMethod is a method in memory of its own: a row outlives the head it is from.
func ownMethod(method string) string {
	for _, known := range []string{"POST", "PUT", "GET", "PATCH", "DELETE"} {
		if method == known {
			return known
		}
	}
	return strings.Clone(method)
}

// sourceTag names the delivery that is sent again.
func sourceTag(id inspector.ID) string {
	text := make([]byte, 0, len(sourceTagStart)+36)
	text, _ = id.AppendText(append(text, sourceTagStart...)) // it cannot fail
	return string(text)
}

// describe makes the row of the new delivery.
func (s *replaySource) describe(q *request, id inspector.ID, now time.Time) {
	src := q.source
	const carried = inspector.FlagPing | inspector.FlagBinary | inspector.FlagEncoded
	q.row = inspector.Row{
		ID: id, At: now.UTC(), Dir: inspector.Out, Verdict: inspector.Unchecked, Flags: inspector.FlagReplay | src.Flags&carried,
		Provider: src.Provider, Event: src.Event, EventID: src.EventID, Endpoint: q.endpoint.Name, Channel: src.Channel,
		Run: s.run, Tags: []string{sourceTag(src.ID)}, MaxTries: 1,
	}
	for _, tag := range src.Tags {
		name, _, _ := strings.Cut(tag, "=")
		if !slices.Contains([]string{"of", "rec", "run", UnsubscribedTag}, name) {
			q.row.Tags = append(q.row.Tags, tag)
		}
	}
	w := q.wire
	if s.spec.IDs == IDsNew || len(s.set) > 0 || len(s.heads) > 0 {
		describeSent(&q.row, w)
		return
	}
	q.row.Method, q.row.Target, q.row.Host = ownMethod(w.Method), w.requestURI(), w.URL.Host
	q.row.Size, q.row.Scheme = int64(len(w.Body)), w.Scheme
}
