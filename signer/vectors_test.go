package signer

import (
	"encoding/base64"
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"
)

// vector is a published signature; see testdata/vectors/README.md.
type vector struct {
	ID, Provider, Scheme, Secret, Method, URL string
	Headers                                   map[string]string
	Body                                      string
	BodyEncoding                              string `json:"body_encoding"`
	Expected                                  map[string]string
	Valid                                     bool
	Reason                                    string
	Now, Tolerance                            int64
	AppKey                                    string `json:"app_key"`
	Hash, Encoding, Note                      string
}

func readVectors(t *testing.T) []vector {
	t.Helper()
	raw, err := os.ReadFile("../testdata/vectors/signatures.json")
	if err != nil {
		t.Fatal(err)
	}
	var vs []vector
	if err := json.Unmarshal(raw, &vs); err != nil {
		t.Fatal(err)
	}
	if len(vs) < 123 {
		t.Fatalf("the file holds %d vectors, want at least 123", len(vs))
	}
	return vs
}

// primitives are vectors of a digest alone, with no request around it.
var primitives = map[string]Scheme{
	"generic.hmac-sha256.hex": {ID: "generic", Algorithm: HMACSHA256, Encoding: Hex, Content: "{body}", Secret: SecretText, Signature: Signature{Headers: []string{"digest"}, Layout: Raw}},
	"adyen.raw":               {ID: "adyen.raw", Algorithm: HMACSHA256, Encoding: Base64, Content: "{body}", Secret: SecretHex, Signature: Signature{Headers: []string{"digest"}, Layout: Raw}},
}

func (v *vector) scheme(t *testing.T) *Scheme {
	t.Helper()
	if s, ok := primitives[v.Scheme]; ok {
		return &s
	}
	id := v.Scheme
	if strings.HasPrefix(id, "convoy.") {
		id += "." + strings.ToLower(v.Hash) + "." + v.Encoding
	}
	s, ok := Lookup(id)
	if !ok {
		t.Fatalf("there is no scheme %s", id)
	}
	return s
}

func (v *vector) message(t *testing.T) Message {
	t.Helper()
	m := Message{Method: v.Method, URL: v.URL, Body: []byte(v.Body)}
	if v.BodyEncoding == "base64" {
		var err error
		if m.Body, err = base64.StdEncoding.DecodeString(v.Body); err != nil {
			t.Fatal(err)
		}
	}
	for name, value := range v.Headers {
		m.Header = append(m.Header, Field{name, value})
	}
	for name, value := range v.Expected {
		if !strings.HasPrefix(name, "body:") {
			m.Header = append(m.Header, Field{name, value})
		}
	}
	if v.AppKey != "" {
		m.Context = map[string]string{"app_key": v.AppKey}
	}
	return m
}

func (v *vector) options() Options {
	return Options{Tolerance: time.Duration(v.Tolerance) * time.Second, AnyAge: v.Now == 0}
}

func TestVectors(t *testing.T) {
	t.Parallel()
	for _, v := range readVectors(t) {
		t.Run(v.ID, func(t *testing.T) {
			t.Parallel()
			s, m := v.scheme(t), v.message(t)
			r, err := s.Verify(&m, []string{v.Secret}, time.Unix(v.Now, 0), v.options())
			if err != nil {
				t.Fatal(err)
			}
			if (r.Verdict == Valid) != v.Valid {
				t.Errorf("verdict %s (%v), want valid=%v (%s) %s", r.Verdict, r.Reason, v.Valid, v.Reason, v.Note)
			}
		})
	}
}

// What a vector presents is what signing its request makes, where the signature is
// the same each time and stands in a header of its own.
func TestVectorsSigned(t *testing.T) {
	t.Parallel()
	checked := 0
	for _, v := range readVectors(t) {
		s, m := v.scheme(t), v.message(t)
		if !v.Valid || !s.Algorithm.symmetric() || len(s.Signature.Headers) == 0 {
			continue
		}
		var want string
		var rest []Field
		for _, f := range m.Header {
			if value, ok := v.Expected[f.Name]; ok {
				want = value
				continue
			}
			rest = append(rest, f)
		}
		if strings.Count(want, "=") > 4 || strings.Contains(want, " ") { // lists of several
			continue
		}
		signed := Message{Method: m.Method, URL: m.URL, Header: rest, Body: m.Body, Context: m.Context}
		now := time.Unix(v.Now, 0)
		if r, err := s.Verify(&m, []string{v.Secret}, now, Options{AnyAge: true}); err == nil && !r.Signed.IsZero() {
			now = r.Signed
		}
		got, err := s.Sign(signed, []string{v.Secret}, "", now)
		if err != nil {
			t.Errorf("%s: %v", v.ID, err)
			continue
		}
		if again := got.Apply(signed); !sameSignature(s, &m, &again) {
			t.Errorf("%s: signed %v, want %s", v.ID, got.Header, want)
		}
		checked++
	}
	if checked < 50 {
		t.Errorf("only %d vectors were signed", checked)
	}
}

// sameSignature compares the decoded signatures of two messages: at least one of
// b is among those of a, or the provider knows several contents.
func sameSignature(s *Scheme, a, b *Message) bool {
	ra, _ := s.read(a, time.Time{})
	rb, _ := s.read(b, time.Time{})
	for _, x := range ra.sigs {
		for _, y := range rb.sigs {
			if string(x) == string(y) {
				return true
			}
		}
	}
	return codes[s.Code].contents != nil
}
