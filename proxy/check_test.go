package proxy

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/signer"
)

// signedRequest is a request to an inbox, signed at a time.
func signedRequest(t testing.TB, scheme, secret, inbox, body string, at time.Time) string {
	t.Helper()
	s, ok := signer.Lookup(scheme)
	if !ok {
		t.Fatalf("no scheme %s", scheme)
	}
	return signedBy(t, s, secret, inbox, body, at)
}

func signedBy(t testing.TB, s *signer.Scheme, secret, inbox, body string, at time.Time) string {
	t.Helper()
	m := signer.Message{Method: "POST", URL: "http://sender/in/" + inbox, Body: []byte(body), Header: []signer.Field{{Name: "Content-Type", Value: "application/json"}}}
	signed, err := s.Sign(m, []string{secret}, "msg_1", at)
	if err != nil {
		t.Fatal(err)
	}
	return rawRequest(inbox, string(signed.Apply(m).Body), signed.Header)
}

func rawRequest(inbox, body string, headers []signer.Field) string {
	var b strings.Builder
	fmt.Fprintf(&b, "POST /in/%s HTTP/1.1\r\nHost: sender\r\nContent-Type: application/json\r\nContent-Length: %d\r\n", inbox, len(body))
	for _, h := range headers {
		fmt.Fprintf(&b, "%s: %s\r\n", h.Name, h.Value)
	}
	return b.String() + "\r\n" + body
}

// settled waits until the newest delivery of an inbox is as wanted.
func (s *stand) settled(inbox, query string) inspector.Row {
	s.t.Helper()
	var row inspector.Row
	eventually(s.t, "a delivery of "+inbox+" with "+query, func() bool {
		rows := s.find("inbox:" + inbox + " " + query)
		if len(rows) == 0 {
			return false
		}
		row = rows[0]
		return true
	})
	return row
}

func (s *stand) find(query string) []inspector.Row {
	s.t.Helper()
	q, err := inspector.ParseQuery(query, time.Now())
	if err != nil {
		s.t.Fatal(err)
	}
	page, err := s.store.List(context.Background(), inspector.ListQuery{Workspace: inspector.DefaultWorkspace, Query: q, Limit: 100})
	if err != nil {
		s.t.Fatal(err)
	}
	return page.Rows
}

func mailgunBody(at time.Time, pad int) string {
	return fmt.Sprintf(`{"signature":{"timestamp":"%d","token":"t","signature":""},"pad":%q}`, at.Unix(), strings.Repeat("x", pad))
}

