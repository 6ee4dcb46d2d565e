package compare

import (
	"strings"

	"github.com/aymanbagabas/go-udiff"
)

// maxUnified is the most of a text comparison that is shown.
const maxUnified = 512 << 10

// unified compares texts line by line, and counts the places that differ.
func unified(a, b string) (string, int) {
	edits := udiff.Lines(a, b)
	out, err := udiff.ToUnified("a", "b", a, edits, 3)
	if err != nil { // the edits fit the text that they were made from
		return "", len(edits)
	}
	if len(out) > maxUnified {
		out = out[:strings.LastIndexByte(out[:maxUnified], '\n')+1] + "…\n"
	}
	return out, len(edits)
}

// maxRanges is how many ranges are listed, and maxRangeBytes how much of each.
const (
	maxRanges     = 200
	maxRangeBytes = 64
	// gap is how many equal bytes end a range.
	gap = 8
)

// ranges are the runs of bytes that differ. Bytes of the same length are compared
// place by place; otherwise what is between the common start and end differs.
func ranges(a, b []byte) []Range {
	if len(a) != len(b) {
		start := 0
		for start < min(len(a), len(b)) && a[start] == b[start] {
			start++
		}
		endA, endB := len(a), len(b)
		for endA > start && endB > start && a[endA-1] == b[endB-1] {
			endA, endB = endA-1, endB-1
		}
		return []Range{{start, head(a[start:endA]), head(b[start:endB]), endA - start, endB - start}}
	}
	var list []Range
	for i := 0; i < len(a) && len(list) < maxRanges; i++ {
		if a[i] == b[i] {
			continue
		}
		end := i + 1
		for j := end; j < len(a) && j-end < gap; j++ {
			if a[j] != b[j] {
				end = j + 1
			}
		}
		list = append(list, Range{i, head(a[i:end]), head(b[i:end]), end - i, end - i})
		i = end
	}
	return list
}

func head(p []byte) []byte { return p[:min(len(p), maxRangeBytes)] }
