package signer

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// A breaker makes a request of a scheme that fails for one cause. ok is false if
// the cause cannot occur with the scheme.
type breaker struct {
	cause Cause
	name  string
	make  func(t *testing.T, s *Scheme) (c Case, ok bool)
}

func caseOf(s *Scheme, m Message, secret string) Case {
	return Case{Scheme: s, Message: m, Secrets: []Secret{{"demo", secret}}, Now: testNow}
}

// sound is a request that verifies.
func sound(t *testing.T, s *Scheme) Case {
	return caseOf(s, signedMessage(t, s, testMessage(s), 0, testNow), testKey(s, 0).verify)
}

// delivered signs one body and delivers another.
func delivered(change func([]byte) []byte) func(t *testing.T, s *Scheme) (Case, bool) {
	return deliveredBody(nil, change)
}

func deliveredBody(body []byte, change func([]byte) []byte) func(t *testing.T, s *Scheme) (Case, bool) {
	return func(t *testing.T, s *Scheme) (Case, bool) {
		if s.Covers() != CoversBody || s.Code == "twilio-json" {
			return Case{}, false // the address names the hash of the body
		}
		m := testMessage(s)
		if body != nil {
			if s.Timestamp != nil && s.Timestamp.Body != "" && s.Code == "" {
				return Case{}, false // the timestamp is read from the body
			}
			m.Body = body
		}
		if s.Timestamp != nil && s.Timestamp.Body != "" && s.Code == "" && !isJSON(change(m.Body)) {
			return Case{}, false
		}
		signed := signedMessage(t, s, m, 0, testNow)
		signed.Body = change(signed.Body)
		return caseOf(s, signed, testKey(s, 0).verify), !bytes.Equal(signed.Body, m.Body)
	}
}

// signedAs signs by a changed row and verifies by the right one.
func signedAs(change func(s *Scheme) bool) func(t *testing.T, s *Scheme) (Case, bool) {
	return func(t *testing.T, s *Scheme) (Case, bool) {
		other := *s
		if !change(&other) {
			return Case{}, false
		}
		return caseOf(s, signedMessage(t, &other, testMessage(s), 0, testNow), testKey(s, 0).verify), true
	}
}

func restyled(st jsonStyle) func([]byte) []byte {
	return func(body []byte) []byte {
		root, err := parseJSON(body)
		if err != nil {
			return body
		}
		tree := decodeTree(body, &root)
		return append(st.write(nil, &tree, 0), st.end...)
	}
}

func isJWT(s *Scheme) bool { return strings.HasPrefix(s.Code, "jwt") }

func setHeader(m *Message, name, value string) bool {
	m.Header = slices.Clone(m.Header)
	for i := range m.Header {
		if strings.EqualFold(m.Header[i].Name, name) {
			m.Header[i].Value = value
			return true
		}
	}
	return false
}

