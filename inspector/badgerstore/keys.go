package badgerstore

import (
	"encoding/binary"

	"github.com/boathook/boathook/inspector"
)

// Keys of the index: one letter, the workspace with its length, the rest.
const (
	keyBlock   = 'b' // number of the block, version, part
	keySummary = 's' // number of the block
	keyConfig  = 'c' // the entry's key
	keyWork    = 'q' // id of the work
	keyState   = 'w' // what else is known of the workspace
	keyCheck   = "m" // how far the journal is in the index
)

func spaceKey(kind byte, ws inspector.Workspace) []byte {
	return append(binary.AppendUvarint([]byte{kind}, uint64(len(ws))), ws...)
}

func numberKey(kind byte, ws inspector.Workspace, no uint64) []byte {
	return binary.BigEndian.AppendUint64(spaceKey(kind, ws), no)
}

func partKey(ws inspector.Workspace, no uint64, version uint8, part int) []byte {
	return append(numberKey(keyBlock, ws, no), version, byte(part>>8), byte(part))
}

func textKey(kind byte, ws inspector.Workspace, key string) []byte {
	return append(spaceKey(kind, ws), key...)
}

// splitKey takes a key apart into workspace and rest.
func splitKey(key []byte) (inspector.Workspace, []byte, bool) {
	d := &decoder{b: key[1:]}
	ws := d.string()
	return inspector.Workspace(ws), d.b, d.err == nil
}
