package signer

import (
	"context"
	"slices"
	"testing"
)

// A scheme without a timestamp has no such step: it neither holds nor fails.
func TestLadderSkipsWhatTheSchemeLacks(t *testing.T) {
	t.Parallel()
	for id, want := range map[string]State{"github": StateSkipped, "stripe.v1": StateOK} {
		s, ok := Lookup(id)
		if !ok {
			t.Fatalf("there is no scheme %s", id)
		}
		secret := testKey(s, 0)
		m := signedMessage(t, s, Message{Method: "POST", URL: "http://localhost/", Body: []byte("{}")}, 0, testNow)
		d, err := Diagnose(context.Background(), &Case{Scheme: s, Message: m, Secrets: []Secret{{"demo", secret.verify}}, Now: testNow})
		if err != nil || d.Verdict != Valid {
			t.Fatalf("%s: %v %v", id, d, err)
		}
		i := slices.IndexFunc(d.Findings, func(f Finding) bool { return f.Step == "timestamp" })
		if i < 0 || d.Findings[i].State != want {
			t.Errorf("%s: %+v, want the step %s", id, d.Findings, want)
		}
	}
}

// A scheme that bounds no future takes milliseconds as seconds, as the provider's own
// library does. That they were meant as milliseconds is said all the same.
func TestLadderNamesTheOtherUnit(t *testing.T) {
	t.Parallel()
	s, _ := Lookup("stripe.v1")
	stamped := *s.Timestamp
	stamped.Unit = Millis
	sender := *s
	sender.Timestamp = &stamped
	m := signedMessage(t, &sender, Message{Method: "POST", URL: "http://localhost/", Body: []byte("{}")}, 0, testNow)
	d, err := Diagnose(context.Background(), &Case{Scheme: s, Message: m, Secrets: []Secret{{"demo", testKey(s, 0).verify}}, Now: testNow})
	if err != nil || d.Verdict != Valid {
		t.Fatalf("%v %v", d, err)
	}
	const want = "signed over 290 years in the future, as seconds; read as milliseconds it would be of now"
	if !slices.ContainsFunc(d.Findings, func(f Finding) bool { return f.Step == "timestamp" && f.Text == want }) {
		t.Errorf("%+v, want %q", d.Findings, want)
	}
}

// What a digest is written with beside its digits is named, and so is a letter that is none.
func TestDigestInAnotherForm(t *testing.T) {
	t.Parallel()
	s, _ := Lookup("webconnex")
	for _, tt := range []struct{ name, before, format, why string }{
		{"prefix", "sha256=", "the signature cannot be read: X-Webconnex-Signature: it is not hexadecimal: it has 's' in it",
			"The signature is written in hexadecimal behind sha256=. The cryptography is right, only the text form of the signature differs from what the scheme says."},
		{"label", "hmac ", "the signature cannot be read: X-Webconnex-Signature: it is not hexadecimal: it has 'h' in it",
			"The signature is written in hexadecimal behind hmac . The cryptography is right, only the text form of the signature differs from what the scheme says."},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := signedMessage(t, s, Message{Method: "POST", URL: "http://localhost/", Body: []byte("{}")}, 0, testNow)
			for i := range m.Header {
				if m.Header[i].Name == "X-Webconnex-Signature" {
					m.Header[i].Value = tt.before + m.Header[i].Value
				}
			}
			d, err := Diagnose(context.Background(), &Case{Scheme: s, Message: m, Secrets: []Secret{{"demo", testKey(s, 0).verify}}, Now: testNow})
			if err != nil || d.Cause != DigestEncoding {
				t.Fatalf("%+v %v", d, err)
			}
			for _, want := range []string{tt.format, tt.why} {
				if !slices.ContainsFunc(d.Findings, func(f Finding) bool { return f.Text == want }) {
					t.Errorf("%+v, want %q", d.Findings, want)
				}
			}
		})
	}
}

// A request that another scheme fits with a secret of another place says so: its scheme
// alone would not do.
func TestOtherSchemeNamesTheSecret(t *testing.T) {
	t.Parallel()
	wanted, _ := Lookup("stripe.v1")
	s, _ := Lookup("webconnex")
	const value = "a-secret-of-some-other-place"
	x, err := s.Sign(Message{Method: "POST", URL: "http://localhost/", Body: []byte("{}")}, []string{value}, "", testNow)
	if err != nil {
		t.Fatal(err)
	}
	m := Message{Method: "POST", URL: "http://localhost/", Body: []byte("{}"), Header: x.Header}
	for _, tt := range []struct {
		name       string
		own, known []Secret
		want       string
	}{
		{"of its own", []Secret{{"demo", value}}, nil, "The request is validly signed in the way of Webconnex (webconnex, in X-Webconnex-Signature). Set that scheme instead of stripe.v1."},
		{"of another place", []Secret{{"demo", "whsec_demo"}}, []Secret{{"endpoint crm", value}},
			"The request is validly signed in the way of Webconnex (webconnex, in X-Webconnex-Signature) with the secret of endpoint crm (…lace). Set that scheme instead of stripe.v1, and that secret."},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d, err := Diagnose(context.Background(), &Case{Scheme: wanted, Message: m, Secrets: tt.own, Known: tt.known, Now: testNow})
			if f, ok := d.Proved(); err != nil || !ok || f.Text != tt.want {
				t.Errorf("= %+v, %v, want %q", d.Findings, err, tt.want)
			}
		})
	}
}
