package signer

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// MaxSignatures bounds the signatures of one message that are looked at.
const MaxSignatures = 100

// maxHeader bounds the length of a signature header that is read.
const maxHeader = 64 << 10

// presented is what a message presents as its signature.
type presented struct {
	header  string            // where it was found
	sigs    []string          // texts of the signatures that count
	skipped []string          // keys or versions that do not count, such as v0
	decoys  []string          // texts under them
	pairs   map[string]string // first value of each key of a Pairs header
}

// find reads the signatures of a message. ok is false when it has none.
func (s *Scheme) find(m *Message) (p presented, ok bool, err error) {
	values, header, err := s.values(m)
	if err != nil || len(values) == 0 {
		return presented{}, false, err
	}
	p = presented{header: header, pairs: map[string]string{}}
	for _, v := range values {
		if len(v) > maxHeader {
			return p, true, malformed("%s is %d bytes long", header, len(v))
		}
		if err := s.Signature.read(v, &p); err != nil {
			return p, true, malformed("%s: %w", header, err)
		}
	}
	if len(p.sigs) > MaxSignatures || len(values) > MaxSignatures {
		return p, true, malformed("%s holds %d signatures, at most %d are looked at", header, len(p.sigs), MaxSignatures)
	}
	if len(p.sigs) == 0 && len(s.Signature.Accept) == 0 {
		return p, true, malformed("%s holds no signature", header)
	}
	if len(p.sigs) == 0 {
		return p, true, malformed("%s has no signature of the kind %s (found: %s)", header, strings.Join(s.Signature.Accept, ", "), clip(strings.Join(p.skipped, ", ")))
	}
	return p, true, nil
}

// values are the texts that hold signatures, and where they were found.
func (s *Scheme) values(m *Message) (values []string, where string, err error) {
	switch {
	case s.Signature.Body != "":
		v, ok, err := m.bodyValue(s.Signature.Body)
		if err != nil || !ok || v == "" {
			return nil, "", err
		}
		return []string{v}, "body:" + s.Signature.Body, nil
	case s.Signature.Query != "":
		for _, f := range parseForm(m.query()) {
			if f.Name == s.Signature.Query {
				return []string{f.Value}, "query:" + f.Name, nil
			}
		}
		return nil, "", nil
	}
	for _, name := range s.Signature.Headers {
		numbered, isNumbered := strings.CutSuffix(name, "#")
		for _, f := range m.Header {
			match := strings.EqualFold(f.Name, name)
			if isNumbered && len(f.Name) > len(numbered) && strings.EqualFold(f.Name[:len(numbered)], numbered) {
				_, err := strconv.Atoi(f.Name[len(numbered):])
				match = err == nil
			}
			if match {
				values = append(values, f.Value)
				if where == "" {
					where = f.Name
				}
			}
		}
	}
	return values, where, nil
}

// read takes the signatures out of one header value.
func (g *Signature) read(v string, p *presented) error {
	switch g.Layout {
	case Pairs:
		for item := range strings.SplitSeq(v, g.Separator) {
			item = strings.TrimSpace(item)
			name, value, ok := strings.Cut(item, "=")
			if !ok {
				return fmt.Errorf("%q is no key=value", clip(item))
			}
			name = strings.TrimSpace(name)
			if _, twice := p.pairs[name]; !twice {
				p.pairs[name] = value
			}
			g.take(name, value, p)
		}
	case Versions:
		for item := range strings.FieldsSeq(v) {
			version, value, ok := strings.Cut(item, ",")
			if !ok {
				return fmt.Errorf("%q is no version,signature", clip(item))
			}
			g.take(version, value, p)
		}
	case List:
		for item := range strings.SplitSeq(v, g.Separator) {
			if item = strings.TrimSpace(item); item != "" {
				p.sigs = append(p.sigs, item)
			}
		}
	case Keyed:
		for item := range strings.SplitSeq(v, g.Separator) {
			key, rest, ok := strings.Cut(strings.TrimSpace(item), "/")
			hash, sig, both := strings.Cut(rest, "/")
			if !ok || !both || key == "" {
				return fmt.Errorf("%q is no key/hash/signature", clip(item))
			}
			g.take(hash, sig, p)
		}
	case Credential:
		rest, ok := strings.CutPrefix(v, g.Prefix)
		_, sig, colon := strings.Cut(rest, ":")
		if !ok || !colon || sig == "" {
			return fmt.Errorf("it has not the form %sid:signature", g.Prefix)
		}
		p.sigs = append(p.sigs, sig)
	default:
		sig, ok := strings.CutPrefix(v, g.Prefix)
		if !ok && !g.Optional {
			return fmt.Errorf("it does not start with %q", g.Prefix)
		}
		if sig == "" {
			return fmt.Errorf("it is empty")
		}
		p.sigs = append(p.sigs, sig)
	}
	return nil
}

// take keeps the value of a key that counts. "v*" accepts any v and number.
func (g *Signature) take(name, value string, p *presented) {
	for _, a := range g.Accept {
		stem, any := strings.CutSuffix(a, "*")
		if name == a || any && len(name) > len(stem) && strings.HasPrefix(name, stem) {
			p.sigs = append(p.sigs, value)
			return
		}
	}
	p.skipped = append(p.skipped, name)
	p.decoys = append(p.decoys, value)
}

// write puts a signature into the form of its header.
func (g *Signature) write(sig, timestampKey, timestamp, credential string) string {
	switch g.Layout {
	case Credential:
		return g.Prefix + credential + ":" + sig
	case Keyed:
		if credential == "" {
			credential = "1"
		}
		return credential + "/" + g.Accept[0] + "/" + sig
	case Pairs:
		version := strings.Replace(g.Accept[0], "*", "1", 1)
		if timestampKey == "" {
			return version + "=" + sig
		}
		return timestampKey + "=" + timestamp + g.Separator + version + "=" + sig
	case Versions:
		return g.Accept[0] + "," + sig
	}
	return g.Prefix + sig
}

// clip shortens foreign text for a message.
func clip(s string) string {
	const most = 40
	if len(s) <= most {
		return s
	}
	cut := most
	for cut > 0 && !utf8.RuneStart(s[cut]) {
		cut--
	}
	return s[:cut] + "…"
}