func TestVerdictAtCapture(t *testing.T) {
	t.Parallel()
	s := newStand(t, Options{})
	const whsec = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz"
	const other = "whsec_AAAyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz"
	now := time.Now()
	past := now.Add(-time.Minute)
	body := `{"a": 1}`
	for _, tt := range []struct {
		name    string
		inbox   Inbox
		request func(inbox string) string
		query   string
	}{
		{"valid", Inbox{Scheme: "github", Secrets: []Secret{{Value: "s"}}},
			func(in string) string { return signedRequest(t, "github", "s", in, body, now) }, "sig:valid scheme:github.sha256"},
		{"second secret", Inbox{Scheme: "github", Secrets: []Secret{{Value: "x"}, {Value: "s"}}},
			func(in string) string { return signedRequest(t, "github", "s", in, body, now) }, "sig:valid"},
		{"expired secret", Inbox{Scheme: "github", Secrets: []Secret{{Value: "x"}, {Value: "s", Until: &past}}},
			func(in string) string { return signedRequest(t, "github", "s", in, body, now) }, "sig:invalid"},
		{"other secret of an inbox", Inbox{Scheme: "github", Secrets: []Secret{{Value: "x"}}},
			func(in string) string { return signedRequest(t, "github", "s", in, body, now) }, "sig:invalid cause:other-secret"},
		{"re-serialized", Inbox{Scheme: "github", Secrets: []Secret{{Value: "s"}}},
			func(in string) string {
				return strings.Replace(strings.Replace(signedRequest(t, "github", "s", in, body, now), body, `{"a":1}`, 1), "Length: 8", "Length: 7", 1)
			}, "sig:invalid cause:reserialized scheme:github.sha256"},
		{"no signature", Inbox{Scheme: "stripe", Secrets: []Secret{{Value: "s"}}},
			func(in string) string { return rawRequest(in, body, nil) }, "sig:missing cause:header-missing"},
		{"stale", Inbox{Scheme: "standard-webhooks", Secrets: []Secret{{Value: whsec}}},
			func(in string) string {
				return signedRequest(t, "standard-webhooks", whsec, in, body, now.Add(-time.Hour))
			}, "sig:stale cause:stale"},
		{"an hour is allowed", Inbox{Scheme: "standard-webhooks", ToleranceS: 7200, Secrets: []Secret{{Value: whsec}}},
			func(in string) string {
				return signedRequest(t, "standard-webhooks", whsec, in, body, now.Add(-time.Hour))
			}, "sig:valid"},
		{"auto", Inbox{Secrets: []Secret{{Value: "text"}, {Value: whsec}}},
			func(in string) string { return signedRequest(t, "standard-webhooks", whsec, in, body, now) }, "sig:valid scheme:standard-webhooks*"},
		{"auto with another secret", Inbox{Secrets: []Secret{{Value: other}}},
			func(in string) string { return signedRequest(t, "github", "nobody's", in, body, now) }, "sig:invalid scheme:github.sha256 cause:*"},
		{"auto without secret", Inbox{},
			func(in string) string { return signedRequest(t, "github", "s", in, body, now) }, "sig:unchecked scheme:github.sha256"},
		{"auto and nothing", Inbox{Secrets: []Secret{{Value: "s"}}},
			func(in string) string { return rawRequest(in, body, nil) }, "sig:unchecked -scheme:*"},
		{"scheme without secret", Inbox{Scheme: "github"},
			func(in string) string { return signedRequest(t, "github", "s", in, body, now) }, "sig:unchecked scheme:github.sha256"},
		{"none", Inbox{Scheme: "none", Secrets: []Secret{{Value: "s"}}},
			func(in string) string { return signedRequest(t, "github", "s", in, body, now) }, "sig:unchecked"},
		{"long body", Inbox{Scheme: "github", Secrets: []Secret{{Value: "s"}}},
			func(in string) string {
				return signedRequest(t, "github", "s", in, `"`+strings.Repeat("x", 700<<10)+`"`, now)
			}, "sig:valid size:>600kb"},
		{"long body, signed otherwise", Inbox{Scheme: "github", Secrets: []Secret{{Value: "s"}}},
			func(in string) string {
				return signedRequest(t, "github", "s\n", in, strings.Repeat("x", 2<<20), now)
			}, "sig:invalid size:>1mb cause:secret-whitespace"},
		{"long body, auto", Inbox{Secrets: []Secret{{Value: "s"}}},
			func(in string) string {
				return signedRequest(t, "github", "s", in, `"`+strings.Repeat("x", 700<<10)+`"`, now)
			}, "sig:valid size:>600kb"},
		{"signed in a body", Inbox{Secrets: []Secret{{Value: "s"}}},
			func(in string) string { return signedRequest(t, "mailgun", "s", in, mailgunBody(now, 10), now) }, "sig:valid scheme:mailgun"},
		{"signed in a longer body", Inbox{Secrets: []Secret{{Value: "s"}}},
			func(in string) string {
				return signedRequest(t, "mailgun", "s", in, mailgunBody(now, maxMarkedBytes), now)
			}, "sig:valid scheme:mailgun"},
		{"the URL that the sender has", Inbox{Scheme: "square", URLBase: "https://public.example/hooks", Secrets: []Secret{{Value: "s"}}},
			func(in string) string {
				sq, _ := signer.Lookup("square")
				signed, err := sq.Sign(signer.Message{Method: "POST", URL: "https://public.example/hooks", Body: []byte(body)}, []string{"s"}, "", now)
				if err != nil {
					t.Fatal(err)
				}
				return rawRequest(in, body, signed.Header)
			}, "sig:valid"},
		{"another URL than the sender has", Inbox{Scheme: "square", URLBase: "https://wrong.example", Secrets: []Secret{{Value: "s"}}},
			func(in string) string { return signedRequest(t, "square", "s", in, body, now) }, "sig:invalid cause:*"},
	} {
		name := strings.Trim(strings.NewReplacer(" ", "-", ",", "", "'", "").Replace(strings.ToLower(tt.name)), "-")
		t.Run(tt.name, func(t *testing.T) {
			tt.inbox.Name = name
			s.inbox(tt.inbox)
			if a := s.raw(tt.request(name)); a.status != 200 {
				t.Fatalf("answer %+v", a)
			}
			s.settled(name, tt.query)
		})
	}
}

