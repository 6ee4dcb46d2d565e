package client

import (
	"fmt"
	"strings"
)

// Problem is an error answer of the API, in the form of RFC 9457.
type Problem struct {
	Type   string `json:"type"`   // stable name of the kind of problem, a URN
	Title  string `json:"title"`  // what went wrong, the same for every problem of the type
	Status int    `json:"status"` // HTTP status
	Detail string `json:"detail"` // what went wrong this time
	Hint   string `json:"hint,omitempty"`
	Field  string `json:"field,omitempty"` // name of the field or parameter that is wrong

	// Pos and End are byte offsets into a filter; nil if the problem is no filter error.
	Pos        *int   `json:"pos,omitempty"`
	End        *int   `json:"end,omitempty"`
	Suggestion string `json:"suggestion,omitempty"` // what was probably meant
}

// Error is the problem in one line, for a person.
func (p *Problem) Error() string {
	text := p.Detail
	if text == "" {
		text = p.Title
	}
	if text == "" {
		text = fmt.Sprintf("server answered %d", p.Status)
	}
	return strings.ReplaceAll(text, "\n", " ")
}
