package signer

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestSignedVerifies(t *testing.T) {
	t.Parallel()
	eachScheme(t, func(t *testing.T, s *Scheme) {
		m := testMessage(s)
		before := bytes.Clone(m.Body)
		signed := signedMessage(t, s, m, 0, testNow)
		if r := check(t, s, signed, testNow, Options{}, testKey(s, 0).verify); r.Verdict != Valid || r.Secret != 0 || r.Header == "" {
			t.Errorf("%+v\n%+v", r, signed.Header)
		}
		if r := check(t, s, signed, testNow, Options{}, testKey(s, 1).verify, testKey(s, 0).verify); r.Verdict != Valid || r.Secret != 1 {
			t.Errorf("second of two secrets: %+v", r)
		}
		if !bytes.Equal(m.Body, before) || len(m.Header) != 2 {
			t.Error("signing changed the message it was given")
		}
	})
}

func TestOtherSecretIsInvalid(t *testing.T) {
	t.Parallel()
	eachScheme(t, func(t *testing.T, s *Scheme) {
		signed := signedMessage(t, s, testMessage(s), 0, testNow)
		r := check(t, s, signed, testNow, Options{}, testKey(s, 1).verify)
		if r.Verdict != Invalid || !errors.Is(r.Reason, ErrMismatch) || r.Secret != -1 {
			t.Errorf("%+v", r)
		}
	})
}

func TestOneByteChangedIsInvalid(t *testing.T) {
	t.Parallel()
	eachScheme(t, func(t *testing.T, s *Scheme) {
		signed := signedMessage(t, s, testMessage(s), 0, testNow)
		if s.Covers() != CoversBody {
			return // what these protect is tested below
		}
		for i := range signed.Body {
			if codes[s.Code].contents != nil && i%7 != 0 {
				continue
			}
			for _, bit := range []byte{1, 0x20, 0x80} {
				m := signed
				m.Body = bytes.Clone(signed.Body)
				m.Body[i] ^= bit
				if r := check(t, s, m, testNow, Options{}, testKey(s, 0).verify); r.Verdict == Valid {
					t.Fatalf("byte %d changed: %+v", i, r)
				}
			}
		}
		for _, body := range [][]byte{nil, signed.Body[:len(signed.Body)-1], append(bytes.Clone(signed.Body), '\n')} {
			m := signed
			m.Body = body
			if r := check(t, s, m, testNow, Options{}, testKey(s, 0).verify); r.Verdict == Valid {
				t.Errorf("%d bytes instead of %d: %+v", len(body), len(signed.Body), r)
			}
		}
	})
}

// Schemes that do not sign the bytes of the body sign values of it, or the
// address: a change of those is noticed.
func TestFieldChangedIsInvalid(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ id, from, to string }{
		{"twilio.form", "CA1", "CA2"}, {"mandrill", "hello", "hullo"}, {"plivo.v1", "CA1", "CA2"}, {"plivo.v3", "CA1", "CA2"},
		{"adyen.payments", "1130", "9130"}, {"adyen.payments", "Ref:1", "Ref:2"}, {"mailgun", "c8a1f0", "c8a1f1"}, {"aws.sns", `"hi"`, `"ho"`},
	} {
		s, _ := Lookup(tt.id)
		signed := signedMessage(t, s, testMessage(s), 0, testNow)
		m := signed
		m.Body = bytes.Replace(signed.Body, []byte(tt.from), []byte(tt.to), 1)
		if bytes.Equal(m.Body, signed.Body) {
			t.Fatalf("%s: nothing changed", tt.id)
		}
		if r := check(t, s, m, testNow, Options{}, testKey(s, 0).verify); r.Verdict != Invalid {
			t.Errorf("%s: %+v", tt.id, r)
		}
	}
	for _, id := range []string{"twilio.form", "twilio.json-body", "mandrill", "plivo.v1", "plivo.v2", "plivo.v3", "square.hmacsha256", "trello", "hubspot.v2", "hubspot.v3", "contentful", "shopify.query", "shopify.app-proxy", "rfc9421.ed25519", "messagebird.jwt"} {
		s, _ := Lookup(id)
		m := signedMessage(t, s, testMessage(s), 0, testNow)
		m.URL = strings.Replace(m.URL, "/in/demo", "/in/dem0", 1)
		if s.Signature.Query != "" {
			m.URL = strings.Replace(m.URL, "a=1", "a=3", 1)
		}
		if r := check(t, s, m, testNow, Options{}, testKey(s, 0).verify); r.Verdict != Invalid {
			t.Errorf("%s, other address: %+v", id, r)
		}
	}
}

