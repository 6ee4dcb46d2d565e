package proxy

import (
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"strings"
	"time"

	"github.com/boathook/boathook/catalog"
	"github.com/boathook/boathook/inspector"
)

// backfill sends earlier events to an endpoint that did not get them. The scan
// before it knows what the endpoint got, from this run too, so that a run that goes
// on after a restart sends nothing twice.
func (r *run) backfill(ctx context.Context, spec *RunSpec) error {
	b := backfilling{r: r, spec: spec, seed: maphash.MakeSeed(), got: map[uint64]inspector.ID{}}
	picks, err := b.choose(ctx)
	if err != nil {
		return stopless(ctx, err)
	}
	r.begin(len(picks))
	wait := awaited{r: r}
	for _, p := range picks[placeIn(picks, r.entry.After.ID):] {
		if ctx.Err() != nil {
			break
		}
		if err := b.one(ctx, &wait, p.id); err != nil {
			return errors.Join(stopless(ctx, err), r.drain(&wait))
		}
	}
	return r.drain(&wait)
}

// backfilling is a backfill at work.
type backfilling struct {
	r    *run
	spec *RunSpec
	seed maphash.Seed
	got  map[uint64]inspector.ID // events that the run has sent, and their deliveries
}

// eventKey tells events apart.
func (b *backfilling) eventKey(ev *Event) uint64 {
	return maphash.String(b.seed, ev.Type+"\x00"+ev.ID)
}

