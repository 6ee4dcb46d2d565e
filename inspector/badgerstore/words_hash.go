package badgerstore

import "github.com/boathook/boathook/inspector"

// Words are hashed while they are found: every byte that is captured passes
// here, so it is looked at once. What a word is says [inspector.ScanWords],
// which a test holds this against.

const (
	shortestWord = 4
	longestWord  = 64
	hashSeed     = 0xcbf29ce484222325 // FNV-1a
	hashPrime    = 0x100000001b3
)

// folded is a byte of a word in lower case, 0 for a byte that ends a word.
var folded = func() (t [256]byte) {
	for c := range t {
		switch b := byte(c); {
		case b >= 'A' && b <= 'Z':
			t[c] = b + 'a' - 'A'
		case b >= 'a' && b <= 'z', b >= '0' && b <= '9', b == '-', b == '_', b >= 0x80:
			t[c] = b
		}
	}
	return t
}()

// hashWord is the hash of a word in lower case.
func hashWord(word []byte) uint64 {
	h := uint64(hashSeed)
	for _, c := range word[:min(len(word), longestWord)] {
		h = (h ^ uint64(c)) * hashPrime
	}
	return mix(h)
}

// hashValue is the hash of a value in a column that has too many of them. No
// word begins with a zero byte.
func hashValue(c inspector.Column, value string) uint64 {
	h := mix(hashSeed)
	h = (h ^ uint64(c)) * hashPrime
	for i := range len(value) {
		h = (h ^ uint64(value[i])) * hashPrime
	}
	return mix(h)
}

// addWords adds every word of text.
func (f *filter) addWords(text []byte) {
	for i := 0; i < len(text); i++ {
		c := folded[text[i]]
		if c == 0 {
			continue
		}
		h, start := uint64(hashSeed), i
		for ; c != 0 && i-start < longestWord; c = folded[text[i]] {
			h = (h ^ uint64(c)) * hashPrime
			if i++; i == len(text) {
				break
			}
		}
		for i < len(text) && folded[text[i]] != 0 {
			i++
		}
		if i-start >= shortestWord {
			f.add(mix(h))
		}
	}
}

// mix spreads the hash over all bits, as the last step of MurmurHash3 does: the
// top bits choose the line of a filter.
func mix(h uint64) uint64 {
	h ^= h >> 33
	h *= 0xff51afd7ed558ccd
	h ^= h >> 33
	h *= 0xc4ceb9fe1a85ec53
	return h ^ h>>33
}
