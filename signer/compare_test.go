package signer

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"strings"
	"testing"
	"time"
)

// mistaken computes a digest as wrong code of an app would.
func mistaken(t *testing.T, s *Scheme, m Message, secret string) string {
	t.Helper()
	read, r := s.read(&m, testNow)
	if r.Reason != nil {
		t.Fatal(r.Reason)
	}
	ks, err := s.keys(secret)
	if err != nil {
		t.Fatal(err)
	}
	read.parts.secret = ks[0].text
	contents, err := s.contents(&m, read.parts)
	if err != nil {
		t.Fatal(err)
	}
	return hex.EncodeToString(s.Algorithm.digest(&ks[0], contents[0]))
}

// The digest of an app's wrong code names the mistake.
func TestCompare(t *testing.T) {
	t.Parallel()
	body := func(change func([]byte) []byte) func(t *testing.T, s *Scheme, m Message) string {
		return func(t *testing.T, s *Scheme, m Message) string {
			m.Body = change(m.Body)
			return mistaken(t, s, m, testKey(s, 0).verify)
		}
	}
	row := func(change func(s *Scheme)) func(t *testing.T, s *Scheme, m Message) string {
		return func(t *testing.T, s *Scheme, m Message) string {
			other := *s
			change(&other)
			read, _ := s.read(&m, testNow)
			ks, err := other.keys(testKey(s, 0).verify)
			if err != nil {
				t.Fatal(err)
			}
			read.parts.secret = ks[0].text
			contents, err := other.contents(&m, read.parts)
			if err != nil {
				t.Fatal(err)
			}
			return hex.EncodeToString(other.Algorithm.digest(&ks[0], contents[0]))
		}
	}
	same := func(b []byte) []byte { return b }
	for _, tt := range []struct {
		name  string
		cause Cause
		text  string
		got   func(t *testing.T, s *Scheme, m Message) string
	}{
		{"JSON.stringify", Reserialized, "as Python writes it", body(restyled(jsonStyle{comma: ", ", colon: ": ", ascii: true, numbers: decimalNumbers}))},
		{"an empty body", Truncated, "an empty body", body(func([]byte) []byte { return nil })},
		{"a trimmed limit", Base64Body, "encoded in base64", body(func(b []byte) []byte { return []byte(base64.StdEncoding.EncodeToString(b)) })},
		{"with a line feed", TrailingNewline, "line feed", body(func(b []byte) []byte { return append(bytes.Clone(b), '\n') })},
		{"as Latin-1", Charset, "Latin-1", body(fromLatin1)},
		{"the secret as text", SecretEncoding, "used as text", row(func(s *Scheme) { s.Secret, s.Strip = SecretText, nil })},
		{"no timestamp", OtherTemplate, "{body}", row(func(s *Scheme) { s.Content = "{body}" })},
		{"another separator", OtherTemplate, "{timestamp}:{body}", row(func(s *Scheme) { s.Content = "{timestamp}:{body}" })},
		{"SHA-1", WrongHash, "HMAC-SHA1", row(func(s *Scheme) { s.Algorithm = HMACSHA1 })},
		{"hexadecimal", DigestEncoding, "hexadecimal, the scheme writes base64", body(same)},
		{"the right digest", Comparison, "only the comparison is wrong", func(t *testing.T, s *Scheme, m Message) string {
			raw, err := hex.DecodeString(mistaken(t, s, m, testKey(s, 0).verify))
			if err != nil {
				t.Fatal(err)
			}
			return base64.StdEncoding.EncodeToString(raw)
		}},
		{"another secret", OtherSecret, "the secret of staging", func(t *testing.T, s *Scheme, m Message) string {
			return mistaken(t, s, m, testKey(s, 1).verify)
		}},
		{"anything", Unknown, "", func(*testing.T, *Scheme, Message) string { return strings.Repeat("ab", 32) }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s, _ := Lookup("standard-webhooks.v1")
			c := sound(t, s)
			c.Known = []Secret{{"staging", testKey(s, 1).verify}}
			c.Budget = 20 * time.Second
			d, err := Compare(context.Background(), &c, tt.got(t, s, c.Message))
			if err != nil {
				t.Fatal(err)
			}
			f, _ := d.Proved()
			if d.Verdict != Valid || d.Cause != tt.cause || !strings.Contains(f.Text, tt.text) {
				t.Errorf("%s\n%+v", d.Cause, d.Findings)
			}
		})
	}
}

