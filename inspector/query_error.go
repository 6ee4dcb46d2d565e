package inspector

import (
	"fmt"
	"strings"
)

// QueryError says what is wrong with a filter, where, and what would be right.
type QueryError struct {
	Pos, End   int    // byte range of the offending part of the filter
	Text       string // a sentence for a person, without full stop
	Suggestion string // what to put in place of [Pos:End], "" if nothing is likely
}

func (e *QueryError) Error() string {
	if e.Suggestion == "" {
		return e.Text
	}
	return e.Text + "; did you mean " + e.Suggestion + "?"
}

func errAt(pos, end int, format string, args ...any) *QueryError {
	return &QueryError{Pos: pos, End: end, Text: fmt.Sprintf(format, args...)}
}

// Nearest is the candidate that is closest to word by edit distance, if any is
// close enough that a slip of the fingers is likely. Candidates are in small letters.
func Nearest(word string, candidates []string) string {
	word = strings.ToLower(word)
	if len(word) > 64 {
		return ""
	}
	best, limit := "", 1+len(word)/4
	if len(word) < 3 {
		limit = 1
	}
	for _, c := range candidates {
		if d := distance(word, c); d <= limit {
			best, limit = c, d-1
		}
	}
	if best == "" && len(word) >= 3 {
		for _, c := range candidates {
			if strings.HasPrefix(c, word) && (best == "" || len(c) < len(best)) {
				best = c
			}
		}
	}
	return best
}

// distance counts the letters to insert, delete, replace or swap with a
// neighbour to make b of a.
func distance(a, b string) int {
	before, row := make([]int, len(b)+1), make([]int, len(b)+1)
	next := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		next[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			next[j] = min(row[j]+1, next[j-1]+1, row[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				next[j] = min(next[j], before[j-2]+1)
			}
		}
		before, row, next = row, next, before
	}
	return row[len(b)]
}
