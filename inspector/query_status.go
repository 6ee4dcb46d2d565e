package inspector

import (
	"strings"
)

// statusLeaf matches the last outcome: a status, a failure class, or that
// nothing is known yet. An outcome may have both: the 502 that the sender was
// answered, and why the app gave no answer.
type statusLeaf struct {
	rowLeaf
	codes   span   // a status
	failure string // or this class
	none    bool   // or no outcome
	known   bool   // or any outcome
	write   string
}

func statusValue(f *field, v *value) (leaf, *QueryError) {
	if v.pat.any() && v.op == "" {
		return &statusLeaf{known: true, write: "*"}, nil
	}
	word, exact := v.pat.exact()
	word = lowerASCII(word)
	if exact && v.op == "" && contains(f.words, word) {
		if word == "none" {
			return &statusLeaf{none: true, write: word}, nil
		}
		return &statusLeaf{failure: word, write: word}, nil
	}
	if s, ok := readSpan(v, readStatus); ok {
		return &statusLeaf{codes: s, write: v.op + word}, emptyRange(v, s)
	}
	e := f.refuse(v, "a number (404), a class (4xx), a comparison, a range, or one of "+strings.Join(f.words, ", "))
	if exact && strings.Trim(word, "0123456789.") != "" {
		e.Suggestion = Nearest(word, f.words)
	}
	return nil, e
}

// readStatus reads 404, 4xx or 40x.
func readStatus(text string, _ bool) (span, bool) {
	text = lowerASCII(text)
	digits := strings.TrimRight(text, "x")
	n, ok := atoi(digits)
	if !ok || len(text) != 3 || n == 0 {
		return span{}, false
	}
	width := int64(1)
	for range len(text) - len(digits) {
		width *= 10
	}
	return span{n * width, n*width + width - 1}, true
}

func (l *statusLeaf) row(r *Row) Match {
	switch {
	case l.failure != "":
		return yes(r.Failure == l.failure)
	case l.none:
		return yes(r.Failure == "" && r.Status <= 0)
	case l.known:
		return yes(r.Failure != "" || r.Status > 0)
	}
	return yes(r.Status > 0 && l.codes.has(int64(r.Status)))
}

func (l *statusLeaf) String() string { return l.write }

func (l *statusLeaf) plan() Plan {
	var values []string
	switch {
	case l.known:
		return Plan{}
	case l.failure != "":
		values = []string{l.failure}
	case l.none:
		values = []string{""}
	default:
		for class := int64(1); class < int64(len(statusClasses)); class++ {
			if l.codes.lo < (class+1)*100 && l.codes.hi >= class*100 {
				values = append(values, statusClasses[class])
			}
		}
		if l.codes.lo < 100 || l.codes.hi >= int64(len(statusClasses))*100 {
			values = append(values, "") // codes outside the five classes
		}
		// The column has the failure where there is one, whatever the status is.
		values = append(values, Failures...)
	}
	return Plan{Need: []Need{{ColOutcome, values}}}
}
