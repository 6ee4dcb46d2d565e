package proxy

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/boathook/boathook/inspector"
)

// record stores what became of the deliveries, in batches.
func (j *replaying) record() {
	timer := time.NewTimer(0)
	<-timer.C
	var list []*replayed
	var broken error
	for j.outbox.wait() {
		j.backlog.storing()
		j.outbox.linger(timer)
		list = j.outbox.take(list[:0])
		if broken == nil {
			if broken = j.commit(list); broken != nil {
				j.halt(broken)
			}
		}
		j.backlog.stored(len(list))
		for _, rec := range list {
			if rec.held > 0 {
				j.held.Release(rec.held)
			}
		}
		if broken == nil { // else the store may still read it
			j.outbox.giveBack(list)
		}
	}
}

func (rec *replayed) size() int {
	n := 0
	if rec.attempt != nil {
		n = len(rec.attempt.Request.Head) + len(rec.attempt.Response.Head)
	}
	for _, c := range rec.chunks {
		n += len(c.Data)
	}
	return n
}

// commit stores a batch of records, and counts them once they are stored.
func (j *replaying) commit(list []*replayed) error {
	b := &j.batch
	*b = inspector.Batch{
		Workspace: j.d.ws, Deliveries: b.Deliveries[:0], Attempts: b.Attempts[:0], Chunks: b.Chunks[:0], Patches: b.Patches[:0],
	}
	for _, rec := range list {
		if rec.err != nil {
			return fmt.Errorf("read a recorded delivery: %w", rec.err)
		}
		if rec.row != nil {
			b.Deliveries = append(b.Deliveries, *rec.row)
		}
		if rec.attempt != nil {
			b.Attempts = append(b.Attempts, *rec.attempt)
		}
		if rec.patch != nil {
			b.Patches = append(b.Patches, *rec.patch)
		}
		b.Chunks = append(b.Chunks, rec.chunks...)
	}
	j.windows.recorded(list) // with this commit, or the run is broken
	over := j.windows.over(false)
	if err := j.windows.finish(context.Background(), b, over); err != nil {
		return err
	}
	if len(b.Attempts)+len(b.Finish) > 0 {
		if err := j.d.keep(j.d.sender.ctx, b, nil); err != nil {
			return err
		}
	}
	j.windows.gone(over)
	j.stored(list)
	j.r.progress(j.d.sender.ctx)
	return nil
}

// stored counts records that are stored.
func (j *replaying) stored(list []*replayed) {
	r := j.r
	r.mu.Lock()
	defer r.mu.Unlock()
	e := &r.entry
	for _, rec := range list {
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