// What is told of a check is true, and holds no secret.
func TestDiagnoseStored(t *testing.T) {
	t.Parallel()
	s := newStand(t, Options{})
	s.inbox(Inbox{Name: "known", Secrets: []Secret{{Name: "old one", Value: canary}}})
	s.inbox(Inbox{Name: "a", Scheme: "github", Secrets: []Secret{{Value: "another-secret-of-16"}}})
	s.raw(signedRequest(t, "github", canary, "a", `{"a":1}`, time.Now()))
	row := s.settled("a", "cause:other-secret")
	check, err := s.Checker().Diagnose(t.Context(), row, CheckInput{})
	if err != nil {
		t.Fatal(err)
	}
	if check.Verdict != "invalid" || check.Cause != "other-secret" || check.Received == "" || check.Signed == nil || check.Captured.Cause != "other-secret" || check.Covers != "body" {
		t.Errorf("check %+v", check)
	}
	text, err := json.Marshal(check)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(text, []byte("inbox known, old one")) || bytes.Contains(text, []byte(canary)) || bytes.Contains(text, []byte("another-secret")) {
		t.Errorf("text %s", text)
	}
	// With the secret given it verifies, and nothing is stored.
	check, err = s.Checker().Diagnose(t.Context(), row, CheckInput{Secrets: []string{canary}})
	if err != nil || check.Verdict != "valid" || check.Secret != "the secret given" {
		t.Errorf("with the secret: %+v, %v", check, err)
	}
	if again := s.settled("a", "cause:other-secret"); again.Verdict != inspector.Invalid {
		t.Errorf("the row became %+v", again)
	}
	for _, tt := range []struct {
		in    CheckInput
		field string
	}{
		{CheckInput{Scheme: "gihtub"}, "scheme"}, {CheckInput{Secrets: []string{"x", " "}}, "secrets[1]"},
		{CheckInput{URL: "ftp://x"}, "url"}, {CheckInput{Got: "no digest", Secrets: []string{canary}}, "got"},
	} {
		_, err := s.Checker().Diagnose(t.Context(), row, tt.in)
		var invalid *InvalidError
		if !asInvalid(err, &invalid) || invalid.Field != tt.field {
			t.Errorf("%s: %v", tt.field, err)
		}
	}
	if _, err := s.Checker().Diagnose(t.Context(), row, CheckInput{Attempt: 7}); !isGone(err) {
		t.Errorf("attempt 7: %v", err)
	}
}

// A delivery is as old as it was when it came.
func TestStoredIsCheckedAsOfItsCapture(t *testing.T) {
	t.Parallel()
	s := newStand(t, Options{})
	const whsec = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz"
	s.inbox(Inbox{Name: "a", Scheme: "standard-webhooks", Secrets: []Secret{{Value: whsec}}})
	s.raw(signedRequest(t, "standard-webhooks", whsec, "a", `{}`, time.Now()))
	row := s.settled("a", "sig:valid")
	for _, tt := range []struct {
		in   CheckInput
		want string
	}{{CheckInput{}, "valid"}, {CheckInput{Now: row.At.Add(time.Hour)}, "stale"}, {CheckInput{Now: row.At.Add(-time.Hour)}, "stale"}} {
		check, err := s.Checker().Diagnose(t.Context(), row, tt.in)
		if err != nil || check.Verdict != tt.want || check.SignedAt == nil {
			t.Errorf("at %s: %+v, %v", tt.in.Now, check, err)
		}
	}
}

