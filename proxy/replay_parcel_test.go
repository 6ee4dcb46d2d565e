package proxy

import (
	"errors"
	"fmt"
	"testing"

	"github.com/boathook/boathook/inspector"
)

// What a parcel holds stays as it was when its worker writes the next delivery over it.
func TestParcelKeepsWhatIsWrittenOver(t *testing.T) {
	t.Parallel()
	p, rec := &parcel{}, &replayed{}
	head := make([]byte, 0, 32)
	for i := range 2 * recordRows {
		head = fmt.Appendf(head[:0], "POST /%d HTTP/1.1\r\n\r\n", i)
		rec.ID[0], rec.ID[1], rec.held, rec.good = byte(i), byte(i>>8), 1, true
		rec.row, rec.attempt = &rec.q.row, &rec.x.attempt
		rec.row.N, rec.attempt.K, rec.attempt.Request.Head = uint64(i), i, head
		rec.chunks = append(rec.chunks, inspector.Chunk{Seq: i, Data: []byte{1}})
		p.add(rec)
		rec.reset()
	}
	clear(head[:cap(head)])
	if len(p.ends) != 2*recordRows || p.held != 2*recordRows || !p.full() || p.err != nil {
		t.Fatalf("%d ends, %d held, full %v, %v", len(p.ends), p.held, p.full(), p.err)
	}
	for i := range p.ends {
		e, b := &p.ends[i], &p.batch
		want := fmt.Sprintf("POST /%d HTTP/1.1\r\n\r\n", i)
		if e.ID[0] != byte(i) || e.ID[1] != byte(i>>8) || !e.good || b.Deliveries[i].N != uint64(i) || b.Attempts[i].K != i ||
			string(b.Attempts[i].Request.Head) != want || b.Chunks[i].Seq != i {
			t.Fatalf("%d: %+v %q %+v", i, e, b.Attempts[i].Request.Head, b.Chunks[i])
		}
	}
	rec.err = errors.New("gone")
	p.add(rec)
	rec.reset()
	if p.add(rec); p.err == nil {
		t.Error("the error of a delivery is lost")
	}
	if p.reset(); len(p.ends)+len(p.heads)+len(p.batch.Attempts)+p.bytes+int(p.held) != 0 || p.err != nil {
		t.Errorf("not empty: %+v", p)
	}
}
