package journal

import "encoding/binary"

// Batch collects records to append together. Its memory can be used again
// after Append.
type Batch struct {
	Buf    []byte // the caller appends the data of the record it began
	starts []int
}

// Begin starts a record; its data is what is appended to Buf until [Batch.End].
func (b *Batch) Begin(kind Kind, n uint64) {
	b.starts = append(b.starts, len(b.Buf))
	var head [recordHead]byte
	head[12] = byte(kind)
	binary.LittleEndian.PutUint64(head[24:], n)
	b.Buf = append(b.Buf, head[:]...)
}

// End ends the record that Begin started.
func (b *Batch) End() {
	start := b.starts[len(b.starts)-1]
	size := len(b.Buf) - start - recordHead
	binary.LittleEndian.PutUint32(b.Buf[start+8:], uint32(size))
	var zeros [8]byte
	b.Buf = append(b.Buf, zeros[:padded(size)-size]...)
}

// Len is how many records were begun.
func (b *Batch) Len() int { return len(b.starts) }

// Reset empties the batch and keeps its memory unless it is large.
func (b *Batch) Reset() {
	if cap(b.Buf) > 4<<20 {
		b.Buf = nil
	}
	b.Buf, b.starts = b.Buf[:0], b.starts[:0]
}

// seal fills in what is known only when the position is.
func (b *Batch) seal(seed uint32, offset int64, seq uint64) {
	for i, start := range b.starts {
		head := b.Buf[start:]
		size := int(binary.LittleEndian.Uint32(head[8:]))
		binary.LittleEndian.PutUint32(head[4:], checksum(head[recordHead:recordHead+size]))
		binary.LittleEndian.PutUint64(head[16:], seq)
		binary.LittleEndian.PutUint32(head[32:], uint32(i))
		binary.LittleEndian.PutUint32(head[36:], uint32(len(b.starts)))
		binary.LittleEndian.PutUint32(head, headSum(seed, offset+int64(start), head))
	}
}

// Placed tells where a record of an appended batch is.
type Placed struct {
	Pos  Pos
	Size int
}

// place lists the records of a batch that starts at offset.
func (b *Batch) place(segment uint32, offset int64) []Placed {
	placed := make([]Placed, len(b.starts))
	for i, start := range b.starts {
		size := int(binary.LittleEndian.Uint32(b.Buf[start+8:]))
		placed[i] = Placed{At(segment, offset+int64(start)), size}
	}
	return placed
}