var breakers = []breaker{
	{"", "sound", func(t *testing.T, s *Scheme) (Case, bool) { return sound(t, s), true }},
	{Reserialized, "indented", delivered(restyled(jsonStyle{comma: ",", colon: ": ", indent: "  "}))},
	{Reserialized, "Python", delivered(restyled(jsonStyle{comma: ", ", colon: ": ", ascii: true}))},
	{Reserialized, "slashes escaped", delivered(restyled(jsonStyle{comma: ",", colon: ":", slash: true}))},
	{TrailingNewline, "added", delivered(func(b []byte) []byte { return append(bytes.Clone(b), '\n') })},
	{TrailingNewline, "removed", deliveredBody([]byte("plain text\r\n"), bytes.TrimSpace)},
	{TrailingNewline, "CRLF", deliveredBody([]byte("one\ntwo\n"), func(b []byte) []byte { return bytes.ReplaceAll(b, []byte("\n"), []byte("\r\n")) })},
	{Charset, "mojibake", delivered(func(b []byte) []byte {
		if !bytes.Contains(b, []byte("Æ")) {
			return b
		}
		return fromLatin1(b)
	})},
	{Charset, "Latin-1 delivered", deliveredBody([]byte("text caf\u00e9"), func(b []byte) []byte { l, _ := toLatin1(string(b)); return l })},
	{Charset, "byte order mark", deliveredBody([]byte("plain text"), func(b []byte) []byte { return append([]byte("\ufeff"), b...) })},
	{Compressed, "gzip", delivered(func(b []byte) []byte {
		var z bytes.Buffer
		w := gzip.NewWriter(&z)
		_, _ = w.Write(b)
		_ = w.Close()
		return z.Bytes()
	})},
	{Base64Body, "encoded", delivered(func(b []byte) []byte { return []byte(base64.StdEncoding.EncodeToString(b)) })},
	{FormReencoded, "percent twenty", deliveredBody([]byte("payload=hello+there&b=caf%C3%A9"), func(b []byte) []byte { return bytes.ReplaceAll(b, []byte("+"), []byte("%20")) })},
	{FormReencoded, "small letters", deliveredBody([]byte("a=%2B1&b=caf%C3%A9"), func(b []byte) []byte { return []byte(smallHex(string(b))) })},
	{Truncated, "short", func(t *testing.T, s *Scheme) (Case, bool) {
		m := testMessage(s)
		m.Header = append(m.Header, Field{"Content-Length", fmt.Sprint(len(m.Body))})
		c := caseOf(s, signedMessage(t, s, m, 0, testNow), testKey(s, 0).verify)
		if s.Covers() != CoversBody || s.Code == "twilio-json" || s.ID == "linear" {
			return c, false
		}
		c.Message.Body = c.Message.Body[:20]
		return c, true
	}},
	{SecretWhitespace, "line feed", func(t *testing.T, s *Scheme) (Case, bool) {
		c := sound(t, s)
		if strings.Contains(c.Secrets[0].Value, "-----BEGIN") {
			return c, false
		}
		c.Secrets[0].Value += "\n"
		return c, true
	}},
	{SecretWhitespace, "zero-width", func(t *testing.T, s *Scheme) (Case, bool) {
		c := sound(t, s)
		if strings.Contains(c.Secrets[0].Value, "-----BEGIN") || s.Secret == SecretNFKD {
			return c, false
		}
		c.Secrets[0].Value = "\u200b " + c.Secrets[0].Value
		return c, true
	}},
	{SecretEncoding, "the other reading", func(t *testing.T, s *Scheme) (Case, bool) {
		if !s.Algorithm.symmetric() && s.Code != "jwt" || s.Secret == SecretBase64Text || s.Algorithm == Equal {
			return Case{}, false
		}
		other := *s
		key := testKey(s, 0)
		switch s.Secret {
		case SecretText, SecretNFKD:
			other.Secret = SecretBase64
			key.sign = base64.StdEncoding.EncodeToString([]byte("0123456789abcdef0123456789abcdef"))
			key.verify = key.sign
		default:
			other.Secret, other.Strip = SecretText, nil
		}
		signed, err := other.Sign(testMessage(s), []string{key.sign}, "id", testNow)
		if err != nil {
			t.Fatal(err)
		}
		return caseOf(s, signed.Apply(testMessage(s)), key.verify), true
	}},
	{OtherSecret, "known", func(t *testing.T, s *Scheme) (Case, bool) {
		c := sound(t, s)
		c.Known = []Secret{{"something", testKey(s, 1).verify + "x"}, {"staging", c.Secrets[0].Value}}
		c.Secrets = []Secret{{"demo", testKey(s, 1).verify}}
		return c, true
	}},
	{Unknown, "unknown secret", func(t *testing.T, s *Scheme) (Case, bool) {
		c := sound(t, s)
		c.Secrets = []Secret{{"demo", testKey(s, 1).verify}}
		return c, true
	}},
	{SecretMissing, "blank", func(t *testing.T, s *Scheme) (Case, bool) {
		c := sound(t, s)
		c.Secrets[0].Value = " "
		return c, true
	}},
	{KeyType, "RSA", func(t *testing.T, s *Scheme) (Case, bool) {
		c := sound(t, s)
		c.Secrets[0].Value = keyCache()["rsa"][1].verify
		return c, s.Secret == SecretEd25519
	}},
	{OtherScheme, "of another provider", func(t *testing.T, s *Scheme) (Case, bool) {
		id := "stripe.v1"
		if s.ID == id {
			id = "slack.v0"
		}
		other, _ := Lookup(id)
		c := caseOf(s, signedMessage(t, other, testMessage(other), 0, testNow), testKey(s, 0).verify)
		c.Known = []Secret{{"other", testKey(other, 0).verify}}
		return c, true
	}},
	{DigestEncoding, "hex for base64", signedAs(func(s *Scheme) bool {
		switch {
		case isJWT(s) || s.Code == "rfc9421" || s.Algorithm == Equal || s.Code == "adyen-item":
			return false
		case s.Encoding == Hex || s.Encoding == HexUpper:
			s.Encoding = Base64
		default:
			s.Encoding = Hex
		}
		return true
	})},
	{DigestEncoding, "no prefix", signedAs(func(s *Scheme) bool {
		had := s.Signature.Prefix != "" && !s.Signature.Optional && s.Signature.Layout == Raw
		s.Signature.Prefix = ""
		return had
	})},
	{Version, "v9", signedAs(func(s *Scheme) bool {
		if s.Signature.Layout != Pairs && s.Signature.Layout != Versions || s.Signature.Accept[0] == "v*" {
			return false
		}
		s.Signature.Accept = []string{"v9"}
		return true
	})},
	{WrongHash, "SHA-512", signedAs(func(s *Scheme) bool {
		if s.Algorithm != HMACSHA256 && s.Algorithm != HMACSHA1 || s.Code == "rfc9421" || s.Code == "adyen-item" {
			return false
		}
		s.Algorithm = HMACSHA512
		return true
	})},
	{OtherTemplate, "body and timestamp", signedAs(func(s *Scheme) bool {
		if s.Code != "" || !s.uses("timestamp") || s.uses("body.sha256") || s.uses("body.sha256.hex") || s.uses("body.crc32") || !s.uses("body") {
			return false
		}
		if s.Content == "{body}{timestamp}" {
			s.Content = "{body}"
			return true
		}
		s.Content = "{body}{timestamp}"
		return true
	})},
	{OtherTemplate, "body alone", signedAs(func(s *Scheme) bool {
		if s.Code != "" || s.Content == "{body}" || !s.uses("body") || s.uses("secret") {
			return false
		}
		s.Content = "{body}"
		return true
	})},
	{TimestampUnit, "another unit", signedAs(func(s *Scheme) bool {
		if s.Timestamp == nil || s.Timestamp.Unsigned || s.Timestamp.Body != "" || s.Code != "" && s.Code != "hubspot-v3" && s.Code != "box" && s.Code != "hook0" && s.Code != "contentful" {
			return false
		}
		stamp := *s.Timestamp
		s.Timestamp = &stamp
		_, future := s.window(Options{})
		switch stamp.Unit {
		case Seconds: // read as seconds, milliseconds lie in the far future
			stamp.Unit = Millis
			return future > 0
		case Millis:
			stamp.Unit = Seconds
			return stamp.Past > 0
		}
		stamp.Unit = Millis
		return true
	})},
	{StaleTimestamp, "an hour", func(t *testing.T, s *Scheme) (Case, bool) {
		past, _ := s.window(Options{})
		signed := signedMessage(t, s, testMessage(s), 0, testNow)
		c := caseOf(s, signed, testKey(s, 0).verify)
		c.Now = testNow.Add(past + time.Hour)
		return c, past > 0 || s.Code == "jwt"
	}},
	{OtherURL, "http", func(t *testing.T, s *Scheme) (Case, bool) {
		c := sound(t, s)
		signs := s.uses("url") || codes[s.Code].url && s.Code != "contentful" && s.Signature.Query == "" || s.Code == "rfc9421"
		c.Message.URL = strings.Replace(c.Message.URL, "https://hooks.example.com", "http://127.0.0.1:3000", 1)
		return c, signs
	}},
	{OtherURL, "prefix", func(t *testing.T, s *Scheme) (Case, bool) {
		c := sound(t, s)
		signs := s.uses("url") || codes[s.Code].url && s.Signature.Query == "" || s.Code == "rfc9421"
		c.Message.URL = strings.Replace(c.Message.URL, "/in/demo", "/demo", 1)
		c.Message.Header = append(c.Message.Header, Field{"X-Forwarded-Prefix", "/in"})
		return c, signs
	}},
	{HeaderMissing, "no signature", func(t *testing.T, s *Scheme) (Case, bool) {
		return caseOf(s, testMessage(s), testKey(s, 0).verify), true
	}},
	{HeaderName, "underscores", func(t *testing.T, s *Scheme) (Case, bool) {
		c := sound(t, s)
		changed := false
		for i := 2; i < len(c.Message.Header); i++ {
			f := &c.Message.Header[i]
			if name := strings.ReplaceAll(f.Name, "-", "_"); name != f.Name && s.Code != "rfc9421" && s.Code != "contentful" {
				f.Name, changed = name, true
			}
		}
		return c, changed
	}},
	{HeaderName, "of somebody's own", func(t *testing.T, s *Scheme) (Case, bool) {
		c := sound(t, s)
		if len(s.Signature.Headers) != 1 || s.Code != "" || !s.Algorithm.symmetric() || s.Algorithm == Equal || len(s.Require) > 0 {
			return c, false
		}
		changed := false
		for i := range c.Message.Header {
			if f := &c.Message.Header[i]; strings.EqualFold(f.Name, s.Signature.Headers[0]) {
				f.Name, changed = "X-Our-Mac", true
			}
		}
		return c, changed
	}},
	{HeaderJoined, "twice", func(t *testing.T, s *Scheme) (Case, bool) {
		c := sound(t, s)
		if len(s.Signature.Headers) == 0 || s.Signature.Layout != Raw || isJWT(s) || s.Code == "rfc9421" || s.Algorithm == Equal {
			return c, false
		}
		name := strings.ReplaceAll(s.Signature.Headers[0], "#", "1")
		v, _ := c.Message.Value(name)
		return c, setHeader(&c.Message, name, v+", "+v)
	}},
	{HeaderValue, "another", func(t *testing.T, s *Scheme) (Case, bool) {
		c := sound(t, s)
		for name := range s.Require {
			return c, setHeader(&c.Message, name, "other")
		}
		return c, false
	}},
	{Malformed, "garbage", func(t *testing.T, s *Scheme) (Case, bool) {
		c := sound(t, s)
		if len(s.Signature.Headers) == 0 || s.Algorithm == Equal {
			return c, false
		}
		return c, setHeader(&c.Message, strings.ReplaceAll(s.Signature.Headers[0], "#", "1"), "garbage!")
	}},
}

