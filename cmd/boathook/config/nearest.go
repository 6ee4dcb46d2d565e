package config

import "strings"

// Nearest returns the word that s was most likely meant to be, "" if none is near. Small
// and capital letters are the same to it. The first letter is seldom the wrong one.
func Nearest(s string, words []string) string {
	best, found := max(len(s)/3, 1)+1, ""
	if len(s) > 60 {
		return ""
	}
	for _, w := range words {
		d := distance(strings.ToLower(s), strings.ToLower(w))
		if d < best || d == best && found != "" && begin(found) != begin(s) && begin(w) == begin(s) {
			best, found = d, w
		}
	}
	return found
}

func begin(s string) string { return strings.ToLower(s[:min(len(s), 1)]) }

// distance counts the single-letter changes and swaps of neighbours between two
// short words (optimal string alignment).
func distance(a, b string) int {
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			rows[i][j] = min(rows[i-1][j]+1, rows[i][j-1]+1, rows[i-1][j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				rows[i][j] = min(rows[i][j], rows[i-2][j-2]+1)
			}
		}
	}
	return rows[len(a)][len(b)]
}
