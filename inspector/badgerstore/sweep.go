package badgerstore

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/inspector/badgerstore/journal"
	"github.com/boathook/boathook/inspector/workqueue"
)

const (
	// pruneStep is how many deliveries are pruned with one commit.
	pruneStep = 4096
	// toldPruned is how many are told to the feed one by one. With more, the feed
	// starts anew, and readers load their lists again.
	toldPruned = 4096
)

// Sweep removes what the policy no longer keeps, oldest first. Bytes bounds the
// journal and counts whole files: it keeps what shares a file with younger
// deliveries. The bytes of erased deliveries are gone when it returns.
func (s *Store) Sweep(ctx context.Context, ws inspector.Workspace, now time.Time, p inspector.Policy) (swept inspector.Swept, err error) {
	end, err := s.begin(ctx)
	if err != nil {
		return swept, err
	}
	defer end()
	if p.Trash > 0 {
		if swept.Emptied, err = s.emptyTrash(ctx, ws, now.Add(-p.Trash)); err != nil {
			return swept, fmt.Errorf("sweep: %w", err)
		}
		swept.Deliveries = swept.Emptied
	}
	if err := s.wipeErased(); err != nil {
		return swept, fmt.Errorf("sweep: %w", err)
	}
	s.sweeping.Lock()
	defer s.sweeping.Unlock()
	before := s.journal.Bytes()
	if p.Bytes > 0 {
		// Smaller files let the bound be kept more closely.
		s.journal.Limit(min(s.segmentBytes(), max(p.Bytes/16, 1<<20)))
	}
	numbers, held, err := s.outdated(ws, now, p)
	if err != nil || held {
		swept.Held = held
		return swept, err
	}
	pruned, err := s.prune(ctx, ws, numbers, time.Time{})
	swept.Deliveries += pruned
	if err != nil {
		return swept, fmt.Errorf("sweep: %w", err)
	}
	if p.Bytes > 0 {
		n, err := s.sweepBytes(ctx, p.Bytes)
		swept.Deliveries += n
		if err != nil {
			return swept, fmt.Errorf("sweep: %w", err)
		}
	}
	if err := s.dropUnneeded(); err != nil {
		return swept, fmt.Errorf("sweep: %w", err)
	}
	swept.Bytes = max(before-s.journal.Bytes(), 0)
	// Last, because it needs space, which what was dropped has freed.
	if s.vacuumAt.Load() != 0 {
		if err := s.vacuum(); err != nil {
			return swept, fmt.Errorf("sweep: %w", err)
		}
	}
	return swept, nil
}

// outdated lists the numbers that are past the age or over the count, in order.
func (s *Store) outdated(ws inspector.Workspace, now time.Time, p inspector.Policy) (numbers []uint64, held bool, err error) {
	total := 0
	if p.Age > 0 {
		cutoff := now.Add(-p.Age)
		err = s.eachLive(ws, func(sum *summary) bool { return sum.minAt <= cutoff.Unix() }, func(e *entry) bool {
			if e.row.At.Before(cutoff) {
				numbers = append(numbers, e.row.N)
			}
			return true
		})
		if err != nil {
			return nil, false, err
		}
	}
	s.mu.RLock()
	total = s.peek(ws).live
	s.mu.RUnlock()
	if 2*len(numbers) > total {
		return nil, true, nil
	}
	over := total - p.Count
	if p.Count <= 0 || over <= len(numbers) {
		return numbers, false, nil
	}
	old := make(map[uint64]bool, len(numbers))
	for _, n := range numbers {
		old[n] = true
	}
	over -= len(numbers)
	// What is in the trash goes first.
	for _, blocks := range []func(*summary) bool{holdsTrash, nil} {
		err = s.eachLive(ws, blocks, func(e *entry) bool {
			if over == 0 {
				return false
			}
			if n := e.row.N; !old[n] && (blocks == nil || inTrash(&e.row) > 0) {
				numbers, old[n] = append(numbers, n), true
				over--
			}
			return true
		})
		if err != nil {
			return nil, false, err
		}
	}
	slices.Sort(numbers)
	return numbers, false, nil
}

// eachLive calls f for the live deliveries of the blocks that may be of
// interest, oldest first, until it says no. The lock is let go between blocks.
func (s *Store) eachLive(ws inspector.Workspace, block func(*summary) bool, f func(*entry) bool) error {
	next := uint64(0)
	for {
		s.mu.RLock()
		sp := s.peek(ws)
		i := sp.search(next)
		for i < len(sp.blocks) && (sp.blocks[i].live == 0 || block != nil && !block(sp.blocks[i])) {
			i++
		}
		if i == len(sp.blocks) {
			s.mu.RUnlock()
			return nil
		}
		sum := sp.blocks[i]
		next = sum.no + 1
		more, err := s.liveIn(sp, sum, f)
		s.mu.RUnlock()
		if err != nil || !more {
			return err
		}
	}
}

func (s *Store) liveIn(sp *space, sum *summary, f func(*entry) bool) (more bool, err error) {
	if sum.mem != nil {
		for i := range sum.mem.entries {
			if e := &sum.mem.entries[i]; e.state == live && !f(e) {
				return false, nil
			}
		}
		return true, nil
	}
	v, err := s.load(sp.ws, sum.no, sum.version, sum.parts)
	if err != nil {
		return false, err
	}
	for slot := range v.slots {
		if v.state(slot) != live {
			continue
		}
		var e entry
		if err := v.entry(slot, &e); err != nil {
			return false, err
		}
		if !f(&e) {
			return false, nil
		}
	}
	return true, nil
}