// same lists causes that say the same thing of a scheme in other words.
func same(s *Scheme, want, got Cause) bool {
	switch {
	case want == got:
		return true
	case want == WrongHash && got == OtherScheme:
		return s.Provider == "convoy" // has a row for each hash
	}
	return false
}

// Every scheme is broken in every way that it can be, and each time the cause must
// be named, and no other. The matrix is written to the log.
func TestDiagnoseMatrix(t *testing.T) {
	t.Parallel()
	type cell struct{ want, got Cause }
	matrix := map[cell]int{}
	schemes, wrong := map[string]bool{}, 0
	for _, s := range All() {
		for _, b := range breakers {
			c, ok := b.make(t, s)
			if !ok {
				continue
			}
			schemes[s.ID] = true
			d := diagnose(t, &c)
			matrix[cell{b.cause, d.Cause}]++
			if !same(s, b.cause, d.Cause) {
				if wrong++; wrong <= 60 {
					t.Errorf("%s, %s (%s): %q %v %+v", s.ID, b.cause, b.name, d.Cause, d.Verdict, d.Findings)
				}
			}
		}
	}
	var causes []Cause
	total := 0
	for c, n := range matrix {
		total += n
		for _, x := range []Cause{c.want, c.got} {
			if !slices.Contains(causes, x) {
				causes = append(causes, x)
			}
		}
	}
	slices.Sort(causes)
	for _, want := range causes {
		line := ""
		for _, got := range causes {
			if n := matrix[cell{want, got}]; n > 0 {
				line += fmt.Sprintf("  %s=%d", map[bool]string{true: "sound", false: string(got)}[got == ""], n)
			}
		}
		t.Logf("%-18s%s", map[bool]string{true: "(sound)", false: string(want)}[want == ""], line)
	}
	t.Logf("%d schemes, %d requests, %d named wrongly", len(schemes), total, wrong)
	if len(schemes) < 100 || total < 1500 {
		t.Errorf("only %d schemes and %d requests", len(schemes), total)
	}
}
