package proxy

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// record stores what became of the deliveries, parcel by parcel.
func (j *replaying) record() {
	timer := time.NewTimer(0)
	<-timer.C
	var broken error
	for j.outbox.wait() {
		j.backlog.storing()
		j.outbox.linger(timer)
		p := j.outbox.take()
		slow := false
		if broken == nil {
			if slow, broken = j.commit(p); broken != nil {
				j.halt(broken)
			}
		}
		j.backlog.stored(len(p.ends))
		if p.held > 0 {
			j.held.Release(p.held)
		}
		if broken == nil && !slow { // else the store may still read it
			j.outbox.giveBack(p)
		}
	}
}

// commit stores a parcel, and counts what is in it once it is stored. slow says that the
// store may still read it.
func (j *replaying) commit(p *parcel) (slow bool, err error) {
	if p.err != nil {
		return false, fmt.Errorf("read a recorded delivery: %w", p.err)
	}
	b := &p.batch
	b.Workspace = j.d.ws
	j.windows.recorded(p.ends) // with this commit, or the run is broken
	over := j.windows.over(false)
	if err := j.windows.finish(context.Background(), b, over); err != nil {
		return false, err
	}
	if len(b.Attempts)+len(b.Finish) > 0 {
		var kept kept
		if err := j.d.keep(j.d.sender.ctx, b, &kept); err != nil {
			return false, err
		}
		slow = kept.slow
	}
	j.windows.gone(over)
	j.stored(p.ends)
	j.r.progress(j.d.sender.ctx)
	return slow, nil
}

// stored counts deliveries that are stored.
func (j *replaying) stored(list []ending) {
	r := j.r
	r.mu.Lock()
	defer r.mu.Unlock()
	e := &r.entry
	for i := range list {
		rec := &list[i]
		if len(e.Again) > 0 {
			e.Again = slices.DeleteFunc(e.Again, func(b begun) bool { return b.ID == rec.ID })
		}
		switch {
		case rec.unsent:
			e.Again = append(e.Again, rec.begun)
		case rec.cut:
			e.Again = append(e.Again, begun{Of: rec.Of, ID: rec.ID, K: rec.K + 1})
		case rec.skip != "":
			r.skipped(rec.skip)
		default:
			r.counted(rec.outcome, rec.good, rec.took)
		}
	}
	r.meter.note(r.rs.clock.now(), e.Done)
}
