package badgerstore

import (
	"fmt"
	"slices"
	"sort"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/inspector/badgerstore/journal"
)

// space is one workspace. It is guarded by Store.mu.
type space struct {
	ws       inspector.Workspace
	store    *Store
	blocks   []*summary // in order of no
	inMemory int        // blocks that are
	waiting  int        // of these, with deliveries that wait for their first try
	live     int
	trashed  int // of those that are live
	lastN    uint64
	lastID   inspector.ID
	recent   map[inspector.ID]uint64 // ids in blocks that are in memory
	early    map[inspector.ID]*entry // chunks whose delivery has not come yet

	feed   feed
	queue  queue
	config map[string]*configEntry

	dirtyConfig map[string]bool
	dropped     []*summary // blocks whose stored form is to be deleted
	wipe        []wiping   // dead entries whose bytes are still there
	losses      []inspector.Loss
}

type wiping struct {
	n      uint64 // 0 for chunks without a delivery
	pieces []journal.Placed
}

func newSpace(s *Store, ws inspector.Workspace) *space {
	return &space{
		ws: ws, store: s, feed: feed{floor: s.feedFloor},
		recent: map[inspector.ID]uint64{}, early: map[inspector.ID]*entry{},
		queue: newQueue(s.boot), config: map[string]*configEntry{}, dirtyConfig: map[string]bool{},
	}
}

// summary returns the summary of a block, nil if there is none.
func (sp *space) summary(no uint64) *summary {
	i := sp.search(no)
	if i < len(sp.blocks) && sp.blocks[i].no == no {
		return sp.blocks[i]
	}
	return nil
}

// search is the place of the first block that is not before no.
func (sp *space) search(no uint64) int {
	if last := len(sp.blocks) - 1; last >= 0 && no >= sp.blocks[last].no {
		if no == sp.blocks[last].no {
			return last
		}
		return last + 1
	}
	return sort.Search(len(sp.blocks), func(i int) bool { return sp.blocks[i].no >= no })
}

// mutable returns the block of a number in memory, to be changed. Without
// create it is nil when there is none.
func (sp *space) mutable(n uint64, create bool) (*summary, error) {
	no := blockOf(n)
	i := sp.search(no)
	if i == len(sp.blocks) || sp.blocks[i].no != no {
		if !create {
			return nil, nil
		}
		sp.blocks = slices.Insert(sp.blocks, i, &summary{no: no, mem: newBlock(no)})
		sp.inMemory++
	}
	s := sp.blocks[i]
	if s.mem != nil {
		return s, nil
	}
	v, err := sp.store.stored(sp.ws, s.no, s.version, s.parts)
	if err != nil {
		return nil, err
	}
	mem, err := v.block()
	if err != nil {
		return nil, fmt.Errorf("block %d: %w", no, err)
	}
	s.mem, s.recordings = mem, nil
	sp.inMemory++
	for i := range s.mem.entries {
		if e := &s.mem.entries[i]; e.state != absent {
			sp.recent[e.row.ID] = e.row.N
			sp.wait(s, e.waits())
		}
	}
	return s, nil
}

// release lets go of a block that is stored.
func (sp *space) release(s *summary) {
	for i := range s.mem.entries {
		if e := &s.mem.entries[i]; e.state != absent && sp.recent[e.row.ID] == e.row.N {
			delete(sp.recent, e.row.ID)
		}
	}
	sp.wait(s, -s.mem.waiting)
	s.mem, s.before = nil, nil
	sp.inMemory--
}

// wait counts so many more deliveries of a block that wait for their first try.
func (sp *space) wait(s *summary, more int) {
	before := s.mem.waiting
	s.mem.waiting += more
	switch {
	case before == 0 && s.mem.waiting > 0:
		sp.waiting++
	case before > 0 && s.mem.waiting == 0:
		sp.waiting--
	}
}

// open reports whether numbers of the block are still to be given.
func (sp *space) open(s *summary) bool { return s.no >= blockOf(sp.lastN+1) }

// find returns the number of an id, 0 if it is not known. A deleted delivery
// is known until its block goes.
func (sp *space) find(id inspector.ID) (uint64, error) {
	if id.Compare(sp.lastID) > 0 {
		return 0, nil
	}
	if n := sp.recent[id]; n != 0 {
		return n, nil
	}
	for i := len(sp.blocks) - 1; i >= 0; i-- {
		s := sp.blocks[i]
		if s.mem != nil || id.Compare(s.minID) < 0 || id.Compare(s.maxID) > 0 {
			continue
		}
		v, err := sp.store.stored(sp.ws, s.no, s.version, s.parts)
		if err != nil {
			return 0, err
		}
		for slot := range v.slots {
			if v.state(slot) != absent && v.id(slot) == id {
				return s.no*blockRows + uint64(slot), nil
			}
		}
	}
	return 0, nil
}

// entry reads the entry of a number; its state is absent if there is none.
func (sp *space) entry(n uint64) (entry, error) {
	s := sp.summary(blockOf(n))
	if s == nil {
		return entry{}, nil
	}
	if s.mem != nil {
		return *s.mem.at(n), nil
	}
	v, err := sp.store.stored(sp.ws, s.no, s.version, s.parts)
	if err != nil {
		return entry{}, err
	}
	var e entry
	if slot := int(n % blockRows); slot < v.slots {
		err = v.entry(slot, &e)
	}
	return e, err
}

// firstN is the lowest number kept, 0 if none.
func (sp *space) firstN() (uint64, error) {
	for _, s := range sp.blocks {
		if s.live == 0 {
			continue
		}
		if s.mem != nil {
			for i := range s.mem.entries {
				if s.mem.entries[i].state == live {
					return s.no*blockRows + uint64(i), nil
				}
			}
			continue
		}
		v, err := sp.store.stored(sp.ws, s.no, s.version, s.parts)
		if err != nil {
			return 0, err
		}
		for slot := range v.slots {
			if v.state(slot) == live {
				return s.no*blockRows + uint64(slot), nil
			}
		}
	}
	return 0, nil
}

// minSegment is the oldest segment that is still needed, 0 if none is.
func (sp *space) minSegment() uint32 {
	var oldest uint32
	take := func(seg uint32) {
		if seg != 0 && (oldest == 0 || seg < oldest) {
			oldest = seg
		}
	}
	for _, s := range sp.blocks {
		take(s.minSegment)
	}
	for _, e := range sp.early {
		take(e.pieces[0].Pos.Segment())
	}
	return oldest
}
