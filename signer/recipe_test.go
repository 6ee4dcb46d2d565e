package signer

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"hash"
	"strings"
	"testing"
	"time"
)

// follow signs by a recipe, with nothing but what it says.
func follow(t *testing.T, r *Recipe, body []byte, secret string, now time.Time) []Field {
	t.Helper()
	for _, prefix := range r.Strip {
		if rest, ok := strings.CutPrefix(secret, prefix); ok {
			secret = rest
			break
		}
	}
	key := []byte(secret)
	var err error
	switch r.Secret {
	case SecretBase64:
		key, err = base64.RawStdEncoding.DecodeString(strings.TrimRight(secret, "="))
	case SecretHex:
		key, err = hex.DecodeString(secret)
	}
	if err != nil {
		t.Fatal(err)
	}
	fill := func(steps []Step, sig string) string {
		var b strings.Builder
		for _, s := range steps {
			b.WriteString(map[StepKind]string{StepText: s.Text, StepBody: string(body), StepTime: r.Unit.format(now), StepSecret: secret, StepSignature: sig}[s.Kind])
		}
		return b.String()
	}
	sum := key
	if r.Hash != "" {
		make := map[string]func() hash.Hash{"sha1": sha1.New, "sha256": sha256.New, "sha384": sha512.New384, "sha512": sha512.New}[r.Hash]
		h := make()
		if r.Keyed {
			h = hmac.New(make, key)
		}
		h.Write([]byte(fill(r.Content, "")))
		sum = h.Sum(nil)
	}
	var lines []Field
	for _, l := range r.Lines {
		lines = append(lines, Field{l.Name, fill(l.Value, r.Encoding.encode(sum))})
	}
	return lines
}

// A message that is signed by its recipe at another time verifies then.
func TestRecipes(t *testing.T) {
	t.Parallel()
	written := 0
	for _, s := range All() {
		unsigned := testMessage(s)
		for name, m := range map[string]Message{"unsigned": unsigned, "signed": signedMessage(t, s, unsigned, 0, testNow)} {
			r, err := s.Recipe(m, "msg_1")
			if errors.Is(err, ErrRecipe) {
				continue
			}
			if err != nil {
				t.Errorf("%s, %s: %v", s.ID, name, err)
				continue
			}
			written++
			later := testNow.Add(48 * time.Hour)
			lines := follow(t, r, m.Body, testKey(s, 0).sign, later)
			var kept []Field
			for _, f := range m.Header {
				gone := false
				for _, l := range lines {
					gone = gone || strings.EqualFold(l.Name, f.Name)
				}
				if !gone {
					kept = append(kept, f)
				}
			}
			m.Header = append(kept, lines...)
			if res := check(t, s, m, later, Options{}, testKey(s, 0).verify); res.Verdict != Valid {
				t.Errorf("%s, %s: %s %v\n%+v", s.ID, name, res.Verdict, res, lines)
			}
		}
	}
	if written < 170 {
		t.Errorf("only %d of %d schemes have a recipe", written/2, len(All()))
	}
}

func TestRecipeSaysWhyNot(t *testing.T) {
	t.Parallel()
	for id, want := range map[string]string{
		"twilio": "steps of its own", "standard-webhooks.v1a": "ed25519", "mailgun": "does not stand in a header line", "paypal": "needs a key", "linear": "time of signing",
	} {
		s, ok := Lookup(id)
		if !ok {
			t.Errorf("no scheme %s", id)
			continue
		}
		if _, err := s.Recipe(testMessage(s), ""); !errors.Is(err, ErrRecipe) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", id, err, want)
		}
	}
}
