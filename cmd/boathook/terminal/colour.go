package terminal

import "github.com/fatih/color"

// When says if colour is used.
type When string

const (
	Auto   When = "auto"
	Always When = "always"
	Never  When = "never"
)

// UseColour decides for one stream. The first that speaks wins: --color,
// NO_COLOR, CLICOLOR_FORCE, TERM=dumb, and last whether the stream is a terminal.
func UseColour(when When, env func(string) string, terminal bool) bool {
	switch {
	case when == Always:
		return true
	case when == Never:
		return false
	case env("NO_COLOR") != "":
		return false
	case env("CLICOLOR_FORCE") != "" && env("CLICOLOR_FORCE") != "0":
		return true
	case env("TERM") == "dumb":
		return false
	}
	return terminal
}

// Palette holds the colours of one stream, by meaning. Only the 16 colours of
// the terminal are used, so the user's own theme decides how they look.
type Palette struct {
	Dim, Bold, In, Out                      *color.Color
	Good, Moved, Warn, Bad, Broken, Pending *color.Color
	Name, Text, Number, Null                *color.Color
	Error, Command                          *color.Color
}

// NewPalette makes colours that do nothing when on is false. Each colour is
// switched on its own: the library's global switch looks at standard output only.
func NewPalette(on bool) *Palette {
	paint := func(attrs ...color.Attribute) *color.Color {
		c := color.New(attrs...)
		if on {
			c.EnableColor()
		} else {
			c.DisableColor()
		}
		return c
	}
	return &Palette{
		Dim: paint(color.Faint), Bold: paint(color.Bold), In: paint(color.FgCyan), Out: paint(color.FgMagenta),
		Good: paint(color.FgGreen), Moved: paint(color.FgBlue), Warn: paint(color.FgYellow), Bad: paint(color.FgRed),
		Broken: paint(color.Bold, color.FgRed), Pending: paint(color.FgHiBlack),
		Name: paint(color.FgBlue), Text: paint(color.FgGreen), Number: paint(color.FgYellow), Null: paint(color.Faint),
		Error: paint(color.Bold, color.FgRed), Command: paint(color.Bold),
	}
}