func TestStale(t *testing.T) {
	t.Parallel()
	stale := 0
	for _, s := range All() {
		past, future := s.window(Options{})
		signed := signedMessage(t, s, testMessage(s), 0, testNow)
		secret := testKey(s, 0).verify
		verdict := func(after time.Duration, opt Options) Verdict {
			return check(t, s, signed, testNow.Add(after), opt, secret).Verdict
		}
		if past > 0 {
			stale++
			if got := verdict(past, Options{}); got != Valid {
				t.Errorf("%s: %s at the edge of its window", s.ID, got)
			}
			if got := verdict(past+time.Second, Options{}); got != Stale {
				t.Errorf("%s: %s a second after its window", s.ID, got)
			}
			if got := verdict(past+time.Second, Options{Tolerance: past + time.Minute}); got != Valid {
				t.Errorf("%s: %s in a wider window", s.ID, got)
			}
			if got := verdict(past+time.Hour, Options{AnyAge: true}); got != Valid {
				t.Errorf("%s: %s at any age", s.ID, got)
			}
		}
		lead := verdict(-past-time.Hour, Options{})
		if strings.HasPrefix(s.Code, "jwt") && s.Timestamp == nil {
			continue
		}
		if want := map[bool]Verdict{true: Stale, false: Valid}[future > 0]; lead != want {
			t.Errorf("%s: %s an hour early, want %s", s.ID, lead, want)
		}
	}
	if stale < 30 {
		t.Errorf("only %d schemes have a window", stale)
	}
}

// A timestamp so far away that its age overflows is not in any window.
func TestFarTimestampIsStale(t *testing.T) {
	t.Parallel()
	for _, id := range []string{"standard-webhooks.v1", "slack.v0", "gitlab.signing", "telnyx"} {
		s, _ := Lookup(id)
		far := *s
		stamp := *s.Timestamp
		stamp.Unit = Millis
		far.Timestamp = &stamp
		m := signedMessage(t, &far, testMessage(s), 0, testNow)
		if r := check(t, s, m, testNow, Options{}, testKey(s, 0).verify); r.Verdict != Stale || r.Age >= 0 {
			t.Errorf("%s: %+v", id, r)
		}
	}
}

func TestHeaderMissing(t *testing.T) {
	t.Parallel()
	eachScheme(t, func(t *testing.T, s *Scheme) {
		r := check(t, s, testMessage(s), testNow, Options{}, testKey(s, 0).verify)
		if r.Verdict != Missing || !errors.Is(r.Reason, ErrMissing) {
			t.Errorf("nothing signed: %+v", r)
		}
		signed := signedMessage(t, s, testMessage(s), 0, testNow)
		for i, f := range signed.Header {
			m := signed
			m.Header = slices.Delete(slices.Clone(signed.Header), i, i+1)
			if r := check(t, s, m, testNow, Options{}, testKey(s, 0).verify); i >= 2 && r.Verdict == Valid && f.Name != "Sentry-Hook-Timestamp" { // which is not signed
				t.Errorf("without %s: %+v", f.Name, r)
			}
		}
	})
}

func TestEmptySecretIsAnError(t *testing.T) {
	t.Parallel()
	eachScheme(t, func(t *testing.T, s *Scheme) {
		signed := signedMessage(t, s, testMessage(s), 0, testNow)
		blanks := []string{"", " ", "\t\r\n", "\u00a0"}
		for _, p := range s.Strip {
			if s.Secret != SecretText {
				blanks = append(blanks, p)
			}
		}
		for _, blank := range blanks {
			for _, secrets := range [][]string{{blank}, {testKey(s, 0).verify, blank}} {
				if r, err := s.Verify(&signed, secrets, testNow, Options{}); !errors.Is(err, ErrSecret) || r.Verdict == Valid {
					t.Errorf("%q: %+v, %v", blank, r, err)
				}
			}
			if _, err := s.Sign(testMessage(s), []string{blank}, "id", testNow); !errors.Is(err, ErrSecret) {
				t.Errorf("sign with %q: %v", blank, err)
			}
		}
		if _, err := s.Verify(&signed, nil, testNow, Options{}); !errors.Is(err, ErrSecret) {
			t.Errorf("no secret: %v", err)
		}
		if _, err := s.Sign(testMessage(s), nil, "id", testNow); !errors.Is(err, ErrSecret) {
			t.Errorf("sign with no secret: %v", err)
		}
	})
}

