package badgerstore

import (
	"fmt"
	"slices"
	"time"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/inspector/badgerstore/journal"
)

// refillBytes is how far before the end of the journal the feed is refilled
// from at a start.
const refillBytes = 32 << 20

// replay brings the index up to the end of the journal, refills the feed and
// finds out what is missing.
type replay struct {
	s     *Store
	check journal.Pos // the index has everything before it

	seen   map[inspector.Workspace]*numbers
	damage []damage
	newest uint64 // highest number seen so far
}

type damage struct {
	journal.Damage
	near uint64 // highest number before it
}

// numbers follows the running numbers of a workspace through the journal. They
// are given without gaps, so a gap is a loss.
type numbers struct {
	last uint64
	at   time.Time // of the row with the last number
	gaps []gap
}

type gap struct {
	from, to   uint64
	since, til time.Time
}

func (r *replay) run() error {
	r.seen = map[inspector.Workspace]*numbers{}
	first := true
	err := r.s.journal.Walk(r.start(), func(rec journal.Record) error {
		if first {
			r.begin(rec.Seq + uint64(rec.Index) - 1)
			first = false
		}
		return r.record(rec)
	}, func(d journal.Damage) { r.damage = append(r.damage, damage{d, r.newest}) })
	if err != nil {
		return err
	}
	r.s.applied = r.s.journal.End()
	r.s.applier.only = false
	if err := r.settle(); err != nil {
		return err
	}
	if err := r.sweepOrphans(); err != nil {
		return err
	}
	return r.s.flush()
}

// start is where to begin: at the checkpoint, or before it to refill the feed.
func (r *replay) start() journal.Pos {
	left, start := int64(refillBytes), r.s.journal.Start()
	segments := r.s.journal.Segments()
	for i := len(segments) - 1; i >= 0 && left > 0; i-- {
		start = journal.At(segments[i].N, 0)
		left -= segments[i].Bytes
	}
	return min(start, r.check)
}

// begin sets where the feed starts: nothing before the first record is kept.
func (r *replay) begin(seq uint64) {
	for _, sp := range r.s.spaces {
		sp.feed.floor = seq
	}
	r.s.feedFloor = seq
}

func (r *replay) record(rec journal.Record) error {
	content, err := decode(rec)
	if err != nil {
		return err
	}
	r.note(rec, content)
	if content == nil {
		return nil
	}
	r.s.applier.only = rec.Pos < r.check
	if err := r.s.applier.record(rec.Seq, int(rec.Index), journal.Placed{Pos: rec.Pos, Size: rec.Size}, content); err != nil {
		return err
	}
	if r.s.dirtyBlocks() > 2*flushBlocks {
		pos, size := journal.Placed{Pos: rec.Pos, Size: rec.Size}.Span()
		r.s.applied = pos + journal.Pos(size)
		return r.s.flush()
	}
	return nil
}

// note follows the running numbers. A wiped record still has its number.
func (r *replay) note(rec journal.Record, content any) {
	if rec.N == 0 {
		return
	}
	r.newest = max(r.newest, rec.N)
	ws, at := inspector.DefaultWorkspace, time.Time{}
	if g, ok := content.(*group); ok {
		ws = g.ws
		if g.row != nil {
			at = g.row.At
		}
	}
	n := r.seen[ws]
	if n == nil {
		n = &numbers{last: rec.N, at: at}
		if r.start().Segment() <= 1 && r.s.journal.Start().Segment() == 1 {
			n.last = 0 // the journal goes back to the first number
		}
		r.seen[ws] = n
	}
	if rec.N > n.last+1 {
		n.gaps = append(n.gaps, gap{n.last + 1, rec.N - 1, n.at, at})
	}
	if rec.N > n.last {
		n.last = rec.N
		if !at.IsZero() {
			n.at = at
		}
	}
}

// settle turns gaps, damage and the ledger into losses.
func (r *replay) settle() error {
	for ws, n := range r.seen {
		sp := r.s.space(ws)
		sp.lastN = max(sp.lastN, n.last)
		for _, g := range n.gaps {
			if err := sp.lose(g.from, g.to, g.since, g.til, "damaged in the journal"); err != nil {
				return err
			}
		}
	}
	for _, d := range r.damage {
		if err := r.damaged(d); err != nil {
			return err
		}
	}
	return r.ledger()
}

