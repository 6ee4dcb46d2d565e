package signer

import (
	"slices"
	"strings"
)

// Detect lists the schemes that a message may be signed with, likeliest first, by
// the names of its headers and the form of its signature; if no form fits, by the
// names alone. It proves nothing. own are schemes besides those of the table.
func Detect(m *Message, own ...*Scheme) []*Scheme {
	return detect(m, append(own[:len(own):len(own)], All()...))
}

func detect(m *Message, among []*Scheme) []*Scheme {
	type found struct {
		s     *Scheme
		score int
	}
	var list []found
	for _, s := range among {
		if score := s.likely(m); score > 0 {
			list = append(list, found{s, score})
		}
	}
	if len(list) == 0 {
		return named(m, among)
	}
	for i := range list {
		for _, other := range list {
			if other.s.ID == list[i].s.Beside {
				list[i].score = min(list[i].score, other.score-1)
			}
		}
	}
	slices.SortStableFunc(list, func(a, b found) int { return b.score - a.score })
	out := make([]*Scheme, len(list))
	for i, f := range list {
		out[i] = f.s
	}
	return out
}

// named lists the schemes whose signature header is there but cannot be read as
// theirs, where the name of the header is one provider's alone: the message is
// rather broken than of nobody.
func named(m *Message, among []*Scheme) []*Scheme {
	var out []*Scheme
	for _, s := range among {
		if len(s.Signature.Headers) == 0 || s.Signature.Query != "" || strings.EqualFold(s.Signature.Headers[0], "Authorization") {
			continue
		}
		if _, _, ok := m.first(s.Signature.Headers); ok {
			out = append(out, s)
		}
	}
	if slices.ContainsFunc(out, func(s *Scheme) bool { return s.owner() != out[0].owner() }) {
		return nil
	}
	return out
}

// owner is whose the scheme is.
func (s *Scheme) owner() string {
	if s.Provider != "" {
		return s.Provider
	}
	return s.ID
}

// likely scores a scheme for a message, 0 if it cannot be.
func (s *Scheme) likely(m *Message) int {
	if codes[s.Code].adapt != nil {
		s = codes[s.Code].adapt(s, m)
	}
	hints := s.hints(m)
	p, ok, err := s.find(m)
	if !ok || err != nil || s.Signature.Query != "" {
		return 0
	}
	if s.Algorithm == Equal && strings.EqualFold(s.Signature.Headers[0], "Authorization") && hints == 0 {
		return 0 // any request may carry one
	}
	if strings.HasPrefix(string(s.Algorithm), "jwt") {
		t, err := parseToken(p.header, p.sigs[0])
		if pinned, ok := strings.CutPrefix(string(s.Algorithm), "jwt-"); err != nil || ok && !strings.EqualFold(pinned, t.alg) {
			return 0
		}
	} else if s.Code == "rfc9421" {
		inputs, _, ok := httpInputs(m, Result{})
		if !ok || inputs[0].alg != "" && inputs[0].alg != string(s.Algorithm) {
			return 0
		}
		if size := s.Algorithm.Size(); size > 0 && len(inputs[0].sig) != size {
			return 0
		}
		return 20
	} else if _, err := s.decode(&p); err != nil {
		return 0
	}
	score := 10 + 4*hints
	if _, _, ok := m.first(s.IDHeaders); ok {
		score += 2
	} else if len(s.IDHeaders) > 0 {
		return 0
	}
	if s.Timestamp != nil && codes[s.Code].verify == nil {
		text, ok := s.Timestamp.text(m, &p)
		if !ok && !s.Timestamp.Unsigned {
			return 0
		}
		if _, err := s.Timestamp.Unit.parse(text); ok && err == nil {
			score += 2
		}
	}
	for name, want := range s.required(m) {
		if got, _ := m.Value(name); got != want {
			return 0
		}
		score += 2
	}
	if len(s.Unconfirmed) > 0 || s.Encoding == HexUpper {
		score--
	}
	if len(s.Hints) > 0 && hints == 0 {
		score -= 3
	}
	return score
}

// hints counts the hints of a scheme that a message has.
func (s *Scheme) hints(m *Message) int {
	n := 0
	for _, hint := range s.Hints {
		name, text, _ := strings.Cut(hint, ":")
		if v, ok := m.Value(name); ok && strings.Contains(strings.ToLower(v), strings.ToLower(text)) {
			n++
		}
	}
	return n
}
