package config

import "fmt"

// Error is something wrong with a setting. It is a usage error: exit code 2.
type Error struct {
	File string // as the user would name it, "" if it came from no file
	Line int    // from 1, 0 if it concerns the whole file
	Text string
	Hint string // what to do, "" if the text says it
}

func (e *Error) Error() string {
	switch {
	case e.File == "":
		return e.Text
	case e.Line == 0:
		return e.File + ": " + e.Text
	}
	return fmt.Sprintf("%s:%d: %s", e.File, e.Line, e.Text)
}
