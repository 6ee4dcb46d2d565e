package badgerstore

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"

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

// draft turns a batch into journal records. Its memory is used again.
type draft struct {
	s        *Store
	b        *inspector.Batch
	sp       *space
	res      inspector.Result
	contents []recorded
	parts    []part // never more than it has room for: byID points into it
	byID     map[inspector.ID]*part
	named    map[string]bool // ids of scheduled work
	rows     []inspector.Row // that were patched; the same holds for it
	encoded  []byte          // attempts
}

// part is what the batch says of one delivery.
type part struct {
	group
	head     group  // the record of all that is small
	known    *entry // nil if the delivery is new or unknown
	attempts []draftAttempt
	chunks   []*inspector.Chunk
	patched  *inspector.Row
	erased   bool
}

// draftAttempt is an attempt as it is written: a piece of draft.encoded.
type draftAttempt struct {
	k        int
	from, to int
	sum      uint32
}

func (d *draft) begin(s *Store, b *inspector.Batch) {
	d.s, d.b = s, b
	s.drafts++
	most := len(b.Deliveries) + len(b.Chunks) + len(b.Attempts) + len(b.Patches) + len(b.Erase)
	if cap(d.parts) < most {
		d.parts = make([]part, 0, most)
	}
	if cap(d.rows) < len(b.Patches) {
		d.rows = make([]inspector.Row, 0, len(b.Patches))
	}
	if d.byID == nil {
		d.byID = map[inspector.ID]*part{}
	}
}

// keepParts is how many parts a draft keeps room for.
const keepParts = 2048

// reset lets go of the batch and of what was too large to be kept.
func (d *draft) reset() {
	for i := range d.parts {
		p := &d.parts[i]
		clear(p.chunks)
		clear(p.patches)
		*p = part{
			group: group{items: p.items[:0], patches: p.patches[:0]}, head: group{items: p.head.items[:0]},
			attempts: p.attempts[:0], chunks: p.chunks[:0],
		}
	}
	clear(d.contents)
	clear(d.rows)
	clear(d.byID)
	clear(d.named)
	old := *d
	*d = draft{contents: old.contents[:0], parts: old.parts[:0], byID: old.byID, named: old.named, rows: old.rows[:0], encoded: old.encoded[:0]}
	if cap(d.parts) > keepParts || cap(d.encoded) > 4<<20 {
		*d = draft{}
	}
}

func (d *draft) prepare() error {
	d.sp = d.s.space(d.b.Workspace)
	if err := d.collect(); err != nil {
		return err
	}
	for i := range d.parts {
		d.write(&d.parts[i])
	}
	if err := d.erase(); err != nil {
		return err
	}
	d.queue()
	d.config()
	return nil
}

func (d *draft) part(id inspector.ID) (*part, error) {
	if p := d.byID[id]; p != nil {
		return p, nil
	}
	n, err := d.sp.find(id)
	if err != nil {
		return nil, err
	}
	d.parts = d.parts[:len(d.parts)+1]
	p := &d.parts[len(d.parts)-1]
	p.ws, p.id, p.n = d.sp.ws, id, n
	if n != 0 {
		s, err := d.sp.mutable(n, false)
		if err != nil {
			return nil, err
		}
		p.known = s.mem.at(n)
	} else if early := d.sp.early[id]; early != nil {
		p.known = early
	}
	d.byID[id] = p
	return p, nil
}

func (d *draft) collect() error {
	b := d.b
	if len(b.Deliveries) > 0 {
		d.res.Numbers = make(map[inspector.ID]uint64, len(b.Deliveries))
	}
	n := d.sp.lastN
	for i := range b.Deliveries {
		p, err := d.part(b.Deliveries[i].ID)
		if err != nil {
			return err
		}
		if p.n == 0 {
			n++
			p.n, p.row = n, &b.Deliveries[i]
		}
		d.res.Numbers[p.id] = p.n
	}
	for i := range b.Chunks {
		p, err := d.part(b.Chunks[i].Body.Delivery)
		if err != nil {
			return err
		}
		p.chunk(&b.Chunks[i])
	}
	for i := range b.Attempts {
		p, err := d.part(b.Attempts[i].Delivery)
		if err != nil {
			return err
		}
		if err := d.attempt(p, &b.Attempts[i]); err != nil {
			return err
		}
	}
	for i := range b.Patches {
		p, err := d.part(b.Patches[i].ID)
		if err != nil {
			return err
		}
		d.patch(p, &b.Patches[i])
	}
	return nil
}

