package catalog

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"time"
)

const (
	digits     = "0123456789"
	base62     = digits + "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	crockford  = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	ksuidEpoch = 1400000000 // seconds; where KSUIDs begin to count
	maxIDPart  = 256        // characters of one part
)

// idPart is one kind of random part that an id may have.
type idPart struct {
	name string
	size int // the default of what may stand behind a colon; 0: nothing may
	make func(rnd io.Reader, now time.Time, size int) (string, error)
}

var idParts = []idPart{
	{"uuid", 0, func(r io.Reader, _ time.Time, _ int) (string, error) { return uuid(r, "-") }},
	{"uuid-hex", 0, func(r io.Reader, _ time.Time, _ int) (string, error) { return uuid(r, "") }},
	{"ksuid", 0, ksuid},
	{"ulid", 0, ulid},
	{"int", 8, func(r io.Reader, _ time.Time, n int) (string, error) {
		first, err := letters(r, digits[1:], 1)
		if err != nil || n == 1 {
			return first, err
		}
		rest, err := letters(r, digits, n-1)
		return first + rest, err
	}},
	{"digits", 10, func(r io.Reader, _ time.Time, n int) (string, error) { return letters(r, digits, n) }},
	{"hex", 32, func(r io.Reader, _ time.Time, n int) (string, error) { return letters(r, "0123456789abcdef", n) }},
	{"HEX", 32, func(r io.Reader, _ time.Time, n int) (string, error) { return letters(r, "0123456789ABCDEF", n) }},
	{"base62", 24, func(r io.Reader, _ time.Time, n int) (string, error) { return letters(r, base62, n) }},
	{"base36", 24, func(r io.Reader, _ time.Time, n int) (string, error) { return letters(r, base62[:10]+base62[36:], n) }},
	{"BASE36", 24, func(r io.Reader, _ time.Time, n int) (string, error) { return letters(r, base62[:36], n) }},
	{"unix", 0, func(_ io.Reader, now time.Time, _ int) (string, error) { return strconv.FormatInt(now.Unix(), 10), nil }},
	{"unix_ms", 0, func(_ io.Reader, now time.Time, _ int) (string, error) {
		return strconv.FormatInt(now.UnixMilli(), 10), nil
	}},
}

// NewID makes an id of a form: one of uuid, uuid-hex, ksuid, ulid, int, digits,
// hex, base62, base36, unix, unix_ms, or text in which such a word stands in
// braces, with a length where it may have one: evt_{base62:24}. The time is part
// of a KSUID and a ULID.
func NewID(form string, rnd io.Reader, now time.Time) (string, error) {
	var b strings.Builder
	err := walkIDForm(form, func(text string, part *idPart, size int) error {
		b.WriteString(text)
		if part == nil {
			return nil
		}
		s, err := part.make(rnd, now, size)
		b.WriteString(s)
		return err
	})
	if err != nil {
		return "", fmt.Errorf("make an id of the form %q: %w", form, err)
	}
	return b.String(), nil
}

// CheckIDForm reports what is wrong with the form of an id.
func CheckIDForm(form string) error {
	return walkIDForm(form, func(string, *idPart, int) error { return nil })
}

// walkIDForm calls f for each literal text with the part that follows it.
func walkIDForm(form string, f func(text string, part *idPart, size int) error) error {
	if !strings.Contains(form, "{") {
		if part, size, err := findIDPart(form); err == nil {
			return f("", part, size)
		}
	}
	if form == "" || len(form) > 1000 {
		return fmt.Errorf("the form is empty or longer than 1000 characters")
	}
	for form != "" {
		text, rest, open := strings.Cut(form, "{")
		if !open {
			return f(text, nil, 0)
		}
		inner, after, closed := strings.Cut(rest, "}")
		if !closed {
			return fmt.Errorf("{%s has no closing brace", rest)
		}
		part, size, err := findIDPart(inner)
		if err != nil {
			return err
		}
		if err := f(text, part, size); err != nil {
			return err
		}
		form = after
	}
	return nil
}

func findIDPart(text string) (*idPart, int, error) {
	name, count, sized := strings.Cut(text, ":")
	for i := range idParts {
		part := &idParts[i]
		if part.name != name {
			continue
		}
		if !sized {
			return part, part.size, nil
		}
		n, err := strconv.Atoi(count)
		if err != nil || part.size == 0 || n < 1 || n > maxIDPart {
			return nil, 0, fmt.Errorf("%q is no length from 1 to %d for %s", count, maxIDPart, name)
		}
		return part, n, nil
	}
	var names []string
	for _, p := range idParts {
		names = append(names, p.name)
	}
	return nil, 0, fmt.Errorf("%q is no form of an id; known: %s", text, strings.Join(names, ", "))
}

func uuid(r io.Reader, hyphen string) (string, error) {
	var b [16]byte
	if _, err := io.ReadFull(r, b[:]); err != nil {
		return "", err
	}
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	s := hex.EncodeToString(b[:])
	return strings.Join([]string{s[:8], s[8:12], s[12:16], s[16:20], s[20:]}, hyphen), nil
}

func ksuid(r io.Reader, now time.Time, _ int) (string, error) {
	var b [20]byte
	if _, err := io.ReadFull(r, b[4:]); err != nil {
		return "", err
	}
	binary.BigEndian.PutUint32(b[:], uint32(now.Unix()-ksuidEpoch))
	return inBase(b[:], base62, 27), nil
}

func ulid(r io.Reader, now time.Time, _ int) (string, error) {
	var b [16]byte
	if _, err := io.ReadFull(r, b[6:]); err != nil {
		return "", err
	}
	var ms [8]byte
	binary.BigEndian.PutUint64(ms[:], uint64(now.UnixMilli()))
	copy(b[:6], ms[2:])
	return inBase(b[:], crockford, 26), nil
}

// inBase writes a number with the digits of an alphabet, width characters long. It
// has a multiple of four bytes.
func inBase(b []byte, alphabet string, width int) string {
	base, out := uint64(len(alphabet)), make([]byte, width)
	words := make([]uint32, len(b)/4)
	for i := range words {
		words[i] = binary.BigEndian.Uint32(b[4*i:])
	}
	// So many digits at a time as a word holds: dividing the whole number is slow.
	step, digits := base, 1
	for step*base <= math.MaxUint32 {
		step, digits = step*base, digits+1
	}
	for i := width; i > 0; {
		var rest uint64
		for k, w := range words {
			n := rest<<32 | uint64(w)
			words[k], rest = uint32(n/step), n%step
		}
		for range min(digits, i) {
			i--
			out[i] = alphabet[rest%base]
			rest /= base
		}
	}
	return string(out)
}

// letters are n random characters of an alphabet, each as likely as the others.
func letters(r io.Reader, alphabet string, n int) (string, error) {
	out := make([]byte, 0, n)
	fair := 256 - 256%len(alphabet)
	var b [64]byte
	for len(out) < n {
		if _, err := io.ReadFull(r, b[:]); err != nil {
			return "", err
		}
		for _, c := range b {
			if int(c) < fair && len(out) < n {
				out = append(out, alphabet[int(c)%len(alphabet)])
			}
		}
	}
	return string(out), nil
}
