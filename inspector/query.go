package inspector

import (
	"strings"
	"time"
)

// Content gives a query what it needs beyond the row. It is asked only when the
// row alone does not decide.
type Content interface {
	// Attempts returns the delivery's attempts in order.
	Attempts() ([]Attempt, error)
	// Body returns at most limit bytes of a stored body, as it is stored (not
	// freed of its Content-Encoding); nil if there is none.
	Body(attempt int, part Part, limit int) ([]byte, error)
}

// Match is the outcome of looking at a row alone.
type Match uint8

const (
	No        Match = iota // the row does not match
	Yes                    // the row matches
	Undecided              // only the content can tell
)

// Query is a parsed filter; [QueryHelp] describes the language. It does not
// change after parsing and may be used by several goroutines at once. A nil
// Query matches every delivery. What is in the trash matches only queries that
// name it, with is:trashed.
type Query struct {
	root  node
	text  string // normal form
	plan  Plan
	trash bool // it names the trash
}

// ParseQuery reads a filter. Relative times (after:10m) count back from now.
// An empty text gives a query that matches every delivery. The error is a
// [*QueryError].
func ParseQuery(text string, now time.Time) (*Query, error) {
	p := &parser{src: text, now: now.UTC()}
	root, qerr := p.query()
	if qerr != nil {
		return nil, qerr
	}
	var b strings.Builder
	root.write(&b)
	return &Query{root: root, text: b.String(), plan: root.plan(), trash: p.trash}, nil
}

// String is the filter in normal form: parsed again, it gives the same query.
// It is "" for a query that matches every delivery.
func (q *Query) String() string {
	if q == nil {
		return ""
	}
	return q.text
}

// Plan is what a store may use to leave out rows unseen. The caller must not
// change what it holds.
func (q *Query) Plan() Plan {
	if q == nil {
		return Plan{}
	}
	return q.plan
}

// MatchRow looks at the row alone. It does not allocate, except to decode a
// percent-encoded query parameter that the filter asks for.
func (q *Query) MatchRow(r *Row) Match {
	if r.Flags&FlagTrashed != 0 && !q.Trash() {
		return No
	}
	if q == nil || q.root == nil {
		return Yes
	}
	return q.root.row(r)
}

// Trash reports whether the query names the trash, so that what is in it may match.
func (q *Query) Trash() bool { return q != nil && q.trash }

// Match decides, asking for content only if the row does not. The error is one
// that c returned.
func (q *Query) Match(r *Row, c Content) (bool, error) {
	switch q.MatchRow(r) {
	case No:
		return false, nil
	case Yes:
		return true, nil
	}
	return q.root.full(r, &view{content: c})
}

// node is a part of a filter.
type node interface {
	row(*Row) Match
	full(*Row, *view) (bool, error)
	plan() Plan
	write(*strings.Builder)
}

// all matches every delivery.
type all struct{}

func (all) row(*Row) Match                 { return Yes }
func (all) full(*Row, *view) (bool, error) { return true, nil }
func (all) plan() Plan                     { return Plan{} }
func (all) write(b *strings.Builder)       {}
