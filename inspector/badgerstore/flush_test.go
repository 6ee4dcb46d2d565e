package badgerstore

import (
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/boathook/boathook/inspector"
)

// outgoing makes deliveries that wait for their first try.
func outgoing(m *maker, n int) (*inspector.Batch, []inspector.ID) {
	b := &inspector.Batch{Workspace: ws}
	var ids []inspector.ID
	for range n {
		id := m.add(b, 20)
		row := &b.Deliveries[len(b.Deliveries)-1]
		row.Dir, row.Inbox, row.Endpoint, row.Status = inspector.Out, "", "crm", 0
		b.Schedule = append(b.Schedule, inspector.Due{ID: "send/" + id.String(), RunAt: start, Payload: []byte("job")})
		ids = append(ids, id)
	}
	return b, ids
}

// tried is the outcome of the first try of a delivery, which ends its work or, if it
// failed, renews it.
func tried(t *testing.T, s *Store, id inspector.ID, failed bool) *inspector.Batch {
	t.Helper()
	work, err := s.Work(t.Context(), ws, "send/"+id.String())
	if err != nil || len(work) != 1 {
		t.Fatalf("work of %s: %v, %v", id, work, err)
	}
	f := inspector.Finish{ID: work[0].ID, Token: work[0].Token}
	o := inspector.Outcome{Status: 200}
	if failed {
		f.Next, f.Payload, o.Status = start.Add(time.Minute), []byte("again"), 500
	}
	return &inspector.Batch{
		Workspace: ws, Finish: []inspector.Finish{f},
		Attempts: []inspector.Attempt{{Delivery: id, Target: "crm", Started: start, Response: inspector.Message{Head: fmt.Appendf(nil, "HTTP/1.1 %d x\r\n\r\n", o.Status)}}},
		Patches:  []inspector.Patch{{ID: id, Tries: 1, Outcome: &o}},
	}
}

// Blocks whose deliveries wait for their first try are held back from the index, with
// their work, and nothing is lost, doubled or in another order when the process ends
// at any moment meanwhile.
func TestHeldBlocks(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	opt := testOptions()
	opt.flushEvery = time.Hour // all of it is written when this test says so
	s, err := Open(dir, opt)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { closeTest(t, s) }()
	m := newMaker(7)
	crash := func(when string) {
		t.Helper()
		var seen []string // by the journal alone, and with the index
		for _, skip := range [][]string{{"index"}, nil} {
			again := t.TempDir()
			copyStore(t, dir, again, skip...)
			c := openTest(t, again)
			defer closeTest(t, c)
			seen = append(seen, dump(t, c))
			if st, _ := c.Stats(t.Context(), ws); len(st.Losses) > 0 {
				t.Errorf("%s: losses %+v, want none", when, st.Losses)
			}
		}
		if seen[0] != seen[1] {
			t.Errorf("%s: the index tells another story than the journal: %s", when, diff(seen[0], seen[1]))
		}
		lines := strings.Split(seen[1], "\n")
		for _, row := range listAll(t, s, "") {
			i := slices.Index(lines, fmt.Sprintf("%+v", row))
			if i < 0 {
				t.Fatalf("%s: after a crash there is no %+v, or in another place", when, row)
			}
			lines = lines[i:]
		}
	}
	ripe := func() {
		t.Helper()
		if err := s.flushRipe(); err != nil {
			t.Fatal(err)
		}
	}
	var ids []inspector.ID
	for range 24 { // three blocks
		b, more := outgoing(m, blockRows/8)
		commit(t, s, b)
		ids = append(ids, more...)
	}
	ripe()
	if _, inIndex := stored(t, s); inIndex > 0 {
		t.Errorf("%d pieces of work are in the index, want none before their deliveries", inIndex)
	}
	crash("all wait")

	// The first block is done with but for one, the second half way.
	for i, id := range ids[:blockRows+blockRows/2] {
		if i != 10 {
			commit(t, s, tried(t, s, id, i%7 == 0))
		}
	}
	ripe()
	commit(t, s, tried(t, s, ids[10], false))
	m.ids = inspector.NewIDs(ids[len(ids)-1])
	capture := &inspector.Batch{}
	m.add(capture, 100)
	capture.Erase = []inspector.ID{ids[20], ids[2*blockRows]}
	commit(t, s, capture)
	commit(t, s, &inspector.Batch{Workspace: ws, Config: []inspector.ConfigPut{{Key: "endpoint/crm", Value: []byte("{}")}}})
	ripe()
	blocks, _ := stored(t, s)
	if len(blocks) == 0 || slices.Max(blocks) > 1 {
		t.Errorf("blocks %v are in the index, want those alone whose deliveries were tried", blocks)
	}
	crash("a block is ripe")

	for i, id := range ids[blockRows+blockRows/2:] {
		if i+blockRows+blockRows/2 != 2*blockRows {
			commit(t, s, tried(t, s, id, i%5 == 0))
		}
		if i%200 == 0 {
			ripe()
		}
	}
	crash("all were tried")
	if s.spaces[ws].waiting != 0 {
		t.Errorf("%d blocks wait, want none", s.spaces[ws].waiting)
	}
}