// A wrong secret of the right form never stands in an error.
func TestErrorsDoNotNameTheSecret(t *testing.T) {
	t.Parallel()
	eachScheme(t, func(t *testing.T, s *Scheme) {
		signed := signedMessage(t, s, testMessage(s), 0, testNow)
		const secret = "not base64, not hex: hush-hush!"
		r, err := s.Verify(&signed, []string{secret}, testNow, Options{})
		for _, e := range []error{err, r.Reason} {
			if e != nil && strings.Contains(e.Error(), "hush") {
				t.Error(e)
			}
		}
	})
}

func TestSeveralSignatures(t *testing.T) {
	t.Parallel()
	several := 0
	for _, s := range All() {
		both := []string{testKey(s, 0).sign, testKey(s, 1).sign}
		m := testMessage(s)
		signed, err := s.Sign(m, both, "msg_1", testNow)
		if err != nil {
			t.Fatalf("%s: %v", s.ID, err)
		}
		x := signed.Apply(m)
		if r := check(t, s, x, testNow, Options{}, testKey(s, 0).verify); r.Verdict != Valid {
			t.Errorf("%s, first: %+v", s.ID, r)
		}
		r := check(t, s, x, testNow, Options{}, testKey(s, 1).verify)
		holds := s.Signature.Layout != Raw && s.Signature.Layout != Credential && s.Code != "jwt" || strings.HasSuffix(s.where(), "-1 header") || s.Code == "box" || s.Code == "rfc9421"
		if holds != (r.Verdict == Valid) {
			t.Errorf("%s, second: %+v, holds several: %v", s.ID, r, holds)
		}
		if holds {
			several++
		}
	}
	if several < 15 {
		t.Errorf("only %d schemes hold several signatures", several)
	}
}

func TestMalformedHeaders(t *testing.T) {
	t.Parallel()
	texts := []string{"", " ", "=", ",", "v1", "v1,", "v1=", "t=1", "t=,v1=", "sha256=", "sha256=zz", "sha1=00", "===", "a/b", "a/b/c", "HMAC ", "HMAC :", "HMAC x:", "..", "e30.e30.e30", "()", "sig1=:x:", strings.Repeat("a", 70000), strings.Repeat("v1=00,", 200), "\x00\xff", "v0=00"}
	eachScheme(t, func(t *testing.T, s *Scheme) {
		signed := signedMessage(t, s, testMessage(s), 0, testNow)
		for _, text := range texts {
			m := signed
			m.Header = slices.Clone(signed.Header)
			switch {
			case len(s.Signature.Headers) > 0:
				for i := range m.Header {
					for _, name := range s.Signature.Headers {
						if strings.EqualFold(m.Header[i].Name, strings.ReplaceAll(name, "#", "1")) {
							m.Header[i].Value = text
						}
					}
				}
			case s.Signature.Body != "":
				body, err := setBodyValue(m.Body, s.Signature.Body, text)
				if err != nil {
					t.Fatal(err)
				}
				m.Body = body
			default:
				address, _, _ := strings.Cut(m.URL, s.Signature.Query+"=")
				m.URL = address + s.Signature.Query + "=" + formEscape(text)
			}
			r, err := s.Verify(&m, []string{testKey(s, 0).verify}, testNow, Options{})
			if err != nil || r.Verdict != Invalid && r.Verdict != Missing || r.Reason == nil {
				t.Errorf("%q: %+v, %v", clip(text), r, err)
			}
		}
	})
}

func TestCutBodyIsUnchecked(t *testing.T) {
	t.Parallel()
	eachScheme(t, func(t *testing.T, s *Scheme) {
		m := signedMessage(t, s, testMessage(s), 0, testNow)
		m.Cut = true
		r := check(t, s, m, testNow, Options{}, testKey(s, 0).verify)
		if unchecked := r.Verdict == Unchecked && errors.Is(r.Reason, ErrCut); unchecked != (s.Covers() == CoversBody) {
			t.Errorf("%s: %+v", s.Covers(), r)
		}
	})
}

