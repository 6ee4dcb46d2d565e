package main

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/boathook/boathook/cmd/boathook/terminal"
)

// maxLine bounds a line that is edited, in characters.
const maxLine = 2000

// liveLine is a line of text while it is edited.
type liveLine struct {
	text []rune
	at   int // place of the cursor, in runes
}

func lineOf(text string) liveLine {
	runes := []rune(text)
	return liveLine{text: runes, at: len(runes)}
}

// left is the first character that is on screen: the cursor fits into the room.
func (l *liveLine) left(room int) (left int) {
	for left < l.at && l.widthFrom(left) > max(room-1, 1) {
		left++
	}
	return left
}

// column is where the cursor stands behind a mark, on a screen of a width.
func (l *liveLine) column(mark, width int) int {
	return min(mark+l.widthFrom(l.left(width-mark)), max(width-1, 0))
}

// widthFrom is how many columns there are from a character to the cursor.
func (l *liveLine) widthFrom(left int) int {
	return ansi.StringWidth(terminal.Safe(string(l.text[left:l.at])))
}

// edit does what a key does to a line, and reports whether the text is another one.
func (l *liveLine) edit(k tea.KeyPressMsg) bool {
	switch k.String() {
	case "left", "ctrl+b":
		l.at = max(l.at-1, 0)
	case "right", "ctrl+f":
		l.at = min(l.at+1, len(l.text))
	case "home", "ctrl+a":
		l.at = 0
	case "end", "ctrl+e":
		l.at = len(l.text)
	case "backspace", "ctrl+h":
		return l.cut(max(l.at-1, 0), l.at)
	case "delete":
		return l.cut(l.at, min(l.at+1, len(l.text)))
	case "ctrl+u":
		return l.cut(0, l.at)
	case "ctrl+k":
		return l.cut(l.at, len(l.text))
	case "ctrl+w", "alt+backspace":
		return l.cut(l.wordBefore(), l.at)
	default:
		return l.insert(k.Text)
	}
	return false
}

func (l *liveLine) insert(text string) bool {
	more := []rune(strings.Map(func(r rune) rune {
		if r < ' ' {
			return ' '
		}
		return r
	}, text))
	if len(more) == 0 || len(l.text)+len(more) > maxLine {
		return false
	}
	l.text = slices.Insert(l.text, l.at, more...)
	l.at += len(more)
	return true
}

// cut takes a part out, and reports whether there was one.
func (l *liveLine) cut(from, to int) bool {
	l.text = slices.Delete(l.text, from, to)
	l.at = from
	return from < to
}

func (l *liveLine) wordBefore() int {
	at := l.at
	for at > 0 && l.text[at-1] == ' ' {
		at--
	}
	for at > 0 && l.text[at-1] != ' ' {
		at--
	}
	return at
}
