package inspector

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

// Query is a parsed filter.
type Query struct {
	text string
}
