package proxy

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"sync"

	"github.com/boathook/boathook/inspector"
)

// Bounds of one commit of records.
const (
	triesMost      = 512
	tryRecordsMost = 1 << 20 // bytes
)

// records stores that tries begin, before they are made, and what became of those
// that are over: all that has gathered while the commit before was under way, in one.
// Nobody waits for it; it goes on with what it has stored.
type records struct {
	d    *Dispatcher
	bell chan struct{} // rung when there is something; closed at the end

	mu   sync.Mutex
	list []tryRecord
	idle []tryRecord // memory of the list before

	batch    inspector.Batch
	outcomes []inspector.Outcome
}

// tryRecord is the beginning or the end of a try, or something else that nobody waits for.
type tryRecord struct {
	try     *try // nil if it is something else
	ended   bool
	finish  *inspector.Finish
	attempt *inspector.Attempt
	patch   *inspector.Patch
}

// begins has a try made as soon as it is stored that it begins.
func (r *records) begins(t *try) { r.add(tryRecord{try: t}) }

// unsent stores that a try which had begun was not made: it was stopped, or will begin
// anew.
func (r *records) unsent(t *try) {
	a := t.attempt
	t.disown() // it is stored later
	a.Failure = inspector.Failure{Class: inspector.FailBlocked, Text: "it did not leave: it was stopped, or its endpoint was changed, before it was its turn"}
	r.add(tryRecord{attempt: &a, patch: &inspector.Patch{ID: t.row.ID, Clear: inspector.FlagRetrying, Outcome: &inspector.Outcome{Failure: a.Failure.Class}}})
}

// ends stores what became of a try.
func (r *records) ends(t *try) { r.add(tryRecord{try: t, ended: true}) }

func (r *records) add(rec tryRecord) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.list = append(r.list, rec)
	if len(r.list) == 1 {
		signal(r.bell) // it is not closed before what was noted is taken
	}
}

// serve stores records until the bell is closed. What has not begun when ctx ends does
// not begin any more.
func (r *records) serve(ctx context.Context) {
	for range r.bell {
		for {
			runtime.Gosched() // those who are about to add something may
			list := r.take()
			if len(list) == 0 {
				break
			}
			for len(list) > 0 {
				n := r.gather(ctx, list)
				r.store(ctx, list[:n])
				list = list[n:]
			}
		}
	}
}

func (r *records) take() []tryRecord {
	r.mu.Lock()
	defer r.mu.Unlock()
	clear(r.idle)
	list := r.list
	r.list, r.idle = r.idle[:0], list
	return list
}

// gather fills the batch with the first records of a list, and says with how many.
func (r *records) gather(ctx context.Context, list []tryRecord) int {
	r.batch.Reset()
	r.batch.Workspace = r.d.ws
	// Patches point to the outcomes, so these must not move.
	r.outcomes = slices.Grow(r.outcomes[:0], min(len(list), triesMost))
	size := 0
	for i := range list {
		if size >= tryRecordsMost || i == triesMost {
			return i
		}
		size += r.put(ctx, &list[i])
	}
	return len(list)
}

// put adds a record to the batch, and says how large it is about.
func (r *records) put(ctx context.Context, rec *tryRecord) int {
	b, t := &r.batch, rec.try
	switch {
	case t == nil:
		if rec.finish != nil {
			b.Finish = append(b.Finish, *rec.finish)
		}
		if rec.attempt != nil {
			b.Attempts = append(b.Attempts, *rec.attempt)
		}
		if rec.patch != nil {
			b.Patches = append(b.Patches, *rec.patch)
		}
		return 0
	case !rec.ended && ctx.Err() != nil:
		r.d.drop(ctx, t)
		*rec = tryRecord{}
		return 0
	}
	b.Attempts = append(b.Attempts, t.attempt)
	size := len(t.attempt.Request.Head) + len(t.attempt.Response.Head)
	if !rec.ended {
		return size
	}
	r.outcomes = append(r.outcomes, t.outcome)
	p := t.patch
	p.Outcome = &r.outcomes[len(r.outcomes)-1]
	b.Patches = append(b.Patches, p)
	b.Finish = append(b.Finish, t.finish)
	if len(t.answer.Data) > 0 {
		b.Chunks = append(b.Chunks, t.answer)
		size += len(t.answer.Data)
	}
	return size
}

// store commits the batch, which holds the records of a list, and goes on with them.
func (r *records) store(ctx context.Context, list []tryRecord) {
	var kept kept
	err := r.d.keep(r.d.sender.ctx, &r.batch, &kept)
	if kept.slow {
		r.batch, r.outcomes = inspector.Batch{}, nil // the store may still read them
		for i := range list {
			if t := list[i].try; t != nil {
				t.disown()
			}
		}
	}
	if errors.Is(err, inspector.ErrInvalid) && len(list) > 1 {
		for i := range list { // the others are not to suffer from one
			one := list[i : i+1]
			r.gather(ctx, one)
			r.store(ctx, one)
		}
		return
	}
	for i := range list {
		switch rec := &list[i]; {
		case rec.try == nil:
		case rec.ended:
			r.ended(rec.try, err, kept.lost)
		case err != nil:
			r.d.drop(ctx, rec.try)
		case r.d.rooms.made(rec.try):
			r.d.hand(ctx, rec.try)
		}
	}
}

// ended ends a try whose outcome is stored.
func (r *records) ended(t *try, err error, lost []string) {
	defer r.d.over(t)
	if err != nil {
		return // it is in the log
	}
	if !t.finish.Next.IsZero() && slices.Contains(lost, t.finish.ID) {
		// The retries were stopped meanwhile.
		r.add(tryRecord{patch: &inspector.Patch{ID: t.row.ID, Clear: inspector.FlagRetrying}})
	}
	if t.attempt.Failure.Class != inspector.FailInterrupted && t.refused == nil {
		r.d.judge(t, t.good, t.ended)
	}
}
