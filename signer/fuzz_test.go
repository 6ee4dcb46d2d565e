package signer

import (
	"bytes"
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
)

// FuzzHeader reads a foreign signature header with every scheme: no panic, and
// never valid, because the fuzzer has no secret.
func FuzzHeader(f *testing.F) {
	for _, seed := range []string{"v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", "t=1614265330,v1=00,v0=11", "sha256=00", "ts=1;h1=ab", "HMAC id:ab", "a/SHA256/b", "eyJhbGciOiJub25lIn0.e30.", `sig1=("@method");created=1`, "sig1=:AAAA:"} {
		f.Add(seed, "1614265330", []byte(`{"a":1}`))
	}
	f.Fuzz(func(t *testing.T, header, stamp string, body []byte) {
		for _, s := range All() {
			m := Message{Method: "POST", URL: "https://example.com/a?b=1", Body: body, Context: map[string]string{"webhook_id": "w"}}
			for _, name := range s.Signature.Headers {
				m.Header = append(m.Header, Field{strings.ReplaceAll(name, "#", "1"), header})
			}
			for _, name := range s.IDHeaders {
				m.Header = append(m.Header, Field{name, "id"})
			}
			if s.Timestamp != nil {
				for _, name := range s.Timestamp.Headers {
					m.Header = append(m.Header, Field{name, stamp})
				}
			}
			if s.Code == "rfc9421" {
				m.Header = append(m.Header, Field{"Signature-Input", stamp})
			}
			for name, want := range s.Require {
				m.Header = append(m.Header, Field{name, want})
			}
			if r, err := s.Verify(&m, []string{testKey(s, 0).verify}, testNow, Options{AnyAge: true}); err != nil || r.Verdict == Valid || r.Reason == nil {
				t.Fatalf("%s: %+v, %v", s.ID, r, err)
			}
			s.likely(&m)
		}
	})
}

// FuzzMutatedBody signs a body and never accepts another one. Schemes that sign
// values of the body may accept another spelling of the same values.
func FuzzMutatedBody(f *testing.F) {
	f.Add([]byte(`{"a":1}`), []byte(`{"a": 1}`))
	f.Add([]byte("a=1&b=2"), []byte("a=1&&b=2"))
	f.Add([]byte("café"), []byte("cafe\u0301"))
	f.Add([]byte("a\n"), []byte("a"))
	f.Fuzz(func(t *testing.T, body, other []byte) {
		for _, s := range All() {
			if s.Covers() != CoversBody || s.Algorithm == RSASHA256 {
				continue
			}
			m := testMessage(s)
			m.Body = body
			signed, err := s.Sign(m, []string{testKey(s, 0).sign}, "id", testNow)
			if err != nil {
				t.Fatalf("%s: %v", s.ID, err)
			}
			x := signed.Apply(m)
			if r := check(t, s, x, testNow, Options{}, testKey(s, 0).verify); r.Verdict != Valid {
				t.Fatalf("%s: %+v", s.ID, r)
			}
			x.Body = other
			if r := check(t, s, x, testNow, Options{}, testKey(s, 0).verify); r.Verdict == Valid && !bytes.Equal(body, other) && !sameToBox(s, body, other) {
				t.Fatalf("%s: signed %q, accepted %q", s.ID, body, other)
			}
		}
	})
}

// sameToBox reports whether one body is the escaped spelling of the other, which
// Box's own libraries take for the same.
func sameToBox(s *Scheme, a, b []byte) bool {
	return s.Code == "box" && (boxEscape(string(b)) == string(a))
}

