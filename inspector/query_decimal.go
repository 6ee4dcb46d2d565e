package inspector

import (
	"cmp"
	"strconv"
	"strings"
)

// decimal is a number of any size, kept exactly: 0.DIGITS × 10^exp.
type decimal struct {
	neg    bool
	digits string // without zeros at either end; "" for zero
	exp    int64
}

// maxExp bounds exponents: beyond it numbers differ only by sign and digits.
const maxExp = 1 << 40

// parseDecimal reads a number as JSON writes it; zeros in front are allowed.
func parseDecimal(s string) (decimal, bool) {
	var d decimal
	rest, neg := strings.CutPrefix(s, "-")
	d.neg = neg
	whole := leadingDigits(rest)
	if whole == 0 {
		return d, false
	}
	d.digits, rest = rest[:whole], rest[whole:]
	d.exp = int64(whole)
	if len(rest) > 0 && rest[0] == '.' {
		n := leadingDigits(rest[1:])
		if n == 0 {
			return d, false
		}
		d.digits += rest[1 : 1+n]
		rest = rest[1+n:]
	}
	if rest != "" {
		if rest[0] != 'e' && rest[0] != 'E' {
			return d, false
		}
		e := strings.TrimPrefix(rest[1:], "+")
		if strings.HasPrefix(rest[1:], "+-") || leadingDigits(strings.TrimPrefix(e, "-")) != len(strings.TrimPrefix(e, "-")) || strings.TrimPrefix(e, "-") == "" {
			return d, false
		}
		n, err := strconv.ParseInt(e, 10, 64)
		if err != nil { // only out of range is left
			n = maxExp
			if e[0] == '-' {
				n = -maxExp
			}
		}
		d.exp += min(max(n, -maxExp), maxExp)
	}
	trimmed := strings.TrimLeft(d.digits, "0")
	d.exp -= int64(len(d.digits) - len(trimmed))
	d.digits = strings.TrimRight(trimmed, "0")
	if d.digits == "" {
		return decimal{}, true
	}
	return d, true
}

func leadingDigits(s string) int {
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return i
		}
	}
	return len(s)
}

// compare is negative, zero or positive as d is less than, equal to or greater
// than e.
func (d decimal) compare(e decimal) int {
	if s := cmp.Compare(d.sign(), e.sign()); s != 0 {
		return s
	}
	if d.digits == "" {
		return 0
	}
	c := strings.Compare(d.digits, e.digits)
	if d.exp != e.exp {
		c = 1
		if d.exp < e.exp {
			c = -1
		}
	}
	if d.neg {
		return -c
	}
	return c
}

func (d decimal) sign() int {
	switch {
	case d.digits == "":
		return 0
	case d.neg:
		return -1
	}
	return 1
}