// choose finds the events, each by the delivery that is best to make it of again.
func (b *backfilling) choose(ctx context.Context) ([]chosen, error) {
	r := b.r
	others, err := b.sent(ctx)
	if err != nil {
		return nil, err
	}
	text := "dir:out -is:replay -is:ping"
	if q := strings.TrimSpace(b.spec.Query); q != "" && q != "*" {
		text += " (" + q + ")"
	}
	q, err := inspector.ParseQuery(text, r.entry.Created)
	if err != nil {
		return nil, fmt.Errorf("read the filter of run %s: %w", r.id, err)
	}
	type candidate struct {
		chosen
		raw bool // as the event was made: for no endpoint
	}
	best := map[uint64]candidate{}
	err = r.rs.rows(ctx, q, func(row *inspector.Row) error {
		if row.ID.Compare(r.entry.Until) > 0 || row.Event == "" || row.Method == "MAIL" {
			return nil
		}
		ep, err := b.endpoint()
		if err != nil {
			return err
		}
		ev := EventOfRow(row, nil)
		provider, _ := ev.Names()
		bare := *ep
		bare.Skip = "" // it may look at the body, which is read later
		if ok, _ := Match(&bare, &ev, r.rs.d.provider(nil, provider)); !ok {
			return nil
		}
		key := b.eventKey(&ev)
		if _, had := others[key]; had {
			return nil
		}
		old, known := best[key]
		if c := (candidate{chosen{row.ID, row.At.UnixNano()}, row.Endpoint == ""}); !known || c.raw || !old.raw {
			best[key] = c // the oldest
		}
		if len(best) > maxPicks {
			return fmt.Errorf("more than %d events match; narrow the filter", maxPicks)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	var list []chosen
	for _, c := range best {
		list = append(list, c.chosen)
	}
	list = sortPicks(list)
	if b.spec.Limit > 0 {
		list = list[:min(len(list), b.spec.Limit)]
	}
	return list, nil
}

func (b *backfilling) endpoint() (*Endpoint, error) {
	ep, gone, err := b.r.rs.d.endpointOf(b.spec.Endpoint)
	if err == nil && gone == "" {
		gone = ep.off()
	}
	if err == nil && gone != "" {
		err = &InvalidError{Field: "endpoint", Text: fmt.Sprintf("%s gets nothing: %s", b.spec.Endpoint, gone), Hint: "switch it on"}
	}
	return ep, err
}

// sent are the events that the endpoint got, from others than this run. Those of
// this run are noted.
func (b *backfilling) sent(ctx context.Context) (map[uint64]struct{}, error) {
	q, err := inspector.ParseQuery("dir:out endpoint:"+quoteWord(b.spec.Endpoint), time.Now())
	if err != nil {
		return nil, err
	}
	others := map[uint64]struct{}{}
	return others, b.r.rs.rows(ctx, q, func(row *inspector.Row) error {
		ev := EventOfRow(row, nil)
		if key := b.eventKey(&ev); row.Run == b.r.id {
			b.got[key] = row.ID
		} else {
			others[key] = struct{}{}
		}
		return nil
	})
}

// one sends the event of a delivery.
func (b *backfilling) one(ctx context.Context, wait *awaited, of inspector.ID) error {
	r := b.r
	skip := func(why string) error {
		r.skip(why)
		wait.pass(of)
		r.progress(ctx)
		return nil
	}
	row, err := r.rs.store.Get(ctx, r.rs.ws, of)
	if errors.Is(err, inspector.ErrNotFound) {
		return skip("it was deleted meanwhile")
	}
	if err != nil {
		return err
	}
	ev := EventOfRow(&row, nil)
	if id, had := b.got[b.eventKey(&ev)]; had { // before a restart
		return wait.add(ctx, awaitedTry{id: id, place: of})
	}
	var why *skipError
	if err := b.complete(ctx, &row, &ev); errors.As(err, &why) {
		return skip(why.why)
	} else if err != nil {
		return err
	}
	res, err := r.rs.d.Emit(ctx, EmitRequest{Event: ev, To: []string{b.spec.Endpoint}, Run: r.id})
	var invalid *InvalidError
	switch {
	case errors.As(err, &invalid):
		return skip(err.Error())
	case err != nil:
		return err
	case len(res.Deliveries) == 0:
		return skip("no delivery was made of it")
	}
	return wait.add(ctx, awaitedTry{id: res.Deliveries[0].ID, place: of})
}

// complete makes the event of a delivery ready to be sent now. The error is a
// *skipError if that cannot be done.
func (b *backfilling) complete(ctx context.Context, row *inspector.Row, ev *Event) error {
	d := b.r.rs.d
	var err error
	if ev.Payload, err = d.body(ctx, row.ID, row.Size); err != nil {
		if errors.Is(err, inspector.ErrNotFound) {
			return skipped("its body was deleted meanwhile")
		}
		return err
	}
	if why, err := b.payload(ctx, row, ev); err != nil {
		return err
	} else if why != "" {
		return skipped("%s", why)
	}
	ep, err := b.endpoint()
	if err != nil {
		return err
	}
	provider, _ := ev.Names()
	if ok, why := Match(ep, ev, d.provider(nil, provider)); !ok {
		return skipped("%s", why)
	}
	ev.At = time.Time{} // it is sent and signed now
	ev.Tags = append(ev.Tags, sourceTagStart+row.ID.String())
	return nil
}

// payload makes the payload of an event from the body that was sent to another
// endpoint, or says why there is none.
func (b *backfilling) payload(ctx context.Context, row *inspector.Row, ev *Event) (why string, err error) {
	if row.Endpoint == "" {
		return "", nil
	}
	all, err := b.r.rs.store.Attempts(ctx, b.r.rs.ws, row.ID)
	if err != nil || len(all) == 0 {
		return "no request was recorded", err
	}
	head := inspector.ParseHead(all[0].Request.Head)
	if kind := head.Value("Content-Type"); !strings.Contains(kind, "json") || head.Value("Content-Encoding") != "" {
		return "its body is no JSON that an event can be made of again", nil
	}
	p := b.r.rs.d.provider(nil, row.Provider)
	if p == nil {
		return "", nil
	}
	for _, path := range p.Meta {
		// The other endpoint's own keys are nobody else's business.
		if blank, err := catalog.SetPath(ev.Payload, catalog.Assignment{Path: path, Remove: true}); err == nil {
			ev.Payload = blank
		}
	}
	return "", nil
}