// stored lists the blocks that the index has, and counts the work in it.
func stored(t *testing.T, s *Store) (blocks []uint64, work int) {
	t.Helper()
	err := s.index.each(spaceKey(keyWork, ws), func(_, _ []byte) error {
		work++
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	for _, sum := range s.spaces[ws].blocks {
		if sum.parts > 0 {
			blocks = append(blocks, sum.no)
		}
	}
	return blocks, work
}

// The pieces of a large body are stored before their delivery. When that is held back,
// the checkpoint stays before them, too.
func TestHeldBody(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	opt := testOptions()
	opt.flushEvery = time.Hour
	s, err := Open(dir, opt)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { closeTest(t, s) }()
	m := newMaker(8)
	b, ids := outgoing(m, 1)
	row := &b.Deliveries[0]
	body := m.body(2*inspector.ChunkBytes+100, "large")
	row.Size, b.Attempts[0].Request.Size = int64(len(body)), int64(len(body))
	b.Chunks = nil
	for seq := range 3 {
		part := body[seq*inspector.ChunkBytes:]
		c := inspector.Chunk{Body: inspector.BodyKey{Delivery: ids[0]}, Seq: seq, Data: part[:min(len(part), inspector.ChunkBytes)]}
		if seq < 2 {
			commit(t, s, &inspector.Batch{Workspace: ws, Chunks: []inspector.Chunk{c}})
		} else {
			b.Chunks = append(b.Chunks, c)
		}
	}
	commit(t, s, b)
	if err := s.flushRipe(); err != nil {
		t.Fatal(err)
	}
	again := t.TempDir()
	copyStore(t, dir, again)
	c := openTest(t, again)
	defer closeTest(t, c)
	key := inspector.BodyKey{Delivery: ids[0]}
	if got, want := bodySum(t, c, key), bodySum(t, s, key); got != want {
		t.Errorf("the body is %s after a crash, want %s", got, want)
	}
}

// A delivery that comes while the index is being written may be in a block that was
// copied later than the state: it is found by its id all the same after a crash.
func TestNewestIsFound(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := openTest(t, dir)
	defer closeTest(t, s)
	m := newMaker(9)
	b := &inspector.Batch{}
	for range blockRows - 2 { // numbers begin with 1, so one more fills the block
		m.add(b, 10)
	}
	commit(t, s, b)
	last := &inspector.Batch{}
	id := m.add(last, 10)
	again := flushAround(t, s, dir, func() { commit(t, s, last) })
	c := openTest(t, again)
	defer closeTest(t, c)
	if row, err := c.Get(t.Context(), ws, id); err != nil || row.ID != id {
		t.Errorf("Get = %+v, %v", row, err)
	}
}

// flushAround writes the index as flush does it, with something between its two steps,
// and returns a copy of the folder as it is then.
func flushAround(t *testing.T, s *Store, dir string, between func()) (again string) {
	t.Helper()
	s.flushing.Lock()
	defer s.flushing.Unlock()
	s.mu.Lock()
	p := &pending{sp: s.spaces[ws]}
	p.copyRest()
	end, seq := s.applied, s.seq
	s.mu.Unlock()
	between()
	b, ok := s.copyBlock(p.sp.blocks[0])
	if !ok {
		t.Fatal("the block is not in memory")
	}
	p.blocks = append(p.blocks, b)
	err := s.index.update(func(w *writer) error {
		if err := s.put(w, p); err != nil {
			return err
		}
		return w.set([]byte(keyCheck), binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(nil, uint64(end)), seq))
	})
	if err != nil {
		t.Fatal(err)
	}
	again = t.TempDir()
	copyStore(t, dir, again)
	return again
}