// FuzzDiagnose explains foreign requests: no panic, no text with the secret, and
// no proof, because nothing was signed.
func FuzzDiagnose(f *testing.F) {
	f.Add("github.sha256", "sha256=00", "1614265330", []byte(`{"a":"\u00e9\/"}`))
	f.Add("stripe.v1", "t=1,v1=00,v0=zz", "", []byte("a=1&b=%2"))
	f.Add("twilio.form", "AAAA", "x", []byte("\x1f\x8b"))
	f.Add("rfc9421.ed25519", "sig1=:AA==:", `sig1=("@path");created=1`, []byte("5\r\nhello\r\n0\r\n\r\n"))
	f.Fuzz(func(t *testing.T, id, header, stamp string, body []byte) {
		s, ok := Lookup(id)
		if !ok {
			s = All()[len(id)%len(All())]
		}
		m := Message{Method: "POST", URL: "https://example.com/a?b=1", Body: body, Context: map[string]string{"webhook_id": "w"}, Header: []Field{{"Signature-Input", stamp}, {"X-Forwarded-Host", stamp}, {"Forwarded", stamp}}}
		for _, name := range s.Signature.Headers {
			m.Header = append(m.Header, Field{strings.ReplaceAll(name, "#", "1"), header})
		}
		if s.Timestamp != nil {
			for _, name := range s.Timestamp.Headers {
				m.Header = append(m.Header, Field{name, stamp})
			}
		}
		d := diagnose(t, &Case{Scheme: s, Message: m, Secrets: []Secret{{"demo", testKey(s, 0).verify}}, Now: testNow, Budget: 100 * time.Millisecond})
		if f, proved := d.Proved(); proved || d.Verdict == Valid || d.Cause == "" {
			t.Fatalf("%s: %+v", s.ID, f)
		}
	})
}

// FuzzJSON reads as encoding/json does, and writes back a value where it was told.
func FuzzJSON(f *testing.F) {
	for _, seed := range []string{`{"a":{"b":[1,"x"]}}`, `[]`, `{"a":1,"a":2}`, `{"a":"\ud800"}`, " {} ", `{"a":{"b":"c"}}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		root, err := parseJSON(text)
		if valid := json.Valid(text); valid != (err == nil) && !(valid && strings.Contains(err.Error(), "nested")) {
			t.Fatalf("valid %v, error %v", valid, err)
		}
		if err != nil || root.kind != '{' {
			return
		}
		var any map[string]json.RawMessage
		if err := json.Unmarshal(text, &any); err != nil {
			t.Skip(err)
		}
		if a := root.child(text, "a", -1); (a != nil) != (any["a"] != nil) || a != nil && !bytes.Equal(text[a.start:a.end], any["a"]) {
			t.Fatalf("a is %q", any["a"])
		}
		out, err := setBodyValue(text, "a.b", "written")
		if err != nil {
			return
		}
		m := Message{Body: out}
		if v, ok, err := m.bodyValue("a.b"); v != "written" || !ok || err != nil {
			t.Fatalf("%q became %q: %q %v %v", text, out, v, ok, err)
		}
	})
}

// FuzzPairs: what a Pairs header is written as is read back.
func FuzzPairs(f *testing.F) {
	f.Add("1614265330", "abcd")
	f.Fuzz(func(t *testing.T, stamp, sig string) {
		if strings.ContainsAny(stamp+sig, ",; ") || url.QueryEscape(stamp+sig) != stamp+sig {
			t.Skip()
		}
		for _, s := range All() {
			if s.Signature.Layout != Pairs || s.Timestamp == nil {
				continue
			}
			p := presented{pairs: map[string]string{}}
			text := s.Signature.write(sig, s.Timestamp.Key, stamp, "")
			if err := s.Signature.read(text, &p); err != nil || !slices.Contains(p.sigs, sig) || p.pairs[s.Timestamp.Key] != stamp {
				t.Fatalf("%s: %q: %+v, %v", s.ID, text, p, err)
			}
		}
	})
}

func BenchmarkVerify(b *testing.B) { benchmark(b, true) }
func BenchmarkSign(b *testing.B)   { benchmark(b, false) }

func benchmark(b *testing.B, verify bool) {
	for _, id := range []string{"stripe.v1", "standard-webhooks.v1a"} {
		for _, size := range []int{2 << 10, 1 << 20} {
			s, _ := Lookup(id)
			m := testMessage(s)
			m.Body = bytes.Repeat([]byte("x"), size)
			signed := signedMessage(b, s, m, 0, testNow)
			b.Run(id+"/"+byteCount(size), func(b *testing.B) {
				b.ReportAllocs()
				b.SetBytes(int64(size))
				for b.Loop() {
					if verify {
						check(b, s, signed, testNow, Options{}, testKey(s, 0).verify)
						continue
					}
					signedMessage(b, s, m, 0, testNow)
				}
			})
		}
	}
}

func byteCount(n int) string {
	if n >= 1<<20 {
		return "1MiB"
	}
	return "2KiB"
}
