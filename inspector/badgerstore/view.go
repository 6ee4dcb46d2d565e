package badgerstore

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"time"
	"unsafe"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/inspector/badgerstore/journal"
)

// A stored block: a header of 24 bytes, one line of fixed width for each slot,
// the text columns of all rows once each, what varies in length, a checksum.
//
//	0  version       2 slots   8 number of the block
//	16 start of the offsets of the texts   20 number of texts
//
// A line: id 16, seconds 8, nanoseconds 4 (the highest two bits are the state),
// flags 4, text columns 16 x 2, duration 8, size 8, response size 8, status 4,
// tries 4, most tries 4, start of what varies 4.
//
// What varies: the tags, since version 2 when it was put into the trash, and the
// records, since version 3 with the checksums of attempts.
//
// Most of it is the same in every line, so it is packed, see [blockWriter]; what was
// written before is not.
const (
	blockVersion = 3
	blockHead    = 24
	lineBytes    = 104
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

var errBlock = errors.New("not a stored block")

// putPieces writes where the records of an entry are, and what they hold.
func putPieces(b []byte, e *entry, sums bool) []byte {
	b = binary.AppendUvarint(b, uint64(len(e.pieces)))
	var last journal.Pos
	for _, p := range e.pieces {
		b = binary.AppendUvarint(b, uint64(p.Pos-last))
		b = binary.AppendUvarint(b, uint64(p.Size))
		last = p.Pos
	}
	b = binary.AppendUvarint(b, uint64(len(e.items)))
	for _, it := range e.items {
		b = append(b, byte(it.kind)<<1|byte(it.part))
		b = binary.AppendUvarint(b, uint64(it.k))
		b = binary.AppendUvarint(b, uint64(it.seq))
		b = binary.AppendUvarint(b, uint64(it.piece))
		if sums && it.kind == attemptItem {
			b = binary.LittleEndian.AppendUint32(b, it.sum)
		}
	}
	return b
}

// sum reads the checksum of an attempt.
func (d *decoder) sum() uint32 {
	b := d.take(4)
	if b == nil {
		return 0
	}
	return binary.LittleEndian.Uint32(b)
}

func (d *decoder) pieces(e *entry, sums bool) {
	n := d.count()
	if n > 0 {
		e.pieces = make([]journal.Placed, n)
	}
	var last journal.Pos
	for i := range e.pieces {
		last += journal.Pos(d.uvarint())
		e.pieces[i] = journal.Placed{Pos: last, Size: int(d.uvarint())}
	}
	n = d.count()
	if n > 0 {
		e.items = make([]item, n)
	}
	for i := range e.items {
		c := d.byte()
		e.items[i] = item{
			kind: itemKind(c >> 1), part: inspector.Part(c & 1),
			k: uint32(d.uvarint()), seq: uint32(d.uvarint()), piece: uint32(d.uvarint()),
		}
		if sums && e.items[i].kind == attemptItem {
			e.items[i].sum = d.sum()
		}
		if uint64(e.items[i].piece) >= uint64(len(e.pieces)) {
			d.fail()
		}
	}
}

// view reads single rows of a stored block.
type view struct {
	no    uint64
	since uint16 // version
	slots int
	data  []byte
	ends  []byte // where each text ends
	texts string // all texts, one after the other
}

func openView(data []byte) (*view, error) {
	data, err := unpack(data)
	if err != nil {
		return nil, err
	}
	le := binary.LittleEndian
	if len(data) < blockHead+4 || le.Uint16(data) < 1 || le.Uint16(data) > blockVersion {
		return nil, errBlock
	}
	body := data[:len(data)-4]
	if crc32.Checksum(body, castagnoli) != le.Uint32(data[len(body):]) {
		return nil, fmt.Errorf("%w: wrong checksum", errBlock)
	}
	v := &view{no: le.Uint64(data[8:]), since: le.Uint16(data), slots: int(le.Uint16(data[2:])), data: body}
	start, texts := int(le.Uint32(data[16:])), int(le.Uint32(data[20:]))
	if v.slots > blockRows || start != blockHead+v.slots*lineBytes || texts > len(body) || start+4*texts > len(body) {
		return nil, errBlock
	}
	v.ends = body[start : start+4*texts]
	size := 0
	for i := range texts {
		end := int(le.Uint32(v.ends[4*i:]))
		if end < size {
			return nil, errBlock
		}
		size = end
	}
	if start+4*texts+size > len(body) {
		return nil, errBlock
	}
	// The data is never written to, so the texts need no copy of their own.
	v.texts = unsafe.String(unsafe.SliceData(body[start+4*texts:]), size)
	return v, nil
}

func (v *view) line(slot int) []byte { return v.data[blockHead+slot*lineBytes:][:lineBytes] }

func (v *view) state(slot int) state {
	return state(binary.LittleEndian.Uint32(v.line(slot)[24:]) >> 30)
}

func (v *view) id(slot int) (id inspector.ID) {
	copy(id[:], v.line(slot))
	return id
}

func (v *view) countTexts() int { return len(v.ends) / 4 }

func (v *view) text(i int) string {
	if i >= v.countTexts() {
		return ""
	}
	from := 0
	if i > 0 {
		from = int(binary.LittleEndian.Uint32(v.ends[4*(i-1):]))
	}
	return v.texts[from:binary.LittleEndian.Uint32(v.ends[4*i:])]
}

// row reads the row in a slot.
func (v *view) row(slot int, r *inspector.Row) error {
	line, le := v.line(slot), binary.LittleEndian
	*r = inspector.Row{
		ID: v.id(slot), N: v.no*blockRows + uint64(slot),
		At:       v.at(slot),
		Flags:    inspector.Flags(le.Uint32(line[28:])),
		Duration: time.Duration(le.Uint64(line[64:])), Size: int64(le.Uint64(line[72:])), RespSize: int64(le.Uint64(line[80:])),
		Status: int(int32(le.Uint32(line[88:]))), Tries: int(int32(le.Uint32(line[92:]))), MaxTries: int(int32(le.Uint32(line[96:]))),
	}
	for c, s := range rowStrings(r) {
		*s = v.text(int(le.Uint16(line[32+2*c:])))
	}
	d, err := v.rest(slot)
	if err != nil {
		return err
	}
	r.Tags, r.Trashed = d.strings(), v.trashed(d)
	return d.err
}

func (v *view) flags(slot int) inspector.Flags {
	return inspector.Flags(binary.LittleEndian.Uint32(v.line(slot)[28:]))
}

func (v *view) trashed(d *decoder) time.Time {
	if v.since < 2 {
		return time.Time{}
	}
	return d.milli()
}

func (v *view) rest(slot int) (*decoder, error) {
	at := binary.LittleEndian.Uint32(v.line(slot)[100:])
	if int64(at) > int64(len(v.data)) {
		return nil, errBlock
	}
	return &decoder{b: v.data[at:]}, nil
}

// entry reads a row and where its records are.
func (v *view) entry(slot int, e *entry) error {
	*e = entry{state: v.state(slot)}
	if e.state == absent {
		return nil
	}
	if err := v.row(slot, &e.row); err != nil {
		return err
	}
	d, err := v.rest(slot)
	if err != nil {
		return err
	}
	d.strings()
	v.trashed(d)
	d.pieces(e, v.since >= 3)
	return d.err
}

// spans appends the records of a row without reading anything else of it. ok is
// false when they do not tell which texts the row has, see spansOf.
func (v *view) spans(slot int, spans []span, row int) (list []span, ok bool, err error) {
	d, err := v.rest(slot)
	if err != nil {
		return nil, false, err
	}
	if v.flags(slot)&inspector.FlagEncoded != 0 {
		return spans, false, nil
	}
	for range d.count() {
		d.view()
	}
	v.trashed(d)
	var last journal.Pos
	for range d.count() {
		last += journal.Pos(d.uvarint())
		from, size := journal.Placed{Pos: last, Size: int(d.uvarint())}.Span()
		spans = append(spans, span{from, from + journal.Pos(size), row})
	}
	ok = true
	for range d.count() {
		kind := itemKind(d.byte() >> 1)
		d.uvarint()
		if seq := d.uvarint(); kind == chunkItem && seq > 0 {
			ok = false
		}
		d.uvarint()
		if v.since >= 3 && kind == attemptItem {
			d.sum()
		}
	}
	return spans, ok, d.err
}

// block reads all of it, to be changed.
func (v *view) block() (*block, error) {
	b := newBlock(v.no)
	for i := range v.slots {
		if err := v.entry(i, &b.entries[i]); err != nil {
			return nil, err
		}
	}
	return b, nil
}
