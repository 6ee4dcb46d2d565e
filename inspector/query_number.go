package inspector

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// span is a range of whole numbers, both ends included.
type span struct{ lo, hi int64 }

func (s span) has(n int64) bool { return n >= s.lo && n <= s.hi }

// compared is the span of the numbers that compare with a value, itself
// standing for the numbers lo to hi.
func compared(op string, value span) span {
	switch op {
	case ">":
		return span{value.hi + 1, math.MaxInt64}
	case ">=":
		return span{value.lo, math.MaxInt64}
	case "<":
		return span{math.MinInt64, value.lo - 1}
	case "<=":
		return span{math.MinInt64, value.hi}
	}
	return value
}

// readSpan reads NUMBER, >NUMBER, NUMBER..NUMBER and the like. read gives the
// numbers that one written number stands for, alone or in a comparison.
func readSpan(v *value, read func(text string, alone bool) (span, bool)) (span, bool) {
	if !v.plain {
		return span{}, false
	}
	left, right, isRange := strings.Cut(v.text(), "..")
	if !isRange {
		one, ok := read(v.text(), v.op == "" || v.op == "=")
		return compared(v.op, one), ok
	}
	if v.op != "" || left == "" && right == "" {
		return span{}, false
	}
	out := span{math.MinInt64, math.MaxInt64}
	if left != "" {
		s, ok := read(left, false)
		if !ok {
			return span{}, false
		}
		out.lo = s.lo
	}
	if right != "" {
		s, ok := read(right, false)
		if !ok {
			return span{}, false
		}
		out.hi = s.hi
	}
	return out, true
}

// emptyRange refuses a range whose end is before its beginning.
func emptyRange(v *value, s span) *QueryError {
	if s.lo <= s.hi || !strings.Contains(v.text(), "..") {
		return nil
	}
	return errAt(v.pos, v.end, "the range is empty: it ends before it begins")
}

// spanLeaf matches a number of the row.
type spanLeaf struct {
	rowLeaf
	span
	get   func(*Row) (int64, bool) // false: the row has no such number
	isN   bool
	write string
}

func (l *spanLeaf) row(r *Row) Match {
	n, ok := l.get(r)
	return yes(ok && l.has(n))
}

func (l *spanLeaf) String() string { return l.write }

func (l *spanLeaf) plan() Plan {
	if !l.isN {
		return Plan{}
	}
	p := Plan{MinN: uint64(max(l.lo, 0))}
	if l.hi != math.MaxInt64 {
		p.MaxN = uint64(max(l.hi, 0))
	}
	return p
}

func numberValue(f *field, v *value) (leaf, *QueryError) {
	s, ok := readSpan(v, func(text string, _ bool) (span, bool) {
		n, ok := atoi(strings.TrimPrefix(text, "#"))
		return span{n, n}, ok
	})
	if !ok {
		return nil, f.refuse(v, "a whole number, a comparison or a range")
	}
	l := &spanLeaf{span: s, write: v.op + lowerASCII(v.text())}
	if f.name == "n" {
		l.isN = true
		l.get = func(r *Row) (int64, bool) { return int64(min(r.N, math.MaxInt64)), true }
	} else {
		l.get = func(r *Row) (int64, bool) { return int64(r.Tries), true }
	}
	return l, emptyRange(v, s)
}

var durUnits = map[string]float64{
	"us": 1e3, "µs": 1e3, "ms": 1e6, "s": 1e9, "m": 60e9, "min": 60e9, "h": 3600e9,
}

func durValue(f *field, v *value) (leaf, *QueryError) {
	s, ok := readSpan(v, measure(durUnits, ""))
	if !ok {
		return nil, f.refuse(v, "a time with its unit (us, ms, s, m, h), a comparison or a range")
	}
	return &spanLeaf{span: s, write: v.op + lowerASCII(v.text()), get: func(r *Row) (int64, bool) {
		return int64(r.Duration), r.Status != 0 || r.Failure != ""
	}}, emptyRange(v, s)
}

var sizeUnits = map[string]float64{
	"b": 1, "kb": 1e3, "mb": 1e6, "gb": 1e9, "kib": 1 << 10, "mib": 1 << 20, "gib": 1 << 30,
}

