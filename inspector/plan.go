package inspector

import (
	"strings"
	"time"
)

// Plan is what a store may use to leave out rows without looking at them. Every
// part is a necessary condition: a row that fails one cannot match the query.
// A plan never decides a match on its own.
type Plan struct {
	Need      []Need    // columns that must have one of a few values
	After     time.Time // Row.At is not before it; zero: any
	Before    time.Time // Row.At is not after it; zero: any
	MinN      uint64    // Row.N is at least this
	MaxN      uint64    // Row.N is at most this; 0: any
	IDs       []ID      // Row.ID is one of these; nil: any
	Flags     Flags     // all of these are raised
	Words     []string  // whole words, in lower case, that the stored text must have; see ScanWords
	Substring []string  // byte strings, in lower case (ASCII), that the stored text must have
	Content   bool      // the predicate reads heads or bodies
}

// Need says that a column has one of the values, written as [Row.Value] writes
// them.
type Need struct {
	Column Column
	Values []string
}

// Column names a column of Row that stores index.
type Column uint8

const (
	ColDir Column = iota
	ColProvider
	ColEvent
	ColEventID
	ColInbox
	ColEndpoint
	ColScheme
	ColCause
	ColVerdict
	ColMethod
	ColOutcome // "1xx" to "5xx", a failure class, or "" if nothing is known yet
	ColRun
	NumColumns // how many columns there are
)

var statusClasses = [...]string{"", "1xx", "2xx", "3xx", "4xx", "5xx"}

// Value is the row's value of an indexed column, in lower case.
func (r *Row) Value(c Column) string {
	switch c {
	case ColDir, ColVerdict, ColOutcome:
		return r.Text(c)
	}
	return strings.ToLower(r.Text(c))
}

// Text is a column's text as the row has it, in whatever case.
func (r *Row) Text(c Column) string {
	switch c {
	case ColDir:
		return string(r.Dir)
	case ColProvider:
		return r.Provider
	case ColEvent:
		return r.Event
	case ColEventID:
		return r.EventID
	case ColInbox:
		return r.Inbox
	case ColEndpoint:
		return r.Endpoint
	case ColScheme:
		return r.Scheme
	case ColCause:
		return r.Cause
	case ColVerdict:
		return string(r.Verdict)
	case ColMethod:
		return r.Method
	case ColOutcome:
		if r.Failure != "" {
			return r.Failure
		}
		if i := r.Status / 100; i > 0 && i < len(statusClasses) {
			return statusClasses[i]
		}
	case ColRun:
		return r.Run
	}
	return ""
}

// ScanWords calls add for each word of text: a run of 4 to 64 letters, digits,
// '-', '_' or bytes above 127, in lower case (ASCII only). Longer runs count
// with their first 64 bytes. The word passed to add is only valid during the call.
//
// A search for a string that is itself one whole word, with something else on
// both sides, finds it by the words; any other substring does not.
func ScanWords(text []byte, add func(word []byte)) {
	var buf [64]byte
	n := 0
	for _, c := range text {
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		if c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '_' || c >= 0x80 {
			if n < len(buf) {
				buf[n] = c
			}
			n++
			continue
		}
		if n >= 4 {
			add(buf[:min(n, len(buf))])
		}
		n = 0
	}
	if n >= 4 {
		add(buf[:min(n, len(buf))])
	}
}
