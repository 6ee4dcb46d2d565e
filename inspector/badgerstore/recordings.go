package badgerstore

import (
	"context"
	"encoding/binary"
	"fmt"
	"strings"
	"time"

	"github.com/boathook/boathook/inspector"
)

// How many blocks are counted under one lock: those in memory, and those that are read.
const (
	countInMemory = 16
	countStored   = 2
)

// blockSums is what the recordings of a block add up to. It is not changed once it is
// made.
type blockSums map[string]inspector.RecordingSum

// RecordingSums adds up what the blocks come to. One that is stored is read once: what
// it comes to stays with its summary until it is loaded to be changed.
func (s *Store) RecordingSums(ctx context.Context, ws inspector.Workspace) (map[string]inspector.RecordingSum, error) {
	end, err := s.begin(ctx)
	if err != nil {
		return nil, err
	}
	defer end()
	c := counting{all: blockSums{}}
	for more := true; more; {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		s.mu.RLock()
		more, err = c.some(s.peek(ws))
		s.mu.RUnlock()
		if err != nil {
			return nil, fmt.Errorf("count the deliveries of recordings: %w", err)
		}
	}
	if len(c.fresh) > 0 {
		s.mu.Lock()
		for _, f := range c.fresh {
			if f.sum.mem == nil && f.sum.version == f.version {
				f.sum.recordings = f.sums
			}
		}
		s.mu.Unlock()
	}
	return c.all, nil
}

// counting is one call of RecordingSums.
type counting struct {
	all   blockSums
	next  uint64 // blocks before it are counted
	fresh []freshSums
}

// freshSums is what a stored block was found to come to.
type freshSums struct {
	sum     *summary
	version uint8
	sums    blockSums
}

// some counts some blocks and reports whether there are more. Store.mu must be held.
func (c *counting) some(sp *space) (more bool, err error) {
	inMemory, stored := 0, 0
	for _, sum := range sp.blocks[sp.search(c.next):] {
		if inMemory == countInMemory || stored == countStored {
			return true, nil
		}
		c.next = sum.no + 1
		sums := sum.recordings
		switch {
		case sum.live == sum.trashed:
			continue
		case sum.mem != nil:
			inMemory++
			sums = sum.mem.recordings()
		case sums == nil:
			stored++
			v, err := sp.store.load(sp.ws, sum.no, sum.version, sum.parts)
			if err != nil {
				return false, err
			}
			if sums, err = v.recordings(); err != nil {
				return false, err
			}
			c.fresh = append(c.fresh, freshSums{sum, sum.version, sums})
		}
		for name, one := range sums {
			all := c.all[name]
			all.Add(one)
			c.all[name] = all
		}
	}
	return false, nil
}

func (b *block) recordings() blockSums {
	sums := blockSums{}
	for i := range b.entries {
		if e := &b.entries[i]; e.state == live && e.row.Flags&inspector.FlagTrashed == 0 {
			sums.add(&e.row)
		}
	}
	return sums
}

func (sums blockSums) add(r *inspector.Row) {
	for _, name := range r.Recordings() {
		sum := sums[name]
		sum.Add(r.Recording())
		sums[name] = sum
	}
}

// recordings looks at no more of a row than it needs.
func (v *view) recordings() (blockSums, error) {
	sums := blockSums{}
	for slot := range v.slots {
		if v.state(slot) != live || v.flags(slot)&inspector.FlagTrashed != 0 {
			continue
		}
		d, err := v.rest(slot)
		if err != nil {
			return nil, err
		}
		var r inspector.Row
		for range d.count() {
			if tag := d.view(); strings.HasPrefix(string(tag), inspector.RecordingTag) {
				r.Tags = append(r.Tags, string(tag))
			}
		}
		if d.err != nil {
			return nil, d.err
		}
		if r.Tags != nil {
			line, le := v.line(slot), binary.LittleEndian
			r.At = v.at(slot)
			r.Size, r.RespSize = int64(le.Uint64(line[72:])), int64(le.Uint64(line[80:]))
			sums.add(&r)
		}
	}
	return sums, nil
}

// at is when the row in a slot arrived.
func (v *view) at(slot int) time.Time {
	line, le := v.line(slot), binary.LittleEndian
	return time.Unix(int64(le.Uint64(line[16:])), int64(le.Uint32(line[24:])&(1<<30-1))).UTC()
}
