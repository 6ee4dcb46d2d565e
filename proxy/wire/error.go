package wire

import "fmt"

// Error says why a message is refused.
type Error struct {
	Status int    // what a server answers to such a request; 502 for a response
	Text   string // one line for a person; holds no bytes of the message
}

func (e *Error) Error() string { return fmt.Sprintf("%d: %s", e.Status, e.Text) }

func bad(text string) error { return &Error{Status: 400, Text: text} }
