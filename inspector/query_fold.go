package inspector

import "bytes"

func lowerByte(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

// lowerASCII is s with the letters A to Z in lower case.
func lowerASCII(s string) string {
	for i := 0; i < len(s); i++ {
		if s[i] >= 'A' && s[i] <= 'Z' {
			b := []byte(s)
			for j := i; j < len(b); j++ {
				b[j] = lowerByte(b[j])
			}
			return string(b)
		}
	}
	return s
}

// equalLower reports whether s in lower case is lower.
func equalLower[T string | []byte](s T, lower string) bool {
	if len(s) != len(lower) {
		return false
	}
	for i := 0; i < len(s); i++ {
		if lowerByte(s[i]) != lower[i] {
			return false
		}
	}
	return true
}

// containsInOrder reports whether s has the pieces one after the other.
func containsInOrder[T string | []byte](s T, lower []string) bool {
	for _, piece := range lower {
		i := indexLower(s, piece)
		if i < 0 {
			return false
		}
		s = s[i+len(piece):]
	}
	return true
}

// indexLower is the place of the first occurrence of lower, which is in lower
// case, in s in either case; -1 if there is none.
func indexLower[T string | []byte](s T, lower string) int {
	if lower == "" {
		return 0
	}
	if b, ok := any(s).([]byte); ok && len(b) >= 64 {
		return indexLowerBytes(b, lower)
	}
	for i := 0; i+len(lower) <= len(s); i++ {
		if lowerByte(s[i]) == lower[0] && equalLower(s[i:i+len(lower)], lower) {
			return i
		}
	}
	return -1
}

func indexLowerBytes(s []byte, lower string) int {
	return findLower(s, lower, func(int) bool { return true })
}

// findLower is the first place where s has lower and good says so, -1 if there
// is none. It jumps from one occurrence of the rarest byte of lower to the next,
// and looks at each byte of s a fixed number of times.
func findLower(s []byte, lower string, good func(int) bool) int {
	at := rarest(lower)
	low := lower[at]
	up := low
	if low >= 'a' && low <= 'z' {
		up = low - 'a' + 'A'
	}
	end := len(s) - len(lower) + at // last place the rare byte may stand
	nextLow, nextUp := -1, -1
	for i := at; i <= end; i++ {
		if nextLow < i {
			nextLow = nextByte(s, i, low)
		}
		if up == low {
			nextUp = len(s)
		} else if nextUp < i {
			nextUp = nextByte(s, i, up)
		}
		i = min(nextLow, nextUp)
		if i > end {
			return -1
		}
		if equalLower(s[i-at:i-at+len(lower)], lower) && good(i-at) {
			return i - at
		}
	}
	return -1
}

func nextByte(s []byte, from int, c byte) int {
	if i := bytes.IndexByte(s[from:], c); i >= 0 {
		return from + i
	}
	return len(s)
}

// commonBytes are those most frequent in JSON, most frequent first.
const commonBytes = `"e, :0tain1orslc2d-_u/.mp{}h3459678`

func rarest(s string) int {
	best, rank := 0, -1
	for i := 0; i < len(s); i++ {
		r := indexByte(commonBytes, s[i])
		if r < 0 {
			return i
		}
		if r > rank {
			best, rank = i, r
		}
	}
	return best
}

func indexByte(s string, c byte) int {
	for i := 0; i < len(s); i++ {
		if s[i] == c {
			return i
		}
	}
	return -1
}