func sizeValue(f *field, v *value) (leaf, *QueryError) {
	s, ok := readSpan(v, measure(sizeUnits, "b"))
	if !ok {
		return nil, f.refuse(v, "a size (b, kb, mb, gb, or kib, mib, gib), a comparison or a range")
	}
	return &spanLeaf{span: s, write: v.op + lowerASCII(v.text()), get: func(r *Row) (int64, bool) { return r.Size, true }}, emptyRange(v, s)
}

// measure reads a decimal number with a unit. Alone it stands for all that is
// shown as this number when cut off after the last digit: 104ms is 104 up to
// 105 ms.
func measure(units map[string]float64, none string) func(string, bool) (span, bool) {
	return func(text string, alone bool) (span, bool) {
		text = lowerASCII(text)
		i := 0
		for i < len(text) && (text[i] >= '0' && text[i] <= '9' || text[i] == '.') {
			i++
		}
		unit := text[i:]
		if unit == "" {
			unit = none
		}
		factor, ok := units[unit]
		if !ok || i == 0 || i > 18 || text[0] == '.' || text[i-1] == '.' {
			return span{}, false
		}
		n, err := strconv.ParseFloat(text[:i], 64)
		if err != nil {
			return span{}, false
		}
		step := factor
		if _, fraction, ok := strings.Cut(text[:i], "."); ok {
			step /= math.Pow10(len(fraction))
		}
		lo := math.Round(n * factor)
		hi := lo
		if alone {
			hi = max(lo, math.Round(n*factor+step)-1)
		}
		if hi >= 1<<62 {
			return span{}, false
		}
		return span{int64(lo), int64(hi)}, true
	}
}

// timeLeaf matches deliveries from a moment on, or up to it.
type timeLeaf struct {
	rowLeaf
	at     time.Time
	before bool
	write  string
}

func (l *timeLeaf) row(r *Row) Match {
	if l.before {
		return yes(r.At.Before(l.at))
	}
	return yes(!r.At.Before(l.at))
}

func (l *timeLeaf) String() string { return l.write }

func (l *timeLeaf) plan() Plan {
	if l.before {
		return Plan{Before: l.at}
	}
	return Plan{After: l.at}
}

func timeValue(p *parser, f *field, v *value) (leaf, *QueryError) {
	text, ok := v.pat.exact()
	if v.op == "" && ok {
		if at, ok := ParseTime(text, p.now); ok {
			return &timeLeaf{at: at, before: f.name == "before", write: text}, nil
		}
	}
	return nil, f.refuse(v, "a time ago (10m, 2h, 7d) or a moment (2026-01-31, 2026-01-31T10:00, in UTC unless it ends in an offset)")
}

// between is the query for those deliveries too that arrived from a time on and
// before another.
func (q *Query) between(from, to time.Time) *Query {
	when := func(field string, at time.Time) node {
		return &term{head: field + ":", values: []leaf{&timeLeaf{at: at, before: field == "before", write: at.UTC().Format(time.RFC3339Nano)}}}
	}
	root := and{when("after", from), when("before", to)}
	if own, ok := q.root.(and); ok {
		root = append(root, own...)
	} else if _, ok := q.root.(all); !ok {
		root = append(root, q.root)
	}
	return &Query{root: root, text: q.text, plan: root.plan(), trash: q.trash}
}

var timeLayouts = []string{
	"2006-01-02T15:04:05Z07:00", "2006-01-02T15:04Z07:00",
	"2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02",
}

var agoUnits = map[byte]time.Duration{
	's': time.Second, 'm': time.Minute, 'h': time.Hour, 'd': 24 * time.Hour, 'w': 7 * 24 * time.Hour,
}

// readTime reads an absolute time, or one like 1h30m counted back from now.
func ParseTime(text string, now time.Time) (time.Time, bool) {
	upper := strings.ToUpper(text)
	for _, layout := range timeLayouts {
		if t, err := time.Parse(layout, upper); err == nil {
			return t.UTC(), true
		}
	}
	var ago time.Duration
	rest := lowerASCII(text)
	for rest != "" {
		i := 0
		for i < len(rest) && rest[i] >= '0' && rest[i] <= '9' {
			i++
		}
		if i == 0 || i > 6 || i == len(rest) {
			return time.Time{}, false
		}
		n, _ := strconv.Atoi(rest[:i])
		unit, ok := agoUnits[rest[i]]
		if !ok || time.Duration(n) > (math.MaxInt64-ago)/unit {
			return time.Time{}, false
		}
		ago += time.Duration(n) * unit
		rest = rest[i+1:]
	}
	return now.Add(-ago), text != ""
}
