package signer

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// ErrRecipe is returned by Recipe for a scheme that takes more than a few steps to
// sign, or keys that only a library can use.
var ErrRecipe = errors.New("not to be written in a few lines")

// Recipe is how a message is signed at a later time, as the few steps that any
// language can take: put the content together, hash it, write it into header lines.
type Recipe struct {
	// Hash is sha1, sha256, sha384 or sha512; "" where the secret itself is sent.
	Hash string
	// Keyed says that the hash is an HMAC with the secret as its key.
	Keyed bool
	// Secret is SecretText, SecretBase64 or SecretHex; the prefixes Strip are not
	// part of it.
	Secret   SecretForm
	Strip    []string
	Encoding Encoding
	// Unit is how the time of signing is written, "" if the scheme has none.
	Unit    Unit
	Content []Step
	// Lines are the header lines to write in place of those with the same name, in
	// the order in which they are added where there are none.
	Lines []RecipeLine
	// Drop are other names under which a signature could stand; such lines go.
	Drop []string
}

// RecipeLine is a header line of a recipe.
type RecipeLine struct {
	Name  string
	Value []Step
}

// Step is a part of a text that is put together.
type Step struct {
	Kind StepKind
	Text string // of StepText
}

// StepKind says what a step adds.
type StepKind string

const (
	StepText      StepKind = "text"
	StepBody      StepKind = "body"      // the bytes of the body
	StepTime      StepKind = "time"      // the time of signing, in the recipe's unit
	StepSecret    StepKind = "secret"    // the secret, without its prefix
	StepSignature StepKind = "signature" // the encoded digest
)

// Recipe says how m, signed already or not, is signed anew later: with its id, or
// the given one if it has none, and the time of then. What of the content is
// neither the body nor the time stands in the recipe as text. The error is
// ErrRecipe with the reason, or ErrNeeds.
func (s *Scheme) Recipe(m Message, id string) (*Recipe, error) {
	r, err := s.recipe(m, id)
	if err != nil {
		return nil, fmt.Errorf("scheme %s: %w", s.ID, err)
	}
	return r, nil
}

func (s *Scheme) recipe(m Message, id string) (*Recipe, error) {
	if why := s.beyondRecipe(); why != "" {
		return nil, fmt.Errorf("%w: %s", ErrRecipe, why)
	}
	r := &Recipe{Keyed: strings.HasPrefix(string(s.Algorithm), "hmac-"), Secret: s.Secret, Strip: s.Strip, Encoding: s.Encoding}
	if s.Algorithm != Equal {
		r.Hash = strings.TrimPrefix(string(s.Algorithm), "hmac-")
	}
	switch r.Secret {
	case SecretBase64Text:
		r.Secret = SecretBase64
	case "":
		r.Secret = SecretText
	}
	m.Header = slices.Clone(m.Header)
	required := s.required(&m)
	for _, name := range slices.Sorted(maps.Keys(required)) {
		if _, ok := m.Value(name); !ok {
			r.Lines = append(r.Lines, RecipeLine{name, []Step{{StepText, required[name]}}})
		}
	}
	if len(s.IDHeaders) > 0 {
		if v, _, ok := m.first(s.IDHeaders); ok {
			id = v
		} else {
			r.Lines = append(r.Lines, RecipeLine{s.IDHeaders[0], []Step{{StepText, id}}})
		}
	}
	if t := s.Timestamp; t != nil {
		r.Unit = t.Unit
		if t.Key == "" && len(t.Headers) > 0 {
			name := t.Headers[0]
			if _, there, ok := m.first(t.Headers); ok {
				name = there
			}
			r.Lines = append(r.Lines, RecipeLine{name, []Step{{Kind: StepTime}}})
		}
	}
	var err error
	if r.Content, err = s.steps(&m, id); err != nil {
		return nil, err
	}
	line := s.signatureLine(&m)
	r.Lines = append(r.Lines, line)
	for _, name := range s.Signature.Headers {
		if !strings.EqualFold(name, line.Name) {
			r.Drop = append(r.Drop, name)
		}
	}
	return r, nil
}

// beyondRecipe says why a scheme has no recipe, "" if it may have one.
func (s *Scheme) beyondRecipe() string {
	t := s.Timestamp
	switch {
	case s.Code != "":
		return "its content is built in steps of its own"
	case s.Signature.Body != "", s.Signature.Query != "" || len(s.Signature.Headers) == 0:
		return "the signature does not stand in a header line"
	case t != nil && (t.Body != "" || t.Query != ""):
		return "its time of signing does not stand in a header line"
	case !slices.Contains([]Algorithm{HMACSHA1, HMACSHA256, HMACSHA384, HMACSHA512, DigestSHA1, DigestSHA256, Equal}, s.Algorithm):
		return string(s.Algorithm) + " needs a key of its own kind"
	case s.Secret == SecretNFKD:
		return "its secret is normalised first"
	case s.Signature.Layout == Credential || s.Signature.Layout == Keyed:
		return "its header names the key as well"
	}
	return ""
}

// steps takes the content apart; what is known now becomes text.
func (s *Scheme) steps(m *Message, id string) ([]Step, error) {
	fill := parts{message: m, id: id}
	var out []Step
	text := func(p []byte) {
		if n := len(out); n > 0 && out[n-1].Kind == StepText {
			out[n-1].Text += string(p)
		} else if len(p) > 0 {
			out = append(out, Step{StepText, string(p)})
		}
	}
	for rest := s.Content; rest != ""; {
		plain, after, open := strings.Cut(rest, "{")
		text([]byte(plain))
		if !open {
			break
		}
		if strings.HasPrefix(after, "{") {
			text([]byte("{"))
			rest = after[1:]
			continue
		}
		name, tail, _ := strings.Cut(after, "}")
		rest = tail
		switch {
		case name == "body":
			out = append(out, Step{Kind: StepBody})
		case name == "timestamp":
			out = append(out, Step{Kind: StepTime})
		case name == "secret":
			out = append(out, Step{Kind: StepSecret})
		case strings.HasPrefix(name, "body."):
			return nil, fmt.Errorf("%w: it signs a part of the body", ErrRecipe)
		case name == "url" && m.URL == "":
			return nil, fmt.Errorf("%w: it signs the URL", ErrNeeds)
		default:
			p, err := fill.add(nil, name)
			if err != nil {
				return nil, fmt.Errorf("%w: %w", ErrNeeds, err)
			}
			text(p)
		}
	}
	return out, nil
}

// signatureLine is the header line with the signature, under the name that m has.
func (s *Scheme) signatureLine(m *Message) RecipeLine {
	g, key := &s.Signature, ""
	if s.Timestamp != nil {
		key = s.Timestamp.Key
	}
	name := strings.Replace(g.Headers[0], "#", "1", 1)
	if _, there, ok := m.first(g.Headers); ok {
		name = there
	}
	const sig, stamp = "\x00s", "\x00t" // which no layout has in it
	line := RecipeLine{Name: name}
	for rest := g.write(sig, key, stamp, ""); rest != ""; {
		i := strings.IndexByte(rest, 0)
		if i < 0 {
			return RecipeLine{name, append(line.Value, Step{StepText, rest})}
		}
		if i > 0 {
			line.Value = append(line.Value, Step{StepText, rest[:i]})
		}
		kind := StepSignature
		if rest[i:i+2] == stamp {
			kind = StepTime
		}
		line.Value = append(line.Value, Step{Kind: kind})
		rest = rest[i+2:]
	}
	return line
}
