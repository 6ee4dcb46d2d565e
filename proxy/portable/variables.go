package portable

import (
	"crypto/sha256"
	"fmt"
	"strings"

	"github.com/boathook/boathook/proxy/snippet"
)

// variables names the variables that stand for credentials: one for each value, so
// that what differed is not made the same. Values are kept as their digests only.
type variables struct {
	list   []credentialVariable
	byWhat map[[sha256.Size]byte]string
	taken  map[string]bool // names
}

type credentialVariable struct {
	name string
	of   string // header line, or "?name" of a query parameter
	no   int    // from 1, among those of the same name
}

// name has the form that [snippet.Script] wants.
func (v *variables) name(of, value string) string {
	if v.byWhat == nil {
		v.byWhat, v.taken = map[[sha256.Size]byte]string{}, map[string]bool{"TARGET": true}
	}
	key := sha256.Sum256([]byte(strings.ToLower(of) + "\x00" + value))
	if name, ok := v.byWhat[key]; ok {
		return name
	}
	plain := snippet.VariableName(of)
	name, no := plain, 1
	for v.taken[name] {
		no++
		name = fmt.Sprintf("%s_%d", plain, no)
	}
	v.taken[name] = true
	v.byWhat[key] = name
	v.list = append(v.list, credentialVariable{name, of, no})
	return name
}

// meaning says what a variable holds, in words that a shell takes within braces.
func (v credentialVariable) meaning() string {
	what := "the value of the header " + strings.Map(plainRune, v.of)
	if param, ok := strings.CutPrefix(v.of, "?"); ok {
		what = "the value of the query parameter " + strings.Map(plainRune, param)
	}
	if v.no > 1 {
		what += fmt.Sprintf(", the one that was seen as number %d", v.no)
	}
	return "set it to " + what
}

// plainRune leaves out what means something to a shell.
func plainRune(r rune) rune {
	if r == '-' || r == '_' || r == '.' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
		return r
	}
	return -1
}

// quote writes a word that the shell takes as it is.
func quote(s string) string {
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// shown is text for a terminal: what is not printable is left out.
func shown(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return -1
		}
		return r
	}, s)
}
