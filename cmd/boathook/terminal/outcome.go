package terminal

import (
	"fmt"

	"github.com/fatih/color"
)

// Outcome is the last outcome of a delivery: a shape, a word and a colour, the
// same three as on the page.
type Outcome struct {
	Status  int
	Failure string // failure class, "" if there was an answer
	Kept    bool   // a message that is recorded and sent nowhere
}

// Word is the status code or the failure class, or "kept"; "pending" while nothing
// is known.
func (o Outcome) Word() string {
	switch {
	case o.Kept:
		return "kept"
	case o.Failure != "":
		return o.Failure
	case o.Status == 0:
		return "pending"
	}
	return fmt.Sprint(o.Status)
}

// Shape tells outcomes apart without colour. The ASCII forms are one character too.
func (o Outcome) Shape(ascii bool) string {
	shapes := [...][2]string{{"◌", "."}, {"●", "o"}, {"◆", ">"}, {"▲", "!"}, {"■", "#"}, {"⊘", "x"}}
	form := 0
	if ascii {
		form = 1
	}
	return shapes[o.class()][form]
}

// Paint is the colour of the outcome.
func (p *Palette) Paint(o Outcome) *color.Color {
	return [...]*color.Color{p.Pending, p.Good, p.Moved, p.Warn, p.Bad, p.Broken}[o.class()]
}

// class is 0 pending, 1 ok, 2 moved, 3 refused by us or them, 4 their fault, 5 no answer.
func (o Outcome) class() int {
	switch {
	case o.Kept:
		return 1
	case o.Failure != "":
		return 5
	case o.Status == 0:
		return 0
	case o.Status < 300:
		return 1
	case o.Status < 400:
		return 2
	case o.Status < 500:
		return 3
	}
	return 4
}
