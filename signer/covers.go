package signer

import (
	"slices"
	"strings"
)

// Coverage says what of a request a signature protects.
type Coverage string

const (
	CoversBody    Coverage = "body"    // every byte of the body
	CoversFields  Coverage = "fields"  // values read from the body, not how they are written
	CoversAddress Coverage = "address" // the address and perhaps headers, not the body
	CoversNothing Coverage = "nothing" // a token that only shows who sent it
)

// Covers says what of a request the scheme protects.
func (s *Scheme) Covers() Coverage {
	if c := codes[s.Code].covers; c != "" {
		return c
	}
	if s.Algorithm == Equal {
		return CoversNothing
	}
	if s.uses("body") || s.uses("body.sha256") || s.uses("body.sha256.hex") || s.uses("body.crc32") {
		return CoversBody
	}
	if strings.Contains(s.Content, "{body.") {
		return CoversFields
	}
	return CoversAddress
}

func (s *Scheme) uses(part string) bool { return strings.Contains(s.Content, "{"+part+"}") }

// Needs lists what a check needs that may not be in the captured request: "url"
// for the address as the sender has it configured, and the names of values of
// Message.Context, such as "webhook_id".
func (s *Scheme) Needs() []string {
	var needs []string
	if codes[s.Code].url || s.Signature.Query != "" || s.uses("url") || s.uses("path") || s.uses("query") || s.uses("query.sorted") {
		needs = append(needs, "url")
	}
	for rest := s.Content; ; {
		_, after, ok := strings.Cut(rest, "{context.")
		if !ok {
			break
		}
		name, tail, _ := strings.Cut(after, "}")
		needs, rest = append(needs, name), tail
	}
	slices.Sort(needs)
	return slices.Compact(needs)
}
