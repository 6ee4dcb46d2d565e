package badgerstore

import (
	"encoding/binary"
	"fmt"
	"maps"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/inspector/badgerstore/journal"
	"github.com/boathook/boathook/inspector/workqueue"
)

const (
	// flushBlocks is how many full blocks wait in memory before they are written.
	flushBlocks = 16
	// heldBlocks is how many of those stay in memory whose deliveries wait for their
	// first try. What becomes of it changes each of them twice, and they are then
	// written once instead of three times.
	heldBlocks = 320
)

// partBytes keeps a transaction of Badger well below its limit.
const partBytes = 512 << 10

// pending is a copy of what one workspace has to write.
type pending struct {
	sp      *space
	ripe    []*summary // blocks to be written
	blocks  []pendingBlock
	config  map[string]bool
	work    []*workqueue.Item
	gone    map[string]bool // ids of work that is over
	dropped []*summary
	state   []byte

	configs map[string][]byte // nil: deleted
}

type pendingBlock struct {
	s       *summary
	changes uint64
	sum     summary // made anew from the entries
	data    []byte
	old     int // parts of the stored block
}

// dirtyBlocks counts blocks in memory, of which all but the newest wait to be
// written. Store.mu must be held.
func (s *Store) dirtyBlocks() int {
	n := 0
	for _, sp := range s.spaces {
		n += sp.inMemory
	}
	return n
}

// ripeBlocks counts blocks in memory without those that are held back.
// Store.mu must be held.
func (s *Store) ripeBlocks() int {
	n, waiting := 0, 0
	for _, sp := range s.spaces {
		n += sp.inMemory
		waiting += sp.waiting
	}
	return n - min(waiting, heldBlocks)
}

// flush writes what is in memory into the index and moves the checkpoint on.
func (s *Store) flush() error { return s.flushBut(0) }

// flushRipe is flush without the blocks that will soon change again. The checkpoint
// then stays before what they hold.
func (s *Store) flushRipe() error { return s.flushBut(heldBlocks) }

// flushBut writes all but so many blocks of which deliveries wait for their first try.
func (s *Store) flushBut(held int) error {
	s.flushing.Lock()
	defer s.flushing.Unlock()
	if err := s.indexRoom(); err != nil {
		return err
	}
	todo, end, seq := s.take(held)
	err := s.index.update(func(w *writer) error {
		for _, p := range todo {
			if err := s.put(w, p); err != nil {
				return err
			}
		}
		check := binary.BigEndian.AppendUint64(nil, uint64(end))
		check = binary.BigEndian.AppendUint64(check, seq)
		return w.set([]byte(keyCheck), check)
	})
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range todo {
		if err != nil {
			p.giveBack()
			continue
		}
		s.settle(p, end)
	}
	if err == nil {
		s.indexed.Store(s.index.bytes())
	}
	return err
}

// indexRoom refuses to write the index where there is no space for it: Badger dies when
// its memory maps find none.
func (s *Store) indexRoom() error {
	s.volume.expire()
	if err := s.volume.away(); err != nil {
		return fmt.Errorf("write index: %w", err)
	}
	if free := s.volume.free(); free >= 0 && free < s.indexNeed() {
		return fmt.Errorf("write index: %w: %s free", inspector.ErrNoSpace, mebibytes(free))
	}
	return nil
}

// indexNeed is the free space without which the index is left alone. It is
// less than what commits need, so they stop first.
func (s *Store) indexNeed() int64 { return min(indexReserve, s.opt.MinFreeBytes/2) }

// take copies what is to be written, and how far in the journal that is.
func (s *Store) take(held int) (todo []*pending, end journal.Pos, seq uint64) {
	s.mu.Lock()
	end, seq = s.applied, s.seq
	for _, sp := range s.spaces {
		p := &pending{sp: sp, config: sp.dirtyConfig, dropped: sp.dropped}
		p.copyRest() // now: chunks that a delivery adopts later are before end
		sp.dirtyConfig, sp.dropped = map[string]bool{}, nil
		for _, sum := range sp.blocks {
			switch {
			case sum.mem == nil || !sum.mem.dirty:
			case held > 0 && sum.mem.waiting > 0 && !sum.mem.adopted: // the oldest ones, which are tried first
				held--
				end = min(end, sum.mem.since)
			default:
				p.ripe = append(p.ripe, sum)
			}
		}
		todo = append(todo, p)
	}
	for _, p := range todo {
		p.work, p.gone = p.sp.queue.take(end)
	}
	s.mu.Unlock()
	for _, p := range todo {
		for _, sum := range p.ripe {
			if b, ok := s.copyBlock(sum); ok {
				p.blocks = append(p.blocks, b)
			}
		}
	}
	return todo, end, seq
}

func (p *pending) copyRest() {
	p.state = p.sp.encodeState()
	p.configs = map[string][]byte{}
	for key := range p.config {
		p.configs[key] = nil
		if e := p.sp.config[key]; e != nil {
			b := binary.AppendUvarint(nil, uint64(e.pos))
			p.configs[key] = putConfig(b, key, e.rev, e.value)
		}
	}
}

