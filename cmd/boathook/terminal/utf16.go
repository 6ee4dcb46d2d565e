package terminal

import (
	"fmt"
	"unicode/utf16"
)

// escapedUnits writes a character as JSON's \u escapes, two for those above U+FFFF.
func escapedUnits(r rune) string {
	if hi, lo := utf16.EncodeRune(r); r > 0xffff {
		return fmt.Sprintf(`\u%04x\u%04x`, hi, lo)
	}
	return fmt.Sprintf(`\u%04x`, r)
}
