package web

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/boathook/boathook/inspector"
)

// escaped writes bytes that are not UTF-8 as \x80, since JSON cannot hold them.
// In a line that has such bytes, text that reads like an escape has its backslash
// written as \x5c. A line that is UTF-8 throughout stays as it is.
func escaped(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && n == 1 || isEscape(s[i:]) {
			fmt.Fprintf(&b, `\x%02x`, s[i])
		} else {
			b.WriteString(s[i : i+n])
		}
		i += n
	}
	return b.String()
}

// isEscape reports whether text begins like what escaped writes for a byte.
func isEscape(s string) bool {
	return len(s) >= 4 && s[:2] == `\x` && isHex(s[2]) && isHex(s[3])
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}

// escapedFields is a copy that is never nil.
func escapedFields(fields []inspector.Field) []inspector.Field {
	out := make([]inspector.Field, len(fields))
	for i, f := range fields {
		out[i] = inspector.Field{Name: escaped(f.Name), Value: escaped(f.Value)}
	}
	return out
}
