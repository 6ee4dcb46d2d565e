package proxy

import (
	"context"
	"time"
)

// lateness is how much of its pace a run makes up for after it was held up.
const lateness = time.Second

// pacer says when each delivery of a replay is sent. What was held up is caught up
// with at the original pace, and nearly not at a rate.
type pacer struct {
	j    *replaying
	due  time.Time // of the last one; zero before the first
	last int64     // when it was recorded, 0 before the first of a pass

	// As they were at the beginning of the window.
	lane string
	own  float64 // bound of the target
	all  float64 // bound of all that is sent
}

// newPacer begins at the present place of a run, and tells when it will be through.
func newPacer(j *replaying, again []begun) pacer {
	p := pacer{j: j}
	if j.spec.Speed <= 0 || len(j.picks) == 0 {
		return p
	}
	at := min(j.after(j.place), len(j.picks)-1)
	if len(again) > 0 {
		at = min(at, max(j.after(again[0].from().in(0))-1, 0))
	}
	span := func(from int) time.Duration {
		return scale(time.Duration(max(j.picks[len(j.picks)-1].at-j.picks[from].at, 0)), 1/j.spec.Speed)
	}
	rest := span(at) + scale(span(0), float64(j.spec.Repeat-1-j.place.Pass))
	j.r.mu.Lock()
	j.r.due = j.r.rs.clock.now().Add(rest)
	j.r.mu.Unlock()
	return p
}

// again begins a further pass.
func (p *pacer) again() { p.last = 0 }

// gap is the pause between two deliveries, recorded at two times.
func (p *pacer) gap(before, at int64) time.Duration {
	switch spec := p.j.spec; {
	case spec.Rate > 0:
		return time.Duration(float64(time.Second) / spec.Rate)
	case spec.Speed > 0 && before != 0:
		return scale(time.Duration(max(at-before, 0)), 1/spec.Speed)
	}
	return 0
}

// renew looks at the bounds that others set.
func (p *pacer) renew() {
	p.lane, p.own, p.all = "run/"+p.j.r.id, p.rate(), p.j.d.settings.Get().Cap
	if to := p.j.src.places.to; to != nil {
		p.lane, _ = to.lane()
	}
}

// wait waits for the turn of a delivery; it is false if ctx ended first.
func (p *pacer) wait(ctx context.Context, b *begun) bool {
	if p.j.spec.Rate <= 0 && p.j.spec.Speed <= 0 && p.own <= 0 && p.all <= 0 {
		return ctx.Err() == nil
	}
	clock := p.j.r.rs.clock
	if p.j.spec.Rate > 0 || p.j.spec.Speed > 0 {
		now := clock.now()
		if p.due.IsZero() {
			p.due = now
		} else {
			p.due = p.due.Add(p.gap(p.last, b.at))
		}
		if p.j.spec.Rate > 0 && now.Sub(p.due) > lateness {
			p.due = now
		}
		p.last = b.at
		if wait := p.due.Sub(now); wait > 0 && !clock.pause(ctx, wait) {
			return false
		}
	}
	wait := p.j.d.pace.reserve(p.lane, p.own, p.all, time.Now())
	return wait <= 0 || pause(ctx, wait)
}

// room is how many of at most size deliveries after a place a window may hold, so
// that it does not reach far ahead.
func (p *pacer) room(after runPlace, size int) int {
	for _, rate := range []float64{p.j.spec.Rate, p.j.d.settings.Get().Cap, p.rate()} {
		if rate > 0 {
			size = min(size, max(int(rate*windowSpan.Seconds()), 1))
		}
	}
	if p.j.spec.Speed <= 0 {
		return size
	}
	from := p.j.after(after)
	ahead := time.Duration(0)
	for i := from; i+1 < len(p.j.picks) && i < from+size; i++ {
		if ahead += p.gap(p.j.picks[i].at, p.j.picks[i+1].at); ahead > windowSpan {
			return i - from + 1
		}
	}
	return size
}

func (p *pacer) rate() float64 {
	if to := p.j.src.places.to; to != nil {
		return to.Rate
	}
	return 0
}