func TestAddressIsNeeded(t *testing.T) {
	t.Parallel()
	needy := 0
	for _, s := range All() {
		if !slices.Contains(s.Needs(), "url") {
			continue
		}
		needy++
		m := signedMessage(t, s, testMessage(s), 0, testNow)
		m.URL = ""
		if _, err := s.Verify(&m, []string{testKey(s, 0).verify}, testNow, Options{}); !errors.Is(err, ErrNeeds) {
			t.Errorf("%s: %v", s.ID, err)
		}
	}
	if needy < 14 {
		t.Errorf("only %d schemes sign the address", needy)
	}
	paypal, _ := Lookup("paypal")
	m := signedMessage(t, paypal, testMessage(paypal), 0, testNow)
	m.Context = nil
	if _, err := paypal.Verify(&m, []string{testKey(paypal, 0).verify}, testNow, Options{}); err == nil || !strings.Contains(err.Error(), "webhook_id") {
		t.Errorf("paypal without its webhook id: %v", err)
	}
}

func TestDetectFindsTheScheme(t *testing.T) {
	t.Parallel()
	first := 0
	for _, s := range All() {
		m := signedMessage(t, s, testMessage(s), 0, testNow)
		for _, hint := range s.Hints {
			name, text, _ := strings.Cut(hint, ":")
			m.Header = append(m.Header, Field{name, text + "x"})
		}
		list := Detect(&m)
		at := slices.IndexFunc(list, func(x *Scheme) bool { return x.ID == s.ID })
		switch {
		case at == 0:
			first++
		case at < 0 && s.Signature.Query == "" && s.ID != "okta.event-hook":
			t.Errorf("%s is not found among %d", s.ID, len(list))
		}
	}
	t.Logf("%d of %d schemes come first", first, len(All()))
	if first < 90 {
		t.Errorf("only %d schemes come first", first)
	}
	if list := Detect(&Message{Header: []Field{{"Content-Type", "text/plain"}, {"Authorization", "Bearer x"}}, Body: []byte("hi")}); len(list) != 0 {
		t.Errorf("a plain request: %v", list[0].ID)
	}
}

// The ids that the documentation names; renaming one breaks stored deliveries.
func TestIDsAreStable(t *testing.T) {
	t.Parallel()
	for id := range strings.FieldsSeq(`standard-webhooks.v1 standard-webhooks.v1a svix.v1 svix.v1a stripe.v1 github.sha256 github.sha1 gitlab.token gitlab.signing
		bitbucket.sha256 shopify.hmac-sha256 shopify.query shopify.app-proxy slack.v0 twilio.form twilio.json-body sendgrid.ecdsa-p256 twitch.eventsub
		discord.interactions square.hmacsha256 paypal zoom.v0 hubspot.v1 hubspot.v2 hubspot.v3 intercom linear mailgun mandrill mailchimp.marketing paddle.h1
		zendesk docusign.connect dropbox box.v1 asana trello typeform calendly woocommerce coinbase-commerce coinbase-cdp adyen.payments adyen.platform plaid
		xero sentry vercel circleci.v1 pagerduty.v1 launchdarkly contentful meta webflow monday okta.event-hook sitestacker sitestacker.api-hmac webconnex aws.sns
		openai finch clerk resend replicate dodo polar jira-cloud gitea forgejo gogs notion razorpay gocardless easypost onfido messagebird.legacy plivo.v1 plivo.v2
		plivo.v3 pusher modern-treasury mollie mux workos elevenlabs telnyx line convoy.simple convoy.advanced cloudinary cloudflare.stream x-twitter fal.ai
		fusionauth sanity lemon-squeezy statsig todoist clickup savvycal worldpay hcp-vault-radar terraform postmark chargebee deepgram
		rfc9421.hmac-sha256 rfc9421.ed25519 rfc9421.ecdsa-p256-sha256`) {
		if s, ok := Lookup(id); !ok || s.ID != id {
			t.Errorf("there is no scheme %s", id)
		}
	}
	for alias, to := range aliases {
		if s, ok := Lookup(alias); !ok || s.ID != to {
			t.Errorf("alias %s leads nowhere", alias)
		}
	}
	if s, ok := Lookup(" Lemon Squeezy "); !ok || s.ID != "lemon-squeezy" {
		t.Error("spaces and case matter")
	}
}

// What was not read in a provider's own code or documentation is said so.
func TestUnconfirmedIsMarked(t *testing.T) {
	t.Parallel()
	for _, s := range All() {
		if s.Source == "" || s.Name == "" {
			t.Errorf("%s has no source or name", s.ID)
		}
		if thirdParty := strings.HasPrefix(s.Source, "third-party") || strings.HasPrefix(s.Source, "general"); thirdParty && len(s.Unconfirmed) == 0 {
			t.Errorf("%s: %s, yet nothing is marked as unconfirmed", s.ID, s.Source)
		}
	}
}