func TestCompareRefuses(t *testing.T) {
	t.Parallel()
	s, _ := Lookup("github.sha256")
	c := sound(t, s)
	for _, got := range []string{"", "xyz", "abcd", strings.Repeat("ab", 31)} {
		if _, err := Compare(context.Background(), &c, got); !errors.Is(err, ErrMalformed) {
			t.Errorf("%q: %v", got, err)
		}
	}
	if v, _ := c.Message.Value("X-Hub-Signature-256"); v != "" {
		for _, got := range []string{v, strings.TrimPrefix(v, "sha256="), strings.ToUpper(strings.TrimPrefix(v, "sha256="))} {
			if d, err := Compare(context.Background(), &c, got); err != nil || d.Cause != Comparison {
				t.Errorf("%q: %v %+v", got, err, d.Findings)
			}
		}
	}
	ed, _ := Lookup("discord.interactions")
	c = sound(t, ed)
	if _, err := Compare(context.Background(), &c, strings.Repeat("ab", 32)); !errors.Is(err, ErrMalformed) {
		t.Errorf("a scheme with keys: %v", err)
	}
}

// hard is a request of which nothing matches, with two secrets to try.
func hard(t testing.TB, id string, size int) Case {
	s, _ := Lookup(id)
	m := testMessage(s)
	m.Body = []byte(`{"items":[` + strings.TrimSuffix(strings.Repeat(`{"id":42,"name":"Ærø","price":12.50,"ok":true},`, size/50), ",") + `]}`)
	m = signedMessage(t, s, m, 0, testNow)
	return Case{Scheme: s, Message: m, Secrets: []Secret{{"demo", testKey(s, 1).verify}}, Known: []Secret{{"staging", testKey(s, 1).verify + "AAAA"}}, Now: testNow}
}

// A search that finds nothing ends in its time, of one core: a machine that is busy with
// something else takes longer by the clock. The bound is generous, for the race
// detector; the benchmark tells the time. Not parallel, so that nothing runs beside.
func TestDiagnoseIsBounded(t *testing.T) {
	for _, size := range []int{100 << 10, 8 << 20} {
		for _, id := range []string{"stripe.v1", "standard-webhooks.v1a", "twilio.json-body", "aws.sns"} {
			if id == "aws.sns" {
				size = min(size, 256<<10) // a notification is never longer
			}
			c := hard(t, id, size)
			c.Budget = 50 * time.Millisecond
			began := processTime(t)
			if _, err := Diagnose(context.Background(), &c); err != nil {
				t.Fatal(err)
			}
			took := processTime(t) - began
			t.Logf("%s, %d bytes: %s", id, size, took)
			if took > 5*time.Second {
				t.Errorf("%s, %d bytes: %s", id, size, took)
			}
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	c := hard(t, "stripe.v1", 1<<10)
	if d, err := Diagnose(ctx, &c); !errors.Is(err, context.Canceled) || d.Complete {
		t.Errorf("cancelled: %v %+v", err, d)
	}
}

func BenchmarkDiagnose(b *testing.B) {
	for _, size := range []int{2 << 10, 100 << 10} {
		c := hard(b, "standard-webhooks.v1", size)
		c.Budget = time.Minute
		b.Run(map[bool]string{true: "100KiB", false: "2KiB"}[size > 4<<10], func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				d := diagnose(b, &c)
				b.ReportMetric(float64(d.Tried), "variations")
			}
		})
	}
}
