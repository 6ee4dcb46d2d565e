package badgerstore

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"

	"github.com/klauspost/compress/s2"
)

// A packed block begins with a number that is no version, before what S2 makes of a
// quarter of its size. Badger copies what it stores four times, which takes far longer
// than to pack it.
const (
	packed    = 0xffff
	packedMax = 256 << 20 // bytes of a block that is packed; a larger one is not
)

// blockWriter writes blocks as they are stored, in memory that is used again.
type blockWriter struct {
	texts  map[string]uint16
	list   []string // by number
	starts []int    // of what varies, by slot
	rest   []byte
	plain  []byte
	packed []byte
}

// keepBlock is how large the memory is that is kept for the next block.
const keepBlock = 1 << 20

// pack returns the block that was copied last as it is stored, in memory of its own.
func (w *blockWriter) pack() []byte {
	if len(w.plain) > packedMax { // rows with targets of megabytes, as an import may have
		data := w.plain
		*w = blockWriter{}
		return data
	}
	if most := s2.MaxEncodedLen(len(w.plain)); cap(w.packed) < 2+most {
		w.packed = make([]byte, 2+most)
	}
	w.packed = w.packed[:cap(w.packed)]
	binary.LittleEndian.PutUint16(w.packed, packed)
	data := w.packed[:2+len(s2.Encode(w.packed[2:], w.plain))]
	if len(data) >= len(w.plain) {
		data = w.plain
	}
	data = bytes.Clone(data)
	if cap(w.plain)+cap(w.rest) > keepBlock {
		*w = blockWriter{}
	}
	return data
}

// unpack returns the block that is not packed.
func unpack(data []byte) ([]byte, error) {
	if len(data) < 2 || binary.LittleEndian.Uint16(data) != packed {
		return data, nil
	}
	data = data[2:]
	if n, err := s2.DecodedLen(data); err != nil || n > packedMax {
		return nil, fmt.Errorf("%w: it cannot be unpacked", errBlock)
	}
	data, err := s2.Decode(nil, data)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errBlock, err)
	}
	return data, nil
}

// text is the number of a text.
func (w *blockWriter) text(s string) uint16 {
	i, ok := w.texts[s]
	if !ok {
		i = uint16(len(w.list))
		w.texts[s] = i
		w.list = append(w.list, s)
	}
	return i
}

// copy writes the block into w.plain.
func (w *blockWriter) copy(b *block) {
	slots := len(b.entries)
	for slots > 0 && b.entries[slots-1].state == absent {
		slots--
	}
	if w.texts == nil {
		w.texts = make(map[string]uint16, 64)
	}
	clear(w.texts)
	clear(w.list)
	w.list, w.starts = w.list[:0], w.starts[:0]
	out := append(w.plain[:0], make([]byte, blockHead+slots*lineBytes)...)
	le, rest := binary.LittleEndian, w.rest[:0]
	var before [16]string // the texts of the row before, which most share
	var numbers [16]uint16
	for c := range numbers {
		numbers[c] = w.text("")
	}
	for i := range slots {
		e, line := &b.entries[i], out[blockHead+i*lineBytes:]
		r := &e.row
		copy(line, r.ID[:])
		le.PutUint64(line[16:], uint64(r.At.Unix()))
		le.PutUint32(line[24:], uint32(r.At.Nanosecond())|uint32(e.state)<<30)
		le.PutUint32(line[28:], uint32(r.Flags))
		for c, s := range rowStrings(r) {
			if *s != before[c] {
				before[c], numbers[c] = *s, w.text(*s)
			}
			le.PutUint16(line[32+2*c:], numbers[c])
		}
		le.PutUint64(line[64:], uint64(r.Duration))
		le.PutUint64(line[72:], uint64(r.Size))
		le.PutUint64(line[80:], uint64(r.RespSize))
		le.PutUint32(line[88:], uint32(int32(r.Status)))
		le.PutUint32(line[92:], uint32(int32(r.Tries)))
		le.PutUint32(line[96:], uint32(int32(r.MaxTries)))
		w.starts = append(w.starts, len(rest))
		rest = putMilli(putStrings(rest, r.Tags), r.Trashed)
		rest = putPieces(rest, e, true)
	}
	le.PutUint16(out[0:], blockVersion)
	le.PutUint16(out[2:], uint16(slots))
	le.PutUint64(out[8:], b.no)
	le.PutUint32(out[16:], uint32(len(out)))
	le.PutUint32(out[20:], uint32(len(w.list)))
	end := 0
	for _, s := range w.list {
		end += len(s)
		out = le.AppendUint32(out, uint32(end))
	}
	for _, s := range w.list {
		out = append(out, s...)
	}
	base := len(out)
	out = append(out, rest...)
	for i, at := range w.starts {
		le.PutUint32(out[blockHead+i*lineBytes+100:], uint32(base+at))
	}
	w.plain, w.rest = le.AppendUint32(out, crc32.Checksum(out, castagnoli)), rest
}
