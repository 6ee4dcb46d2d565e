package signer

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/big"
	"strings"
	"time"
)

// claims are what these schemes read of a token.
type claims struct {
	Issuer    string      `json:"iss,omitempty"`
	ID        string      `json:"jti,omitempty"`
	Audience  string      `json:"aud,omitempty"`
	IssuedAt  json.Number `json:"iat,omitempty"`
	NotBefore json.Number `json:"nbf,omitempty"`
	ExpiresAt json.Number `json:"exp,omitempty"`
	BodyHash  string      `json:"request_body_sha256,omitempty"`
	// MessageBird's names.
	URLHash     string `json:"url_hash,omitempty"`
	PayloadHash string `json:"payload_hash,omitempty"`
}

// messageBird is the issuer that MessageBird's libraries insist on.
const messageBird = "MessageBird"

// token is a compact JWS, taken apart.
type token struct {
	alg    string
	claims claims
	signed []byte
	sig    []byte
}

func parseToken(header, text string) (token, error) {
	segments := strings.Split(strings.TrimPrefix(text, "Bearer "), ".")
	if len(segments) != 3 {
		return token{}, malformed("%s is no compact JWS: it has %d parts, not 3", header, len(segments))
	}
	var head struct {
		Alg  string          `json:"alg"`
		Crit json.RawMessage `json:"crit"`
	}
	var t token
	for i, into := range []any{&head, &t.claims} {
		raw, err := base64.RawURLEncoding.Strict().DecodeString(segments[i])
		if err == nil {
			err = json.Unmarshal(raw, into)
		}
		if err != nil {
			return token{}, malformed("part %d of the token: %w", i+1, err)
		}
	}
	if head.Crit != nil {
		return token{}, malformed("the token has critical extensions, which no scheme here uses")
	}
	sig, err := base64.RawURLEncoding.Strict().DecodeString(segments[2])
	if err != nil {
		return token{}, malformed("the signature of the token: %w", err)
	}
	t.alg, t.sig, t.signed = head.Alg, sig, []byte(segments[0]+"."+segments[1])
	return t, nil
}

// jwtVerify checks a compact JWS, then the hash of the body if the scheme's
// token carries one. The algorithm is pinned by the scheme and the kind of key,
// never taken from the token alone.
func jwtVerify(s *Scheme, m *Message, keys [][]key, now time.Time, opt Options) (Result, error) {
	r := Result{Verdict: Invalid, Secret: -1}
	p, ok, err := s.find(m)
	if err != nil {
		return r.refused(err), nil
	}
	if !ok {
		return r.missing(s.where()), nil
	}
	r.Header = p.header
	t, err := parseToken(p.header, p.sigs[0])
	if err != nil {
		return r.refused(err), nil
	}
	for i, ks := range keys {
		for _, k := range ks {
			ok, err := jwsMatch(s, t.alg, &k, t.signed, t.sig)
			if err != nil {
				return r.refused(err), nil
			}
			if ok && r.Secret < 0 {
				r.Secret = i
			}
		}
	}
	if r.Secret < 0 {
		return r.refused(ErrMismatch), nil
	}
	if err := t.claims.check(s, m); err != nil {
		return r.refused(err), nil
	}
	return s.jwtAge(r, t.claims, now, opt)
}

// check compares the hashes in the token with the message.
func (c *claims) check(s *Scheme, m *Message) error {
	sum := sha256.Sum256(m.Body)
	var got []byte
	var err error
	switch s.Code {
	case "jwt":
		return nil
	case "jwt-body-base64":
		got, err = unbase64(c.BodyHash)
	case "jwt-body-hex":
		got, err = hex.DecodeString(c.BodyHash)
	case "jwt-messagebird":
		if c.Issuer != messageBird {
			return fmt.Errorf("%w: the token is genuine, but its issuer is %.40q, not %s", ErrMismatch, c.Issuer, messageBird)
		}
		address := sha256.Sum256([]byte(m.URL))
		if !strings.EqualFold(c.URLHash, hex.EncodeToString(address[:])) {
			return fmt.Errorf("%w: the token is genuine, but names the hash of another URL", ErrMismatch)
		}
		if len(m.Body) == 0 && c.PayloadHash == "" {
			return nil
		}
		got, err = hex.DecodeString(c.PayloadHash)
	}
	if err != nil || subtle.ConstantTimeCompare(got, sum[:]) != 1 {
		return fmt.Errorf("%w: the token is genuine, but names the hash of another body", ErrMismatch)
	}
	return nil
}

func (s *Scheme) jwtAge(r Result, c claims, now time.Time, opt Options) (Result, error) {
	if c.IssuedAt == "" && s.Timestamp != nil {
		return r.refused(fmt.Errorf("%w: the token has no iat", ErrTimestamp)), nil
	}
	for _, at := range []struct {
		name string
		n    json.Number
		into *time.Time
	}{{"iat", c.IssuedAt, &r.Signed}, {"nbf", c.NotBefore, new(time.Time)}, {"exp", c.ExpiresAt, new(time.Time)}} {
		if at.n == "" {
			continue
		}
		t, err := Seconds.parse(at.n.String())
		if err != nil {
			return r.refused(fmt.Errorf("%w: %s: %w", ErrTimestamp, at.name, err)), nil
		}
		*at.into = t
		switch {
		case opt.AnyAge:
		case at.name == "exp" && now.After(t):
			r.Verdict, r.Reason = Stale, fmt.Errorf("%w: the token expired %s ago", ErrStale, now.Sub(t).Round(time.Second))
		case at.name == "nbf" && now.Before(t):
			r.Verdict, r.Reason = Stale, fmt.Errorf("%w: the token is valid in %s only", ErrStale, t.Sub(now).Round(time.Second))
		}
	}
	if !r.Signed.IsZero() {
		r.Age = since(now, r.Signed)
	}
	if r.Verdict == Stale {
		return r, nil
	}
	return s.judge(r, opt), nil
}

