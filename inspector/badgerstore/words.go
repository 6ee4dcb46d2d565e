package badgerstore

import (
	"errors"
	"fmt"
	"io"
	"os"
)

// A word filter says which words a block surely does not have: a Bloom filter
// of 64 bytes a row in which all bits of a word lie in one line of 64 bytes, so
// that a look at one block reads one line. The filters of all full blocks lie
// in one file, at the place of the block's number. The file is derived and not
// synced; a block counts as having a filter only when its summary says so.
const (
	wordLine    = 64
	filterBytes = blockRows * wordLine
	wordBits    = 5
)

type wordFile struct{ file *os.File }

func openWords(path string) (*wordFile, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open word filters: %w", err)
	}
	return &wordFile{f}, nil
}

func (w *wordFile) close() error { return w.file.Close() }

// word is a place in a filter: the line, and the bits in it.
type word struct {
	line int
	bits [8]uint64
}

// placeWord is the place of a hash.
func placeWord(h uint64) word {
	w := word{line: int(h >> 56)}
	for range wordBits {
		bit := h & 511
		w.bits[bit>>6] |= 1 << (bit & 63)
		h >>= 9
	}
	return w
}

// filter is the filter of one block.
type filter [blockRows][8]uint64

// add sets the bits that placeWord names.
func (f *filter) add(h uint64) {
	line := &f[h>>56]
	for range wordBits {
		bit := h & 511
		line[bit>>6] |= 1 << (bit & 63)
		h >>= 9
	}
}

// mayHave reports whether block no may hold the word. A filter that cannot be
// read, or a line that is empty, tells nothing.
func (w *wordFile) mayHave(no uint64, look word, line *[wordLine]byte) bool {
	n, err := w.file.ReadAt(line[:], int64(no)*filterBytes+int64(look.line)*wordLine)
	if n < wordLine || err != nil && !errors.Is(err, io.EOF) {
		return true
	}
	missing, filled := uint64(0), uint64(0)
	for i, b := range look.bits {
		have := leUint64(line[8*i:])
		missing |= b &^ have
		filled |= have
	}
	return missing == 0 || filled == 0
}
