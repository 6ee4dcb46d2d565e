// Package mask decides what is hidden: the values of header lines, of query
// parameters and within bodies that are not for everybody who looks at a page, a
// terminal or an export. What is stored stays as it crossed the wire.
//
// [Rules] are the names that tell it by themselves, such as Authorization or
// api_key, and a list of one's own over them: see [Parse].
package mask

import (
	"errors"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/boathook/boathook/inspector"
)

// Bounds of a list.
const (
	MaxEntries = 500
	MaxEntry   = 300 // bytes
)

// OnlyListed is the entry with which names tell nothing by themselves: hidden is what
// the list names, and what endpoints are set to authenticate with.
const OnlyListed = "-defaults"

// Rules say what is hidden. Nil rules are those of an empty list. Safe for concurrent
// use.
type Rules struct {
	entries []string
	lines   map[string]bool // by names in small letters: true is hidden, false is shown in spite of its name
	params  map[string]bool // the same, by names as they are
	bodies  *inspector.Hider
	picks   []inspector.Pick // within bodies
	only    bool             // [OnlyListed]
}

// EntryError says which entry of a list is wrong.
type EntryError struct {
	Index int // in the list; -1 for the list as a whole
	Text  string
	Hint  string
}

func (e *EntryError) Error() string { return e.Text + "; " + e.Hint }

// Forms says how entries are written.
const Forms = "write header.x-pin, query.pin or body.card.number; with - before it a header or a parameter is shown in spite of its name"

// Parse reads a list. An entry is written as filters write it, "header.x-pin",
// "query.pin" or "body.card.number", which form fields have too; a name alone is that
// of a header line. With "-" before it a header line or a parameter is shown though its
// name says that it is a credential. The error is an [*EntryError].
func Parse(entries []string) (*Rules, error) {
	if len(entries) > MaxEntries {
		return nil, &EntryError{Index: -1, Text: fmt.Sprintf("there are %d entries, at most %d are kept", len(entries), MaxEntries), Hint: "hide what holds them, as body.card does all that is in card"}
	}
	r := &Rules{entries: []string{}, lines: map[string]bool{}, params: map[string]bool{}}
	for i, text := range entries {
		if err := r.add(text); err != nil {
			err.Index = i
			return nil, err
		}
	}
	r.bodies = inspector.NewHider(r.picks)
	return r, nil
}

// CheckEntry reports what is wrong with an entry by itself.
func CheckEntry(text string) error {
	_, err := Parse([]string{text})
	return err
}

func (r *Rules) add(text string) *EntryError {
	text = strings.TrimSpace(text)
	wrong := func(format string, args ...any) *EntryError {
		return &EntryError{Text: fmt.Sprintf(format, args...), Hint: Forms}
	}
	switch {
	case text == "":
		return wrong("the entry is empty")
	case len(text) > MaxEntry:
		return wrong("an entry has at most %d bytes, this one %d", MaxEntry, len(text))
	case !utf8.ValidString(text) || strings.ContainsFunc(text, unicode.IsControl):
		return wrong("%.80q has characters that no name has", text)
	case text == OnlyListed:
		r.only = true
		r.note(text)
		return nil
	}
	plain, shown := strings.CutPrefix(text, "-")
	if !strings.HasPrefix(plain, "header.") && !strings.HasPrefix(plain, "query.") && !strings.HasPrefix(plain, "body.") && !strings.HasPrefix(plain, "body[") && isToken(plain) && !strings.Contains(plain, ".") {
		plain = "header." + plain
	}
	pick, err := inspector.ParsePick(plain)
	switch {
	case errors.Is(err, inspector.ErrPick) || err == nil && pick.Part() == inspector.Response:
		return wrong("%.80q names no header line, query parameter or value of a body", text)
	case err != nil:
		return wrong("%.80q: %s", text, strings.TrimPrefix(err.Error(), plain+": "))
	case pick.Header() != "":
		return r.named(r.lines, strings.ToLower(pick.Header()), "header.", shown, isToken(pick.Header()), text, wrong)
	case pick.Query() != "":
		return r.named(r.params, pick.Query(), "query.", shown, true, text, wrong)
	case shown:
		return wrong("%.80q: nothing of a body is hidden unless it is listed", text)
	}
	if !slices.Contains(r.entries, plain) {
		r.picks = append(r.picks, pick)
		r.note(plain)
	}
	return nil
}

func (r *Rules) named(names map[string]bool, name, kind string, shown, fits bool, text string, wrong func(string, ...any) *EntryError) *EntryError {
	if !fits {
		return wrong("%.80q is no name of a header line", text)
	}
	before, known := names[name]
	if known && before == shown {
		return wrong("%.80q is to be hidden and shown", kind+name)
	}
	names[name] = !shown
	if shown {
		kind = "-" + kind
	}
	r.note(kind + name)
	return nil
}

func (r *Rules) note(entry string) {
	if !slices.Contains(r.entries, entry) {
		r.entries = append(r.entries, entry)
	}
}

// isToken reports whether a text is a name of a header line: RFC 9110, section 5.6.2.
func isToken(s string) bool {
	return s != "" && strings.Trim(s, "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") == ""
}

// Entries is the list as it is kept: without repeats, header lines in small letters.
func (r *Rules) Entries() []string {
	if r == nil {
		return []string{}
	}
	return slices.Clone(r.entries)
}

// Line reports whether the value of a header line is hidden, by its name.
func (r *Rules) Line(name string) bool {
	name = strings.TrimSpace(name)
	if r == nil {
		return DefaultNames.line(name)
	}
	if hidden, said := r.lines[strings.ToLower(name)]; said {
		return hidden
	}
	return !r.only && DefaultNames.line(name)
}

// Parameter reports whether the value of a query parameter is hidden, by its name as
// it stands in an address.
func (r *Rules) Parameter(name string) bool {
	plain := unescaped(name)
	if r == nil {
		return DefaultNames.tells(words(plain), true)
	}
	if hidden, said := r.params[plain]; said {
		return hidden
	}
	return !r.only && DefaultNames.tells(words(plain), true)
}

// Bodies hides what the list names within bodies; nil if that is nothing.
func (r *Rules) Bodies() *inspector.Hider {
	if r == nil {
		return nil
	}
	return r.bodies
}

// Pick reports whether a value that a list shows is hidden, or has something in it
// that is.
func (r *Rules) Pick(p inspector.Pick) bool {
	switch {
	case p.Header() != "":
		return r.Line(p.Header())
	case p.Query() != "":
		return r.Parameter(url.QueryEscape(p.Query()))
	case r == nil:
		return false
	}
	return slices.ContainsFunc(r.picks, p.Overlaps)
}

// Within reports whether a value of a body has something in it that is hidden: JSON or
// XML may be the value of a field.
func (r *Rules) Within(value string) bool {
	text := strings.TrimSpace(value)
	if r.Bodies() == nil || text == "" || !strings.Contains("{[<", text[:1]) {
		return false
	}
	w := r.Bodies().Writer(io.Discard, &inspector.Head{})
	_, _ = io.WriteString(w, text) // nowhere
	return len(w.Hidden()) > 0
}

func unescaped(s string) string {
	if plain, err := url.QueryUnescape(s); err == nil {
		return plain
	}
	return s
}
