package badgerstore

import (
	"bytes"
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/inspector/badgerstore/journal"
	"github.com/boathook/boathook/inspector/workqueue"
)

// Whatever bytes are read: no panic, and what can be read is written the same.
func FuzzRecord(f *testing.F) {
	m := newMaker(1)
	b := &inspector.Batch{}
	id := m.add(b, 100)
	data := putGroupHead(nil, ws, id)
	data = putPart(data, groupRow, func(d []byte) []byte { return putRow(d, &b.Deliveries[0]) })
	data = putPart(data, groupAttempt, func(d []byte) []byte { return putAttempt(d, &b.Attempts[0]) })
	data = putPart(data, groupPatch, func(d []byte) []byte {
		return putPatch(d, &inspector.Patch{Outcome: &inspector.Outcome{Status: 1}, Verdict: &inspector.VerdictPatch{Cause: "x"}, AddTags: []string{"a"}})
	})
	data = putChunk(data, &b.Chunks[0])
	f.Add(byte(kindGroup), data)
	f.Add(byte(kindGone), (&gone{ws: ws, numbers: []uint64{1, 2}, ids: []inspector.ID{id, id}}).put(nil))
	f.Add(byte(kindConfig), (&configSet{ws: "other", puts: []configPut{{"k", &configEntry{rev: 3, value: []byte{}}}}}).put(nil))
	f.Add(byte(kindQueue), (&workSet{ws: ws, puts: []*workqueue.Item{{Due: inspector.Due{ID: "a", RunAt: start}}, {Due: inspector.Due{ID: "c", Lane: "l", Slots: 3, RunAt: start}}}, done: []string{"b"}}).put(nil))
	f.Add(byte(kindMark), (&mark{ws, 7, id}).put(nil))
	f.Fuzz(func(t *testing.T, kind byte, data []byte) {
		content, err := decode(journal.Record{Kind: journal.Kind(kind), Data: data, N: 1})
		if err != nil || content == nil {
			return
		}
		p, ok := content.(putter)
		if !ok {
			return
		}
		once := p.put(nil)
		again, err := decode(journal.Record{Kind: journal.Kind(kind), Data: once})
		if err != nil {
			t.Fatalf("what was written cannot be read: %v", err)
		}
		if twice := again.(putter).put(nil); !bytes.Equal(once, twice) {
			t.Errorf("written %x, then %x", once, twice)
		}
	})
}

// A stored block reads as it was written, and no damage makes reading panic.
func FuzzBlock(f *testing.F) {
	m := newMaker(2)
	b := newBlock(3)
	for i := range 20 {
		batch := &inspector.Batch{}
		m.add(batch, 10)
		e := &b.entries[i*2]
		e.row, e.state = batch.Deliveries[0], live
		e.row.N = 3*blockRows + uint64(i*2)
		e.add(journal.Placed{Pos: journal.At(1, int64(64+i*100)), Size: 50}, []item{{kind: attemptItem, k: 1}, {kind: chunkItem, part: 1, seq: 2}})
	}
	b.entries[4] = entry{state: dead, row: inspector.Row{ID: b.entries[4].row.ID, N: b.entries[4].row.N}}
	b.entries[6].row.At = time.Time{}
	var w blockWriter
	w.copy(newBlock(4)) // whose memory is used again
	w.pack()
	w.copy(b)
	data := w.pack()
	plain := w.plain // as it was stored before it was packed
	for _, stored := range [][]byte{data, plain} {
		v, err := openView(stored)
		if err != nil {
			f.Fatal(err)
		}
		back, err := v.block()
		if err != nil {
			f.Fatal(err)
		}
		for i := range b.entries {
			want, got := b.entries[i], back.entries[i]
			if want.state == dead {
				got.row.At, want.row.At = time.Time{}, time.Time{}
			}
			if !reflect.DeepEqual(fmt.Sprint(got), fmt.Sprint(want)) {
				f.Fatalf("slot %d: %+v, want %+v", i, got, want)
			}
		}
	}
	if len(data) >= len(plain)/2 {
		f.Fatalf("%d bytes are packed into %d", len(plain), len(data))
	}
	f.Add(plain[:len(plain)-4], false)
	f.Add(data[2:], true)
	f.Fuzz(func(t *testing.T, body []byte, pack bool) {
		if pack {
			body = append([]byte{0xff, 0xff}, body...)
		} else {
			body = sealed(body)
		}
		v, err := openView(body)
		if err != nil {
			return
		}
		b, err := v.block()
		if err != nil {
			return
		}
		for slot := range v.slots {
			if _, _, err := v.spans(slot, nil, 0); err != nil && v.state(slot) != absent {
				t.Errorf("slot %d can be read but has no spans: %v", slot, err)
			}
		}
		b.summarise()
	})
}

// FuzzSummary reads summaries as the index gives them.
func FuzzSummary(f *testing.F) {
	s := summary{no: 5, live: 3, dead: 1, minAt: -5, maxAt: 9, minSegment: 4, words: true, version: 2, parts: 1}
	s.widen(&inspector.Row{Event: "a", Method: "POST"})
	f.Add(s.encode())
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := decodeSummary(data)
		if err != nil {
			return
		}
		again, err := decodeSummary(s.encode())
		if err != nil || !reflect.DeepEqual(s, again) {
			t.Errorf("%+v reads back as %+v, %v", s, again, err)
		}
	})
}