// gone reports whether the delivery was deleted: nothing more is kept of it.
func (p *part) gone() bool { return p.known != nil && p.known.state == dead }

func (p *part) chunk(c *inspector.Chunk) {
	it := item{kind: chunkItem, k: uint32(c.Body.Attempt), part: c.Body.Part, seq: uint32(c.Seq)}
	if p.gone() || p.known != nil && p.known.has(it) || slices.Contains(p.items, it) {
		return
	}
	p.items = append(p.items, it)
	p.chunks = append(p.chunks, c)
}

func (d *draft) attempt(p *part, a *inspector.Attempt) error {
	if p.n == 0 || p.gone() {
		return nil
	}
	e := draftAttempt{k: a.K, from: len(d.encoded)}
	d.encoded = putAttempt(d.encoded, a)
	e.to = len(d.encoded)
	e.sum = sumOf(d.encoded[e.from:])
	if i := slices.IndexFunc(p.attempts, func(have draftAttempt) bool { return have.k == a.K }); i >= 0 {
		p.attempts[i] = e
		return nil
	}
	if p.known != nil && p.known.has(item{kind: attemptItem, k: uint32(a.K)}) {
		same, err := d.s.sameAttempt(p.known, a.K, d.encoded[e.from:], e.sum)
		if same || err != nil {
			return err
		}
	}
	p.attempts = append(p.attempts, e)
	p.told = true
	return nil
}

func (d *draft) patch(p *part, q *inspector.Patch) {
	if p.n == 0 || p.gone() {
		return
	}
	if p.patched == nil {
		p.patched = p.row
		if p.patched == nil {
			p.patched = &p.known.row
		}
	}
	d.rows = append(d.rows, *p.patched)
	row := &d.rows[len(d.rows)-1]
	q.Apply(row)
	if sameRow(row, p.patched) {
		return
	}
	p.patched, p.told = row, true
	p.patches = append(p.patches, *q)
}

// write puts the records of one delivery into the batch: one for all that is
// small, then one for each large chunk.
func (d *draft) write(p *part) {
	if p.row == nil && len(p.items)+len(p.attempts)+len(p.patches) == 0 {
		return
	}
	buf := &d.s.batch
	head := &p.head
	*head = group{ws: p.ws, id: p.id, n: p.n, row: p.row, patches: p.patches, told: p.told, items: head.items}
	var alone []*inspector.Chunk
	buf.Begin(kindGroup, p.n)
	buf.Buf = putGroupHead(buf.Buf, p.ws, p.id)
	if p.row != nil {
		buf.Buf = putPart(buf.Buf, groupRow, func(b []byte) []byte { return putRow(b, p.row) })
	}
	for _, a := range p.attempts {
		buf.Buf = putPart(buf.Buf, groupAttempt, func(b []byte) []byte { return append(b, d.encoded[a.from:a.to]...) })
		head.items = append(head.items, item{kind: attemptItem, k: uint32(a.k), sum: a.sum})
	}
	for i := range p.patches {
		buf.Buf = putPart(buf.Buf, groupPatch, func(b []byte) []byte { return putPatch(b, &p.patches[i]) })
	}
	for _, c := range p.chunks {
		if len(c.Data) >= aloneBytes {
			alone = append(alone, c)
			continue
		}
		buf.Buf = putChunk(buf.Buf, c)
		head.items = append(head.items, chunkOf(c))
	}
	buf.End()
	d.contents = append(d.contents, recorded{head})
	for _, c := range alone {
		buf.Begin(kindGroup, p.n)
		buf.Buf = putChunk(putGroupHead(buf.Buf, p.ws, p.id), c)
		buf.End()
		d.contents = append(d.contents, recorded{&group{ws: p.ws, id: p.id, n: p.n, items: []item{chunkOf(c)}}})
	}
}

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
