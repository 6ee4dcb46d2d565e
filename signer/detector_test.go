package signer

import (
	"bytes"
	"slices"
	"strings"
	"testing"
)

func ids(list []*Scheme) (out []string) {
	for _, s := range list {
		out = append(out, s.ID)
	}
	return out
}

func TestDetectorAgreesWithDetect(t *testing.T) {
	t.Parallel()
	own := &Scheme{ID: "own", Name: "Own", Signature: Signature{Headers: []string{"X-Own-#"}, Layout: Raw}, Algorithm: HMACSHA256, Encoding: Hex, Content: "{body}"}
	if err := own.Validate(); err != nil {
		t.Fatal(err)
	}
	d := NewDetector(own)
	hits := 0
	compare := func(name string, m Message) {
		want, got := ids(Detect(&m, own)), ids(d.Detect(&m))
		if !slices.Equal(want, got) {
			t.Errorf("%s: the detector finds %v, want %v", name, got, want)
		}
		possible := d.InBody(m.Body) || slices.ContainsFunc(m.Header, func(f Field) bool { return d.InHeader(f.Name) })
		if len(want) > 0 && !possible {
			t.Errorf("%s: a message of %v is passed over", name, want)
		}
		hits += len(want)
	}
	for _, s := range All() {
		m := signedMessage(t, s, testMessage(s), 0, testNow)
		compare(s.ID, m)
		for i := range m.Header {
			m.Header[i].Name = strings.ToUpper(m.Header[i].Name)
		}
		compare(s.ID+" in capitals", m)
	}
	for _, v := range readVectors(t) {
		compare(v.ID, v.message(t))
	}
	hex := strings.Repeat("0a", 32)
	compare("numbered", Message{Header: []Field{{"x-own-12", hex}, {"X-Own-", hex}, {strings.Repeat("x", 200), hex}, {"", hex}}})
	compare("nothing", Message{Header: []Field{{"Content-Type", "application/json"}}, Body: []byte("{}")})
	if hits < len(All()) {
		t.Errorf("only %d candidates were compared", hits)
	}
}

func TestDetectorAllocatesNothing(t *testing.T) {
	d := NewDetector()
	body := bytes.Repeat([]byte(`{"a":1}`), 300)
	if n := testing.AllocsPerRun(100, func() {
		for _, name := range []string{"Host", "User-Agent", "Content-Type", "X-Hub-Signature-256", "X-DocuSign-Signature-1", "x-a-12"} {
			d.InHeader(name)
		}
		d.InBody(body)
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestEvidenceIsWhatWasSigned(t *testing.T) {
	t.Parallel()
	shown := 0
	for _, s := range All() {
		m := signedMessage(t, s, testMessage(s), 0, testNow)
		e := s.Evidence(&m)
		secret := testKey(s, 0).sign
		if s.Algorithm == Equal && (e.Received != nil || e.Content != nil) {
			t.Errorf("%s: a token is shown", s.ID)
		}
		if bytes.Contains(e.Content, []byte(secret)) || bytes.Contains(e.Received, []byte(secret)) {
			t.Errorf("%s: the secret is shown", s.ID)
		}
		if !s.Algorithm.symmetric() || s.Algorithm == Equal || codes[s.Code].verify != nil {
			continue
		}
		if s.uses("secret") {
			if !bytes.Contains(e.Content, []byte("{secret}")) {
				t.Errorf("%s: %q", s.ID, e.Content)
			}
			continue
		}
		keys, err := s.keys(secret)
		if err != nil {
			t.Fatal(err)
		}
		shown++
		if !slices.ContainsFunc(keys, func(k key) bool { return bytes.Equal(s.Algorithm.digest(&k, e.Content), e.Received) }) {
			t.Errorf("%s: %x is not the digest of %q", s.ID, e.Received, e.Content)
		}
	}
	if shown < 60 {
		t.Errorf("only %d schemes were looked at", shown)
	}
	if e := (&Scheme{Algorithm: HMACSHA256, Encoding: Hex, Content: "{body}", Signature: Signature{Headers: []string{"X"}, Layout: Raw}}).Evidence(&Message{Body: []byte("b")}); e.Received != nil || string(e.Content) != "b" {
		t.Errorf("without a signature: %+v", e)
	}
}

func BenchmarkDetector(b *testing.B) {
	d := NewDetector()
	names := []string{"Host", "User-Agent", "Content-Type", "Content-Length", "Accept", "Accept-Encoding", "X-Webconnex-Event", "X-Webconnex-Delivery", "Request-Id"}
	body := bytes.Repeat([]byte(`{"a":"bcdefg"},`), 140)
	b.ReportAllocs()
	for b.Loop() {
		for _, name := range names {
			d.InHeader(name)
		}
		d.InBody(body)
	}
}
