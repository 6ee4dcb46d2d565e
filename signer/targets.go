package signer

import (
	"encoding/base64"
	"encoding/hex"
	"strings"
)

// target is a digest that a variation may reproduce.
type target struct {
	sig   []byte
	cause Cause  // "" if it is presented as the scheme says
	text  string // how it is presented instead
}

// spelled are the readings of a presented text. name says whose text it is, for
// example "the signature"; whole says that it has to begin with the prefix.
func (s *Scheme) spelled(name, text string, whole bool) []target {
	var out []target
	add := func(sig []byte, cause Cause, how string) {
		if s.Algorithm != Equal && len(sig) != 20 && len(sig) != 32 && len(sig) != 48 && len(sig) != 64 && (s.Algorithm.symmetric() || len(sig) < 64) || len(sig) == 0 {
			return
		}
		for _, t := range out {
			if string(t.sig) == string(sig) {
				return
			}
		}
		out = append(out, target{sig, cause, how})
	}
	if sig, err := s.Encoding.decode(text); err == nil {
		add(sig, "", "")
	}
	const e = DigestEncoding
	clean := strings.Trim(strings.TrimSpace(text), "\"'`<>")
	how := ""
	if clean != text {
		how = " with quotes or spaces around it"
	}
	if strings.Contains(clean, "%") {
		clean, how = unescape(strings.ReplaceAll(clean, "+", "%2B")), " with its characters percent-encoded"
	}
	if i := strings.LastIndexAny(strings.TrimRight(clean, "="), "=,: "); i >= 0 {
		if before := clean[:i+1]; before != s.Signature.Prefix && whole {
			how = " behind " + clip(before)
			if s.Signature.Prefix != "" {
				how += " instead of " + s.Signature.Prefix
			}
		}
		clean = clean[i+1:]
	} else if s.Signature.Prefix != "" && whole {
		how += " without the prefix " + s.Signature.Prefix
	}
	if sig, err := s.Encoding.decode(clean); err == nil && how == "" {
		add(sig, "", "") // an app's digest, with or without the prefix
	}
	for _, r := range []struct {
		name string
		read func(string) ([]byte, error)
	}{
		{"hexadecimal", hex.DecodeString}, {"base64", unbase64}, {"base64 of its hexadecimal text", func(v string) ([]byte, error) {
			raw, err := base64.StdEncoding.DecodeString(v)
			if err != nil {
				return nil, err
			}
			return hex.DecodeString(string(raw))
		}}, {"hexadecimal of its base64 text", func(v string) ([]byte, error) {
			raw, err := hex.DecodeString(v)
			if err != nil {
				return nil, err
			}
			return unbase64(string(raw))
		}},
	} {
		sig, err := r.read(clean)
		if err != nil {
			continue
		}
		written := name + " is written in " + r.name + how
		if want := s.Encoding.describe(); want != r.name {
			written += ", the scheme writes " + want
		} else if how == "" {
			continue // the reading of the scheme itself, or a laxer one of it
		}
		add(sig, e, written)
		if s.Algorithm == ECDSAP256 && len(sig) == 64 {
			add(derOf(sig), e, name+" is written as two numbers of 32 bytes, the scheme writes DER")
		}
	}
	if s.Algorithm == Equal && clean != text {
		add([]byte(clean), e, name+" is written"+how)
	}
	return out
}

// describe names an encoding for a person.
func (e Encoding) describe() string {
	switch e {
	case Base64:
		return "base64"
	case Base64URL:
		return "URL-safe base64"
	case Text:
		return "plain text"
	}
	return "hexadecimal"
}

// derOf writes r and s of 32 bytes each as ASN.1.
func derOf(sig []byte) []byte {
	var inner []byte
	for _, n := range [][]byte{sig[:32], sig[32:]} {
		for len(n) > 1 && n[0] == 0 {
			n = n[1:]
		}
		if n[0] >= 0x80 {
			n = append([]byte{0}, n...)
		}
		inner = append(append(inner, 2, byte(len(n))), n...)
	}
	return append([]byte{0x30, byte(len(inner))}, inner...)
}

// targets are the digests that a message presents, in every reading.
func (s *Scheme) targets(m *Message) []target {
	values, _, err := s.values(m)
	if err != nil {
		return nil
	}
	var out []target
	add := func(list []target, cause Cause, text string) {
		for _, t := range list {
			if cause != "" && (t.cause == "" || cause == Version) {
				t.cause, t.text = cause, text
			}
			known := false
			for _, o := range out {
				known = known || string(o.sig) == string(t.sig)
			}
			if !known && len(out) < 2*MaxSignatures {
				out = append(out, t)
			}
		}
	}
	const name = "the signature"
	for _, v := range values {
		if len(v) > maxHeader {
			continue
		}
		items := strings.FieldsFunc(v, func(r rune) bool { return r == ',' || r == ';' || r == ' ' })
		digests := 0 // a word before the one digest is no second signature
		for _, item := range items {
			if len(s.spelled(name, item, false)) > 0 {
				digests++
			}
		}
		joined := s.Signature.Layout == Raw && digests > 1
		p := presented{pairs: map[string]string{}}
		if err := s.Signature.read(v, &p); err == nil {
			for _, text := range p.sigs {
				if !joined {
					add(s.spelled(name, text, text == v), "", "")
				}
			}
		}
		for i, text := range p.decoys {
			add(s.spelled(name, text, false), Version, "the signature stands under "+clip(p.skipped[i])+", the scheme wants "+strings.Join(s.Signature.Accept, ", "))
		}
		if !joined {
			add(s.spelled(name, v, true), DigestEncoding, "the signature is not written in the form of the scheme")
		}
		for _, item := range items {
			cause, text := DigestEncoding, "the signature is not written in the form of the scheme"
			if joined {
				cause, text = HeaderJoined, "one header holds several signatures, joined by a proxy"
			}
			item = strings.TrimSpace(item)
			add(s.spelled(name, strings.TrimPrefix(item, s.Signature.Prefix), false), cause, text)
		}
	}
	return out
}
