package wire

const (
	charToken  = 1 << iota // RFC 9110 token
	charValue              // allowed in a field value and in a chunk extension
	charTarget             // allowed in a request target; bytes above 127 are, as senders use them
	charHost               // allowed in a host outside of brackets
	charHex
)

var chars = func() (t [256]uint8) {
	for c := range 256 {
		b := byte(c)
		alnum := b >= '0' && b <= '9' || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z'
		if alnum || has("!#$%&'*+-.^_`|~", b) {
			t[c] |= charToken
		}
		if b == '\t' || b >= ' ' && b != 0x7f {
			t[c] |= charValue
		}
		if b > ' ' && b != 0x7f {
			t[c] |= charTarget
		}
		if alnum || has("-._~!$&'()*+,;=%", b) {
			t[c] |= charHost
		}
		if b >= '0' && b <= '9' || b >= 'a' && b <= 'f' || b >= 'A' && b <= 'F' {
			t[c] |= charHex
		}
	}
	return t
}()

func has(set string, b byte) bool {
	for i := range len(set) {
		if set[i] == b {
			return true
		}
	}
	return false
}

// all reports whether every byte of s is of the class.
func all(s string, class uint8) bool {
	for i := range len(s) {
		if chars[s[i]]&class == 0 {
			return false
		}
	}
	return true
}

// Token reports whether s is a token as RFC 9110 has it: a possible method or
// field name.
func Token(s string) bool { return s != "" && all(s, charToken) }

// FieldValue reports whether s can be the value of a header line.
func FieldValue(s string) bool { return all(s, charValue) }