// jwtSign makes a token that is valid for five minutes.
func jwtSign(s *Scheme, a *adding, secrets []string) error {
	ks, err := s.keys(secrets[0])
	if err != nil {
		return err
	}
	k := &ks[0]
	alg, err := jwsAlgorithm(k)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(a.message.Body)
	c := claims{IssuedAt: json.Number(Seconds.format(a.now))}
	switch s.Code {
	case "jwt":
		c.Audience, c.ExpiresAt = a.message.URL, json.Number(Seconds.format(a.now.Add(5*time.Minute)))
	case "jwt-body-base64":
		c.BodyHash = base64.StdEncoding.EncodeToString(sum[:])
	case "jwt-body-hex":
		c.BodyHash = hex.EncodeToString(sum[:])
	case "jwt-messagebird":
		c.Issuer, c.ID = messageBird, a.id
		if c.ID == "" {
			c.ID = hex.EncodeToString(sum[:16])
		}
		address := sha256.Sum256([]byte(a.message.URL))
		c.URLHash, c.PayloadHash = hex.EncodeToString(address[:]), hex.EncodeToString(sum[:])
		c.ExpiresAt = json.Number(Seconds.format(a.now.Add(5 * time.Minute)))
	}
	payload, err := json.Marshal(c)
	if err != nil {
		return err
	}
	b64 := base64.RawURLEncoding
	signed := b64.EncodeToString([]byte(`{"alg":"`+alg+`","typ":"JWT"}`)) + "." + b64.EncodeToString(payload)
	sig, err := jwsSign(alg, k, []byte(signed))
	if err != nil {
		return err
	}
	a.header(s.Signature.Headers[0], signed+"."+b64.EncodeToString(sig))
	return nil
}

// jwsAlgorithm is the one that fits a key.
func jwsAlgorithm(k *key) (string, error) {
	switch k.public.(type) {
	case nil:
		return "HS256", nil
	case *ecdsa.PublicKey:
		return "ES256", nil
	case *rsa.PublicKey:
		return "RS256", nil
	case ed25519.PublicKey:
		return "EdDSA", nil
	}
	return "", fmt.Errorf("%w: no token is signed with such a key", ErrSecret)
}

func jwsSign(alg string, k *key, signed []byte) ([]byte, error) {
	switch alg {
	case "HS256":
		return HMACSHA256.sign(k, signed)
	case "RS256":
		return RSASHA256.sign(k, signed)
	case "EdDSA":
		return Ed25519.sign(k, signed)
	}
	return signP256(k, signed)
}

// signP256 makes an ECDSA signature in the form of 64 bytes, r and s.
func signP256(k *key, content []byte) ([]byte, error) {
	private, ok := k.private.(*ecdsa.PrivateKey)
	if !ok {
		return nil, ErrVerifyOnly
	}
	if private.Curve != elliptic.P256() {
		return nil, fmt.Errorf("%w: the scheme needs an ECDSA key on P-256", ErrSecret)
	}
	sum := sha256.Sum256(content)
	x, y, err := ecdsa.Sign(rand.Reader, private, sum[:])
	if err != nil {
		return nil, err
	}
	sig := make([]byte, 64)
	x.FillBytes(sig[:32])
	y.FillBytes(sig[32:])
	return sig, nil
}

// matchP256 checks an ECDSA signature in the form of 64 bytes.
func matchP256(public *ecdsa.PublicKey, content, sig []byte) bool {
	if public.Curve != elliptic.P256() || len(sig) != 64 {
		return false
	}
	sum := sha256.Sum256(content)
	return ecdsa.Verify(public, sum[:], new(big.Int).SetBytes(sig[:32]), new(big.Int).SetBytes(sig[32:]))
}

// jwsMatch checks a JWS signature. The row's algorithm names what is allowed:
// "jwt-hs256", "jwt-es256", or "jwt" for the one that fits the key.
func jwsMatch(s *Scheme, alg string, k *key, signed, sig []byte) (bool, error) {
	if pinned, ok := strings.CutPrefix(string(s.Algorithm), "jwt-"); ok && !strings.EqualFold(pinned, alg) {
		return false, malformed("the token is signed with %q, the scheme uses %s", clip(alg), strings.ToUpper(pinned))
	}
	switch public := k.public.(type) {
	case *ecdsa.PublicKey:
		return alg == "ES256" && matchP256(public, signed, sig), nil
	case *rsa.PublicKey:
		if alg != "RS256" {
			return false, nil
		}
		return RSASHA256.match(k, signed, sig)
	case ed25519.PublicKey:
		if alg != "EdDSA" {
			return false, nil
		}
		return Ed25519.match(k, signed, sig)
	}
	if alg != "HS256" || bytes.HasPrefix(k.bytes, []byte("-----BEGIN")) {
		return false, nil
	}
	h := hmac.New(sha256.New, k.bytes)
	h.Write(signed)
	return hmac.Equal(h.Sum(nil), sig), nil
}
