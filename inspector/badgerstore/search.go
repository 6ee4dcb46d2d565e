package badgerstore

import (
	"slices"
	"strings"

	"github.com/boathook/boathook/inspector"
)

// search is a plan made ready for walking blocks.
type search struct {
	query *inspector.Query // nil: all
	plan  inspector.Plan
	trash bool // what is in the trash may match
	needs []needed
	words []word   // all must be in the filter of a block
	texts [][]byte // all must be in the stored bytes, in lower case
}

// needed is a column that must have one of a few values.
type needed struct {
	column inspector.Column
	values []string
	hashes []uint32
	words  []word
}

func newSearch(q *inspector.Query) *search {
	f := &search{query: q, trash: q.Trash()}
	if q == nil {
		return f
	}
	f.plan = q.Plan()
	for _, n := range f.plan.Need {
		need := needed{column: n.Column, values: n.Values}
		for _, v := range n.Values {
			need.hashes = append(need.hashes, valueHash(v))
			need.words = append(need.words, placeWord(hashValue(n.Column, v)))
		}
		f.needs = append(f.needs, need)
	}
	for _, w := range f.plan.Words {
		f.words = append(f.words, placeWord(hashWord([]byte(w))))
		f.texts = append(f.texts, []byte(w))
	}
	for _, t := range f.plan.Substring {
		if t != "" {
			f.texts = append(f.texts, []byte(t))
		}
	}
	// One bit of a word for each; fewer texts only leave more rows to look at.
	f.texts = f.texts[:min(len(f.texts), 63)]
	return f
}

// candidate is a block that may hold a match.
type candidate struct {
	no    uint64
	words bool
	later bool // its word filter can be made
	flags inspector.Flags
	any   uint32
}

// block reports whether the summary leaves open that a row matches.
func (f *search) block(s *summary) bool {
	if s.live == 0 || !f.trash && s.trashed == s.live || s.flags&f.plan.Flags != f.plan.Flags {
		return false
	}
	for i := range f.needs {
		if !s.mayHave(&f.needs[i]) {
			return false
		}
	}
	return s.mayOverlap(f.plan.After, f.plan.Before)
}

// filtered reports whether the word filter of a block leaves that open.
func (f *search) filtered(w *wordFile, c *candidate) bool {
	if !c.words {
		return true
	}
	var line [wordLine]byte
	if c.flags&inspector.FlagEncoded == 0 {
		for _, look := range f.words {
			if !w.mayHave(c.no, look, &line) {
				return false
			}
		}
	}
	for i := range f.needs {
		if c.any&(1<<f.needs[i].column) == 0 {
			continue
		}
		found := false
		for _, look := range f.needs[i].words {
			if found = w.mayHave(c.no, look, &line); found {
				break
			}
		}
		if !found {
			return false
		}
	}
	return true
}

// byWords reports whether the word filter of a block would be looked at.
func (f *search) byWords(c *candidate) bool {
	return len(f.words) > 0 && c.flags&inspector.FlagEncoded == 0 ||
		slices.ContainsFunc(f.needs, func(n needed) bool { return c.any&(1<<n.column) != 0 })
}

// match looks at a row alone.
func (f *search) match(r *inspector.Row) inspector.Match {
	return f.query.MatchRow(r)
}

// raised reports whether the flags of a row leave open that it matches.
func (f *search) raised(flags inspector.Flags) bool {
	return flags&f.plan.Flags == f.plan.Flags && (f.trash || flags&inspector.FlagTrashed == 0)
}

// columns tells which texts of a stored block satisfy the needs, so that most
// rows are left out by comparing numbers.
type columns struct {
	at [8]int    // place of the column among the texts of a row
	ok [8][]bool // by number of the text
	n  int
}

// rowColumn is where in rowStrings an indexed column is, -1 if it is computed.
func rowColumn(c inspector.Column) int {
	switch c {
	case inspector.ColDir:
		return 0
	case inspector.ColVerdict:
		return 1
	case inspector.ColProvider:
		return 2
	case inspector.ColEvent:
		return 3
	case inspector.ColEventID:
		return 4
	case inspector.ColInbox:
		return 5
	case inspector.ColEndpoint:
		return 6
	case inspector.ColScheme:
		return 8
	case inspector.ColCause:
		return 9
	case inspector.ColRun:
		return 10
	case inspector.ColMethod:
		return 11
	}
	return -1
}

func (f *search) columns(v *view) columns {
	var c columns
	for i := range f.needs {
		at := rowColumn(f.needs[i].column)
		if at < 0 || c.n == len(c.at) {
			continue
		}
		ok := make([]bool, v.countTexts())
		for t := range ok {
			text := v.text(t)
			for _, want := range f.needs[i].values {
				if len(want) == len(text) && strings.EqualFold(want, text) || strings.ToLower(text) == want {
					ok[t] = true
				}
			}
		}
		c.at[c.n], c.ok[c.n] = at, ok
		c.n++
	}
	return c
}

// pass reports whether the columns of a line satisfy the needs.
func (c *columns) pass(line []byte) bool {
	for i := range c.n {
		t := int(line[32+2*c.at[i]]) | int(line[33+2*c.at[i]])<<8
		if t >= len(c.ok[i]) || !c.ok[i][t] {
			return false
		}
	}
	return true
}
