package badgerstore

import (
	"slices"

	"github.com/boathook/boathook/inspector"
)

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
