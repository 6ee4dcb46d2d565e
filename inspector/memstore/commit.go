package memstore

import (
	"bytes"
	"context"

	"github.com/boathook/boathook/inspector"
)

// Commit stores b. There is nothing that could fail half-way: a batch that is
// not valid is refused before anything is written.
func (s *Store) Commit(ctx context.Context, b *inspector.Batch) (inspector.Result, error) {
	var res inspector.Result
	if err := b.Check(); err != nil {
		return res, err
	}
	err := s.write(ctx, b.Workspace, func(sp *space) { res = sp.commit(b) })
	return res, err
}

func (sp *space) commit(b *inspector.Batch) inspector.Result {
	var res inspector.Result
	if len(b.Deliveries) > 0 {
		res.Numbers = make(map[inspector.ID]uint64, len(b.Deliveries))
	}
	var touched touches
	for i := range b.Deliveries {
		res.Numbers[b.Deliveries[i].ID] = sp.deliver(&b.Deliveries[i], &touched)
	}
	for i := range b.Chunks {
		sp.chunk(&b.Chunks[i])
	}
	for i := range b.Attempts {
		e := sp.byID[b.Attempts[i].Delivery]
		if e != nil && e.put(cloneAttempt(&b.Attempts[i])) {
			sp.weigh(e)
			touched.mark(e)
		}
	}
	for i := range b.Patches {
		sp.patch(&b.Patches[i], &touched)
	}
	for _, e := range touched.list {
		sp.tell(change{kind: inspector.Changed, id: e.row.ID, n: e.row.N})
	}
	if len(b.Erase) > 0 {
		erase := make(map[inspector.ID]bool, len(b.Erase))
		for _, id := range b.Erase {
			erase[id] = true
		}
		sp.drop(func(e *entry) bool { return erase[e.row.ID] })
	}
	for i := range b.Schedule {
		sp.schedule(&b.Schedule[i])
	}
	for i := range b.Finish {
		if !sp.finish(&b.Finish[i]) {
			res.Lost = append(res.Lost, b.Finish[i].ID)
		}
	}
	sp.putConfig(b.Config, &res)
	return res
}

// touches are the known deliveries that a batch changes. Each is told once,
// and one that the batch brought itself not at all.
type touches struct {
	list []*entry
	seen map[*entry]bool
}

func (t *touches) mark(e *entry) {
	if t.seen[e] {
		return
	}
	t.hide(e)
	t.list = append(t.list, e)
}

func (t *touches) hide(e *entry) {
	if t.seen == nil {
		t.seen = map[*entry]bool{}
	}
	t.seen[e] = true
}

// deliver adds a row unless it is known, and returns its number.
func (sp *space) deliver(r *inspector.Row, t *touches) uint64 {
	if e := sp.byID[r.ID]; e != nil {
		return e.row.N
	}
	row := cloneRow(r)
	sp.lastN++
	row.N = sp.lastN
	row.At = row.At.UTC()
	if row.ID.Compare(sp.lastID) > 0 {
		sp.lastID = row.ID
	}
	e := &entry{row: &row}
	sp.entries = append(sp.entries, e)
	sp.byID[row.ID] = e
	sp.weigh(e)
	sp.trashed += inTrash(&row)
	sp.tell(change{kind: inspector.Added, id: row.ID, n: row.N})
	t.hide(e)
	return row.N
}

func (sp *space) patch(p *inspector.Patch, t *touches) {
	e := sp.byID[p.ID]
	if e == nil {
		return
	}
	row := cloneRow(e.row)
	p.Apply(&row)
	if sameRow(&row, e.row) {
		return
	}
	sp.trashed += inTrash(&row) - inTrash(e.row)
	e.row = &row
	sp.weigh(e)
	t.mark(e)
}

// weigh takes the size of an entry anew.
func (sp *space) weigh(e *entry) {
	sp.bytes -= e.bytes
	e.bytes = rowBytes(e.row)
	for i := range e.attempts {
		e.bytes += attemptBytes(&e.attempts[i])
	}
	sp.bytes += e.bytes
}

// putConfig writes all entries, or none when one of them has moved on.
func (sp *space) putConfig(puts []inspector.ConfigPut, res *inspector.Result) {
	for _, p := range puts {
		if sp.config[p.Key].Rev != p.Want {
			res.Conflicts = append(res.Conflicts, p.Key)
		}
	}
	if len(res.Conflicts) > 0 {
		return
	}
	for _, p := range puts {
		sp.configRev++
		sp.tell(change{kind: inspector.Configd, key: p.Key})
		if p.Value == nil {
			delete(sp.config, p.Key)
			continue
		}
		if res.Revs == nil {
			res.Revs = map[string]uint64{}
		}
		res.Revs[p.Key] = sp.configRev
		sp.config[p.Key] = inspector.ConfigEntry{Key: p.Key, Rev: sp.configRev, Value: bytes.Clone(p.Value)}
	}
}
