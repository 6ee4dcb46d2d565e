// Package oracle checks signer against the providers' own libraries: they accept
// what we sign, we accept what they sign, and both refuse the same changes. It is
// a module of its own, so that these libraries are nobody's dependency.
package oracle

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-github/v75/github"
	"github.com/sendgrid/sendgrid-go/helpers/eventwebhook"
	"github.com/slack-go/slack"
	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
	"github.com/stripe/stripe-go/v82/webhook"
	svix "github.com/svix/svix-webhooks/go"
	"github.com/twilio/twilio-go/client"

	"github.com/boathook/boathook/signer"
)

const (
	textSecret   = "a-secret-of-the-endpoint"
	base64Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
	address      = "https://hooks.example.com/in/demo?b=2&a=1"
	form         = "CallSid=CA1234567890ABCDE&Body=hello+w%C3%B6rld&From=%2B14158675309"
)

var bodies = []string{`{"id":42,"name":"Ærø <b>","total":12.50}`, "", "plain\r\n", `{ "a" : [ 1 , 2 ] }`, "\x00\xff\xfe"}

func header(m *signer.Message) http.Header {
	h := http.Header{}
	for _, f := range m.Header {
		h.Add(f.Name, f.Value)
	}
	return h
}

// an oracle accepts a signed request or says why not.
type oracle struct {
	scheme, sign, verify string // the secret to sign with, and to verify with
	form                 bool
	accepts              func(m *signer.Message) error
	// signs makes the headers by the library, nil if it cannot.
	signs func(body string, now time.Time) []signer.Field
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func oracles() []oracle {
	standard := must(standardwebhooks.NewWebhook(base64Secret))
	svixHook := must(svix.NewWebhook(base64Secret))
	validator := client.NewRequestValidator(textSecret)
	private := must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	public := base64.StdEncoding.EncodeToString(must(x509.MarshalPKIXPublicKey(&private.PublicKey)))
	accepted := func(ok bool) error {
		if !ok {
			return fmt.Errorf("refused")
		}
		return nil
	}
	field := func(m *signer.Message, name string) string { v, _ := m.Value(name); return v }
	return []oracle{
		{
			scheme: "standard-webhooks.v1", sign: base64Secret, verify: base64Secret,
			accepts: func(m *signer.Message) error { return standard.Verify(m.Body, header(m)) },
			signs: func(body string, now time.Time) []signer.Field {
				return []signer.Field{{Name: "webhook-id", Value: "msg_1"}, {Name: "webhook-timestamp", Value: fmt.Sprint(now.Unix())}, {Name: "webhook-signature", Value: must(standard.Sign("msg_1", now, []byte(body)))}}
			},
		},
		{
			scheme: "svix.v1", sign: base64Secret, verify: base64Secret,
			accepts: func(m *signer.Message) error { return svixHook.Verify(m.Body, header(m)) },
			signs: func(body string, now time.Time) []signer.Field {
				return []signer.Field{{Name: "svix-id", Value: "msg_1"}, {Name: "svix-timestamp", Value: fmt.Sprint(now.Unix())}, {Name: "svix-signature", Value: must(svixHook.Sign("msg_1", now, []byte(body)))}}
			},
		},
		{
			scheme: "stripe.v1", sign: base64Secret, verify: base64Secret, // whole, with its prefix
			accepts: func(m *signer.Message) error {
				return webhook.ValidatePayload(m.Body, field(m, "Stripe-Signature"), base64Secret)
			},
			signs: func(body string, now time.Time) []signer.Field {
				p := webhook.GenerateTestSignedPayload(&webhook.UnsignedPayload{Payload: []byte(body), Secret: base64Secret, Timestamp: now})
				return []signer.Field{{Name: "Stripe-Signature", Value: p.Header}}
			},
		},
		{
			scheme: "github.sha256", sign: textSecret, verify: textSecret,
			accepts: func(m *signer.Message) error {
				return github.ValidateSignature(field(m, "X-Hub-Signature-256"), m.Body, []byte(textSecret))
			},
		},
		{
			scheme: "github.sha1", sign: textSecret, verify: textSecret,
			accepts: func(m *signer.Message) error {
				return github.ValidateSignature(field(m, "X-Hub-Signature"), m.Body, []byte(textSecret))
			},
		},
		{
			scheme: "slack.v0", sign: textSecret, verify: textSecret,
			accepts: func(m *signer.Message) error {
				v, err := slack.NewSecretsVerifier(header(m), textSecret)
				if err != nil {
					return err
				}
				if _, err := v.Write(m.Body); err != nil {
					return err
				}
				return v.Ensure()
			},
		},
		{
			scheme: "twilio.form", sign: textSecret, verify: textSecret, form: true,
			accepts: func(m *signer.Message) error {
				values := must(url.ParseQuery(string(m.Body)))
				params := map[string]string{}
				for name := range values {
					params[name] = values.Get(name)
				}
				return accepted(validator.Validate(m.URL, params, field(m, "X-Twilio-Signature")))
			},
		},
		{
			scheme: "twilio.json-body", sign: textSecret, verify: textSecret,
			accepts: func(m *signer.Message) error {
				return accepted(validator.ValidateBody(m.URL, m.Body, field(m, "X-Twilio-Signature")))
			},
		},
		{
			scheme: "sendgrid.ecdsa-p256", sign: base64.StdEncoding.EncodeToString(must(x509.MarshalPKCS8PrivateKey(private))), verify: public,
			accepts: func(m *signer.Message) error {
				key := must(eventwebhook.ConvertPublicKeyBase64ToECDSA(public))
				ok, err := eventwebhook.VerifySignature(key, m.Body, field(m, "X-Twilio-Email-Event-Webhook-Signature"), field(m, "X-Twilio-Email-Event-Webhook-Timestamp"))
				if err != nil {
					return err
				}
				return accepted(ok)
			},
		},
	}
}

func TestOracles(t *testing.T) {
	t.Parallel()
	for _, o := range oracles() {
		t.Run(o.scheme, func(t *testing.T) {
			t.Parallel()
			s, ok := signer.Lookup(o.scheme)
			if !ok {
				t.Fatal("there is no such scheme")
			}
			now := time.Now()
			list := bodies
			if o.form {
				list = []string{form, "a=1", ""}
			}
			for _, body := range list {
				m := signer.Message{Method: "POST", URL: address, Body: []byte(body)}
				x, err := s.Sign(m, []string{o.sign}, "msg_1", now)
				if err != nil {
					t.Fatal(err)
				}
				signed := x.Apply(m)
				agree(t, s, &o, signed, body, true)
				other := signed
				other.Body = []byte(body + "&x=1")
				agree(t, s, &o, other, body+" and more", false)
				if o.signs == nil {
					continue
				}
				theirs := m
				theirs.Header = o.signs(body, now)
				agree(t, s, &o, theirs, "theirs: "+body, true)
				late := m
				late.Header = o.signs(body, now.Add(-time.Hour))
				agree(t, s, &o, late, "an hour old: "+body, false)
			}
		})
	}
}

// agree compares what we and the library say of a request.
func agree(t *testing.T, s *signer.Scheme, o *oracle, m signer.Message, what string, want bool) {
	t.Helper()
	r, err := s.Verify(&m, []string{o.verify}, time.Now(), signer.Options{})
	if err != nil {
		t.Fatalf("%q: %v", what, err)
	}
	theirs := o.accepts(&m)
	if ours := r.Verdict == signer.Valid; ours != want || (theirs == nil) != want {
		t.Errorf("%q: want valid %v; we say %s (%v), the library says %v", what, want, r.Verdict, r.Reason, theirs)
	}
}

// A second secret in one header is accepted by those that read a list.
func TestRotation(t *testing.T) {
	t.Parallel()
	for _, o := range oracles()[:3] {
		s, _ := signer.Lookup(o.scheme)
		m := signer.Message{Method: "POST", URL: address, Body: []byte(bodies[0])}
		x, err := s.Sign(m, []string{"whsec_" + base64.StdEncoding.EncodeToString([]byte(strings.Repeat("o", 24))), o.sign}, "msg_1", time.Now())
		if err != nil {
			t.Fatal(err)
		}
		signed := x.Apply(m)
		if err := o.accepts(&signed); err != nil {
			t.Errorf("%s: %v", o.scheme, err)
		}
	}
}
