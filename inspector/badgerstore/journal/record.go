package journal

import (
	"encoding/binary"
	"hash/crc32"
)

// Kind says what a record holds. The journal itself knows only [Wiped].
type Kind uint8

// Wiped is the kind of a record whose bytes were overwritten with zeros.
const Wiped Kind = 255

// Record is one record as it was read. Data is only valid until the next one
// is read, unless said otherwise.
type Record struct {
	Pos   Pos
	Kind  Kind
	Seq   uint64 // number of the batch
	N     uint64 // running number the caller gave, 0 if none
	Index uint32 // place in the batch
	Total uint32 // records of the batch
	Size  int    // bytes of data
	Data  []byte
}

// A record on disk: a header of 40 bytes, the data, zeros up to a multiple of 8.
//
//	0  checksum of bytes 4 to 40, seeded by the journal's id and the position
//	4  checksum of the data
//	8  length of the data
//	12 kind, then three zeros
//	16 number of the batch
//	24 running number
//	32 index in the batch
//	36 records in the batch
//
// The position is part of the checksum, so a body that holds a copy of a
// journal is never taken for records.
const recordHead = 40

// MaxData is the most data a record may hold.
const MaxData = 1 << 30

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func checksum(data []byte) uint32 { return crc32.Checksum(data, castagnoli) }

func padded(n int) int { return (n + 7) &^ 7 }

// seed is the start of all header checksums of a segment.
func (j *Journal) seed(segment uint32) uint32 {
	var b [20]byte
	copy(b[:], j.id[:])
	binary.LittleEndian.PutUint32(b[16:], segment)
	return crc32.Checksum(b[:], castagnoli)
}

func headSum(seed uint32, offset int64, head []byte) uint32 {
	sum := ^seed
	for i := range 8 { // by hand, because the eight bytes would be allocated
		sum = castagnoli[byte(sum)^byte(offset>>(8*i))] ^ sum>>8
	}
	return crc32.Update(^sum, castagnoli, head[4:recordHead])
}

// parseHead reads a header and reports whether its checksum matches.
func parseHead(seed uint32, pos Pos, head []byte) (r Record, dataSum uint32, ok bool) {
	r = Record{
		Pos:   pos,
		Kind:  Kind(head[12]),
		Seq:   binary.LittleEndian.Uint64(head[16:]),
		N:     binary.LittleEndian.Uint64(head[24:]),
		Index: binary.LittleEndian.Uint32(head[32:]),
		Total: binary.LittleEndian.Uint32(head[36:]),
		Size:  int(binary.LittleEndian.Uint32(head[8:])),
	}
	dataSum = binary.LittleEndian.Uint32(head[4:])
	sum := binary.LittleEndian.Uint32(head)
	// The length is looked at first: it is cheap, and a search for the next
	// record tries every eighth byte.
	if r.Size > MaxData || r.Total == 0 || r.Index >= r.Total || head[13]|head[14]|head[15] != 0 {
		return r, dataSum, false
	}
	return r, dataSum, sum == headSum(seed, pos.Offset(), head)
}

func (r *Record) dataMatches(sum uint32) bool {
	return r.Kind == Wiped || crc32.Checksum(r.Data, castagnoli) == sum
}

// end is the position after the record.
func (r *Record) end() int64 { return r.Pos.Offset() + int64(recordHead+padded(r.Size)) }