// copyBlock copies what is to be written of a block; false if a prune has dropped it
// meanwhile. Commits wait while it is copied, but not while it is packed.
// Store.flushing must be held.
func (s *Store) copyBlock(sum *summary) (pendingBlock, bool) {
	s.mu.RLock()
	if sum.mem == nil {
		s.mu.RUnlock()
		return pendingBlock{}, false
	}
	b := pendingBlock{s: sum, changes: sum.mem.changes, sum: sum.mem.summarise(), old: sum.parts}
	b.sum.version, b.sum.words = sum.version+1, sum.words
	s.writer.copy(sum.mem)
	s.mu.RUnlock()
	b.data = s.writer.pack()
	b.sum.parts = (len(b.data) + partBytes - 1) / partBytes
	return b, true
}

func (s *Store) put(w *writer, p *pending) error {
	ws := p.sp.ws
	for _, old := range p.dropped {
		for part := range old.parts {
			if err := w.delete(partKey(ws, old.no, old.version, part)); err != nil {
				return err
			}
		}
		if err := w.delete(numberKey(keySummary, ws, old.no)); err != nil {
			return err
		}
	}
	for i := range p.blocks {
		if err := s.putBlock(w, ws, &p.blocks[i]); err != nil {
			return err
		}
	}
	for key, value := range p.configs {
		if err := putOrDelete(w, textKey(keyConfig, ws, key), value); err != nil {
			return err
		}
	}
	for id := range p.gone {
		if err := w.delete(textKey(keyWork, ws, id)); err != nil {
			return err
		}
	}
	for _, it := range p.work {
		if err := w.set(textKey(keyWork, ws, it.ID), putWork(binary.AppendUvarint(nil, it.Pos), it)); err != nil {
			return err
		}
	}
	return w.set(spaceKey(keyState, ws), p.state)
}

func putOrDelete(w *writer, key, value []byte) error {
	if value == nil {
		return w.delete(key)
	}
	return w.set(key, value)
}

// putBlock writes the block under its next version, so that one that is cut
// short leaves the old version whole.
func (s *Store) putBlock(w *writer, ws inspector.Workspace, b *pendingBlock) error {
	for part := range b.sum.parts {
		piece := b.data[part*partBytes:]
		if err := w.set(partKey(ws, b.sum.no, b.sum.version, part), piece[:min(len(piece), partBytes)]); err != nil {
			return err
		}
	}
	if err := w.set(numberKey(keySummary, ws, b.sum.no), b.sum.encode()); err != nil {
		return err
	}
	for part := range b.old {
		if err := w.delete(partKey(ws, b.sum.no, b.sum.version-1, part)); err != nil {
			return err
		}
	}
	return nil
}

// settle notes that p is stored, which has all before a place in the journal.
// Store.mu must be held for writing.
func (s *Store) settle(p *pending, end journal.Pos) {
	for i := range p.blocks {
		b := &p.blocks[i]
		s.views.drop(p.sp.ws, b.sum.no)
		b.s.version, b.s.parts = b.sum.version, b.sum.parts
		if b.s.mem == nil { // dropped while it was written
			p.sp.dropped = append(p.sp.dropped, b.s)
			continue
		}
		if b.s.mem.changes == b.changes {
			b.sum.mem = b.s.mem
			*b.s = b.sum
			b.s.mem.dirty, b.s.mem.adopted = false, false
		}
		b.s.mem.since = end
	}
	for _, sum := range p.sp.blocks {
		if sum.mem != nil && !sum.mem.dirty && !p.sp.open(sum) {
			p.sp.release(sum)
		}
	}
}

// giveBack marks what could not be written as to be written again.
func (p *pending) giveBack() {
	maps.Copy(p.sp.dirtyConfig, p.config)
	p.sp.queue.giveBack(p.work, p.gone)
	p.sp.dropped = append(p.sp.dropped, p.dropped...)
}

// keepUp writes the index when commits are faster than the background.
func (s *Store) keepUp() {
	s.report(s.flush())
}

// The state of a workspace: last number, last id, losses, early chunks.
func (sp *space) encodeState() []byte {
	b := binary.AppendUvarint([]byte{1}, sp.lastN)
	b = append(b, sp.lastID[:]...)
	b = binary.AppendUvarint(b, uint64(len(sp.losses)))
	for i := range sp.losses {
		b = putLoss(b, &sp.losses[i])
	}
	b = binary.AppendUvarint(b, uint64(len(sp.early)))
	for id, e := range sp.early {
		b = putPieces(append(b, id[:]...), e, false)
	}
	return b
}

func (sp *space) decodeState(data []byte) error {
	d := &decoder{b: data}
	if d.byte() != 1 {
		return errShort
	}
	sp.lastN, sp.lastID = d.uvarint(), d.id()
	for range d.count() {
		sp.losses = append(sp.losses, d.loss())
	}
	for range d.count() {
		id, e := d.id(), &entry{}
		d.pieces(e, false)
		sp.early[id] = e
	}
	return d.err
}

func putLoss(b []byte, l *inspector.Loss) []byte {
	b = binary.AppendUvarint(b, l.FirstN)
	b = binary.AppendUvarint(b, l.LastN)
	b = binary.AppendVarint(b, int64(l.Count))
	return putString(putTime(putTime(b, l.From), l.To), l.Reason)
}

func (d *decoder) loss() inspector.Loss {
	return inspector.Loss{
		FirstN: d.uvarint(), LastN: d.uvarint(), Count: int(d.varint()),
		From: d.time(), To: d.time(), Reason: d.string(),
	}
}
