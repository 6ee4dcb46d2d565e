package badgerstore

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/inspector/badgerstore/journal"
)

// Kinds of journal records.
const (
	kindGroup  journal.Kind = 1 // what a batch says of one delivery
	kindGone   journal.Kind = 2 // deliveries deleted or pruned
	kindConfig journal.Kind = 3
	kindQueue  journal.Kind = 4
	kindMark   journal.Kind = 5 // how far numbers were given
)

// Parts of a group, each with its length.
const (
	groupRow     = 1
	groupAttempt = 2
	groupPatch   = 3
	groupChunk   = 4
)

// aloneBytes is the size from which a chunk has a record of its own, so that
// reading an attempt does not read large bodies.
const aloneBytes = 64 << 10

// group is what one record says of one delivery.
type group struct {
	ws      inspector.Workspace
	id      inspector.ID
	n       uint64         // 0: chunks that came before their delivery
	row     *inspector.Row // nil unless the delivery is new
	patches []inspector.Patch
	items   []item
	told    bool // it is a change for the feed
}

func putGroupHead(b []byte, ws inspector.Workspace, id inspector.ID) []byte {
	return append(putWorkspace(b, ws), id[:]...)
}

// putWorkspace writes the default workspace as an empty name.
func putWorkspace(b []byte, ws inspector.Workspace) []byte {
	if ws == inspector.DefaultWorkspace {
		ws = ""
	}
	return putString(b, string(ws))
}

func (d *decoder) workspace() inspector.Workspace {
	if ws := d.string(); ws != "" {
		return inspector.Workspace(ws)
	}
	return inspector.DefaultWorkspace
}

// sumOf is the checksum of an encoded attempt, never 0.
func sumOf(data []byte) uint32 { return max(crc32.Checksum(data, castagnoli), 1) }

// putPart writes a part with its length in four bytes, which is patched in.
func putPart(b []byte, tag byte, put func([]byte) []byte) []byte {
	b = append(b, tag, 0, 0, 0, 0)
	start := len(b)
	b = put(b)
	binary.LittleEndian.PutUint32(b[start-4:], uint32(len(b)-start))
	return b
}

func putChunk(b []byte, c *inspector.Chunk) []byte {
	return putPart(b, groupChunk, func(b []byte) []byte {
		b = binary.AppendUvarint(b, uint64(c.Body.Attempt))
		b = append(b, byte(c.Body.Part))
		b = binary.AppendUvarint(b, uint64(c.Seq))
		return append(b, c.Data...)
	})
}

// eachPart calls f for every part of a group; data stays the input's.
func eachPart(data []byte, f func(tag byte, data []byte) error) (inspector.Workspace, inspector.ID, error) {
	d := &decoder{b: data}
	ws, id := d.workspace(), d.id()
	for len(d.b) > 0 && d.err == nil {
		tag, size := d.byte(), d.take(4)
		if d.err != nil {
			break
		}
		part := d.take(uint64(binary.LittleEndian.Uint32(size)))
		if d.err != nil {
			break
		}
		if err := f(tag, part); err != nil {
			return ws, id, err
		}
	}
	return ws, id, d.err
}

func (d *decoder) chunkHead() item {
	return item{kind: chunkItem, k: uint32(d.uvarint()), part: inspector.Part(d.byte() & 1), seq: uint32(d.uvarint())}
}

// decodeGroup reads a group without the bytes of its attempts and chunks.
func decodeGroup(rec journal.Record) (*group, error) {
	g := &group{n: rec.N}
	var err error
	g.ws, g.id, err = eachPart(rec.Data, func(tag byte, data []byte) error {
		d := &decoder{b: data}
		switch tag {
		case groupRow:
			row := d.row()
			g.row = &row
		case groupAttempt:
			g.items = append(g.items, item{kind: attemptItem, k: uint32(d.uvarint()), sum: sumOf(data)})
			g.told = true
		case groupPatch:
			g.patches = append(g.patches, d.patch())
			g.told = true
		case groupChunk:
			g.items = append(g.items, d.chunkHead())
		}
		return d.err
	})
	if err != nil {
		return nil, fmt.Errorf("decode record at %s: %w", rec.Pos, err)
	}
	if g.row != nil {
		g.row.ID, g.row.N = g.id, g.n
	}
	return g, nil
}
