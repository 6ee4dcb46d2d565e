package signer

import (
	"bytes"
	"slices"
	"strings"
)

// Detector does what [Detect] does, for callers that look at many messages of which
// few are signed. Safe for concurrent use.
type Detector struct {
	schemes []*Scheme
	// byHeader has the indexes of the schemes that read a header, by its name in
	// lower case; for numbered headers the name ends in "-".
	byHeader map[string][]int
	inBody   []bodyMark
}

// bodyMark is a scheme whose signature stands in the body, and the names that such
// a body must hold.
type bodyMark struct {
	index int
	names [][]byte
}

func (b *bodyMark) in(body []byte) bool {
	for _, name := range b.names {
		if !bytes.Contains(body, name) {
			return false
		}
	}
	return true
}

const longestName = 64

// NewDetector makes a detector of the table's schemes and own ones.
func NewDetector(own ...*Scheme) *Detector {
	d := &Detector{schemes: append(own[:len(own):len(own)], All()...), byHeader: map[string][]int{}}
	for i, s := range d.schemes {
		for _, name := range s.Signature.Headers {
			name = strings.TrimSuffix(strings.ToLower(name), "#")
			d.byHeader[name] = append(d.byHeader[name], i)
		}
		if s.Signature.Body != "" {
			d.inBody = append(d.inBody, bodyMark{i, s.bodyNames()})
		}
	}
	return d
}

// bodyNames are the names on the paths that the scheme reads in a body.
func (s *Scheme) bodyNames() (names [][]byte) {
	paths := []string{s.Signature.Body}
	if s.Timestamp != nil && s.Timestamp.Body != "" {
		paths = append(paths, s.Timestamp.Body)
	}
	for _, path := range paths {
		for name := range strings.SplitSeq(path, ".") {
			name, _, _ = strings.Cut(name, "[")
			names = append(names, []byte(name))
		}
	}
	return names
}

// InHeader reports whether some scheme has its signature in a header of the name.
// It allocates nothing.
func (d *Detector) InHeader(name string) bool { return len(d.at(name)) > 0 }

func (d *Detector) at(name string) []int {
	if len(name) > longestName {
		return nil
	}
	var lower [longestName]byte
	for i := range len(name) {
		c := name[i]
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		lower[i] = c
	}
	if found := d.byHeader[string(lower[:len(name)])]; found != nil {
		return found
	}
	stem := len(name)
	for stem > 0 && lower[stem-1] >= '0' && lower[stem-1] <= '9' {
		stem--
	}
	if stem == len(name) || stem == 0 || lower[stem-1] != '-' {
		return nil
	}
	return d.byHeader[string(lower[:stem])]
}

// InBody reports whether a body may hold the signature of some scheme. It allocates
// nothing.
func (d *Detector) InBody(body []byte) bool {
	return slices.ContainsFunc(d.inBody, func(b bodyMark) bool { return b.in(body) })
}

// Detect lists the schemes that a message may be signed with, likeliest first.
func (d *Detector) Detect(m *Message) []*Scheme {
	var found []int
	for i := range m.Header {
		found = append(found, d.at(m.Header[i].Name)...)
	}
	for _, b := range d.inBody {
		if b.in(m.Body) {
			found = append(found, b.index)
		}
	}
	if len(found) == 0 {
		return nil
	}
	slices.Sort(found)
	found = slices.Compact(found)
	among := make([]*Scheme, len(found))
	for i, index := range found {
		among[i] = d.schemes[index]
	}
	return detect(m, among)
}
