package proxy

import (
	"cmp"
	"context"
	"errors"
	"hash/maphash"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/boathook/boathook/inspector"
)

// Bounds of a plan.
const (
	planFirst   = 3
	planTargets = 100
	planNotes   = 20
	planBody    = 4 << 10 // bytes of a body
)

// Plan says what a run would do, by the same code. The errors are those of Start,
// but hosts that may not be sent to stand in the plan.
func (rs *Runs) Plan(ctx context.Context, spec RunSpec) (RunPlan, error) {
	spec.DryRun = true
	spec, err := rs.check(ctx, spec)
	if err != nil {
		return RunPlan{}, err
	}
	stats, err := rs.store.Stats(ctx, rs.ws)
	if err != nil {
		return RunPlan{}, err
	}
	r := newRun(rs, 0) // it is never stored
	r.entry.Run = Run{ID: r.id, Kind: spec.Kind, Spec: spec, Created: rs.clock.now()}
	r.entry.Until, r.entry.ByTime = stats.LastID, spec.byTime()
	p := planner{rs: rs, r: r, spec: &spec, targets: map[string]int{}}
	var picks []chosen
	back := &backfilling{r: r, spec: &spec, got: map[uint64]inspector.ID{}, seed: maphash.MakeSeed()}
	if spec.Kind == RunBackfill {
		picks, err = back.choose(ctx)
	} else {
		picks, err = r.picks(ctx, &spec.Source, r.entry.Until, r.entry.Created)
	}
	if err != nil {
		return RunPlan{}, err
	}
	p.plan.Count = len(picks) * max(spec.Repeat, 1)
	switch spec.Kind {
	case RunReplay:
		r.order().sort(picks)
		err = p.replay(ctx, picks)
	case RunBackfill:
		err = p.backfill(ctx, back, picks)
	}
	return p.done(), err
}

type planner struct {
	rs      *Runs
	r       *run
	spec    *RunSpec
	plan    RunPlan
	targets map[string]int
}

func (p *planner) replay(ctx context.Context, picks []chosen) error {
	src, err := newReplaySource(p.rs.d, p.spec, "r0")
	if err != nil {
		return err
	}
	p.plan.Notes = src.notes()
	repeat := p.spec.Repeat
	if src.places.to != nil {
		p.target(src.places.to, len(picks)*repeat)
	}
	for _, k := range picks {
		if len(p.plan.First) == planFirst && src.places.to != nil {
			break
		}
		if len(p.plan.First) < planFirst {
			if err := p.first(ctx, src, k.id); err != nil {
				return err
			}
		}
		if src.places.to != nil {
			continue
		}
		row, err := p.rs.store.Get(ctx, p.rs.ws, k.id)
		if errors.Is(err, inspector.ErrNotFound) {
			continue
		}
		if err != nil {
			return err
		}
		if ep, err := src.places.back(&row); err != nil {
			p.note(err.Error())
		} else {
			p.target(ep, repeat)
		}
	}
	p.estimate(picks, src.places.to)
	return nil
}

// first shows what would be sent for a delivery.
func (p *planner) first(ctx context.Context, src *replaySource, id inspector.ID) error {
	q, err := src.make(ctx, id, inspector.ID{}, time.Now())
	var skip *skipError
	if errors.As(err, &skip) {
		p.note(skip.why)
		return nil
	}
	if err != nil {
		return err
	}
	p.show(q.source, q.wire)
	return nil
}

func (p *planner) backfill(ctx context.Context, back *backfilling, picks []chosen) error {
	ep, err := p.rs.d.runTarget(&RunSpec{To: &RunTarget{Endpoint: p.spec.Endpoint}})
	if err != nil {
		return err
	}
	p.target(ep, p.plan.Count)
	for _, k := range picks {
		if len(p.plan.First) == planFirst || len(p.plan.Notes) == planNotes {
			break
		}
		row, err := p.rs.store.Get(ctx, p.rs.ws, k.id)
		if errors.Is(err, inspector.ErrNotFound) {
			continue
		}
		if err != nil {
			return err
		}
		ev := EventOfRow(&row, nil)
		var skip *skipError
		if err := back.complete(ctx, &row, &ev); errors.As(err, &skip) {
			p.note(skip.why)
			continue
		} else if err != nil {
			return err
		}
		provider, _ := ev.Names()
		ev.At = time.Now().UTC()
		w, err := composeFirst(&Outgoing{Endpoint: ep, Provider: p.rs.d.provider(ep, provider), Event: &ev, Now: ev.At, Schemes: p.rs.d.schemes})
		var invalid *InvalidError
		if errors.As(err, &invalid) {
			p.note(err.Error())
			continue
		} else if err != nil {
			return err
		}
		p.show(&row, w)
	}
	return nil
}

// show adds a request to those that are shown.
func (p *planner) show(source *inspector.Row, w *Wire) {
	body := ""
	if !binary(w.Body) {
		body = strings.ToValidUTF8(string(w.Body[:min(len(w.Body), planBody)]), "")
	}
	p.plan.First = append(p.plan.First, PlanSend{
		Source: source.ID.String(), N: source.N, URL: w.address(), Head: string(w.Head), Body: body, Size: len(w.Body),
		Secrets: append([]string{}, w.Secrets...), Signature: w.Scheme, Notes: append([]string{}, w.Notes...),
	})
}

func (p *planner) note(text string) {
	if len(p.plan.Notes) < planNotes && !slices.Contains(p.plan.Notes, text) {
		p.plan.Notes = append(p.plan.Notes, text)
	}
}

func (p *planner) target(ep *Endpoint, count int) {
	p.targets[ep.Name] += count
	refused := HostError{p.plan.NeedsAllow}
	refused.add(p.rs.d.mayReach(ep))
	p.plan.NeedsAllow = refused.Hosts
}

// estimate is how long the run would take by its pace; how fast the target is
// cannot be known.
func (p *planner) estimate(picks []chosen, to *Endpoint) {
	if len(picks) == 0 {
		return
	}
	took := 0.0
	if p.spec.Speed > 0 {
		for i := 1; i < len(picks); i++ {
			took += max(float64(picks[i].at-picks[i-1].at), 0) / p.spec.Speed / float64(time.Second)
		}
		took *= float64(p.spec.Repeat)
	}
	rates := []float64{p.spec.Rate, p.rs.d.settings.Get().Cap}
	if to != nil {
		rates = append(rates, to.Rate)
	}
	for _, rate := range rates {
		if rate > 0 {
			took = max(took, float64(p.plan.Count-1)/rate)
		}
	}
	p.plan.Estimate = &took
}

func (p *planner) done() RunPlan {
	v := &p.plan
	for _, name := range slices.SortedFunc(maps.Keys(p.targets), func(a, b string) int {
		return cmp.Or(cmp.Compare(p.targets[b], p.targets[a]), cmp.Compare(a, b))
	}) {
		if len(v.Targets) < planTargets {
			v.Targets = append(v.Targets, PlanTarget{name, p.targets[name]})
		}
	}
	if !p.rs.d.settings.Get().Sending && p.spec.Kind != RunRecheck {
		p.note(ErrSendingOff.Error())
	}
	p.r.mu.Lock()
	for _, text := range p.r.entry.Notes {
		p.note(text)
	}
	p.r.mu.Unlock()
	v.Targets, v.First, v.NeedsAllow, v.Notes = list(v.Targets), list(v.First), list(v.NeedsAllow), list(v.Notes)
	return *v
}
