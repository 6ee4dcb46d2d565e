package proxy

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/boathook/boathook/inspector"
)

// Bounds of one commit of records.
const (
	recordRows   = 256
	recordBytes  = 1 << 20
	recordLinger = 5 * time.Millisecond // that a record waits for others
)

// record stores what became of the deliveries, in batches.
func (j *replaying) record() {
	timer := time.NewTimer(0)
	<-timer.C
	var broken error
	for first := range j.records {
		j.backlog.storing()
		list := j.gather(first, timer)
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
	}
}

// gather waits a moment for further records, up to a full batch.
func (j *replaying) gather(first *replayed, timer *time.Timer) []*replayed {
	list, size := []*replayed{first}, first.size()
	timer.Reset(recordLinger)
	defer timer.Stop()
	for len(list) < recordRows && size < recordBytes {
		select {
		case rec, ok := <-j.records:
			if !ok {
				return list
			}
			list = append(list, rec)
			size += rec.size()
		case <-timer.C:
			return list
		}
	}
	return list
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
	b := &inspector.Batch{
		Workspace: j.d.ws, Deliveries: make([]inspector.Row, 0, len(list)), Attempts: make([]inspector.Attempt, 0, len(list)),
		Chunks: make([]inspector.Chunk, 0, 2*len(list)),
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
		if rec.window != nil {
			j.windows.recorded(rec.window) // with this commit, or the run is broken
		}
	}
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
	for _, rec := range list {
		j.stored(rec)
	}
	j.r.progress(j.d.sender.ctx)
	return nil
}

// stored counts a record that is stored.
func (j *replaying) stored(rec *replayed) {
	j.r.edit(func(e *runEntry) {
		e.Again = slices.DeleteFunc(e.Again, func(b begun) bool { return b.ID == rec.ID })
		switch {
		case rec.unsent:
			e.Again = append(e.Again, rec.begun)
		case rec.cut:
			e.Again = append(e.Again, begun{Of: rec.Of, ID: rec.ID, K: rec.K + 1})
		}
	})
	switch {
	case rec.skip != "":
		j.r.skip(rec.skip)
	case !rec.unsent && !rec.cut:
		j.r.count(rec.outcome, rec.good, rec.took)
	}
}
