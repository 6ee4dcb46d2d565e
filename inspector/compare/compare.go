// Package compare tells two recorded messages apart: their start lines, their
// header lines, and their bodies as JSON, as text or as bytes.
package compare

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"github.com/boathook/boathook/inspector"
)

// Kind says as what two bodies were compared.
type Kind string

const (
	Same   Kind = "same" // byte for byte
	JSON   Kind = "json"
	Text   Kind = "text"
	Binary Kind = "binary"
)

// Op says how a value differs.
type Op string

const (
	Added   Op = "added"   // only the second has it
	Removed Op = "removed" // only the first has it
	Changed Op = "changed"
	// Spelled is the same value written otherwise, such as 1 and 1.0: it is equal
	// to a program, but not to a signature.
	Spelled Op = "spelled"
	Moved   Op = "moved" // the elements of an array are the same in another order
)

// MaxChanges bounds the changes that a report lists. Counts go on.
const MaxChanges = 2000

// Message is one side of a comparison.
type Message struct {
	Start   string // start line
	Headers []inspector.Field
	Body    []byte // freed of chunk framing and of content coding
	Cut     bool   // Body is not all of it
}

// Options say what does not count.
type Options struct {
	// Ignore are names and paths whose differences are counted apart. A name
	// without a dot is any key of that name; a path has dots and * for any text
	// within it; header.NAME is a header line.
	Ignore []string
}

// Change is one difference.
type Change struct {
	Op   Op     `json:"op"`
	Path string `json:"path"` // "start", a header's name, or as data.items[2].id
	A    string `json:"a"`    // as it is written, clipped; "" if it is not there
	B    string `json:"b"`
	// Hidden says that the values are not for everybody who looks. Who shows the change
	// decides it.
	Hidden bool `json:"hidden,omitempty"`
}

// Range is a run of bytes that differ.
type Range struct {
	At int    `json:"at"` // offset in the first; the second has it at the same, or later, place
	A  []byte `json:"a"`  // at most 64 bytes
	B  []byte `json:"b"`
	// LenA and LenB are how many bytes differ.
	LenA int `json:"len_a"`
	LenB int `json:"len_b"`
}

// Report is the outcome.
type Report struct {
	Equal   bool     `json:"equal"`   // nothing differs that is not ignored
	Ignored int      `json:"ignored"` // differences that do not count
	Head    []Change `json:"head"`
	Body    Body     `json:"body"`
}

// Body is the outcome for the bodies.
type Body struct {
	Kind    Kind      `json:"kind"`
	Changes []Change  `json:"changes"`           // for JSON
	Count   int       `json:"count"`             // of the changes, also of those not listed
	Patch   []PatchOp `json:"patch,omitempty"`   // RFC 6902, from the first to the second, for JSON; nothing is ignored in it
	Unified string    `json:"unified,omitempty"` // for text
	Ranges  []Range   `json:"ranges,omitempty"`  // for bytes
	SizeA   int       `json:"size_a"`
	SizeB   int       `json:"size_b"`
	Cut     bool      `json:"cut"` // one of them is not whole
}

// Messages compares two messages.
func Messages(a, b *Message, opt Options) *Report {
	ign := newIgnore(opt.Ignore)
	r := &Report{Head: []Change{}}
	if a.Start != b.Start {
		r.head(ign, Change{Op: Changed, Path: "start", A: a.Start, B: b.Start}, "start")
	}
	headers(r, ign, a.Headers, b.Headers)
	r.Body = bodies(r, ign, a, b)
	r.Equal = len(r.Head) == 0 && r.Body.Count == 0
	return r
}

func (r *Report) head(ign *ignore, c Change, path string) {
	if ign.match(path) {
		r.Ignored++
		return
	}
	c.A, c.B = clip(c.A), clip(c.B)
	r.Head = append(r.Head, c)
}

// headers compares header lines by name, whatever their case and order among
// other names; lines of one name by their order.
func headers(r *Report, ign *ignore, a, b []inspector.Field) {
	group := func(fields []inspector.Field) (names []string, by map[string][]inspector.Field) {
		by = map[string][]inspector.Field{}
		for _, f := range fields {
			key := strings.ToLower(f.Name)
			if by[key] == nil {
				names = append(names, key)
			}
			by[key] = append(by[key], f)
		}
		return names, by
	}
	namesA, inA := group(a)
	namesB, inB := group(b)
	for _, key := range namesB {
		if inA[key] == nil {
			namesA = append(namesA, key)
		}
	}
	for _, key := range namesA {
		la, lb := inA[key], inB[key]
		for i := range max(len(la), len(lb)) {
			switch {
			case i >= len(lb):
				r.head(ign, Change{Op: Removed, Path: la[i].Name, A: la[i].Value, B: ""}, "header."+key)
			case i >= len(la):
				r.head(ign, Change{Op: Added, Path: lb[i].Name, A: "", B: lb[i].Value}, "header."+key)
			case la[i].Value != lb[i].Value:
				r.head(ign, Change{Op: Changed, Path: la[i].Name, A: la[i].Value, B: lb[i].Value}, "header."+key)
			case la[i].Name != lb[i].Name:
				r.head(ign, Change{Op: Spelled, Path: la[i].Name, A: la[i].Name, B: lb[i].Name}, "header."+key)
			}
		}
	}
}

func bodies(r *Report, ign *ignore, a, b *Message) Body {
	v := Body{Kind: Same, Changes: []Change{}, SizeA: len(a.Body), SizeB: len(b.Body), Cut: a.Cut || b.Cut}
	if bytes.Equal(a.Body, b.Body) {
		return v
	}
	ta, okA := parse(a.Body)
	tb, okB := parse(b.Body)
	switch {
	case okA && okB:
		v.Kind = JSON
		d := differ{ign: ign, body: &v}
		d.node("", &ta, &tb)
		v.Patch = patch(&ta, &tb)
		r.Ignored += d.ignored
		if v.Count == 0 && d.ignored == 0 {
			// The values are the same, so what differs is the space between them.
			v.Count = 1
			v.Changes = append(v.Changes, Change{Op: Spelled})
		}
	case text(a.Body) && text(b.Body):
		v.Kind = Text
		v.Unified, v.Count = unified(string(a.Body), string(b.Body))
	default:
		v.Kind = Binary
		v.Ranges = ranges(a.Body, b.Body)
		v.Count = len(v.Ranges)
	}
	return v
}

func text(p []byte) bool { return utf8.Valid(p) && bytes.IndexByte(p, 0) < 0 }

// maxShown is the most of a value that a change shows, in bytes.
const maxShown = 2000

func clip(s string) string {
	if len(s) <= maxShown {
		return s
	}
	n := maxShown
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n] + "…"
}
