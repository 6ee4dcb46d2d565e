package config

import "fmt"

// Error is something wrong with a setting. It is a usage error: exit code 2.
type Error struct {
	File string // as the user would name it, "" if it came from no file
	Line int    // from 1, 0 if it concerns the whole file
	// Column is counted in characters from 1; 0 if the whole line is meant.
	Column int
	Text   string
	Hint   string // what to do, "" if the text says it
}

func (e *Error) Error() string {
	switch {
	case e.File == "":
		return e.Text
	case e.Line == 0:
		return e.File + ": " + e.Text
	case e.Column > 0:
		return fmt.Sprintf("%s:%d:%d: %s", e.File, e.Line, e.Column, e.Text)
	}
	return fmt.Sprintf("%s:%d: %s", e.File, e.Line, e.Text)
}
