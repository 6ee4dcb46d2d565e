package badgerstore

import (
	"fmt"
	"slices"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/inspector/badgerstore/journal"
)

// applier carries out what records say: of a batch that was just made durable,
// and of the journal at a start. Both go through it, so both end the same.
type applier struct {
	s       *Store
	seq     uint64 // number of the batch
	next    uint64 // number of its next change
	touched map[inspector.ID]bool
	only    bool // only tell the feed; the index has it already
}

// record applies one record of the batch with number seq, of which index came
// before it. Their changes have numbers of their own even if they were wiped
// meanwhile, so that those after them keep theirs.
func (a *applier) record(seq uint64, index int, at journal.Placed, content any) error {
	if seq != a.seq {
		a.seq, a.next = seq, seq
		clear(a.touched)
	}
	a.next = max(a.next, seq+uint64(index))
	a.s.seq = max(a.s.seq, seq)
	switch c := content.(type) {
	case *group:
		return a.group(at, c)
	case *gone:
		return a.gone(c)
	case *configSet:
		a.config(at.Pos, c)
	case *workSet:
		a.work(at.Pos, c)
	case *mark:
		sp := a.s.space(c.ws)
		sp.lastN = max(sp.lastN, c.lastN)
		if c.lastID.Compare(sp.lastID) > 0 {
			sp.lastID = c.lastID
		}
	}
	return nil
}

func (a *applier) tell(sp *space, c change) {
	c.seq = a.number()
	sp.feed.tell(c)
}

// number is that of the next change.
func (a *applier) number() uint64 {
	seq := a.next
	a.next++
	a.s.seq = max(a.s.seq, seq)
	return seq
}

func (a *applier) group(at journal.Placed, g *group) error {
	sp := a.s.space(g.ws)
	switch {
	case g.row != nil:
		a.touched[g.id] = true
		a.tell(sp, change{kind: inspector.Added, id: g.id, n: g.n})
	case g.told && g.n != 0 && !a.touched[g.id]:
		a.touched[g.id] = true
		a.tell(sp, change{kind: inspector.Changed, id: g.id, n: g.n})
	}
	if a.only {
		return nil
	}
	if g.n == 0 {
		return a.early(sp, at, g)
	}
	sp.lastN = max(sp.lastN, g.n)
	if g.row != nil && g.id.Compare(sp.lastID) > 0 {
		sp.lastID = g.id // also if the index has it: the state is older than the block
	}
	s, err := sp.mutable(g.n, g.row != nil)
	if s == nil || err != nil {
		return err
	}
	e := s.mem.at(g.n)
	if e.state == dead || e.applied(at.Pos) || e.state == absent && g.row == nil {
		return nil
	}
	waited := e.waits()
	if g.row != nil {
		a.add(sp, s, e, g)
	}
	for i := range g.patches {
		sp.count(s, -inTrash(&e.row))
		g.patches[i].Apply(&e.row)
		sp.count(s, inTrash(&e.row))
	}
	e.add(at, g.items)
	if g.row == nil {
		s.widenBy(&e.row, g.patches)
	}
	s.need(e)
	s.words = s.words && g.marks()
	sp.wait(s, e.waits()-waited)
	s.mem.touch(a.s.applied)
	return nil
}

// marks reports whether a record only changes what no search looks up as words.
func (g *group) marks() bool {
	return g.row == nil && len(g.items) == 0 && !slices.ContainsFunc(g.patches, func(p inspector.Patch) bool {
		return p.Outcome != nil || p.Verdict != nil
	})
}

// add fills the slot of a new delivery.
func (a *applier) add(sp *space, s *summary, e *entry, g *group) {
	*e = entry{row: cloneRow(g.row), state: live}
	e.row.N, e.row.At = g.n, e.row.At.UTC()
	if early := sp.early[g.id]; early != nil {
		delete(sp.early, g.id)
		e.adopt(early)
		s.mem.adopted = true
	}
	for i := range g.patches {
		g.patches[i].Apply(&e.row)
	}
	g.patches = nil
	sp.live++
	sp.trashed += inTrash(&e.row)
	sp.recent[g.id] = g.n
	s.count(e)
}

// early keeps chunks until their delivery comes.
func (a *applier) early(sp *space, at journal.Placed, g *group) error {
	n, err := sp.find(g.id)
	if n != 0 || err != nil {
		return err // a replay: the delivery has them by now
	}
	e := sp.early[g.id]
	if e == nil {
		e = &entry{}
		sp.early[g.id] = e
	}
	if !e.applied(at.Pos) {
		e.add(at, g.items)
	}
	return nil
}

