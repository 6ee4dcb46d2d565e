package signer

// Evidence is what a signature is checked by, as far as it can be shown without a
// secret.
type Evidence struct {
	// Received is the first signature that the message presents, decoded. nil if
	// there is none, or if it is a token, which may be the secret itself.
	Received []byte
	// Content is what was signed. Where the secret is part of it, {secret} stands in
	// its place. nil if the scheme signs nothing of the message.
	Content []byte
}

// Evidence takes signature and signed content out of a message. What the message
// does not have is left out.
func (s *Scheme) Evidence(m *Message) Evidence {
	if s.Algorithm == Equal {
		return Evidence{}
	}
	step := codes[s.Code]
	if step.adapt != nil {
		s = step.adapt(s, m)
	}
	if step.verify != nil {
		return Evidence{}
	}
	var e Evidence
	p, ok, err := s.find(m)
	if ok && err == nil {
		if sigs, err := s.decode(&p); err == nil {
			e.Received = sigs[0]
		}
	}
	fill := s.partsOf(m)
	fill.secret = "{secret}"
	if contents, err := s.contents(m, fill); err == nil && len(contents) > 0 {
		e.Content = contents[0]
	}
	return e
}
