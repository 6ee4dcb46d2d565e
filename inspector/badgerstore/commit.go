package badgerstore

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/inspector/badgerstore/journal"
)

// Commit writes the batch to the journal and returns once it is durable, see
// [Options.Durability]. It returns inspector.ErrNoSpace while there is too
// little free space, and inspector.ErrBroken for ever after a failed sync.
func (s *Store) Commit(ctx context.Context, b *inspector.Batch) (inspector.Result, error) {
	if err := b.Check(); err != nil {
		return inspector.Result{}, err
	}
	end, err := s.begin(ctx)
	if err != nil {
		return inspector.Result{}, err
	}
	defer end()
	size := batchBytes(b)
	s.inFlight.Add(size)
	defer s.inFlight.Add(-size)
	if err := s.admit(); err != nil && !(errors.Is(err, inspector.ErrNoSpace) && erasesOnly(b)) {
		return inspector.Result{}, err
	}
	s.write.Lock()
	defer s.write.Unlock()
	d := &s.draft
	d.begin(s, b)
	defer d.reset()
	s.mu.Lock()
	err = d.prepare()
	s.mu.Unlock()
	if err != nil {
		s.batch.Reset() // it may hold a part of the records
		return inspector.Result{}, err
	}
	return d.res, s.append(d.contents)
}

// erasesOnly reports whether a batch does nothing but free space. It is taken on
// a full disk too, or nothing would ever end that state.
func erasesOnly(b *inspector.Batch) bool {
	return len(b.Erase) > 0 && len(b.Deliveries)+len(b.Attempts)+len(b.Chunks)+len(b.Patches)+
		len(b.Schedule)+len(b.Finish)+len(b.Config) == 0
}

// append makes records durable and applies them. Store.write must be held.
func (s *Store) append(contents []recorded) error {
	defer s.batch.Reset()
	if len(contents) == 0 {
		return nil
	}
	seq := s.seq + 1
	placed, err := s.journal.Append(seq, &s.batch)
	if errors.Is(err, journal.ErrBroken) {
		return fmt.Errorf("%w: %w", inspector.ErrBroken, err)
	}
	if err != nil {
		s.volume.expire()
		return fmt.Errorf("commit: %w", noSpace(err))
	}
	s.mu.Lock()
	for i, c := range contents {
		if err = s.applier.record(seq, i, placed[i], c.content); err != nil {
			break
		}
	}
	s.applied = s.journal.End()
	ripe := s.ripeBlocks()
	s.mu.Unlock()
	if err != nil {
		// What memory holds no longer follows the journal; a start mends it.
		s.fault.CompareAndSwap(nil, &err)
		return fmt.Errorf("%w: %w", inspector.ErrBroken, err)
	}
	s.ring()
	s.nudge()
	if ripe > 4*flushBlocks {
		s.keepUp()
	}
	return nil
}

// recorded is the content of a record that was put into the batch.
type recorded struct{ content any }

func chunkOf(c *inspector.Chunk) item {
	return item{kind: chunkItem, k: uint32(c.Body.Attempt), part: c.Body.Part, seq: uint32(c.Seq)}
}

func (d *draft) erase() error {
	g := &gone{ws: d.sp.ws, wipe: true}
	for _, id := range d.b.Erase {
		p := d.byID[id]
		if p == nil {
			var err error
			if p, err = d.part(id); err != nil {
				return err
			}
		}
		if p.n != 0 && !p.gone() && !p.erased {
			p.erased = true
			g.numbers, g.ids = append(g.numbers, p.n), append(g.ids, id)
		}
	}
	d.add(kindGone, len(g.numbers), g)
	return nil
}

type putter interface{ put([]byte) []byte }

// add puts a record into the batch unless it would say nothing.
func (d *draft) add(kind journal.Kind, count int, c putter) {
	if count == 0 {
		return
	}
	d.s.batch.Begin(kind, 0)
	d.s.batch.Buf = c.put(d.s.batch.Buf)
	d.s.batch.End()
	d.contents = append(d.contents, recorded{c})
}

func (d *draft) config() {
	for _, p := range d.b.Config {
		var rev uint64
		if e := d.sp.config[p.Key]; e != nil {
			rev = e.rev
		}
		if rev != p.Want {
			d.res.Conflicts = append(d.res.Conflicts, p.Key)
		}
	}
	if len(d.res.Conflicts) > 0 || len(d.b.Config) == 0 {
		return
	}
	set := &configSet{ws: d.sp.ws}
	// The number of the batch only grows, so it serves as revision. Several
	// writes of one batch take numbers that its changes have anyway.
	for i, p := range d.b.Config {
		rev := d.s.seq + 1 + uint64(i)
		if p.Value != nil {
			if d.res.Revs == nil {
				d.res.Revs = map[string]uint64{}
			}
			d.res.Revs[p.Key] = rev
		}
		set.puts = append(set.puts, configPut{p.Key, &configEntry{rev: rev, value: bytes.Clone(p.Value)}})
	}
	d.add(kindConfig, len(set.puts), set)
}

func batchBytes(b *inspector.Batch) int64 {
	n := int64(512 * (1 + len(b.Deliveries) + len(b.Patches)))
	for i := range b.Attempts {
		a := &b.Attempts[i]
		n += int64(512 + len(a.Request.Head) + len(a.Request.Framing) + len(a.Response.Head) + len(a.Response.Framing))
	}
	for i := range b.Chunks {
		n += int64(128 + len(b.Chunks[i].Data))
	}
	for i := range b.Schedule {
		n += int64(256 + len(b.Schedule[i].Payload))
	}
	for i := range b.Config {
		n += int64(128 + len(b.Config[i].Value))
	}
	return n
}