func (a *applier) gone(g *gone) error {
	sp := a.s.space(g.ws)
	for i, n := range g.numbers {
		if !g.cut {
			a.tell(sp, change{kind: inspector.Gone, id: g.ids[i], n: n})
		}
	}
	if g.cut {
		a.tell(sp, change{kind: inspector.Gone})
		sp.feed.cut(a.s.seq)
	}
	if a.only {
		return nil
	}
	for i := 0; i < len(g.numbers); {
		no, end := blockOf(g.numbers[i]), i+1
		for end < len(g.numbers) && blockOf(g.numbers[end]) == no {
			end++
		}
		if err := a.goneIn(sp, g, i, end); err != nil {
			return err
		}
		i = end
	}
	return nil
}

// goneIn removes those of one block.
func (a *applier) goneIn(sp *space, g *gone, from, end int) error {
	s := sp.summary(blockOf(g.numbers[from]))
	if s != nil && !g.wipe && s.live == end-from && s.unwiped == 0 && !sp.open(s) && a.all(sp, s, g.numbers[from:end]) {
		sp.live -= s.live
		sp.trashed -= s.trashed
		sp.dropBlock(s)
		return nil
	}
	s, err := sp.mutable(g.numbers[from], !g.cut)
	if s == nil || err != nil {
		return err
	}
	for i := from; i < end; i++ {
		n := g.numbers[i]
		e := s.mem.at(n)
		if e.state == dead || e.state == absent && g.cut {
			continue
		}
		if e.state == live {
			sp.live--
			s.live--
			sp.count(s, -inTrash(&e.row))
		} else {
			e.row.ID = g.ids[i]
			sp.recent[g.ids[i]] = n
			if g.ids[i].Compare(sp.lastID) > 0 { // its own record was damaged
				sp.lastID = g.ids[i]
			}
		}
		s.dead++
		id := e.row.ID
		kept := entry{row: inspector.Row{ID: id, N: n}, state: dead}
		if g.wipe && len(e.pieces) > 0 {
			kept.pieces = e.pieces
			s.unwiped++
			sp.wipe = append(sp.wipe, wiping{n, slices.Clone(e.pieces)})
		}
		sp.wait(s, -e.waits())
		*e = kept
		s.mem.touch(a.s.applied)
	}
	return nil
}

// all reports whether the numbers are all live rows of a block. They are
// distinct, so while none of them is dead their count tells.
func (a *applier) all(sp *space, s *summary, numbers []uint64) bool {
	if s.mem == nil && s.dead == 0 {
		return true
	}
	if s.mem == nil {
		v, err := a.s.stored(sp.ws, s.no, s.version, s.parts)
		return err == nil && !slices.ContainsFunc(numbers, func(n uint64) bool {
			slot := int(n % blockRows)
			return slot >= v.slots || v.state(slot) != live
		})
	}
	return !slices.ContainsFunc(numbers, func(n uint64) bool { return s.mem.at(n).state != live })
}

// dropBlock forgets a block without live rows.
func (sp *space) dropBlock(s *summary) {
	if s.mem != nil {
		sp.release(s)
	}
	i := sp.search(s.no)
	sp.blocks = slices.Delete(sp.blocks, i, i+1)
	if s.parts > 0 {
		sp.dropped = append(sp.dropped, s)
	}
}

func (a *applier) config(pos journal.Pos, c *configSet) {
	sp := a.s.space(c.ws)
	for _, put := range c.puts {
		if !c.repeat {
			sp.feed.tellConfig(a.number(), put.key)
		}
		if a.only {
			continue
		}
		put.entry.pos = pos
		sp.setConfig(put.key, put.entry)
	}
}

// decode reads the content of a record.
func decode(rec journal.Record) (any, error) {
	switch rec.Kind {
	case kindGroup:
		return decodeGroup(rec)
	case kindGone:
		return decodeGone(rec.Data)
	case kindConfig:
		return decodeConfig(rec.Data)
	case kindQueue:
		return decodeWork(rec.Data)
	case kindMark:
		return decodeMark(rec.Data)
	case journal.Wiped:
		return nil, nil
	}
	return nil, fmt.Errorf("record at %s has a kind this version does not know: %d", rec.Pos, rec.Kind)
}
