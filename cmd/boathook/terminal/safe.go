package terminal

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Safe makes foreign text fit for one line of a terminal: control characters
// (C0 with tab and line ends, DEL, C1), invisible direction marks and bytes that
// are not UTF-8 become visible escapes such as \x1b or \u202e.
func Safe(s string) string {
	return safe(s, false)
}

// SafeText is Safe for text of several lines: line feeds and tabs stay.
func SafeText(s string) string {
	return safe(s, true)
}

func safe(s string, lines bool) string {
	clean := true
	for _, r := range s {
		if hidden(r, lines) {
			clean = false
			break
		}
	}
	if clean {
		return s
	}
	var b strings.Builder
	for i, r := range s {
		switch {
		case r == utf8.RuneError && !strings.HasPrefix(s[i:], "\uFFFD"):
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case hidden(r, lines):
			escape(&b, r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

func escape(b *strings.Builder, r rune) {
	switch {
	case r == '\n':
		b.WriteString(`\n`)
	case r == '\r':
		b.WriteString(`\r`)
	case r == '\t':
		b.WriteString(`\t`)
	case r < 0x80:
		fmt.Fprintf(b, `\x%02x`, r)
	case r <= 0xffff:
		fmt.Fprintf(b, `\u%04x`, r)
	default:
		fmt.Fprintf(b, `\U%08x`, r)
	}
}

// hidden reports whether r could move the cursor, start a control sequence, or
// make text read differently from how it is stored. RuneError counts, because
// it stands for a byte that is not UTF-8.
func hidden(r rune, lines bool) bool {
	switch {
	case r == '\n' || r == '\t':
		return !lines
	case r < 0x20, r >= 0x7f && r <= 0x9f, r == utf8.RuneError:
		return true
	case r < 0x0600:
		return r == 0xad
	}
	return invisible(r)
}

// invisible covers direction marks and overrides, separators that break lines,
// joiners that show nothing, and the tag characters.
func invisible(r rune) bool {
	switch {
	case r == 0x061c, r == 0x180e, r == 0xfeff,
		r >= 0x200b && r <= 0x200c, r >= 0x200e && r <= 0x200f,
		r >= 0x2028 && r <= 0x202e, r >= 0x2060 && r <= 0x206f,
		r >= 0xfff9 && r <= 0xfffb, r >= 0xe0000 && r <= 0xe007f:
		return true
	}
	return false
}
