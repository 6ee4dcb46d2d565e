package signer

import (
	"encoding/base64"
	"encoding/hex"
	"strings"
	"unicode"
)

// secretReading is another way to read a secret's text.
type secretReading struct {
	cause Cause
	text  string     // ends the sentence "matches with …"
	form  SecretForm // "" keeps that of the scheme
	value string
	bare  bool // no prefix is stripped
}

// invisible are characters that are copied along with a secret and are not seen.
const invisible = "\u00a0\u200b\u200c\u200d\u2060\ufeff\u00ad"

// secretReadings lists other readings of a secret: white space first, then the
// ways to decode it.
func (s *Scheme) secretReadings(secret string) []secretReading {
	clean := strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.IsControl(r) || strings.ContainsRune(invisible, r) {
			return -1
		}
		return r
	}, secret)
	trimmed := strings.TrimSpace(secret)
	var out []secretReading
	seen := map[string]bool{secret: true}
	add := func(cause Cause, text string, form SecretForm, value string, bare bool) {
		k := string(form) + "\x00" + value
		if form == "" && !bare {
			k = value
		}
		if value != "" && !seen[k] {
			seen[k] = true
			out = append(out, secretReading{cause, text, form, value, bare})
		}
	}
	const ws = SecretWhitespace
	add(ws, "white space around the secret removed", "", trimmed, false)
	if strings.Contains(secret, "-----BEGIN") || strings.HasPrefix(trimmed, "{") {
		return out // a key in PEM or JWK has no other readings
	}
	add(ws, "white space and invisible characters taken out of the secret", "", clean, false)
	switch s.Algorithm {
	case Ed25519, ECDSAP256, RSASHA1, RSASHA256, JWTES256:
		return out
	}
	for _, end := range []struct{ text, value string }{
		{"a line feed behind the secret", "\n"}, {"a carriage return and a line feed behind the secret", "\r\n"},
		{"a carriage return behind the secret", "\r"}, {"a space behind the secret", " "},
	} {
		if s.Secret == SecretText || s.Secret == SecretNFKD || s.Secret == "" {
			add(ws, end.text, "", trimmed+end.value, false)
		}
	}
	const enc = SecretEncoding
	unquoted := strings.Trim(clean, "\"'`")
	add(enc, "the quotes around the secret removed", "", unquoted, false)
	bare, prefix := unquoted, ""
	bare = strings.TrimPrefix(bare, "v1,")
	if bare != unquoted {
		add(enc, "v1, in front of the secret removed", "", bare, false)
	}
	for _, p := range []string{"whsec_", "whsk_", "whpk_", "sha256="} {
		if rest, ok := strings.CutPrefix(bare, p); ok {
			bare, prefix = rest, p
		}
	}
	if prefix != "" {
		add(enc, "the secret used as text without "+prefix, SecretText, bare, true)
		add(enc, "the secret used as text with "+prefix, SecretText, prefix+bare, true)
	} else {
		add(enc, "the secret used as text", SecretText, bare, true)
		add(enc, "whsec_ in front of the secret", SecretText, "whsec_"+bare, true)
	}
	if raw, err := unbase64(bare); err == nil && len(raw) > 0 {
		add(enc, "the secret decoded from base64", SecretBase64, bare, true)
		if prefix != "" {
			add(enc, "the secret decoded from base64 twice", SecretBase64, string(raw), true)
		}
	}
	if _, err := hex.DecodeString(bare); err == nil {
		add(enc, "the secret decoded from hexadecimal", SecretHex, bare, true)
		add(enc, "the secret in capitals", SecretText, strings.ToUpper(bare), true)
		add(enc, "the secret in small letters", SecretText, strings.ToLower(bare), true)
	}
	add(enc, "the secret encoded in base64 before use", SecretText, base64.StdEncoding.EncodeToString([]byte(bare)), true)
	add(enc, "the secret encoded in hexadecimal before use", SecretText, hex.EncodeToString([]byte(bare)), true)
	return out
}

// with is the scheme that reads secrets in another way.
func (r *secretReading) with(s *Scheme) *Scheme {
	if r.form == "" && !r.bare {
		return s
	}
	out := *s
	out.Strip = nil
	if r.form != "" {
		out.Secret = r.form
	}
	return &out
}

// shapes are beginnings of texts that are no signing secrets.
var shapes = []struct{ prefix, text string }{
	{"sk_", "an API secret key"}, {"pk_", "an API publishable key"}, {"rk_", "a restricted API key"}, {"shpat_", "an access token of Shopify"},
	{"xoxb-", "a bot token of Slack"}, {"xoxp-", "a user token of Slack"}, {"ghp_", "an access token of GitHub"}, {"github_pat_", "an access token of GitHub"},
	{"we_", "the id of an endpoint"}, {"ws_", "the id of an endpoint"}, {"ep_", "the id of an endpoint"}, {"AC", "the SID of an account"}, {"SG.", "an API key of SendGrid"},
}

// shapeOf says what a secret looks like, if not like a signing secret.
func shapeOf(secret string) string {
	secret = strings.TrimSpace(secret)
	for _, s := range shapes {
		if strings.HasPrefix(secret, s.prefix) && (s.prefix != "AC" || len(secret) == 34) {
			return s.text
		}
	}
	if len(secret) == 36 && strings.Count(secret, "-") == 4 {
		return "a UUID, so perhaps an id"
	}
	return ""
}

// Mask shows of a secret what is safe: its last four characters if it has 16 or
// more.
func Mask(secret string) string {
	if len(secret) < 16 || strings.Contains(secret, "-----") {
		return "…"
	}
	return "…" + strings.ToValidUTF8(secret[len(secret)-4:], "")
}
