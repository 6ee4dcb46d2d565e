package proxy

import (
	"slices"

	"github.com/boathook/boathook/inspector"
)

// parcel is what became of deliveries, as one commit stores it. It lies close together,
// so that the recorder need not look for each delivery in the memory of its worker.
type parcel struct {
	batch inspector.Batch
	ends  []ending
	heads []byte // of the requests
	bytes int    // of heads and bodies
	held  int64  // in replaying.held
	err   error  // of a delivery: the run cannot go on
}

// ending is how a delivery ended.
type ending struct {
	begun
	window *window // as in sending
	fate
}

// add copies what is recorded of a delivery.
func (p *parcel) add(rec *replayed) {
	b := &p.batch
	p.ends = append(p.ends, ending{rec.begun, rec.window, rec.fate})
	p.held += rec.held
	if p.err == nil {
		p.err = rec.err
	}
	if rec.row != nil {
		b.Deliveries = append(b.Deliveries, *rec.row)
	}
	if rec.attempt != nil {
		b.Attempts = append(b.Attempts, *rec.attempt)
		a := &b.Attempts[len(b.Attempts)-1]
		a.Request.Head = p.keep(a.Request.Head)
		p.bytes += len(a.Request.Head) + len(a.Response.Head)
	}
	if rec.patch != nil {
		patch, outcome := *rec.patch, *rec.patch.Outcome
		patch.Outcome = &outcome
		b.Patches = append(b.Patches, patch)
	}
	b.Chunks = append(b.Chunks, rec.chunks...)
	for i := range rec.chunks {
		p.bytes += len(rec.chunks[i].Data)
	}
}

// keep copies a head, which the worker writes the next one over.
func (p *parcel) keep(head []byte) []byte {
	if head == nil {
		return nil
	}
	start := len(p.heads)
	p.heads = append(p.heads, head...) // those before stay where they are if it moves
	return slices.Clip(p.heads[start:])
}

func (p *parcel) full() bool { return len(p.ends) >= recordRows || p.bytes >= recordBytes }

// reset empties a parcel, and keeps its memory.
func (p *parcel) reset() {
	p.batch.Reset()
	clear(p.ends)
	*p = parcel{batch: p.batch, ends: p.ends[:0], heads: p.heads[:0]}
}