func TestRecheckAfterTheSecretWasCorrected(t *testing.T) {
	t.Parallel()
	s := newStand(t, Options{})
	s.inbox(Inbox{Name: "a", Scheme: "github", Secrets: []Secret{{Value: "wrong"}}})
	s.inbox(Inbox{Name: "b", Scheme: "github", Secrets: []Secret{{Value: "wrong"}}})
	for range 3 {
		s.raw(signedRequest(t, "github", "right", "a", `{"a":1}`, time.Now()))
	}
	s.raw(signedRequest(t, "github", "right", "b", `{"a":1}`, time.Now()))
	s.raw(signedRequest(t, "github", "nobody's", "a", `{"a":1}`, time.Now()))
	eventually(t, "causes", func() bool { return len(s.find("inbox:a cause:unknown")) == 4 })
	s.inbox(Inbox{Name: "a", Scheme: "github", Secrets: []Secret{{Value: "right"}}})
	q, err := inspector.ParseQuery("inbox:a", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	last := 0
	res, err := s.Checker().Recheck(t.Context(), q, func(done, total int) {
		if last = done; total != 4 {
			t.Errorf("total %d", total)
		}
	})
	if err != nil || res.Checked != 4 || res.Changed != 3 || res.Verdicts["valid"] != 3 || res.Verdicts["invalid"] != 1 || last != 4 {
		t.Errorf("result %+v, %v, told %d", res, err, last)
	}
	if n := len(s.find("inbox:a sig:valid -cause:*")); n != 3 {
		t.Errorf("%d rows are valid without a cause, want 3", n)
	}
	if n := len(s.find("inbox:b sig:invalid")); n != 1 {
		t.Errorf("the other inbox changed")
	}
}

func TestVerifyRawRequest(t *testing.T) {
	t.Parallel()
	s := newStand(t, Options{})
	raw := signedRequest(t, "github", "s", "x", `{"a":1}`, time.Now())
	for _, tt := range []struct {
		name, raw string
		in        CheckInput
		verdict   string
		cause     string
	}{
		{"valid", raw, CheckInput{Secrets: []string{"s"}}, "valid", ""},
		{"line feeds", strings.ReplaceAll(raw, "\r\n", "\n"), CheckInput{Secrets: []string{"s"}}, "valid", ""},
		{"scheme given", raw, CheckInput{Scheme: "github", Secrets: []string{"s"}}, "valid", ""},
		{"space in the secret", raw, CheckInput{Secrets: []string{"s "}}, "invalid", "secret-whitespace"},
		{"no secret", raw, CheckInput{OnlySet: true}, "unchecked", "secret-missing"},
		{"no signature", "GET / HTTP/1.1\nHost: a\n\n", CheckInput{Secrets: []string{"s"}}, "unchecked", ""},
		{"missing", "GET / HTTP/1.1\nHost: a\n\n", CheckInput{Scheme: "github", Secrets: []string{"s"}}, "missing", "header-missing"},
		{"none", raw, CheckInput{Scheme: "none"}, "unchecked", ""},
	} {
		check, err := s.Checker().Verify(t.Context(), []byte(tt.raw), tt.in)
		if err != nil || check.Verdict != tt.verdict || check.Cause != tt.cause || check.Findings == nil || check.Unconfirmed == nil {
			t.Errorf("%s: %+v, %v", tt.name, check, err)
		}
	}
	for _, text := range []string{"", "x", "POST / HTTP/1.1\nno colon\n\n", "hello\n\n", "POST / HTTP/1.1\nContent-Length: -\n\n"} {
		_, err := s.Checker().Verify(t.Context(), []byte(text), CheckInput{})
		var invalid *InvalidError
		if !asInvalid(err, &invalid) || invalid.Field != "request" {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestOwnScheme(t *testing.T) {
	t.Parallel()
	s := newStand(t, Options{})
	own := signer.Scheme{ID: "acme", Name: "Acme", Signature: signer.Signature{Headers: []string{"X-Acme-Sig"}, Layout: signer.Raw}, Algorithm: signer.HMACSHA256, Encoding: signer.Hex, Content: "{body}", Secret: signer.SecretText}
	stored, err := s.Schemes().Put(t.Context(), own, 0)
	if err != nil || stored.Rev == 0 {
		t.Fatal(err)
	}
	s.inbox(Inbox{Name: "named", Scheme: "acme", Secrets: []Secret{{Value: "s"}}})
	s.inbox(Inbox{Name: "detected", Secrets: []Secret{{Value: "s"}}})
	for _, in := range []string{"named", "detected"} {
		s.raw(signedBy(t, &own, "s", in, `{}`, time.Now()))
		s.settled(in, "sig:valid scheme:acme")
	}
	// A change counts at once, without a save of the inbox.
	own.Content = "{body}{body}"
	if _, err := s.Schemes().Put(t.Context(), own, stored.Rev); err != nil {
		t.Fatal(err)
	}
	s.raw(signedBy(t, &own, "s", "named", `{"b":2}`, time.Now()))
	s.settled("named", "sig:valid size:7")
	now, err := s.Schemes().Get("acme")
	if err != nil || s.Schemes().Delete(t.Context(), "acme", now.Rev) != nil {
		t.Fatal(err)
	}
	s.raw(signedBy(t, &own, "s", "named", `{"b":23}`, time.Now()))
	row := s.settled("named", "sig:unchecked size:8 scheme:acme")
	check, err := s.Checker().Diagnose(t.Context(), row, CheckInput{})
	if err != nil || check.Verdict != "unchecked" || !strings.Contains(check.Findings[0].Text, "no scheme") {
		t.Errorf("%+v, %v", check, err)
	}

	for _, tt := range []struct {
		name   string
		change func(*signer.Scheme)
		field  string
	}{
		{"id of the table", func(s *signer.Scheme) { s.ID = "github.sha256" }, "id"},
		{"alias of the table", func(s *signer.Scheme) { s.ID = "stripe" }, "id"},
		{"none", func(s *signer.Scheme) { s.ID = "none" }, "id"},
		{"no id", func(s *signer.Scheme) { s.ID = "" }, "id"},
		{"algorithm", func(s *signer.Scheme) { s.Algorithm = "rot13" }, "algorithm"},
	} {
		bad := own
		tt.change(&bad)
		_, err := s.Schemes().Put(t.Context(), bad, 0)
		var invalid *InvalidError
		var field *signer.FieldError
		switch {
		case asInvalid(err, &invalid) && invalid.Field == tt.field:
		case asField(err, &field) && field.Field == tt.field:
		default:
			t.Errorf("%s: %v", tt.name, err)
		}
	}
}

func asInvalid(err error, target **InvalidError) bool    { return errors.As(err, target) }
func asField(err error, target **signer.FieldError) bool { return errors.As(err, target) }