// prune removes deliveries without wiping their bytes: those go with their
// segment. With a time it removes those that are in the trash since before it, and
// wipes them.
func (s *Store) prune(ctx context.Context, ws inspector.Workspace, numbers []uint64, trashed time.Time) (count int, err error) {
	cut := len(numbers) > toldPruned
	for step := range slices.Chunk(numbers, pruneStep) {
		if err := ctx.Err(); err != nil {
			return count, err
		}
		n, err := s.pruneStep(ws, step, cut, trashed)
		count += n
		if err != nil {
			return count, err
		}
	}
	return count, nil
}

func (s *Store) pruneStep(ws inspector.Workspace, numbers []uint64, cut bool, trashed time.Time) (int, error) {
	s.write.Lock()
	defer s.write.Unlock()
	d := draft{s: s}
	s.mu.Lock()
	d.sp = s.space(ws)
	wipe := !trashed.IsZero()
	g := &gone{ws: ws, cut: cut && !wipe, wipe: wipe} // to wipe, ids are needed
	for _, n := range numbers {
		e, err := d.sp.entry(n)
		if err != nil {
			s.mu.Unlock()
			return 0, err
		}
		if e.state != live || wipe && !trashedBefore(&e.row, trashed) {
			continue
		}
		g.numbers = append(g.numbers, n)
		if !g.cut {
			g.ids = append(g.ids, e.row.ID)
		}
	}
	d.add(kindGone, len(g.numbers), g)
	s.mu.Unlock()
	return len(g.numbers), s.append(d.contents)
}

// sweepBytes prunes what lies in the oldest segments, until the
// rest fits.
func (s *Store) sweepBytes(ctx context.Context, bytes int64) (int, error) {
	segments := s.journal.Segments()
	total := int64(0)
	for _, seg := range segments {
		total += seg.Bytes
	}
	first := 0
	for total > bytes && first < len(segments)-1 {
		total -= segments[first].Bytes
		first++
	}
	if total > bytes {
		s.journal.Cut() // what fills the last one goes once there is a next
	}
	if first == 0 {
		return 0, nil
	}
	keep := segments[first].N
	count := 0
	for _, ws := range s.workspaces() {
		var numbers []uint64
		err := s.eachLive(ws, func(sum *summary) bool { return sum.minSegment < keep }, func(e *entry) bool {
			for _, p := range e.pieces {
				if p.Pos.Segment() < keep {
					numbers = append(numbers, e.row.N)
					break
				}
			}
			return true
		})
		if err != nil {
			return count, err
		}
		n, err := s.prune(ctx, ws, numbers, time.Time{})
		count += n
		if err != nil {
			return count, err
		}
	}
	s.giveUp(keep)
	return count, nil
}

// giveUp lets go of chunks whose delivery did not come, or get a further chunk,
// while as much was written as is kept. They would hold their segment, and all
// after it, until the next start.
func (s *Store) giveUp(keep uint32) {
	s.write.Lock() // a commit relies on the chunks it knows
	defer s.write.Unlock()
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, sp := range s.spaces {
		maps.DeleteFunc(sp.early, func(_ inspector.ID, e *entry) bool {
			return e.pieces[len(e.pieces)-1].Pos.Segment() < keep
		})
	}
}

func (s *Store) workspaces() []inspector.Workspace {
	s.mu.RLock()
	defer s.mu.RUnlock()
	var list []inspector.Workspace
	for ws := range s.spaces {
		list = append(list, ws)
	}
	return list
}

// dropUnneeded removes the oldest segments that no delivery needs. What else
// they say is written down again first, so that the journal stays enough.
func (s *Store) dropUnneeded() error {
	s.mu.Lock()
	keep := s.journal.End().Segment()
	for _, sp := range s.spaces {
		for _, sum := range sp.blocks {
			if sum.mem != nil {
				sum.minSegment = sum.mem.summarise().minSegment
			}
		}
		if seg := sp.minSegment(); seg != 0 {
			keep = min(keep, seg)
		}
	}
	s.mu.Unlock()
	if keep <= s.journal.Start().Segment() {
		return nil
	}
	if err := s.carry(keep); err != nil {
		return err
	}
	if _, err := s.journal.Drop(keep); err != nil {
		return err
	}
	return s.writeLedger()
}

// carry writes down again what is only said in segments before keep.
func (s *Store) carry(keep uint32) error {
	s.write.Lock()
	defer s.write.Unlock()
	d := draft{s: s}
	s.mu.Lock()
	for _, sp := range s.spaces {
		d.sp = sp
		d.add(kindMark, 1, &mark{sp.ws, sp.lastN, sp.lastID})
		set := &configSet{ws: sp.ws, repeat: true}
		for key, e := range sp.config {
			if e.pos.Segment() < keep {
				set.puts = append(set.puts, configPut{key, &configEntry{rev: e.rev, value: e.value}})
			}
		}
		d.add(kindConfig, len(set.puts), set)
		works := &workSet{ws: sp.ws}
		for w := range sp.queue.All() {
			if journal.Pos(w.Pos).Segment() < keep {
				works.puts = append(works.puts, &workqueue.Item{Due: w.Due, Order: w.Order})
			}
		}
		d.add(kindQueue, len(works.puts), works)
	}
	s.mu.Unlock()
	return s.append(d.contents)
}

// TrimFeed forgets all but the newest keep changes, for tests of readers that
// fall behind.
func (s *Store) TrimFeed(ctx context.Context, ws inspector.Workspace, keep int) error {
	end, err := s.begin(ctx)
	if err != nil {
		return err
	}
	defer end()
	s.mu.Lock()
	defer s.mu.Unlock()
	f := &s.space(ws).feed
	if old := len(f.list) - max(keep, 0); old > 0 {
		f.floor = f.list[old-1].seq
		f.list = slices.Clone(f.list[old:])
	}
	return nil
}
