package web

import (
	"strconv"
	"strings"
)

// span is what is answered of a body.
type span struct {
	from, size int64
	partial    bool // a range was asked for
}

// parseRange reads a Range header with one range of bytes. What is no such
// range is ignored, as RFC 9110 allows, and the whole body is answered; a range
// that lies outside the body is a problem with status 416.
func parseRange(header string, size int64) (span, error) {
	whole := span{size: size}
	spec, ok := strings.CutPrefix(strings.TrimSpace(header), "bytes=")
	if !ok || strings.Contains(spec, ",") {
		return whole, nil
	}
	first, last, ok := strings.Cut(strings.TrimSpace(spec), "-")
	if !ok {
		return whole, nil
	}
	outside := problem(416, "range", "range is outside the body", "the body has "+strconv.FormatInt(size, 10)+" bytes")
	if first == "" {
		n, ok := position(last)
		switch {
		case !ok:
			return whole, nil
		case n == 0 || size == 0:
			return span{}, outside
		}
		n = min(n, size)
		return span{size - n, n, true}, nil
	}
	from, ok := position(first)
	if !ok {
		return whole, nil
	}
	to := size - 1
	if last != "" {
		if to, ok = position(last); !ok || to < from {
			return whole, nil
		}
	}
	if from >= size {
		return span{}, outside
	}
	to = min(to, size-1)
	return span{from, to - from + 1, true}, nil
}

// position reads a number of digits only.
func position(text string) (int64, bool) {
	if text == "" || strings.Trim(text, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.ParseInt(text, 10, 64)
	return n, err == nil
}
