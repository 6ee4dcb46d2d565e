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

// bodyMark is a scheme whose signature stands in the body, and what a body must
// hold so that it can.
type bodyMark struct {
	index int
	mark  []byte
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
		if path := s.Signature.Body; path != "" {
			d.inBody = append(d.inBody, bodyMark{i, []byte(path[strings.LastIndexByte(path, '.')+1:])})
		}
	}
	return d
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
	return slices.ContainsFunc(d.inBody, func(b bodyMark) bool { return bytes.Contains(body, b.mark) })
}

// Detect lists the schemes that a message may be signed with, likeliest first.
func (d *Detector) Detect(m *Message) []*Scheme {
	var found []int
	for i := range m.Header {
		found = append(found, d.at(m.Header[i].Name)...)
	}
	for _, b := range d.inBody {
		if bytes.Contains(m.Body, b.mark) {
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