// damaged names what a stretch of damage held. What was in a delivery that is
// deleted anyway is a wipe that was cut short, which is done again.
func (r *replay) damaged(d damage) error {
	r.s.logf("%s", d.Damage)
	sp := r.s.space(inspector.DefaultWorkspace)
	if d.N == 0 {
		if d.Pos.Segment() != r.s.journal.End().Segment() || d.Pos+journal.Pos(d.Bytes) < r.s.journal.End() {
			sp.addNear(d.near)
			return nil
		}
		const reason = "damaged at the end of the journal, perhaps more than one"
		if slices.ContainsFunc(sp.losses, func(l inspector.Loss) bool { return l.LastN == sp.lastN && l.Reason == reason }) {
			return nil // a start before this one has named it
		}
		n := sp.lastN + 1
		sp.lastN = n
		return sp.lose(n, n, time.Time{}, time.Time{}, reason)
	}
	e, err := sp.entry(d.N)
	if err != nil {
		return err
	}
	switch e.state {
	case dead:
		if d.Size >= 0 {
			sp.wipe = append(sp.wipe, wiping{0, []journal.Placed{{Pos: d.Pos, Size: d.Size}}})
		}
		return nil
	case live:
		at := e.row.At
		sp.addLoss(inspector.Loss{FirstN: d.N, LastN: d.N, From: at, To: at, Reason: "part of it is damaged in the journal"})
		return nil
	}
	sp.lastN = max(sp.lastN, d.N)
	return sp.lose(d.N, d.N, time.Time{}, time.Time{}, "damaged in the journal")
}

// addNear names damage of which only the place is known, unless a loss of the
// deliveries that follow says it.
func (sp *space) addNear(n uint64) {
	if slices.ContainsFunc(sp.losses, func(l inspector.Loss) bool { return l.FirstN <= n+1 && n <= l.LastN }) {
		return
	}
	sp.addLoss(inspector.Loss{FirstN: n, LastN: n, Reason: "something that was stored after it is damaged in the journal"})
}

// lose names those numbers of a range that nothing is known of.
func (sp *space) lose(from, to uint64, since, til time.Time, reason string) error {
	if slices.ContainsFunc(sp.losses, func(l inspector.Loss) bool { return l.FirstN <= from && to <= l.LastN }) {
		return nil
	}
	if len(sp.blocks) > 0 {
		from = max(from, sp.blocks[0].no*blockRows) // what is older was pruned
	}
	missing := 0
	for n := from; n <= to && missing < 1<<20; n++ {
		e, err := sp.entry(n)
		if err != nil {
			return err
		}
		if e.state == absent {
			missing++
		}
	}
	if missing > 0 {
		sp.addLoss(inspector.Loss{FirstN: from, LastN: to, Count: missing, From: since, To: til, Reason: reason})
	}
	return nil
}

// maxLosses bounds how many losses are kept; the last then stands for the rest.
const maxLosses = 256

func (sp *space) addLoss(l inspector.Loss) {
	if slices.ContainsFunc(sp.losses, func(have inspector.Loss) bool { return have.FirstN == l.FirstN && have.LastN == l.LastN }) {
		return
	}
	if len(sp.losses) < maxLosses {
		sp.losses = append(sp.losses, l)
		return
	}
	last := &sp.losses[maxLosses-1]
	last.FirstN, last.LastN = min(last.FirstN, l.FirstN), max(last.LastN, l.LastN)
	last.Count += l.Count
	last.Reason = fmt.Sprintf("damaged in the journal, in more than %d places", maxLosses)
}

// ledger compares with what was known to have been given.
func (r *replay) ledger() error {
	f, err := r.s.ledger.read()
	if err != nil {
		return err
	}
	r.s.seq = max(r.s.seq, f.Seq)
	r.s.boot = max(f.Boot, r.s.seq) + 1
	for ws, e := range f.Spaces {
		sp := r.s.space(ws)
		if e.LastN <= sp.lastN {
			continue
		}
		from := sp.lastN + 1
		sp.lastN = e.LastN
		sp.addLoss(inspector.Loss{
			FirstN: from, LastN: e.LastN, Count: int(e.LastN - from + 1), Reason: "missing at the end of the journal",
		})
	}
	return nil
}

// sweepOrphans lets go of chunks whose delivery never came, and of their bytes.
// One that came while the index was written may be in a block that was written
// later than the list of early chunks: then they are its own.
func (r *replay) sweepOrphans() error {
	for _, sp := range r.s.spaces {
		for id, e := range sp.early {
			delete(sp.early, id)
			n, err := sp.find(id)
			if err != nil {
				return err
			}
			if n == 0 {
				sp.wipe = append(sp.wipe, wiping{0, e.pieces})
			}
		}
	}
	return nil
}
