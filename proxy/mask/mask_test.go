package mask_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/proxy/mask"
	"github.com/boathook/boathook/signer"
)

func TestCredentialNames(t *testing.T) {
	t.Parallel()
	var rules *mask.Rules
	for name, want := range map[string]bool{
		"Authorization": true, "X-Api-Key": true, "apikey": true, "X-APIKEY": true, "X-My-Access-Token": true, "xAuthToken": true, "Secret": true,
		"X-Auth": true, "Key": true, "Set-Cookie": true, "X-Session": true, "Ocp-Apim-Subscription-Key": true, "X-Webhook-Secret": true,
		"Idempotency-Key": false, "Paypal-Auth-Algo": false, "X-Request-Id": false, "Webhook-Signature": false, "X-Api-Key-Id": false, "Host": false,
		"Sec-WebSocket-Key": false, "Content-Type": false, "": false, "X-Keyboard": false, "X-Hub-Signature-256": false,
	} {
		if got := rules.Line(name); got != want {
			t.Errorf("Line(%q) = %v", name, got)
		}
	}
	for name, want := range map[string]bool{
		"token": true, "api_key": true, "apiKey": true, "key": true, "access_token": true, "X-Amz-Signature": true, "sig": true, "hub.verify_token": true,
		"pass%77ord": true, "client_secret": true, "hub.challenge": false, "page": false, "key_id": false, "sort": false, "keyword": false,
	} {
		if got := rules.Parameter(name); got != want {
			t.Errorf("Parameter(%q) = %v", name, got)
		}
	}
	// A signature is evidence and stays; a scheme that sends the secret itself is told
	// by its name or by the one who exports.
	for _, s := range signer.All() {
		for _, h := range s.Signature.Headers {
			if s.Covers() != signer.CoversNothing && !strings.EqualFold(h, "Authorization") && rules.Line(h) {
				t.Errorf("%s would be left out, which %s signs with", h, s.ID)
			}
		}
	}
}

func parse(t *testing.T, entries ...string) *mask.Rules {
	t.Helper()
	r, err := mask.Parse(entries)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestParse(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ in, kept string }{
		{"authorization cookie", "header.authorization header.cookie"},
		{"X-Pin header.x-PIN", "header.x-pin"},
		{"query.Pin query.pin", "query.Pin query.pin"},
		{"body.card.number body.people[*].email", "body.card.number body.people[*].email"},
		{"-header.X-Token-Count -token", "-header.x-token-count -header.token"},
		{"-defaults cookie -defaults", "-defaults header.cookie"},
		{"body.card body.card.number", "body.card body.card.number"},
		{"body[*].email body[0]", "body[*].email body[0]"},
		{"query.(.+)* header.x-*", "query.(.+)* header.x-*"},
		{"query.名前 body.名前", "query.名前 body.名前"},
		{"", ""},
	} {
		if got := strings.Join(parse(t, strings.Fields(tt.in)...).Entries(), " "); got != tt.kept {
			t.Errorf("%s: kept as %s, want %s", tt.in, got, tt.kept)
		}
	}
}

// What is wrong is said of the entry that it is in, with what to write instead.
func TestParseRefuses(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		entry, text string
	}{
		{"", "empty"}, {"   ", "empty"}, {"header.", "names no"}, {"body.", "names no"}, {"query.", "names no"}, {"resp.body.a", "names no"},
		{".*", "names no"}, {"^auth(orization)?$", "names no"}, {"head er.x", "names no"}, {"header.x y", "no name of a header line"},
		{"header.x:y", "no name of a header line"}, {"header.é", "no name of a header line"}, {"body.a..b", "a name is missing"}, {"body.a[", "a name is missing"},
		{"body.a]b", "no path"}, {"-body.a", "nothing of a body"}, {"x\x00y", "no name has"}, {"header.\xff", "no name has"}, {"query.a\nb", "no name has"},
		{"body." + strings.Repeat("a", 300), "at most 300 bytes"}, {"body" + strings.Repeat(".a", 40), "at most 32 parts"}, {"-header.x-a", "hidden and shown"},
	} {
		_, err := mask.Parse([]string{"header.x-a", tt.entry})
		var e *mask.EntryError
		if !errors.As(err, &e) || e.Index != 1 || !strings.Contains(e.Text, tt.text) || e.Hint == "" {
			t.Errorf("%.60q: %v, want %q", tt.entry, err, tt.text)
		}
	}
	many := make([]string, 10_000)
	for i := range many {
		many[i] = fmt.Sprintf("body.field%d", i)
	}
	var e *mask.EntryError
	if _, err := mask.Parse(many); !errors.As(err, &e) || e.Index != -1 || !strings.Contains(e.Text, "10000") {
		t.Errorf("10,000 entries: %v", err)
	}
	if r := parse(t, many[:mask.MaxEntries]...); len(r.Entries()) != mask.MaxEntries || r.Bodies() == nil {
		t.Error("as many as may be are not kept")
	}
}

func TestRules(t *testing.T) {
	t.Parallel()
	r := parse(t, "x-door", "query.pin", "query.a b", "-cookie", "-query.key", "body.card.number", "body.people[*].email")
	for name, want := range map[string]bool{"X-Door": true, "x-door ": true, "Authorization": true, "Cookie": false, "X-Api-Key": true, "X-Plain": false, "x-door2": false} {
		if r.Line(name) != want {
			t.Errorf("line %s: %v", name, !want)
		}
	}
	for name, want := range map[string]bool{"pin": true, "Pin": false, "p%69n": true, "a+b": true, "a%20b": true, "key": false, "api_key": true, "page": false} {
		if r.Parameter(name) != want {
			t.Errorf("parameter %s: %v", name, !want)
		}
	}
	for name, want := range map[string]bool{
		"header.x-door": true, "header.cookie": false, "resp.header.set-cookie": true, "query.pin": true, "query.a b": true, "query.key": false,
		"body.card": true, "body.card.number": true, "body.card.number.x": true, "body.card.brand": false, "resp.body.card.number": true,
		"body.people": true, "body.people[3].email": true, "body.people[3].name": false, "body.*": true, "body.*.number": true, "body.*.brand": false,
	} {
		p, err := inspector.ParsePick(name)
		if err != nil {
			t.Fatal(err)
		}
		if r.Pick(p) != want {
			t.Errorf("column %s: %v", name, !want)
		}
	}
	only := parse(t, mask.OnlyListed, "cookie")
	if only.Line("Authorization") || only.Parameter("token") || !only.Line("Cookie") {
		t.Errorf("%q does not hide what is listed alone", only.Entries())
	}
	if again := parse(t, r.Entries()...); !slices.Equal(again.Entries(), r.Entries()) {
		t.Errorf("%q is read as %q", r.Entries(), again.Entries())
	}
}
